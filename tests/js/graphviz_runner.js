/** Layouts as the page's worker makes them, with the stand-in for measuring text. */

import assert from "node:assert/strict";
import { instance } from "@viz-js/viz";
import { fromGraphviz, toDot } from "../../static/js/graph/layout/graphviz.js";
import { geometryOf } from "../../static/js/graph/layout/geometry.js";
import { layered } from "../../static/js/graph/layout/layered/layered.js";
import { planLayout } from "../../static/js/graph/layout/layout_plan.js";
import { estimate } from "./fixtures.js";

const viz = await instance();

/** @param {import("../../static/js/lib/types.js").Trace} trace */
export function graphviz(trace) {
  return render(planLayout(trace, estimate));
}

/** @param {import("../../static/js/graph/layout/layout_plan.js").Plan} plan */
export function render(plan) {
  return geometryOf(plan, placedBy(plan));
}

/** @param {import("../../static/js/graph/layout/layout_plan.js").Plan} plan  @returns where Graphviz puts it */
export function placedBy(plan) {
  const result = viz.render(toDot(plan), { format: "json0" });
  assert.equal(result.status, "success");
  return fromGraphviz(JSON.parse(result.output ?? ""), plan);
}

/** Our own layout. @param {import("../../static/js/graph/layout/layout_plan.js").Plan} plan */
export function own(plan) {
  return geometryOf(plan, layered(plan));
}
