/**
 * Where a figure's nodes stand: as Graphviz draws it; by our own layout where the graph is too large, or Graphviz cannot
 * be had. What is long is cut into rows, and each node says as much as there is room for.
 */

import { geometryOf } from "./geometry.js";
import { fromGraphviz, toDot } from "./graphviz.js";
import { isForGraphviz } from "./layout_budget.js";
import { planLayout, stubWidth } from "./layout_plan.js";
import { layoutQueue } from "./layout_queue.js";
import { enough, fitting, leastScale, lettersAt, shareSeen } from "./room.js";

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../node_lines.js").Form} Form */
/** @typedef {import("./geometry.js").Placed} Placed */
/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {{plan: Plan, key: string, placed: Placed}} Line  a graph in one row */
/** @typedef {{line: Line, cuts: number[], scale: number}} Choice */
/** @typedef {{key: string, cuts: string, geometry: Geometry}} Drawn */
/** @typedef {{geometry: Geometry, isDeclined: boolean}} Layout  isDeclined: it is our own because the reader did not want to wait */
/** @typedef {(key: string, cancel: () => void) => () => void} Begin  say what is being done, under a key of the catalogue; the answer says that it is over */

/** Nobody waits for a layout any more: the reader does not want to, or another graph took its place. */
class Declined extends Error {}
class Superseded extends Error {}

const WORDS = { loading: "waiting.graphviz", running: "waiting.layout" };
/** A larger graph is not legible as a whole in any form. */
const MOST_FORMS = 150;
/** Names of nodes, for how wide those at the ends of rows are. */
const MOST_MEASURED = 200;
/** A form stays as long as the picture is no smaller than this share of what it could be. */
const CLOSE = 0.9;
/** A compact node leaves out its value or its gradient: so much more of the graph is to be seen for it. */
const CLEARLY_MORE = 1.25;
/** Rows are thought of where one row, as wide as the room, would have to be so many times as high to fill it; and where nothing smaller is left. */
const EMPTY = 2;

/** @param {Choice} choice */
function lettersOf({ line, scale }) {
  return lettersAt(scale, line.plan.form);
}

/** @param {Plan} plan */
async function ownLayout(plan) {
  return (await import("./layered/layered.js")).layered(plan);
}

/**
 * One figure's layouts: the newest trace is the one that counts.
 * @param {import("./layout_plan.js").Measure} measure
 * @param {Begin} begin
 * @param {Pick<typeof layoutQueue, "isThere" | "join" | "ask">} [queue]
 */
