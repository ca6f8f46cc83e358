/** The reader's language and colours, chosen in the header. */

import { applyTheme } from "../lib/theme.js";

/** @typedef {import("../store/page_state.js").PageState} PageState */

/**
 * @param {object} page
 * @param {() => PageState} page.state
 * @param {ReturnType<typeof import("../lib/translations.js").createWords>} page.words
 * @param {import("./notice.js").Notice} page.notice
 * @param {() => void} page.onLanguage  the page's words are others now
 * @param {() => void} page.onRefused  they could not be had
 * @param {() => void} page.remember
 */
export function createPreferences({ state, words, notice, onLanguage, onRefused, remember }) {
  /** @param {"ko" | "en"} chosen */
  async function chooseLanguage(chosen) {
    const before = words.language;
    state().language = chosen;
    if (await words.load()) {
      notice.hide();
      onLanguage();
      remember();
    } else if (state().language === chosen) {
      state().language = before;
      notice.say("language.failed", "again", () => chooseLanguage(chosen));
      onRefused();
    }
  }

  return {
    chooseLanguage,
    /** @param {PageState["theme"]} theme */
    chooseTheme(theme) {
      state().theme = theme;
      applyTheme(document, theme);
      remember();
    },
  };
}
