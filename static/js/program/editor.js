/** The program's editor: CodeMirror with Python's colours, squiggles under what is wrong, names to complete. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, invertedEffects, isolateHistory, redo, undo } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { diagnosticCount, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, showTooltip } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { h } from "../lib/dom.js";
import { offsetsOf } from "../lib/text_places.js";
import { callAt, marked } from "./call_signature.js";

/** @typedef {Pick<import("../store/page_state.js").PageState, "inputs" | "source" | "updates" | "open" | "cursor" | "selection" | "network">} Around */
/** @typedef {Around & {program: string}} Kept  what its history keeps */

/** How often to look whether a syllable is finished: no event tells it in every browser. */
const COMPOSING_MS = 30;
/** A change to the editor costs milliseconds: not one a step, where steps come fast. */
const REST_MS = 150;
/** Text that changes ten times a second is seen to move. */
const FOLLOW_MS = 100;

/** Marks a change that the page made itself. */
const fromPage = Annotation.define();

/** What stands around the text belongs to it, and to its history: what is undone brings back both. @type {import("@codemirror/state").StateEffectType<Around>} */
const setAround = StateEffect.define();
const aroundOf = StateField.define({
  /** @returns {Around} */
  create: () => ({ inputs: {}, source: null, updates: null, open: [], cursor: 0, selection: null, network: null }),
  update: (around, { effects }) => effects.findLast((effect) => effect.is(setAround))?.value ?? around,
});
const undoAround = invertedEffects.of(({ effects, startState }) => {
  return effects.some((effect) => effect.is(setAround)) ? [setAround.of(startState.field(aroundOf))] : [];
});
/** A text that a hand has changed comes from no source, and what was selected is none of its own. */
const editAround = EditorState.transactionExtender.of((transaction) => {
  const isTyped = transaction.docChanged && !transaction.annotation(fromPage) && !isUndone(transaction);
  return isTyped ? { effects: setAround.of({ ...transaction.startState.field(aroundOf), source: null, selection: null }) } : null;
});

/** @param {Kept} kept @returns {Around} */
function aroundIn({ inputs, source, updates, open, cursor, selection, network }) {
  return { inputs, source, updates, open, cursor, selection, network };
}

/** @param {Transaction} transaction */
function isUndone(transaction) {
  return transaction.isUserEvent("undo") || transaction.isUserEvent("redo");
}