export function createLayouter(measure, begin, queue = layoutQueue) {
  const leave = queue.join();
  /** What was laid out last, by form and by what is tried of it. @type {Map<string, Line>} */
  let lines = new Map();
  /** What is shown. @type {Drawn | null} */
  let last = null;
  /** By form: the nodes before which it was cut. @type {Map<Form, string[]>} */
  const cutBefore = new Map();
  /** Graphs that the reader did not want to wait for. @type {Set<string>} */
  const declined = new Set();
  let running = new AbortController();

  /** @param {Plan} plan @param {string} key @param {AbortController} own */
  async function arrange(plan, key, own) {
    let end = () => {};
    try {
      const drawn = await queue.ask(key, own.signal, (phase) => {
        end();
        end = begin(WORDS[phase], () => own.abort(new Declined()));
      });
      return fromGraphviz(drawn, plan);
    } catch (error) {
      if (error instanceof Declined) declined.add(key);
      else if (!(error instanceof Superseded)) console.warn("Own layout instead of Graphviz:", error);
      return ownLayout(plan);
    } finally {
      end();
    }
  }

  /** @param {Plan} plan @param {string} name  what it is kept under @param {AbortController} own @returns {Promise<Line>} */
  async function lineOf(plan, name, own) {
    const key = toDot(plan);
    const known = lines.get(name);
    if (known?.key === key) return { ...known, plan };
    // What nobody waits for is of no use in another form either.
    const isOwn = !queue.isThere || own.signal.aborted || declined.has(key) || !isForGraphviz(plan);
    const line = { plan, key, placed: isOwn ? await ownLayout(plan) : await arrange(plan, key, own) };
    if (own === running) lines.set(name, line);
    return line;
  }

  /** @param {Trace} trace @param {Form} form @param {Room} room @param {AbortController} own @param {{isDense?: boolean, brevity?: number}} [how] @returns {Promise<Choice>} */
  async function fitted(trace, form, room, own, { isDense = false, brevity } = {}) {
    const plan = planLayout(trace, measure, form, brevity);
    const line = await lineOf(isDense ? { ...plan, isDense } : plan, `${form} ${plan.brevity} ${isDense}`, own);
    const scale = fitting(room, line.placed);
    const isEmpty = room.h / line.placed.height > EMPTY * (room.w / line.placed.width);
    const isSmall = form === "compact" && scale < leastScale(room, form);
    if (scale >= enough(room) || !(isEmpty || isSmall)) return { line, cuts: [], scale };
    const { choose } = await import("./row_choice.js");
    const made = trace.nodes.filter(({ inputs }) => inputs.length).slice(0, MOST_MEASURED);
    const stub = made.reduce((widest, { id }) => Math.max(widest, stubWidth(trace, line.plan, id, measure)), 0);
    return { line, ...choose(trace, line, room, { stub, before: cutBefore.get(form) ?? null }) };
  }

  /** The forms in which the graph may be shown, the one in which most can be read first. @param {Trace} trace @param {Room} room @param {AbortController} own @returns {AsyncGenerator<Choice, void>} */
  async function* choices(trace, room, own) {
    const tall = await fitted(trace, "tall", room, own);
    if (trace.nodes.length > MOST_FORMS || declined.has(tall.line.key)) return void (yield tall);
    const flat = await fitted(trace, "flat", room, own);
    // A form that is there stays; else a gradient's name above its number is easier to read than beside it.
    const isFlat = last?.geometry.form === "flat" ? flat.scale >= CLOSE * tall.scale : tall.scale < CLOSE * flat.scale;
    const best = isFlat ? flat : tall;
    if (best.scale >= leastScale(room, best.line.plan.form)) yield best;
    const least = leastScale(room, "compact");
    const compact = await fitted(trace, "compact", room, own);
    if (compact.scale >= least) yield compact;
    const { closer } = await import("./closer.js");
    let largest = compact;
    for await (const choice of closer(trace, room, { fitted: (how) => fitted(trace, "compact", room, own, how), lineOf: (plan, name) => lineOf(plan, name, own) }, () => largest.scale / least)) {
      if (choice.scale >= least) yield choice;
      if (choice.scale > largest.scale) largest = choice;
    }
    if (room.isWhole) yield [largest, flat, tall].reduce((a, b) => (lettersOf(b) > lettersOf(a) ? b : a));
    else yield isFollowedCompact(tall, compact, room) ? compact : tall;
  }

  /** @param {Trace} trace @param {AbortController} own @returns {AsyncGenerator<Choice, void>} */
  async function* unbounded(trace, own) {
    yield { line: await lineOf(planLayout(trace, measure), "tall", own), cuts: [], scale: 1 };
  }

  /** A part of a graph is shown in the form of which clearly more is seen; one that is there stays. @param {Choice} tall @param {Choice} compact @param {Room} room */
  function isFollowedCompact(tall, compact, room) {
    const seen = (/** @type {Choice} */ { line }) => shareSeen(room, line.placed, line.plan.form);
    const more = last?.geometry.form === "compact" ? 1 : CLEARLY_MORE;
    return seen(compact) >= more * seen(tall);
  }

  /** @param {Trace} trace @param {Choice} choice @param {AbortController} own @returns {Promise<Drawn>} */
  async function drawn(trace, { line: { plan, key, placed }, cuts }, own) {
    if (last?.key === key && last.cuts === String(cuts)) return last;
    const [rows, choice] = cuts.length ? await Promise.all([import("./rows.js"), import("./row_choice.js")]) : [];
    const geometry = rows ? rows.inRows(plan, placed, cuts, (id) => stubWidth(trace, plan, id, measure)) : geometryOf(plan, placed);
    if (own === running) cutBefore.set(plan.form, choice ? choice.nodesAfter(trace, plan, placed, cuts) : []);
    return { key, cuts: String(cuts), geometry };
  }

  return {
    /**
     * @param {Trace} trace
     * @param {Room | null} room  null: it is as large as it becomes
     * @returns {Promise<Layout | null>} with the same geometry while the picture stays the same; null: a newer one was asked for
     */
    async layout(trace, room) {
      running.abort(new Superseded());
      const own = (running = new AbortController());
      /** @type {Drawn | null} */
      let found = null;
      for await (const choice of room ? choices(trace, room, own) : unbounded(trace, own)) {
        found = await drawn(trace, choice, own);
        // How large rows become is known exactly only now.
        if (room && fitting(room, found.geometry) >= leastScale(room, found.geometry.form)) break;
      }
      // A newer one may be there already.
      if (!found || own !== running) return null;
      last = found;
      return { geometry: found.geometry, isDeclined: declined.has(found.key) };
    },
    /** Have Graphviz draw what was declined. */
    reconsider() {
      declined.clear();
      lines = new Map();
      last = null;
    },
    /** The figure goes away. */
    destroy() {
      running.abort(new Superseded());
      leave();
    },
  };
}
