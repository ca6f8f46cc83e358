/** The page, put together: what the reader does changes the state, and the state is shown. */

import { createClient } from "./api.js";
import { createComputer } from "./computer.js";
import { listenToControls, openHelp, showChoices } from "./controls.js";
import { find, h } from "./dom.js";
import { has, momentOf, plan as planOf } from "./frames.js";
import { fillTexts, loadCatalogue, translator } from "./i18n.js";
import { sameTopology } from "./kinship.js";
import { createGroups } from "./groups.js";
import { createInspector } from "./inspector.js";
import { listenToKeys } from "./keyboard.js";
import { createLayouter } from "./layouter.js";
import { drawLegend } from "./legend.js";
import { createLink } from "./link.js";
import { canvasMeasure } from "./measure.js";
import { createPlayer } from "./player.js";
import { createProblemPanel } from "./problems.js";
import { createGraphView } from "./render.js";
import { scaleOf } from "./scale.js";
import { createTable } from "./table.js";
import { applyTheme, prefersStillness } from "./theme.js";
import { createTimeline } from "./timeline.js";
import { createTooltip } from "./tooltip.js";
import { createWorkbench } from "./workbench.js";

/** @typedef {import("./state.js").PageState} PageState */

const FIRST_EXAMPLE = "apples";
const browserLanguage = document.documentElement.lang === "ko" ? "ko" : "en";

/** @type {PageState} */
let state;
/** @type {import("./types.js").Translate} */
let t;
/** @type {import("./types.js").Example[]} */
let examples = [];
/** @type {import("./frames.js").Plan | null} */
let plan = null;
/** @type {import("./types.js").Geometry | null} */
let geometry = null;
/** @type {import("./api.js").Problem | null} */
let problem = null;
/** @type {ReturnType<typeof import("./editor.js").createEditor> | null} */
let editor = null;
/** @type {Map<string, import("./types.js").OpEntry>} */
let ops = new Map();
let full = false;
let whole = false;
/** A layout that comes back for any other trace is late. @type {import("./types.js").Trace | null} */
let newest = null;
/** What the next trace does to cursor and view. @type {"open" | "play" | "edit"} */
let arrival = "open";

const client = createClient();
const layouter = createLayouter(canvasMeasure());
const link = createLink(visit, () => notify("link.unreadable"));
const player = createPlayer({
  cursor: () => state.cursor,
  last: () => plan?.steps.length ?? 0,
  go: (cursor, duration) => goTo(cursor, duration),
  onChange: (playing) => timeline.showPlaying(playing, t),
});
const timeline = createTimeline(player, (cursor, animate) => step(cursor, animate));
const graph = createGraphView(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (find("#graph", SVGElement))), choose, (path) => groups.toggle(path));
const inspector = createInspector(find("#inspector", HTMLElement), choose, togglePrecision);
const table = createTable(choose);
const problems = createProblemPanel(() => computer.retry(), (name) => workbench.giveValue(name));
const tooltip = createTooltip(() => ({ plan, cursor: state.cursor, t, full }));
const workbench = createWorkbench({
  scene: () => ({ plan, selection: state.selection, cursor: state.cursor, program: state.program }),
  title: () => (state.example ? t(`example.${state.example}.title`) : null),
  inputs: () => state.inputs,
  editor: () => editor, t: () => t, rewrite, openWork,
});
const groups = createGroups({
  scene: () => ({ plan, cursor: state.cursor, selection: state.selection, open: state.open, ops }),
  setOpen: (open) => {
    player.pause();
    state.open = open;
    arrival = "edit";
    remember();
    computer.now(request());
  },
  redraw: showTrace,
});
const computer = createComputer(client, {
  trace: showTrace,
  problem: showProblem,
  unreachable: () => problems.showUnreachable(t),
  waiting: (waiting) => (find("#waiting", HTMLElement).hidden = !waiting),
});

start();

