/** What the network of the form is, layer by layer, before anything is trained: shapes, parameters, operations, or why it does not go. */

import { h } from "../../lib/dom.js";
import { shapeText } from "../../lib/format.js";
import { Superseded } from "../../service/failures.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { tables } from "../../store/tables.js";
import { networkRequest } from "./spec.js";

/** Longer than a pause between two letters. */
const REST_MS = 500;
/** Letters of a table that is sent with every change of a layer. */
const MOST_SENT = 300_000;

/** @typedef {import("../../service/wire_types.js").NetworkLayer} Layer */

/**
 * @param {object} page
 * @param {() => import("./builder.js").Bench} page.bench
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 */
export function createLayerTable({ bench, words, client }) {
  const element = h("div", { id: "net-shapes" });
  let key = "";
  let timer = 0;
  let asked = new AbortController();

  const t = () => words().t;

  function ask() {
    const { draft } = bench();
    const { table } = draft.data;
    const request = { ...networkRequest(draft), batch_size: 1, values: "summary" };
    const wanted = JSON.stringify([request, words().language]);
    if (wanted === key || (table && (tables.at(table.digest)?.length ?? Infinity) > MOST_SENT)) return;
    key = wanted;
    clearTimeout(timer);
    asked.abort();
    const { signal } = (asked = new AbortController());
    timer = window.setTimeout(async () => {
      try {
        const { layers } = await client.ask("network", request, signal);
        if (!signal.aborted) element.replaceChildren(...drawn(layers));
      } catch (error) {
        if (error instanceof Superseded || signal.aborted) return;
        element.replaceChildren(h("p", { class: "note", role: "status" }, failureText(error, words().language, t())));
      }
    }, REST_MS);
  }

  /** @param {Layer[]} layers */
  function drawn(layers) {
    const number = new Intl.NumberFormat(words().language);
    const rows = layers.map((layer) => h("tr", {}, h("th", { scope: "row" }, layer.name), ...cells([shapeText(layer.output_shape.slice(1)), number.format(layer.parameters), number.format(layer.flops)])));
    /** @param {(layer: Layer) => number} count */
    const total = (count) => number.format(layers.reduce((sum, layer) => sum + count(layer), 0));
    const heads = ["name", "shape", "parameters", "flops"].map((name) => h("th", { scope: "col" }, t()(`network.shapes.${name}`)));
    const foot = h("tr", {}, h("th", { scope: "row" }, t()("network.shapes.total")), ...cells(["", total(({ parameters }) => parameters), total(({ flops }) => flops)]));
    return [h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows), h("tfoot", {}, foot))];
  }

  return { element, ask };
}

/** @param {string[]} texts */
function cells(texts) {
  return texts.map((text) => h("td", {}, text));
}
