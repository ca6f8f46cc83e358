/** The page's words in the reader's language. */

import { fillTexts, loadCatalogue, translator } from "./i18n.js";

const browserLanguage = document.documentElement.lang === "ko" ? "ko" : "en";

/**
 * @param {() => "ko" | "en" | null} chosen  null: as the browser prefers
 */
export function createTranslations(chosen) {
  /** @type {import("./types.js").Translate | undefined} */
  let t;
  /** @type {"ko" | "en"} */
  let language = browserLanguage;
  let asked = 0;
  /** @type {import("./i18n.js").Catalogue} */
  let catalogue = {};
  /** Parts of the page that came later, and bring words of their own. @type {Map<string, Promise<void>>} */
  const parts = new Map();

  /** @param {string} wanted  a language @returns {Promise<import("./i18n.js").Catalogue>} */
  async function fetchAll(wanted) {
    for (;;) {
      const names = [wanted, ...Array.from(parts.keys(), (part) => `${part}.${wanted}`)];
      const found = await Promise.all(names.map(loadCatalogue));
      // Another part may have come meanwhile.
      if (names.length === parts.size + 1) return Object.assign({}, ...found);
    }
  }

  /** @param {string} part */
  async function fetchPart(part) {
    for (let of = ""; of !== language;) {
      of = language;
      Object.assign(catalogue, await loadCatalogue(`${part}.${of}`));
    }
  }

  return {
    /** The same function until the language is another one. */
    get t() {
      return /** @type {import("./types.js").Translate} */ (t);
    },
    /** Whether there are any words yet. */
    get ready() {
      return t !== undefined;
    },
    /** The language that is shown. */
    get language() {
      return language;
    },
    /**
     * Fetch the chosen language's words and fill the page with them.
     * @returns {Promise<boolean>} whether that could be done, and no other choice was made meanwhile
     */
    async load() {
      const id = (asked += 1);
      const wanted = chosen() ?? browserLanguage;
      try {
        const found = await fetchAll(wanted);
        if (id !== asked) return false;
        catalogue = found;
        t = translator(found);
        language = wanted;
      } catch {
        return false;
      }
      fillTexts(document, language, t);
      return true;
    },
    /** The words of a part that is loaded when it is wanted; rejects where they cannot be had. @param {string} part */
    async add(part) {
      const loading = parts.get(part) ?? fetchPart(part);
      parts.set(part, loading);
      try {
        await loading;
      } catch (error) {
        parts.delete(part);
        throw error;
      }
    },
  };
}
