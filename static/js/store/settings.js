/** What is chosen and written beside the program, by the part of the page that it is chosen in. */

/**
 * @typedef {object} Keeper  of all settings
 * @property {(part: string) => Record<string, unknown>} settings  what was chosen and written in a part; a link may have brought it: it is to be checked
 * @property {(part: string, settings: Record<string, unknown>) => void} note  that something of it is another one
 */

/**
 * What the reader chose and wrote in a part of the page: it lives in the page's state, and of what a link brought only what is of its kind counts.
 * `arrived` tells once whether others are there than the part itself has set: the page went to another state.
 * @template {Record<string, unknown>} Settings
 * @param {Keeper} page
 * @param {string} part
 * @param {Settings} defaults
 * @returns {{readonly now: Settings, set: (changed: Partial<Settings>) => void, arrived: () => boolean}}
 */
export function settingsOf(page, part, defaults) {
  let known = page.settings(part);
  return {
    get now() {
      const found = page.settings(part);
      const fitting = Object.entries(defaults).map(([name, usual]) => [name, kindOf(found[name]) === kindOf(usual) ? found[name] : usual]);
      return /** @type {Settings} */ (Object.fromEntries(fitting));
    },
    set(changed) {
      page.note(part, changed);
      known = page.settings(part);
    },
    arrived() {
      const before = known;
      known = page.settings(part);
      return known !== before;
    },
  };
}

/** @param {unknown} value */
function kindOf(value) {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
