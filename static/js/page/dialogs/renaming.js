/** A name that becomes a field in its place. */

import { h } from "../../lib/dom.js";

/**
 * @param {Element} shown  what shows the name
 * @param {string} before
 * @param {string} label
 * @param {(to: string) => void} onName  the name that it is to have, which may be the one before
 */
export function askForName(shown, before, label, onName) {
  const field = h("input", { value: before, maxlength: 80, "aria-label": label });
  let settled = false;
  const settle = () => {
    if (settled) return;
    settled = true;
    onName(field.value.trim() || before);
  };
  field.addEventListener("blur", settle);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.value = before;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    settle();
  });
  shown.replaceWith(field);
  field.select();
}
