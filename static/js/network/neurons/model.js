/** The network in a trace: its columns from input to loss, and what joins them. Pure. */

import { identities, isLeaf, nameOf, signOf } from "../../graph/labels.js";
import { unitsIn } from "./values.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {{node: number, edge: number}} Parameter  a leaf, and the edge by which the layer uses it */
/**
 * @typedef {object} Column
 * @property {string} key  the same one after an edit
 * @property {"input" | "layer" | "block" | "operation" | "loss" | "target"} kind
 * @property {string[]} titles  what it is called, a stage a line
 * @property {number} merged  how many operations it stands for, where they are too many to be told apart
 * @property {number[][]} stages  nodes: what arrives in a neuron, and what its function makes of it
 * @property {number} result  the node that the next columns use
 * @property {number} count  neurons, or maps; 0 where it is a box and nothing else
 * @property {[number, number] | null} map  rows and columns of each map; null where these are neurons
 * @property {boolean} isElided  whether the service left its numbers out
 * @property {(Parameter & {turned: boolean}) | null} weights  turned: out × in
 * @property {Parameter | null} bias
 * @property {string | null} opens  path of the block that it is, closed
 * @property {{path: string, name: string}[]} blocks  open ones around it, the outermost first
 * @property {{edge: number, source: number}[]} uses  the values that flow in
 * @property {string} op
 *
 * @typedef {object} Join
 * @property {number} from  a column
 * @property {number} to
 * @property {number} edge
 * @property {"weights" | "each" | "all"} kind  each: neuron i to neuron i; all: every neuron into the whole
 *
 * @typedef {object} Network
 * @property {Column[]} columns
 * @property {Join[]} joins
 * @property {number | null} batch  samples; null where there is one, without an axis
 */

const DENSE = new Set(["affine"]);
const CONVOLUTION = new Set(["conv1d", "conv2d"]);
const POOLING = ["max_pool2d", "avg_pool2d"];
const SHAPING = ["flatten", "reshape", "transpose"];
/** Layers into which several values flow. */
const MERGING = new Set(["add", "multiply", "concat"]);
const WHOLE = ["batch_norm", "layer_norm", "dropout", "embedding", "attention", "softmax", "log_softmax"];
const BLOCKS = /^(residual|transformer_block)$/;
/** More operations in a row than these become one column: they are no layers. */
const MOST_OPERATIONS = 3;

/**
 * What the names of functions say.
 * @typedef {object} Names
 * @property {Set<string>} activations  functions of one number, which a neuron applies to what arrives in it
 * @property {Set<string>} parts  all that layers are made of
 * @property {Set<string>} apart  parts whose i-th result comes from the i-th input
 * @property {(op: string) => string} baseOf  a layer's function in a program has its number behind its name: affine2, relu6_1
 */

/** @param {Set<string>} activations @returns {Names} */
function namesOf(activations) {
  const parts = new Set([...DENSE, ...CONVOLUTION, ...activations, ...POOLING, ...SHAPING, ...MERGING, ...WHOLE]);
  return {
    activations, parts,
    apart: new Set([...activations, ...POOLING, "batch_norm", "dropout", "add", "multiply"]),
    baseOf: (op) => (parts.has(op) ? op : op.replace(/_?\d+$/, "")),
  };
}

/** The ops that a neuron applies to what arrives in it. @param {Map<string, import("../../lib/types.js").OpEntry>} ops */
export function activationsOf(ops) {
  return new Set(Array.from(ops.values()).filter(({ activation }) => activation).map(({ name }) => name));
}

/**
 * @param {Trace} trace
 * @param {Set<string>} activations
 * @returns {Network}
 */
