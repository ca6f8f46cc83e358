/**
 * `<gradlens-graph>`: the figure. It takes a trace or a program, a cursor, a selection and decorations, and sends what
 * its reader does; it knows nothing of the page around it. It may stand on a page any number of times, and leaves
 * nothing behind when it is removed.
 *
 * Attributes: `lang` ("en" or "ko"; else the page's), `controls` (its own buttons to play it), `inline` (it stands in a
 * text: the wheel scrolls the page), `stale` (what is drawn is not what is meant any more), `veiled` (gradients are not shown), `still` (a picture of that
 * name as large as its drawing, with nothing to press), `letters` (in px: the smallest are no smaller where it is fitted,
 * and a graph larger than the figure is followed step by step).
 *
 * Events, each of something that the reader did or that playing does, never of a property that was set:
 * `graph-change` {cursor, selection}, `graph-play` {playing}, `graph-toggle` {path} (a group is to be opened or closed;
 * prevented, the page does it), `graph-view` {view} (it rests after a movement; null: it was fitted),
 * `graph-drawn` {isDeclined} and `graph-problem` {error} (a `program` could not be computed).
 */

import { h } from "../lib/dom.js";
import { loadCatalogue, translator } from "../lib/i18n.js";
import { collapse } from "./collapsed_groups.js";
import { createGraphView } from "./drawing/graph_view.js";
import { drawLegend } from "./drawing/legend.js";
import { activeStep, has, momentOf, plan as planOf } from "./frames.js";
import { scaleOf } from "./gradient_scale.js";
import { createKeyboardWalk } from "./keyboard_walk.js";
import { createLayouter } from "./layout/layouter.js";
import { canvasMeasure } from "./layout/text_widths.js";
import { expandedBy, momentAfter, toggled } from "./open_groups.js";
import { createPlayBar } from "./play_bar.js";
import { SPEEDS, createPlayer } from "./player.js";
import { sentence } from "./step_sentence.js";
import { createTooltip } from "./tooltip.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Geometry} Geometry */
/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {import("../lib/types.js").Translate} Translate */
/** @typedef {import("../lib/types.js").View} View */
/** @typedef {import("./frames.js").Plan} Plan */
/** @typedef {import("./decorations.js").Decoration} Decoration */
/** @typedef {{program: string, inputs: Record<string, unknown>, expand: string[]}} Request */
/** @typedef {ReturnType<GradlensGraph["build"]>} Parts  what there is while the element stands on a page */

const SVG = "http://www.w3.org/2000/svg";
const ZOOM = 1.25;
let instances = 0;

export class GradlensGraph extends HTMLElement {
  static observedAttributes = ["lang", "controls", "letters", "veiled"];

  /** @type {Parts | null} */
  #parts = null;
  /** As it was given. @type {Trace | null} */
  #trace = null;
  /** What is drawn. @type {{plan: Plan, geometry: Geometry} | null} */
  #drawn = null;
  #cursor = 0;
  /** @type {Selection | null} */
  #selection = null;
  /** @type {Decoration[]} */
  #decorations = [];
  /** @type {string[] | null} */
  #open = [];
  #program = "";
  #full = false;
  /** @type {Translate | null} */
  #words = null;
  /** Whether they are the page's own. */
  #given = false;
  /** The newest language that the figure's own were asked for in. */
  #learning = 0;
  /** @type {import("./player.js").Speed} */
  #speed = "1";
  #asked = 0;
  #refitting = false;
  /** Whether the page said where the nodes stand. */
  #isPlaced = false;
  /** How many layouts are being made. */
  #laying = 0;

  /** What computes a program: for `program`, and where groups of it are opened. @type {((request: Request) => Promise<Trace>) | null} */
  compute = null;
  /** Values beside the program. @type {Record<string, unknown>} */
  inputs = {};
  /** Whether a function has a definition that can be opened. @type {(op: string) => boolean} */
  openable = () => false;
  /** A number that is decorated as draggable was taken. @type {(node: number) => import("./number_gestures.js").Drag | null} */
  take = () => null;
  /** While it plays slowly: go on inside the step; whether there was anything left in it. @type {() => boolean} */
  within = () => false;
  /** Say what takes longer than a moment. @type {import("./layout/layouter.js").Begin} */
  begin = () => () => {};

