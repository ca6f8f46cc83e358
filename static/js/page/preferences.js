/** The reader's language and colours, chosen in the header. */

/** @typedef {import("../store/page_state.js").PageState} PageState */
/** @typedef {import("../store/actions.js").Action} Action */

/**
 * @param {object} page
 * @param {import("../store/store.js").Store<PageState, Action>} page.store
 * @param {ReturnType<typeof import("../lib/translations.js").createTranslations>} page.words
 * @param {import("./notice.js").Notice} page.notice
 * @param {() => void} page.onLanguage  the page's words are others now
 * @param {() => void} page.onRefused  they could not be had
 */
export function createPreferences({ store, words, notice, onLanguage, onRefused }) {
  /** @param {"ko" | "en"} chosen */
  async function chooseLanguage(chosen) {
    const before = words.language;
    store.dispatch({ type: "preferred", language: chosen });
    if (await words.load()) {
      notice.hide();
      onLanguage();
    } else if (store.state.language === chosen) {
      store.dispatch({ type: "preferred", language: before });
      notice.say("language.failed", "again", () => chooseLanguage(chosen));
      onRefused();
    }
  }

  return {
    chooseLanguage,
    /** @param {PageState["theme"]} theme */
    chooseTheme: (theme) => store.dispatch({ type: "preferred", theme }),
  };
}