async function start() {
  state = await link.open();
  const isFirstVisit = location.hash === "" && !state.program;
  await Promise.all([useLanguage(), loadExamples()]);
  fillChoices();
  applyTheme(document, state.theme);
  listenToControls({ chooseExample, chooseLanguage, chooseTheme, fit: graph.fit, zoomBy: graph.zoomBy });
  listenToKeys(document, {
    toggle: player.toggle,
    forward: () => step(state.cursor + 1, true),
    back: () => step(state.cursor - 1, false),
    start: () => step(0, false),
    end: () => step(plan?.steps.length ?? 0, false),
    faster: () => timeline.changeSpeed(1),
    slower: () => timeline.changeSpeed(-1),
    fit: graph.fit,
    openGroup: groups.toggleHere,
    zoomIn: () => graph.zoomBy(1.25),
    zoomOut: () => graph.zoomBy(0.8),
    pan: graph.panBy,
    precision: togglePrecision,
    shelf: workbench.openShelf,
    help: openHelp,
  });
  if (!state.program) openExample(state.example ?? FIRST_EXAMPLE);
  arrival = isFirstVisit && !prefersStillness() ? "play" : "open";
  await computer.now(request());
  await loadEditor();
}

/** Read the examples; without them the page still works on whatever program its link holds. */
async function loadExamples() {
  try {
    examples = await client.examples();
  } catch {
    examples = [];
  }
}

async function loadEditor() {
  const { createEditor } = await import("./editor.js");
  const place = find("#editor", HTMLElement);
  place.replaceChildren();
  editor = createEditor(place, state.program, edit, workbench.goTo);
  editor.setLabel(t("editor.label"));
  remark();
  try {
    const entries = await client.ops();
    ops = new Map(entries.map((entry) => [entry.name, entry]));
    editor.setFunctions(entries, language());
    groups.refresh();
    show();
  } catch {
    // Completion and conventions are extras; the next visit may have them.
  }
}

/** @param {string} id */
function chooseExample(id) {
  find("#notice", HTMLElement).hidden = true;
  player.pause();
  openExample(id);
  Object.assign(state, { cursor: 0, selection: null, open: [] });
  leave();
  link.push(state);
  computer.now(request());
}

/** An example nobody has edited follows the language; a program of one's own stays as it is. @param {"ko" | "en"} chosen */
async function chooseLanguage(chosen) {
  state.language = chosen;
  await useLanguage();
  if (state.example) {
    openExample(state.example);
    arrival = "edit";
    await computer.now(request());
  }
  show();
  remember();
}

/** @param {PageState["theme"]} theme */
function chooseTheme(theme) {
  state.theme = theme;
  applyTheme(document, theme);
  remember();
}

/** @returns {"ko" | "en"} */
function language() {
  return state.language ?? browserLanguage;
}

async function useLanguage() {
  t = translator(await loadCatalogue(language()));
  fillTexts(document, language(), t);
  fillChoices();
  timeline.showPlaying(player.playing, t);
  timeline.showSpeeds(t);
  editor?.setLabel(t("editor.label"));
  editor?.setFunctions([...ops.values()], language());
  if (plan && geometry) graph.draw(plan.trace, geometry, t, Math.min(state.cursor, plan.steps.length), true);
  remark();
}

function fillChoices() {
  showChoices({ examples, example: state.example, language: language(), theme: state.theme }, t);
}

/** Take over an example's program in the reader's language. @param {string} id */
function openExample(id) {
  const example = examples.find((one) => one.id === id) ?? examples[0];
  if (!example) return;
  Object.assign(state, { example: example.id, program: example.program[language()], inputs: example.inputs ?? {} });
  fillChoices();
  showProgram();
}

/** @param {string} program */
function edit(program) {
  state.selection = null;
  take(program);
  computer.soon(request());
}

/** The page itself changes the program: a number is dragged. @param {string} program @param {boolean} isLast */
function rewrite(program, isLast) {
  take(program);
  if (isLast) computer.now(request());
  else computer.follow(request());
}

/** Another piece of work, from the shelf or a file. @param {{program: string, inputs: Record<string, unknown>}} work */
function openWork({ program, inputs }) {
  Object.assign(state, { inputs, cursor: 0, selection: null, open: [] });
  take(program);
  showProgram();
  leave();
  link.push(state);
  computer.now(request());
}

/** @param {string} program */
function take(program) {
  player.pause();
  const example = examples.find((one) => one.program[language()] === program)?.id ?? null;
  if (example !== state.example) Object.assign(state, { example });
  state.program = program;
  whole = false;
  arrival = "edit";
  fillChoices();
  remember();
}

