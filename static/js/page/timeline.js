/** The controls under the graph: play, single steps, the scrubber with its two halves, the speed, the step in words. */

import { find, h } from "../lib/dom.js";
import { SPEEDS } from "../graph/player.js";
import { sentence } from "../graph/step_sentence.js";

/**
 * @param {ReturnType<typeof import("../graph/player.js").createPlayer>} player
 * @param {(cursor: number, animate: boolean) => void} go
 */
export function createTimeline(player, go) {
  const scrubber = find("#scrubber", HTMLInputElement);
  const words = find("#sentence", HTMLElement);
  const count = find("#step-count", HTMLElement);
  const halves = find("#halves", HTMLElement);
  const play = find("#play", HTMLButtonElement);
  const speed = find("#speed", HTMLSelectElement);
  const buttons = {
    start: find("#to-start", HTMLButtonElement), back: find("#step-back", HTMLButtonElement),
    forward: find("#step-forward", HTMLButtonElement), end: find("#to-end", HTMLButtonElement),
  };
  let cursor = 0;
  let last = 0;

  play.addEventListener("click", () => player.toggle());
  buttons.start.addEventListener("click", () => go(0, false));
  buttons.back.addEventListener("click", () => go(cursor - 1, false));
  buttons.forward.addEventListener("click", () => go(cursor + 1, true));
  buttons.end.addEventListener("click", () => go(last, false));
  scrubber.addEventListener("input", () => go(Number(scrubber.value), false));
  speed.addEventListener("change", () => player.setSpeed(speed.value));

  return {
    /** Until a plan is shown there is nowhere to go. */
    clear() {
      count.textContent = "";
      cursor = last = 0;
      scrubber.max = scrubber.value = "0";
      for (const button of [play, ...Object.values(buttons)]) rest(button, true);
    },
    /**
     * @param {import("../graph/frames.js").Plan} plan
     * @param {number} at
     * @param {import("../lib/types.js").Translate} t
     * @param {boolean} full
     */
    show(plan, at, t, full) {
      cursor = at;
      last = plan.steps.length;
      scrubber.max = String(last);
      scrubber.value = String(at);
      const said = sentence(plan, at, t, full);
      scrubber.setAttribute("aria-valuetext", t("timeline.position", { step: at, steps: last, sentence: said }));
      words.textContent = said;
      count.textContent = `${at} / ${last}`;
      halves.style.setProperty("--turn", String(plan.turn / last));
      halves.dataset.phase = at === 0 ? "start" : at < plan.turn ? "forward" : at === last ? "end" : "backward";
      rest(play, false);
      for (const button of [buttons.start, buttons.back]) rest(button, at === 0);
      for (const button of [buttons.end, buttons.forward]) rest(button, at === last);
    },
    /** @param {boolean} playing @param {import("../lib/types.js").Translate} t */
    showPlaying(playing, t) {
      play.dataset.playing = String(playing);
      play.setAttribute("aria-label", t(playing ? "timeline.pause" : "timeline.play"));
      play.title = t(playing ? "timeline.pause" : "timeline.play");
      // A sentence a second would bury a screen reader; single steps are announced.
      words.setAttribute("aria-live", playing ? "off" : "polite");
    },
    /** @param {import("../lib/types.js").Translate} t */
    showSpeeds(t) {
      speed.replaceChildren(...SPEEDS.map((name) => {
        const text = name === "max" ? t("timeline.speed.max") : `${name}×`;
        return h("option", { value: name, selected: name === player.speed }, text);
      }));
    },
    /** @param {number} by  one faster, or minus one slower */
    changeSpeed(by) {
      const next = SPEEDS[SPEEDS.indexOf(player.speed) + by];
      if (!next) return;
      player.setSpeed(next);
      speed.value = next;
    },
  };
}

/**
 * A button that does nothing now. Were it disabled, the keyboard would lose its place at the press that goes to the end.
 * @param {HTMLButtonElement} button
 * @param {boolean} resting
 */
function rest(button, resting) {
  button.setAttribute("aria-disabled", String(resting));
}
