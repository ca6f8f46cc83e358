/** The keyboard's place, which must not be lost when the element that has it goes away. */

/**
 * Make a change in a container; if the keyboard was in it and is nowhere afterwards, it comes to another element.
 * @param {Element} container
 * @param {() => void} change
 * @param {() => HTMLElement | SVGElement | null | undefined} otherwise
 */
export function keepingFocus(container, change, otherwise) {
  const held = document.activeElement;
  const wasWithin = held !== null && container.contains(held);
  change();
  // An element that was just hidden still counts as focused until the next picture.
  if (wasWithin && !(held.isConnected && held.checkVisibility())) otherwise()?.focus({ preventScroll: true });
}
