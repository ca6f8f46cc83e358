/** What went wrong, in the reader's language: under the editor, and as squiggles in it. */

import { find, h } from "./dom.js";
import { translateOr } from "./i18n.js";

/** @typedef {import("./types.js").Translate} Translate */
/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {import("./types.js").Warning} Warning */
/** @typedef {{span: import("./types.js").Span | null, message: string, severity: "error" | "warning"}} Remark */

/**
 * A problem in words. The service writes English; Korean has a sentence for each kind in its catalogue.
 * @param {Problem} problem
 * @param {"ko" | "en"} language
 * @param {Translate} t
 * @returns {{title: string, detail: string}}
 */
function problemText({ kind, title, message, params }, language, t) {
  if (language === "en") return { title, detail: message };
  const sentence = translateOr(t, `problem.${kind}`, params, "");
  if (!sentence) return { title: t("problem.title"), detail: message };
  const hint = "suggestion" in params ? ` ${t("problem.suggestion", params)}` : "";
  return { title: translateOr(t, `problem.${kind}.title`, {}, t("problem.title")), detail: sentence + hint };
}

/**
 * @param {Warning} warning
 * @param {"ko" | "en"} language
 * @param {Translate} t
 */
export function warningText({ kind, message, params }, language, t) {
  return language === "en" ? message : translateOr(t, `warning.${kind}`, params, message);
}

/**
 * @param {() => void} onRetry
 * @param {(name: string) => void} onGive  a name without a value is to have one
 */
export function createProblemPanel(onRetry, onGive) {
  const panel = find("#problem", HTMLElement);
  const warnings = find("#warnings", HTMLElement);
  /** @param {Problem} problem @param {Translate} t */
  function remedy({ kind, params }, t) {
    const name = String(params.name);
    return kind === "unknown-name" ? h("button", { type: "button", onclick: () => onGive(name) }, t("problem.give", { name })) : "";
  }

  return {
    /**
     * @param {Problem} problem
     * @param {"ko" | "en"} language
     * @param {Translate} t
     * @returns {Remark[]} the same for the editor
     */
    showProblem(problem, language, t) {
      const { title, detail } = problemText(problem, language, t);
      const { span } = problem;
      const place = span ? h("p", { class: "place" }, t("problem.place", { line: span.start.line, column: span.start.column + 1 })) : "";
      panel.replaceChildren(h("strong", {}, title), h("p", {}, detail), place, remedy(problem, t));
      panel.hidden = false;
      warnings.hidden = true;
      return [{ span, message: detail, severity: "error" }];
    },
    /** @param {Translate} t */
    showUnreachable(t) {
      panel.replaceChildren(h("strong", {}, t("unreachable.title")), h("p", {}, t("unreachable.detail")),
        h("button", { type: "button", onclick: onRetry }, t("unreachable.retry")));
      panel.hidden = false;
    },
    /**
     * @param {Warning[]} found
     * @param {"ko" | "en"} language
     * @param {Translate} t
     * @returns {Remark[]}
     */
    showWarnings(found, language, t) {
      panel.hidden = true;
      panel.replaceChildren();
      const remarks = found.map((one) => ({ span: one.span, message: warningText(one, language, t), severity: /** @type {const} */ ("warning") }));
      warnings.replaceChildren(...remarks.map(({ message }) => h("li", {}, message)));
      warnings.hidden = found.length === 0;
      return remarks;
    },
  };
}
