/** The network as its readers draw it: a column a layer, its neurons as circles, its weights as lines; at the page's own step. */

import { h, find } from "../../lib/dom.js";
import { number, shapeText } from "../../lib/format.js";
import { activeStep } from "../../graph/frames.js";
import { scaleOf } from "../../graph/gradient_scale.js";
import { settingsOf } from "../../store/settings.js";
import { styled } from "../../lib/style_sheets.js";
import { prefersStillness } from "../../lib/theme.js";
import { canOpen, drawNetwork } from "./drawing.js";
import { lineAt, linesOf, openedFirst, placeNetwork } from "./layout.js";
import { activationsOf, networkOf } from "./model.js";
import { boxFigures, lineText, lineUpdate, stageAt, unitText, valueScale } from "./numbers.js";
import { largestValue } from "./values.js";
import { walkNetwork } from "./keyboard_walk.js";

/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("./drawing.js").Spot} Spot */

/** From a line to the pointer that means it, in px. */
const REACH = 7;
const ZOOM = { least: 0.35, most: 3 };

/** Of all samples, among their numbers. */
const MEAN = "mean";

/** @typedef {NeuronsParts & import("../../store/settings.js").Keeper} NeuronsPage */
/**
 * @typedef {object} NeuronsParts  what the network view knows of the page
 * @property {() => {plan: import("../../graph/frames.js").Plan | null, cursor: number, selection: import("../../lib/types.js").Selection | null, full: boolean}} scene
 * @property {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} words
 * @property {(selection: import("../../lib/types.js").Selection) => void} choose
 * @property {(path: string) => void} toggleBlock
 * @property {() => import("../../lib/types.js").Updates | null} updates  of the parameters, where the graph is a step of a training
 * @property {() => void} onWhole  elided values are wanted
 * @property {() => Promise<Map<string, import("../../lib/types.js").OpEntry>>} loadOps  empty if they cannot be had
 */

/** The view with its looks and its words. @param {NeuronsPage} page */
export async function loadNetworkView(page) {
  const [ops] = await Promise.all([page.loadOps(), styled("#neurons-style"), page.words().add("network")]);
  if (!ops.size) throw new Error("no list of ops");
  return createNetworkView(page, activationsOf(ops));
}

