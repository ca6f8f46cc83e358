/** A reader's own gradients: which is the first that is wrong, what mistake makes it so, and where. */

import { h } from "../../lib/dom.js";
import { Problem, Superseded } from "../../service/failures.js";
import { number, shapeText } from "../../lib/format.js";
import { translateOr } from "../../lib/i18n.js";
import { nameOf } from "../../graph/labels.js";
import { gradientOf } from "../../graph/meaning/gradient_sizes.js";
import { createPanel, isSameWork, namedNodes, placed } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { claimsIn, requestOf, splitObject } from "./claims.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("./claims.js").Kind} Kind */
/** @typedef {import("../../service/wire_types.js").Diagnosed} Diagnosed */
/** @typedef {import("../../service/wire_types.js").CheckedClaim} CheckedClaim */

/** @type {Record<CheckedClaim["verdict"], string>} */
const SIGNS = { right: "✓", rounding: "✓", wrong: "✗", follows: "↳" };
/** @type {Record<import("../../service/wire_types.js").CodeLine["verdict"], string>} */
const CODE_SIGNS = { right: "✓", fragile: "△", wrong: "✗", follows: "↳", unjudged: "·" };
/** Fields at a time: nobody derives more by hand. */
const MOST_FIELDS = 100;

/**
 * @param {HTMLElement} place
 * @param {import("../tabs.js").PanelPage} page
 * @returns {import("../tabs.js").Panel}
 */
