/** A leaf's number is dragged in the graph, or moved by the arrow keys; the program follows, and the graph follows it. */

import { literalOf, replaced, scrubbed } from "./literals.js";

/**
 * @typedef {object} Moving
 * @property {number} id  of the leaf
 * @property {string} program  as it was before
 * @property {import("./literals.js").Literal} literal
 * @property {number} steps
 * @property {boolean} fine
 */

/**
 * @param {import("../graph/element.js").GradlensGraph} figure
 * @param {object} on
 * @param {() => {trace: import("../lib/types.js").Trace | null, program: string, inputs: Record<string, unknown>, selected: number | null}} on.scene  trace: null where it is not the program's
 * @param {(program: string) => void} on.preview  while the number moves
 * @param {() => void} on.commit  it rests
 * @param {() => void} on.abandon  all is to be as it was
 */
export function createNumberDragging(figure, { scene, preview, commit, abandon }) {
  /** @type {Moving | null} */
  let running = null;
  /** Whether the pointer has it; a press alone moves nothing yet. @type {"keys" | "pressed" | "dragged"} */
  let held = "keys";

  /** What was moved last: known before its answer has come. @type {{id: number, program: string, literal: import("./literals.js").Literal} | null} */
  let last = null;

  /** A value that is given beside the program wins over what is written there. @param {import("../lib/types.js").TraceNode | undefined} node */
  function writtenAt(node) {
    const { program, inputs } = scene();
    return !node || (node.op === "input" && node.name !== null && Object.hasOwn(inputs, node.name)) ? null : literalOf(program, node);
  }

  /** @param {number} id @returns {Moving | null} */
  function begin(id) {
    const { trace, program } = scene();
    const known = last?.id === id && last.program === program ? last.literal : null;
    const literal = trace ? writtenAt(trace.nodes[id]) : known;
    return literal ? { id, program, literal, steps: 0, fine: false } : null;
  }

  /** @param {number} steps @param {import("../graph/number_gestures.js").Keys} keys */
  function move(steps, { shiftKey, altKey }) {
    if (!running) return;
    running.fine ||= altKey;
    running.steps += steps * (shiftKey ? 10 : 1) * (altKey ? 0.1 : 1);
    const { id, program, literal } = running;
    const text = scrubbed(literal, running.steps, running.fine);
    last = { id, program: replaced(program, literal, text), literal: { ...literal, to: literal.from + text.length, text } };
    preview(last.program);
  }

  function end() {
    running = null;
    held = "keys";
    commit();
  }

  function cancel() {
    const hasMoved = running !== null && held !== "pressed";
    running = null;
    held = "keys";
    if (hasMoved) abandon();
  }

  figure.take = (id) => {
    running = begin(id);
    if (!running) return null;
    held = "pressed";
    return {
      move(steps, keys) {
        held = "dragged";
        move(steps, keys);
      },
      end, cancel,
    };
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running && held === "keys") {
      event.preventDefault();
      return cancel();
    }
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.ctrlKey || event.metaKey || held !== "keys") return;
    const id = figure.contains(event.target instanceof Node ? event.target : null) ? figure.focusedNode
      : event.target === document.body ? scene().selected : null;
    running ??= id === null ? null : begin(id);
    if (!running) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? 1 : -1, event);
  });
  document.addEventListener("keyup", (event) => {
    if (held === "keys" && running && (event.key === "ArrowUp" || event.key === "ArrowDown")) end();
  });
  window.addEventListener("blur", () => held === "keys" && running && end());

  return {
    /** Whether a number is being moved. */
    get running() {
      return running !== null && held !== "pressed";
    },
    /** The leaves whose numbers may be moved. @returns {number[]} */
    movable() {
      const { trace } = scene();
      return trace ? trace.nodes.filter((node) => writtenAt(node) !== null).map(({ id }) => id) : [];
    },
  };
}
