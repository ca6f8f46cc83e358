/** A table that this browser does not have: its file is asked for. Another one is taken too, once that is wanted. */

import { h } from "../../lib/dom.js";
import { NetworkFailure } from "../../service/failures.js";
import { tables } from "../../store/tables.js";

/** @typedef {NonNullable<Awaited<ReturnType<typeof tables.read>>>} OpenedTable */

/** Of files that may be tables. */
export const TABLE_FILES = ".csv,.tsv,.txt,.xlsx,text/*";

/**
 * @param {File} file
 * @param {import("../../lib/types.js").Translate} t
 * @param {string} [encoding]  in the place of what its bytes tell
 * @returns {Promise<OpenedTable | string>}  why it is none, in words
 */
export async function openTable(file, t, encoding) {
  try {
    return await tables.read(file, encoding) ?? t(encoding ? "table.other.encoding" : "table.gone", { name: file.name, encoding: encoding ?? "" });
  } catch (error) {
    if (error instanceof NetworkFailure) return t("unreachable.title");
    throw error;
  }
}

/**
 * @param {import("../../lib/types.js").Table} missing
 * @param {import("../../lib/types.js").Translate} t
 * @param {(table: OpenedTable) => void} onTable  it, or another one that the reader wants in its place
 */
export function askForTable({ name, digest }, t, onTable) {
  const file = h("input", { type: "file", accept: TABLE_FILES, hidden: true, "aria-label": t("table.choose", { name }) });
  const choose = h("button", { type: "button", onclick: () => file.click() }, t("table.choose", { name }));
  const said = h("p", { role: "status" });

  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const found = await openTable(chosen, t);
    file.value = ""; // the same file may be chosen once more
    if (typeof found === "string") said.textContent = found;
    else if (found.digest === digest) onTable(found);
    else {
      const take = h("button", { type: "button", onclick: () => onTable(found) }, t("table.take", { name: found.name }));
      said.replaceChildren(h("span", {}, t("table.other", { name, chosen: found.name })), take);
      take.focus();
    }
  });
  return h("div", { class: "missing-table" }, choose, file, said);
}
