/** Pictures on paper, a page each, which the browser's print dialog keeps as PDF. */

import { h } from "../lib/dom.js";

/**
 * @param {import("./figure_stage.js").Picture[]} pictures  all of one size
 * @param {AbortSignal} signal  nobody waits for it any more
 * @returns {Promise<void>} once they have been printed, or the reader has thought better of it
 */
export async function printPages(pictures, signal) {
  const [{ width, height }] = pictures;
  const sheet = h("style", {}, `@page { size: ${width}px ${height}px; margin: 0; }`);
  const pages = h("div", { id: "printed-pages", "aria-hidden": "true" }, ...pictures.map(({ svg }) => {
    const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    return h("img", { src: url, alt: "", width, height });
  }));
  const images = Array.from(pages.children, (image) => /** @type {HTMLImageElement} */ (image));
  document.head.append(sheet);
  document.body.append(pages);
  document.documentElement.classList.add("prints-pages");
  const done = new Promise((resolve) => {
    window.addEventListener("afterprint", resolve, { once: true });
    signal.addEventListener("abort", resolve, { once: true });
  });
  try {
    await Promise.all(images.map((image) => image.decode()));
    window.print();
    await done;
  } finally {
    document.documentElement.classList.remove("prints-pages");
    for (const { src } of images) URL.revokeObjectURL(src);
    sheet.remove();
    pages.remove();
  }
}
