/** Terms of the glossary in what the page says: the first of each becomes a word to press, as soon as it stands there. */

import { TERMS } from "./dialogs/glossary.js";
import { h } from "../lib/dom.js";
import { term } from "../lib/terms.js";

/** Where sentences stand: the story, the step, the panels but the training, which is drawn anew at each of its steps, the sheet of keys. */
const PLACES = "#story .said, #story .derivative, .play-bar .sentence, [role=tabpanel]:not(#training), #help";
/** Words that do something themselves, name something, or are no sentence. */
const NO_SENTENCE = "button, a, label, summary, h2, h3, legend, select, textarea, svg, code, pre, kbd, table, output, .katex, .hiding";

/** Particles and marks right behind a term. */
const TOGETHER = /^\S{0,6}/u;
/** And what opens right before it. */
const OPENING = /[([“‘]+$/u;

/**
 * @param {Document} document
 * @param {() => import("../lib/types.js").Translate} t
 */
export function createTermLinks(document, t) {
  const observer = new MutationObserver((changes) => {
    /** @type {Set<Element>} */
    const places = new Set();
    for (const { target } of changes) {
      const place = (target instanceof Element ? target : target.parentElement)?.closest(PLACES);
      if (place) places.add(place);
    }
    for (const place of places) link(place);
  });

  /** @param {Element} place */
  function link(place) {
    const ids = wordsIn(t());
    const pattern = new RegExp([...ids.keys()].sort((a, b) => b.length - a.length).map((word) => (/^\w/.test(word) ? `\\b${word}\\b` : word)).join("|"), "iu");
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT, ({ parentElement }) => (parentElement?.closest(NO_SENTENCE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    /** @type {Text[]} */
    const texts = [];
    while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
    for (const text of texts) {
      for (let rest = text, from = 0; ;) {
        const found = pattern.exec(rest.data.slice(from));
        if (!found) break;
        const id = ids.get(found[0].toLowerCase()) ?? "";
        if (place.querySelector(`[data-term="${id}"]`)) {
          from += found.index + found[0].length;
          continue;
        }
        // A line may break at a button: what is written together with the word stays beside it.
        const opening = OPENING.exec(rest.data.slice(0, from + found.index))?.[0] ?? "";
        const word = rest.splitText(from + found.index - opening.length);
        rest = word.splitText(opening.length + found[0].length);
        from = 0;
        const together = TOGETHER.exec(rest.data)?.[0] ?? "";
        rest = rest.splitText(together.length);
        rest.previousSibling?.remove();
        word.replaceWith(h("span", { class: "unbroken" }, opening, term(id, found[0]), together));
      }
    }
    observer.takeRecords(); // its own
  }

  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  for (const place of document.querySelectorAll(PLACES)) link(place);
}

/** By word, in small letters, the term. @param {import("../lib/types.js").Translate} t */
function wordsIn(t) {
  return new Map(TERMS.flatMap(({ id }) => t(`glossary.${id}.words`).split("|").map((word) => /** @type {[string, string]} */ ([word.toLowerCase(), id]))));
}
