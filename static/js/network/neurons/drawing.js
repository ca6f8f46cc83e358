/** The network view's drawing: made once a layout, then at each step only what has changed is shown anew. */

import { select } from "d3-selection";
import { edgeState } from "../../graph/frames.js";
import { representative } from "../../graph/gradient_scale.js";
import { drawSwitch } from "../../graph/drawing/group_switches.js";
import { BOX, MAP } from "./layout.js";
import { boxFigures, brief, lineNumbers, lineWidth, stageAt, stateText } from "./numbers.js";

/** @typedef {import("./model.js").Network} Network */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("./numbers.js").Moment} Moment */
/**
 * @typedef {object} Sheet  what is drawn
 * @property {Network} network
 * @property {Layout} layout
 * @property {Line[][]} lines  by join
 * @property {(number | null)[][]} updates  by join and line: what the step of a training adds to its weight
 * @property {boolean[]} isOpen  by column
 * @property {ReturnType<typeof import("./numbers.js").valueScale>} values
 * @property {import("../../graph/gradient_scale.js").Scale} gradients
 * @property {import("../../lib/types.js").Translate} t
 *
 * @typedef {{column: number, unit: number | null, stage: number | null}} Spot  stage null: what is known last
 * @typedef {object} Hand  what a reader does
 * @property {(spot: Spot) => void} choose
 * @property {(column: number) => void} toggle
 * @property {(path: string) => void} toggleBlock
 * @property {(column: number, unit: number | null) => string} label
 */

/** Between a neuron and the middle of its ring. */
const RING_GAP = 3.5;
/** Shades of a map: more are not told apart. */
const SHADES = 12;
const LINE = 15;
/** Arrows of updates, px: as long as the update against the largest, and the head's half width. */
const ARROW = { least: 5, most: 18, head: 3 };
/** Into one layer; among more no arrow could be told from another. */
const MOST_ARROWS = 120;
/** In a circle; more are set smaller. */
const MOST_LETTERS = 5;

/**
 * @param {SVGSVGElement} svg
 * @param {Sheet} sheet
 * @param {Hand} hand
 */
