/** The choices in the header. */

import { find, h } from "../lib/dom.js";

/**
 * @param {object} actions
 * @param {(id: string) => void} actions.chooseExample
 * @param {(language: "ko" | "en") => void} actions.chooseLanguage
 * @param {(theme: "auto" | "light" | "dark") => void} actions.chooseTheme
 */
export function listenToControls({ chooseExample, chooseLanguage, chooseTheme }) {
  onChoice("#example", chooseExample);
  onChoice("#language", (value) => chooseLanguage(value === "ko" ? "ko" : "en"));
  onChoice("#theme", (value) => chooseTheme(value === "light" || value === "dark" ? value : "auto"));
  find(".skip", HTMLAnchorElement).addEventListener("click", (event) => {
    event.preventDefault(); // the fragment is the page's state
    find("#timeline", HTMLElement).focus();
  });
}

/**
 * @param {object} chosen
 * @param {import("../lib/types.js").Example[]} chosen.examples
 * @param {string | null} chosen.example
 * @param {string} chosen.language
 * @param {string} chosen.theme
 * @param {import("../lib/types.js").Translate} t
 */
export function showChoices({ examples, example, language, theme }, t) {
  const choice = find("#example", HTMLSelectElement);
  if (choice.options.length !== examples.length + 1 || choice.dataset.language !== language) offer(choice, examples, language, t);
  choice.value = example ?? "";
  find("#language", HTMLSelectElement).value = language;
  find("#theme", HTMLSelectElement).value = theme;
}

/** @param {HTMLSelectElement} choice @param {import("../lib/types.js").Example[]} examples @param {string} language @param {import("../lib/types.js").Translate} t */
function offer(choice, examples, language, t) {
  choice.dataset.language = language;
  const options = examples.map(({ id }) => h("option", { value: id, title: t(`example.${id}.question`) }, t(`example.${id}.title`)));
  choice.replaceChildren(h("option", { value: "", disabled: true }, t("example.own")), ...options);
}

/** @param {string} selector @param {(value: string) => void} act */
function onChoice(selector, act) {
  const choice = find(selector, HTMLSelectElement);
  choice.addEventListener("change", () => act(choice.value));
}
