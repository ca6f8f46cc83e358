/** A number of the figure is taken with the pointer and dragged: what that means is the page's matter. */

/** So many px move a number by one step. */
const STEP_PX = 5;
/** A press that moves less is a click. */
const SLOP_PX = 3;
/** Room around the number that still counts as the number, in px. */
const REACH = { mouse: 5, touch: 16 };

/** @typedef {{shiftKey: boolean, altKey: boolean}} Keys */
/**
 * @typedef {object} Drag  what becomes of a number
 * @property {(steps: number, keys: Keys) => void} move
 * @property {() => void} end
 * @property {() => void} cancel  all is to be as it was
 */

/**
 * @param {HTMLElement} host
 * @param {SVGSVGElement} svg
 * @param {(node: number) => Drag | null} take  null: it cannot be moved
 * @param {AbortSignal} life  of the figure
 */
export function listenToNumbers(host, svg, take, life) {
  /** @type {{drag: Drag, pointer: number, x: number, dragged: boolean} | null} */
  let press = null;

  function rest() {
    const rested = press;
    press = null;
    host.classList.remove("dragging");
    return rested;
  }

  svg.addEventListener("pointerdown", (event) => {
    const id = event.button === 0 && event.isPrimary ? numberUnder(event) : null;
    const drag = id === null ? null : take(id);
    if (!drag) return;
    press = { drag, pointer: event.pointerId, x: event.clientX, dragged: false };
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
      host.classList.toggle("over-number", !press && event.pointerType === "mouse" && numberUnder(event) !== null);
      return;
    }
    const distance = event.clientX - press.x;
    if (!press.dragged && Math.abs(distance) < SLOP_PX) return;
    if (!press.dragged) {
      press.dragged = true;
      svg.setPointerCapture(event.pointerId);
      host.classList.add("dragging");
    }
    press.x = event.clientX;
    press.drag.move(distance / STEP_PX, event);
  });
  svg.addEventListener("pointerup", () => {
    const rested = rest();
    if (!rested) return;
    if (!rested.dragged) return rested.drag.cancel();
    // The click that ends a drag chooses nothing.
    svg.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => svg.removeEventListener("click", stop, { capture: true }));
    rested.drag.end();
  });
  svg.addEventListener("pointercancel", () => rest()?.drag.cancel());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !press) return;
    event.preventDefault();
    rest()?.drag.cancel();
  }, { signal: life });
  window.addEventListener("blur", () => rest()?.drag.end(), { signal: life });
}

/** The node whose number is under the pointer, and can be moved. @param {PointerEvent} event @returns {number | null} */
function numberUnder(event) {
  const mark = event.target instanceof Element ? event.target.closest("g.node.draggable") : null;
  const number = mark?.querySelector(".value");
  if (!mark || !number?.textContent) return null;
  const { left, right, top, bottom } = number.getBoundingClientRect();
  const reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
  const { clientX: x, clientY: y } = event;
  const within = x >= left - reach && x <= right + reach && y >= top - reach && y <= bottom + reach;
  return within ? Number(mark.getAttribute("data-id")) : null;
}

/** @param {Event} event */
function stop(event) {
  event.stopPropagation();
}
