/** A figure that plays without a server: all that it shows stands in the file. */

import { showStepFormulas } from "./embed/step_formula.js";
import { GradlensGraph } from "./graph/element.js";
import { translator, withoutKeys } from "./lib/i18n.js";
import { find } from "./lib/dom.js";
import { listenToPrinting } from "./page/printing.js";

/** @typedef {{trace: import("./lib/types.js").Trace, words: import("./lib/i18n.js").Catalogue, cursor: number | null, open: string[] | null}} Shown  cursor: null for the end */

/** @type {Shown} */
const { trace, words, cursor, open } = JSON.parse(find("#shown", HTMLScriptElement).text);
const figure = new GradlensGraph();
figure.id = "graph";
figure.words = translator(matchMedia("(pointer: coarse)").matches ? withoutKeys(words) : words);
figure.toggleAttribute("controls", true);
figure.open = open;
find("main", HTMLElement).replaceChildren(figure);
showStepFormulas(figure, find("#numbers", HTMLElement));
listenToPrinting(figure, () => trace.program);
document.addEventListener("keydown", (event) => figure.press(event));
figure.addEventListener("graph-drawn", () => {
  if (cursor !== 0) figure.goTo(cursor ?? Infinity);
  document.body.dataset.loaded = "";
}, { once: true });
figure.trace = trace;
