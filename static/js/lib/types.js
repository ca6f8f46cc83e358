/**
 * The shapes that pass between the page's modules, as the service sends them.
 *
 * A `Wire` is a number, a nested list of numbers, or null where a value is elided or does not exist;
 * "NaN", "Infinity" and "-Infinity" stand for the numbers that JSON lacks.
 *
 * @typedef {number | string | WireList | null} Wire
 * @typedef {Wire[]} WireList
 *
 * @typedef {{min: Wire, max: Wire, mean: Wire, std: Wire, norm: Wire, nan_count: number, inf_count: number}} Figures
 *
 * @typedef {object} Span
 * @property {{line: number, column: number}} start  line from 1, column from 0, in code points
 * @property {{line: number, column: number}} end
 *
 * @typedef {object} TraceNode
 * @property {number} id
 * @property {string} op
 * @property {string | null} name
 * @property {number[]} inputs
 * @property {Record<string, any>} options  the op's static arguments
 * @property {number[] | null} [operands]  of a collapsed group: what was called on which nodes; null of a function of the program
 * @property {(number | string)[] | null} [call]  of a collapsed function of the program: its arguments, nodes or the text of what was known beforehand
 * @property {number[]} shape
 * @property {Wire} value
 * @property {Wire} gradient
 * @property {boolean} differentiable
 * @property {number | null} group
 * @property {Span | null} span
 * @property {string} latex  the node's symbol
 * @property {string | null} template  its formula, with placeholders; null at a leaf
 * @property {boolean} convention
 * @property {{value?: Figures, gradient?: Figures} | null} summary
 * @property {number} [origin]  its id as the service counts, where groups are collapsed
 * @property {string | null} [opens]  the path of the group that it stands for
 * @property {Wire} [tangent]  how fast it moves, where a direction was asked for
 *
 * @typedef {object} TraceEdge
 * @property {number} id
 * @property {number} source
 * @property {number} target
 * @property {number} argnum
 * @property {Wire} local
 * @property {Wire} contribution
 * @property {string | null} local_latex
 * @property {string | null} rule_latex
 * @property {string | null} local_template
 * @property {string | null} rule_template
 * @property {{local?: Figures, contribution?: Figures} | null} [summary]
 * @property {{into: TraceNode, contribution: Wire}[]} [parts]  what it sums, where it enters a collapsed group: the edges in
 *   there, each by the node that it goes into
 *
 * @typedef {{id: number, name: string, label: string, parent: number | null, nodes: number[], path?: string,
 *   operands?: number[] | null, options?: Record<string, any>, call?: (number | string)[] | null}} TraceGroup
 * @typedef {{kind: string, message: string, params: Record<string, string | number>, node: number | null,
 *   edge: number | null, span: Span | null}} Warning
 *
 * @typedef {object} Trace
 * @property {string} program
 * @property {TraceNode[]} nodes
 * @property {TraceEdge[]} edges
 * @property {TraceGroup[]} groups
 * @property {number[]} forward_order
 * @property {number[]} backward_order
 * @property {number} output
 * @property {Wire} seed
 * @property {Record<string, Wire>} gradients
 * @property {Warning[]} warnings
 * @property {{backward_passes: number, tangent_passes: number}} cost
 *
 * @typedef {object} OpEntry
 * @property {string} name
 * @property {string} signature
 * @property {{en: string, ko: string} | null} convention
 * @property {{en: string, ko: string} | null} summary
 * @property {string | null} definition  the program that it abbreviates
 * @property {unknown[]} rules  of its inputs; empty where no gradient flows
 *
 * @typedef {{program: string, inputs: Record<string, unknown>, source?: Source | null}} Work  a program, and the values that are given to it
 * @typedef {{name: "network" | "train", body: Record<string, unknown>}} Source  the question whose answer is the program's trace,
 *   where its inputs are too many to be carried about
 *
 * @typedef {{id: string, program: {en: string, ko: string}, inputs?: Record<string, unknown>}} Example
 *
 * @typedef {{kind: "node" | "edge", id: number}} Selection
 *
 * @typedef {(key: string, params?: Record<string, string | number>) => string} Translate
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{id: number, x: number, y: number, w: number, h: number}} Box  x and y are its centre
 * @typedef {object} EdgeGeometry
 * @property {number} id
 * @property {Point[]} points  a cubic Bézier spline: start, then two controls and an end for each piece
 * @property {Point | null} label  centre of the room kept for the edge's number
 * @typedef {{nodes: Box[], echoes: Box[], edges: EdgeGeometry[], groups: Box[], width: number, height: number}} Geometry
 *   nodes and edges stand in the order of their ids; an echo repeats a leaf's name where the edge of its id starts
 */

export {};
