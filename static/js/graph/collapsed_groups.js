/**
 * A trace in which every group that is not open is one node. Pure.
 *
 * The node of a collapsed group has the group's name as its op and the value and gradient of the group's result. The
 * edges that enter the group end at it: those from one source become one edge, whose contribution is their sum.
 *
 * A group is known by its path, the names of the groups that hold it and its own, each with its place among its
 * namesakes: "softmax.2" is the second softmax. A path outlives an edit elsewhere in the program, and is the same
 * whether the group is a node still or has been opened.
 *
 * Turns of an open loop that are closed one after the other are one node with their count, which opens its first turn.
 */

import { optionTexts } from "./labels.js";
import { add } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").TraceEdge} TraceEdge */
/** @typedef {import("../lib/types.js").TraceGroup} TraceGroup */
/** @typedef {{path: string, open: boolean, first?: number}} Path */

/** An open one of these has turns. */
const TURNS = /^(for|while)$/;
/** A loop and its turns have labels that say more than their names: "for × 20", "t = 3". */
const LOOP = /^(for|while)( \d+)?$/;

/**
 * @param {Trace} trace  with details expanded, or fused
 * @param {Iterable<string>} open  paths of the groups that are shown with what is in them
 * @param {(op: string) => boolean} canOpen  whether an op's definition is known
 * @returns {Trace}  its own ids; a node's `origin` is the id that it had
 */
export function collapse(trace, open, canOpen) {
  const paths = pathsOf(trace, canOpen);
  const closed = closedGroups(trace, paths.groups, new Set(open));
  const results = resultsOf(trace, closed);
  const kept = trace.nodes.filter(({ id }) => closed[id] === null || results.get(closed[id]) === id);

  /** By old id: the new id of the node that stands for it. @type {number[]} */
  const place = new Array(trace.nodes.length).fill(-1);
  for (const [id, node] of kept.entries()) place[node.id] = id;
  for (const { id } of trace.nodes) {
    const result = results.get(closed[id]);
    if (result !== undefined) place[id] = place[result];
  }

  const shownGroups = trace.groups.filter(({ id }) => paths.groups[id].open);
  const groupPlace = new Map(shownGroups.map(({ id }, i) => [id, i]));
  /** @param {number | null} id @returns {number | null} */
  const newGroup = (id) => (id === null ? null : groupPlace.get(id) ?? null);

  const { edges, edgePlace } = mergeEdges(trace, closed, place);
  /** @type {number[][]} */
  const incoming = kept.map(() => []);
  for (const { source, target } of edges) incoming[target].push(source);
  const nodes = kept.map((node, id) => {
    const own = { ...node, id, origin: node.id };
    const closedBy = closed[node.id];
    if (closedBy === null) {
      const inputs = node.inputs.map((input) => place[input]);
      return { ...own, inputs, template: renumber(node.template, place), group: newGroup(node.group), opens: paths.nodes[node.id] };
    }
    const group = trace.groups[closedBy];
    const first = trace.groups[paths.groups[closedBy].first ?? closedBy];
    const inputs = incoming[id];
    const call = group.call?.map((part) => (typeof part === "number" ? place[part] : part)) ?? null;
    const shown = [...(call ?? inputs).map((part) => (typeof part === "number" ? `@{${part}}` : `\\text{${escaped(part)}}`)), ...optionTexts(group, node).map((text) => `\\text{${escaped(text)}}`)];
    return {
      ...own, op: LOOP.test(group.name) ? labelOf(trace, first, group) : group.name, inputs, group: newGroup(group.parent), opens: paths.groups[first.id].path,
      options: group.options ?? {}, operands: group.operands?.map((operand) => place[operand]) ?? null, call,
      convention: false, template: `${operator(group.name)}(${shown.join(", ")})`,
    };
  });
  const groups = shownGroups.map((group, id) => ({
    ...group, id, parent: newGroup(group.parent), path: paths.groups[group.id].path,
    nodes: nodes.filter((node) => node.group === id).map((node) => node.id),
  }));
  return {
    ...trace, nodes, edges, groups,
    forward_order: trace.forward_order.filter((id) => kept[place[id]]?.id === id).map((id) => place[id]),
    backward_order: lastOf(trace.backward_order.map((id) => edgePlace[id]).filter((id) => id >= 0)),
    output: place[trace.output],
    stepped: Object.fromEntries(Object.entries(trace.stepped).map(([name, id]) => [name, place[id]])),
    warnings: trace.warnings.map((warning) => ({
      ...warning,
      node: warning.node === null ? null : place[warning.node],
      edge: warning.edge === null || edgePlace[warning.edge] < 0 ? null : edgePlace[warning.edge],
    })),
  };
}

