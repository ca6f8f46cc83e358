/** Plots whose numbers are of this machine: measured again where a reader asks for it. */

/**
 * @param {HTMLElement} article
 * @param {{chapter: string, language: string, client: ReturnType<typeof import("../service/api.js").createClient>}} book
 */
export function createMeasuredPlots(article, { chapter, language, client }) {
  for (const figure of article.querySelectorAll("figure[data-plot]")) {
    const button = figure.querySelector("button.measure");
    const place = figure.querySelector(".plotted");
    if (!(figure instanceof HTMLElement && button instanceof HTMLButtonElement && place)) continue;
    const id = figure.dataset.plot ?? "";
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      place.setAttribute("aria-busy", "true");
      try {
        const { html } = await client.look(`plots/${chapter}/${id}?language=${language}`);
        place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      } finally {
        place.removeAttribute("aria-busy");
        button.disabled = false;
      }
    });
  }
}
