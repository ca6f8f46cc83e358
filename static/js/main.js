/** The page, put together: what the reader does changes the state, and the state is shown. */

import { createPendingRequests } from "./page/pending_requests.js";
import { createClient } from "./service/api.js";
import { tellProblemsWith } from "./service/failures.js";
import { createCellsLoader } from "./panels/inspector/cells_loader.js";
import { holdCompositions } from "./lib/composition.js";
import { createTracing } from "./program/tracing.js";
import { listenToControls, showChoices } from "./page/controls.js";
import { find } from "./lib/dom.js";
import { GradlensGraph } from "./graph/element.js";
import { createDecorations } from "./page/decorations.js";
import { createEditorLoader } from "./program/editor_loader.js";
import { createExamples } from "./program/examples.js";
import { announceFormulas } from "./lib/formula.js";
import { createGradientProgram } from "./program/gradient_program.js";
import { createOpenGroups } from "./graph/open_groups.js";
import { createInspector } from "./panels/inspector/inspector.js";
import { FEATURES } from "./page/features.js";
import { createHelpSheet, keyText } from "./page/help_sheet.js";
import { listenToKeys } from "./page/keyboard.js";
import { createPalette } from "./page/palette.js";
import { keepLetters, readLetters, readPrograms } from "./store/browser_storage.js";
import { createLink } from "./store/link.js";
import { createNetworkLoader } from "./network/network_loader.js";
import { createNeuronsLoader } from "./network/neurons_loader.js";
import { createNotice } from "./page/notice.js";
import { createPreferences } from "./page/preferences.js";
import { createProblemPanel } from "./program/problem_panel.js";
import { createScene } from "./page/scene.js";
import { createStatusPanel } from "./page/status_panel.js";
import { createGraphTable } from "./page/graph_table.js";
import { applyTheme, prefersStillness } from "./lib/theme.js";
import { createPanelLoader, layOutPanels } from "./panels/panel_loader.js";
import { wholeClient } from "./service/full_inputs.js";
import { findTablesWith, tableOf, withTable } from "./service/request_body.js";
import { createTranslations } from "./lib/translations.js";
import { reduce } from "./store/actions.js";
import { createDocument } from "./store/document.js";
import { DEFAULTS } from "./store/page_state.js";
import { createStore } from "./store/store.js";
import { createWorkbench } from "./page/workbench.js";

/** @typedef {import("./store/page_state.js").PageState} PageState */

const store = createStore(DEFAULTS, reduce);
/** @type {Map<string, import("./lib/types.js").OpEntry>} */
let ops = new Map();
/** Nothing was chosen or written there. @type {Record<string, unknown>} */
const NONE = Object.freeze({});
/** What is chosen and written beside the program. @type {import("./store/settings.js").Keeper} */
const keeper = {
  settings: (part) => store.state.settings[part] ?? NONE,
  note: (part, settings) => keep({ type: "noted", part, settings }),
};