/**
 * Paths of the groups around a node that are not open, from the outermost.
 * @param {Trace} trace  as the service sent it
 * @param {number} node
 * @param {string[]} open
 * @param {(op: string) => boolean} canOpen
 */
export function closedAround(trace, node, open, canOpen) {
  const { groups } = pathsOf(trace, canOpen);
  const paths = [];
  for (let at = trace.nodes[node].group; at !== null; at = trace.groups[at].parent) paths.unshift(groups[at].path);
  return paths.filter((path) => !open.includes(path));
}

/**
 * The path of each group, and of each node that could be one.
 * @param {Trace} trace
 * @param {(op: string) => boolean} canOpen
 * @returns {{groups: Path[], nodes: (string | null)[]}}
 */
function pathsOf({ nodes, groups }, canOpen) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @param {string} within @param {string} name */
  const next = (within, name) => {
    const count = (seen.get(`${within}/${name}`) ?? 0) + 1;
    seen.set(`${within}/${name}`, count);
    return `${within ? `${within}/` : ""}${name}.${count}`;
  };
  /** @type {Path[]} */
  const found = [];
  for (const { parent, name } of groups) found.push({ path: next(parent === null ? "" : found[parent].path, name), open: true });
  const paths = nodes.map(({ op, group }) => (canOpen(op) ? next(group === null ? "" : found[group].path, op) : null));
  return { groups: found, nodes: paths };
}

/**
 * The outermost closed group around each node; null where all are open. Notes in `paths` which groups are open, and of
 * turns that are one node, which is the last one's, the first.
 * @param {Trace} trace
 * @param {Path[]} paths
 * @param {Set<string>} open
 * @returns {(number | null)[]}
 */
function closedGroups(trace, paths, open) {
  const { nodes, groups } = trace;
  for (;;) {
    /** @type {(number | null)[]} */
    const outermost = [];
    for (const { id, parent } of groups) outermost[id] = (parent === null ? null : outermost[parent]) ?? (open.has(paths[id].path) ? null : id);
    const closed = nodes.map(({ group }) => (group === null ? null : outermost[group]));
    // One node cannot stand for several results: such a group stays open.
    const many = new Set([...leaving(trace, closed)].filter(([, results]) => results.size > 1).map(([group]) => group));
    for (const { id } of groups) paths[id].open = outermost[id] === null;
    if (!many.size) return bundled(trace, paths, outermost, closed);
    open = new Set([...open, ...Array.from(many, (id) => paths[id].path)]);
  }
}

/**
 * The same, with the closed turns of a loop that follow each other as one, where one node can stand for them.
 * @param {Trace} trace
 * @param {Path[]} paths
 * @param {(number | null)[]} outermost  by group: the outermost closed one around it
 * @param {(number | null)[]} closed  by node
 */
function bundled(trace, paths, outermost, closed) {
  for (const path of paths) path.first = undefined;
  /** By closed turn: the last one of those that it follows or goes before. @type {Map<number, number>} */
  const last = new Map();
  for (const loop of trace.groups) {
    if (!TURNS.test(loop.name) || outermost[loop.id] !== null) continue;
    const turns = trace.groups.filter(({ parent, name }) => parent === loop.id && LOOP.test(name));
    for (let from = 0, to = 0; from < turns.length; from = to + 1) {
      for (to = from; to + 1 < turns.length && [turns[to], turns[to + 1]].every(({ id }) => outermost[id] === id);) to += 1;
      for (const { id } of turns.slice(from, to)) last.set(id, turns[to].id);
      if (to > from) paths[turns[to].id].first = turns[from].id;
    }
  }
  if (!last.size) return closed;
  const merged = closed.map((group) => (group === null ? null : last.get(group) ?? group));
  const many = new Set([...leaving(trace, merged)].filter(([, results]) => results.size > 1).map(([group]) => group));
  for (const id of many) paths[id].first = undefined;
  return merged.map((group, node) => (group !== null && many.has(group) ? closed[node] : group));
}

/** "t = 3", or of several turns "t = 1…19 × 19". @param {Trace} trace @param {TraceGroup} first @param {TraceGroup} last */
function labelOf({ groups }, first, last) {
  if (first === last) return last.label;
  const count = groups.filter(({ id, parent, name }) => parent === last.parent && LOOP.test(name) && id >= first.id && id <= last.id).length;
  const [name, value] = last.label.split(" = ");
  return `${first.label}…${value !== undefined && first.label.startsWith(`${name} = `) ? value : last.label} × ${count}`;
}

