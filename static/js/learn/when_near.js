/** Do something once for an element that comes near the window: a page of twenty figures draws those that are read. */

const NEAR = "100% 0px";

/** @param {Element} element @param {() => void} act */
export function whenNear(element, act) {
  const watching = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    watching.disconnect();
    act();
  }, { rootMargin: NEAR });
  watching.observe(element);
}