layOutPanels();
const figure = find("#graph", GradlensGraph);
const decorate = createDecorations(figure);
const client = createClient();
const whole = wholeClient(client, () => store.state);
const words = createTranslations(() => store.state.language);
const examples = createExamples(client);
const notice = createNotice(() => (words.ready ? words.t : undefined), () => figure.stop);
const link = createLink(() => store.state, visit, (isReadable) => (isReadable ? notice.goOn() : notice.say("link.unreadable")));
find("#timeline", HTMLElement).append(figure.playBar ?? "");
figure.addEventListener("graph-toggle", (event) => {
  event.preventDefault();
  groups.toggle(/** @type {CustomEvent<{path: string}>} */ (event).detail.path);
});
figure.addEventListener("graph-view", (event) => {
  const { view } = /** @type {CustomEvent<{view: PageState["view"]}>} */ (event).detail;
  if (scene.isDrawn && String(view) !== String(store.state.view)) act({ type: "looked", view });
});
const cells = createCellsLoader({
  words: () => words,
  onPlaying: () => figure.playing,
  onFailure: (again) => notice.say("panels.failed", "again", again),
});
figure.within = cells.walk;
const choose = (/** @type {import("./lib/types.js").Selection} */ selection) => figure.choose(selection);
const inspector = createInspector(find("#inspector", HTMLElement), choose, () => scene.togglePrecision(), cells);
const table = createGraphTable(choose);
const work = createDocument(store, {
  act, language: () => words.language, examples, canOpen,
  show: () => editing.show(),
  onChange() {
    figure.pause();
    scene.expect("edit");
    editing.follow();
  },
  onLeave() {
    figure.pause();
    scene.leave();
    notice.goOn();
    link.push();
    tracing.now(work.request());
  },
});
const workbench = createWorkbench({
  figure, decorate,
  scene: () => ({ ...store.state, ...scene.place, plan: scene.plan }),
  title: () => (store.state.example ? words.t(`example.${store.state.example}.title`) : null),
  editor: () => editing.editor, t: () => words.t, openWork: work.open,
  address: link.address,
  rewrite(changed, isLast) {
    work.change(changed);
    if (isLast) tracing.now(work.request());
    else tracing.follow(work.request());
  },
});
/** What the service remarked on a network, which its program alone does not tell. @type {{program: string, warnings: import("./lib/types.js").Warning[]}} */
let ofNetwork = { program: "", warnings: [] };
const network = createNetworkLoader({
  client,
  open(given, warnings) {
    ofNetwork = { program: given.program, warnings };
    work.open(given);
  },
  network: () => store.state.network,
  ...keeper,
  describe(network, place) {
    act({ type: "described", network });
    editing.editor?.describe(store.state, place);
  },
  // The program may wait for it as well.
  onTable: ({ digest }) => tableOf(store.state.source)?.digest === digest && tracing.retry(),
  history: { depth: () => editing.editor?.depth ?? 0, undo: () => editing.editor?.undo(), redo: () => editing.editor?.redo() },
  words: () => words,
  onFailure: (again) => notice.say("network.failed", "again", again),
});
const gradientProgram = createGradientProgram({
  client: whole, open: work.open,
  work: () => ({ program: store.state.program, inputs: store.state.inputs }),
  words: () => words,
});
const panels = createPanelLoader({
  client: whole, work: () => ({ program: store.state.program, inputs: store.state.inputs }),
  plan: () => (scene.plan?.trace.program === store.state.program ? scene.plan : null),
  selection: () => scene.place.selection,
  panel: () => store.state.panel,
  turn: (panel) => keep({ type: "turned", panel }),
  ...keeper,
  isLocal: () => store.state.local, toggleLocal,
  words: () => words,
  choose(selection) {
    choose(selection);
    if (selection.kind === "node") figure.reveal(selection.id);
    else if (scene.plan) figure.reveal(scene.plan.trace.edges[selection.id].target);
    figure.scrollIntoView({ block: "nearest" });
  },
  decorate,
  showFigure: () => figure.scrollIntoView({ block: "nearest" }),
  placeOf: (edge) => groups.placeOf(edge),
  served: () => groups.served,
  request: work.request,
  ops: () => ops, loadOps,
  scene: () => ({ ...scene.place, plan: scene.plan, full: scene.full }),
  onFailure: (again) => notice.say("panels.failed", "again", again),
});
const neurons = createNeuronsLoader({
  scene: () => ({ ...scene.place, plan: scene.plan, full: scene.full }),
  words: () => words,
  choose, ...keeper,
  toggleBlock: (path) => groups.toggle(path),
  onWhole: askForWhole,
  isWanted: () => store.state.picture === "neurons",
  onSwitch() {
    act({ type: "pictured", picture: store.state.picture === "neurons" ? "graph" : "neurons" });
  },
  onFailure: (again) => notice.say("network.failed", "again", again),
});
// After the workbench: Escape takes back a drag before it cancels what the drag asked for.
const { begin, refresh: refreshActivities } = createPendingRequests(() => words.t, () => figure.stop);
figure.begin = begin;
findTablesWith(async (digest) => (await import("./store/tables.js")).tables.text(digest));
// A page without them tells what the service says in English.
tellProblemsWith(() => words.add("problems").catch(() => {}));
announceFormulas({
  begin,
  onMissing: (key, again) => notice.say(key, "again", () => {
    again();
    scene.show();
  }),
});
const editing = createEditorLoader({
  kept: () => store.state,
  onEdit(kept, isUndone) {
    if (isUndone) {
      const before = store.state;
      work.restore(kept);
      if (store.state.network !== before.network) {
        if (!network.isOpen) notice.say("network.restored");
        if (isSamePicture(before, store.state)) return;
      }
      scene.expect("restore");
      tracing.now(work.request());
    } else {
      work.change(kept, "edited");
      tracing.soon(work.request());
    }
  },
  onPlace: workbench.goTo,
  onReady: dress,
  t: () => words.t, begin,
});
const groups = createOpenGroups({
  figure,
  scene: () => ({ ...scene.place, plan: scene.plan, open: store.state.open }),
  canOpen,
  setOpen(open) {
    figure.pause();
    act({ type: "unfolded", open });
    editing.show();
    retrace();
  },
  redraw: (trace) => scene.take(trace),
});
const scene = createScene({
  figure, words, store, act,
  ops: () => ops,
  views: () => ({ inspector, table, workbench, groups, status, panels, neurons }),
  onWhole: askForWhole,
});
const status = createStatusPanel({
  scene: () => ({ plan: scene.plan, isDrawn: scene.isDrawn, language: words.language, t: words.t }),
  further: (program) => (program === ofNetwork.program ? ofNetwork.warnings : []),
  panel: createProblemPanel(() => tracing.retry(), workbench.giveValue, takeTable),
  remark: (remarks) => editing.editor?.setRemarks(remarks),
  onName: workbench.want,
  dim: (isStale) => figure.toggleAttribute("stale", isStale),
  stop: () => figure.stop,
  compute: () => tracing.retry(),
  arrange() {
    figure.reconsider();
    retrace();
  },
});
const tracing = createTracing(client, {
  begin,
  async trace(trace) {
    work.learn(trace);
    await scene.take(trace);
    await examples.load().then(fillChoices);
  },
  problem: (problem) => status.set({ kind: "problem", problem }),
  unreachable: (failure, again) => status.set({ kind: "unreachable", failure, again }),
  cancelled: () => status.set({ kind: "cancelled" }),
});
const preferences = createPreferences({
  store, act, words, notice, onRefused: fillChoices,
  onLanguage() {
    sayAgain();
    // An example nobody has edited follows the language; a program of one's own stays as it is.
    if (!store.state.example) return;
    work.takeExample(store.state.example);
    retrace();
  },
});