export function drawNetwork(svg, sheet, hand) {
  const { network, layout, lines, isOpen, t } = sheet;
  const { columns, joins } = network;
  const root = select(svg);
  svg.replaceChildren();
  const frames = root.append("g");
  for (const { path, name, x, y, w, h } of layout.frames) {
    const frame = frames.append("g").attr("class", "group");
    frame.append("rect").attr("x", x).attr("y", y).attr("width", w).attr("height", h).attr("rx", 10);
    frame.append("text").attr("x", x + 28).attr("y", y + 13).text(name);
  }
  const halos = /** @type {SVGRectElement[]} */ (root.append("g").selectAll("rect").data(columns).join("rect").attr("class", "halo").attr("rx", 12)
    .attr("x", (_, i) => layout.columns[i].x - layout.columns[i].half - 6).attr("width", (_, i) => 2 * layout.columns[i].half + 12)
    .attr("y", (_, i) => extentOf(layout.columns[i].slots, isOpen[i])[0]).attr("height", (_, i) => {
      const [top, bottom] = extentOf(layout.columns[i].slots, isOpen[i]);
      return bottom - top;
    }).nodes());

  const groups = root.append("g").attr("aria-hidden", "true").selectAll("g").data(joins).join("g").attr("class", ({ kind }) => `join ${kind}`);
  groups.each(function (join, i) {
    const isArc = Math.abs(join.to - join.from) > 1;
    select(this).selectAll("path").data(lines[i]).join("path").attr("d", (line) => (isArc ? arcOf(line, layout.floor) : `M${line.x1},${line.y1}L${line.x2},${line.y2}`));
  });
  drawUpdates(root.append("g").attr("class", "updates").attr("aria-hidden", "true"), sheet);
  const ones = root.append("g").attr("aria-hidden", "true").selectAll("g").data(layout.columns.filter(({ one }) => one !== null)).join("g")
    .attr("class", "one").attr("transform", ({ x, one }) => `translate(${x},${one})`);
  ones.append("circle").attr("r", 11);
  ones.append("text").text("1");

  const places = root.append("g").selectAll("g.column").data(columns).join("g").attr("class", ({ kind }) => `column ${kind}`);
  places.each(function (column, i) {
    const { x, top, titles, hasSize, slots } = layout.columns[i];
    const own = select(this);
    own.selectAll("text.title").data(titles).join("text").attr("class", (_, line) => (line < titles.length - Number(hasSize) ? "title" : "title size"))
      .attr("aria-hidden", "true").attr("x", x).attr("y", (_, line) => top + (line + 0.5) * LINE).text((text) => text);
    for (const slot of slots) {
      if (slot.kind === "more") {
        own.append("text").attr("class", "more").attr("x", x).attr("y", slot.y).text(t("neurons.more", { count: slot.count }));
        continue;
      }
      const unit = slot.kind === "unit" ? slot.unit : null;
      const mark = own.append("g").attr("class", `unit ${unit === null ? "box" : column.map ? "map" : "neuron"}`).attr("transform", `translate(${x},${slot.y})`)
        .attr("data-unit", unit);
      if (unit === null) drawBox(mark);
      else if (column.map) drawMap(mark);
      else drawNeuron(mark, column.stages.length, layout);
      const reach = unit === null ? [BOX.w, BOX.h] : column.map ? [2 * MAP + 4, MAP + 4] : [2 * layout.radius, 2 * layout.radius];
      mark.append("rect").attr("class", "hit").attr("x", -reach[0] / 2).attr("y", -reach[1] / 2).attr("width", reach[0]).attr("height", reach[1])
        .attr("rx", column.map || unit === null ? 4 : layout.radius).attr("data-stop", `${column.key} ${unit ?? "box"}`).attr("role", "button").attr("tabindex", -1)
        .on("click", (event) => {
          const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
          const hasHalves = event.detail > 0 && unit !== null && !column.map && column.stages.length > 1;
          hand.choose({ column: i, unit, stage: hasHalves ? Number(event.clientX > left + width / 2) : null });
        });
    }
    const isBlock = column.opens !== null;
    if (!isBlock && !canOpen(column)) return;
    const place = own.append("g").node();
    if (!place) return;
    const name = column.titles.join(", ");
    const at = isOpen[i] ? { x: x + layout.columns[i].half + 4, y: slots[0].y - (column.map ? MAP / 2 : layout.radius) - 2 } : { x: x + BOX.w / 2 - 3, y: slots[0].y - BOX.h / 2 + 3 };
    const label = t(isBlock ? "group.open" : isOpen[i] ? "neurons.close" : "neurons.open", { name });
    drawSwitch(place, { path: column.opens ?? column.key, ...at, isOpen: isOpen[i] && !isBlock, label }, () => (column.opens ? hand.toggleBlock(column.opens) : hand.toggle(i)));
    place.querySelector(".switch")?.setAttribute("data-stop", column.opens ? `block ${column.opens}` : `${column.key} switch`);
  });
  for (const { path, name, x, y } of layout.frames) {
    const place = root.append("g").node();
    if (!place) continue;
    drawSwitch(place, { path, x: x + 15, y: y + 13, isOpen: true, label: t("group.close", { name }) }, hand.toggleBlock);
    place.querySelector(".switch")?.setAttribute("data-stop", `block ${path}`);
  }
  /** What the keyboard has come to among the lines. */
  const cursorLine = root.append("path").attr("class", "cursor-line").attr("role", "button").attr("tabindex", -1).attr("aria-label", t("neurons.line")).attr("visibility", "hidden").node();

  const marks = /** @type {SVGGElement[]} */ (places.nodes());
  const joinMarks = /** @type {SVGGElement[]} */ (groups.nodes());
  /** @type {string[]} */
  let shown = [];

  /** @param {Moment} moment @param {Set<number>} active  nodes and what they hang on */
  function show(moment, active) {
    const told = shown;
    shown = [];
    for (const [i, column] of columns.entries()) {
      const text = stateText(moment, column.stages.flat(), []);
      shown.push(text);
      halos[i].classList.toggle("active", column.stages.flat().some((id) => active.has(id)));
      if (text !== told[i]) showColumn(marks[i], moment, i);
    }
    for (const [i, join] of joins.entries()) {
      const { weights, bias } = columns[join.to];
      const parameters = join.kind === "weights" ? [weights, bias].flatMap((one) => one ?? []) : [];
      const used = [join.edge, ...parameters.map(({ edge }) => edge)];
      const text = stateText(moment, parameters.map(({ node }) => node), used);
      shown.push(text);
      if (text !== told[columns.length + i]) showJoin(joinMarks[i], moment, i, used);
    }
  }

  /** @param {SVGGElement} mark @param {Moment} moment @param {number} i */
  function showColumn(mark, moment, i) {
    const column = columns[i];
    const stages = column.stages.map((stage) => stageAt(moment, stage, column.merged > 0));
    const last = stages.findLast(({ isKnown }) => isKnown);
    const back = stages.find(({ hasGradient }) => hasGradient);
    select(mark).classed("known", last !== undefined).selectAll("g.unit").each(function () {
      const element = /** @type {SVGGElement} */ (this);
      const own = select(element);
      const name = element.getAttribute("data-unit");
      const unit = name === null ? null : Number(name);
      own.select(".hit").attr("aria-label", hand.label(i, unit));
      if (unit === null) {
        const { value, gradient } = boxFigures(moment, column);
        own.classed("known", value !== null);
        own.select(".value").text(value === null ? "" : brief(value));
        own.select(".gradient").text(gradient === null ? "" : brief(gradient));
        own.selectAll(".word.for-value").attr("visibility", value === null ? "hidden" : null);
        own.selectAll(".word.for-gradient").attr("visibility", gradient === null ? "hidden" : null);
        return;
      }
      if (column.map) {
        own.classed("known", last !== undefined);
        paintMap(own.select("g.values"), last?.values?.[unit] ?? null, column.map, sheet.values.fill, last !== undefined);
        paintMap(own.select("g.gradients"), back?.gradients?.[unit] ?? null, column.map, sheet.gradients.colour, back !== undefined);
        return;
      }
      own.classed("known", last !== undefined);
      for (const half of [0, 1]) {
        const { values, gradients, hasGradient } = stages[Math.min(half, stages.length - 1)];
        const gradient = gradients ? gradients[unit][0] : null;
        own.select(`.fill[data-half="${half}"]`).style("fill", values ? sheet.values.fill(values[unit][0]) : "");
        own.select(`.ring[data-half="${half}"]`).style("stroke", gradient === null ? "" : sheet.gradients.colour(gradient))
          .style("stroke-width", gradient === null ? "" : `${1.25 + lineWidth(sheet.gradients.position(gradient))}px`).attr("visibility", hasGradient ? "visible" : "hidden");
      }
      const value = last?.values ? brief(last.values[unit][0]) : last ? "…" : "";
      own.select(".value").text(value).classed("long", value.length > MOST_LETTERS);
      const gradient = back?.gradients?.[unit][0];
      own.select(".gradient").text(gradient === undefined || layout.isTight ? "" : `∂ ${brief(gradient)}`).attr("data-sign", gradient === undefined || gradient === 0 ? null : gradient > 0 ? "positive" : "negative");
    });
  }

  /** @param {SVGGElement} mark @param {Moment} moment @param {number} i @param {number[]} used */
  function showJoin(mark, moment, i, used) {
    const states = used.map((id) => edgeState(moment.plan, id, moment.cursor));
    const numberOf = lineNumbers(moment, joins[i], columns);
    const isForward = states.some(({ forward }) => forward === "carrying");
    const isBackward = states.some(({ backward }) => backward === "carrying");
    mark.classList.toggle("active", isForward || isBackward);
    mark.classList.toggle("back", isBackward);
    mark.classList.toggle("walked", states[0].forward !== "idle");
    select(mark).selectAll("path").each(function (line) {
      const found = numberOf(/** @type {Line} */ (line));
      const size = found && (found.isGradient ? lineWidth(sheet.gradients.position(found.number)) : sheet.values.width(found.number));
      const colour = found && (found.isGradient ? sheet.gradients.colour(found.number) : sheet.values.line(found.number));
      select(/** @type {SVGPathElement} */ (this)).style("stroke", colour ?? "").style("stroke-width", size === null ? "" : `${size}px`)
        .attr("data-sign", found && Math.sign(found.number));
    });
  }

  return {
    show,
    halos,
    joins: joinMarks,
    /** Show the line that the keyboard or the pointer is at. @param {Line | null} line @param {number} join @param {string} label */
    point(line, join, label) {
      if (!cursorLine) return;
      cursorLine.setAttribute("visibility", line ? "visible" : "hidden");
      if (!line) return;
      const isArc = Math.abs(joins[join].to - joins[join].from) > 1;
      cursorLine.setAttribute("d", isArc ? arcOf(line, layout.floor) : `M${line.x1},${line.y1}L${line.x2},${line.y2}`);
      cursorLine.setAttribute("aria-label", label);
    },
    cursorLine,
  };
}

