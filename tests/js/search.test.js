import assert from "node:assert/strict";
import { test } from "node:test";
import { extremeOf, heatOf } from "../../static/js/graph/meaning/gradient_sizes.js";
import { nodesMatching } from "../../static/js/page/search/node_search.js";
import { fixture } from "./fixtures.js";

const apples = fixture("apples");
/** @param {import("../../static/js/lib/types.js").Trace} trace @param {number[]} ids */
const names = ({ nodes }, ids) => ids.map((id) => nodes[id].name);

test("a search goes by name, op, number and size; every word must hold, and the node of that very name comes first", () => {
  /** @type {[string, string[]][]} */
  const table = [
    ["사과", ["사과", "사과_개수", "사과_금액"]], ["사과 금액", ["사과_금액"]], ["×", ["사과_금액", "귤_금액", "총액"]], ["mul", ["사과_금액", "귤_금액", "총액"]],
    ["2.2", ["사과"]], ["650", ["합계", "소비세"]], [">500", ["합계", "총액"]], ["∂>200", ["소비세"]], ["g<1.05", ["총액"]], ["mul ∂=1.1", ["사과_금액", "귤_금액"]],
    ["nan", []], ["", []], ["  ", []],
  ];
  for (const [typed, found] of table) assert.deepEqual(names(apples, nodesMatching(apples, typed)).sort(), found.sort(), typed);
  assert.equal(apples.nodes[nodesMatching(apples, "사과")[0]].name, "사과");
});

test("jumps lead to the largest, the smallest and the first gradient that is no number; the heat map has them on one scale", () => {
  assert.deepEqual(names(apples, [Number(extremeOf(apples, "largest")), Number(extremeOf(apples, "smallest"))]), ["소비세", "사과_금액"]);
  assert.equal(extremeOf(apples, "non-finite"), null);
  const broken = fixture("not_finite");
  const first = Number(extremeOf(broken, "non-finite"));
  assert.ok(JSON.stringify([broken.nodes[first].gradient, broken.nodes[first].value]).match(/NaN|Infinity/));
  // Where a value is NaN, it is that which is to blame and not the end of the graph, where the way back meets it first.
  const spoilt = fixture("chain");
  for (const id of [4, 5]) spoilt.nodes[id].value = "NaN";
  for (const node of spoilt.nodes) node.gradient = "NaN";
  assert.equal(extremeOf(spoilt, "non-finite"), 4);
  const { levels, least, most } = heatOf(apples);
  assert.deepEqual([least, most, levels[apples.nodes.findIndex(({ name }) => name === "소비세")]], [1, 650, 1]);
  assert.ok(Object.values(levels).every((level) => level >= 0.1 && level <= 1));
});
