/** What stands between a program and its picture, and is said: a problem, a server out of reach, a wait that was cancelled. */

import { find } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";
import { EMPTY, WITHOUT_VALUE, problemText } from "../program/problems/problem_panel.js";

/** @typedef {import("../service/failures.js").Problem} Problem */
/**
 * @typedef {{kind: "problem", problem: Problem}
 *   | {kind: "unreachable", failure: Error, again: number}
 *   | {kind: "cancelled"}
 *   | {kind: "declined"}} Trouble  declined: the picture is right, but Graphviz did not draw it
 */

/** What is said at the picture. @type {Record<Trouble["kind"], string>} */
const WORDS = { problem: "graph.stale", unreachable: "graph.earlier", cancelled: "graph.cancelled", declined: "graph.declined" };

/**
 * @param {object} page
 * @param {() => {plan: import("../graph/frames.js").Plan | null, isDrawn: boolean, language: "ko" | "en", t: import("../lib/types.js").Translate}} page.scene
 * @param {(program: string) => import("../lib/types.js").Warning[]} page.further  remarks on a program beside its trace's own
 * @param {ReturnType<typeof import("../program/problems/problem_panel.js").createProblemPanel>} page.panel
 * @param {(remarks: import("../program/problems/problem_panel.js").Remark[]) => void} page.remark  in the editor
 * @param {(name: string | null) => void} page.onName  a name has no value
 * @param {(isStale: boolean) => void} page.dim
 * @param {() => SVGElement | null} page.stop  where the keyboard comes to when its place goes away
 * @param {() => void} page.compute
 * @param {() => void} page.arrange
 * @param {(span: import("../lib/types.js").Span) => void} page.onPlace  a place in the program is to be seen
 * @param {(example: string) => void} page.onExample  an example is to begin with
 */
export function createStatusPanel({ scene, further, panel, remark, onName, dim, stop, compute, arrange, onPlace, onExample }) {
  const place = find("#stale", HTMLElement);
  const words = find("#stale-words", HTMLElement);
  const again = find("#again", HTMLButtonElement);
  const empty = find("#empty-figure", HTMLElement);
  /** @type {Trouble | null} */
  let trouble = null;

  again.addEventListener("click", () => (trouble?.kind === "declined" ? arrange() : compute()));

  /** The name that the program uses and that nothing gives a value. @returns {string | null} */
  function nameWanting() {
    if (trouble?.kind !== "problem" || !WITHOUT_VALUE.has(trouble.problem.kind)) return null;
    return String(trouble.problem.params.name);
  }

  /**
   * What a reader should know of how the program was read; most programs have nothing of it, and load nothing for it.
   * @param {import("../graph/frames.js").Plan} plan
   * @param {import("../lib/types.js").Translate} t
   */
  async function note(plan, t) {
    const { read_as, skipped, known, assumed, drawn } = plan.trace;
    if (![read_as, skipped, known, assumed, drawn].some(({ length }) => length > 0)) return panel.showNotes([]);
    const loaded = await import("../program/program_notes.js").catch(() => null); // without a network there are no notes
    const now = scene();
    if (loaded && now.plan === plan && now.t === t && (!trouble || trouble.kind === "declined")) panel.showNotes(loaded.notesOf(plan.trace, t));
  }

  /** What stands in the figure's place while there has never been a picture. */
  async function showEmpty() {
    const { isDrawn, language, t } = scene();
    const told = trouble;
    empty.hidden = isDrawn || (told?.kind !== "problem" && told?.kind !== "unreachable");
    if (empty.hidden) return;
    const { emptyFigure } = await import("./empty_figure.js").catch(() => ({ emptyFigure: () => [] })); // without a network the problem stands beside the program
    if (told !== trouble || t !== scene().t) return;
    const problem = told?.kind === "problem" ? told.problem : null;
    const isEmpty = problem?.kind === EMPTY;
    const sentence = t(isEmpty ? "graph.none.empty" : problem ? "graph.none" : "graph.none.unreachable");
    const reason = problem && !isEmpty ? { ...problemText(problem, language, t), span: problem.span } : null;
    empty.replaceChildren(...emptyFigure(sentence, reason, t, onPlace, onExample));
  }

  function refresh() {
    const { plan, isDrawn, language, t } = scene();
    if (trouble?.kind === "problem") remark(panel.showProblem(trouble.problem, language, t));
    else if (trouble?.kind === "unreachable") panel.showUnreachable(trouble.failure, trouble.again, language, t);
    else if (trouble?.kind === "cancelled") {
      remark(panel.showWarnings([], language, t));
      panel.showNotes([]);
    }
    else if (plan) {
      remark(panel.showWarnings([...plan.trace.warnings, ...further(plan.trace.program)], language, t));
      note(plan, t);
    }

    onName(nameWanting());
    showEmpty();

    const isEmpty = trouble?.kind === "problem" && trouble.problem.kind === EMPTY;
    const canAct = trouble?.kind === "cancelled" || trouble?.kind === "declined";
    const key = trouble?.kind === "cancelled" && !isDrawn ? "graph.cancelled.empty" : trouble && (isDrawn || canAct) ? (isEmpty ? WORDS.unreachable : WORDS[trouble.kind]) : null;
    words.textContent = key ? t(key) : "";
    place.classList.toggle("idle", !key);
    again.textContent = t(trouble?.kind === "declined" ? "graph.arrange" : "again");
    keepingFocus(again, () => (again.hidden = !canAct), stop);
  }

  return {
    /** @param {Trouble | null} found  null: program and picture are one */
    set(found) {
      trouble = found;
      dim(found !== null && found.kind !== "declined");
      refresh();
    },
    refresh,
  };
}
