/** Panels of the workbench beneath a figure of the book: why a rule holds, what an input matters, a check. One is open in a chapter at a time. */

import { dataOf } from "../graph/meaning/data_inputs.js";
import { h } from "../lib/dom.js";
import { loadCatalogue, translator } from "../lib/i18n.js";
import { styled } from "../lib/style_sheets.js";
import { PANELS } from "../panels/panels.js";

/** @typedef {import("../graph/element.js").GradlensGraph} GradlensGraph */
/** @typedef {import("../panels/tabs.js").Panel} Panel */
/** @typedef {import("../panels/tabs.js").PanelPage} PanelPage */
/** @typedef {{name: string, place: HTMLElement, section: HTMLElement, panel: Panel | null}} Opened */

/** Those that ask nothing of the page around them. */
const OFFERED = PANELS.filter(({ id }) => ["derive", "influence", "check"].includes(id));

/** @param {{client: ReturnType<typeof import("../service/api.js").createClient>, language: "en" | "ko", t: import("../lib/types.js").Translate}} book */
export function createFigurePanels({ client, language, t }) {
  /** @type {Opened | null} */
  let opened = null;
  /** The panels' looks and words, and the ops. @type {Promise<{words: ReturnType<PanelPage["words"]>, ops: ReturnType<PanelPage["ops"]>}> | null} */
  let coming = null;

  async function load() {
    const parts = [language, `learn.${language}`, `panels.${language}`, `problems.${language}`];
    const [catalogues, ops] = await Promise.all([Promise.all(parts.map(loadCatalogue)), client.ops(), styled("#panels-style")]);
    const words = { t: translator(Object.assign({}, ...catalogues)), language, ready: true, load: async () => true, add: async () => {} };
    return { words, ops: new Map(ops.map((op) => [op.name, op])) };
  }

  function close() {
    if (!opened) return;
    opened.panel?.left?.();
    opened.section.remove();
    opened.place.classList.remove("with-panel");
    for (const button of opened.place.querySelectorAll(".panel-choice button")) button.setAttribute("aria-expanded", "false");
    opened = null;
  }

  return {
    /**
     * What opens and closes them for one figure, with the buttons for it.
     * @param {HTMLElement} place
     * @param {GradlensGraph} figure
     * @param {{program: string, expand: string[], inputs: () => Record<string, unknown>, decorate: PanelPage["decorate"]}} shown
     */
    of(place, figure, { program, expand, inputs, decorate }) {
      /** What was chosen in each of them. @type {Record<string, Record<string, unknown>>} */
      const kept = {};
      const buttons = OFFERED.map(({ id, words, title }) => h("button", {
        type: "button", class: "quiet", "data-panel": id, "aria-expanded": "false", ...(title && { title: t(title).replace(/ \(\w\)$/, "") }), onclick: () => show(isOpen(id) ? "" : id),
      }, t(words)));
      place.append(h("div", { class: "panel-choice", role: "group", "aria-label": t("tabs.title") }, ...buttons));
      figure.addEventListener("graph-change", refresh);

      /** @param {string} name */
      const isOpen = (name) => opened?.place === place && opened.name === name;

      /** @param {Awaited<NonNullable<typeof coming>>} common @param {() => void} again @returns {PanelPage} */
      const pageOf = ({ words, ops }, again) => ({
        client,
        work: () => ({ program, inputs: inputs() }),
        plan: () => figure.plan,
        selection: () => figure.selection,
        words: () => words,
        choose: (selection) => figure.choose(selection),
        select: (selection) => figure.choose(selection),
        panel: () => opened?.name ?? "",
        turn: show,
        unfold: () => false,
        settings: (panel) => kept[panel] ?? {},
        note: (panel, changed) => void (kept[panel] = { ...kept[panel], ...changed }),
        isLocal: () => false,
        toggleLocal: () => {},
        veil: () => {},
        decorate,
        remark: () => {},
        showFigure: () => {},
        onFailure: () => (again(), () => {}),
        served: () => figure.trace,
        request: () => ({ program, inputs: inputs(), expand }),
        ops: () => ops,
        data: () => (figure.trace ? dataOf(figure.trace, ops) : new Set()),
        loadOps: async () => ops,
        scene: () => ({ plan: figure.plan, cursor: figure.cursor, full: figure.full }),
        placeOf: (edge) => ({ kind: "edge", id: edge }),
      });

      /** @param {string} name  "": none */
      async function show(name) {
        if (isOpen(name)) return refresh();
        if (!name && opened?.place !== place) return;
        close();
        const entry = OFFERED.find(({ id }) => id === name);
        if (!entry?.load) return;
        const section = h("section", { id: name, class: "panel", tabindex: -1, "aria-label": t(entry.words), "aria-busy": "true" });
        const own = (opened = /** @type {Opened} */ ({ name, place, section, panel: null }));
        place.append(section);
        place.classList.add("with-panel");
        place.querySelector(`[data-panel="${name}"]`)?.setAttribute("aria-expanded", "true");
        const fail = () => section.replaceChildren(h("p", { class: "fault" }, t("learn.failed")));
        try {
          const common = await (coming ??= load());
          const panel = await entry.load(section, pageOf(common, fail));
          if (opened !== own) return;
          section.removeAttribute("aria-busy");
          own.panel = panel;
          panel.opened();
        } catch {
          coming = null;
          fail();
        }
      }

      /** The figure is another one, or something else is chosen in it. */
      function refresh() {
        if (opened?.place === place) opened.panel?.show();
      }

      return { show, refresh };
    },
  };
}
