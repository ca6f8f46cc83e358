/** Style sheets that the page has and that are fetched when they are wanted. */

import { find } from "./dom.js";

/** @type {Map<string, Promise<void>>} */
const coming = new Map();

/**
 * Have a disabled style sheet apply: what needs it is shown with it, and does not change its size a moment later.
 * @param {string} selector  of its link
 * @returns {Promise<void>} once it is there with all that it imports; rejects where it cannot be had, and can be asked for again
 */
export function styled(selector) {
  const known = coming.get(selector) ?? new Promise((resolve, reject) => {
    const link = find(selector, HTMLLinkElement);
    link.addEventListener("load", () => resolve(), { once: true });
    link.addEventListener("error", () => {
      link.disabled = true; // enabling it once more fetches it once more
      coming.delete(selector);
      reject(new Error(`${link.href} could not be loaded.`));
    }, { once: true });
    link.disabled = false;
  });
  coming.set(selector, known);
  return known;
}
