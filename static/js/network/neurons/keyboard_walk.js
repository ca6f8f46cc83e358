/**
 * The keyboard in the network view: one stop for Tab; the arrows walk from neuron to neuron. To the left of a neuron are
 * its weights, and up and down walk among those.
 */

/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("./drawing.js").Sheet} Sheet */
/** @typedef {{stop: string, column: number, unit: number | null, y: number}} Place  unit null: a box or a switch */

/**
 * @param {SVGSVGElement} svg
 * @param {object} view
 * @param {() => Sheet | null} view.sheet
 * @param {(stop: string) => void} view.choose
 * @param {(line: Line, join: number) => void} view.chooseLine
 * @param {(line: Line | null, join: number) => void} view.onLine  the keyboard has come to a line, or left it
 * @param {() => SVGPathElement | null} view.cursorLine
 */
export function walkNetwork(svg, { sheet, choose, chooseLine, onLine, cursorLine }) {
  /** By column, from the top. @type {Place[][]} */
  let columns = [];
  /** @type {Place | null} */
  let at = null;
  /** @type {{line: Line, join: number} | null} */
  let onto = null;
  let byKeyboard = false;
  /** Only whoever came with the keyboard walks; after a click the arrows go on stepping. */
  let walks = false;

  /** @param {string} stop @returns {SVGElement | null} */
  function elementOf(stop) {
    return svg.querySelector(`[data-stop="${CSS.escape(stop)}"]`);
  }

  /** @param {Place} place @param {boolean} takesFocus */
  function settle(place, takesFocus) {
    for (const stop of svg.querySelectorAll("[tabindex='0']")) stop.setAttribute("tabindex", "-1");
    at = place;
    leaveLine();
    const element = elementOf(place.stop);
    element?.setAttribute("tabindex", "0");
    if (takesFocus) element?.focus();
  }

  function leaveLine() {
    if (onto) onLine(null, 0);
    onto = null;
  }

  /** @param {{line: Line, join: number}} found */
  function goOnto(found) {
    onto = found;
    onLine(found.line, found.join);
    const element = cursorLine();
    element?.setAttribute("tabindex", "0");
    element?.focus();
  }

  /** The lines that end in a neuron. @param {Place} place */
  function linesInto(place) {
    const page = sheet();
    if (!page) return [];
    return page.network.joins.flatMap(({ to }, join) => (to !== place.column ? [] : page.lines[join].filter((line) => line.to === place.unit || line.to === null).map((line) => ({ line, join }))));
  }

  /** @param {number} column @param {number} y @returns {Place | undefined} */
  function nearest(column, y) {
    return columns[column]?.filter(({ stop }) => !/switch$|^block /.test(stop)).toSorted((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y))[0] ?? columns[column]?.[0];
  }

  /** @param {string} key @returns {boolean} whether the key meant something here */
  function press(key) {
    if (!at || !walks) return false;
    const [down, right] = [key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0, key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0];
    if (!down && !right) return false;
    if (onto) {
      const { line, join } = onto;
      const all = linesInto(at);
      const here = all.findIndex((one) => one.line === line && one.join === join);
      if (down) {
        const next = all[here + down];
        if (next) goOnto(next);
      } else if (right > 0) settle(at, true);
      else {
        const from = sheet()?.network.joins[join].from ?? at.column;
        const place = nearest(from, line.y1);
        if (place) settle(place, true);
      }
      return true;
    }
    const own = columns[at.column];
    if (down) {
      const next = own[own.findIndex(({ stop }) => stop === at?.stop) + down];
      if (next) settle(next, true);
      return true;
    }
    const isSwitch = /switch$|^block /.test(at.stop);
    const lines = right < 0 && !isSwitch ? linesInto(at) : [];
    if (lines.length) {
      const { y } = at;
      goOnto(lines.toSorted((a, b) => Math.abs(a.line.y1 - y) - Math.abs(b.line.y1 - y))[0]);
      return true;
    }
    const place = nearest(at.column + right, at.y);
    if (place) settle(place, true);
    return true;
  }

  document.addEventListener("keydown", () => (byKeyboard = true), { capture: true });
  document.addEventListener("pointerdown", () => (byKeyboard = walks = false), { capture: true });
  svg.addEventListener("keydown", (event) => {
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      const stop = event.target instanceof Element ? event.target.closest(".hit")?.getAttribute("data-stop") : null;
      if (onto) chooseLine(onto.line, onto.join);
      else if (stop && event.key === "Enter") choose(stop);
      else return;
      event.preventDefault();
      return;
    }
    if (press(event.key)) event.preventDefault();
  });
  svg.parentElement?.addEventListener("focusin", ({ target }) => {
    const stop = target instanceof Element ? target.closest("[data-stop]")?.getAttribute("data-stop") : null;
    walks = byKeyboard;
    const found = columns.flat().find((place) => place.stop === stop);
    if (found && found !== at) settle(found, false);
  });
  svg.parentElement?.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== cursorLine()) leaveLine();
  });

  return {
    /** Make another drawing; the keyboard stays where it was, or as near as can be. @param {() => void} draw */
    through(draw) {
      const wasWithin = svg.contains(document.activeElement);
      const before = at;
      draw();
      onto = null;
      const page = sheet();
      if (!page) return;
      columns = page.network.columns.map(() => []);
      for (const element of svg.querySelectorAll("[data-stop]")) {
        const stop = element.getAttribute("data-stop") ?? "";
        const column = page.network.columns.findIndex(({ key, opens, blocks }) => stop.startsWith(`${key} `) || stop === `block ${opens}` || blocks.some(({ path }) => stop === `block ${path}`));
        const name = stop.slice((page.network.columns[column]?.key.length ?? 0) + 1);
        const slot = page.layout.columns[column]?.slots.find((one) => one.kind === "unit" && String(one.unit) === name);
        const y = slot?.y ?? (name === "box" ? page.layout.columns[column].slots[0].y : 0);
        columns[column]?.push({ stop, column, unit: slot?.kind === "unit" ? slot.unit : null, y });
      }
      for (const places of columns) places.sort((a, b) => a.y - b.y);
      const same = columns.flat().find(({ stop }) => stop === before?.stop) ?? nearest(Math.min(before?.column ?? 0, columns.length - 1), before?.y ?? 0);
      if (same) settle(same, wasWithin);
    },
    /** What the line says has changed with the step. */
    relabel() {
      if (onto && svg.contains(document.activeElement)) onLine(onto.line, onto.join);
    },
    /** @param {string} stop */
    spotOf: (stop) => columns.flat().find((place) => place.stop === stop) ?? null,
    /** Where the keyboard is. */
    spot: () => (svg.contains(document.activeElement) ? at : null),
  };
}