const helpSheet = createHelpSheet(FEATURES, { letters: readLetters(), setLetters: keepLetters });
const palette = createPalette(paletteItems, () => words.t);
find("#open-help", HTMLButtonElement).addEventListener("click", helpSheet.open);
/** What the features act on. @type {import("./page/features.js").Page} */
const page = {
  figure, picture, groups, cells, panels, neurons, network, gradientProgram, scene,
  programs: { ...workbench.programs, copyLink: async () => notice.say(await workbench.programs.copyLink()) },
  undo: () => editing.editor?.undo(), redo: () => editing.editor?.redo(), toggleLocal,
  help: helpSheet.open, palette: palette.open,
};

start();

/** Everything that the palette offers, as it is now. @returns {import("./page/palette_search.js").Item[]} */
function paletteItems() {
  const { t, language } = words;
  return [
    ...FEATURES.filter(({ id }) => id !== "palette").map((feature) => ({ name: t(`command.${feature.id}`), also: feature.id, kind: feature.kind, key: keyText(feature.keys?.[0], t), run: () => feature.run(page) })),
    ...examples.list.map(({ id }) => ({ name: t(`example.${id}.title`), also: `${id} ${t(`example.${id}.about`)}`, kind: /** @type {const} */ ("example"), run: () => work.openExample(id) })),
    ...readPrograms().map((kept) => ({ name: kept.name, kind: /** @type {const} */ ("saved"), run: () => work.open(kept) })),
    ...[...ops.values()].map(({ name, summary }) => ({ name, also: summary?.[language] ?? "", kind: /** @type {const} */ ("op"), run: () => panels.derive(name) })),
  ];
}

