/**
 * The page, put together. Whatever the reader does is an action that changes the state (store/); what follows of it is
 * below in one table: the service is asked (tracing), its answer takes its place in the figure (scene), and whatever stands
 * beside the figure shows it (shown). Each part knows only parts above it.
 */

import "./graph/layout/with_graphviz.js";
import { createPanelSheet } from "./page/layout/panel_sheet.js";
import { createPendingRequests } from "./page/pending_requests.js";
import { COLUMNS, createColumns } from "./page/layout/columns.js";
import { createClient } from "./service/api.js";
import { tellProblemsWith } from "./service/failures.js";
import { createCellsLoader } from "./panels/inspector/cells_loader.js";
import { holdCompositions } from "./lib/composition.js";
import { createTracing } from "./program/tracing.js";
import { listenToControls, showChoices } from "./page/controls.js";
import { find } from "./lib/dom.js";
import { spanOf } from "./program/text_graph_links.js";
import { GradlensGraph } from "./graph/element.js";
import { createDecorations } from "./page/decorations.js";
import { createEditorLoader } from "./program/editor_loader.js";
import { createExamples } from "./program/examples.js";
import { announceFormulas } from "./lib/formula.js";
import { createOpenGroups } from "./graph/open_groups.js";
import { FEATURES } from "./page/features.js";
import { createOnDemand } from "./page/on_demand.js";
import { listenToKeys } from "./page/keyboard.js";
import { readLetters } from "./store/browser_storage.js";
import { createLink } from "./store/link.js";
import { createNetworkLoader } from "./network/network_loader.js";
import { createNeuronsLoader } from "./network/neurons_loader.js";
import { createNotice } from "./page/notice.js";
import { createPreferences } from "./page/preferences.js";
import { createProblemPanel } from "./program/problems/problem_panel.js";
import { createScene } from "./page/scene.js";
import { createStatusPanel } from "./page/status_panel.js";
import { applyTheme } from "./lib/theme.js";
import { createPanelLoader, layOutPanels } from "./panels/panel_loader.js";
import { wholeClient } from "./service/full_inputs.js";
import { findTablesWith, tableOf, withTable } from "./service/request_body.js";
import { whenWanted } from "./lib/when_wanted.js";
import { createTranslations } from "./lib/translations.js";
import { BESIDE, BY_ITSELF, LOOKS, reduce } from "./store/actions.js";
import { createDocument, requestOf } from "./store/document.js";
import { DEFAULTS } from "./store/page_state.js";
import { createShown } from "./store/shown.js";
import { createStore } from "./store/store.js";
import { createWorkbench } from "./page/workbench.js";
import { createStory } from "./story/story.js";

/** @typedef {import("./store/page_state.js").PageState} PageState */
/** @typedef {import("./store/actions.js").Action} Action */

/** Nothing was chosen or written there. @type {Record<string, unknown>} */
const NONE = Object.freeze({});
const store = createStore(DEFAULTS, reduce);
/** What is chosen and written beside the program. @type {import("./store/settings.js").Keeper} */
const keeper = {
  settings: (part) => store.state.settings[part] ?? NONE,
  note: (part, settings) => store.dispatch({ type: "noted", part, settings }),
};
/** @type {Map<string, import("./lib/types.js").OpEntry>} */
let ops = new Map();
/** What is told of a graph beyond its numbers: nothing, before that is loaded. @type {ReturnType<typeof import("./panels/graph_meaning.js").createGraphMeaning>} */
let meaning = { data: () => new Set(), difference: () => null, mark() {}, show() {} };

