/** A derivation as a list: each line's reason, its formula, the reader's numbers in it, and what it comes to. */

import { h } from "../../lib/dom.js";
import { fillNumbers, latexValue, number, shapeText } from "../../lib/format.js";
import { formula } from "../../lib/formula.js";
import { agrees } from "./derive_model.js";

/** @typedef {import("../../lib/types.js").Wire} Wire */
/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../service/wire_types.js").DerivationLine} Line */
/** @typedef {import("../../service/wire_types.js").OperandDerivation} Operand */
/**
 * @typedef {object} Looks
 * @property {import("../../lib/types.js").Trace | null} trace  of the service, whose numbers stand in the lines; null without a program
 * @property {number[]} shape  of what a line is worth; [] where it is one element
 * @property {number} shown  how many lines
 * @property {boolean} full  full precision
 * @property {"en" | "ko"} language
 * @property {Translate} t
 */

/** @param {Operand} operand @param {Looks} looks */
export function derivationList({ lines, kind }, looks) {
  const rule = lines.at(-1)?.value ?? null;
  const items = lines.slice(0, looks.shown).map((line, i) => h("li", {}, ...lineContent(line, i, rule, kind, looks)));
  return h("ol", { class: "lines" }, ...items);
}

/** @param {Line} line @param {number} i @param {Wire} rule @param {Operand["kind"]} kind @param {Looks} looks */
function lineContent(line, i, rule, kind, { trace, shape, full, language, t }) {
  const formulas = [`${i ? "= " : ""}${line.latex}`];
  const numbers = trace && line.template ? fillNumbers(line.template, trace, full) : null;
  // No formula repeats the one above it, or the value beneath.
  const known = [line.latex, latexValue(line.value, shape, full) ?? ""].map(bare);
  if (numbers !== null && !known.includes(bare(numbers))) formulas.push(`= ${numbers}`);
  const content = [
    h("p", { class: "reason" }, h("span", { class: "step", "aria-hidden": true }, String(i + 1)), " ", h("span", {}, line.reason[language])),
    ...formulas.map((latex) => formula(latex, { display: true })),
  ];
  if (trace) content.push(worth(line, rule, shape, kind, full, t));
  return content;
}

/** What a line comes to, and whether that is what the rule gives. @param {Line} line @param {Wire} rule @param {number[]} shape @param {Operand["kind"]} kind @param {boolean} full @param {Translate} t */
function worth(line, rule, shape, kind, full, t) {
  if (line.value === null) return h("p", { class: "worth none" }, t(line.summary ? "derive.elided" : "derive.uncomputed"));
  const same = agrees(line, rule);
  const sign = same ? "✓" : "✗";
  const verdict = same === null ? "" : h("span", { class: same ? "same" : "differs" }, h("span", { "aria-hidden": true }, `${sign} `), t(same ? "derive.same" : line.exact ? "derive.differs" : "derive.differs.step"));
  const about = line.exact ? "" : h("span", { class: "how" }, t("derive.step.small"));
  const latex = shape.length ? latexValue(line.value, shape, full) : null;
  const value = shape.length ? (latex ? formula(`= ${latex}`, { display: true }) : h("span", {}, shapeText(shape))) : h("b", { class: "figure" }, equalTo(number(line.value, full)));
  return h("div", { class: "worth", "data-kind": kind }, value, h("p", {}, about, verdict));
}

/** A formula without what does not change how it reads. @param {string} latex */
function bare(latex) {
  return latex.replace(/[{}\s]/g, "");
}

/** @param {string} text */
export function equalTo(text) {
  return text.startsWith("≈") ? `≈ ${text.slice(1)}` : `= ${text}`;
}
