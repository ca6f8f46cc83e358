/** Do something once for an element that comes near the window: a page of twenty figures draws those that are read. */

const NEAR = "100% 0px";

/** @param {Element} element @param {() => void} act @param {string} [near]  how far around the window counts */
export function whenNear(element, act, near = NEAR) {
  const watching = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    watching.disconnect();
    act();
  }, { rootMargin: near });
  watching.observe(element);
}