layOutPanels();
const figure = find("#graph", GradlensGraph);
find("#timeline", HTMLElement).append(figure.playBar ?? "");
const columns = createColumns(store);
const sheet = createPanelSheet();
const client = createClient();
const words = createTranslations(() => store.state.language);
const notice = createNotice(() => (words.ready ? words.t : undefined), () => figure.stop);
const { begin, refresh: refreshActivities } = createPendingRequests(() => words.t, () => figure.stop);
const decorate = createDecorations(figure);
const link = createLink(store, (isReadable) => (isReadable ? notice.goOn() : notice.say("link.unreadable")));
const examples = createExamples(client);
const work = createDocument(store, () => words.language, examples);
const tracing = createTracing(client, request, begin);
const shown = createShown(store, () => figure.hasAttribute("veiled"));
const now = () => shown.told;
const groups = createOpenGroups({
  figure, canOpen,
  scene: () => ({ ...shown.now, open: store.state.open }),
  setOpen: (open) => store.dispatch({ type: "unfolded", open }),
});
const editing = createEditorLoader({
  kept: () => store.state,
  onEdit: (kept, isUndone) => (isUndone ? work.restore(kept) : work.edit(kept)),
  t: () => words.t, begin,
});
const workbench = createWorkbench({
  figure, decorate,
  scene: () => ({ ...store.state, ...shown.now }),
  editor: () => editing.editor, t: () => words.t,
  onFailure: (again) => notice.say("panels.failed", "again", again),
  rewrite: (changed, isLast) => work.rewrite(changed, !isLast),
});
/** What the service remarked on a network, which its program alone does not tell. @type {{program: string, warnings: import("./lib/types.js").Warning[]}} */
let ofNetwork = { program: "", warnings: [] };
const network = createNetworkLoader({
  client,
  open(given, warnings, stays) {
    ofNetwork = { program: given.program, warnings };
    work.open(given, stays);
  },
  renew: workbench.apply,
  shown: () => store.state,
  isOpen: () => store.state.building,
  async turn(building) {
    await link.address(); // where one comes back to
    if (building) COLUMNS.forEach(columns.unfold);
    store.dispatch({ type: "turned", building, ...(building && { panel: "training" }) });
    link.push();
  },
  network: () => store.state.network,
  ...keeper,
  describe: (network, place) => store.dispatch({ type: "described", network, place }),
  // The program may wait for it as well.
  onTable: ({ digest }) => tableOf(store.state.source)?.digest === digest && tracing.retry(),
  history: { undo: () => editing.editor?.undo(), redo: () => editing.editor?.redo() },
  words: () => words,
  onFailure: (again) => notice.say("network.failed", "again", again),
});
const status = createStatusPanel({
  scene: () => ({ plan: shown.plan, isDrawn: figure.plan !== null, language: words.language, t: words.t }),
  further: (program) => (program === ofNetwork.program ? ofNetwork.warnings : []),
  panel: createProblemPanel(tracing.retry, workbench.giveValue, workbench.addLines, takeTable, work.openExample),
  remark: (remarks) => editing.editor?.setRemarks(remarks),
  onName: workbench.want,
  dim: (isStale) => figure.toggleAttribute("stale", isStale),
  stop: () => figure.stop,
  compute: tracing.retry,
  arrange() {
    figure.reconsider();
    tracing.now();
  },
  onPlace: (span) => editing.editor?.goTo(span),
  onExample: work.openExample,
});
const scene = createScene({ figure, store, shown, groups, workbench, status, canOpen });