export function networkOf(trace, activations) {
  const { nodes } = trace;
  const names = namesOf(activations);
  const items = itemsOf(trace, names);
  const parameters = assignParameters(trace, items, names);
  const inputs = nodes.filter(({ id, op, shape }) => op === "input" && shape.length > 0 && !parameters.has(id));
  const flowing = new Set(inputs.map(({ id }) => id));
  for (const { members, inputs: sources } of items) if (sources.some(({ source }) => flowing.has(source))) for (const id of members) flowing.add(id);
  const path = items.filter(({ result }) => flowing.has(result) || result === trace.output);
  const body = mergeRuns(trace, columnsOf(trace, path, flowing, names));
  const lastLayer = body.findLastIndex(({ kind }) => kind === "layer" || kind === "block");
  /** @type {Column[]} */
  const first = [];
  /** @type {Column[]} */
  const last = [];
  for (const { id } of inputs) {
    const users = body.flatMap(({ uses }, i) => (uses.some(({ source }) => source === id) ? [i] : []));
    if (!users.length) continue;
    const isTarget = lastLayer >= 0 && users.every((i) => i > lastLayer);
    (isTarget ? last : first).push({ ...emptyColumn(nodes[id].op, id), kind: isTarget ? "target" : "input", titles: [nameOf(nodes[id])] });
  }
  const columns = [...first, ...body, ...last];
  const whole = first.find(({ result }) => nodes[result].shape.length > 1) ?? null;
  const batch = whole && nodes[whole.result].shape[0];
  const same = identities(trace);
  for (const column of columns) {
    column.key = same[column.result];
    column.isElided = nodes[column.result].value === null;
    Object.assign(column, unitsIn(nodes[column.result].shape, batch));
    if (column.stages.flat().includes(trace.output)) column.kind = "loss";
  }
  return { columns, joins: joinsOf(trace, columns, names), batch };
}

/**
 * What is computed as one: a node, or all nodes of an open function that is a layer.
 * @typedef {{op: string, result: number, members: number[], inputs: {edge: number, source: number}[], opens: string | null,
 *   blocks: {path: string, name: string}[], weights?: Column["weights"], bias?: Parameter | null, biasOf?: number}} Item
 * @param {Trace} trace
 * @param {Names} names
 * @returns {Item[]}
 */
