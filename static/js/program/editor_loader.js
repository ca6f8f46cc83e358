/** The program's place: its plain text at once, the editor as soon as that is there. */

import { find, h } from "../lib/dom.js";

/** @typedef {import("./editor.js").Kept} Kept */

/**
 * @param {object} page
 * @param {() => Kept} page.kept  what the editor's history keeps, as it is now
 * @param {(kept: Kept, isUndone: boolean) => void} page.onEdit
 * @param {() => import("../lib/types.js").Translate} page.t
 * @param {import("../page/pending_requests.js").Begin} page.begin
 */
export function createEditorLoader({ kept, onEdit, t, begin }) {
  const place = find("#editor", HTMLElement);
  /** @type {ReturnType<typeof import("./editor.js").createEditor> | null} */
  let editor = null;
  /** Why there is only the plain text. @type {string | null} */
  let offered = null;
  /** @type {{place: (place: {from: number, to: number} | null) => void, point: (at: number | null) => void, ready: () => void}} */
  let on = { place() {}, point() {}, ready() {} };

  function showPlain() {
    const offer = offered === null ? [] : [h("p", {}, h("span", { "data-t": offered }, t()(offered)), " ",
      h("button", { type: "button", onclick: again, "data-t": "editor.load" }, t()("editor.load")))];
    place.replaceChildren(h("pre", {}, kept().program), ...offer);
  }

  /** @param {string} why */
  function offer(why) {
    offered = why;
    showPlain();
  }

  async function again() {
    offered = null;
    showPlain();
    await load();
    if (editor) editor.focus();
    else place.querySelector("button")?.focus();
  }

  async function load() {
    let isWanted = true;
    const end = begin("waiting.editor", () => {
      isWanted = false;
      offer("editor.declined");
    });
    try {
      const { createEditor } = await import("./editor.js");
      if (!isWanted) return;
      place.replaceChildren();
      editor = createEditor(place, kept(), onEdit, (at) => on.place(at), (at) => on.point(at));
      on.ready();
    } catch (error) {
      if (editor) throw error;
      if (isWanted) offer("editor.failed");
    } finally {
      end();
    }
  }

  return {
    load,
    /** @param {typeof on} listener  place: the cursor or the selection is there; point: the pointer is; ready: the editor is */
    tell: (listener) => void (on = listener),
    get editor() {
      return editor;
    },
    /** The work was taken from elsewhere. */
    show() {
      if (editor) editor.take(kept());
      else showPlain();
    },
    /** The page itself has changed it; an editor has heard of that before. */
    follow() {
      if (!editor) showPlain();
    },
  };
}
