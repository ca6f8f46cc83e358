/** The figures of a chapter, and the paragraphs that drive them: what is read sets the step, the selection, what is lit and the panel beneath. */

import { h } from "../lib/dom.js";
import { GradlensGraph } from "../graph/element.js";
import { createDecorations } from "../page/decorations.js";
import { createFigurePanels } from "./figure_panels.js";
import { createHandles } from "./handles.js";
import { placed } from "./figures/placed.js";
import { whenNear } from "./when_near.js";
import { workbenchAddress } from "./workbench_address.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Geometry} Geometry */
/** @typedef {import("./handles.js").Figure} Figure */
/** @typedef {import("../service/wire_types.js").Moment} Moment */
/** @typedef {{id: string, figures: Record<string, Figure>, moments: Record<string, Moment>}} Shown */

/** Where in the window a paragraph is read: the figure shows what stands there. */
const READ = "-30% 0px -60% 0px";

/**
 * @param {HTMLElement} article
 * @param {Shown} shown
 * @param {{client: ReturnType<typeof import("../service/api.js").createClient>, language: "en" | "ko", t: import("../lib/types.js").Translate}} book
 */
export function createPassages(article, { figures, moments }, { client, language, t }) {
  /** What shows a moment in it. @type {Map<string, (moment: Moment) => void>} */
  const drawn = new Map();
  const panels = createFigurePanels({ client, language, t });
  /** By figure: the paragraph that set it last. @type {Map<string, string>} */
  const current = new Map();

  for (const place of article.querySelectorAll("figure[data-figure]")) {
    if (!(place instanceof HTMLElement)) continue;
    const id = place.dataset.figure ?? "";
    whenNear(place, () => draw(place, id));
  }
  const reading = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) read(target.id);
  }, { rootMargin: READ });
  for (const id of Object.keys(moments)) {
    const paragraph = document.getElementById(id);
    if (!paragraph) continue;
    paragraph.append(h("a", { class: "anchor", href: `#${id}`, "aria-label": t("learn.anchor"), title: t("learn.anchor"), onclick: () => read(id) }, "¶"));
    reading.observe(paragraph);
  }
  const asked = decodeURIComponent(location.hash.slice(1));
  if (Object.hasOwn(moments, asked)) read(asked);

  /** @param {HTMLElement} place @param {string} id */
  function draw(place, id) {
    const figure = place.querySelector("gradlens-graph");
    if (!(figure instanceof GradlensGraph)) return;
    const { trace, geometry, program, expand } = figures[id];
    figure.words = t;
    figure.hidden = false;
    placed(figure, trace, geometry);
    place.querySelector(".still")?.classList.add("drawn");
    const link = place.querySelector(".workbench");
    if (link instanceof HTMLAnchorElement) {
      link.hidden = false;
      leadTo(link, program, {});
    }
    /** @type {Record<string, unknown>} */
    let inputs = {};
    const decorate = createDecorations(figure);
    const panel = panels.of(place, figure, { program, expand, inputs: () => inputs, decorate });
    createHandles(place, figure, figures[id], {
      client, t,
      onMove(moved) {
        inputs = moved;
        if (link instanceof HTMLAnchorElement) leadTo(link, program, inputs);
        panel.refresh();
      },
    });
    drawn.set(id, (moment) => {
      show(figure, moment);
      decorate("lit", moment.lit.length ? { nodes: moment.lit } : null);
      // One that is open stays while its lines are read, which may take the page a paragraph further.
      if (moment.panel) panel.show(moment.panel);
      else panel.refresh();
    });
    const waiting = current.get(id);
    if (waiting) drawn.get(id)?.(moments[waiting]);
  }

  /** A paragraph is read. @param {string} id */
  function read(id) {
    const moment = moments[id];
    if (current.get(moment.figure) === id) return;
    const before = current.get(moment.figure);
    if (before) document.getElementById(before)?.classList.remove("current");
    document.getElementById(id)?.classList.add("current");
    current.set(moment.figure, id);
    drawn.get(moment.figure)?.(moment);
  }
}

/** @param {HTMLAnchorElement} link @param {string} program @param {Record<string, unknown>} inputs */
async function leadTo(link, program, inputs) {
  link.href = await workbenchAddress(program, inputs);
}

/** @param {GradlensGraph} figure @param {Moment} moment */
function show(figure, { at, node, choose }) {
  const plan = figure.plan;
  if (!plan) return;
  figure.pause();
  const cursors = { start: 0, turn: plan.turn, end: plan.steps.length, value: plan.valueAt[node ?? 0], gradient: plan.completeAt[node ?? 0] };
  figure.cursor = cursors[at];
  const selection = /** @type {import("../lib/types.js").Selection | null} */ (choose);
  figure.selection = selection;
  if (selection) reveal(figure, plan.trace, selection);
}

/** What the paragraph speaks of is in view, where not all of a graph is. @param {GradlensGraph} figure @param {Trace} trace @param {import("../lib/types.js").Selection} selection */
function reveal(figure, { edges }, { kind, id }) {
  for (const node of kind === "node" ? [id] : [edges[id].source, edges[id].target]) figure.reveal(node);
}