function itemsOf({ program, nodes, edges, groups, output }, { parts, baseOf }) {
  const defined = new Set(Array.from(program.matchAll(/^[ \t]*def\s+([^\s(]+)/gm), ([, name]) => name));
  /** @param {string} name */
  const isBlock = (name) => BLOCKS.test(baseOf(name)) || (defined.has(name) && !parts.has(baseOf(name)));
  /** By group: the outermost one around it that is a single layer. @type {(number | null)[]} */
  const layer = [];
  /** @type {Item["blocks"][]} */
  const around = [];
  for (const { id, name, label, parent, path } of groups) {
    layer[id] = (parent === null ? null : layer[parent]) ?? (isBlock(name) ? null : id);
    around[id] = [...(parent === null ? [] : around[parent]), ...(layer[id] === null && path ? [{ path, name: label }] : [])];
  }
  /** @type {Map<string, number[]>} */
  const bundles = new Map();
  for (const node of nodes) {
    const within = node.group === null ? null : layer[node.group];
    if (within === null && isLeaf(node)) continue;
    const key = within === null ? `node ${node.id}` : `group ${within}`;
    bundles.set(key, [...(bundles.get(key) ?? []), node.id]);
  }
  return Array.from(bundles.values(), (members) => {
    const own = new Set(members);
    const leaving = members.filter((id) => id === output || edges.some(({ source, target }) => source === id && !own.has(target)));
    const result = leaving.at(-1) ?? members[members.length - 1];
    const node = nodes[result];
    const within = node.group === null ? null : layer[node.group];
    const op = within === null ? node.op : groups[within].name;
    const entering = edges.filter(({ source, target }) => own.has(target) && !own.has(source));
    return {
      op, result, members, inputs: entering.map(({ id, source }) => ({ edge: id, source })),
      opens: within === null && node.opens && isBlock(node.op) ? node.opens : null,
      blocks: node.group === null ? [] : around[node.group],
    };
  }).sort((a, b) => a.result - b.result);
}

/**
 * Notes at each layer which leaves are its weights and its bias.
 * @param {Trace} trace
 * @param {Item[]} items
 * @param {Names} names
 * @returns {Set<number>}  every leaf that is learnt
 */
function assignParameters({ nodes }, items, { parts, baseOf }) {
  /** @type {Set<number>} */
  const parameters = new Set();
  const dense = new Map();
  for (const item of items) {
    const base = baseOf(item.op);
    const { inputs, result } = item;
    /** @param {{source: number}} input */
    const isInput = ({ source }) => nodes[source].op === "input";
    if (item.op === "matmul") {
      const [a, b] = inputs;
      if (a?.source === b?.source) continue;
      if (b && isInput(b) && nodes[b.source].shape.length === 2) item.weights = { node: b.source, edge: b.edge, turned: false };
      else if (b && isInput(a) && nodes[a.source].shape.length === 2 && nodes[b.source].shape.length === 1) item.weights = { node: a.source, edge: a.edge, turned: true };
    } else if (item.op === "add" && inputs.length === 2) {
      const [sum, bias] = dense.has(inputs[0].source) ? inputs : [...inputs].reverse();
      const width = nodes[result].shape.at(-1);
      if (!dense.has(sum.source) || !isInput(bias) || nodes[bias.source].shape.filter((size) => size !== 1).some((size) => size !== width)) continue;
      if (nodes[bias.source].shape.length > 1 && nodes[bias.source].shape[0] !== 1) continue;
      Object.assign(item, { bias: { node: bias.source, edge: bias.edge }, biasOf: sum.source });
      parameters.add(bias.source);
    } else if (item.opens || (parts.has(base) && !MERGING.has(base))) {
      const flows = flowInto(nodes, item, base);
      const own = inputs.filter((input) => isInput(input) && input.source !== flows?.source);
      for (const { source } of own) parameters.add(source);
      if (!DENSE.has(base) && !CONVOLUTION.has(base)) continue;
      const weights = own.find(({ source }) => nodes[source].shape.length > 1);
      const bias = own.find(({ source }) => nodes[source].shape.length === 1);
      if (weights) item.weights = { node: weights.source, edge: weights.edge, turned: false };
      if (bias) item.bias = { node: bias.source, edge: bias.edge };
    }
    if (!item.weights) continue;
    parameters.add(item.weights.node);
    dense.set(result, item);
  }
  return parameters;
}

/** Which of a layer's inputs is the value that it transforms: the first, but where that is a parameter. @param {Trace["nodes"]} nodes @param {Item} item @param {string} base */
function flowInto(nodes, { inputs, result }, base) {
  if (DENSE.has(base) || CONVOLUTION.has(base)) return inputs[0];
  const computed = inputs.find(({ source }) => !isLeaf(nodes[source]));
  const width = nodes[result].shape.at(-1);
  // An embedding's table may come before the indices into it.
  const indices = base === "embedding" ? inputs.find(({ source: id }) => nodes[id].shape.length !== 2 || nodes[id].shape[1] !== width) : undefined;
  return computed ?? indices ?? inputs[0];
}

/** @param {string} op @param {number} result @returns {Column} */
function emptyColumn(op, result) {
  return {
    key: "", kind: "operation", titles: [], merged: 0, stages: [[result]], result, count: 0, map: null, isElided: false, weights: null, bias: null, opens: null,
    blocks: [], uses: [], op,
  };
}

/**
 * A column an item; a bias and a function of one number go into the neuron before them.
 * @param {Trace} trace
 * @param {Item[]} path
 * @param {Set<number>} flowing
 * @param {Names} names
 * @returns {Column[]}
 */
function columnsOf({ nodes, edges }, path, flowing, { activations, parts, baseOf }) {
  /** @type {Column[]} */
  const columns = [];
  /** @type {Map<number, Column>} */
  const endsIn = new Map();
  /** @param {number} id */
  const usesOf = (id) => edges.filter(({ source }) => source === id).length;
  for (const item of path) {
    const { op, result, opens, blocks, weights = null, bias = null } = item;
    const base = baseOf(op);
    const uses = item.inputs.filter(({ source }) => flowing.has(source));
    const before = uses.length === 1 && usesOf(uses[0].source) === 1 ? endsIn.get(uses[0].source) : undefined;
    if (before?.weights && before.stages.length === 1 && before.result === item.biasOf) {
      before.stages[0].push(result);
      before.titles = [nameOf(nodes[result])];
      before.bias = bias;
      before.result = result;
    } else if (before?.weights && before.stages.length === 1 && activations.has(base) && !opens && sameBlocks(before.blocks, blocks)) {
      before.stages.push([result]);
      before.titles.push(signOf(op));
      before.result = result;
    } else {
      const isLayer = weights || (parts.has(base) && !MERGING.has(op));
      columns.push({ ...emptyColumn(op, result), kind: opens ? "block" : isLayer ? "layer" : "operation", titles: [titleOf(op, nodes[result])], weights, bias, opens, blocks, uses });
    }
    endsIn.set(result, before?.result === result ? before : columns[columns.length - 1]);
  }
  return columns;
}

/** A function's word; where it has a sign, the value's name too. @param {string} op @param {import("../../lib/types.js").TraceNode} node */
function titleOf(op, node) {
  const sign = signOf(op);
  if (op === "matmul") return nameOf(node);
  return sign === op || node.name === null ? sign : `${sign} ${node.name}`;
}

/** @param {Column["blocks"]} a @param {Column["blocks"]} b */
function sameBlocks(a, b) {
  return a.at(-1)?.path === b.at(-1)?.path;
}

/**
 * Many operations in a row, none of them a layer, are one column; so are those that make the loss.
 * @param {Trace} trace
 * @param {Column[]} columns
 * @returns {Column[]}
 */
function mergeRuns({ nodes, output }, columns) {
  /** @type {Column[][]} */
  const runs = [];
  for (const column of columns) {
    const run = runs.at(-1);
    const goesOn = column.kind === "operation" && run?.[0].kind === "operation" && sameBlocks(run[0].blocks, column.blocks);
    if (goesOn) run.push(column);
    else runs.push([column]);
  }
  return runs.flatMap((run) => {
    const isLoss = run.some(({ stages }) => stages.flat().includes(output));
    if (run.length <= (isLoss ? 1 : MOST_OPERATIONS)) return run;
    const stages = [run.flatMap((column) => column.stages.flat())];
    const own = new Set(stages[0]);
    const uses = run.flatMap((column) => column.uses).filter(({ source }) => !own.has(source));
    const last = run[run.length - 1];
    return [{ ...last, titles: [nameOf(nodes[last.result])], stages, uses, merged: stages[0].length }];
  });
}

/** @param {Trace} trace @param {Column[]} columns @param {Names} names @returns {Join[]} */
function joinsOf({ nodes, edges }, columns, { apart, baseOf }) {
  /** @type {Map<number, number>} */
  const holder = new Map();
  for (const [i, { stages }] of columns.entries()) for (const id of stages.flat()) holder.set(id, i);
  return columns.flatMap((column, to) => column.uses.flatMap(({ edge, source }) => {
    const from = holder.get(source);
    if (from === undefined || from === to) return [];
    const isApart = (apart.has(baseOf(column.op)) || edges[edge].local !== null) && !column.merged;
    const isAlike = columns[from].count === column.count && Boolean(columns[from].map) === Boolean(column.map);
    const kind = fits(nodes, columns[from], column) ? "weights" : isApart && isAlike ? "each" : "all";
    return [{ from, to, edge, kind: /** @type {Join["kind"]} */ (kind) }];
  }));
}

/** Whether each weight leads from one neuron, or map, to one. @param {Trace["nodes"]} nodes @param {Column} from @param {Column} to */
function fits(nodes, from, { weights, count, map }) {
  if (!weights) return false;
  const { shape } = nodes[weights.node];
  const [ins, outs] = shape.length > 2 || weights.turned ? [shape[1], shape[0]] : shape;
  return ins === from.count && outs === count && Boolean(map) === Boolean(from.map) && Boolean(map) === shape.length > 2;
}
