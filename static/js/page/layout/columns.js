/** The columns beside the figure: each is as wide as its handle was dragged, or folded to a rail. */

import { find } from "../../lib/dom.js";

/** @typedef {import("../../store/page_state.js").PageState} PageState */
/** @typedef {"program" | "panels"} Column */

/** In the order of `widths`. @type {Column[]} */
export const COLUMNS = ["program", "panels"];
/** One press of an arrow key. */
const STEP_REM = 1;

/**
 * @param {import("../../store/store.js").Store<PageState, import("../../store/actions.js").Action>} store
 */
export function createColumns(store) {
  const main = find("main", HTMLElement);
  const columns = COLUMNS.map((name, i) => ({
    name, divider: find(`#${name}-divider`, HTMLElement), fold: find(`#fold-${name}`, HTMLButtonElement), rail: find(`#unfold-${name}`, HTMLButtonElement),
    /** Of the column that is beside it, to the right of the page for one and to the left for the other. */
    outward: i === 0 ? -1 : 1,
  }));

  /** @param {number} i @param {number | null} width  rem; null: the usual one */
  function paint(i, width) {
    const { name, divider } = columns[i];
    if (width === null) main.style.removeProperty(`--${name}-width`);
    else main.style.setProperty(`--${name}-width`, `${width}rem`);
    divider.setAttribute("aria-valuenow", String(Math.round((100 * seen(i)) / innerWidth)));
  }

  /** How wide it is in the layout: the page keeps it within bounds. @param {number} i  @returns {number} px */
  function seen(i) {
    const at = columns[i].divider.getBoundingClientRect();
    const middle = at.left + at.width / 2;
    return i === 0 ? middle : innerWidth - middle;
  }

  /** @param {number} i @param {number | null} width */
  function set(i, width) {
    store.dispatch({ type: "arranged", widths: store.state.widths.map((one, at) => (at === i ? width : one)) });
  }

  /** @param {Column} name */
  function toggle(name) {
    const { folded } = store.state;
    const { fold, rail } = columns[COLUMNS.indexOf(name)];
    const isFolded = folded.includes(name);
    const held = [fold, rail, columns[COLUMNS.indexOf(name)].divider].some((one) => one === document.activeElement);
    store.dispatch({ type: "arranged", folded: isFolded ? folded.filter((one) => one !== name) : [...folded, name] });
    show(store.state); // what the keyboard comes to is to be seen already
    if (held) (isFolded ? fold : rail).focus();
  }

  /** @param {PageState} state */
  function show({ widths, folded }) {
    main.dataset.folded = folded.join(" ");
    widths.forEach((width, i) => paint(i, width));
  }

  for (const [i, { name, divider, fold, rail, outward }] of columns.entries()) {
    for (const button of [fold, rail]) button.addEventListener("click", () => toggle(name));
    divider.addEventListener("dblclick", () => set(i, null));
    divider.addEventListener("keydown", (event) => {
      const towards = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === "Enter") toggle(name);
      else if (towards) set(i, inRem(seen(i)) - towards * outward * STEP_REM);
      else return;
      event.preventDefault(); // elsewhere these keys take steps
    });
    divider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      divider.setPointerCapture(event.pointerId);
      const from = seen(i) + outward * event.clientX;
      const width = (/** @type {PointerEvent} */ { clientX }) => inRem(from - outward * clientX);
      const moved = (/** @type {PointerEvent} */ to) => paint(i, width(to));
      divider.addEventListener("pointermove", moved);
      divider.addEventListener("lostpointercapture", () => {
        divider.removeEventListener("pointermove", moved);
        if (main.style.getPropertyValue(`--${name}-width`)) set(i, inRem(seen(i)));
      }, { once: true });
    });
  }

  return {
    toggle, show,
    /** @param {Column} name @returns {boolean} whether it was folded */
    unfold(name) {
      const isFolded = store.state.folded.includes(name);
      if (isFolded) toggle(name);
      return isFolded;
    },
  };
}

/** Letters may be larger than usual, and the columns with them. @param {number} px */
function inRem(px) {
  return Math.round((10 * px) / parseFloat(getComputedStyle(document.documentElement).fontSize)) / 10;
}
