/** A program to be read, in the editor's own colours: it can be walked through and selected, not changed. */

import { defaultKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { colours } from "./editor.js";

/**
 * @param {HTMLElement} parent
 * @param {string} program
 * @param {string} label  how a screen reader names it
 */
export function createProgramReader(parent, program, label) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: program,
      extensions: [
        lineNumbers(), drawSelection(), python(), syntaxHighlighting(colours), keymap.of(defaultKeymap), EditorView.lineWrapping,
        EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
      ],
    }),
  });
  return { close: () => view.destroy() };
}
