/** The figure on a wall: full screen, with its question, the step's sentence and the play bar, in letters of 24 px and more. */

import { h } from "../../lib/dom.js";

/** Of the smallest letters in the figure, in px. */
const LETTERS = "24";
/** What a clicker sends. @type {Record<string, -1 | 1>} */
const CLICKER = { PageUp: -1, PageDown: 1 };

/**
 * @param {object} page
 * @param {import("../../graph/element.js").GradlensGraph} page.figure
 * @param {() => import("../../lib/types.js").Translate} page.t
 */
export function createPresenting({ figure, t }) {
  const root = document.documentElement;
  const leaveButton = h("button", { type: "button", class: "quiet leave-presenting", onclick: leave }, "×");
  /** While it is presented. @type {AbortController | null} */
  let life = null;
  /** Where the keyboard was. @type {Element | null} */
  let before = null;
  /** The screen is being given back. @type {Promise<void>} */
  let leaving = Promise.resolve();

  function leave() {
    if (!life) return;
    life.abort();
    life = null;
    leaveButton.remove();
    root.classList.remove("presenting");
    figure.removeAttribute("letters");
    if (document.fullscreenElement) leaving = document.exitFullscreen().catch(() => {});
    if (before instanceof HTMLElement || before instanceof SVGElement) before.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const by = CLICKER[event.key];
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) leave();
    else if (by) figure.goTo(figure.cursor + by, by > 0);
    else return;
    event.preventDefault();
    event.stopPropagation(); // in the graph these keys walk
  }

  async function enter() {
    life = new AbortController();
    before = document.activeElement;
    const { signal } = life;
    root.classList.add("presenting");
    figure.setAttribute("letters", LETTERS);
    leaveButton.setAttribute("aria-label", t()("presenting.leave"));
    leaveButton.title = t()("presenting.leave");
    document.body.append(leaveButton);
    addEventListener("keydown", press, { capture: true, signal });
    /** @type {HTMLElement | null | undefined} */ (figure.playBar?.querySelector(".play"))?.focus({ preventScroll: true });
    // Where a browser does not let it fill the screen, it fills the window.
    await leaving;
    await root.requestFullscreen?.().catch(() => {});
    if (signal.aborted) return void (document.fullscreenElement && document.exitFullscreen());
    document.addEventListener("fullscreenchange", () => document.fullscreenElement ?? leave(), { signal });
  }

  return { toggle: () => (life ? leave() : enter()) };
}
