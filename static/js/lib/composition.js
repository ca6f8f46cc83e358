/**
 * Text that an input method is still composing (Korean, Japanese, Chinese) is not what the reader means yet: half a
 * syllable is another name, or none. Fields hear of it once, when it is finished. The editor does the same by itself.
 */

/** @param {Window} window */
export function holdCompositions(window) {
  const capture = { capture: true };
  window.addEventListener("input", (event) => {
    if (event instanceof InputEvent && event.isComposing && isField(event.target)) event.stopImmediatePropagation();
  }, capture);
  // Enter and Escape belong to the input method, too; Safari ends a composition before it tells of its Enter, as key 229.
  window.addEventListener("keydown", (event) => {
    if ((event.isComposing || event.keyCode === 229) && isField(event.target)) event.stopImmediatePropagation();
  }, capture);
  window.addEventListener("compositionend", ({ target, data }) => {
    if (isField(target)) target.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertCompositionText", data }));
  }, capture);
}

/** @param {EventTarget | null} target @returns {target is HTMLInputElement | HTMLTextAreaElement} */
function isField(target) {
  return (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && !target.closest(".cm-editor");
}