async function start() {
  store.dispatch({ type: "visited", state: await link.open() });
  const isFirstVisit = location.hash === "" && !store.state.program;
  // What is open in the graph is asked for by the names of functions that have a definition.
  const [hasWords] = await Promise.all([words.load(), examples.load(), store.state.open.length && loadOps()]);
  find("#unstarted", HTMLElement).hidden = hasWords;
  if (!hasWords) return;
  sayAgain();
  applyTheme(document, store.state.theme);
  listen();
  show();
  showDigits();
  panels.follow();
  if (!store.state.program) work.takeExample(store.state.example);
  scene.expect(isFirstVisit && !prefersStillness() ? "play" : "open");
  await tracing.now(work.request());
  await editing.load();
  await loadOps();
  dress();
  groups.refresh();
  scene.show();
  document.body.dataset.loaded = ""; // nothing more comes by itself
}

function listen() {
  holdCompositions(window);
  listenToControls({
    chooseExample(id) {
      notice.hide();
      work.openExample(id);
    },
    ...preferences,
  });
  listenToKeys(document, FEATURES, (feature) => feature.run(page), readLetters);
}

/** Completion and conventions are extras; the next visit may have them. */
async function loadOps() {
  if (!ops.size) ops = new Map((await client.ops().catch(() => [])).map((entry) => [entry.name, entry]));
  return ops;
}

/** @param {string} name */
function canOpen(name) {
  return Boolean(ops.get(name)?.definition);
}

/** The editor in the page's language, with what is known of the functions and of the program. */
function dress() {
  editing.editor?.setLabel(words.t("editor.label"));
  editing.editor?.setFunctions([...ops.values()], words.language);
  status.refresh();
}

/** @param {PageState} one @param {PageState} other */
function isSamePicture(one, other) {
  const keys = /** @type {const} */ (["program", "inputs", "source", "open", "cursor", "selection"]);
  return keys.every((key) => Object.is(one[key], other[key]));
}

/** Everything that was said, in the language that is now the page's. */
function sayAgain() {
  fillChoices();
  figure.words = words.t;
  refreshActivities();
  helpSheet.show(words.t);
  notice.refresh();
  dress();
  scene.show();
}

function fillChoices() {
  showChoices({ examples: examples.list, example: store.state.example, language: words.language, theme: store.state.theme }, words.t);
}

/** A link was opened, or the browser went back. @param {PageState} visited */
async function visit(visited) {
  figure.pause();
  store.dispatch({ type: "visited", state: visited });
  if (await words.load()) sayAgain();
  if (!store.state.program) work.takeExample(store.state.example);
  work.show();
  scene.leave();
  if (store.state.open.length) await loadOps();
  await tracing.now(work.request());
}

/** What is seen in the figure's place. */
function picture() {
  return neurons.view ?? figure;
}

/** One node and its neighbours stand out, or all of the graph again. */
function toggleLocal() {
  keep({ type: "localized", local: !store.state.local });
}

function askForWhole() {
  work.wantWhole();
  retrace();
}

/** The table that the program's source names is there, or another one is to take its place. @param {import("./lib/types.js").Table} table */
function takeTable(table) {
  const { program, source } = store.state;
  const missing = tableOf(source);
  if (!source || missing?.digest === table.digest) tracing.retry();
  else work.open({ program, inputs: {}, source: withTable(source, table) });
}

/** The same program once more: something else about its picture is asked for. */
function retrace() {
  scene.expect("edit");
  return tracing.now(work.request());
}

/** What the reader does: it is in the link, and what was said before is over. @param {import("./store/actions.js").Action} action */
function act(action) {
  if (action.type !== "moved" && action.type !== "looked") editing.editor?.settle(store.state);
  keep(action);
  notice.goOn();
}

/** Beside the program: it is in the link, and what was said before still holds. @param {import("./store/actions.js").Action} action */
function keep(action) {
  store.dispatch(action);
  link.replaceSoon();
}

function showDigits() {
  figure.full = store.state.full;
  scene.show();
}

/** What follows the state by itself. */
function show() {
  store.watch(({ theme }) => [theme], ({ theme }) => applyTheme(document, theme));
  store.watch(({ example, theme }) => [example, theme], fillChoices);
  store.watch(({ full }) => [full], showDigits);
  store.watch(({ panel, local }) => [panel, local], panels.follow);
  store.watch(({ settings }) => [settings], () => {
    panels.show();
    neurons.show();
  });
  store.watch(({ network: settings }) => [settings], network.follow);
  store.watch(({ cursor, selection }) => [cursor, selection], () => {
    editing.editor?.note(() => store.state);
    scene.show();
  });
}