export function createDiagnose(place, page) {
  const { fill, say } = createPanel(place);
  /** What is written outlives errors, other programs and other languages. */
  const settings = settingsOf(page, "diagnose", { kind: "gradients", gradients: {}, values: {}, text: "", hides: false });
  /** @type {Diagnosed | null} */
  let answer = null;
  /** Whose text could not be read. @type {string | null} */
  let fault = null;
  /** What is wrong with the question as a whole. */
  let failure = () => "";
  let asked = new AbortController();
  /** Whether the answer is told whole, or what to look at first. */
  let isTold = false;
  /** Whether the backward half that was judged stands in the program. */
  let isInProgram = false;
  /** @type {{work: import("../../lib/types.js").Work, trace: import("../../lib/types.js").Trace | null, data: string, t: Translate} | null} */
  let drawn = null;

  /** @returns {Kind} */
  const kindNow = () => (settings.now.kind === "values" ? "values" : "gradients");
  /** @returns {Map<string, string>} what is claimed, by name */
  const claimed = () => claimsIn(settings.now)[kindNow()];
  /** @param {Map<string, string>} claims */
  const claim = (claims) => settings.set({ [kindNow()]: Object.fromEntries(claims) });

  /** Names of the inputs whose gradients are not asked for: data, of which nothing is claimed. */
  function unasked() {
    const plan = page.plan();
    return plan && kindNow() === "gradients" ? [...page.data(plan.trace)].filter((name) => !claimed().has(name)) : [];
  }

  /** @returns {TraceNode[]} in the order of the pass that they belong to */
  function rows() {
    const plan = page.plan();
    if (!plan) return [];
    const named = namedNodes(plan.trace);
    if (kindNow() === "values") return named.filter(({ op }) => op !== "input");
    const data = new Set(unasked());
    return named.filter(({ differentiable, id, name }) => differentiable && id !== plan.trace.output && !data.has(name ?? "")).reverse();
  }

  /** The lines of the program that are a backward half, as the service tells them; "" where none are. */
  function halfLines() {
    const told = page.plan()?.trace.warnings.find(({ kind }) => kind === "backward-half");
    return told ? String(told.params.lines) : "";
  }

  /** @param {boolean} [ofProgram]  whether the backward half in the program is asked about, whatever is written here */
  async function run(ofProgram = false) {
    const { t } = page.words();
    const plan = page.plan();
    if (!plan) return say(t("diagnose.no.program"));
    // Where nothing is claimed, a backward half is looked for in the program.
    const written = requestOf(claimsIn(settings.now), new Set(namedNodes(plan.trace).map(({ name }) => name ?? "")));
    const request = (!ofProgram && written) || {};
    isInProgram = Object.keys(request).length === 0;
    asked.abort();
    const own = (asked = new AbortController());
    answer = fault = null;
    isTold = false;
    failure = () => "";
    say(t("diagnose.running"));
    place.setAttribute("aria-busy", "true");
    try {
      answer = await page.client.ask("diagnose", { ...page.work(), claims: request }, own.signal);
      say(page.words().t(answer.ok ? "diagnose.ok" : answer.code ? "diagnose.line.first" : "diagnose.wrong", { name: answer.first_wrong?.name ?? "", line: answer.code?.wrong?.line ?? 0 }), true);
    } catch (error) {
      if (error instanceof Superseded) return;
      if (error instanceof Problem && error.kind === "no-claims") {
        place.removeAttribute("aria-busy");
        return say(page.words().t("diagnose.nothing"));
      }
      failure = () => failureText(error, page.words().language, page.words().t);
      if (error instanceof Problem && typeof error.params.name === "string") fault = error.params.name;
      say(failure(), true);
    }
    place.removeAttribute("aria-busy");
    draw();
    underline();
    // The button may be a long list below.
    place.querySelector("[aria-invalid=true], .answer")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {TraceNode} node @param {Translate} t */
  function row(node, t) {
    const name = node.name ?? "";
    const isArray = node.shape.length > 0;
    const kind = kindNow();
    const id = `claim-${kind}-${node.id}`;
    const isFaulty = fault === name && claimed().has(name);
    const common = {
      id, spellcheck: false, autocomplete: "off", "aria-label": t(`diagnose.field.${kind}`, { name }),
      "aria-invalid": String(isFaulty), ...(isFaulty && { "aria-describedby": `${id}-fault` }),
    };
    const field = isArray ? h("textarea", { ...common, rows: 2 }) : h("input", common);
    field.value = claimed().get(name) ?? "";
    field.addEventListener("input", () => {
      claim(claimed().set(name, field.value));
      forget();
    });
    field.addEventListener("paste", (event) => spread(/** @type {ClipboardEvent} */ (event)));
    field.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent && event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    });
    const checked = answer?.checked.find((one) => one.name === name && `${one.kind}s` === kind);
    const verdict = checked ? verdictText(checked, node.shape, t) : "";
    const isFirst = answer?.first_wrong?.name === name && `${answer.first_wrong.kind}s` === kind;
    return h("li", { "data-node": node.id, "data-verdict": checked?.verdict ?? "", class: isFirst ? "first" : "" },
      h("label", { for: id }, h("b", {}, kind === "gradients" ? `∂${outputName()}/∂${name}` : name), isArray ? h("small", {}, ` ${shapeText(node.shape)}`) : ""),
      field, h("span", { class: "verdict" }, verdict),
      isFaulty ? h("p", { class: "fault", id: `${id}-fault` }, failure()) : "");
  }

  /** Whether the field that is at fault is there to say so. */
  function isFaultShown() {
    return fault !== null && claimed().has(fault) && rows().some(({ name }) => name === fault);
  }

  function outputName() {
    const plan = page.plan();
    return plan?.trace.nodes[plan.trace.output].name ?? "L";
  }

  /** An answer that is still to come is none to what is there now. */
  function withdraw() {
    asked.abort();
    place.removeAttribute("aria-busy");
    say("");
  }

  /** The numbers are others than those that were judged. */
  function forget() {
    withdraw();
    if (!answer && !failure()) return;
    answer = fault = null;
    failure = () => "";
    page.explain?.(null);
    mark();
    for (const said of place.querySelectorAll(".verdict, .fault, .answer")) said.textContent = "";
    for (const item of place.querySelectorAll("li[data-verdict]")) {
      item.removeAttribute("data-verdict");
      item.classList.remove("first");
    }
    for (const field of place.querySelectorAll("[aria-invalid=true]")) field.removeAttribute("aria-invalid");
  }

  /** A whole object at once: each of its values goes to the field of its name. @param {ClipboardEvent} event */
  function spread(event) {
    const found = splitObject(event.clipboardData?.getData("text/plain") ?? "");
    if (!found) return;
    event.preventDefault();
    const names = new Set(rows().map(({ name }) => name));
    const [known, unknown] = [[...found.keys()].filter((name) => names.has(name)), [...found.keys()].filter((name) => !names.has(name))];
    claim(new Map([...claimed(), ...known.map((name) => /** @type {[string, string]} */ ([name, found.get(name) ?? ""]))]));
    forget();
    draw();
    const { t } = page.words();
    say(t("diagnose.spread", { count: known.length }) + (unknown.length ? ` ${t("diagnose.spread.unknown", { names: unknown.join(", ") })}` : ""));
  }

  /** Everything at once, as it was printed. @param {Translate} t */
  function box(t) {
    const field = h("textarea", { id: "claims-text", rows: 4, spellcheck: false, autocomplete: "off", placeholder: t("diagnose.box.example") });
    field.value = settings.now.text;
    field.addEventListener("input", () => {
      settings.set({ text: field.value });
      forget();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    });
    return h("div", { class: "box" }, h("label", { for: "claims-text" }, t("diagnose.box")), field);
  }

  /** Who derives by hand may not want to see what is right. @param {Translate} t */
  function hiding(t) {
    const button = h("input", { type: "checkbox", id: "claims-hide", checked: settings.now.hides });
    button.addEventListener("change", () => {
      settings.set({ hides: button.checked });
      page.veil(button.checked);
    });
    return h("label", { class: "hiding" }, button, t("diagnose.hide"));
  }

  /** What to look at, before it is told. @param {Translate} t */
  function tellButton(t) {
    const tell = () => {
      isTold = true;
      draw();
      underline();
      place.querySelector(".answer")?.scrollIntoView({ block: "nearest" });
    };
    return h("button", { type: "button", id: "diagnose-tell", onclick: tell }, t("diagnose.tell"));
  }

  /** @param {Translate} t */
  function form(t) {
    const kinds = /** @type {Kind[]} */ (["gradients", "values"]).map((one) => {
      const button = h("input", { type: "radio", name: "claim-kind", id: `claim-kind-${one}`, checked: kindNow() === one });
      button.addEventListener("change", () => {
        settings.set({ kind: one });
        draw();
      });
      return h("label", {}, button, t(`diagnose.kind.${one}`));
    });
    const all = rows();
    const shown = all.slice(0, MOST_FIELDS);
    const lines = halfLines();
    const data = unasked();
    const made = h("form", { novalidate: true },
      lines ? h("div", { class: "half" }, h("span", {}, t("diagnose.half", { lines })),
        h("button", { type: "button", id: "diagnose-half", class: "primary", onclick: () => run(true) }, t("diagnose.half.run"))) : "",
      box(t),
      h("fieldset", { class: "kinds" }, h("legend", {}, t("diagnose.kind")), ...kinds),
      h("ul", { class: "claims" }, ...shown.map((node) => row(node, t))),
      data.length ? h("p", { class: "note" }, t("diagnose.data", { names: data.join(", ") }), ...(page.canMark ? [" ", t("data.change")] : [])) : "",
      all.length > shown.length ? h("p", { class: "note" }, t("diagnose.cut", { shown: shown.length, all: all.length })) : "",
      all.length ? "" : h("p", { class: "note" }, t(page.plan() ? "diagnose.no.names" : "diagnose.no.program")),
      h("div", { class: "acts" },
        h("button", { type: "submit", id: "diagnose-run", class: "primary" }, t("diagnose.run")),
        h("button", { type: "button", id: "diagnose-clear", onclick: () => {
          claim(new Map());
          settings.set({ text: "" });
          forget();
          draw();
          say(t("diagnose.cleared"));
        } }, t("diagnose.clear"))),
      hiding(t));
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    return made;
  }

  /** The first wrong line, in the editor: by its mistake's name, until more is asked for. */
  function underline() {
    const wrong = isInProgram ? answer?.code?.wrong : null;
    const { t } = page.words();
    const message = answer && (isTold || !answer.diagnosis ? explanation(answer, t) : t(`diagnose.name.${answer.diagnosis}`));
    if (message && wrong) page.remark([{ span: wrong.span, message, severity: "error" }]);
  }

  /** A backward half, line by line: what is wrong, and what was meant. @param {Diagnosed} found @param {NonNullable<Diagnosed["code"]>} code @param {Translate} t */
  function codeView(found, { lines, wrong, right_text: meant }, t) {
    const rows = lines.map((line) => h("li", { "data-verdict": line.verdict, class: wrong?.line === line.line ? "first" : "" },
      h("span", { class: "line" }, String(line.line)), h("code", {}, line.text),
      h("span", { class: "verdict" }, `${CODE_SIGNS[line.verdict]} ${t(`diagnose.line.${line.verdict}`)}`)));
    return h("div", { class: `answer ${found.ok ? "ok" : "wrong"}` },
      h("h3", {}, wrong ? `✗ ${t("diagnose.line.first", { line: wrong.line })}` : `✓ ${t("diagnose.ok")}`),
      found.diagnosis ? h("p", { class: "mistake" }, h("b", {}, t(`diagnose.name.${found.diagnosis}`))) : "",
      ...(wrong && !isTold ? [tellButton(t)] : [h("p", {}, ...worded(explanation(found, t)))]),
      meant && isTold ? h("pre", { class: "meant" }, meant) : "",
      h("ul", { class: "lines" }, ...rows));
  }

  /** @param {Diagnosed} found @param {Translate} t */
  function answerView(found, t) {
    if (found.code) return codeView(found, found.code, t);
    if (found.ok) return h("div", { class: "answer ok" }, h("h3", {}, `✓ ${t("diagnose.ok")}`), found.explanation ? h("p", {}, ...worded(explanation(found, t))) : "");
    const others = found.alternatives.map((one, i) => h("li", {}, h("b", {}, t(`diagnose.name.${one.diagnosis}`)), h("p", {}, ...worded(explanation(one, t))), ...goButton(one, i + 1, t)));
    if (!isTold) {
      const right = found.checked.filter(({ verdict }) => SIGNS[verdict] === SIGNS.right).length;
      return h("div", { class: "answer wrong" },
        h("h3", {}, `✗ ${t("diagnose.wrong", { name: found.first_wrong?.name ?? "" })}`),
        right ? h("p", {}, t("diagnose.partly", { right, all: found.checked.length })) : "",
        h("p", { class: "mistake" }, t("diagnose.hint"), " ", h("b", {}, t(`diagnose.name.${found.diagnosis}`))), tellButton(t));
    }
    return h("div", { class: "answer wrong" },
      h("h3", {}, `✗ ${t("diagnose.wrong", { name: found.first_wrong?.name ?? "" })}`),
      h("p", { class: "mistake" }, h("b", {}, t(`diagnose.name.${found.diagnosis}`))),
      h("p", {}, ...worded(explanation(found, t))),
      ...goButton(found, 0, t),
      found.diagnosis === "unknown" ? h("p", { class: "note" }, t(found.complete ? "diagnose.tried" : "diagnose.tried.some", { count: found.tried })) : "",
      others.length ? h("details", { id: "diagnose-others" }, h("summary", {}, t("diagnose.others", { count: others.length })), h("ul", {}, ...others)) : "");
  }

  /** @param {Pick<Diagnosed, "sentence" | "explanation" | "params">} diagnosis @param {Translate} t */
  function explanation({ explanation: english, sentence, params }, t) {
    if (page.words().language === "en") return english ?? "";
    return translateOr(t, `diagnosis.${sentence}`, params, english ?? "");
  }

  /** Where a mistake is in what is drawn: at an edge, or else at the first that is wrong. @param {Pick<Diagnosed, "edge">} diagnosis @returns {Selection | null} */
  function placeOf(diagnosis) {
    const edge = diagnosis.edge === null ? null : page.placeOf(diagnosis.edge);
    const node = page.plan()?.trace.nodes.find(({ name }) => name === answer?.first_wrong?.name);
    return edge ?? (node ? { kind: "node", id: node.id } : null);
  }

  /** How every node stands, and the place of the mistake, in the figure. */
  function mark() {
    const at = answer && !answer.ok ? placeOf(answer) : null;
    const { nodes, notes } = standings();
    page.decorate("right", nodes.right.length ? { nodes: nodes.right, notes } : null);
    page.decorate("wrong", at || nodes.wrong.length ? { nodes: [...nodes.wrong, ...(at?.kind === "node" ? [at.id] : [])], edges: at?.kind === "edge" ? [at.id] : [] } : null);
    page.decorate("unknown", nodes.unknown.length ? { nodes: nodes.unknown, notes } : null);
    page.decorate("non-finite", nodes["non-finite"].length ? { nodes: nodes["non-finite"], notes } : null);
  }

  /** By how it stands, the nodes; and a word for each of them. */
  function standings() {
    /** @type {Record<"right" | "wrong" | "unknown" | "non-finite", number[]>} */
    const nodes = { right: [], wrong: [], unknown: [], "non-finite": [] };
    /** @type {Record<number, string>} */
    const notes = {};
    const trace = page.plan()?.trace;
    if (!answer || answer.code || !trace) return { nodes, notes };
    const { t } = page.words();
    const verdicts = new Map(answer.checked.map(({ name, verdict }) => [name, verdict]));
    for (const { id } of trace.nodes.filter(({ op, differentiable }) => op !== "constant" && differentiable)) {
      const verdict = verdicts.get(trace.nodes[id].name ?? "");
      const standing = verdict ? (verdict === "right" || verdict === "rounding" ? "right" : "wrong") : gradientOf(trace.nodes[id]).every(Number.isFinite) ? "unknown" : "non-finite";
      nodes[standing].push(id);
      notes[id] = verdict ? `${SIGNS[verdict]} ${t(`diagnose.verdict.${verdict}`)}` : standing === "unknown" ? "?" : "NaN";
    }
    return { nodes, notes };
  }

  /** The panel is left: what it has marked goes. */
  function unmark() {
    for (const kind of /** @type {const} */ (["right", "wrong", "unknown", "non-finite"])) page.decorate(kind, null);
  }

  /** @param {Pick<Diagnosed, "edge">} diagnosis @param {number} place  among those that are told @param {Translate} t */
  function goButton(diagnosis, place, t) {
    const { trace } = page.plan() ?? {};
    const to = placeOf(diagnosis);
    if (!to || !trace) return [];
    const { source, target } = to.kind === "edge" ? trace.edges[to.id] : { source: 0, target: 0 };
    const text = to.kind === "edge"
      ? t("diagnose.go.edge", { source: nameOf(trace.nodes[source]), target: nameOf(trace.nodes[target]) })
      : t("diagnose.go.node", { name: nameOf(trace.nodes[to.id]) });
    return [h("button", { type: "button", id: `diagnose-go-${place}`, [`data-${to.kind}`]: to.id, onclick: () => page.choose(to) }, text)];
  }

  function draw() {
    const { t } = page.words();
    mark();
    page.explain?.(answer?.diagnosis ?? null);
    fill(
      h("h2", {}, t("diagnose.title")), h("p", { class: "about" }, t("diagnose.about")),
      ...(failure() && !isFaultShown() ? [h("p", { class: "fault answer" }, failure())] : []),
      ...(answer ? [answerView(answer, t)] : []), form(t),
    );
  }

  function show() {
    const { t } = page.words();
    const trace = page.plan()?.trace ?? null;
    // Until another program stands, the fields of the one before do.
    const isBrought = settings.arrived();
    const data = trace ? [...page.data(trace)].join() : "";
    if (drawn && !isBrought && (!trace || (drawn.trace === trace && drawn.data === data && drawn.t === t))) return;
    if (drawn && drawn.t !== t) say("");
    if (drawn && (isBrought || !isSameWork(drawn.work, page.work()))) {
      withdraw();
      answer = fault = null;
      failure = () => "";
    }
    drawn = { work: page.work(), trace, data, t };
    draw();
  }

  return {
    show,
    opened() {
      page.veil(settings.now.hides);
      mark();
      show();
    },
    left: unmark,
  };
}

/**
 * How a claim stands, and where it is wrong how far it is off: by its shape, or by so much of the number itself where that can be said.
 * @param {Pick<CheckedClaim, "name" | "verdict" | "relative_error" | "worst_index" | "shape">} checked
 * @param {number[]} wanted  the node's shape
 * @param {Translate} t
 */
export function verdictText({ name, verdict, relative_error, worst_index, shape }, wanted, t) {
  const said = [`${SIGNS[verdict]} ${t(`diagnose.verdict.${verdict}`)}`];
  if (verdict === "wrong" && shape.join() !== wanted.join()) said.push(t("diagnose.shape", { claimed: shapeText(shape) || "()", right: shapeText(wanted) || "()" }));
  else if (verdict === "wrong") {
    if (typeof relative_error === "number") said.push(t("diagnose.off", { error: number(relative_error) }));
    if (worst_index.length) said.push(placed(name, worst_index));
  }
  return said.join(" · ");
}

/** A sentence in which what stands between ` and ` is code. @param {string} sentence */
function worded(sentence) {
  return sentence.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}