const choose = (/** @type {import("./lib/types.js").Selection} */ selection) => figure.choose(selection);
const cells = createCellsLoader({
  words: () => words,
  onPlaying: () => figure.playing,
  loadOps,
  onFailure: (again) => notice.say("panels.failed", "again", again),
});
const inspector = whenWanted(async () => (await import("./panels/inspector/inspector.js")).createInspector(
  find("#inspector", HTMLElement), { select: choose, reach: (selection, moment) => figure.reach(selection, moment) }, togglePrecision, cells,
), (again) => notice.say("panels.failed", "again", again));
const whole = wholeClient(client, () => store.state);
const panels = createPanelLoader({
  client: whole, work: () => ({ program: store.state.program, inputs: store.state.inputs }),
  plan: () => (shown.plan?.trace.program === store.state.program ? shown.plan : null),
  selection: () => shown.now.selection,
  panel: () => (store.state.building || store.state.panel !== "training" ? store.state.panel : "inspector"),
  turn: (panel) => store.dispatch({ type: "turned", panel }),
  unfold() {
    sheet.open();
    return columns.unfold("panels");
  },
  veil(hides) {
    figure.toggleAttribute("veiled", hides);
    // What the backward pass tells is not told yet.
    if (hides && shown.plan && store.state.cursor > shown.plan.turn) figure.goTo(shown.plan.turn);
    shown.tell();
  },
  ...keeper,
  isLocal: () => store.state.local, toggleLocal,
  words: () => words,
  choose(selection) {
    sheet.close();
    figure.reach(selection);
    if (selection.kind === "node") figure.reveal(selection.id);
    else if (shown.plan) figure.reveal(shown.plan.trace.edges[selection.id].target);
    figure.scrollIntoView({ block: "nearest" });
  },
  select: choose,
  decorate,
  showFigure() {
    sheet.close();
    figure.scrollIntoView({ block: "nearest" });
  },
  placeOf: groups.placeOf,
  remark: (remarks) => editing.editor?.setRemarks(remarks, true),
  served: () => groups.served,
  request,
  ops: () => ops, loadOps,
  data: (trace) => meaning.data(trace), canMark: true,
  scene: now,
  onFailure: (again) => notice.say("panels.failed", "again", again),
});
const neurons = createNeuronsLoader({
  scene: now,
  words: () => words,
  choose, ...keeper,
  toggleBlock: groups.toggle,
  onWhole: askForWhole,
  loadOps,
  isWanted: () => store.state.picture === "neurons",
  updates: () => store.state.updates,
  onSwitch: () => store.dispatch({ type: "pictured", picture: store.state.picture === "neurons" ? "graph" : "neurons" }),
  onFailure: (again) => notice.say("network.failed", "again", again),
});
const preferences = createPreferences({
  store, words, notice, onRefused: fillChoices,
  onLanguage() {
    sayAgain();
    // An example nobody has edited follows the language; a program of one's own stays as it is.
    if (!store.state.example) return;
    work.translate(store.state.example);
    retrace();
  },
});
const story = createStory({
  scene: now, words: () => words,
  meaning: () => meaning,
  example: () => (store.state.example ? examples.find(store.state.example) ?? null : null),
  play: figure.play.bind(figure), stop: () => figure.playBar?.querySelector(".play"),
  next: {
    vary(id) {
      choose({ kind: "node", id });
      figure.focusNode(id);
    },
    check: () => panels.open("check"),
    follow(selection) {
      choose(selection);
      panels.open("inspector");
    },
    explain(id) {
      const uses = shown.plan?.contributors[id] ?? [];
      choose(uses.length === 1 ? { kind: "edge", id: uses[0] } : { kind: "node", id });
      panels.open("inspector");
    },
  },
});
const onDemand = createOnDemand({
  client: whole, open: work.open, openExample: work.openExample,
  work: () => ({ program: store.state.program, inputs: store.state.inputs, source: store.state.source }),
  request, state: () => store.state,
  title: () => (store.state.example ? words.t(`example.${store.state.example}.title`) : null),
  address: link.address,
  examples: () => examples.list, ops: () => ops.values(),
  table: () => (shown.plan ? { ...shown.told, plan: shown.plan, t: words.t } : null),
  choose, words: () => words, page: () => page,
  say: (key, again) => notice.say(key, "again", again),
  decorate, isHeated: () => store.state.heat,
});
/** What the features act on. @type {import("./page/features.js").Page} */
const page = {
  figure, picture, columns, groups, cells, panels, neurons, network, ...onDemand.features,
  undo: () => editing.editor?.undo(), redo: () => editing.editor?.redo(), toggleLocal, togglePrecision, toggleHeat, showText,
};

/** @type {ReturnType<typeof import("./page/node_links.js").createNodeLinks> | null} */
let links = null;

start();

