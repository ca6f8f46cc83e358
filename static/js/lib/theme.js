/** Light, dark, or as the system has it. The colours themselves are CSS custom properties. */

/**
 * @param {Document} document
 * @param {"auto" | "light" | "dark"} theme
 */
export function applyTheme(document, theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** @returns {boolean} whether the reader asked the system for less motion */
export function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
