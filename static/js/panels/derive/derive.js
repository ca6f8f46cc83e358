/** Why a rule holds: the derivation at what is chosen in the graph, with the reader's numbers, or of any op by name. */

import { h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { term } from "../../lib/terms.js";
import { translateOr } from "../../lib/i18n.js";
import { isLeaf, nameOf, signOf, useName } from "../../graph/labels.js";
import { bringIntoView, choice, createPanel } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { derivationList } from "./derivation_lines.js";
import { agrees, callOf, isOwn, isWritten, openGroup, subjectOf, within } from "./derive_model.js";
import { drawnProgram, questionOf } from "./derive_request.js";
import { createDerivationSearch } from "./derivation_search.js";
import { createPathSum } from "./path_sum.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("../../service/wire_types.js").Derivation} Derivation */
/** @typedef {import("../../service/wire_types.js").OperandDerivation} Operand */

/** What a link may name as an op. */
const OP = /^\w{1,64}$/;
/** The buttons that speak of the derivation that is shown. */
const OF_A_DERIVATION = "#derive-next, #derive-all, #derive-fused";
/** Of what is chosen there is no other element, operand or line wanted yet. */
const FIRST = { operand: 0, one: false, index: /** @type {number[]} */ ([]), shown: 1 };

/**
 * @param {HTMLElement} place
 * @param {import("../tabs.js").PanelPage} page
 * @returns {import("../tabs.js").Panel}
 */
export function createDerive(place, page) {
  const { fill, say } = createPanel(place);
  /**
   * op: by name, where it is not what is chosen in the graph that is derived; outer: whether it is the opened function around
   * what is chosen; beside: what was chosen when one of them was asked for; topic: of what the rest speaks; operand: whose rule;
   * one, index: whether one element is wanted of an array that could be shown whole, and which; shown: how many lines.
   */
  const settings = settingsOf(page, "derive", { op: "", outer: false, beside: "", topic: "", ...FIRST });
  const opNow = () => (OP.test(settings.now.op) ? settings.now.op : "");
  const paths = createPathSum(page, { redraw: () => draw(), say });
  const search = createDerivationSearch(page, { pick, redraw: () => draw() });
  /** Of what the answer is: the same question is not asked twice. */
  let question = "";
  /** The run that it is about: the program may be written on meanwhile. @type {Record<string, unknown>} */
  let request = {};
  /** What that is about: choices within another one do not count here. */
  let topic = "";
  /** With all elements, and as it is shown. @type {Derivation | null} */
  let whole = null;
  /** @type {Derivation | null} */
  let found = null;
  let failure = () => "";
  let asked = new AbortController();
  /** @type {{trace: import("../../lib/types.js").Trace | null, t: Translate, selection: string, full: boolean} | null} */
  let drawn = null;

  /** What is chosen, as the service calls it; null where that has no rule, as a leaf. */
  function subject() {
    const program = drawnProgram(page);
    const selection = page.selection();
    if (opNow() || !program || !selection) return null;
    const { trace, drawing } = program;
    if (selection.kind === "node" && isLeaf(drawing.nodes[selection.id])) return null;
    const outer = openGroup(trace, drawing, selection);
    const one = settings.now.outer && outer !== null ? { group: outer } : subjectOf(trace, drawing, selection);
    return { trace, outer, one };
  }

  /** Of what the lines of an operand are worth. @param {Derivation} derivation @param {Operand} operand */
  function shapeOf({ node }, { argnum, kind, edge, lines }) {
    const at = subject();
    if (!at || node === null) return [];
    const { nodes, edges } = at.trace;
    if (kind === "local") return nodes[node]?.shape ?? [];
    if (edge !== null) return nodes[edges[edge]?.source]?.shape ?? [];
    const operand = "group" in at.one ? at.trace.groups[at.one.group].operands?.[argnum] : undefined;
    return operand === undefined ? shapeIn(lines.at(-1)?.value ?? null) : nodes[operand].shape;
  }

  /** What is wanted of it. */
  function wanted() {
    const { topic: of, operand, one, index, shown } = settings.now;
    return of === topic ? { operand, one, index, shown } : FIRST;
  }

  /** @param {Partial<typeof FIRST>} changed */
  function want(changed) {
    settings.set({ topic, ...wanted(), ...changed });
  }

  /** Ask what is to be derived, unless that is known. @param {boolean} [anew]  another element is wanted */
  async function ask(anew = false) {
    const at = subject();
    const op = opNow();
    const what = op ? `op ${op}` : at ? JSON.stringify(at.one) : "";
    const key = at ? JSON.stringify([what, questionOf(page)]) : what;
    if (key === question && !anew) return draw();
    if (key !== question) {
      whole = found = null;
      retire();
    }
    question = key;
    request = at ? questionOf(page) : {};
    topic = what;
    failure = () => "";
    asked.abort();
    const own = (asked = new AbortController());
    place.removeAttribute("aria-busy");
    if (!key || hasNoRule()) return draw();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = at ? await derived(at, own.signal) : await page.client.look(`derivations/${op}`);
      if (asked !== own) return;
      found = answer;
    } catch (error) {
      if (error instanceof Superseded || asked !== own) return;
      found = null;
      failure = () => failureText(error, page.words().language, page.words().t);
    }
    place.removeAttribute("aria-busy");
    draw();
    say(found ? tell(found) : failure(), true);
  }

  /** What stands is another derivation's, until the next one comes: its buttons wait for that. */
  function retire() {
    for (const button of place.querySelectorAll(OF_A_DERIVATION)) /** @type {HTMLButtonElement} */ (button).disabled = true;
  }

  /** @param {NonNullable<ReturnType<typeof subject>>} at @param {AbortSignal} signal @returns {Promise<Derivation>} */
  async function derived(at, signal) {
    const all = whole ??= await page.client.ask("derive", { ...request, ...at.one }, signal);
    const one = current(all);
    const shape = one ? shapeOf(all, one) : [];
    if (!one || one.edge === null || !shape.length || (isWritten(shape) && !wanted().one)) return all;
    const index = within(wanted().index, shape);
    const exact = await page.client.ask("derive", { ...request, edge: one.edge, index }, signal);
    return { ...all, derivations: all.derivations.map((each) => exact.derivations.find((part) => part.argnum === each.argnum) ?? each) };
  }

  /** Whether it is a function of the program, which is made of ops that have rules. */
  function hasNoRule() {
    const at = subject();
    return at !== null && "group" in at.one && isOwn(at.trace.groups[at.one.group]);
  }

  /** @param {Derivation} derivation */
  function current({ derivations }) {
    return derivations.find(({ argnum }) => argnum === wanted().operand) ?? derivations[0];
  }

  /** @param {Derivation} derivation */
  function tell(derivation) {
    const { t, language } = page.words();
    const one = current(derivation);
    if (!one) return derivation.note?.[language] ?? t("derive.none");
    if (derivation.node === null) return t("derive.said.op", { op: derivation.op, count: one.lines.length });
    return t("derive.said", { op: derivation.op, operand: operandName(one), count: one.lines.length });
  }

  /** @param {string} name */
  function pick(name) {
    settings.set({ op: name, beside: JSON.stringify(page.selection()) });
    search.forget();
    ask();
  }

  /** @param {number} count  of lines */
  function reveal(count) {
    const lines = found ? current(found)?.lines ?? [] : [];
    const shown = Math.min(count, lines.length);
    want({ shown });
    draw();
    const { language } = page.words();
    say(lines[shown - 1]?.reason[language] ?? "", true);
    bringIntoView(place.querySelector(".lines li:last-child"));
  }

  /** What stands in the formulas, each with its word of the glossary. @param {Derivation} derivation @param {Operand} one @param {Translate} t */
  function symbols({ node }, one, t) {
    const at = subject();
    if (!at || node === null || one.edge === null) return [];
    const { trace } = at;
    const [target, output, operand] = [nameOf(trace.nodes[node]), nameOf(trace.nodes[trace.output]), useName(trace, trace.edges[one.edge])];
    const upstream = `∂${output}/∂${target}`;
    const told = one.kind === "local" ? [[`∂${target}/∂${operand}`, "local"]] : [[upstream, "upstream"], [`${upstream} → ∂${output}/∂${operand}`, "contribution"]];
    return [h("p", { class: "note symbols" }, ...told.map(([symbol, id]) => h("span", { class: "symbol" }, h("b", {}, symbol), " ", term(id, t(`glossary.${id}.words`).split("|")[0]))))];
  }

  /** What is derived, in words. @param {Derivation} derivation @param {Translate} t */
  function heading(derivation, t) {
    const at = subject();
    if (!at || derivation.node === null) return h("h3", {}, derivation.op);
    return h("h3", {}, t("derive.at", { op: translateOr(t, `op.${derivation.op}`, {}, signOf(derivation.op)), name: nameOf(at.trace.nodes[derivation.node]) }));
  }

  /** @param {Derivation} derivation @param {Operand} one @param {Translate} t */
  function askings(derivation, one, t) {
    const parts = [];
    if (derivation.derivations.length > 1) {
      parts.push(choice("derive-operand", t("derive.operand"), derivation.derivations.map((each) => [String(each.argnum), operandName(each)]), String(one.argnum), (value) => {
        want({ ...FIRST, operand: Number(value) });
        ask(true);
      }));
    }
    const shape = derivation.node === null ? [] : shapeOf(derivation, one);
    if (!shape.length) return parts;
    if (one.edge === null) return isWritten(shape) ? parts : [...parts, h("p", { class: "note" }, t("derive.no.index"))];
    const only = !isWritten(shape);
    const { one: isOne, index } = wanted();
    if (!only) {
      parts.push(choice("derive-of", t("derive.of"), [["all", t("derive.of.all")], ["one", t("derive.of.one")]], isOne ? "one" : "all", (value) => {
        want({ one: value === "one" });
        ask(true);
      }));
    }
    if (!only && !isOne) return parts;
    const fields = shape.map((size, axis) => {
      const field = h("input", { type: "number", id: `derive-index-${axis}`, min: 0, max: size - 1, value: within(index, shape)[axis], "aria-label": t("derive.index", { axis, last: size - 1 }) });
      field.addEventListener("change", () => {
        want({ index: within(shape.map((_, i) => (i === axis ? Number(field.value) : wanted().index[i])), shape) });
        ask(true);
      });
      return field;
    });
    parts.push(h("div", { class: "indices", role: "group", "aria-label": t("derive.of.one") }, h("span", {}, t("derive.element")), "[", ...fields, "]"));
    return parts;
  }

  /** With the name that it has in the reader's program, numbered as in the formulas where one value is used twice. @param {Operand} one */
  function operandName(one) {
    const at = subject();
    if (!at || one.edge === null) return one.input;
    const name = useName(at.trace, at.trace.edges[one.edge]);
    return name !== one.input ? `${name} (${one.input})` : one.input;
  }

  /** @param {Derivation} derivation @param {Translate} t @returns {(Node | string)[]} */
  function steps(derivation, t) {
    const { language } = page.words();
    const one = current(derivation);
    if (!one) return [heading(derivation, t), h("p", { class: "note" }, derivation.note?.[language] ?? t("derive.none"))];
    const at = derivation.node === null ? null : subject();
    const shape = shapeOf(derivation, one);
    const wantsOne = shape.length > 0 && one.edge !== null && (wanted().one || !isWritten(shape));
    const shown = Math.max(wanted().shown, 1);
    const left = Math.max(one.lines.length - shown, 0);
    const rule = one.lines.at(-1)?.value ?? null;
    const differing = at && left === 0 ? one.lines.filter((line) => agrees(line, rule) === false).length : 0;
    const known = one.lines.filter((line) => agrees(line, rule)).length;
    return [
      heading(derivation, t),
      h("p", { class: "note" }, t(at ? "derive.kind." + one.kind : "derive.without", { operand: operandName(one) })),
      ...symbols(derivation, one, t),
      ...(askings(derivation, one, t).length ? [h("div", { class: "asking" }, ...askings(derivation, one, t))] : []),
      derivationList(one, { trace: at ? at.trace : null, shape: wantsOne ? [] : shape, shown, full: page.scene().full, language, t }),
      ...(at && left === 0 && known > 1 ? [h("p", { class: differing ? "summary differs" : "summary same" }, t(differing ? "derive.summary.differ" : "derive.summary", { count: known }))] : []),
      h("div", { class: "acts" },
        h("button", { type: "button", id: "derive-next", disabled: left === 0, onclick: () => reveal(shown + 1) }, t("derive.next", { step: Math.min(shown + 1, one.lines.length), all: one.lines.length })),
        h("button", { type: "button", id: "derive-all", onclick: () => (left ? reveal(Infinity) : reveal(1)) }, t(left ? "derive.all" : "derive.first"))),
    ];
  }

  /** The dialog that sets a function beside its definition, where there is one. @param {Translate} t */
  function fused(t) {
    const at = subject();
    if (!at || !found) return [];
    const call = callOf(at.trace, at.one);
    if (!page.ops().get(call.name)?.definition) return [];
    const use = { ...call, trace: at.trace, request };
    return [h("p", { class: "acts" }, h("button", { type: "button", id: "derive-fused", onclick: () => compare(use) }, t("fused.open", { name: call.name })))];
  }

  /** @param {import("./fused.js").Use} use */
  async function compare(use) {
    const module = await import("./fused.js").catch(() => null);
    if (module) await module.showFused(page, use);
    else page.onFailure(() => compare(use));
  }

  /** From a part to the function that was opened, and back. @param {Translate} t */
  function outside(t) {
    const at = subject();
    if (!at || at.outer === null) return [];
    const name = at.trace.groups[at.outer].name;
    const { outer } = settings.now;
    const act = () => {
      settings.set({ outer: !outer, beside: JSON.stringify(page.selection()) });
      ask();
    };
    return [h("p", { class: "acts" }, h("button", { type: "button", id: "derive-outer", "aria-pressed": String(outer), onclick: act }, t("derive.outer", { name })))];
  }

  function draw() {
    const { t } = page.words();
    drawn = { trace: page.plan()?.trace ?? null, t, selection: JSON.stringify(page.selection()), full: page.scene().full };
    const op = opNow();
    const isNothing = !op && !subject();
    const fault = failure();
    fill(
      h("h2", {}, t("derive.title")), h("p", { class: "about" }, t("derive.about")), ...search.content(op, t),
      ...(isNothing ? search.offers(t) : hasNoRule() ? [h("p", { class: "note" }, t("derive.own"))] : found ? steps(found, t) : fault ? [h("p", { class: "fault" }, fault), ...search.offers(t)] : [h("p", { class: "note" }, t("derive.computing"))]),
      ...(isNothing ? [] : [...outside(t), ...fused(t)]),
      ...paths.content(t));
  }

  /** @param {boolean} isOpened */
  function refresh(isOpened) {
    const { t } = page.words();
    const trace = page.plan()?.trace ?? null;
    const selection = JSON.stringify(page.selection());
    paths.mark();
    if (!trace && !isOpened) return; // until another program stands, this one does
    const isBrought = [settings, paths].map((one) => one.arrived()).includes(true);
    if (!isOpened && !isBrought && drawn?.trace === trace && drawn.t === t && drawn.selection === selection && drawn.full === page.scene().full) return;
    const { op, outer, beside } = settings.now;
    // What is chosen after it takes its place.
    if ((op || outer) && page.selection() && selection !== beside) {
      settings.set({ op: "", outer: false });
      search.forget();
    }
    ask(isBrought);
    paths.follow();
  }

  return {
    show: () => refresh(false),
    opened() {
      search.load();
      refresh(true);
    },
    left: paths.forget,
    seek: pick,
  };
}

/** @param {import("../../lib/types.js").Wire} value @returns {number[]} */
function shapeIn(value) {
  return Array.isArray(value) ? [value.length, ...shapeIn(value[0] ?? null)] : [];
}