/**
 * By closed group: the nodes whose values are used outside it.
 * @param {Trace} trace
 * @param {(number | null)[]} closed
 * @returns {Map<number, Set<number>>}
 */
function leaving({ edges, output }, closed) {
  /** @type {Map<number, Set<number>>} */
  const found = new Map();
  const uses = [...edges.filter(({ source, target }) => closed[source] !== closed[target]).map(({ source }) => source), output];
  for (const node of uses) {
    const group = closed[node];
    if (group !== null) found.set(group, (found.get(group) ?? new Set()).add(node));
  }
  return found;
}

/**
 * By closed group: the node that is its result; the last one where nothing uses the group.
 * @param {Trace} trace
 * @param {(number | null)[]} closed
 * @returns {Map<number | null, number>}
 */
function resultsOf(trace, closed) {
  /** @type {Map<number | null, number>} */
  const results = new Map();
  for (const { id } of trace.nodes) if (closed[id] !== null) results.set(closed[id], id);
  for (const [group, [node]] of leaving(trace, closed)) results.set(group, node);
  return results;
}

/**
 * @param {Trace} trace
 * @param {(number | null)[]} closed
 * @param {number[]} place
 * @returns {{edges: TraceEdge[], edgePlace: number[]}}  edgePlace, by old id: the new edge, or -1 inside a closed group
 */
function mergeEdges(trace, closed, place) {
  const walked = new Map(trace.backward_order.map((id, at) => [id, at]));
  /** Old edges that become one, by what they have in common. @type {Map<string, TraceEdge[]>} */
  const bundles = new Map();
  const outside = trace.edges.filter(({ source, target }) => closed[source] === null || closed[source] !== closed[target]);
  for (const edge of outside) {
    const isEntry = closed[edge.target] !== null;
    const key = isEntry ? `group ${closed[edge.target]} ${place[edge.source]}` : `edge ${edge.id}`;
    const bundle = bundles.get(key);
    if (bundle) bundle.push(edge);
    else bundles.set(key, [edge]);
  }
  const ordered = [...bundles.values()].sort(([a], [b]) => place[a.target] - place[b.target]);
  /** @type {number[]} */
  const edgePlace = new Array(trace.edges.length).fill(-1);
  /** @type {Map<number, number>} */
  const arguments_ = new Map();
  const edges = ordered.map((bundle, id) => {
    for (const edge of bundle) edgePlace[edge.id] = id;
    const [first] = bundle;
    const ends = { id, source: place[first.source], target: place[first.target] };
    if (closed[first.target] === null) {
      return { ...first, ...ends, local_template: renumber(first.local_template, place), rule_template: renumber(first.rule_template, place) };
    }
    const argnum = arguments_.get(ends.target) ?? 0;
    arguments_.set(ends.target, argnum + 1);
    const parts = bundle.filter((edge) => walked.has(edge.id)).sort((a, b) => (walked.get(a.id) ?? 0) - (walked.get(b.id) ?? 0));
    const contributions = parts.map(({ contribution }) => contribution);
    return {
      ...ends, argnum, parts: parts.map(({ target, contribution }) => ({ into: trace.nodes[target], contribution })),
      contribution: contributions.length ? contributions.reduce((sum, part) => add(sum, part)) : null,
      summary: parts.length === 1 ? first.summary : null,
      tangent: null, local: null, local_latex: null, rule_latex: null, local_template: null, rule_template: null,
    };
  });
  return { edges, edgePlace };
}

/** Each item once, where it stands last. @param {number[]} list */
function lastOf(list) {
  return [...new Set(list.reverse())].reverse();
}

/** @param {string | null} template @param {number[]} place */
function renumber(template, place) {
  return template && template.replace(/@\{(~?)(\d+)\}/g, (_, mark, id) => `@{${mark}${place[id]}}`);
}

/** A group's name as LaTeX has it. @param {string} name */
function operator(name) {
  return /^[a-z]+$/i.test(name) ? `\\operatorname{${name}}` : `\\text{${escaped(name)}}`;
}

/**
 * Text inside \\text{…}.
 * @param {string} text
 */
function escaped(text) {
  return text.replace(/[\\{}_$&#%^~]/g, (character) => (character === "\\" ? "\\backslash " : character === "^" || character === "~" ? `\\${character}{}` : `\\${character}`));
}
