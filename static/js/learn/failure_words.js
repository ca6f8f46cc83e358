/** Why a question has no answer, in the language of the chapter. */

import { loadCatalogue, translateOr, translator } from "../lib/i18n.js";
import { problemText } from "../program/problems/problem_panel.js";
import { Problem } from "../service/failures.js";

/** @param {unknown} error @param {"en" | "ko"} language @param {import("../lib/types.js").Translate} t @returns {Promise<string>} */
export async function failureWords(error, language, t) {
  if (!(error instanceof Problem)) return t("learn.failed");
  const own = translateOr(t, `learn.problem.${error.kind}`, error.params, "");
  if (own) return own;
  try {
    return problemText(error, language, translator(await loadCatalogue(`problems.${language}`))).detail;
  } catch {
    return error.message;
  }
}
