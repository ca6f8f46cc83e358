/** A figure in another page: the element and its timeline, of the program in the address. */

import "./graph/layout/with_graphviz.js";
import { parametersOf, unreadIn } from "./embed/parameters.js";
import { GradlensGraph } from "./graph/element.js";
import { find } from "./lib/dom.js";
import { loadCatalogue, translator } from "./lib/i18n.js";
import { createClient } from "./service/api.js";
import { NetworkFailure, Problem, Superseded } from "./service/failures.js";
import { requestOf } from "./store/document.js";
import { UnreadableLink, decodeState, encodeState } from "./store/page_state.js";

const language = document.documentElement.lang === "ko" ? "ko" : "en";
const { step, speed, controls, width, height } = parametersOf(location.search);
const figure = find("#graph", GradlensGraph);
const problem = find("#problem", HTMLElement);
const workbench = find("#workbench", HTMLAnchorElement);
const again = find("#again", HTMLElement);
const client = createClient();
/** @type {import("./lib/types.js").Translate} */
let t = (key) => key;

for (const [name, size] of /** @type {const} */ ([["max-width", width], ["max-height", height]])) if (size) document.body.style.setProperty(name, `${size}px`);
figure.toggleAttribute("controls", controls);
figure.speed = speed;
figure.addEventListener("graph-drawn", () => tell(null));
figure.addEventListener("graph-problem", (event) => tell(/** @type {CustomEvent} */ (event).detail.error));
document.addEventListener("keydown", (event) => figure.press(event));
window.addEventListener("hashchange", show);
start();

async function start() {
  const [words] = await Promise.all([loadCatalogue(language).catch(() => ({})), learnOps()]);
  figure.words = t = translator(words);
  again.textContent = t("again");
  again.addEventListener("click", show);
  workbench.title = t("embed.workbench");
  show();
}

/** Which functions can be opened; without them none can. */
async function learnOps() {
  const ops = new Map((await client.ops().catch(() => [])).map((op) => [op.name, op]));
  figure.openable = (name) => Boolean(ops.get(name)?.definition);
}

/** The address says something of the figure that cannot be read. */
class UnreadParameters extends Error {
  /** @param {ReturnType<typeof unreadIn>} unread */
  constructor(unread) {
    super("unread");
    this.unread = unread;
  }
}

/** The program of the address. */
async function show() {
  try {
    const unread = unreadIn(location.search);
    if (unread.length) throw new UnreadParameters(unread);
    const state = await decodeState(location.hash);
    workbench.href = `/${await encodeState({ ...state, language })}`;
    if (!state.program) throw new UnreadableLink("empty");
    figure.compute = (request) => client.trace({ ...requestOf(state, () => false), ...request });
    figure.addEventListener("graph-drawn", () => (figure.cursor = step === "end" ? Infinity : step), { once: true });
    figure.inputs = state.inputs;
    figure.open = state.open;
    figure.program = state.program;
  } catch (error) {
    tell(error);
  }
}

/** What keeps the program from being shown; null: nothing. @param {unknown} error */
async function tell(error) {
  if (error instanceof Superseded) return;
  problem.hidden = error === null;
  figure.hidden = error !== null;
  again.hidden = !(error instanceof NetworkFailure || (error instanceof Problem && error.passes));
  find("#problem-words", HTMLElement).textContent = error === null ? "" : await wordsOf(error);
  document.body.dataset.loaded = "";
}

/** @param {unknown} error */
async function wordsOf(error) {
  if (error instanceof UnreadParameters) return error.unread.map((one) => t("embed.parameter", one)).join(" ");
  if (error instanceof UnreadableLink) return t("embed.unreadable");
  try {
    const [{ failureText }, words] = await Promise.all([import("./program/problems/problem_panel.js"), loadCatalogue(`problems.${language}`)]);
    return failureText(error, language, translator({ ...(await loadCatalogue(language)), ...words }));
  } catch {
    return t("unreachable.title");
  }
}
