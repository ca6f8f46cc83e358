/** What is marked in a figure, as data: its kind, and the nodes and edges that it is at. Pure. */

/**
 * @typedef {"lit" | "pointed" | "near" | "wrong" | "path" | "draggable" | "found" | "data" | "heat" | "right" | "unknown" | "non-finite" | "update"} Kind
 *   lit: the text beside speaks of it; pointed: what is pointed at beside the figure; near: it is what one node deals with, all else is faded; wrong: a mistake is there;
 *   path: it is on the path that is followed, all else is faded; right, unknown, non-finite: what is claimed of it is so, is not said, is no number; heat: how large its gradient is; draggable: its number can be moved; found: a search has found it; update: a step of a training moves it; data: a label or a sample, which nothing is learned from by moving it
 * @typedef {object} Decoration
 * @property {Kind} kind
 * @property {Iterable<number>} [nodes]
 * @property {Iterable<number>} [edges]
 * @property {number} [core]  of what is near: the node that it is near to
 * @property {Record<number, number>} [levels]  by node: from 0 to 1 how much it is coloured, NaN where that is no number
 * @property {Record<number, string>} [notes]  by node: a word above it
 * @property {Record<number, string>} [said]  by node: the same for who does not see it, where it is a sign
 *
 * @typedef {object} Marks
 * @property {Set<Kind>} kinds  that there are
 * @property {Map<number, Set<string>>} nodes  by node: its classes
 * @property {Map<number, Set<string>>} edges
 * @property {Map<number, string>} notes
 * @property {Map<number, string>} said
 * @property {Map<number, number> | null} levels  null: nothing is coloured
 * @property {{nodes: Set<number>, edges: Set<number>}} seen  what is to be seen from afar as well
 */

/** @type {Record<Kind, string>} */
const CLASSES = { lit: "lit", pointed: "pointed", near: "near", wrong: "wrong", path: "on-path", draggable: "draggable", found: "found", data: "data", heat: "heated", right: "right", unknown: "unknown", "non-finite": "non-finite", update: "updated" };
export const MARKS = [...Object.values(CLASSES), "core"];

/** @param {Iterable<Decoration>} decorations @returns {Marks} */
export function marksOf(decorations) {
  /** @type {Marks} */
  const marks = { kinds: new Set(), nodes: new Map(), edges: new Map(), notes: new Map(), said: new Map(), levels: null, seen: { nodes: new Set(), edges: new Set() } };
  for (const { kind, nodes = [], edges = [], core, notes = {}, said = {}, levels } of decorations) {
    marks.kinds.add(kind);
    for (const id of nodes) mark(marks.nodes, id, CLASSES[kind]);
    for (const id of edges) mark(marks.edges, id, CLASSES[kind]);
    if (core !== undefined) mark(marks.nodes, core, "core");
    for (const [id, note] of Object.entries(notes)) marks.notes.set(Number(id), note);
    for (const [id, text] of Object.entries(said)) marks.said.set(Number(id), text);
    if (levels) marks.levels = new Map(Object.entries(levels).map(([id, level]) => [Number(id), level]));
    if (kind === "draggable" || kind === "data" || kind === "update") continue;
    for (const id of nodes) marks.seen.nodes.add(id);
    for (const id of edges) marks.seen.edges.add(id);
  }
  return marks;
}

/** @param {Map<number, Set<string>>} classes @param {number} id @param {string} name */
function mark(classes, id, name) {
  const known = classes.get(id);
  if (known) known.add(name);
  else classes.set(id, new Set([name]));
}
