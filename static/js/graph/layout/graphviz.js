/**
 * Graphviz places what is planned: a plan becomes DOT text, and Graphviz's JSON becomes places in px.
 *
 * Pure. Deterministic, too: the DOT text holds ids and sizes only, never a user's text, and is therefore also the key
 * of the picture: while it stays the same, so does the layout.
 */

/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./geometry.js").Placed} Placed */

const POINTS_PER_INCH = 72;
/** How much more an edge between two ops wants to be level than one from a leaf. */
const SPINE_WEIGHT = 4;
/** What took so many steps less than another operand of its op comes in from the side, as a leaf does: a long sum stays level. */
const SHORTER = 2;
/** Between two columns and two nodes of one, in inches: an edge with room for a number takes a column's gap twice, on each side of it. */
const COLUMN_GAP = { tall: 0.24, flat: 0.24, compact: 0.36 };
const ROW_GAP = { tall: 0.3, flat: 0.25, compact: 0.26 };
const DENSE_ROW_GAP = 0.12;

/**
 * @param {Plan} plan
 * @returns {string} DOT text
 */
export function toDot(plan) {
  // Ranked by cluster, as Graphviz does by default, an edge into a frame may run from right to left.
  const ranking = plan.groups.length ? "newrank=true, " : "";
  const lines = [
    "digraph {",
    `graph [${ranking}rankdir=LR, ordering=in, splines=true, nodesep=${plan.isDense ? DENSE_ROW_GAP : ROW_GAP[plan.form]}, ranksep=${COLUMN_GAP[plan.form]}, margin=0, pad=0]`,
    'node [shape=box, fixedsize=true, label=""]',
    "edge [arrowhead=none, tailport=e, headport=w]",
    ...groupLines(plan),
  ];
  const spine = levelEdges(plan);
  for (const { id, source, target, label } of plan.edges) {
    const room = label && plan.form !== "compact" ? `, label=${blank(label)}` : "";
    const level = spine.has(id) ? `, weight=${SPINE_WEIGHT}` : "";
    const apart = plan.columns ? plan.columns[target] - plan.columns[source] : 1;
    const length = apart > 1 ? `, minlen=${apart}` : "";
    lines.push(`n${source} -> n${target} [id=e${id}${level}${length}${room}]`);
  }
  lines.push("}");
  return lines.join("\n");
}

/**
 * The edges that are to be level: from one op to the next, of operands that took about as many steps as the longest one.
 * @param {Plan} plan
 * @returns {Set<number>}
 */
function levelEdges({ edges }) {
  /** By node: the longest way to it from a leaf; a target comes after all its operands. @type {Map<number, number>} */
  const steps = new Map();
  const of = (/** @type {number} */ id) => steps.get(id) ?? 0;
  for (const { source, target } of edges) steps.set(target, Math.max(of(target), of(source) + 1));
  return new Set(edges.filter(({ source, target }) => of(source) && of(target) - 1 - of(source) < SHORTER).map(({ id }) => id));
}

/**
 * The nodes inside their clusters, without recursion: each group opens, holds its nodes and children, and closes.
 * @param {Plan} plan
 * @returns {string[]}
 */
function groupLines({ nodes, groups }) {
  /** @type {Map<number | null, string[]>} */
  const members = new Map([[null, []]]);
  for (const { id } of groups) members.set(id, []);
  for (const { id, w, h, group } of nodes) {
    members.get(group)?.push(`n${id} [width=${inches(w)}, height=${inches(h)}]`);
  }
  // Children come after their parents, so from the last group on each is whole before its parent takes it in.
  for (const { id, parent, label } of [...groups].reverse()) {
    const lines = [`subgraph cluster_${id} {`, `graph [margin=12, labeljust=l, label=${blank(label)}]`];
    members.get(parent)?.push([...lines, ...(members.get(id) ?? []), "}"].join("\n"));
  }
  return members.get(null) ?? [];
}

/**
 * An empty label that keeps room for a text of this size.
 * @param {{w: number, h: number}} size
 */
function blank({ w, h }) {
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="${w}" HEIGHT="${h}"><TR><TD></TD></TR></TABLE>>`;
}

/** @param {number} px */
function inches(px) {
  return (px / POINTS_PER_INCH).toFixed(4);
}

/**
 * @param {any} drawn  Graphviz's output in its "json0" format
 * @param {Plan} plan
 * @returns {Placed}
 * @throws {Error} where a node or an edge of the plan is missing in the output
 */
export function fromGraphviz(drawn, plan) {
  const [left, bottom, right, top] = numbers(drawn.bb);
  /** @param {number} x @param {number} y Graphviz's y points upwards */
  const at = (x, y) => ({ x: round(x - left), y: round(top - y) });

  /** @type {Map<string, any>} */
  const objects = new Map((drawn.objects ?? []).map((/** @type {any} */ item) => [item.name, item]));
  /** @type {Map<string, any>} */
  const splines = new Map((drawn.edges ?? []).map((/** @type {any} */ item) => [item.id, item]));

  const boxes = plan.nodes.map(({ id, w, h }) => {
    const [x, y] = numbers(must(objects, `n${id}`).pos);
    return { id, ...at(x, y), w, h };
  });
  const routed = new Map(plan.edges.map(({ id }) => {
    const { pos, lp } = must(splines, `e${id}`);
    const points = String(pos).split(" ").map((pair) => {
      const [x, y] = numbers(pair);
      return at(x, y);
    });
    const [x, y] = lp ? numbers(lp) : [];
    return [id, { points, label: lp ? at(x, y) : null }];
  }));
  const groups = plan.groups.filter(({ id }) => objects.has(`cluster_${id}`)).map(({ id }) => {
    const [x0, y0, x1, y1] = numbers(objects.get(`cluster_${id}`).bb);
    return { id, ...at((x0 + x1) / 2, (y0 + y1) / 2), w: round(x1 - x0), h: round(y1 - y0) };
  });
  return { boxes, routed, groups, width: round(right - left), height: round(top - bottom) };
}

/**
 * @param {Map<string, any>} map
 * @param {string} key
 */
function must(map, key) {
  const found = map.get(key);
  if (found?.pos === undefined) throw new Error(`Graphviz left out ${key}.`);
  return found;
}

/**
 * @param {unknown} text  "1.5,2"
 * @returns {number[]}
 */
function numbers(text) {
  return String(text).split(",").map(Number);
}

/** @param {number} px */
function round(px) {
  return Math.round(px * 10) / 10;
}