  connectedCallback() {
    if (!this.#parts) this.#enter();
  }

  disconnectedCallback() {
    if (this.#parts && !this.isConnected) this.#leave(this.#parts);
  }

  #enter() {
    this.#parts = this.build();
    if (this.#words) this.#dress();
    else this.#learn();
    if (this.#drawn) this.draw(this.#drawn.plan.trace, this.#drawn.geometry, { keepView: false });
    else if (this.#trace) this.#arrange(this.#trace);
    else if (this.#program) this.#compute();
  }

  /** @param {Parts} parts */
  #leave(parts) {
    parts.player.pause();
    this.#parts = null;
    this.#asked += 1;
    parts.life.abort();
    parts.layouter.destroy();
    this.append(...parts.given);
    for (const part of parts.own) part.remove();
    this.classList.remove("dense", "far", "has-near", "compact", "has-path", "dragging", "over-number");
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.#parts) return;
    if (name === "letters") {
      this.#parts.view.refit();
      this.#refit();
    } else if (name === "controls") this.#parts.bar.element.hidden = !this.hasAttribute("controls");
    else if (name === "veiled") this.#parts.view.refresh();
    // Words that the page gave are the page's to change.
    else if (!this.#given) this.#learn();
  }

  /** The parts of the figure, made anew each time it comes to a page. */
  build() {
    const life = new AbortController();
    const { signal } = life;
    const prefix = `graph-${(instances += 1)}`;
    const canvas = h("canvas", { class: "flat", "aria-hidden": true, hidden: true });
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "drawing");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-describedby", `${prefix}-keys`);
    const keys = h("p", { id: `${prefix}-keys`, hidden: true });
    const tip = h("div", { class: "tooltip", "aria-hidden": true, hidden: true });
    const legend = h("div", { class: "legend" });
    const map = document.createElementNS(SVG, "svg");
    map.setAttribute("class", "minimap");
    map.setAttribute("aria-hidden", "true");
    map.setAttribute("hidden", "");
    const zoomOut = h("button", { type: "button", class: "quiet zoom-out", onclick: () => this.zoomBy(1 / ZOOM) }, "−");
    const zoomIn = h("button", { type: "button", class: "quiet zoom-in", onclick: () => this.zoomBy(ZOOM) }, "+");
    const fit = h("button", { type: "button", class: "quiet fit", onclick: () => this.fit() });
    // Buttons of the page's own come before those of the figure.
    const given = [...this.querySelectorAll(":scope > [slot=tools]")];
    const tools = h("div", { class: "tools" }, ...given, zoomOut, zoomIn, fit);
    const foot = h("div", { class: "foot" }, legend, map, tools);
    const stage = h("div", { class: "stage" }, canvas, svg, keys, tip, foot);
    this.append(stage); // so that its size is known

    const measure = canvasMeasure(this);
    const view = createGraphView(svg, { canvas, minimap: map, host: this }, measure, {
      select: (selection) => this.choose(selection),
      toggle: (path) => this.toggleGroup(path),
      rest: (seen) => this.#send("graph-view", { view: seen }),
      room: () => this.#refit(),
    }, signal);
    const walk = createKeyboardWalk(svg, { scene: () => ({ trace: this.plan?.trace ?? null, subject: this.subject }), reveal: view.reveal }, signal);
    const tooltip = createTooltip(this, svg, tip, () => ({ plan: this.plan, cursor: this.#cursor, t: this.#t, full: this.#full }), signal);
    const player = createPlayer({
      cursor: () => this.#cursor,
      last: () => this.plan?.steps.length ?? 0,
      go: (cursor, duration) => this.#go(cursor, null, duration),
      within: () => this.within(),
      onChange: (playing) => {
        this.#parts?.bar.showPlaying(playing, this.#t);
        this.#send("graph-play", { playing });
      },
    }, this.#speed);
    const bar = createPlayBar({
      toggle: player.toggle,
      go: (cursor, animate) => this.goTo(cursor, animate),
      speed: () => this.#speed,
      setSpeed: (speed) => (this.speed = speed),
    });
    bar.element.hidden = !this.hasAttribute("controls");
    bar.clear();
    const layouter = createLayouter(measure, (key, cancel) => this.begin(key, cancel));
    this.append(bar.element);
    this.addEventListener("keydown", (event) => this.press(event), { signal });
    return { life, own: [stage, bar.element], given, svg, keys, legend, zoomOut, zoomIn, fit, view, walk, tooltip, player, bar, layouter, numbers: { asked: false, ready: false } };
  }

  // What is given

  /** The trace that is shown. @returns {Trace | null} */
  get trace() {
    return this.#trace;
  }

  set trace(trace) {
    this.#trace = trace;
    this.#asked += 1;
    if (trace && this.#parts) this.#arrange(trace);
    if (trace) return;
    this.#drawn = null;
    if (!this.#parts) return;
    this.#leave(this.#parts);
    this.#enter();
  }

  get program() {
    return this.#program;
  }

  /** With `compute`: what is computed and then shown. */
  set program(program) {
    this.#program = program;
    if (this.#parts && program) this.#compute();
  }

  /** How many steps are taken. */
  get cursor() {
    return this.#cursor;
  }

  set cursor(cursor) {
    this.#set(cursor, this.#selection, 0);
  }

  get selection() {
    return this.#selection;
  }

  set selection(selection) {
    this.#set(this.#cursor, selection, 0);
  }

  get decorations() {
    return this.#decorations;
  }

  set decorations(decorations) {
    this.#decorations = [...decorations];
    this.#decorate();
  }

  /** Paths of the groups that are open; null: every group that the trace has. @type {string[] | null} */
  get open() {
    return this.#open;
  }

  set open(open) {
    this.#open = open && [...open];
    if (this.#trace && this.#parts) this.#arrange(this.#trace);
  }

  /** Whether numbers are told with all their digits. */
  get full() {
    return this.#full;
  }

  set full(full) {
    this.#full = full;
    this.#tell();
  }

  /** The page's own translations; without them the figure fetches its own. @param {Translate} words */
  set words(words) {
    this.#given = true;
    this.#words = words;
    if (this.#parts) this.#dress();
  }

  // What is asked of it

  get plan() {
    return this.#drawn?.plan ?? null;
  }

  /** Where everything stands that is drawn. @returns {Geometry | null} */
  get geometry() {
    return this.#drawn?.geometry ?? null;
  }

  /** What the reader is at: what is selected, or what the current step computes. @returns {Selection | null} */
  get subject() {
    const step = this.#drawn && activeStep(this.#drawn.plan, this.#cursor);
    return this.#selection ?? (step && { kind: "node", id: step.node });
  }

  /** The node that has the keyboard's focus. @returns {number | null} */
  get focusedNode() {
    const id = document.activeElement?.closest("g.node")?.getAttribute("data-id");
    return id && this.contains(document.activeElement) ? Number(id) : null;
  }

  /** Its controls, which a page may place elsewhere. @returns {HTMLElement | null} */
  get playBar() {
    return this.#parts?.bar.element ?? null;
  }

  /** The name of the picture, where it is one with nothing to press. @returns {string | null} */
  get still() {
    return this.getAttribute("still");
  }

  set still(name) {
    if (name === null) this.removeAttribute("still");
    else this.setAttribute("still", name);
  }

  /** Where the keyboard comes to in the figure. @returns {SVGElement | null} */
  get stop() {
    return this.#parts?.svg.querySelector("[tabindex='0']") ?? null;
  }

  get playing() {
    return this.#parts?.player.playing ?? false;
  }

  get speed() {
    return this.#speed;
  }

  set speed(speed) {
    this.#speed = SPEEDS.find((known) => known === speed) ?? "1";
    this.#parts?.player.setSpeed(this.#speed);
    this.#parts?.bar.showSpeed();
  }

  play() {
    this.#parts?.player.play();
  }

  pause() {
    this.#parts?.player.pause();
  }

  /** Go to a step, as its reader does. @param {number} cursor @param {boolean} [animate] */
  goTo(cursor, animate = false) {
    this.pause();
    this.#go(cursor, null, animate ? this.#parts?.player.travelMs ?? 0 : 0);
  }

  /** Choose a node or an edge, as its reader does: the moment stays the present one. @param {Selection} selection */
  choose(selection) {
    if (this.still !== null) return;
    this.pause();
    this.#go(this.#cursor, selection, 0);
  }

  /** Choose a node or an edge, and go on to a moment of it that is still to come. @param {Selection} selection @param {number} [moment] */
  reach(selection, moment) {
    this.pause();
    if (this.#drawn) this.#go(Math.max(this.#cursor, moment ?? momentOf(this.#drawn.plan, selection)), selection, 0);
  }

  /** Open a group or close it, as its reader does. @param {string} path */
  toggleGroup(path) {
    this.pause();
    if (!this.#send("graph-toggle", { path }) || !this.#trace) return;
    const from = this.#drawn && { plan: this.#drawn.plan, cursor: this.#cursor, path };
    this.#open = toggled(this.#open ?? [], path);
    if (this.compute) this.#compute(from);
    else this.#arrange(this.#trace, from);
  }

  /** All of the graph, however small. */
  fit() {
    this.#parts?.view.fit();
    this.#refit();
  }

  /** @param {number} factor */
  zoomBy(factor) {
    this.#parts?.view.zoomBy(factor);
  }

  /** @param {number} x @param {number} y  in shares of the view */
  panBy(x, y) {
    this.#parts?.view.panBy(x, y);
  }

  /** Bring a node into view. @param {number} id */
  reveal(id) {
    this.#parts?.view.reveal(id);
  }

  /** Give the keyboard's focus to a node, and bring it into view. @param {number} id */
  focusNode(id) {
    this.reveal(id);
    const surface = this.querySelector(`g.node[data-id="${id}"] .hit`);
    if (surface instanceof SVGElement) surface.focus({ preventScroll: true });
  }

  /** Give the keyboard's focus to the switch of a group. @param {string} path */
  focusSwitch(path) {
    this.#parts?.view.focusSwitch(path);
  }

  /** Have Graphviz draw what the reader did not want to wait for. */
  reconsider() {
    this.#parts?.layouter.reconsider();
  }

  /**
   * Where the nodes of a trace stand, with its groups closed and opened already.
   * @param {Trace} trace
   * @param {boolean} [held]  whether they are to stay where they are: it is the same graph with other numbers
   * @returns {Promise<import("./layout/layouter.js").Layout | null>} null: the figure is gone, or was asked for another one
   */
  async layout(trace, held = false) {
    const id = (this.#asked += 1);
    this.#isPlaced = false;
    if (held && this.#drawn) return { geometry: this.#drawn.geometry, isDeclined: false };
    this.#laying += 1;
    const laid = await this.#parts?.layouter.layout(trace, this.#parts.view.room(false));
    this.#laying -= 1;
    return laid && id === this.#asked ? laid : null;
  }

  /**
   * @param {Trace} trace
   * @param {Geometry} geometry  of that trace
   * @param {object} [how]
   * @param {number} [how.cursor]
   * @param {Selection | null} [how.selection]
   * @param {boolean} [how.keepView]  whether a view that a hand has set is left
   * @param {View | null} [how.view]  where a hand left it
   * @param {boolean} [how.isPlaced]  whether it stays there until its reader opens a group: nothing is laid out
   */
  draw(trace, geometry, { cursor = this.#cursor, selection = this.#selection, keepView = true, view = null, isPlaced = this.#isPlaced } = {}) {
    if (isPlaced) this.#trace = trace;
    this.#isPlaced = isPlaced;
    if (!this.#parts || !this.#words) return void (this.#drawn = { plan: planOf(trace), geometry });
    const plan = planOf(trace);
    this.#drawn = { plan, geometry };
    this.#cursor = within(cursor, plan);
    this.#selection = selection && has(plan, selection) ? selection : null;
    const { view: drawing, walk, legend } = this.#parts;
    walk.through(() => drawing.draw(trace, geometry, this.#t, this.#cursor, keepView, view));
    this.#decorate();
    drawLegend(legend, scaleOf(trace), this.#t);
    drawing.select(this.#selection);
    if (this.still !== null) {
      for (const surface of this.querySelectorAll(".hit, .switch")) surface.remove();
      for (const mark of this.querySelectorAll(".active")) mark.classList.remove("active");
    }
    // For CSS: a still figure is as large as its drawing.
    this.style.setProperty("--drawn-width", String(Math.ceil(geometry.width)));
    this.style.setProperty("--drawn-height", String(Math.ceil(geometry.height)));
    this.#tell();
  }

  /** Another program is on its way: the steps of the one that is shown mean nothing any more. */
  leave() {
    this.#parts?.tooltip.hide();
    this.#parts?.bar.clear();
  }

  /** The figure's own keys, while its buttons are shown: of the keyboard in it, or anywhere on a page that hands them on. @param {KeyboardEvent} event */
  press(event) {
    if (!this.hasAttribute("controls") || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : this;
    if (target.matches("input, select") || (event.key === " " && target.matches("button, summary, a"))) return;
    const player = this.#parts?.player;
    if (!player) return;
    /** @type {Record<string, () => void>} */
    const acts = {
      " ": player.toggle, Home: () => this.goTo(0), End: () => this.goTo(Infinity),
      ArrowLeft: () => this.goTo(this.#cursor - 1), ArrowRight: () => this.goTo(this.#cursor + 1, true),
      ",": () => this.goTo(this.#cursor - 1), ".": () => this.goTo(this.#cursor + 1, true),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // How it does it

  /** @returns {Translate} */
  get #t() {
    return this.#words ?? ((key) => key);
  }

  /** @param {string} name @param {unknown} detail @returns {boolean} whether the page leaves it to the figure */
  #send(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
  }

  /** What its reader or its player does. @param {number} cursor @param {Selection | null} selection @param {number} duration */
  #go(cursor, selection, duration) {
    if (!this.#drawn) return;
    this.#set(cursor, selection, duration);
    this.#send("graph-change", { cursor: this.#cursor, selection: this.#selection });
  }

  /** @param {number} cursor @param {Selection | null} selection @param {number} duration  ms that a number travels */
  #set(cursor, selection, duration) {
    const plan = this.plan;
    const before = this.#cursor;
    this.#cursor = plan ? within(cursor, plan) : cursor;
    this.#selection = selection;
    if (!plan || !this.#parts) return;
    if (before !== this.#cursor) this.#parts.view.show(this.#cursor, duration);
    this.#parts.view.select(selection && has(plan, selection) ? selection : null);
    this.#tell();
  }

  /** What is marked; numbers can be moved as soon as what listens to that is there. */
  #decorate() {
    const parts = this.#parts;
    if (!parts) return;
    const { svg, view, life: { signal }, numbers } = parts;
    if (!numbers.asked && this.#decorations.some(({ kind, nodes = [] }) => kind === "draggable" && [...nodes].length)) {
      numbers.asked = true;
      import("./number_gestures.js").then(({ listenToNumbers }) => {
        if (signal.aborted) return;
        listenToNumbers(this, svg, (id) => this.take(id), signal);
        numbers.ready = true;
        this.#decorate();
      }, () => (numbers.asked = false));
    }
    view.decorate(numbers.ready ? this.#decorations : this.#decorations.filter(({ kind }) => kind !== "draggable"));
  }

  /** What stands around the drawing, at the step. */
  #tell() {
    if (!this.#parts || !this.#drawn || !this.#words) return;
    const { walk, tooltip, bar } = this.#parts;
    walk.follow();
    tooltip.refresh();
    const { plan } = this.#drawn;
    bar.show({ steps: plan.steps.length, turn: plan.turn }, this.#cursor, sentence(plan, this.#cursor, this.#t, this.#full), this.#t);
  }

  /** @param {Trace} trace @param {{plan: Plan, cursor: number, path: string} | null} [from]  the reader saw this when a group was switched */
  async #arrange(trace, from = null) {
    const shown = this.#open ? collapse(trace, this.#open, this.openable) : trace;
    const isSame = this.#drawn !== null;
    const laid = await this.layout(shown);
    if (!laid) return;
    const cursor = from ? momentAfter(from, planOf(shown)) : this.#cursor;
    this.draw(shown, laid.geometry, { cursor, keepView: isSame });
    this.#send("graph-drawn", { isDeclined: laid.isDeclined });
  }

  /** Another room may want other rows. */
  async #refit() {
    if (this.#isPlaced) return this.#parts?.view.refit();
    if (this.#refitting) return;
    this.#refitting = true;
    // A layout that is being made is of a newer graph, and of the room as it was.
    do await new Promise(requestAnimationFrame);
    while (this.#laying);
    this.#refitting = false;
    if (!this.#drawn || !this.#parts) return;
    const { trace } = this.#drawn.plan;
    const asked = this.#asked;
    const room = this.#parts.view.room(true);
    const laid = room && (await this.#parts.layouter.layout(trace, room));
    // A newer layout is of the room as it is.
    if (!laid) return;
    // Other numbers or words have come meanwhile: the room still waits for them.
    if (asked !== this.#asked || this.plan?.trace !== trace) this.#refit();
    else if (laid.geometry !== this.#drawn.geometry) this.draw(trace, laid.geometry);
  }

  /** @param {{plan: Plan, cursor: number, path: string} | null} [from] */
  async #compute(from = null) {
    if (!this.compute) return;
    const id = (this.#asked += 1);
    try {
      const trace = await this.compute({ program: this.#program, inputs: this.inputs, expand: expandedBy(this.#open ?? []).filter(this.openable) });
      if (id !== this.#asked) return;
      this.#trace = trace;
      this.removeAttribute("stale");
      await this.#arrange(trace, from);
    } catch (error) {
      if (id !== this.#asked) return;
      this.toggleAttribute("stale", this.#drawn !== null);
      this.#send("graph-problem", { error });
    }
  }

  /** Fetch the figure's own words. */
  async #learn() {
    const language = (this.lang || document.documentElement.lang).startsWith("ko") ? "ko" : "en";
    const id = (this.#learning += 1);
    const catalogue = await loadCatalogue(language).catch(() => ({}));
    if (id !== this.#learning || this.#given) return;
    this.#words = translator(catalogue);
    if (this.#parts) this.#dress();
  }

  /** Everything that is said, in the words that there are now. */
  #dress() {
    if (!this.#parts) return;
    const { svg, keys, zoomOut, zoomIn, fit, bar, player } = this.#parts;
    const t = this.#t;
    svg.setAttribute("aria-label", this.still ?? t("graph.title"));
    svg.setAttribute("role", this.still === null ? "group" : "img");
    keys.textContent = t("graph.keys");
    for (const [button, key] of /** @type {[HTMLElement, string][]} */ ([[zoomOut, "zoom.out"], [zoomIn, "zoom.in"]])) {
      button.setAttribute("aria-label", t(key));
      button.title = t(key);
    }
    fit.textContent = t("zoom.fit");
    fit.title = t("zoom.fit.title");
    bar.showWords(t);
    bar.showPlaying(player.playing, t);
    if (this.#drawn) this.draw(this.#drawn.plan.trace, this.#drawn.geometry);
  }
}

/** @param {number} cursor @param {Plan} plan */
function within(cursor, { steps }) {
  return Math.min(Math.max(cursor, 0), steps.length);
}

customElements.define("gradlens-graph", GradlensGraph);
