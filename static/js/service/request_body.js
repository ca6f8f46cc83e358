/** What a request is when it is sent: a table that it names stands in it with its text. */

import { NetworkFailure, problemOf } from "./failures.js";

/** @typedef {import("../lib/types.js").Table} Table */
/** @typedef {import("../lib/types.js").Source} Source */

/** Where the texts are. @type {(digest: string) => Promise<string | null>} */
let textOf = async () => null;

/** @param {(digest: string) => Promise<string | null>} find  null: this browser does not have it */
export function findTablesWith(find) {
  textOf = find;
}

/** @param {string} digest */
export const contentOf = (digest) => textOf(digest);

/**
 * @param {Record<string, any>} request  its dataset may have a `table` in the place of a `csv`
 * @returns {Promise<string>} JSON
 * @throws {import("./failures.js").Problem | NetworkFailure} missing-table, with the table's name and digest
 */
export async function bodyOf(request) {
  const { table, ...dataset } = request.dataset ?? {};
  if (typeof table?.digest !== "string") return JSON.stringify(request);
  const content = await textOf(table.digest).catch((error) => {
    throw new NetworkFailure(String(error)); // the module did not come
  });
  if (content === null) throw await problemOf({ type: "missing-table", params: table }, 0);
  return JSON.stringify({ ...request, dataset: { ...dataset, [table.bytes ? "file" : "csv"]: content } });
}

/** The table that a question names. @param {Source | null} source @returns {Table | undefined} */
export function tableOf(source) {
  return /** @type {{table?: Table} | undefined} */ (source?.body.dataset)?.table;
}

/** The same question about a table that is named. @param {Source} source @param {Table} table @returns {Source} */
export function withTable({ name, body }, table) {
  const { csv, ...dataset } = /** @type {Record<string, unknown>} */ (body.dataset);
  return { name, body: { ...body, dataset: { ...dataset, table } } };
}