/** An arrow at each weight, up or down as the step of a training moves it. @param {Mark} place @param {Sheet} sheet */
function drawUpdates(place, { network, lines, updates }) {
  const largest = Math.max(...updates.flat().map((one) => Math.abs(one ?? 0)).filter(Number.isFinite));
  const arrows = network.joins.flatMap(({ from, to }, i) => (Math.abs(to - from) > 1 || lines[i].length > MOST_ARROWS ? [] : lines[i].flatMap((line, at) => {
    const update = updates[i][at];
    if (!update || !Number.isFinite(update)) return [];
    // Nearer to the side of more neurons, where lines are farthest from one another.
    const [starts, ends] = [new Set(lines[i].map(({ y1 }) => y1)).size, new Set(lines[i].map(({ y2 }) => y2)).size];
    const share = (ends < starts ? 0.3 : 0.7) + 0.05 * (at % 2);
    const length = Math.sign(update) * (ARROW.least + (ARROW.most - ARROW.least) * (Math.abs(update) / largest));
    return [{ x: line.x1 + share * (line.x2 - line.x1), y: line.y1 + share * (line.y2 - line.y1), length, sign: Math.sign(update) }];
  })));
  for (const kind of ["halo", "arrow"]) place.append("g").attr("class", kind).selectAll("path").data(arrows).join("path").attr("d", ({ x, y, length, sign }) => {
    const [tail, tip] = [y + length / 2, y - length / 2];
    return `M${round(x)},${round(tail)}V${round(tip)}m${-ARROW.head},${sign * ARROW.head}l${ARROW.head},${-sign * ARROW.head}l${ARROW.head},${sign * ARROW.head}`;
  });
}

