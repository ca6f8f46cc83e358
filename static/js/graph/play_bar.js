/** The controls of a figure: play, single steps, the scrubber with its two halves, the speed, the step in words. */

import { h } from "../lib/dom.js";
import { unbroken } from "../lib/format.js";
import { SPEEDS } from "./player.js";

const SVG = "http://www.w3.org/2000/svg";
/** By part: what its button says, and its picture. @type {Record<"start" | "back" | "play" | "forward" | "end", [key: string, paths: string[]]>} */
const BUTTONS = {
  start: ["timeline.start", ["M3.5 3v10M13 3 6 8l7 5z"]],
  back: ["timeline.back", ["M11.5 3 4.5 8l7 5z"]],
  play: ["timeline.play", ["M4 2.5 13.5 8 4 13.5z", "M4 3h3v10H4zM9 3h3v10H9z"]],
  forward: ["timeline.forward", ["m4.5 3 7 5-7 5z"]],
  end: ["timeline.end", ["M12.5 3v10M3 3l7 5-7 5z"]],
};

/** Letters of a sentence that takes more than two lines: it is set smaller, in the room of those two. */
const LONG = 90;

/**
 * @param {object} player
 * @param {() => void} player.toggle
 * @param {(cursor: number, animate: boolean) => void} player.go
 * @param {() => import("./player.js").Speed} player.speed
 * @param {(speed: import("./player.js").Speed) => void} player.setSpeed
 */
export function createPlayBar(player) {
  const buttons = /** @type {Record<keyof typeof BUTTONS, HTMLButtonElement>} */ (Object.fromEntries(
    Object.entries(BUTTONS).map(([part, [, paths]]) => [part, h("button", { type: "button", class: part }, picture(paths))])));
  const names = { forward: h("span"), backward: h("span") };
  const scrubber = h("input", { type: "range", min: 0, max: 1, value: 0, step: 1, class: "scrubber" });
  const halves = h("div", { class: "halves" }, h("div", { class: "names", "aria-hidden": true }, names.forward, names.backward), scrubber);
  const words = h("p", { class: "sentence", "aria-live": "polite" });
  const count = h("span", { class: "step-count", "aria-hidden": true });
  const speedWord = h("span");
  const speed = h("select", { class: "speed-choice" });
  const element = h("div", { class: "play-bar" }, words,
    h("div", { class: "controls" }, h("div", { class: "buttons" }, ...Object.values(buttons)), halves, count, h("label", { class: "speed" }, speedWord, speed)));
  let cursor = 0;
  let last = 0;

  buttons.play.addEventListener("click", () => player.toggle());
  buttons.start.addEventListener("click", () => player.go(0, false));
  buttons.back.addEventListener("click", () => player.go(cursor - 1, false));
  buttons.forward.addEventListener("click", () => player.go(cursor + 1, true));
  buttons.end.addEventListener("click", () => player.go(last, false));
  scrubber.addEventListener("input", () => player.go(Number(scrubber.value), false));
  speed.addEventListener("change", () => player.setSpeed(/** @type {import("./player.js").Speed} */ (speed.value)));

  return {
    element,
    /** Until a plan is shown there is nowhere to go. */
    clear() {
      count.textContent = "";
      cursor = last = 0;
      scrubber.max = scrubber.value = "0";
      for (const button of Object.values(buttons)) rest(button, true);
    },
    /**
     * @param {{steps: number, turn: number}} timeline  how many steps there are, and at which one it goes back
     * @param {number} at
     * @param {string} said  the step in words
     * @param {import("../lib/types.js").Translate} t
     */
    show({ steps, turn }, at, said, t) {
      cursor = at;
      last = steps;
      scrubber.max = String(last);
      scrubber.value = String(at);
      scrubber.setAttribute("aria-valuetext", t("timeline.position", { step: at, steps: last, sentence: said }));
      words.textContent = unbroken(said);
      words.classList.toggle("long", said.length > LONG);
      count.textContent = `${at} / ${last}`;
      halves.style.setProperty("--turn", String(turn / last));
      halves.dataset.phase = at === 0 ? "start" : at < turn ? "forward" : at === last ? "end" : "backward";
      rest(buttons.play, false);
      for (const button of [buttons.start, buttons.back]) rest(button, at === 0);
      for (const button of [buttons.end, buttons.forward]) rest(button, at === last);
    },
    /** @param {boolean} playing @param {import("../lib/types.js").Translate} t */
    showPlaying(playing, t) {
      buttons.play.dataset.playing = String(playing);
      name(buttons.play, t(playing ? "timeline.pause" : "timeline.play"));
      // A sentence a second would bury a screen reader; single steps are announced.
      words.setAttribute("aria-live", playing ? "off" : "polite");
    },
    /** Fixed texts, in another language. @param {import("../lib/types.js").Translate} t */
    showWords(t) {
      for (const [part, [key]] of Object.entries(BUTTONS)) if (part !== "play") name(buttons[/** @type {keyof typeof BUTTONS} */ (part)], t(key));
      names.forward.textContent = t("timeline.half.forward");
      names.backward.textContent = t("timeline.half.backward");
      scrubber.setAttribute("aria-label", t("timeline.scrub"));
      speedWord.textContent = t("timeline.speed");
      speed.replaceChildren(...SPEEDS.map((one) => h("option", { value: one, selected: one === player.speed() }, one === "max" ? t("timeline.speed.max") : `${one}×`)));
    },
    /** The speed is another one. */
    showSpeed() {
      speed.value = player.speed();
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

/** @param {HTMLButtonElement} button @param {string} text */
function name(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}

/** @param {string[]} paths  of a button that has two pictures: at rest, and while it plays */
function picture(paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  for (const [i, d] of paths.entries()) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    if (paths.length > 1) path.setAttribute("class", i === 0 ? "is-paused" : "is-playing");
    svg.append(path);
  }
  return svg;
}
