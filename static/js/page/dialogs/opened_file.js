/** A file as the page's work: a program, or a trained model in an ONNX file, which the service reads. */

import { failureText } from "../../program/problems/problem_panel.js";
import { toBase64 } from "../../service/base64.js";
import { tables } from "../../store/tables.js";

/** @typedef {import("../../lib/types.js").Work} Work */
/** @typedef {ReturnType<typeof import("../../service/api.js").createClient>} Client */

/** The service refuses longer programs; a larger file is no program. */
const LARGEST_PROGRAM = 64 * 1024;
/** Bytes; no service takes as much, and a larger file would fill the browser's memory first. */
const LARGEST_MODEL = 64_000_000;
/** In base64: what a link can carry. A larger model is kept in this browser, and named. */
const MOST_CARRIED = 100_000;

/**
 * @param {File} file
 * @param {Client} client
 * @param {ReturnType<typeof import("../../lib/translations.js").createTranslations>} words
 * @returns {Promise<Work | string>}  why it is none, in words
 */
export async function workIn(file, client, { t, language }) {
  const isModel = /\.onnx$/i.test(file.name);
  const unreadable = t(isModel ? "programs.model.unreadable" : "programs.file.unreadable", { name: file.name });
  const bytes = file.size <= (isModel ? LARGEST_MODEL : LARGEST_PROGRAM) ? await file.arrayBuffer().catch(() => null) : null;
  if (!bytes) return unreadable;
  if (!isModel) return programIn(bytes) ?? unreadable;
  try {
    return await modelIn(bytes, file.name, client);
  } catch (error) {
    return failureText(error, language, t);
  }
}

/** @param {ArrayBuffer} bytes @returns {Work | null}  null: it is no text */
function programIn(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { program: text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"), inputs: {} };
  } catch {
    return null;
  }
}

/** @param {ArrayBuffer} bytes @param {string} name @param {Client} client @returns {Promise<Work>} */
async function modelIn(bytes, name, client) {
  const file = toBase64(bytes);
  const { program } = await client.ask("onnx", { file, values: "summary" }, new AbortController().signal);
  const body = file.length <= MOST_CARRIED ? { file } : { model: { name, digest: await tables.put(file) } };
  return { program, inputs: {}, source: { name: "onnx", body } };
}
