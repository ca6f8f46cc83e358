/** The book: figures that its paragraphs drive, exercises, and what of them is done. */

import "./graph/layout/with_graphviz.js";
import { loadCatalogue, translator } from "./lib/i18n.js";
import { createClient } from "./service/api.js";
import { createExercise } from "./learn/exercise.js";
import { createFunctionSearch } from "./learn/function_search.js";
import { createMeasuredPlots } from "./learn/measured_plots.js";
import { createPassages } from "./learn/passages.js";
import { createProgress } from "./learn/progress.js";
import { createTraining } from "./learn/training.js";
import { showContents } from "./learn/contents.js";

/** @typedef {ReturnType<typeof createClient>} Client */
/** @typedef {ReturnType<typeof createProgress>} Progress */
/** @typedef {import("./lib/types.js").Translate} Translate */

const language = document.documentElement.lang === "ko" ? "ko" : "en";

start();

async function start() {
  const [own, page] = await Promise.all([loadCatalogue(`learn.${language}`), loadCatalogue(language)]);
  const t = translator({ ...page, ...own });
  const progress = createProgress();
  const article = document.querySelector("#chapter");
  const contents = document.querySelector("ol.contents");
  if (contents instanceof HTMLElement) showContents(contents, progress, t);
  const search = document.querySelector("#function-search");
  if (search instanceof HTMLElement) createFunctionSearch(search, t);
  if (article instanceof HTMLElement) readChapter(article, { client: createClient(), progress, t });
  document.body.dataset.loaded = "";
}

/** @param {HTMLElement} article @param {{client: Client, progress: Progress, t: Translate}} parts */
function readChapter(article, { client, progress, t }) {
  const shown = JSON.parse(document.querySelector("#shown")?.textContent ?? "{}");
  createPassages(article, shown, { client, language, t });
  createMeasuredPlots(article, { chapter: shown.id, language, client, t });
  for (const place of article.querySelectorAll("figure[data-training]")) {
    if (place instanceof HTMLElement) createTraining(place, shown.trainings[place.dataset.training ?? ""], t);
  }
  const seed = Number(new URLSearchParams(location.search).get("seed")) || progress.seed;
  for (const section of article.querySelectorAll("section.exercise")) {
    if (section instanceof HTMLElement) createExercise(section, { chapter: shown.id, language, seed, client, progress, t });
  }
}
