/** What went wrong, in the reader's language: under the editor, and as squiggles in it. */

import { find, h } from "../../lib/dom.js";
import { NetworkFailure, Problem } from "../../service/failures.js";
import { keepingFocus } from "../../lib/focus.js";
import { translateOr } from "../../lib/i18n.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").Warning} Warning */
/** Of problems: a name has no value yet, and the page offers one. */
export const WITHOUT_VALUE = new Set(["unknown-name", "missing-input", "value-needed"]);

/** Of problems: there is no program yet. */
export const EMPTY = "empty-program";

/** @typedef {{span: import("../../lib/types.js").Span | null, message: string, severity: "error" | "warning"}} Remark */

/**
 * A problem in words. The service writes English; Korean has a sentence for each kind in its catalogue.
 * @param {Problem} problem
 * @param {"ko" | "en"} language
 * @param {Translate} t
 * @returns {{title: string, detail: string}}
 */
export function problemText({ kind, title, message, params }, language, t) {
  // The page's own problems are in both catalogues.
  if (language === "en") return { title: translateOr(t, `problem.${kind}.title`, {}, title), detail: translateOr(t, `problem.${kind}`, params, message) };
  const sentence = translateOr(t, `problem.${kind}`, params, "");
  if (!sentence) return { title: t("problem.title"), detail: message };
  const hints = ["suggestion", "turns"].filter((name) => name in params).map((name) => ` ${t(`problem.${name}`, params)}`);
  return { title: translateOr(t, `problem.${kind}.title`, {}, t("problem.title")), detail: sentence + hints.join("") };
}

/**
 * Why a question has no answer.
 * @param {unknown} error  Problem or NetworkFailure; anything else is a mistake of ours, and thrown again
 * @param {"ko" | "en"} language
 * @param {Translate} t
 */
export function failureText(error, language, t) {
  if (error instanceof Problem) return problemText(error, language, t).detail;
  if (error instanceof NetworkFailure) return t("unreachable.title");
  throw error;
}

/**
 * @param {Warning} warning
 * @param {"ko" | "en"} language
 * @param {Translate} t
 */
export function warningText({ kind, message, params }, language, t) {
  if (language === "en") return message;
  const hints = ["cause", "suggestion", "remedy"].filter((name) => name in params).map((name) => ` ${t(`warning.${name}`, params)}`);
  return translateOr(t, `warning.${kind}`, params, message) + hints.join("");
}

/**
 * @param {() => void} onRetry
 * @param {(name: string) => void} onGive  a name without a value is to have one
 * @param {(lines: string) => void} onAdd  lines are to stand below the program
 * @param {(table: import("./missing_table.js").OpenedTable) => void} onTable  a table that was missing, or another in its place
 * @param {(example: string) => void} onExample  an example is to begin with
 */
export function createProblemPanel(onRetry, onGive, onAdd, onTable, onExample) {
  const panel = find("#problem", HTMLElement);
  const warnings = find("#warnings", HTMLElement);
  const notes = find("#notes", HTMLElement);
  let ticking = 0;
  /** What can be done about a problem; loaded when there is one. @type {ReturnType<typeof import("./remedies.js").createRemedies> | null} */
  let remedies = null;

  /** @param {...(Node | string)} content */
  function fill(...content) {
    clearInterval(ticking);
    panel.classList.remove("greeting");
    keepingFocus(panel, () => {
      panel.replaceChildren(...content);
      panel.hidden = content.length === 0;
    }, () => panel.querySelector("button") ?? editorOrText());
  }

  /** @param {Problem} problem @param {Translate} t @param {HTMLElement} above  what stands there as long as the problem does */
  function remedy(problem, t, above) {
    if (remedies) return remedies(problem, t);
    import("./remedies.js").then(({ createRemedies }) => {
      remedies ??= createRemedies({ onGive, onAdd, onTable });
      if (above.isConnected) panel.append(...remedies(problem, t));
    }, () => {}); // without a network the sentence stays
    return [];
  }

  /** Nothing is written yet, which is no mistake. @param {Problem} problem @param {"ko" | "en"} language @param {Translate} t @returns {Remark[]} */
  function greet(problem, language, t) {
    fill(h("p", {}, problemText(problem, language, t).detail));
    panel.classList.add("greeting");
    const [said] = panel.children;
    import("./starting_points.js").then(({ startingPoints }) => said.isConnected && panel.replaceChildren(...startingPoints(t, onExample)), () => {}); // without a network the sentence stays
    return [];
  }

  return {
    /**
     * @param {Problem} problem
     * @param {"ko" | "en"} language
     * @param {Translate} t
     * @returns {Remark[]} the same for the editor
     */
    showProblem(problem, language, t) {
      warnings.hidden = notes.hidden = true;
      if (problem.kind === EMPTY) return greet(problem, language, t);
      const { title, detail } = problemText(problem, language, t);
      const { span } = problem;
      const place = span ? h("p", { class: "place" }, t("problem.place", { line: span.start.line, column: span.start.column + 1 })) : "";
      const above = h("strong", {}, title);
      fill(above, h("p", {}, detail), place, ...remedy(problem, t, above));
      return [{ span, message: detail, severity: "error" }];
    },
    /**
     * @param {Error} failure  a Problem that passes, or nobody answered
     * @param {number} again  when the next attempt begins
     * @param {"ko" | "en"} language
     * @param {Translate} t
     */
    showUnreachable(failure, again, language, t) {
      const key = navigator.onLine ? "unreachable" : "offline";
      const { title, detail } = failure instanceof Problem ? problemText(failure, language, t) : { title: t(`${key}.title`), detail: t(`${key}.detail`) };
      // A timer is not spoken at every second.
      const clock = h("p", { role: "timer" });
      const tick = () => (clock.textContent = t("unreachable.again", { seconds: Math.max(Math.ceil((again - Date.now()) / 1000), 0) }));
      tick();
      fill(h("strong", {}, title), h("p", {}, detail), clock, h("button", { type: "button", onclick: onRetry }, t("unreachable.retry")));
      ticking = window.setInterval(tick, 1000);
    },
    /**
     * @param {Warning[]} found
     * @param {"ko" | "en"} language
     * @param {Translate} t
     * @returns {Remark[]}
     */
    showWarnings(found, language, t) {
      fill();
      const remarks = found.map((one) => ({ span: one.span, message: warningText(one, language, t), severity: /** @type {const} */ ("warning") }));
      warnings.replaceChildren(...remarks.map(({ message }) => h("li", {}, message)));
      warnings.hidden = found.length === 0;
      return remarks;
    },
    /** How the program was read. @param {string[]} lines */
    showNotes(lines) {
      notes.replaceChildren(...lines.map((line) => h("li", {}, line)));
      notes.hidden = lines.length === 0;
    },
  };
}

/** Where the program is written, whether the editor is there or not. @returns {HTMLElement | null} */
function editorOrText() {
  return document.querySelector("#editor .cm-content") ?? document.querySelector("#open-programs");
}
