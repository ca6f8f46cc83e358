/** Fields of the network's form, and what is said to be wrong with them. */

import { h } from "../../lib/dom.js";

/** @typedef {ReturnType<typeof createFields>} Fields */

/**
 * @param {HTMLFormElement} form
 * @param {(place?: string) => void} onChange  place: the field that is being written in
 */
export function createFields(form, onChange) {
  /**
   * A field with its word, and room for what is wrong with it.
   * @param {string} place  as the service names it
   * @param {string} text
   * @param {HTMLElement} control
   */
  function labelled(place, text, control) {
    control.id = idOf(place);
    control.dataset.place = place;
    return h("label", { class: "field" }, h("span", {}, text), control);
  }

  /** @param {string} place @param {string} text @param {[string, string][]} options @param {string} value @param {(value: string) => void} onChoice */
  function chooser(place, text, options, value, onChoice) {
    const select = h("select", {}, ...options.map(([name, shown]) => h("option", { value: name, selected: name === value }, shown)));
    select.addEventListener("change", () => onChoice(select.value));
    return labelled(place, text, select);
  }

  /** @param {string} place @param {string} text @param {string} value @param {(text: string) => void} onText @param {string} [hint] */
  function entry(place, text, value, onText, hint = "") {
    const input = h("input", { value, autocomplete: "off", spellcheck: "false", placeholder: hint });
    input.addEventListener("input", () => {
      clearFault(input);
      onText(input.value);
      onChange(place);
    });
    return labelled(place, text, input);
  }

  /** What is wrong with a control, still to be put beside it. @param {HTMLElement} control @param {string} text */
  function faultOf(control, text) {
    const id = `${control.id || idOf(control.dataset.place ?? "")}-fault`;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", id);
    return h("p", { class: "fault", id, role: "alert" }, text);
  }

  /** @param {HTMLElement} control @param {string} text */
  function fault(control, text) {
    clearFault(control);
    const note = faultOf(control, text);
    // After the row of fields: a sentence has no room within one.
    const row = control.closest(".fields, .first") ?? control.closest("label") ?? control;
    if (row === control && control.tagName === "LI") control.append(note);
    else row.after(note);
    const closed = control.closest("details");
    if (closed) closed.open = true;
    if (control.tagName === "LI") control.tabIndex = -1;
    control.focus();
  }

  /** @param {HTMLElement} control */
  function clearFault(control) {
    const id = control.getAttribute("aria-describedby");
    if (id) form.querySelector(`#${CSS.escape(id)}`)?.remove();
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  }

  return { labelled, chooser, entry, fault, faultOf, clearFault };
}

/** @param {string} place */
export function idOf(place) {
  return `net-${place.replace(/\W+/g, "-")}`;
}