async function start() {
  store.dispatch({ type: "visited", state: await link.open() });
  // What is open in the graph is asked for by the names of functions that have a definition.
  const [hasWords] = await Promise.all([words.load(), examples.load(), store.state.open.length && loadOps()]);
  find("#unstarted", HTMLElement).hidden = hasWords;
  if (!hasWords) return;
  sayAgain();
  applyTheme(document, store.state.theme);
  listen();
  follow();
  show();
  showDigits();
  columns.show(store.state);
  panels.follow();
  network.follow();
  if (!store.state.program) work.translate(store.state.example);
  scene.expect("open");
  await tracing.now();
  // The graph is seen first.
  shown.watch(inspect);
  inspect();
  await Promise.all([editing.load(), workbench.prepare()]);
  await loadOps();
  dress();
  await linkNodes();
  // Without it nothing is marked.
  await import("./panels/graph_meaning.js").then(({ createGraphMeaning }) => {
    meaning = createGraphMeaning({ served: () => groups.served, updates: () => store.state.updates, ops: () => ops, keeper, decorate, t: () => words.t });
  }, () => {});
  await scene.refresh();
  shown.tell();
  await onDemand.prepare();
  document.body.dataset.loaded = ""; // nothing more comes by itself
}

// ------------------------------------------------------------ what follows of what

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
  figure.addEventListener("graph-toggle", (event) => {
    event.preventDefault();
    groups.toggle(/** @type {CustomEvent<{path: string}>} */ (event).detail.path);
  });
  figure.begin = begin;
  figure.within = cells.walk;
  findTablesWith(async (digest) => (await import("./store/tables.js")).tables.text(digest));
  // A page without them tells what the service says in English.
  tellProblemsWith(() => words.add("problems").catch(() => {}));
  announceFormulas({
    begin,
    onMissing: (key, again) => notice.say(key, "again", () => {
      again();
      shown.tell();
    }),
  });
  editing.tell({ place: workbench.goTo, point: (at) => links?.speak(workbench.spokenOf(at)), ready: dress });
  tracing.tell({
    async trace(trace) {
      work.learn(trace);
      await scene.take(trace);
      await examples.load().then(fillChoices);
    },
    problem: (problem) => status.set({ kind: "problem", problem }),
    unreachable: (failure, again) => status.set({ kind: "unreachable", failure, again }),
    cancelled: () => status.set({ kind: "cancelled" }),
  });
}

/** What follows an action at once. */
function follow() {
  store.hear((action, before) => {
    const { type } = action;
    if (BY_ITSELF.has(type)) return type === "visited" ? void visit() : type === "translated" && editing.show();
    link.replaceSoon();
    if (BESIDE.has(type)) return;
    // An undo knows its place by itself.
    if (!LOOKS.has(type) && type !== "restored") editing.editor?.settle(before);
    notice.goOn();
    AFTER[type]?.(/** @type {any} */ (action), before);
  });
}

/** @type {{[T in Action["type"]]?: (action: Extract<Action, {type: T}>, before: PageState) => void}} */
const AFTER = {
  opened() {
    figure.pause();
    editing.show();
    scene.leave();
    link.push();
    tracing.now();
  },
  edited() {
    change();
    tracing.soon();
  },
  rewritten({ isMoving }) {
    change();
    if (isMoving) tracing.follow();
    else tracing.now();
  },
  restored(_, before) {
    change();
    const isOfForm = store.state.network !== before.network;
    if (isOfForm && !store.state.building) notice.say("network.restored");
    if (isOfForm && isSamePicture(before, store.state)) return;
    scene.expect("restore");
    tracing.now();
  },
  unfolded() {
    figure.pause();
    editing.show();
    retrace();
  },
  described: ({ place }) => editing.editor?.describe(store.state, place),
  wanted: retrace,
};

/** What follows the state by itself. */
function show() {
  store.watch(({ theme }) => [theme], ({ theme }) => applyTheme(document, theme));
  store.watch(({ example, theme }) => [example, theme], fillChoices);
  store.watch(({ full }) => [full], showDigits);
  store.watch(({ widths, folded }) => [widths, folded], columns.show);
  store.watch(({ panel, local, building }) => [panel, local, building], panels.follow);
  store.watch(({ settings }) => [settings], () => {
    panels.show();
    neurons.show();
  });
  store.watch(({ network: settings, building }) => [settings, building], network.follow);
  store.watch(({ cursor, selection }) => [cursor, selection], () => {
    editing.editor?.note(() => store.state);
    shown.tell();
  });
  shown.watch(workbench.show);
  shown.watch(() => links?.choose(shown.now.selection));
  shown.watch(story.show);
  shown.watch(() => meaning.show(shown.plan?.trace ?? null));
  shown.watch(onDemand.showTable);
  shown.watch(onDemand.showExplored);
  store.watch(({ heat }) => [heat], onDemand.showExplored);
  shown.watch(panels.show);
  shown.watch(neurons.show);
}