/** Whether a layer has something to show when it is opened. @param {import("./model.js").Column} column */
export function canOpen({ kind, count, map }) {
  return kind !== "block" && (map ? count > 0 : count > 1);
}

/** @param {import("./layout.js").Slot[]} slots @param {boolean} isOpen */
function extentOf(slots, isOpen) {
  const reach = isOpen ? 24 : BOX.h / 2 + 6;
  return [slots[0].y - reach, slots[slots.length - 1].y + reach];
}

/** Below the columns that it leaves out. @param {Line} line @param {number} floor */
function arcOf({ x1, y1, x2, y2 }, floor) {
  const bend = Math.min(Math.abs(x2 - x1) / 3, 60) * Math.sign(x2 - x1);
  const low = floor + 18;
  return `M${x1},${y1}C${x1 + bend / 2},${y1} ${x1 + bend / 2},${low} ${x1 + bend},${low}L${x2 - bend},${low}C${x2 - bend / 2},${low} ${x2 - bend / 2},${y2} ${x2},${y2}`;
}

/** @typedef {import("d3-selection").Selection<any, any, any, any>} Mark */

/** What arrives on the left, what its function makes of it on the right. @param {Mark} mark @param {number} stages @param {Layout} layout */
function drawNeuron(mark, stages, { radius, isTight }) {
  /** @param {number} r @param {number} half */
  const arc = (r, half) => `M0,${-r}A${r},${r} 0 0,${half} 0,${r}`;
  mark.append("circle").attr("class", "ground").attr("r", radius);
  for (const half of [0, 1]) mark.append("path").attr("class", "ring").attr("data-half", half).attr("d", arc(radius + RING_GAP, half)).attr("visibility", "hidden");
  for (const half of [0, 1]) mark.append("path").attr("class", "fill").attr("data-half", half).attr("d", `${arc(radius, half)}z`);
  if (stages > 1) mark.append("path").attr("class", "seam").attr("d", `M0,${-radius}V${radius}`);
  mark.append("circle").attr("class", "outline").attr("r", radius);
  mark.append("text").attr("class", "value").attr("aria-hidden", "true");
  mark.append("text").attr("class", "gradient").attr("aria-hidden", "true").attr("y", radius + 12);
  mark.classed("tight", isTight);
}

