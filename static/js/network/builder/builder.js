/** The form in which a network is put together. What is wrong is said at the field that it belongs to. */

import { h } from "../../lib/dom.js";
import { Problem } from "../../service/failures.js";
import { translateOr } from "../../lib/i18n.js";
import { createPanel } from "../../panels/panel.js";
import { createFields, idOf } from "./fields.js";
import { createLayerTable } from "./layer_table.js";
import { createOwnTable } from "./own_table.js";
import { COORDINATES, FEATURES, STARTERS, draftOf, fieldText, fitTo, readField, readPasted, withPasted } from "./spec.js";

/** @typedef {import("./spec.js").Draft} Draft */
/** @typedef {import("./spec.js").PieceField} PieceField */
/** @typedef {{draft: Draft, starter: string, pieces: import("./spec.js").Pieces, datasets: import("./spec.js").Dataset[], features?: number | null}} Bench  features: of a sample of an own table, once that is known */

/** What most readers of a layer set; the others open beneath. */
const FIRST_FIELDS = new Set(["units", "filters", "size", "heads", "rate", "shape", "axes", "vocabulary", "activation", "lr", "momentum", "delta", "reduction"]);
/** Layers that hold layers, or join several values: a list in a row has no place for them, pasted text has. */
const PASTED_ONLY = new Set(["residual"]);
/** Where what is wrong with the data is to be mended, for problems that name no field. @type {[RegExp, string][]} */
const PLACES = [
  [/^(csv|missing-table)/, "dataset.csv"], [/^(data|split|sample|declared-shape)/, "dataset"], [/^(labels|targets|loss|penalty|training-loss)/, "loss"], [/^(optimizer|training-state)/, "optimizer.type"],
  [/^(keras|pytorch|torch)/, "pasted"],
];

/**
 * @param {HTMLFormElement} form
 * @param {object} page
 * @param {() => Bench} page.bench
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {(place?: string) => void} page.onChange  place: the field that is being written in
 * @param {() => void} page.onGraph
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {(table: import("../../lib/types.js").Table) => void} page.onTable  its file was opened
 */
