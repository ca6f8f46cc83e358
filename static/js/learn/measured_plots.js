/** Plots whose numbers are of this machine: measured when they come into view, and again where a reader asks for it. */

import { h } from "../lib/dom.js";
import { whenNear } from "./when_near.js";

/**
 * @param {HTMLElement} article
 * @param {{chapter: string, language: string, client: ReturnType<typeof import("../service/api.js").createClient>, t: import("../lib/types.js").Translate}} book
 */
export function createMeasuredPlots(article, { chapter, language, client, t }) {
  for (const figure of article.querySelectorAll("figure[data-plot]")) {
    const button = figure.querySelector("button.measure");
    const place = figure.querySelector(".plotted");
    if (!(figure instanceof HTMLElement && button instanceof HTMLButtonElement && place)) continue;
    const id = figure.dataset.plot ?? "";
    const said = h("span", { role: "status" });
    button.after(" ", said);
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      if (place.hasAttribute("aria-busy")) return;
      said.textContent = t((await measure()) ? "learn.measured" : "learn.failed");
    });
    whenNear(figure, measure, "0px");

    /** @returns {Promise<boolean>}  whether that could be done; what was measured before stays */
    async function measure() {
      place?.setAttribute("aria-busy", "true");
      try {
        const { html } = await client.look(`plots/${chapter}/${id}?language=${language}`);
        const wasOpen = place?.querySelector("details")?.open ?? false;
        place?.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
        place?.querySelector("details")?.toggleAttribute("open", wasOpen);
        return true;
      } catch {
        return false;
      } finally {
        place?.removeAttribute("aria-busy");
      }
    }
  }
}
