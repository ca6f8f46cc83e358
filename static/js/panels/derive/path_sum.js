/** Why backpropagation is the sum over paths: how many there are, each one where they are few, and the proof. */

import { find, h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { number } from "../../lib/format.js";
import { formula } from "../../lib/formula.js";
import { nameOf } from "../../graph/labels.js";
import { choice } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { equalTo } from "./derivation_lines.js";
import { countText, drawnEdges, enclosed, productText } from "./derive_model.js";
import { drawnProgram, questionOf } from "./derive_request.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").Wire} Wire */
/** @typedef {import("../../service/wire_types.js").Path} Path */
/** @typedef {import("../../service/wire_types.js").Paths} Paths */

/** More than these are not listed by the service. */
const MOST_LISTED = 200;
/** Terms of a sum that are written out. */
const MOST_TERMS = 8;
/** Nodes of a path that are named. */
const MOST_NAMED = 12;

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {{redraw: () => void, say: (text: string, isSeen?: boolean) => void}} panel
 */
export function createPathSum(page, { redraw, say }) {
  /** leaf: where paths begin, by name; lit: which of the listed paths, or −1. */
  const settings = settingsOf(page, "paths", { leaf: "", lit: -1 });
  let question = "";
  /** With the trace that it speaks of. @type {{paths: Paths, trace: Trace} | null} */
  let found = null;
  let failure = () => "";
  let asked = new AbortController();

  /** @param {Trace} trace */
  function leavesOf({ nodes }) {
    return nodes.filter(({ op, name, differentiable }) => op === "input" && name !== null && differentiable);
  }

  /** @param {import("../../lib/types.js").TraceNode[]} leaves */
  function leafIn(leaves) {
    return leaves.find(({ name }) => name === settings.now.leaf) ?? leaves[0];
  }

  /** Ask for the paths from the leaf, unless they are known. */
  async function follow() {
    const program = drawnProgram(page);
    if (!program) return;
    const { trace, drawing } = program;
    const leaves = leavesOf(trace);
    const selected = page.selection();
    const origin = selected?.kind === "node" ? drawing.nodes[selected.id].origin : undefined;
    // The first one that is found selected was so when the page was left.
    const isNew = lastSelected !== origin && !(lastSelected === undefined && settings.now.leaf);
    const chosen = isNew ? leaves.find(({ id }) => id === origin) : undefined;
    lastSelected = origin;
    if (chosen?.name && chosen.name !== settings.now.leaf) settings.set({ leaf: chosen.name });
    const from = leafIn(leaves);
    const request = questionOf(page);
    const key = from ? JSON.stringify([from.id, request]) : "";
    if (key === question) {
      // The same program, computed again: its nodes and edges have the same numbers.
      if (found) found = { ...found, trace };
      return mark();
    }
    if (question) forget();
    question = key;
    found = null;
    failure = () => "";
    asked.abort();
    const own = (asked = new AbortController());
    if (!from) return redraw();
    try {
      found = { paths: await page.client.ask("paths", { ...request, from: from.id }, own.signal), trace };
    } catch (error) {
      if (error instanceof Superseded) return;
      failure = () => failureText(error, page.words().language, page.words().t);
    }
    if (asked !== own) return;
    mark();
    redraw();
  }

  /** What was selected when it was last looked at: a leaf that is chosen anew is taken. @type {number | undefined} */
  let lastSelected;

  /** The elements of the lit path. Where the drawing was made anew, they are other ones. */
  function mark() {
    const program = drawnProgram(page);
    const path = found?.trace === program?.trace ? found?.paths.paths?.[settings.now.lit] : undefined;
    if (!path || !program) return page.decorate("path", null);
    const edges = new Set(drawnEdges(program.trace, program.drawing, path.edges));
    page.decorate("path", { edges, nodes: [...edges].flatMap((id) => [program.drawing.edges[id].source, program.drawing.edges[id].target]) });
  }

  function forget() {
    if (settings.now.lit >= 0) settings.set({ lit: -1 });
    mark();
  }

  /** @param {number} at  among the listed paths */
  function toggle(at) {
    const isLit = settings.now.lit !== at;
    settings.set({ lit: isLit ? at : -1 });
    mark();
    redraw();
    const { t } = page.words();
    const path = found?.paths.paths?.[at];
    if (path && found) say(t(isLit ? "paths.lit" : "paths.unlit", { path: routeText(found.trace, path, found.paths.source) }), true);
    if (isLit && path) page.showFigure();
  }

  /** @param {Translate} t @param {{paths: Paths, trace: Trace}} of */
  function result(t, { paths: { paths, count, log10, edges, source, target, total, gradient }, trace }) {
    const full = page.scene().full;
    const ends = { source: nameOf(trace.nodes[source]), target: trace.nodes[target].name ?? t("influence.output") };
    const row = (/** @type {string} */ word, /** @type {string} */ text, /** @type {string} */ kind) => h("div", { class: kind }, h("dt", {}, word), h("dd", {}, text));
    const many = countText(count, log10);
    /** @type {HTMLElement[]} */
    const parts = [h("dl", { class: "counts" }, row(t("paths.count", ends), many, "count"), row(t("paths.edges"), String(edges), "edges"))];
    if (paths?.length) {
      const places = new Map(drawnProgram(page)?.drawing.nodes.map(({ id, origin }) => [origin ?? id, id]));
      const list = paths.map((path, i) => h("li", { "data-node": [source, ...path.edges.map((id) => trace.edges[id].target)].map((id) => places.get(id) ?? "").join(" ") },
        h("button", { type: "button", class: "link", id: `path-${i}`, "aria-pressed": String(settings.now.lit === i), onclick: () => toggle(i) }, routeText(trace, path, source)),
        h("span", { class: "product" }, productText(path.locals, path.product, full))));
      parts.push(
        h("p", { class: "note" }, t("paths.each")),
        h("ol", { class: "paths" }, ...list),
        h("p", { class: "total" }, t("paths.sum"), " ", h("b", {}, sumText(paths, total, full)), " ",
          t(isSame(total, gradient) ? "paths.is.gradient" : "paths.not.gradient", { name: ends.source, gradient: number(gradient, full) })));
    } else if (log10 === null) parts.push(h("p", { class: "note" }, t("paths.none", ends)));
    else if (count !== null && count.length <= 3 && Number(count) <= MOST_LISTED) parts.push(h("p", { class: "note" }, t("paths.arrays")));
    else parts.push(h("p", { class: "note" }, t("paths.many", { count: many, edges })));
    return parts;
  }

  /** @param {Translate} t */
  function proof(t) {
    const step = (/** @type {string} */ key, /** @type {string} */ latex) => h("li", {}, h("p", {}, t(key)), ...(latex ? [formula(latex, { display: true })] : []));
    return h("details", { id: "paths-proof", class: "proof" }, h("summary", {}, t("paths.proof")),
      h("p", {}, t("paths.proof.claim")),
      formula("\\frac{\\partial L}{\\partial v} \\;=\\; \\sum_{\\text{\\small paths } v \\to L} \\;\\; \\prod_{\\text{\\small edges } a \\to b} \\frac{\\partial b}{\\partial a}".replaceAll("paths", t("paths.word.paths")).replaceAll("edges", t("paths.word.edges")), { display: true }),
      h("ol", {},
        step("paths.proof.output", "\\frac{\\partial L}{\\partial L} = 1"),
        step("paths.proof.split", "P(v) = \\sum_{v \\to w} \\frac{\\partial w}{\\partial v} \\; P(w)"),
        step("paths.proof.chain", "\\frac{\\partial L}{\\partial v} = \\sum_{v \\to w} \\frac{\\partial w}{\\partial v} \\; \\frac{\\partial L}{\\partial w}"),
        step("paths.proof.induction", "P(w) = \\frac{\\partial L}{\\partial w} \\;\\Rightarrow\\; P(v) = \\frac{\\partial L}{\\partial v}"),
        step("paths.proof.cost", "")));
  }

  return {
    follow, mark, forget, arrived: settings.arrived,
    /** @param {Translate} t @returns {(Node | string)[]} */
    content(t) {
      const program = drawnProgram(page);
      const leaves = program ? leavesOf(program.trace) : [];
      const fault = failure();
      return [h("section", { class: "path-sum" },
        h("h3", {}, t("paths.title")), h("p", { class: "about" }, t("paths.about")),
        ...(leaves.length ? [h("div", { class: "asking" }, choice("paths-of", t("paths.of"), leaves.map(({ name }) => [name ?? "", name ?? ""]), leafIn(leaves).name ?? "", (value) => {
          settings.set({ leaf: value });
          follow();
        }))] : program ? [h("p", { class: "note" }, t("influence.none"))] : []),
        ...(found && leaves.length ? result(t, found) : fault ? [h("p", { class: "fault" }, fault)] : []),
        proof(t))];
    },
  };
}

/** @param {Trace} trace @param {Path} path @param {number} source */
function routeText({ nodes, edges }, path, source) {
  const names = [source, ...path.edges.map((id) => edges[id].target)].map((id) => nameOf(nodes[id]));
  return (names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED - 2), "…", names[names.length - 1]] : names).join(" → ");
}

/** @param {Path[]} paths @param {Wire} total @param {boolean} full */
function sumText(paths, total, full) {
  const terms = paths.slice(0, MOST_TERMS).map(({ product }) => enclosed(number(product, full)));
  if (paths.length > MOST_TERMS) terms.push("…");
  return `${terms.join(" + ")} ${paths.length > 1 ? equalTo(number(total, full)) : ""}`.trim();
}

/** But for the order in which it was added up. @param {Wire} a @param {Wire} b */
function isSame(a, b) {
  return Object.is(Number(a), Number(b)) || Math.abs(Number(a) - Number(b)) <= 1e-9 * Math.max(Math.abs(Number(a)), Math.abs(Number(b)));
}