export function createBuilder(form, { bench, words, onChange, onGraph, onTable, client }) {
  const panel = createPanel(form);
  const fields = createFields(form, onChange);
  const { labelled, chooser, entry, fault, clearFault } = fields;
  const own = createOwnTable({
    bench, words, client, fields, onChange, onTable, onRebuild: (isChange = true) => (isChange ? changed() : show()),
    onRead: () => (bench().features = own.features),
  });
  const shapes = createLayerTable({ bench, words, client });

  /** Something else is to be seen in the form. */
  function changed() {
    show();
    onChange();
  }

  /** @param {string} place @param {Record<string, any>} spec @param {PieceField} field */
  function fieldOf(place, spec, field) {
    const text = translateOr(words().t, `network.field.${field.name}`, {}, field.name);
    const { t } = words();
    /** @param {string} value */
    const take = (value) => (spec[field.name] = readField(field, value));
    const given = fieldText(spec[field.name]);
    if (field.kind === "flag" || field.kind === "choice") {
      const options = field.kind === "flag" ? [["true", t("network.yes")], ["false", t("network.no")]] : (field.choices ?? []).map((name) => [name, name]);
      const usual = field.default === null ? [["", "–"]] : [];
      return chooser(`${place}.${field.name}`, text, /** @type {[string, string][]} */ ([...usual, ...options]), given || fieldText(field.default), (value) => {
        take(value);
        onChange();
      });
    }
    return entry(`${place}.${field.name}`, text, given, take, fieldText(field.default));
  }

  /** @param {string} place @param {Record<string, any>} spec @param {PieceField[]} fields  the first in sight, the others beneath */
  function fieldsOf(place, spec, fields) {
    const [first, more] = [fields.filter(isFirst), fields.filter((field) => !isFirst(field))];
    const hidden = more.length ? [h("details", { id: `${idOf(place)}-more` }, h("summary", {}, words().t("network.more")), h("div", { class: "fields" }, ...more.map((field) => fieldOf(place, spec, field))))] : [];
    return [...(first.length ? [h("div", { class: "fields" }, ...first.map((field) => fieldOf(place, spec, field)))] : []), ...hidden];
  }

  /** @param {string} title @param {...Node} content */
  function part(title, ...content) {
    return h("fieldset", {}, h("legend", {}, title), ...content);
  }

  function starters() {
    const { t } = words();
    const options = Object.keys(STARTERS).map((name) => /** @type {[string, string]} */ ([name, t(`network.starter.${name}`)]));
    const own = /** @type {[string, string][]} */ (bench().starter ? [] : [["", t("network.starter.own")]]);
    return chooser("starter", t("network.starter"), [...own, ...options], bench().starter, (name) => {
      if (!name) return;
      Object.assign(bench(), { draft: draftOf(name), starter: name });
      changed();
    });
  }

  function data() {
    const { t, language } = words();
    const { draft, datasets } = bench();
    const options = datasets.map(({ name, title }) => /** @type {[string, string]} */ ([name, title[language]]));
    const chosen = datasets.find(({ name }) => name === draft.data.name);
    const arrays = /** @type {[string, string][]} */ (draft.data.arrays ? [["arrays", t("network.data.arrays")]] : []);
    const choose = chooser("dataset", t("network.data.choose"), [...options, ["csv", t("network.data.own")], ...arrays], draft.data.name, (name) => {
      draft.data.name = name;
      fitTo(draft, datasets.find((one) => one.name === name));
      changed();
    });
    const noise = chosen?.drawn ? [entry("dataset.noise", t("network.data.noise"), String(draft.data.noise), (text) => (draft.data.noise = /** @type {any} */ (readField({ name: "", required: false, default: 0, kind: "number" }, text) ?? 0)))] : [];
    const toy = chosen?.drawn ? featuresOf(draft) : [];
    const source = chosen ? [h("p", { class: "note" }, t(`dataset.${chosen.name}.source`))] : draft.data.name === "csv" ? own.content() : [];
    return part(t("network.data"), h("div", { class: "fields" }, choose, ...noise), ...toy, ...source);
  }

  /** What the network is given of a toy's points. @param {Draft} draft */
  function featuresOf(draft) {
    const { t } = words();
    const chosen = draft.data.features ?? COORDINATES;
    const boxes = FEATURES.map((name) => {
      const box = h("input", { type: "checkbox", id: idOf(`dataset.features.${name}`), checked: chosen.includes(name) });
      box.addEventListener("change", () => {
        const left = FEATURES.filter((one) => (one === name ? box.checked : (draft.data.features ?? COORDINATES).includes(one)));
        if (!left.length) return void (box.checked = true); // a network is given something
        if (String(left) === String(COORDINATES)) delete draft.data.features;
        else draft.data.features = left;
        onChange();
      });
      return h("label", {}, box, featureText(name));
    });
    const group = h("div", { class: "features", role: "group", "aria-label": t("network.features") }, ...boxes);
    group.dataset.place = "dataset.features";
    return [h("p", { class: "note" }, t("network.features")), group];
  }

  function layers() {
    const { t } = words();
    const { draft } = bench();
    if (draft.pasted !== null) {
      const back = h("button", { type: "button", id: "net-unpaste", onclick: () => { draft.pasted = null; changed(); } }, t("network.layers.back"));
      const text = typeof draft.pasted === "string" ? draft.pasted : JSON.stringify(draft.pasted, null, 1);
      const shown = h("pre", { tabindex: 0, id: idOf("pasted"), role: "group", "aria-label": t("network.paste") }, text);
      shown.dataset.place = "pasted";
      return part(t("network.layers"), shown, back, shapes.element);
    }
    const add = h("button", { type: "button", id: "net-add", onclick: () => { draft.layers.push({ type: "affine", units: 4 }); renamed(); changed(); focus(`layers[${draft.layers.length - 1}].type`); } }, t("network.layers.add"));
    return part(t("network.layers"), h("ol", { class: "layers" }, ...draft.layers.map(layer)), add, shapes.element, paste());
  }

  /** The reader's own network now, and no longer one to begin with. */
  function renamed() {
    bench().starter = "";
  }

  /** @param {import("./spec.js").LayerSpec} spec @param {number} index */
  function layer(spec, index) {
    const { t } = words();
    const { draft, pieces } = bench();
    const place = `layers[${index}]`;
    const known = pieces.layers.filter(({ type, inputs }) => inputs === 1 && !PASTED_ONLY.has(type));
    const options = known.map(({ type }) => /** @type {[string, string]} */ ([type, type]));
    const type = chooser(`${place}.type`, t("network.layer", { number: index + 1 }), options, spec.type, (chosen) => {
      draft.layers[index] = { type: chosen, ...(chosen === "affine" && { units: 4 }) };
      renamed();
      changed();
    });
    /** @param {number} by */
    const move = (by) => () => {
      const [moved] = draft.layers.splice(index, 1);
      draft.layers.splice(index + by, 0, moved);
      renamed();
      changed();
      const same = form.querySelector(`#net-${by < 0 ? "up" : "down"}-${index + by}:enabled`);
      if (same instanceof HTMLElement) same.focus();
      else focus(`layers[${index + by}].type`);
    };
    const remove = () => {
      draft.layers.splice(index, 1);
      renamed();
      changed();
      focus(draft.layers.length ? `layers[${Math.min(index, draft.layers.length - 1)}].type` : "starter");
    };
    /** @param {string} kind @param {string} sign @param {boolean} disabled @param {EventListener} act */
    const button = (kind, sign, disabled, act) => {
      const label = t(`network.layers.${kind}`, { name: spec.type, number: index + 1 });
      return h("button", { type: "button", class: "quiet", id: `net-${kind}-${index}`, disabled, "aria-label": label, title: label, onclick: act }, sign);
    };
    const acts = h("div", { class: "acts" },
      button("up", "↑", index === 0, move(-1)), button("down", "↓", index === draft.layers.length - 1, move(1)), button("remove", "×", draft.layers.length === 1, remove));
    const fields = pieces.layers.find((piece) => piece.type === spec.type)?.fields ?? [];
    // Most layers are told one thing, which then stands in the same row.
    const single = fields.filter(isFirst).length === 1 ? fields.filter(isFirst) : [];
    const beside = single.map((field) => fieldOf(place, spec, field));
    const row = h("li", {}, h("div", { class: "first" }, type, ...beside, acts), ...fieldsOf(place, spec, fields.filter((field) => !single.includes(field))));
    row.dataset.place = place;
    return row;
  }

  function paste() {
    const { t } = words();
    const text = h("textarea", { rows: 5, spellcheck: "false", placeholder: "nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2))" });
    const take = h("button", { type: "button", id: "net-take", onclick: () => takePasted(text) }, t("network.paste.take"));
    return h("details", { id: "net-paste" }, h("summary", {}, t("network.paste")), h("p", { class: "note" }, t("network.paste.about")), labelled("paste.text", t("network.paste.text"), text), take);
  }

  /** @param {HTMLTextAreaElement} text */
  function takePasted(text) {
    const { t } = words();
    const { draft, pieces } = bench();
    if (!text.value.trim()) return;
    try {
      bench().draft = withPasted(draft, readPasted(text.value), pieces);
      renamed();
      changed();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      fault(text, t("network.paste.broken"));
    }
  }

  /** @param {"loss" | "optimizer"} name @param {import("./spec.js").Piece[]} pieces */
  function chosenPiece(name, pieces) {
    const { t } = words();
    const { draft } = bench();
    const options = pieces.map(({ type }) => /** @type {[string, string]} */ ([type, type]));
    const type = chooser(`${name}.type`, t("network.kind"), options, draft[name].type, (chosen) => {
      draft[name] = { type: chosen, ...(name === "optimizer" && draft.optimizer.lr !== undefined && { lr: draft.optimizer.lr }) };
      changed();
    });
    const fields = (pieces.find((piece) => piece.type === draft[name].type)?.fields ?? []).filter((field) => field.name !== "reduction");
    return part(t(`network.${name}`), h("div", { class: "fields" }, type), ...fieldsOf(name, draft[name], fields));
  }

  function whole() {
    const { t } = words();
    const { draft, pieces } = bench();
    /** @param {string} text */
    const read = (text) => /** @type {any} */ (readField({ name: "", required: false, default: null, kind: "whole" }, text));
    return part(t("network.how"), h("div", { class: "fields" },
      chooser("init", t("network.init"), pieces.inits.map((name) => [name, name]), draft.init, (value) => {
        draft.init = value;
        onChange();
      }),
      entry("batch_size", t("network.batch"), fieldText(draft.batchSize), (text) => (draft.batchSize = read(text)), t("network.batch.all")),
      entry("init_seed", t("network.seed"), fieldText(draft.seed), (text) => (draft.seed = read(text)), "0")));
  }

  function show() {
    const { t } = words();
    const { pieces } = bench();
    form.setAttribute("aria-label", t("network.build"));
    panel.fill(
      h("div", { class: "fields" }, starters()), data(), layers(), chosenPiece("loss", pieces.losses), chosenPiece("optimizer", pieces.optimizers), whole(),
      h("p", { class: "note" }, t("network.graph.about")));
    shapes.ask();
  }

  /** @param {string} place */
  function focus(place) {
    /** @type {HTMLElement | null} */ (form.querySelector(`#${CSS.escape(idOf(place))}`))?.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onGraph();
  });

  return {
    show,
    /** The form says something else. */
    changed: () => shapes.ask(),
    clearFaults() {
      for (const control of form.querySelectorAll("[aria-invalid]")) clearFault(/** @type {HTMLElement} */ (control));
    },
    /**
     * Say what is wrong at the field that it belongs to.
     * @param {unknown} error
     * @param {string} text
     * @returns {boolean}  whether there is such a field
     */
    blame(error, text) {
      if (!(error instanceof Problem)) return false;
      const { kind, params } = error;
      const given = String(params.place ?? params.field ?? "") || (PLACES.find(([pattern]) => pattern.test(kind))?.[1] ?? "");
      for (let place = given; place; place = place.replace(/(\.[^.[\]]*|\[[^[\]]*\]|^[^.[]+)$/, "")) {
        const control = form.querySelector(`[data-place="${CSS.escape(place)}"]`) ?? form.querySelector(`[data-place="${CSS.escape(place)}.type"]`);
        if (control instanceof HTMLElement) {
          fault(control, text);
          return true;
        }
      }
      return false;
    },
  };
}

/** @param {PieceField} field */
function isFirst(field) {
  return field.required || FIRST_FIELDS.has(field.name);
}

/** x1^2 as x₁². @param {string} name */
function featureText(name) {
  return name.replaceAll("x1", "x₁").replaceAll("x2", "x₂").replace("^2", "²").replace("*", " ");
}
