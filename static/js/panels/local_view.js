/** One node and its neighbours: what it receives, what it knows, what it passes on; all else is faded. */

import { find, h } from "../lib/dom.js";
import { label, number } from "../lib/format.js";
import { activeStep, edgeState, gradientAt, nodeState } from "../graph/frames.js";
import { isLeaf, nameOf, signOf, useName } from "../graph/labels.js";
import { flatten } from "../lib/numbers.js";

/** @typedef {import("../graph/frames.js").Plan} Plan */
/** @typedef {import("../lib/types.js").Translate} Translate */
/** @typedef {"received" | "known" | "passed"} Part */

/**
 * Whom a node talks to. Pure.
 * @param {import("../lib/types.js").Trace} trace
 * @param {number} id
 */
export function neighbours({ edges }, id) {
  const into = edges.filter(({ target }) => target === id);
  const out = edges.filter(({ source }) => source === id);
  return { into, out, nodes: new Set([id, ...into.map(({ source }) => source), ...out.map(({ target }) => target)]) };
}

/**
 * The node that is at work: the chosen one, or the one that computes at this step; on the way back, the one that multiplies. Pure.
 * @param {Plan} plan
 * @param {number} cursor
 * @param {import("../lib/types.js").Selection | null} selection
 * @returns {number}
 */
export function actorOf(plan, cursor, selection) {
  const { nodes, edges } = plan.trace;
  if (selection) return selection.kind === "node" ? selection.id : edges[selection.id].target;
  const step = activeStep(plan, cursor);
  if (step) return step.kind === "backward" ? edges[step.edge].target : step.node;
  // At the start the first operation: a leaf alone has little to tell.
  return nodes.find(({ inputs }) => inputs.length)?.id ?? 0;
}

/**
 * @param {object} page
 * @param {() => import("./panel_loader.js").Scene} page.scene
 * @param {() => import("../lib/types.js").Selection | null} page.selection
 * @param {() => {t: Translate}} page.words
 * @param {import("../page/decorations.js").Decorate} page.decorate
 * @param {() => boolean} page.isLocal  whether it is wanted
 */
export function createLocalView({ scene, selection, words, decorate, isLocal }) {
  const card = find("#local", HTMLElement);
  const button = find("#local-view", HTMLButtonElement);

  /** @param {Plan} plan @param {number} id @param {boolean} isBack @param {Translate} t */
  function mark(plan, id, isBack, t) {
    const { into, out, nodes } = neighbours(plan.trace, id);
    const sources = new Set(into.map(({ source }) => source));
    /** @param {number} one @returns {Part} */
    const part = (one) => (one === id ? "known" : sources.has(one) === isBack ? "passed" : "received");
    const notes = Object.fromEntries([...nodes].map((one) => [one, t(`local.${part(one)}`)]));
    decorate("near", { core: id, nodes, edges: [...into, ...out].map((edge) => edge.id), notes });
  }

  /** @param {Plan} plan @param {number} id @param {number} cursor @param {boolean} isBack @param {Translate} t @param {boolean} full */
  function tell(plan, id, cursor, isBack, t, full) {
    const { trace } = plan;
    const node = trace.nodes[id];
    const { into, out } = neighbours(trace, id);
    const value = (/** @type {number} */ one) => (nodeState(plan, one, cursor).valueShown ? brief(trace.nodes[one].value, trace.nodes[one].shape, full) : "…");
    const received = isBack
      ? out.filter(({ contribution }) => contribution !== null).map((edge) => [nameOf(trace.nodes[edge.target]), edgeState(plan, edge.id, cursor).backward === "idle" ? "…" : brief(edge.contribution, trace.nodes[edge.source].shape, full)])
      : into.map((edge) => [nameOf(trace.nodes[edge.source]), value(edge.source)]);
    const sum = gradientAt(plan, id, cursor);
    if (isBack && id === trace.output) received.push([t("inspector.seed"), number(trace.seed, full)]);
    const known = isLeaf(node) ? [[t("local.leaf"), ""]] : into.filter(({ contribution }) => contribution !== null).map((edge) => {
      const derivative = edge.local === null ? t("local.rule", { op: signOf(node.op) }) : brief(edge.local, node.shape, full);
      return [`∂${nameOf(node)}/∂${useName(trace, edge)}`, nodeState(plan, id, cursor).valueShown || isBack ? derivative : "…"];
    });
    const passed = isBack
      ? into.filter(({ contribution }) => contribution !== null).map((edge) => [useName(trace, edge), edgeState(plan, edge.id, cursor).backward === "idle" ? "…" : brief(edge.contribution, trace.nodes[edge.source].shape, full)])
      : out.length ? [...new Set(out.map(({ target }) => target))].map((target) => [nameOf(trace.nodes[target]), value(id)]) : [[t("local.result"), value(id)]];
    const total = isBack && received.length > 1 && node.differentiable && sum !== null ? [[t("inspector.sum"), brief(sum, node.shape, full)]] : [];
    card.replaceChildren(
      h("h3", {}, t(isBack ? "local.title.backward" : "local.title.forward", { name: nameOf(node), op: isLeaf(node) ? "" : signOf(node.op) }).trim()),
      h("dl", {},
        ...entry(t("local.receives"), [...received, ...total], t), ...entry(t("local.knows"), known, t), ...entry(t("local.passes"), passed, t)));
  }

  function show() {
    const { plan, cursor, full } = scene();
    const isOn = isLocal();
    button.setAttribute("aria-pressed", String(isOn));
    card.hidden = !isOn || !plan;
    if (!isOn || !plan) return decorate("near", null);
    const id = actorOf(plan, cursor, selection());
    const isBack = cursor >= plan.turn;
    mark(plan, id, isBack, words().t);
    tell(plan, id, cursor, isBack, words().t, full);
  }

  return { show };
}

/** A short vector is written out. */
const LONGEST_WRITTEN = 3;

/**
 * @param {import("../lib/types.js").Wire} value
 * @param {number[]} shape
 * @param {boolean} full
 */
function brief(value, shape, full) {
  const isShort = Array.isArray(value) && shape.length === 1 && shape[0] <= LONGEST_WRITTEN;
  return isShort ? `[${flatten(value).map((one) => number(one, full)).join(", ")}]` : label(value, shape, full);
}

/** Long lists say how many more there are. */
const MOST_LISTED = 3;

/** @param {string} word @param {string[][]} items @param {Translate} t */
function entry(word, items, t) {
  const listed = items.length > MOST_LISTED ? MOST_LISTED - 1 : items.length;
  const shown = items.slice(0, listed).map(([name, text]) => h("span", {}, h("span", {}, name), ...(text ? [h("b", {}, text)] : [])));
  if (items.length > MOST_LISTED) shown.push(h("span", {}, t("inspector.more", { count: items.length - listed })));
  return [h("div", {}, h("dt", {}, word), h("dd", {}, ...(shown.length ? shown : [t("local.nothing")])))];
}