/** Values on the left, the gradient on the right. @param {Mark} mark */
function drawMap(mark) {
  mark.append("rect").attr("class", "outline").attr("x", -MAP - 2).attr("y", -MAP / 2 - 2).attr("width", 2 * MAP + 4).attr("height", MAP + 4).attr("rx", 4);
  for (const [side, name] of ["values", "gradients"].entries()) {
    mark.append("g").attr("class", name).attr("transform", `translate(${(side - 0.5) * MAP},0)`);
  }
}

/** @param {Mark} mark */
function drawBox(mark) {
  mark.append("rect").attr("class", "outline").attr("x", -BOX.w / 2).attr("y", -BOX.h / 2).attr("width", BOX.w).attr("height", BOX.h).attr("rx", 8);
  for (const [name, word, y] of /** @type {[string, string, number][]} */ ([["value", "|·|", -14], ["gradient", "|∂|", 14]])) {
    mark.append("text").attr("class", `word for-${name}`).attr("aria-hidden", "true").attr("x", -22).attr("y", y).text(word);
    mark.append("text").attr("class", name).attr("aria-hidden", "true").attr("x", 14).attr("y", y);
  }
}

/**
 * Cells of one shade are one path, so that a map is a few elements however many cells it has.
 * @param {Mark} place
 * @param {number[] | null} cells
 * @param {[number, number]} size
 * @param {(value: number) => string} colour
 * @param {boolean} isKnown  though its numbers were left out
 */
function paintMap(place, cells, [rows, columns], colour, isKnown) {
  place.selectAll("text").data(isKnown && !cells ? ["…"] : []).join("text").text((dots) => dots);
  const side = (MAP - 4) / Math.max(rows, columns);
  place.attr("data-known", isKnown);
  const top = cells ? Math.abs(representative(cells)) || 1 : 1;
  /** @type {Map<number, {value: number, d: string[]}>} */
  const shades = new Map();
  for (const [i, value] of (cells ?? []).entries()) {
    const shade = Number.isFinite(value) ? Math.round((value / top) * SHADES) : NaN;
    const known = shades.get(shade) ?? { value, d: [] };
    if (Math.abs(value) > Math.abs(known.value)) known.value = value;
    known.d.push(`M${round(((i % columns) - columns / 2) * side)},${round((Math.floor(i / columns) - rows / 2) * side)}h${round(side)}v${round(side)}h${round(-side)}z`);
    shades.set(shade, known);
  }
  place.selectAll("path").data([...shades.values()]).join("path").attr("d", ({ d }) => d.join("")).style("fill", ({ value }) => colour(value));
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
