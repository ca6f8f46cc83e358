/** What is not needed at first sight, each part loaded when it is first wanted: dialogs, the palette, the graph as a table. */

import { find } from "../lib/dom.js";
import { styled } from "../lib/style_sheets.js";
import { whenWanted } from "../lib/when_wanted.js";
import { FEATURES } from "./features.js";

/** @typedef {import("../lib/types.js").Work} Work */

/**
 * @param {object} given
 * @param {ReturnType<typeof import("../service/api.js").createClient>} given.client
 * @param {() => Work} given.work
 * @param {() => Record<string, unknown>} given.request  the program as the service is asked of it
 * @param {() => Partial<import("../store/page_state.js").PageState>} given.state
 * @param {() => string | null} given.title  of the example that the program is
 * @param {(work: Work) => void} given.open
 * @param {(id: string) => void} given.openExample
 * @param {() => Promise<string>} given.address  of the page as it is, to be passed on
 * @param {() => import("../lib/types.js").Example[]} given.examples
 * @param {() => Iterable<import("../lib/types.js").OpEntry>} given.ops
 * @param {() => import("./graph_table.js").View | null} given.table  what the table shows
 * @param {(selection: import("../lib/types.js").Selection) => void} given.choose
 * @param {() => ReturnType<typeof import("../lib/translations.js").createTranslations>} given.words
 * @param {() => import("./features.js").Page} given.page
 * @param {(key: string, again?: () => void) => () => void} given.say
 * @param {import("./decorations.js").Decorate} given.decorate
 * @param {() => boolean} given.isHeated  whether the graph is to be a heat map
 */
export function createOnDemand({ client, work, request, state, title, open, openExample, address, examples, ops, table, choose, words, page, say, decorate, isHeated }) {
  const t = () => words().t;
  const failed = (/** @type {() => void} */ again) => say("panels.failed", again);
  const programs = whenWanted(async () => (await import("./dialogs/saved_programs.js")).createSavedPrograms({ client, work: () => ({ ...work(), title: title(), network: state().building ? state().network : null }), open, address, words }), failed);
  const gradientProgram = whenWanted(async () => (await import("../program/gradient_program.js")).createGradientProgram({ client, open, work, words }), failed);
  const palette = whenWanted(async () => (await import("./dialogs/palette.js")).createPalette({ page: page(), examples, ops, openExample, open, words }), failed);
  const helpSheet = whenWanted(async () => (await import("./dialogs/help_sheet.js")).createHelpSheet(FEATURES), failed);
  const glossary = whenWanted(async () => {
    const [module] = await Promise.all([import("./dialogs/glossary.js"), words().add("glossary")]);
    return module.createGlossary({ client, t });
  }, failed);
  const takeAway = whenWanted(async () => {
    const [module] = await Promise.all([import("../exports/take_away.js"), words().add("take_away")]);
    return module.createTakeAway({ client, request, state, figure: page().figure, served: () => page().groups.served, words, say });
  }, failed);
  const comparison = whenWanted(async () => {
    const [module] = await Promise.all([import("../compare/comparison.js"), words().add("compare"), styled("#compare-style")]);
    return module.createComparison({ client, work, ops, words, served: () => page().groups.served });
  }, failed);
  const termLinks = whenWanted(async () => {
    const [module] = await Promise.all([import("./term_links.js"), words().add("glossary")]);
    return module.createTermLinks(document, t);
  }, () => {});
  const presenting = whenWanted(async () => (await import("./layout/presenting.js")).createPresenting({ figure: page().figure, t }), failed);
  const exploring = whenWanted(async () => (await import("./search/exploring.js")).createExploring({ figure: page().figure, groups: page().groups, decorate, isHeated, t, say }), failed);
  const graphTable = whenWanted(async () => (await import("./graph_table.js")).createGraphTable(choose), failed);
  const tablePlace = find("#table", HTMLDetailsElement);

  const features = {
    programs: {
      open: () => programs.act((dialog) => dialog.open()),
      saveFile: () => programs.act((dialog) => dialog.saveFile()),
      copyLink: () => programs.act(async (dialog) => say(await dialog.copyLink())),
    },
    gradientProgram: { show: () => gradientProgram.act((dialog) => dialog.show()) },
    search: () => exploring.act((one) => one.search()),
    jump: (/** @type {import("../graph/meaning/gradient_sizes.js").Extreme} */ extreme) => exploring.act((one) => one.jump(extreme)),
    present: () => presenting.act((one) => one.toggle()),
    palette: () => palette.act((dialog) => dialog.open()),
    glossary: () => glossary.act((dialog) => dialog.open()),
    takeAway: () => takeAway.act((dialog) => dialog.open()),
    compare: () => comparison.act((dialog) => dialog.open()),
    exam: () => takeAway.act((dialog) => dialog.exam()),
    help: () => helpSheet.act((dialog) => dialog.open(t())),
  };

  /** Printing goes on without it, as the screen is. */
  async function listen() {
    const printing = await import("./printing.js").catch(() => null);
    printing?.listenToPrinting(page().figure, () => work().program);
  }

  function showTable() {
    const view = tablePlace.open && table();
    if (view) graphTable.act((one) => one.show(view));
  }

  for (const [button, act] of Object.entries({ "#open-programs": features.programs.open, "#open-gradient-program": features.gradientProgram.show, "#open-help": () => (matchMedia("(pointer: coarse)").matches ? features.glossary() : features.help()), "#open-presenting": features.present, "#open-take-away": features.takeAway })) {
    find(button, HTMLButtonElement).addEventListener("click", act);
  }
  document.addEventListener("click", ({ target }) => {
    const term = target instanceof HTMLElement ? target.dataset.term : undefined;
    if (term) glossary.act((dialog) => dialog.open(term));
  });
  tablePlace.addEventListener("toggle", showTable);
  return {
    features, showTable,
    /** The page is another one. */
    showExplored() {
      if (exploring.part || isHeated()) exploring.act((one) => one.show());
    },
    /** Have ready what keys open: whoever goes on typing types into it. */
    prepare: () => Promise.all([...[programs, palette, helpSheet, exploring, termLinks].map((part) => part.prepare()), listen()]),
  };
}
