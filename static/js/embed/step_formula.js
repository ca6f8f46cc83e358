/** The formula of the step beneath its sentence, as it stands in the table of a page that has one. */

import { activeStep } from "../graph/frames.js";
import { h } from "../lib/dom.js";

/** @typedef {import("../graph/element.js").GradlensGraph} GradlensGraph */

/**
 * @param {GradlensGraph} figure
 * @param {HTMLElement} table  its formulas stand in elements with `data-node` and `data-edge`, by the ids of the trace
 */
export function showStepFormulas(figure, table) {
  const place = h("p", { class: "step-formula", "aria-hidden": true });
  figure.playBar?.querySelector(".sentence")?.after(place);

  function show() {
    const formula = table.querySelector(`${subject(figure) ?? "never"} math`);
    place.replaceChildren(...(formula ? [formula.cloneNode(true)] : []));
    place.firstElementChild?.setAttribute("displaystyle", "true");
  }
  for (const event of ["graph-change", "graph-drawn"]) figure.addEventListener(event, show);
}

/** What the step has to do with, as a selector; null: nothing that has a formula. @param {GradlensGraph} figure */
function subject({ plan, cursor, trace }) {
  const step = plan && activeStep(plan, cursor);
  if (!plan || !step || step.kind === "turn") return null;
  const { nodes, edges } = plan.trace;
  if (step.kind === "forward") return nodes[step.node].opens ? null : `[data-node="${originOf(nodes[step.node])}"]`;
  const { source, target, argnum, parts } = edges[step.edge];
  if (parts) return null; // it enters a closed group, and sums what several rules give
  const [from, to] = [nodes[source], nodes[target]].map(originOf);
  const edge = trace?.edges.find((one) => one.source === from && one.target === to && one.argnum === argnum);
  return edge ? `[data-edge="${edge.id}"]` : null;
}

/** @param {import("../lib/types.js").TraceNode} node  @returns {number} its id in the trace, whatever groups are closed */
function originOf({ origin, id }) {
  return origin ?? id;
}
