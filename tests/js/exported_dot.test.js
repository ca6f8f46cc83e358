import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { instance } from "@viz-js/viz";

/** @type {Record<string, {nodes: number, edges: number, clusters: number, dot: string, name?: string}>} */
const GRAPHS = JSON.parse(readFileSync(new URL("fixtures/exported_dot.json", import.meta.url), "utf-8"));

test("Graphviz reads an exported graph with all its nodes, edges and clusters, and names stay text", async () => {
  const viz = await instance();
  for (const [name, { nodes, edges, clusters, dot, name: hostile }] of Object.entries(GRAPHS)) {
    const result = viz.render(dot, { format: "svg" });
    assert.deepEqual([name, result.status, result.errors.filter(({ level }) => level !== "warning")], [name, "success", []]);
    const svg = result.output ?? "";
    for (const [kind, count] of /** @type {const} */ ([["node", nodes], ["edge", edges], ["cluster", clusters]])) {
      assert.equal(svg.split(`class="${kind}"`).length - 1, count, `${name}: ${kind}`);
    }
    if (!hostile) continue;
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => plain(text));
    assert(texts.includes(hostile), texts.join("\n"));
    assert(!svg.includes("<b>"));
  }
});

/** @param {string} text  of an SVG */
function plain(text) {
  const named = /** @type {Record<string, string>} */ ({ lt: "<", gt: ">", amp: "&", quot: '"' });
  return text.replace(/&(\w+|#\d+);/g, (_, name) => named[name] ?? String.fromCodePoint(Number(name.slice(1))));
}
