/** The network's place: its form where the program stands, its training beside the graph. A narrow page shows it alone. */

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
/** Where form, graph and training stand side by side, as the page's columns do. */
const SIDE_BY_SIDE = matchMedia("(min-width: 56.26em)");

/** @param {import("../network_loader.js").NetworkPage} page */
export function createNetworkPlace(page) {
  const { client, words } = page;
  const column = find("#network", HTMLElement);
  const side = find("#training", HTMLElement);
  /** @type {{draft: import("./spec.js").Draft, starter: string, pieces: import("./spec.js").Pieces, datasets: import("./spec.js").Dataset[]} | null} */
  let bench = null;
  let isOpen = false;
  /** How far down it was left, where it has the page for itself. */
  let scrolled = 0;
  /** Where the keyboard goes from here. */
  let next = "#open-network";
  /** The words of the language in which it stands there. @type {import("../../lib/types.js").Translate | null} */
  let spoken = null;
  let asked = new AbortController();
  /** What this form told the page last. @type {ReturnType<typeof page.network>} */
  let published = null;
  const heading = h("h2");
  const close = h("button", { type: "button", id: "network-close", class: "quiet", onclick: () => page.turn(false) });
  const about = h("p", { class: "note" });
  const said = h("p", { id: "network-said", role: "status" });
  const form = h("form", { id: "network-form", novalidate: true });
  const graph = h("button", { type: "submit", form: form.id, id: "network-graph", class: "primary" });
  column.replaceChildren(h("div", { class: "heading" }, heading, close), about, form, h("div", { class: "foot" }, graph, said));

  /** What the page's state has of the form, or what it begins with: the form's own from now on. */
  function settings() {
    published = page.network();
    return structuredClone(published) ?? { draft: draftOf("circle"), starter: "circle" };
  }

  const builder = createBuilder(form, {
    bench: () => /** @type {NonNullable<typeof bench>} */ (bench), words,
    onChange(place) {
      if (bench) page.describe((published = structuredClone({ draft: bench.draft, starter: bench.starter })), place);
      said.textContent = "";
      builder.changed();
      training.changed();
    },
    onGraph: showGraph,
    onTable: page.onTable, client,
  });
  const training = createTraining(side, {
    client, bench: () => /** @type {NonNullable<typeof bench>} */ (bench), keeper: page, words,
    blame: (error, text) => builder.blame(error, text),
    onTrace: open,
    // With a source the service would train anew from the first step on, for each one that follows.
    follows: (program) => isOpen && SIDE_BY_SIDE.matches && program === page.shown().program && !page.shown().source,
    tellsUpdates: (program) => isOpen && program === page.shown().program && page.shown().updates !== null,
    onWeights(parameters) {
      if (!bench) return;
      const { parameters: _, ...extra } = bench.draft.extra ?? {};
      bench.draft.extra = { ...extra, ...(parameters && { parameters }) };
      page.describe((published = structuredClone({ draft: bench.draft, starter: bench.starter })));
      training.show();
      training.changed();
    },
  });
  side.inert = true; // until there is a network to train

  function say() {
    const { t } = words();
    spoken = t;
    heading.textContent = t("network.build");
    about.textContent = t("network.about");
    close.textContent = t("program.title");
    close.title = t("network.close");
    graph.textContent = t("network.graph");
  }

  async function enter() {
    const { t } = words();
    say();
    const before = document.activeElement;
    document.body.classList.add("building");
    showTraining();
    scrollTo(0, scrolled);
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
      // What was pressed is out of sight now. Whoever has gone on meanwhile stays there.
      if (before === document.activeElement || document.activeElement === document.body) find("#net-starter", HTMLElement).focus({ preventScroll: true });
    } catch (error) {
      fail(error);
    }
  }

  /** Where there are no tabs it is what is seen of the panels. */
  function showTraining() {
    if (isOpen && side.hidden && !SIDE_BY_SIDE.matches) page.turn(true);
  }
  SIDE_BY_SIDE.addEventListener("change", showTraining);

  function leave() {
    const isWithin = [column, side].some((one) => one.contains(document.activeElement));
    scrolled = scrollY;
    document.body.classList.remove("building");
    asked.abort();
    training.pause();
    if (isWithin) find(next, HTMLElement).focus({ preventScroll: next !== "#open-network" });
    if (next !== "#open-network") scrollTo(0, 0);
    next = "#open-network";
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
      const trace = await client.ask("network", body, signal);
      said.textContent = "";
      await open(trace, { name: "network", body });
    } catch (error) {
      fail(error);
    }
  }

  /** @param {import("../../lib/types.js").Trace} trace @param {import("../../lib/types.js").Source} source @param {import("../../lib/types.js").Updates | null} [updates]  of a step of a training @param {boolean} [isNext]  of the graph that is shown: another step */
  async function open(trace, source, updates = null, isNext = false) {
    const given = trace.nodes.filter(({ op }) => op === "input");
    const inputs = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    const isWhole = given.every(({ value }) => value !== null) && JSON.stringify(inputs).length <= MOST_CARRIED;
    if (isNext) return isWhole && page.renew({ program: trace.program, inputs, updates });
    const work = isWhole ? { program: trace.program, inputs, updates } : { program: trace.program, inputs: {}, source: await carried(source), updates };
    if (!SIDE_BY_SIDE.matches) next = "#timeline";
    page.open(work, isWhole ? trace.warnings.filter(({ node }) => node === null) : [], SIDE_BY_SIDE.matches);
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

  for (const part of [column, side]) {
    part.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const key = /^Key[YZ]$/.test(event.code) ? event.code[3].toLowerCase() : event.key.toLowerCase();
      if (key === "escape") {
        event.preventDefault();
        event.stopPropagation(); // it does not turn to another panel as well
        page.turn(false);
      // A text of several lines has a history of its own.
      } else if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(key) && !(event.target instanceof HTMLTextAreaElement)) {
        event.preventDefault();
        if (key === "y" || event.shiftKey) page.history.redo();
        else page.history.undo();
      }
    });
  }

  /** The page has come here or gone, speaks another language, or its state has other settings: undone, or of a link. */
  function follow() {
    const isOther = bench !== null && page.network() !== published;
    if (bench && isOther) Object.assign(bench, settings());
    if (page.isOpen() !== isOpen) {
      isOpen = !isOpen;
      if (isOpen) enter();
      else leave();
    } else if (isOpen && bench && (isOther || spoken !== words().t)) {
      said.textContent = "";
      if (spoken !== words().t) {
        say();
        training.show();
      }
      builder.show();
      training.changed();
    }
  }

  return { follow };
}
