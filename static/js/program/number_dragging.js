/** A leaf's number is dragged in the graph, or moved by the arrow keys; the program follows, and the graph follows it. */

import { literalOf, replaced, scrubbed } from "./literals.js";

/** So many px move a number by one step. */
const STEP_PX = 5;
/** A press that moves less is a click. */
const SLOP_PX = 3;
/** The line under a number that can be taken: its width, and twice its distance from the number's middle. */
const HANDLE_PX = 20;
/** Room around the number that still counts as the number, in px. */
const REACH = { mouse: 5, touch: 16 };

/**
 * @typedef {object} Scrubbing
 * @property {number} id  of the leaf
 * @property {string} program  as it was before
 * @property {import("./literals.js").Literal} literal
 * @property {number} steps
 * @property {boolean} fine
 */

/**
 * @param {SVGSVGElement} svg
 * @param {object} on
 * @param {() => {trace: import("../lib/types.js").Trace | null, program: string, inputs: Record<string, unknown>, selected: number | null}} on.scene  trace: null where it is not the program's
 * @param {(program: string) => void} on.preview  while the number moves
 * @param {() => void} on.commit  it rests
 * @param {(before: string) => void} on.abandon  all is to be as it was
 */
export function createScrubbing(svg, { scene, preview, commit, abandon }) {
  /** @type {Scrubbing | null} */
  let running = null;
  /** @type {{pointer: number, x: number, dragged: boolean} | null} */
  let press = null;

  /** What was moved last: known before its answer has come. @type {{id: number, program: string, literal: import("./literals.js").Literal} | null} */
  let last = null;

  /** A value that is given beside the program wins over what is written there. @param {import("../lib/types.js").TraceNode | undefined} node */
  function writtenAt(node) {
    const { program, inputs } = scene();
    return !node || (node.op === "input" && node.name !== null && Object.hasOwn(inputs, node.name)) ? null : literalOf(program, node);
  }

  /** @param {number} id @returns {Scrubbing | null} */
  function begin(id) {
    const { trace, program } = scene();
    const known = last?.id === id && last.program === program ? last.literal : null;
    const literal = trace ? writtenAt(trace.nodes[id]) : known;
    return literal ? { id, program, literal, steps: 0, fine: false } : null;
  }

  /** @param {number} steps @param {{shiftKey: boolean, altKey: boolean}} keys */
  function move(steps, { shiftKey, altKey }) {
    if (!running) return;
    running.fine ||= altKey;
    running.steps += steps * (shiftKey ? 10 : 1) * (altKey ? 0.1 : 1);
    const { id, program, literal } = running;
    const text = scrubbed(literal, running.steps, running.fine);
    last = { id, program: replaced(program, literal, text), literal: { ...literal, to: literal.from + text.length, text } };
    preview(last.program);
  }

  function end() {
    rest();
    commit();
  }

  function cancel() {
    const before = running?.program;
    rest();
    if (before !== undefined) abandon(before);
  }

  function rest() {
    running = press = null;
    svg.classList.remove("scrubbing");
  }

  /** The node whose number is under the pointer. @param {PointerEvent} event @returns {number | null} */
  function nodeUnder(event) {
    const mark = event.target instanceof Element ? event.target.closest("g.node.scrubbable") : null;
    const number = mark?.querySelector(".value");
    if (!mark || !number?.textContent) return null;
    const { left, right, top, bottom } = number.getBoundingClientRect();
    const reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
    const { clientX: x, clientY: y } = event;
    const within = x >= left - reach && x <= right + reach && y >= top - reach && y <= bottom + reach;
    return within ? Number(mark.getAttribute("data-id")) : null;
  }

  svg.addEventListener("pointerdown", (event) => {
    const id = event.button === 0 && event.isPrimary ? nodeUnder(event) : null;
    running = id === null ? null : begin(id);
    if (!running) return;
    press = { pointer: event.pointerId, x: event.clientX, dragged: false };
    event.preventDefault(); // else the page would select text, and the drawing be panned
    const hit = /** @type {Element} */ (event.target).closest("g.node")?.querySelector(".hit");
    if (hit instanceof SVGElement) hit.focus({ preventScroll: true });
  });
  for (const kind of /** @type {const} */ (["mousedown", "touchstart"])) {
    svg.addEventListener(kind, (event) => {
      if (press) event.stopImmediatePropagation();
    }, { capture: true });
  }
  svg.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.pointer) {
      svg.classList.toggle("over-number", !press && event.pointerType === "mouse" && nodeUnder(event) !== null);
      return;
    }
    const distance = event.clientX - press.x;
    if (!press.dragged && Math.abs(distance) < SLOP_PX) return;
    if (!press.dragged) {
      press.dragged = true;
      svg.setPointerCapture(event.pointerId);
      svg.classList.add("scrubbing");
    }
    press.x = event.clientX;
    move(distance / STEP_PX, event);
  });
  svg.addEventListener("pointerup", () => {
    if (!press) return;
    if (press.dragged) {
      // The click that ends a drag chooses nothing.
      svg.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => svg.removeEventListener("click", stop, { capture: true }));
      end();
    } else running = press = null;
  });
  svg.addEventListener("pointercancel", () => press && cancel());

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running) {
      event.preventDefault();
      return cancel();
    }
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.ctrlKey || event.metaKey || press) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const focused = target.closest("#graph g.node")?.getAttribute("data-id");
    const id = focused ? Number(focused) : target === document.body ? scene().selected : null;
    running ??= id === null ? null : begin(id);
    if (!running) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? 1 : -1, event);
  });
  document.addEventListener("keyup", (event) => {
    if (!press && running && (event.key === "ArrowUp" || event.key === "ArrowDown")) end();
  });
  window.addEventListener("blur", () => running && end());

  return {
    /** Whether a number is being moved. */
    get running() {
      return running !== null && (press === null || press.dragged);
    },
    /** Mark the numbers that may be moved, in a drawing that was just made. */
    mark() {
      const { trace } = scene();
      if (!trace) return;
      for (const mark of svg.querySelectorAll("g.node")) {
        const can = writtenAt(trace.nodes[Number(mark.getAttribute("data-id"))]) !== null;
        mark.classList.toggle("scrubbable", can);
        drawHandle(mark, can);
        const hit = mark.querySelector(".hit");
        if (can) hit?.setAttribute("aria-keyshortcuts", "ArrowUp ArrowDown");
        else hit?.removeAttribute("aria-keyshortcuts");
      }
    },
  };
}

/** A dotted line under a number says that it can be taken. @param {Element} mark @param {boolean} can */
function drawHandle(mark, can) {
  const number = mark.querySelector(".value");
  let handle = mark.querySelector(".handle");
  if (!can || !number) return handle?.remove();
  if (!handle) {
    handle = document.createElementNS("http://www.w3.org/2000/svg", "path");
    handle.setAttribute("class", "handle");
    number.after(handle);
  }
  handle.setAttribute("d", `M${-HANDLE_PX / 2} ${Number(number.getAttribute("y")) + HANDLE_PX / 2}h${HANDLE_PX}`);
}

/** @param {Event} event */
function stop(event) {
  event.stopPropagation();
}