/** The text of what is selected in the graph. @type {import("@codemirror/state").StateEffectType<{from: number, to: number} | null>} */
const lightText = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<null>} */
const hideSignature = StateEffect.define();
const litMark = Decoration.mark({ class: "cm-lit" });
const lit = StateField.define({
  create: () => Decoration.none,
  update(marks, { changes, effects }) {
    for (const effect of effects) {
      if (effect.is(lightText)) return effect.value && effect.value.to > effect.value.from ? Decoration.set(litMark.range(effect.value.from, effect.value.to)) : Decoration.none;
    }
    return marks.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Of a program's text, wherever it stands. */
export const colours = HighlightStyle.define([
  { tag: tags.comment, class: "syntax-comment" },
  { tag: tags.number, class: "syntax-number" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "syntax-function" },
  { tag: [tags.operator, tags.punctuation], class: "syntax-operator" },
  { tag: tags.keyword, class: "syntax-keyword" },
]);

/**
 * @param {HTMLElement} parent
 * @param {Kept} kept
 * @param {(kept: Kept, isUndone: boolean) => void} onEdit
 * @param {(place: {from: number, to: number} | null) => void} onPlace  where the cursor or the selection is; null outside
 * @param {(at: number | null) => void} onPoint  what the pointer is over; null: no text
 */
export function createEditor(parent, kept, onEdit, onPlace, onPoint) {
  const label = new Compartment();
  /** @type {import("@codemirror/autocomplete").Completion[]} */
  let functions = [];
  /** @type {Map<string, {signature: string, summary: string}>} */
  let signatures = new Map();
  /** Whether a preview has begun a step of the history. */
  let moving = false;
  /** Waits for the end of a composition that has changed something; 0 where there is none. */
  let composing = 0;
  /** The field of the network's form that is being written in: it makes one step to undo. @type {string | null} */
  let field = null;
  /** Waits for the reader to rest. */
  let resting = 0;
  /** What a moving number makes of the program, and does not stand here yet. @type {Kept | null} */
  let coming = null;
  /** Finds what is to be lit; undefined: what was lit stays lit. @type {(() => import("../lib/types.js").Span | null | undefined) | null} */
  let lighting = null;
  /** Waits to follow the figure; and when it has followed last. */
  let [following, followed] = [0, 0];

  const help = StateField.define({
    /** @returns {import("@codemirror/view").Tooltip | null} */
    create: () => null,
    update(shown, { docChanged, selection, effects, state }) {
      if (effects.some((effect) => effect.is(hideSignature))) return null;
      return docChanged || (selection && shown) ? signatureAt(state, signatures) : shown;
    },
    provide: (field) => showTooltip.from(field),
  });

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: kept.program,
      extensions: [
        lineNumbers(), EditorView.lineWrapping, history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
        python(), syntaxHighlighting(colours),
        Prec.highest(keymap.of([{ key: "Escape", run: dismiss }])),
        autocompletion({ override: [(context) => complete(context, functions)], icons: false }),
        // No key for Tab: it leaves the editor, as everywhere else on a page.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        label.of([]), lit, help, aroundOf.init(() => aroundIn(kept)), undoAround, editAround,
        EditorView.domEventHandlers({
          pointermove({ clientX: x, clientY: y, buttons }) {
            if (!buttons) pointSoon({ x, y });
          },
          pointerleave: () => pointSoon(null),
        }),
        EditorView.updateListener.of((update) => {
          const isOther = update.docChanged || update.startState.field(aroundOf) !== update.state.field(aroundOf);
          if (isOther && !update.transactions.some((one) => one.annotation(fromPage))) {
            field = null;
            tell(update.transactions.some(isUndone));
          }
          if (update.selectionSet || update.focusChanged) onPlace(update.view.hasFocus ? update.state.selection.main : null);
        }),
      ],
    }),
  });

  let pointing = 0;
  let pointed = /** @type {number | null} */ (null);
  /** Once a frame, and only where another letter is under the pointer. @param {{x: number, y: number} | null} at */
  function pointSoon(at) {
    cancelAnimationFrame(pointing);
    pointing = requestAnimationFrame(() => {
      const now = at && view.posAtCoords(at);
      if (now === pointed) return;
      pointed = now;
      onPoint(now);
    });
  }

  /** Tell what stands here now; what an input method is still composing (a Korean syllable) is not told before it is finished. */
  function tell(isUndo = false) {
    clearTimeout(composing);
    composing = view.compositionStarted ? window.setTimeout(tell, COMPOSING_MS) : 0;
    if (!composing) onEdit({ program: view.state.doc.toString(), ...view.state.field(aroundOf) }, isUndo);
  }

  /** @param {Pick<Around, "cursor" | "selection">} place */
  function settle({ cursor, selection }) {
    clearTimeout(resting);
    const around = view.state.field(aroundOf);
    if (around.cursor === cursor && around.selection === selection) return;
    view.dispatch({ effects: setAround.of({ ...around, cursor, selection }), annotations: [fromPage.of(true), Transaction.addToHistory.of(false)] });
  }

  /** Scroll the editor alone: CodeMirror's own way would scroll a narrow page away from its graph. @param {number} at */
  function reveal(at) {
    const { top, bottom } = view.lineBlockAt(at);
    const { scrollTop, clientHeight } = view.scrollDOM;
    if (top < scrollTop || bottom > scrollTop + clientHeight) view.scrollDOM.scrollTop = (top + bottom - clientHeight) / 2;
  }

  /**
   * Bring the text and what stands around it to what they should be, by changing no more than differs.
   * @param {Kept} kept
   * @param {Annotation<any>[]} annotations
   * @returns {boolean} whether they differed
   */
  function bring(kept, annotations) {
    const changes = difference(view.state.doc.toString(), kept.program);
    const around = aroundIn(kept);
    const { inputs, source, updates, open, network } = view.state.field(aroundOf);
    field = null;
    const isSame = network === around.network && JSON.stringify([inputs, source, updates, open]) === JSON.stringify([around.inputs, around.source, around.updates, around.open]);
    if (!changes && isSame) return false;
    view.dispatch({ changes: changes ?? [], effects: setAround.of(around), annotations: [fromPage.of(true), ...annotations] });
    return true;
  }

  /** The figure comes first: text and light follow it after its picture, and while it moves fast not at every step. */
  function followSoon() {
    const rest = FOLLOW_MS - (performance.now() - followed);
    following ||= window.setTimeout(() => requestAnimationFrame(() => setTimeout(follow)), Math.max(rest, 0));
  }

  function follow() {
    [following, followed] = [0, performance.now()];
    arrive();
    const find = lighting;
    lighting = null;
    const span = find?.();
    if (span === undefined) return;
    const text = view.state.doc.toString();
    const place = span && text ? offsetsOf(text, span) : null;
    view.dispatch({ effects: lightText.of(place) });
    if (place && !view.hasFocus) reveal(place.from); // whoever writes keeps the place they look at
  }

  /** The text is what was previewed last. */
  function arrive() {
    if (!coming) return;
    const kept = coming;
    coming = null;
    // The history joins what claims to be one composition, however slowly it comes.
    if (moving) bring(kept, [Transaction.userEvent.of("input.type.compose")]);
    else moving = bring(kept, [isolateHistory.of("before"), Transaction.userEvent.of("scrub")]);
  }

  return {
    /** One step to undo. @param {Kept} kept */
    take(kept) {
      clearTimeout(composing);
      coming = null;
      bring(kept, [isolateHistory.of("full")]);
    },
    /** Where the reader rests: an undo comes back to it, but it is no step of its own. @param {() => Pick<Around, "cursor" | "selection">} place */
    note(place) {
      clearTimeout(resting);
      resting = window.setTimeout(() => settle(place()), REST_MS);
    },
    /** Something else is about to change: where the reader is now is what counts. @param {Pick<Around, "cursor" | "selection">} place */
    settle,
    /**
     * The network's form says something else: one step to undo, as long as it is the same field that is written in.
     * @param {Kept} kept
     * @param {string} [place]  the field; without one it is a step of its own
     */
    describe(kept, place) {
      const isOne = place !== undefined && place === field;
      field = place ?? null;
      view.dispatch({ effects: setAround.of(aroundIn(kept)), annotations: [fromPage.of(true), isOne ? Transaction.addToHistory.of(false) : isolateHistory.of("full")] });
    },
    /** @param {Kept} kept  one of many on the way, which make one step to undo */
    preview(kept) {
      coming = kept;
      followSoon();
    },
    /** What was previewed stays. */
    commit() {
      arrive();
      moving = false;
      view.dispatch({ annotations: isolateHistory.of("full") });
    },
    /** What was previewed is taken back. */
    abandon() {
      coming = null;
      if (moving) undo(view);
      moving = false;
    },
    undo: () => undo(view),
    redo: () => redo(view),
    /** @param {() => import("../lib/types.js").Span | null | undefined} find  where what is selected in the graph is written; undefined: what was lit stays lit */
    light(find) {
      lighting = find;
      followSoon();
    },
    /** @param {string} text  how a screen reader names the editor */
    setLabel(text) {
      view.dispatch({ effects: label.reconfigure(EditorView.contentAttributes.of({ "aria-label": text, tabindex: "0" })) });
    },
    /**
     * @param {{span: import("../lib/types.js").Span | null, message: string, severity: "error" | "warning"}[]} remarks
     * @param {boolean} [isSought]  whether the first comes into view
     */
    setRemarks(remarks, isSought = false) {
      if (!remarks.length && !diagnosticCount(view.state)) return;
      arrive();
      const text = view.state.doc.toString();
      const found = remarks.flatMap(({ span, message, severity }) => (span ? [{ ...offsetsOf(text, span), message, severity }] : []));
      view.dispatch(setDiagnostics(view.state, found));
      if (isSought && found.length) view.dispatch({ effects: EditorView.scrollIntoView(found[0].from, { y: "center" }) });
    },
    /** @param {import("../lib/types.js").OpEntry[]} ops @param {"ko" | "en"} language */
    setFunctions(ops, language) {
      signatures = new Map(ops.map(({ name, signature, summary }) => [name, { signature, summary: summary?.[language] ?? "" }]));
      functions = ops.map(({ name, signature, summary }) => ({
        label: name, detail: signature.slice(name.length), info: summary?.[language] ?? "", type: "function",
      }));
    },
    focus: () => view.focus(),
    /** Bring the cursor to a place in the text. @param {import("../lib/types.js").Span} span */
    goTo(span) {
      arrive();
      const { from, to } = offsetsOf(view.state.doc.toString(), span);
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
  };
}

