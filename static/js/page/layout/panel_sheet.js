/** Where the page is narrow and touched, the panels are a sheet from below: a tab opens it, the same one closes it. */

import { find, h } from "../../lib/dom.js";

export function createPanelSheet() {
  const side = find("#side", HTMLElement);
  const tabs = find("#tabs", HTMLElement);
  const close = () => side.classList.remove("open");
  tabs.parentElement?.append(h("button", { type: "button", class: "quiet close-sheet", "data-t-label": "panels.close", "data-t-title": "panels.close", onclick: close }, "×"));
  // Before the tab is turned to: what was selected already is what was seen.
  tabs.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element ? target.closest("[role=tab]") : null;
    if (tab) side.classList.toggle("open", !side.classList.contains("open") || tab.ariaSelected !== "true");
  }, { capture: true });
  side.addEventListener("keydown", ({ key }) => key === "Escape" && close());

  return { close, open: () => side.classList.add("open") };
}
