/**
 * The shapes that pass between the page's modules. What the service answers is in ../service/wire_types.js; a trace is
 * drawn with more than that: its groups can be collapsed.
 *
 * A `Wire` is what a reader of numbers takes, the service's or a person's: a number, a nested list of numbers, or null where
 * a value is elided or does not exist; "NaN", "Infinity" and "-Infinity" stand for the numbers that JSON lacks.
 *
 * @typedef {number | string | WireList | null} Wire
 * @typedef {Wire[]} WireList
 * @typedef {import("../service/wire_types.js").Summary} Figures
 * @typedef {import("../service/wire_types.js").Span} Span
 * @typedef {import("../service/wire_types.js").Warning} Warning
 * @typedef {import("../service/wire_types.js").Op} OpEntry
 * @typedef {import("../service/wire_types.js").Cells} OpCells
 * @typedef {import("../service/wire_types.js").Example} Example
 *
 * @typedef {object} CollapsedNode  what a node has beside its own where groups are collapsed
 * @property {number} [origin]  its id as the service counts
 * @property {string | null} [opens]  the path of the group that it stands for
 * @property {number[] | null} [operands]  of a collapsed group: what was called on which nodes; null of a function of the program
 * @property {(number | string)[] | null} [call]  of a collapsed function of the program: its arguments, nodes or the text of what was known beforehand
 * @typedef {import("../service/wire_types.js").Node & CollapsedNode} TraceNode
 *
 * @typedef {object} CollapsedEdge
 * @property {{into: TraceNode, contribution: Wire}[]} [parts]  what it sums, where it enters a collapsed group: the edges in
 *   there, each by the node that it goes into
 * @typedef {import("../service/wire_types.js").Edge & CollapsedEdge} TraceEdge
 *
 * @typedef {import("../service/wire_types.js").Group & {path?: string}} TraceGroup
 * @typedef {Omit<import("../service/wire_types.js").Trace, "nodes" | "edges" | "groups"> & {nodes: TraceNode[], edges: TraceEdge[], groups: TraceGroup[]}} Trace
 *
 * @typedef {{program: string, inputs: Record<string, unknown>, source?: Source | null, updates?: Updates | null, network?: import("../store/page_state.js").NetworkSettings | null}} Work  a program, and the values that are given to it; network: what the form says that it stands beside
 * @typedef {NonNullable<TrainEvent["updates"]>} Updates  of the step of a training that they are: by parameter, what the optimizer makes of it
 * @typedef {{name: "network" | "train" | "onnx", body: Record<string, unknown>}} Source  the question whose answer is the program's trace,
 *   where its inputs are too many to be carried about
 * @typedef {{name: string, digest: string, bytes?: true}} Table  an uploaded table, whose content is in the browser that it was opened in;
 *   bytes: it is not text, and its content is the file's bytes in base64
 *
 * @typedef {import("../service/wire_types.js").TrainEvent} TrainEvent
 * @typedef {{[Field in keyof TrainEvent]-?: NonNullable<TrainEvent[Field]>}} TrainingEvent  one line of a training; which
 *   fields it has goes by its event
 *
 * @typedef {{kind: "node" | "edge", id: number, name?: string}} Selection  name: in the program, by which it is found where ids are others
 *
 * @typedef {(key: string, params?: Record<string, string | number>) => string} Translate
 *
 * @typedef {[x: number, y: number, scale: number]} View  the place of the graph in the middle of its room, and px for each of its units
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{id: number, x: number, y: number, w: number, h: number}} Box  x and y are its centre
 * @typedef {object} EdgeGeometry
 * @property {number} id
 * @property {Point[]} points  a cubic Bézier spline: start, then two controls and an end for each piece
 * @property {Point[] | null} [rest]  of an edge that goes on in another row: the spline there; `points` is then the one that it begins with
 * @property {Point | null} label  centre of the room kept for the edge's number
 * @typedef {Box & {end: "out" | "in"}} Stub  a name at the end or at the start of a row, where the edge of its id is cut
 * @typedef {object} Geometry  nodes and edges stand in the order of their ids
 * @property {import("../graph/node_lines.js").Form} form
 * @property {number} [brevity]  how short names are cut
 * @property {Box[]} nodes
 * @property {Box[]} echoes  each repeats a leaf's name where the edge of its id starts
 * @property {EdgeGeometry[]} edges
 * @property {Stub[]} stubs
 * @property {(Box & {isRest?: boolean})[]} groups  a frame for each row that the group is in; isRest: it began in another row
 * @property {number} rows
 * @property {number} width
 * @property {number} height
 */

export {};
