/** The network's dialog: built on one side, trained on the other, and opened in the graph from either. */

import { find, h } from "../../lib/dom.js";
import { NetworkFailure, Superseded } from "../../service/failures.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { createBuilder } from "./builder.js";
import { tables } from "../../store/tables.js";
import { withTable } from "../../service/request_body.js";
import { draftOf, graphRequest } from "./spec.js";
import { createTraining } from "../training/training.js";

/** As JSON: what a link can carry and the service takes back with ease. Above it, the trace's own source is asked again. */
const MOST_CARRIED = 150_000;
/** Letters of a table that was written by hand and travels with its program: what a link carries beside one. A longer one stands for itself by its digest. */
const MOST_WRITTEN = 8 * 1024;

/**
 * @param {HTMLDialogElement} dialog
 * @param {import("../network_loader.js").NetworkPage} page
 */
export function createNetworkDialog(dialog, page) {
  const { client, words } = page;
  /** @type {{draft: import("./spec.js").Draft, starter: string, pieces: import("./spec.js").Pieces, datasets: import("./spec.js").Dataset[]} | null} */
  let bench = null;
  let asked = new AbortController();
  /** What this form told the page last. @type {ReturnType<typeof page.network>} */
  let published = null;
  /** Steps to undo when it was opened, and the most since then: in between the steps are its own. */
  let [bottom, top] = [0, 0];
  const heading = h("h2", { id: "network-title" });
  const close = h("button", { type: "button", id: "network-close", class: "quiet", onclick: () => dialog.close() }, "×");
  const about = h("p", { class: "about" });
  const said = h("p", { id: "network-said", role: "status" });
  const form = h("form", { id: "network-form", novalidate: true });
  const side = h("section", { id: "training", inert: true }); // until there is a network to train
  dialog.replaceChildren(h("div", { class: "heading" }, heading, close), about, h("div", { class: "bench" }, form, side), said);

  /** What the page's state has of the form, or what it begins with: the form's own from now on. */
  function settings() {
    published = page.network();
    return structuredClone(published) ?? { draft: draftOf("circle"), starter: "circle" };
  }

  const builder = createBuilder(form, {
    bench: () => /** @type {NonNullable<typeof bench>} */ (bench), words,
    onChange(place) {
      if (bench) page.describe((published = structuredClone({ draft: bench.draft, starter: bench.starter })), place);
      top = page.history.depth();
      said.textContent = "";
      builder.changed();
      training.changed();
    },
    onGraph: showGraph,
    onTable: page.onTable, client,
  });
  const training = createTraining(side, {
    client, bench: () => /** @type {NonNullable<typeof bench>} */ (bench), keeper: page, words,
    say: (text) => (said.textContent = text),
    onFailure: fail,
    onTrace: open,
    onWeights(parameters) {
      if (!bench) return;
      const { parameters: _, ...extra } = bench.draft.extra ?? {};
      bench.draft.extra = { ...extra, ...(parameters && { parameters }) };
      page.describe((published = structuredClone({ draft: bench.draft, starter: bench.starter })));
      top = page.history.depth();
      training.show();
      training.changed();
    },
  });

  async function show() {
    if (dialog.open) return;
    const { t } = words();
    heading.textContent = t("network.title");
    about.textContent = t("network.about");
    close.setAttribute("aria-label", t("help.close"));
    close.title = t("help.close");
    bottom = top = page.history.depth();
    dialog.showModal();
    try {
      if (!bench) {
        said.textContent = t("network.loading");
        const [pieces, { datasets }] = await Promise.all([client.look("layers"), client.look("datasets")]);
        bench = /** @type {NonNullable<typeof bench>} */ ({ ...settings(), pieces, datasets });
        side.inert = false;
        said.textContent = "";
      }
      builder.show();
      training.show();
      if (document.activeElement === close || document.activeElement === dialog) find("#net-starter", HTMLElement).focus();
    } catch (error) {
      fail(error);
    }
  }

  async function showGraph() {
    if (!bench) return;
    const { t } = words();
    asked.abort();
    const { signal } = (asked = new AbortController());
    const body = graphRequest(bench.draft);
    builder.clearFaults();
    said.textContent = t("network.computing");
    try {
      open(await client.ask("network", body, signal), { name: "network", body });
    } catch (error) {
      fail(error);
    }
  }

  /** @param {import("../../lib/types.js").Trace} trace @param {import("../../lib/types.js").Source} source */
  async function open(trace, source) {
    const given = trace.nodes.filter(({ op }) => op === "input");
    const inputs = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    const isWhole = given.every(({ value }) => value !== null) && JSON.stringify(inputs).length <= MOST_CARRIED;
    said.textContent = "";
    dialog.close();
    if (isWhole) page.open({ program: trace.program, inputs }, trace.warnings.filter(({ node }) => node === null));
    else page.open({ program: trace.program, inputs: {}, source: await carried(source) }, []);
  }

  /** A source as a link may carry it. @param {import("../../lib/types.js").Source} source */
  async function carried(source) {
    const { csv } = /** @type {{csv?: string}} */ (source.body.dataset ?? {});
    if (!csv || csv.length <= MOST_WRITTEN) return source;
    try {
      return withTable(source, { name: words().t("network.data.written"), digest: await tables.put(csv) });
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      return source; // without a digest it carries what was written
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    if (error instanceof Superseded) return;
    const { t, language } = words();
    const text = failureText(error, language, t);
    said.textContent = builder.blame(error, text) ? "" : text;
  }

  // A text of several lines has a history of its own.
  dialog.addEventListener("keydown", (event) => {
    const key = /^Key[YZ]$/.test(event.code) ? event.code[3].toLowerCase() : event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key) || event.altKey || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    const { depth, undo, redo } = page.history;
    if (key === "y" || event.shiftKey) depth() < top && redo();
    else depth() > bottom && undo();
  });

  /** The page's state has other settings: undone, or of a link. */
  function follow() {
    if (!bench || page.network() === published) return;
    Object.assign(bench, settings());
    if (!dialog.open) return;
    said.textContent = "";
    builder.show();
    training.changed();
  }

  dialog.addEventListener("close", () => {
    asked.abort();
    training.pause();
  });

  return { show, follow };
}
