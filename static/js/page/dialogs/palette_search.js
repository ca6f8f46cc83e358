/** Which entries of the command palette a few letters mean. Pure. */

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {string} [also]  other words by which it may be sought
 * @property {"command" | "panel" | "dialog" | "export" | "example" | "op" | "saved"} kind
 * @property {string} [key]  that does the same
 * @property {() => void} run
 */

const MOST_SHOWN = 60;

/**
 * Every word that is typed must be in the name, or in what else it is sought by; names that begin with it come first.
 * @param {Item[]} items
 * @param {string} typed
 * @returns {{items: Item[], left: number}}  left: how many more there are
 */
export function itemsMatching(items, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const ranked = items.flatMap((item) => {
    const [name, also] = [plain(item.name), plain(item.also ?? "")];
    if (!words.every((word) => name.includes(word) || also.includes(word))) return [];
    const isFirst = words.length === 0 || name.startsWith(words[0]);
    return [{ item, rank: isFirst ? 0 : words.every((word) => name.includes(word)) ? 1 : 2 }];
  });
  const sorted = ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
  return { items: sorted.slice(0, MOST_SHOWN), left: Math.max(sorted.length - MOST_SHOWN, 0) };
}

/** Letters alone count, not how they are written. @param {string} text */
function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}
