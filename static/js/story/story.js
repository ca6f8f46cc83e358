/** Above the figure: the question, one thing to do, and at the end of the backward pass what its numbers say. */

import { find, h } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";
import { unbroken } from "../lib/format.js";
import { sameTopology } from "../graph/frames.js";
import { partial } from "../graph/labels.js";
import { answerOf, inputNamed, questionOf, signsOf } from "./story_model.js";

/** @typedef {import("./story_model.js").Asked} Asked */
/** @typedef {import("../graph/frames.js").Plan} Plan */
/** @typedef {NonNullable<ReturnType<typeof answerOf>>} Answer */

/**
 * @param {object} page
 * @param {() => {plan: Plan | null, cursor: number}} page.scene
 * @param {() => import("../lib/types.js").Example | null} page.example  that the program is, unedited
 * @param {() => Pick<ReturnType<typeof import("../panels/graph_meaning.js").createGraphMeaning>, "data" | "difference">} page.meaning
 * @param {() => {language: "ko" | "en", t: import("../lib/types.js").Translate}} page.words
 * @param {() => void} page.play
 * @param {{vary: (node: number) => void, check: () => void, explain: (node: number) => void, follow: (selection: import("../lib/types.js").Selection) => void}} page.next  what an answer leads to
 * @param {() => HTMLElement | SVGElement | null | undefined} page.stop  where the keyboard comes to when its place goes away
 */
export function createStory({ scene, example, meaning, words, play, next, stop }) {
  const place = find("#story", HTMLElement);
  const question = h("p", { class: "question" });
  const said = h("p", { class: "said", role: "status" });
  const leads = h("div", { class: "leads" });
  place.append(question, said, leads);
  /** The example that was opened last, which is still asked about while only its numbers change. @type {{asked: Asked, plan: Plan} | null} */
  let opened = null;
  let shown = "";

  /** What the program is asked, where it is an example, or one with other numbers. @param {Plan} plan @returns {Asked | null} */
  function askedOf(plan) {
    const one = example();
    const input = one && inputNamed(plan.trace, one.input[words().language]);
    if (one && input) opened = { asked: { example: one.id, input: input.name ?? "", signs: signsOf(input) }, plan };
    return opened && (opened.plan === plan || sameTopology(opened.plan.trace, plan.trace)) ? opened.asked : null;
  }

  /** @param {string} key @param {() => void} act @param {string} [look] */
  function button(key, act, look = "") {
    return h("button", { type: "button", class: look, onclick: act }, words().t(key));
  }

  /** What an answer leads to. @param {Answer} answer @param {import("../lib/types.js").Trace} trace */
  function furtherOf({ input, derivative }, trace) {
    const { t } = words();
    const found = meaning().difference(trace);
    const formula = found && `${partial(trace, found.source)} ${found.difference}`;
    const vary = () => {
      if (!leads.querySelector(".note")) leads.append(h("p", { class: "note" }, t("story.vary.hint", { name: input.name ?? "" })));
      next.vary(input.id);
    };
    return [
      h("p", { class: "derivative", title: derivative }, unbroken(derivative)),
      ...(input.shape.length ? [] : [button("story.vary", vary)]), button("story.check", next.check), button("story.why", () => next.explain(input.id)),
      // What comes back behind softmax and cross-entropy.
      ...(found && formula ? [h("button", { type: "button", class: "difference", title: formula, onclick: () => next.follow(found.selection) }, formula)] : []),
    ];
  }

  return {
    show() {
      const { plan, cursor } = scene();
      place.hidden = !plan;
      if (!plan) return;
      const { t } = words();
      const asked = askedOf(plan);
      const answer = cursor === plan.steps.length ? answerOf(plan.trace, asked, meaning().data(plan.trace), t) : null;
      question.hidden = answer !== null;
      question.textContent = questionOf(plan.trace, asked, t);
      const now = JSON.stringify([t("story.begin"), cursor === 0, answer?.sentence, answer?.derivative, answer && meaning().difference(plan.trace)?.difference]);
      if (now === shown) return; // it is said once
      shown = now;
      said.textContent = unbroken(answer?.sentence ?? "");
      keepingFocus(leads, () => leads.replaceChildren(...(answer ? furtherOf(answer, plan.trace) : cursor === 0 ? [button("story.begin", play, "primary")] : [])), stop);
    },
  };
}
