/** Layouts as the page's worker makes them, with the stand-in for measuring text. */

import assert from "node:assert/strict";
import { instance } from "@viz-js/viz";
import { fromGraphviz, planLayout, toDot } from "../../static/js/graph/layout/graphviz.js";
import { estimate } from "./fixtures.js";

const viz = await instance();

/** @param {import("../../static/js/lib/types.js").Trace} trace */
export function graphviz(trace) {
  return render(planLayout(trace, estimate));
}

/** @param {import("../../static/js/graph/layout/graphviz.js").Plan} plan */
export function render(plan) {
  const result = viz.render(toDot(plan), { format: "json0" });
  assert.equal(result.status, "success");
  return fromGraphviz(JSON.parse(result.output ?? ""), plan);
}
