/** A reader's own table in the form: written, opened or dropped, shown as it was read, and what is learnt from it chosen. */

import { h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { failureText, problemText, warningText } from "../../program/problems/problem_panel.js";
import { TABLE_FILES, askForTable, openTable } from "../../program/problems/missing_table.js";
import { ENCODINGS } from "../../store/file_decoding.js";
import { tables } from "../../store/tables.js";
import { fitTo, fieldText, named, networkRequest, readField } from "./spec.js";

/** @typedef {import("./spec.js").Draft} Draft */
/** @typedef {import("../../service/wire_types.js").TableOverview} Overview */
/** @typedef {import("../../program/problems/missing_table.js").OpenedTable} OpenedTable */
/** @typedef {"feature" | "label" | "none"} Role */

/** Longer than a pause between two letters. */
const REST_MS = 350;
/** Letters of a file that may be changed by hand. */
const MOST_WRITTEN = 200_000;
const SEPARATORS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space" };

/**
 * @param {object} page
 * @param {() => import("./builder.js").Bench} page.bench
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {import("./fields.js").Fields} page.fields
 * @param {(place?: string) => void} page.onChange  place: the field that is being written in
 * @param {(isChange?: boolean) => void} page.onRebuild  something else is to be seen in the form; isChange: and asked for
 * @param {() => void} page.onRead  how many features a sample has is known
 * @param {(table: import("../../lib/types.js").Table) => void} page.onTable  its file was opened
 */
export function createOwnTable({ bench, words, client, fields, onChange, onRebuild, onRead, onTable }) {
  /** Digests of tables that this browser was asked for, and does not have. @type {Set<string>} */
  const missing = new Set();
  const view = h("div", { id: "net-table" });
  /** What is shown, and what it is the answer to. @type {{key: string, overview: Overview | null}} */
  let read = { key: "", overview: null };
  /** The file that was opened last: read again in another encoding. @type {{digest: string, file: File} | null} */
  let opened = null;
  /** Whether the loss and the last layer are to follow what the labels turn out to be. */
  let isToFit = false;
  let timer = 0;
  let asked = new AbortController();

  const t = () => words().t;
  const data = () => bench().draft.data;

  /** @param {OpenedTable} found @param {boolean} [isOther]  another table, whose columns are to be chosen anew */
  function take(found, isOther = true) {
    Object.assign(data(), { csv: "", table: { ...named(found), encoding: found.encoding } });
    if (isOther) delete data().choices;
    isToFit = isOther;
    onRebuild();
    onTable(named(found));
  }

  /** @param {File | undefined} file @param {HTMLElement} control @param {string} [encoding] */
  async function open(file, control, encoding) {
    if (!file) return;
    const found = await openTable(file, t(), encoding);
    if (typeof found === "string") return fields.fault(control, found);
    opened = { digest: found.digest, file };
    take(found, !encoding);
  }

  /** The text of a table that is not at hand, or that it is missing. @param {string} digest */
  async function bring(digest) {
    if (await tables.text(digest) === null) {
      await words().add("problems").catch(() => {});
      missing.add(digest);
    }
    if (data().table?.digest === digest) onRebuild(false);
  }

  /** Something of how it is read was chosen. @param {Record<string, unknown>} chosen @param {boolean} [isOther]  the labels may be others */
  function choose(chosen, isOther = false) {
    const choices = { ...data().choices, ...chosen };
    for (const [name, value] of Object.entries(choices)) if (value === null || value === "" || value === undefined) delete choices[name];
    data().choices = choices;
    isToFit ||= isOther;
    onChange();
    ask(0);
  }

  /** @param {number} [rest]  milliseconds before it is asked */
  function ask(rest = REST_MS) {
    const { draft } = bench();
    const { test, seed, ...dataset } = /** @type {{dataset: Record<string, any>}} */ (networkRequest(draft)).dataset;
    const isEmpty = dataset.csv !== undefined && !String(dataset.csv).trim();
    const key = JSON.stringify([dataset, isToFit ? null : draft.loss.type]);
    if (key === read.key) return;
    clearTimeout(timer);
    asked.abort();
    if (isEmpty) return show({ key, overview: null });
    const { signal } = (asked = new AbortController());
    if (!read.overview) view.replaceChildren(h("p", { class: "note", role: "status" }, t()("network.table.reading")));
    timer = window.setTimeout(async () => {
      try {
        const overview = await client.ask("table", { dataset, ...(!isToFit && { loss: draft.loss.type }) }, signal);
        if (overview.fault) await words().add("problems").catch(() => {});
        if (signal.aborted) return;
        show({ key, overview });
        fit(overview);
      } catch (error) {
        if (error instanceof Superseded || signal.aborted) return;
        read = { key, overview: null };
        view.replaceChildren(h("p", { class: "fault", role: "status" }, failureText(error, words().language, t())));
      }
    }, rest);
  }

  /** The loss and the last layer are of what the labels are. @param {Overview} overview */
  function fit({ fault, classes }) {
    if (!isToFit || fault) return;
    isToFit = false;
    const before = JSON.stringify(bench().draft);
    fitTo(bench().draft, { task: classes ? "classification" : "regression", classes });
    if (JSON.stringify(bench().draft) !== before) onRebuild();
    else ask(0);
  }

  /** @param {typeof read} found */
  function show(found) {
    read = found;
    const { overview } = found;
    view.replaceChildren(...(overview ? parts(overview) : []));
    onRead();
  }

  /** @param {Overview} overview */
  function parts(overview) {
    const { warnings, fault } = overview;
    const { language } = words();
    const remarks = warnings.length ? [h("ul", { class: "remarks" }, ...warnings.map((one) => h("li", {}, warningText(one, language, t()))))] : [];
    const why = fault && problemText(/** @type {any} */ ({ ...fault, title: "" }), language, t()).detail;
    const size = { rows: overview.rows, columns: overview.columns.length, samples: overview.samples, features: overview.features };
    const about = t()(fault ? "network.table.size" : overview.classes ? "network.table.classes" : "network.table.quantity", { ...size, classes: overview.classes?.length ?? 0, name: overview.columns[overview.label]?.name ?? "" });
    return [
      h("p", { class: "meaning", id: "net-table-said", role: "status" }, about), ...(why ? [h("p", { class: "fault", id: "net-table-fault" }, why)] : []),
      preview(overview), how(overview), ...remarks,
    ];
  }

  /** @param {Overview} overview */
  function preview(overview) {
    const { columns, first } = overview;
    const heads = columns.map((column) => h("th", { scope: "col" }, column.name, h("span", { class: "kind" }, kindText(column))));
    const roles = columns.map((column, at) => h("td", {}, roleOf(overview, at, column.name)));
    const rows = first.map(({ line, cells }) => h("tr", {}, h("th", { scope: "row" }, String(line)), ...cells.map((cell) => h("td", {}, cell || h("em", {}, t()("network.table.blank"))))));
    const line = h("th", { scope: "col" }, t()("network.table.line"));
    const table = h("table", {}, h("thead", {}, h("tr", {}, line, ...heads)), h("tbody", {}, h("tr", { class: "roles" }, h("th", { scope: "row" }, t()("network.table.use")), ...roles), ...rows));
    return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t()("network.table.first", { count: first.length }) }, table);
  }

  /** @param {Overview["columns"][number]} column */
  function kindText({ kind, missing: lacking, distinct, left_out, fault }) {
    const found = fault ? "unread" : left_out?.replace("csv-", "") ?? kind;
    const text = t()(`network.table.kind.${found}`, { count: distinct });
    return lacking ? `${text} · ${t()("network.table.lacking", { count: lacking })}` : text;
  }

  /** @param {Overview} overview @param {number} at @returns {Role} */
  function roleNow({ columns, label }, at) {
    if (at === label) return "label";
    const used = data().choices?.use;
    return (Array.isArray(used) ? used.includes(at) || used.includes(columns[at].name) : !columns[at].left_out) ? "feature" : "none";
  }

  /** @param {Overview} overview @param {number} at @param {string} name */
  function roleOf(overview, at, name) {
    const now = roleNow(overview, at);
    const options = /** @type {Role[]} */ (["feature", "label", "none"]).map((role) => h("option", { value: role, selected: role === now }, t()(`network.table.role.${role}`)));
    const select = h("select", { id: `net-role-${at}`, "aria-label": t()("network.table.role", { name }) }, ...options);
    select.addEventListener("change", () => {
      const roles = overview.columns.map((_, i) => roleNow(overview, i));
      const label = select.value === "label" ? at : overview.label;
      if (select.value === "label") roles[overview.label] = "feature";
      roles[at] = /** @type {Role} */ (select.value);
      choose({ label, use: roles.flatMap((role, i) => (role === "feature" && i !== label ? [i] : [])) }, label !== overview.label);
    });
    return select;
  }

  /** How it is read, and what becomes of it. @param {Overview} overview */
  function how(overview) {
    const choices = /** @type {Record<string, any>} */ (data().choices ?? {});
    const { table } = data();
    /** @param {string} name @param {[unknown, string][]} options @param {boolean} [isOther] */
    const chooser = (name, options, isOther) => {
      const given = options.map(([value, text]) => /** @type {[string, string]} */ ([String(value), text]));
      return fields.chooser(`dataset.${name}`, t()(`network.table.${name}`), given, String(choices[name] ?? options[0][0]), (text) => {
        const value = options.find(([one]) => String(one) === text)?.[0];
        choose({ [name]: value === options[0][0] ? null : value }, isOther);
      });
    };
    /** @param {string} name @param {string} hint */
    const entry = (name, hint) => fields.entry(`dataset.${name}`, t()(`network.table.${name}`), fieldText(choices[name]), (text) => {
      const value = readField({ name: "", required: false, default: null, kind: "whole" }, text);
      data().choices = { ...data().choices, [name]: value ?? undefined };
    }, hint);
    /** @param {string} found  what the reader decided */
    const auto = (found) => t()("network.table.auto", { found });
    const { separator } = overview;
    const encodings = table && opened?.digest === table.digest && !table.bytes ? [fields.chooser("encoding", t()("network.table.encoding"), Object.keys(ENCODINGS).map((name) => [name, name]), table.encoding, (name) => open(opened?.file, view, name))] : [];
    return h("div", { class: "fields" },
      ...encodings,
      ...(separator === null ? [] : [chooser("separator", [["", auto(separatorText(separator))], ...Object.keys(SEPARATORS).map((mark) => /** @type {[string, string]} */ ([mark, separatorText(mark)]))], true)]),
      chooser("header", [["", auto(t()(overview.header ? "network.yes" : "network.no"))], [true, t()("network.yes")], [false, t()("network.no")]], true),
      chooser("task", [["", auto(t()(overview.classes ? "network.table.task.classification" : "network.table.task.regression"))], ...["classification", "regression"].map((task) => /** @type {[string, string]} */ ([task, t()(`network.table.task.${task}`)]))], true),
      chooser("missing", ["drop", "mean", "median", "zero"].map((filling) => [filling, t()(`network.table.missing.${filling}`)])),
      chooser("scaling", ["standard", "range", "none"].map((scaling) => [scaling, t()(`network.table.scaling.${scaling}`)])),
      entry("test", String(Math.round(overview.samples / 5))), entry("seed", String(bench().draft.seed ?? 0)));
  }

  /** @param {string} mark */
  function separatorText(mark) {
    const name = /** @type {Record<string, string>} */ (SEPARATORS)[mark];
    return name ? t()(`network.table.separator.${name}`) : mark;
  }

  return {
    /** How many features a sample has, as far as that is known. */
    get features() {
      return bench().draft.data.name === "csv" ? read.overview?.features ?? null : null;
    },
    /** @returns {HTMLElement[]} */
    content() {
      const { table, csv } = data();
      const written = table ? tables.at(table.digest) : csv;
      const isMissing = table !== undefined && written === undefined && missing.has(table.digest);
      if (table && written !== undefined) missing.delete(table.digest);
      else if (table && !isMissing) bring(table.digest);
      const file = h("input", { type: "file", id: "net-file", accept: TABLE_FILES, hidden: true, "aria-label": t()("network.data.file") });
      const choose = h("button", { type: "button", id: "net-file-open", onclick: () => file.click() }, t()("network.data.file"));
      file.addEventListener("change", async () => {
        await open(file.files?.[0], choose);
        file.value = ""; // the same file may be chosen once more
      });
      const text = h("textarea", { rows: 5, spellcheck: "false", placeholder: "x1,x2,kind\n0.5,1.2,yes" }, table?.bytes || (written?.length ?? 0) > MOST_WRITTEN ? "" : written ?? "");
      // What is changed by hand is the reader's own text, and no file's any more.
      text.addEventListener("input", () => {
        fields.clearFault(text);
        // Other columns are chosen anew.
        if (firstLine(text.value) !== firstLine(table ? tables.at(table.digest) ?? "" : data().csv)) Object.assign(data(), { choices: { ...data().choices, label: undefined, use: undefined } });
        data().csv = text.value;
        delete data().table;
        isToFit ||= !read.overview;
        onChange("dataset.csv");
        ask();
      });
      const field = fields.labelled("dataset.csv", t()("network.data.csv"), text);
      const about = h("p", { class: "note" }, t()("network.data.csv.about"));
      if (isMissing && table) return [field, fields.faultOf(text, t()("problem.missing-table", { name: table.name })), askForTable(table, t(), (found) => take(found, found.digest !== table.digest)), about];
      if (!table || written !== undefined) ask(0);
      const said = table ? [h("p", { class: "note", id: "net-file-read", role: "status" }, t()(table.bytes ? "network.data.workbook" : "network.data.decoded", { name: table.name, encoding: table.encoding }))] : [];
      const isText = !table?.bytes && (written?.length ?? 0) <= MOST_WRITTEN;
      const lines = table && isText ? [h("details", { id: "net-text" }, h("summary", {}, t()("network.data.lines")), field)] : isText ? [field] : [];
      const place = h("div", { class: "own-table" }, ...(table ? [] : lines), h("div", { class: "files" }, choose, file, h("span", { class: "note" }, t()("network.data.drop"))), ...said, view, ...(table ? lines : []), about);
      place.addEventListener("dragover", (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        place.classList.add("over");
      });
      place.addEventListener("dragleave", () => place.classList.remove("over"));
      place.addEventListener("drop", (event) => {
        place.classList.remove("over");
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        open(event.dataTransfer.files[0], choose);
      });
      return [place];
    },
  };
}

/** @param {string} text */
function firstLine(text) {
  return text.trimStart().split("\n", 1)[0];
}
