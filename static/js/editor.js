/** The program's editor: CodeMirror with Python's colours, squiggles under what is wrong, names to complete. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { offsetsOf } from "./places.js";

/** Marks a change that the page made itself. */
const fromPage = Annotation.define();

const colours = HighlightStyle.define([
  { tag: tags.comment, class: "syntax-comment" },
  { tag: tags.number, class: "syntax-number" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "syntax-function" },
  { tag: [tags.operator, tags.punctuation], class: "syntax-operator" },
  { tag: tags.keyword, class: "syntax-keyword" },
]);

/**
 * @param {HTMLElement} parent
 * @param {string} program
 * @param {(program: string) => void} onEdit
 */
export function createEditor(parent, program, onEdit) {
  const label = new Compartment();
  /** @type {import("@codemirror/autocomplete").Completion[]} */
  let functions = [];

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: program,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
        python(), syntaxHighlighting(colours),
        autocompletion({ override: [(context) => complete(context, functions)], icons: false }),
        // No key for Tab: it leaves the editor, as everywhere else on a page.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        label.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((one) => one.annotation(fromPage))) onEdit(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    /** @param {string} text */
    setProgram(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, annotations: fromPage.of(true) });
    },
    /** @param {string} text  how a screen reader names the editor */
    setLabel(text) {
      view.dispatch({ effects: label.reconfigure(EditorView.contentAttributes.of({ "aria-label": text, tabindex: "0" })) });
    },
    /** @param {{span: import("./types.js").Span | null, message: string, severity: "error" | "warning"}[]} remarks */
    setRemarks(remarks) {
      const text = view.state.doc.toString();
      const found = remarks.flatMap(({ span, message, severity }) => (span ? [{ ...offsetsOf(text, span), message, severity }] : []));
      view.dispatch(setDiagnostics(view.state, found));
    },
    /** @param {import("./types.js").OpEntry[]} ops @param {"ko" | "en"} language */
    setFunctions(ops, language) {
      functions = ops.map(({ name, signature, summary }) => ({
        label: name, detail: signature.slice(name.length), info: summary?.[language] ?? "", type: "function",
      }));
    },
    focus: () => view.focus(),
  };
}

/**
 * The registry's functions and the names that the program has already.
 * @param {import("@codemirror/autocomplete").CompletionContext} context
 * @param {import("@codemirror/autocomplete").Completion[]} functions
 */
function complete(context, functions) {
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const names = new Set(Array.from(text.matchAll(/^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=/gmu), ([, name]) => name));
  return { from: word.from, options: [...Array.from(names, (name) => ({ label: name, type: "variable" })), ...functions] };
}