/** What is pointed at or chosen in one place is marked in all. */
async function linkNodes() {
  const { createNodeLinks } = await import("./page/node_links.js").catch(() => ({ createNodeLinks: null })); // without it what is chosen is marked in the figure alone
  links = createNodeLinks?.(document, (named) => {
    decorate("pointed", named);
    workbench.point(named?.nodes[0] ?? null);
  }) ?? null;
  links?.choose(shown.now.selection);
}

function inspect() {
  inspector.act((one) => {
    const { plan, ...place } = shown.told;
    if (plan) one.show({ ...place, plan, language: words.language, t: words.t, ops, toggleGroup: groups.toggle, onWhole: askForWhole, data: meaning.data(plan.trace), markData });
  });
}

/** The program is another one, made of the one before. */
function change() {
  figure.pause();
  scene.expect("edit");
  editing.follow();
}

/** A link was opened, or the browser went back. */
async function visit() {
  figure.pause();
  if (await words.load()) sayAgain();
  if (!store.state.program) work.translate(store.state.example);
  editing.show();
  scene.leave();
  if (store.state.open.length) await loadOps();
  await tracing.now();
}

/** The same program once more: something else about its picture is asked for. */
function retrace() {
  scene.expect("edit");
  tracing.now();
}

/** The table that the program's source names is there, or another one is to take its place. @param {import("./lib/types.js").Table} table */
function takeTable(table) {
  const { program, source } = store.state;
  const missing = tableOf(source);
  if (!source || missing?.digest === table.digest) tracing.retry();
  else work.open({ program, inputs: {}, source: withTable(source, table) });
}

/** @param {string} name @param {boolean} isData */
function markData(name, isData) {
  meaning.mark(name, isData);
  shown.tell();
}

function askForWhole() {
  store.dispatch({ type: "wanted" });
}

/** One node and its neighbours stand out, or all of the graph again. */
function toggleLocal() {
  store.dispatch({ type: "localized", local: !store.state.local });
}

function toggleHeat() {
  store.dispatch({ type: "heated", heat: !store.state.heat });
}

/** Where what is chosen, or being computed, is written. */
function showText() {
  const { plan, selection, cursor } = shown.now;
  const span = plan && spanOf(plan, selection, cursor);
  if (!span) return;
  columns.unfold("program");
  editing.editor?.goTo(span);
}

function togglePrecision() {
  store.dispatch({ type: "detailed", full: !store.state.full });
}

// ------------------------------------------------------------ what is known and said

/** What the service is asked for, as the state is now. */
function request() {
  return requestOf(store.state, canOpen);
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

/** @param {PageState} one @param {PageState} other */
function isSamePicture(one, other) {
  const keys = /** @type {const} */ (["program", "inputs", "source", "open", "cursor", "selection"]);
  return keys.every((key) => Object.is(one[key], other[key]));
}

/** What is seen in the figure's place. */
function picture() {
  return neurons.view ?? figure;
}

/** The editor in the page's language, with what is known of the functions and of the program. */
function dress() {
  editing.editor?.setLabel(words.t("editor.label"));
  editing.editor?.setFunctions([...ops.values()], words.language);
  status.refresh();
}

/** Everything that was said, in the language that is now the page's. */
function sayAgain() {
  fillChoices();
  figure.words = words.t;
  refreshActivities();
  notice.refresh();
  network.follow();
  dress();
  shown.tell();
}

function fillChoices() {
  showChoices({ examples: examples.list, example: store.state.example, language: words.language, theme: store.state.theme }, words.t);
}

function showDigits() {
  figure.full = store.state.full;
  shown.tell();
}