/** Another program is on its way: the steps of the one that is shown mean nothing any more. */
function leave() {
  plan = null;
  tooltip.hide();
  arrival = "open";
  timeline.clear();
}

/** A link was opened, or the browser went back. @param {PageState} visited */
async function visit(visited) {
  player.pause();
  state = visited;
  await useLanguage();
  applyTheme(document, state.theme);
  if (!state.program) openExample(state.example ?? FIRST_EXAMPLE);
  fillChoices();
  showProgram();
  leave();
  await computer.now(request());
}

/** @param {import("./types.js").Trace} served */
async function showTrace(served) {
  const trace = groups.shown(served);
  newest = trace;
  // While a number moves, the picture stays where it is.
  const held = workbench.moving && plan && sameTopology(plan.trace, trace) ? geometry : null;
  const drawn = held ?? await layouter.layout(trace);
  if (trace !== newest) return;
  const how = arrival;
  // Who edits at the end of the graph stays at the end.
  const staysAtEnd = how === "edit" && plan !== null && state.cursor >= plan.steps.length;
  plan = planOf(trace);
  geometry = drawn;
  problem = null;
  const last = plan.steps.length;
  const switched = groups.follow(plan);
  Object.assign(state, switched && { cursor: switched.cursor, selection: switched.selection });
  state.cursor = staysAtEnd ? last : Math.min(state.cursor, last);
  if (state.selection && !has(plan, state.selection)) state.selection = null;
  graph.draw(trace, geometry, t, state.cursor, how === "edit");
  if (switched?.focus) graph.focusSwitch(switched.focus);
  graph.dim(false);
  workbench.drawn();
  drawLegend(find("#legend", HTMLElement), scaleOf(trace), t);
  remark();
  show();
  arrival = "edit";
  if (how === "play") player.play();
}

/** @param {import("./api.js").Problem} found */
function showProblem(found) {
  problem = found;
  graph.dim(true);
  remark();
}

/** Say what is wrong, under the editor and in it. */
function remark() {
  if (problem) editor?.setRemarks(problems.showProblem(problem, language(), t));
  else if (plan) editor?.setRemarks(problems.showWarnings(plan.trace.warnings, language(), t));
  find("#stale", HTMLElement).hidden = problem === null || geometry === null;
}

/** Choose a node or an edge, and go to its moment. @param {import("./types.js").Selection} selection */
function choose(selection) {
  if (!plan) return;
  player.pause();
  state.selection = selection;
  state.cursor = momentOf(plan, selection);
  graph.show(state.cursor);
  show();
  remember();
}

/** A step asked for by hand. @param {number} cursor @param {boolean} animate */
function step(cursor, animate) {
  player.pause();
  goTo(cursor, animate ? player.travelMs : 0);
}

/** @param {number} cursor @param {number} duration */
function goTo(cursor, duration) {
  if (!plan) return;
  state.cursor = Math.min(Math.max(cursor, 0), plan.steps.length);
  state.selection = null;
  graph.show(state.cursor, duration);
  show();
  remember();
}

function togglePrecision() {
  full = !full;
  show();
}

/** Everything beside the graph, at the cursor. */
function show() {
  if (!plan) return;
  graph.select(state.selection);
  tooltip.refresh();
  workbench.show();
  timeline.show(plan, state.cursor, t, full);
  inspector.show({ plan, cursor: state.cursor, selection: state.selection, full, language: language(), t, ops, toggleGroup: groups.toggle, onWhole: loadWhole });
  table.show({ plan, cursor: state.cursor, t, full });
}

function showProgram() {
  if (editor) editor.setProgram(state.program);
  else find("#editor", HTMLElement).replaceChildren(h("pre", {}, state.program));
}

/** Elided arrays are wanted with all their values, until the program is another one. */
function loadWhole() {
  whole = true;
  arrival = "edit";
  computer.now(request());
}

function request() {
  return { program: state.program, inputs: state.inputs, ...(state.open.length && { detail: "expanded" }), ...(whole && { values: "full" }) };
}

function remember() {
  link.replaceSoon(() => state);
}

/** @param {string} key */
function notify(key) {
  const place = find("#notice", HTMLElement);
  place.dataset.t = key;
  place.hidden = false;
  if (t) place.textContent = t(key);
}