/**
 * The signature of the function whose arguments are being written.
 * @param {EditorState} state
 * @param {Map<string, {signature: string, summary: string}>} signatures
 * @returns {import("@codemirror/view").Tooltip | null}
 */
function signatureAt(state, signatures) {
  const call = callAt(state.sliceDoc(0, state.selection.main.head));
  const entry = call && signatures.get(call.name);
  if (!call || !entry) return null;
  const [before, here, after] = marked(entry.signature, call.argument, call.keyword);
  const create = () => ({ dom: h("div", { class: "cm-signature", role: "status" }, h("code", {}, before, h("b", {}, here), after), h("p", {}, entry.summary)) });
  return { pos: call.at, above: true, create };
}

/** Put the signature away; other meanings of the key follow where there is none. @param {EditorView} view */
function dismiss(view) {
  if (completionStatus(view.state) === "active") return false;
  const isShown = view.dom.querySelector(".cm-signature") !== null;
  if (isShown) view.dispatch({ effects: hideSignature.of(null) });
  return isShown;
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {{from: number, to: number, insert: string} | null}  null where they are the same
 */
function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/**
 * The registry's functions and the names that the program has already.
 * @param {import("@codemirror/autocomplete").CompletionContext} context
 * @param {import("@codemirror/autocomplete").Completion[]} functions
 */
function complete(context, functions) {
  if (context.view?.compositionStarted) return null; // of an unfinished syllable nobody knows what it begins
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const names = new Set(Array.from(text.matchAll(/^[ \t]*([\p{L}_][\p{L}\p{N}_]*)\s*=/gmu), ([, name]) => name));
  return { from: word.from, options: [...Array.from(names, (name) => ({ label: name, type: "variable" })), ...functions] };
}
