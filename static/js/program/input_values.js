/** An input's numbers, wherever they stand: written in the program, or given beside it. Pure. */

import { flatten } from "../lib/numbers.js";
import { bracketsOf, cellsFrom, itemsOf, listOf, literalOf, readList, replaced, valueOf, withValue } from "./literals.js";

/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {{trace: import("../lib/types.js").Trace, program: string, inputs: Record<string, unknown>}} Scene */

/**
 * The numbers of an input one by one.
 * @param {Scene} scene
 * @param {TraceNode} node
 * @returns {{texts: string[], write: (...changes: {at: number, text: string}[]) => Work} | null}  null where no numbers are written out
 */
export function itemsIn({ program, inputs }, node) {
  const { name, shape } = node;
  if (name !== null && Object.hasOwn(inputs, name)) {
    const given = /** @type {import("../lib/types.js").Wire} */ (inputs[name]);
    const items = flatten(given);
    return {
      texts: items.map(String),
      write(...changes) {
        const changed = [...items];
        for (const { at, text } of changes) changed[at] = valueOf(text);
        return { program, inputs: { ...inputs, [name]: nested(changed, shape) } };
      },
    };
  }
  const literal = shape.length ? null : literalOf(program, node);
  const literals = shape.length ? itemsOf(program, node) : literal && [literal];
  return literals && {
    texts: literals.map(({ text }) => text),
    // From the last on: what stands before a change stays where it is.
    write: (...changes) => ({ program: changes.toSorted((a, b) => b.at - a.at).reduce((text, one) => replaced(text, literals[one.at], one.text), program), inputs }),
  };
}

/**
 * An array as one text.
 * @param {Scene} scene
 * @param {TraceNode} node
 * @returns {{text: string, write: (text: string) => Work} | null}
 */
export function wholeIn({ program, inputs }, node) {
  const { name, shape } = node;
  if (!shape.length) return null;
  if (name !== null && Object.hasOwn(inputs, name)) {
    return { text: written(inputs[name]), write: (text) => ({ program, inputs: { ...inputs, [name]: readList(text) ?? inputs[name] } }) };
  }
  const brackets = bracketsOf(program, node);
  return brackets && { text: brackets.text, write: (text) => ({ program: replaced(program, brackets, text), inputs }) };
}

/**
 * What was copied from a spreadsheet, as a change of an array: over all of it at its first cell, else into a part of it.
 * @param {string} text
 * @param {number[]} shape
 * @param {number} index  of the cell where it is pasted
 * @returns {string | ((scene: Scene, node: TraceNode) => Work)}  why it cannot be, or what it makes of a node's array
 */
export function pasted(text, shape, index) {
  const cells = cellsFrom(text);
  if (!cells) return "inputs.no.cells";
  const columns = shape[shape.length - 1];
  const fits = (index % columns) + cells[0].length <= columns && Math.floor(index / columns) + cells.length <= (shape.length === 2 ? shape[0] : 1);
  if (index > 0 && !fits) return "inputs.too.large";
  return (scene, node) => {
    const whole = index === 0 && wholeIn(scene, node);
    if (whole) return whole.write(listOf(cells, node.shape.length));
    return itemsIn(scene, node)?.write(...cells.flatMap((row, i) => row.map((item, j) => ({ at: index + i * columns + j, text: item })))) ?? scene;
  };
}

/**
 * A given value becomes the program's own: in place of the one that is written there, or before the first statement.
 * @param {Scene} scene
 * @param {TraceNode} node
 * @returns {Work}
 */
export function putIntoProgram({ program, inputs }, node) {
  const name = node.name ?? "";
  const { [name]: value, ...others } = inputs;
  const text = written(value);
  const place = bracketsOf(program, node) ?? literalOf(program, { ...node, shape: [] });
  return { program: place ? replaced(program, place, text) : withValue(program, name, text), inputs: others };
}

/** Whether a given value can be written in a program: the language has no number that is not finite. @param {unknown} value */
export function canBeWritten(value) {
  return flatten(/** @type {import("../lib/types.js").Wire} */ (value)).every(Number.isFinite);
}

/** @param {unknown} value @returns {string} as the program writes it */
function written(value) {
  return Array.isArray(value) ? `[${value.map(written).join(", ")}]` : String(value);
}

/** @param {number[]} items @param {number[]} shape @returns {import("../lib/types.js").Wire}  what JSON lacks is a string */
function nested(items, [size, ...rest]) {
  if (size === undefined) return Number.isFinite(items[0]) ? items[0] : String(items[0]);
  const stride = items.length / size;
  return Array.from({ length: size }, (_, i) => nested(items.slice(i * stride, (i + 1) * stride), rest));
}
