/** What is done of each chapter, in the table of contents. */

import { h } from "../lib/dom.js";

/** A file of this book is far smaller. */
const MOST_BYTES = 64_000;

/**
 * @param {HTMLElement} contents
 * @param {ReturnType<typeof import("./progress.js").createProgress>} progress
 * @param {import("../lib/types.js").Translate} t
 */
export function showContents(contents, progress, t) {
  const said = h("span", { role: "status" });
  const place = document.querySelector("#progress");

  function show() {
    for (const chapter of contents.querySelectorAll("li")) {
      const { chapter: id = "", exercises = "" } = chapter.dataset;
      const all = exercises.split(" ").filter(Boolean);
      const done = all.filter((exercise) => progress.isDone(id, exercise)).length;
      chapter.querySelector(".done")?.remove();
      if (all.length) chapter.append(h("p", { class: "done" }, t("learn.done", { done, count: all.length })));
    }
  }

  show();
  if (!(place instanceof HTMLElement)) return;
  place.hidden = false;
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": t("learn.take"), onchange: open });
  place.append(
    h("button", { type: "button", onclick: save }, t("learn.export")),
    h("button", { type: "button", onclick: () => file.click() }, t("learn.take")),
    file,
    h("button", { type: "button", onclick: reset }, t("learn.reset")),
    said,
  );

  function save() {
    const link = h("a", { href: URL.createObjectURL(new Blob([progress.exported()], { type: "application/json" })), download: "gradlens-progress.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async function open() {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (!chosen) return;
    const isTaken = chosen.size <= MOST_BYTES && progress.take(await chosen.text());
    show();
    said.textContent = t(isTaken ? "learn.take.done" : "learn.take.failed", { name: chosen.name });
  }

  function reset() {
    progress.reset();
    show();
    said.textContent = t("learn.reset.done");
  }
}