/** @param {NeuronsPage} page @param {Set<string>} activations */
export function createNetworkView(page, activations) {
  const { scene, words, choose } = page;
  const figure = find("#figure", HTMLElement);
  const foot = find("#figure .foot", HTMLElement);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const sample = h("select", { id: "neurons-sample", onchange: () => pick(sample.value) });
  const sampleWord = h("span");
  const sampleLabel = h("label", {}, sampleWord, sample);
  const legend = h("div", { class: "values" });
  /** What the picture means, or the numbers of what is looked at. */
  const readout = h("p", { class: "readout" });
  const whole = h("button", { type: "button", onclick: () => page.onWhole() });
  const room = h("div", { class: "room" }, svg);
  const keys = h("p", { id: "neurons-keys", hidden: true });
  const summary = h("p", { id: "neurons-summary", hidden: true });
  const element = h("div", { id: "neurons", role: "group" }, h("div", { class: "bar" }, sampleLabel, legend, whole), readout, room, keys, summary);
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-describedby", "neurons-summary neurons-keys");
  figure.insertBefore(element, figure.querySelector(".floating"));

  /** sample: whose numbers are shown; opened: what a hand has opened and closed, by column. */
  const settings = settingsOf(page, "neurons", { sample: "0", zoom: 1, opened: {} });
  const zoomNow = () => Math.min(Math.max(settings.now.zoom, ZOOM.least), ZOOM.most);
  /** @type {import("./drawing.js").Sheet | null} */
  let sheet = null;
  /** @type {ReturnType<typeof drawNetwork> | null} */
  let drawing = null;
  /** @type {{trace: import("../../lib/types.js").Trace | null, updates: unknown, t: unknown}} */
  let drawn = { trace: null, updates: null, t: null };
  /** What the readout tells, until the pointer leaves it. @type {(() => string) | null} */
  let told = null;

  const walk = walkNetwork(svg, {
    sheet: () => sheet,
    choose: (stop) => act(stop),
    chooseLine: (line, join) => chooseLine(line, join),
    onLine(line, join) {
      const label = line ? lineLabel(line, join) : "";
      drawing?.point(line, join, label);
      tell(line ? () => lineLabel(line, join) : null);
    },
    cursorLine: () => drawing?.cursorLine ?? null,
  });

  /** @returns {import("./numbers.js").Moment | null} */
  function moment() {
    const { plan, cursor, full } = scene();
    return plan && sheet && { plan, cursor, batch: sheet.network.batch, sample: sampleIn(sheet.network.batch), full, updates: page.updates() };
  }

  /** @param {number | null} batch @returns {number | null} null: the mean of all */
  function sampleIn(batch) {
    const { sample } = settings.now;
    if (sample === MEAN && batch !== null) return null;
    return /^\d+$/.test(sample) && Number(sample) < (batch ?? 1) ? Number(sample) : 0;
  }

  /** @param {string} chosen */
  function pick(chosen) {
    settings.set({ sample: chosen });
    show();
  }

  /** @param {number} column */
  function toggle(column) {
    if (!sheet) return;
    settings.set({ opened: { ...settings.now.opened, [sheet.network.columns[column].key]: !sheet.isOpen[column] } });
    draw();
    show();
  }

  /** A neuron, a map or a box: its node, at the stage that was meant. @param {Spot} spot */
  function select({ column, unit, stage }) {
    const now = moment();
    if (!now || !sheet) return;
    const { stages, merged } = sheet.network.columns[column];
    const states = stages.map((one) => stageAt(now, one, merged > 0));
    const known = states.findLast(({ isKnown }) => isKnown) ?? states[0];
    const meant = stage === null ? known : states[stage];
    // Pressed again, it tells of what arrives in the neuron.
    const { selection } = scene();
    const isAgain = stage === null && selection?.kind === "node" && selection.id === meant.node.id && states.length > 1;
    tell(() => spotLabel(column, unit));
    choose({ kind: "node", id: (isAgain ? states[0] : meant).node.id });
  }

  /** @param {Line} line @param {number} join */
  function chooseLine(line, join) {
    if (!sheet) return;
    const { weights, bias } = sheet.network.columns[sheet.network.joins[join].to];
    const parameter = sheet.network.joins[join].kind !== "weights" ? null : line.isBias ? bias : weights;
    tell(() => lineLabel(line, join));
    choose({ kind: "edge", id: parameter?.edge ?? sheet.network.joins[join].edge });
  }

  /** By its name in the drawing. @param {string} stop */
  function act(stop) {
    const mark = svg.querySelector(`[data-stop="${CSS.escape(stop)}"]`);
    mark?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }

  /** @param {number} column @param {number | null} unit */
  function spotLabel(column, unit) {
    const now = moment();
    if (!now || !sheet) return "";
    const { t } = words();
    const one = sheet.network.columns[column];
    const name = one.titles.join(", ");
    if (unit !== null) return t(one.map ? "neurons.map" : "neurons.unit", { name, number: unit, numbers: unitText(now, one, unit) || t("value.unknown") });
    const { value, gradient, isElided } = boxFigures(now, one);
    const size = isElided ? "rms" : "mean";
    const numbers = [value === null ? t("value.unknown") : t(`neurons.${size}.value`, { number: number(value, now.full) }),
      ...(gradient === null ? [] : [t(`neurons.${size}.gradient`, { number: number(gradient, now.full) })])];
    return t("neurons.box", { name, size: sizeOf(one), numbers: numbers.join(", ") });
  }

  /** @param {Line} line @param {number} join */
  function lineLabel(line, join) {
    const now = moment();
    return now && sheet ? lineText(now, sheet.network.joins[join], sheet.network.columns, line, words().t) : "";
  }

  /** @param {import("./model.js").Column} column */
  function sizeOf({ count, map, result, merged, kind }) {
    const { t } = words();
    const shape = scene().plan?.trace.nodes[result].shape ?? [];
    if (merged) return t("neurons.operations", { count: merged });
    if (kind === "block" || count === 0) return shapeText(shape);
    return map ? (count > 1 ? `${count} × ${map.join("×")}` : map.join("×")) : shape.length ? t(count === 1 ? "neurons.count.one" : "neurons.count", { count }) : "";
  }

  /** @param {(() => string) | null} what */
  function tell(what) {
    told = what;
    const text = what?.();
    readout.classList.toggle("numbers", Boolean(text));
    const { t } = words();
    readout.textContent = text || [t("neurons.note"), ...(page.updates() ? [t("neurons.updates")] : [])].join(" ");
  }

  /** Columns, lines and all that stands in them. */
  function draw() {
    const { plan } = scene();
    const zoom = zoomNow();
    const box = { w: room.clientWidth / zoom, h: room.clientHeight / zoom };
    const opened = /** @type {Record<string, unknown>} */ (settings.now.opened);
    if (!plan || !box.w) return;
    const { t } = words();
    // Of another trace it would tell of neurons that may not be there.
    if (plan.trace !== drawn.trace) told = null;
    const network = networkOf(plan.trace, activations);
    const first = openedFirst(network);
    const isOpen = network.columns.map((column, i) => (canOpen(column) && typeof opened[column.key] === "boolean" ? /** @type {boolean} */ (opened[column.key]) : first[i]));
    const layout = placeNetwork(network, isOpen, box, network.columns.map(sizeOf));
    const values = valueScale(largestValue(plan.trace, network));
    const lines = network.joins.map((join) => linesOf(join, network, layout));
    const updates = lines.map((ones, i) => ones.map((line) => lineUpdate(page.updates(), plan.trace, network.joins[i], network.columns, line)));
    sheet = { network, layout, isOpen, t, values, gradients: scaleOf(plan.trace), lines, updates };
    svg.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    svg.setAttribute("width", String(Math.floor(layout.width * zoom)));
    svg.setAttribute("height", String(Math.floor(layout.height * zoom)));
    walk.through(() => {
      drawing = drawNetwork(svg, /** @type {NonNullable<typeof sheet>} */ (sheet), {
        choose: select, toggle, toggleBlock: page.toggleBlock, label: spotLabel,
      });
    });
    drawn = { trace: plan.trace, updates: page.updates(), t };
    dress();
  }

  /** What stands around the drawing. */
  function dress() {
    if (!sheet) return;
    const { t } = words();
    const { batch, columns } = sheet.network;
    const many = batch !== null && batch > 1;
    sampleLabel.hidden = !many;
    sampleWord.textContent = t("neurons.sample");
    const numbers = Array.from({ length: many ? batch : 0 }, (_, i) => h("option", { value: i }, t("neurons.sample.one", { number: i, last: /** @type {number} */ (batch) - 1 })));
    sample.replaceChildren(...numbers, h("option", { value: MEAN }, t("neurons.sample.mean")));
    sample.value = String(sampleIn(batch) ?? MEAN);
    legend.replaceChildren(h("span", {}, t("neurons.values")), h("span", {}, number(-sheet.values.largest)), h("i"), h("span", {}, number(sheet.values.largest)));
    element.setAttribute("aria-label", t("neurons.title"));
    svg.setAttribute("aria-label", t("neurons.title"));
    keys.textContent = t("neurons.keys");
    whole.textContent = t("neurons.whole");
    const { plan } = scene();
    whole.hidden = !plan || !columns.some(({ stages, weights }, i) => sheet?.isOpen[i] && [stages.flat().at(-1), weights?.node].some((id) => id !== undefined && plan.trace.nodes[id].value === null));
  }

  function show(isSeen = true) {
    const { plan, cursor, selection } = scene();
    element.hidden = !isSeen || !plan;
    figure.classList.toggle("neurons", !element.hidden);
    if (element.hidden || !plan) return;
    element.style.bottom = `${foot.offsetHeight + 12}px`;
    if (settings.arrived() || drawn.trace !== plan.trace || drawn.updates !== page.updates() || drawn.t !== words().t || !drawing) draw();
    const now = moment();
    if (!now || !sheet || !drawing) return;
    const { columns, joins } = sheet.network;
    const step = activeStep(plan, cursor);
    const active = new Set(step ? [step.node, ...(step.kind === "turn" ? [] : [plan.trace.edges[step.edge].target])] : []);
    drawing.show(now, active);
    for (const [i, { stages, weights, bias }] of columns.entries()) {
      const own = [...stages.flat(), weights?.node, bias?.node];
      drawing.halos[i].classList.toggle("selected", selection?.kind === "node" && own.includes(selection.id));
    }
    for (const [i, { edge, to, kind }] of joins.entries()) {
      const own = kind === "weights" ? [edge, columns[to].weights?.edge, columns[to].bias?.edge] : [edge];
      drawing.joins[i]?.classList.toggle("selected", selection?.kind === "edge" && own.includes(selection.id));
    }
    summary.textContent = columns.map((_, i) => spotLabel(i, null)).join(". ");
    tell(told);
    walk.relabel();
    reveal(columns.findIndex(({ stages, weights, bias }) => step && [...stages.flat(), weights?.node, bias?.node].includes(step.node)));
  }

  /** A step that happens out of sight is brought into it. @param {number} column */
  function reveal(column) {
    if (!sheet || column < 0) return;
    const zoom = zoomNow();
    const { x, half } = sheet.layout.columns[column];
    const [left, right] = [(x - half) * zoom, (x + half) * zoom];
    if (left >= room.scrollLeft && right <= room.scrollLeft + room.clientWidth) return;
    room.scrollTo({ left: x * zoom - room.clientWidth / 2, behavior: prefersStillness() ? "instant" : "smooth" });
  }

  /** @param {MouseEvent} event */
  function lineUnder(event) {
    if (!sheet || (event.target instanceof Element && event.target.closest(".unit, .switch"))) return null;
    const zoom = zoomNow();
    const { left, top } = svg.getBoundingClientRect();
    const point = { x: (event.clientX - left) / zoom, y: (event.clientY - top) / zoom };
    const near = sheet.lines.flatMap((lines, join) => {
      const { from, to } = /** @type {NonNullable<typeof sheet>} */ (sheet).network.joins[join];
      return Math.abs(from - to) > 1 ? [] : lines.map((line) => ({ ...line, line, join }));
    });
    return lineAt(near, point, REACH / zoom);
  }

  svg.addEventListener("click", (event) => {
    const found = lineUnder(event);
    if (found) chooseLine(found.line, found.join);
  });
  svg.addEventListener("pointermove", (event) => {
    const stop = event.target instanceof Element ? event.target.closest(".hit")?.getAttribute("data-stop") : null;
    const spot = stop ? walk.spotOf(stop) : null;
    const line = spot ? null : lineUnder(event);
    svg.classList.toggle("at-line", line !== null);
    if (!svg.contains(document.activeElement)) drawing?.point(line?.line ?? null, line?.join ?? 0, "");
    if (spot) tell(() => spotLabel(spot.column, spot.unit));
    else if (line) tell(() => lineLabel(line.line, line.join));
  });
  svg.addEventListener("pointerleave", () => {
    if (svg.contains(document.activeElement)) return;
    drawing?.point(null, 0, "");
    tell(null);
  });
  room.addEventListener("focusin", ({ target }) => {
    const stop = target instanceof Element ? target.closest(".hit")?.getAttribute("data-stop") : null;
    const spot = stop ? walk.spotOf(stop) : null;
    if (spot) tell(() => spotLabel(spot.column, spot.unit));
  });
  new ResizeObserver(() => {
    if (element.hidden) return;
    draw();
    show();
  }).observe(room);

  /** @param {number} factor */
  function zoomBy(factor) {
    settings.set({ zoom: Math.min(Math.max(zoomNow() * factor, ZOOM.least), ZOOM.most) });
    draw();
    show();
  }

  return {
    element, show, zoomBy,
    /** All of it, however small. */
    fit() {
      settings.set({ zoom: 1 });
      draw();
      if (sheet) zoomBy(Math.min(1, room.clientWidth / sheet.layout.width, room.clientHeight / sheet.layout.height));
    },
    /** @param {number} x @param {number} y  in shares of the room */
    panBy(x, y) {
      room.scrollBy({ left: x * room.clientWidth, top: y * room.clientHeight, behavior: prefersStillness() ? "instant" : "smooth" });
    },
    /** Open or close the layer that has the focus, or that the step is at. */
    toggleHere() {
      if (!sheet) return;
      const { plan, cursor, selection } = scene();
      const step = plan && activeStep(plan, cursor);
      const node = selection?.kind === "node" ? selection.id : step?.node;
      const { columns } = sheet.network;
      const column = walk.spot()?.column ?? columns.findIndex(({ stages }) => node !== undefined && stages.flat().includes(node));
      const one = columns[column];
      if (!one) return;
      if (one.opens) page.toggleBlock(one.opens);
      else if (canOpen(one)) toggle(column);
    },
  };
}
