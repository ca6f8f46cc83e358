/** The numbers of what is under the pointer, or has the keyboard's focus, at once. */

import { h } from "../lib/dom.js";
import { has } from "./frames.js";

/** From the pointer, in px. */
const OFFSET = 16;
const MARGIN = 8;

/** @typedef {import("../lib/types.js").Selection} Selection */

/**
 * @param {HTMLElement} figure
 * @param {SVGSVGElement} svg
 * @param {HTMLElement} box  where the words go
 * @param {() => {plan: import("./frames.js").Plan | null, cursor: number, t: import("../lib/types.js").Translate, full: boolean}} scene
 * @param {AbortSignal} life  of the figure
 */
export function createTooltip(figure, svg, box, scene, life) {
  /** What is looked at, and where the words go, in the window's px. @type {{subject: Selection, x: number, y: number} | null} */
  let look = null;
  /** What is said of it; loaded when something is looked at first. @type {typeof import("./tooltip_text.js").hint | null} */
  let hint = null;

  async function load() {
    const module = await import("./tooltip_text.js").catch(() => null);
    if (!module || life.aborted) return;
    ({ hint } = module);
    refresh();
  }

  function refresh() {
    if (look && !hint) return void load();
    const { plan, cursor, t, full } = scene();
    // Of another drawing than the one it was looked at in, there may be no such node.
    const found = look && hint && plan && has(plan, look.subject) ? hint(plan, look.subject, cursor, t, full) : null;
    box.hidden = !found;
    if (!found || !look) return;
    const rows = found.rows.flatMap(([word, text]) => [h("dt", {}, word), h("dd", {}, text)]);
    box.replaceChildren(h("b", {}, found.title), h("dl", {}, ...rows));
    const room = figure.getBoundingClientRect();
    const x = Math.min(look.x - room.left + OFFSET, room.width - box.offsetWidth - MARGIN);
    const below = look.y - room.top + OFFSET;
    const y = below + box.offsetHeight + MARGIN > room.height ? below - box.offsetHeight - 2 * OFFSET : below;
    box.style.translate = `${Math.max(x, MARGIN)}px ${Math.max(y, MARGIN)}px`;
  }

  function hide() {
    look = null;
    box.hidden = true;
  }

  svg.addEventListener("pointermove", (event) => {
    // A finger has no way to look in passing: it chooses.
    const subject = event.pointerType === "touch" || event.buttons ? null : subjectOf(event.target);
    look = subject && { subject, x: event.clientX, y: event.clientY };
    refresh();
  });
  svg.addEventListener("pointerdown", hide);
  svg.addEventListener("pointerleave", hide);
  // Not at the drawing itself: Chromium makes what listens to the focus in an SVG a stop for Tab.
  figure.addEventListener("focusin", ({ target }) => {
    const subject = subjectOf(target);
    if (!(target instanceof Element) || !target.matches(":focus-visible") || !subject) return;
    const { left, bottom } = target.getBoundingClientRect();
    look = { subject, x: left - OFFSET, y: bottom - OFFSET / 2 };
    refresh();
  }, { signal: life });
  figure.addEventListener("focusout", hide, { signal: life });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  }, { signal: life });

  return { refresh, hide };
}

/** @param {EventTarget | null} target @returns {Selection | null} */
function subjectOf(target) {
  const mark = target instanceof Element && !target.closest(".switch") ? target.closest("g.node, g.edge, g.echo") : null;
  const id = mark?.getAttribute("data-id");
  return mark && id ? { kind: mark.classList.contains("edge") ? "edge" : "node", id: Number(id) } : null;
}
