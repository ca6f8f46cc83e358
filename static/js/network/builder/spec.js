/** What the reader builds, and the request that it is. Pure. */

/**
 * @typedef {Record<string, any> & {type: string}} LayerSpec
 *
 * @typedef {object} Draft  a network and its training, as the reader has them on the page
 * @property {{name: string, csv: string, noise: number, arrays?: {x: unknown, t: unknown}, table?: UploadedTable, choices?: Record<string, unknown>, features?: string[], pasted?: {name: string, fields: Record<string, unknown>}}} data
 *   name: of the catalogue, "csv", or "arrays"; csv: what was written; table: a file that was opened in the place of it;
 *   features: of FEATURES, for a toy; choices: how an own table is read and split, by the fields of a request's data;
 *   pasted: what was pasted with the data of that name and has no field on the page
 * @property {LayerSpec[]} layers
 * @property {unknown} pasted  layers in one of the forms that the service reads, in place of the list; null where there are none
 * @property {LayerSpec} loss
 * @property {LayerSpec} optimizer
 * @property {string} init
 * @property {number | null} batchSize
 * @property {number | null} seed
 * @property {Record<string, unknown>} [extra]  what was pasted and has no field on the page
 *
 * @typedef {import("../../lib/types.js").Table & {encoding: string}} UploadedTable  encoding: in which the file was read
 * @typedef {import("../../service/wire_types.js").Dataset} Dataset
 * @typedef {import("../../service/wire_types.js").PieceField} PieceField
 * @typedef {import("../../service/wire_types.js").Piece} Piece
 * @typedef {import("../../service/wire_types.js").LayerPiece} LayerPiece
 * @typedef {import("../../service/wire_types.js").Pieces} Pieces
 */

/** Points a side of the grid whose outputs paint the plane: fine enough for a smooth border, and 20 kB a picture. */
export const GRID = 36;
/** Half the side of the plane that is painted: the toys lie within 6, standardised features within 3 but for a few. */
const REACH = { toy: 6, standard: 3, range: 1.2 };
/** Of a request's data: what has a field on the page for an own table. */
const CHOICES = ["label", "use", "task", "missing", "scaling", "header", "separator", "test", "seed"];
const EXTRAS = ["l1", "l2", "parameters"];
const TRAINING_EXTRAS = ["freeze", "shuffle"];
const TOYS = ["circle", "xor", "gauss", "spiral", "plane", "hills"];
/** What a network may be given of a toy's points. */
export const FEATURES = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"];
/** What it is given unless others are chosen. */
export const COORDINATES = FEATURES.slice(0, 2);
/** In the plane of a graph's first picture so many samples can still be read; training takes its own number. */
const SHOWN_SAMPLES = 10;

/** @param {number} units */
const affine = (units) => ({ type: "affine", units });
/** @param {number} depth @param {string} activation */
const deep = (depth, activation) => [...Array.from({ length: depth }, () => [affine(8), { type: activation }]).flat(), affine(2)];
const classes = { loss: { type: "softmax_cross_entropy" } };

/** Networks to begin with; each shows something. @type {Record<string, Partial<Draft> & {layers: LayerSpec[]}>} */
export const STARTERS = {
  circle: { ...classes, data: toy("circle"), layers: [affine(4), { type: "tanh" }, affine(2)], optimizer: { type: "sgd", lr: 0.3 } },
  spiral: {
    ...classes, data: toy("spiral"), layers: [affine(32), { type: "relu" }, affine(32), { type: "relu" }, affine(2)],
    optimizer: { type: "adam", lr: 0.01 }, batchSize: 20,
  },
  iris: { ...classes, data: toy("iris"), layers: [affine(10), { type: "relu" }, affine(3)], optimizer: { type: "sgd", lr: 0.1 } },
  digits: {
    ...classes, data: toy("digits"), layers: [affine(50), { type: "relu" }, affine(10)], optimizer: { type: "adam", lr: 0.005 }, batchSize: 50,
  },
  digits_convolution: {
    ...classes, data: toy("digits"), batchSize: 50, optimizer: { type: "adam", lr: 0.005 },
    layers: [
      { type: "reshape", shape: [1, 8, 8] }, { type: "conv2d", filters: 8, size: 3 }, { type: "relu" }, { type: "max_pool2d", size: 2 },
      { type: "flatten" }, affine(10),
    ],
  },
  hills: { data: toy("hills"), layers: [affine(8), { type: "tanh" }, affine(8), { type: "tanh" }, affine(1)], loss: { type: "mse" }, optimizer: { type: "adam", lr: 0.01 } },
  diabetes: { data: toy("diabetes"), layers: [affine(8), { type: "relu" }, affine(1)], loss: { type: "mse" }, optimizer: { type: "sgd", lr: 0.05 } },
  ten_sigmoids: { ...classes, data: toy("circle"), layers: deep(10, "sigmoid"), init: "xavier", optimizer: { type: "sgd", lr: 0.1 } },
  ten_relus: { ...classes, data: toy("circle"), layers: deep(10, "relu"), init: "he", optimizer: { type: "sgd", lr: 0.1 } },
};

/** @param {string} name */
function toy(name) {
  return { name, csv: "", noise: 0 };
}

/** @param {string} starter @returns {Draft} */
export function draftOf(starter) {
  const given = structuredClone(STARTERS[starter]);
  return /** @type {Draft} */ ({ pasted: null, init: "he", batchSize: 10, seed: 0, ...given });
}

/** Other data: the output and the loss follow it. @param {Draft} draft @param {Pick<Dataset, "task" | "classes"> | undefined} dataset */
export function fitTo(draft, dataset) {
  if (!dataset) return;
  const isRegression = dataset.task === "regression";
  const wasRegression = ["mse", "mae", "huber"].includes(draft.loss.type);
  if (isRegression !== wasRegression) draft.loss = { type: isRegression ? "mse" : "softmax_cross_entropy" };
  const last = draft.layers.findLast(({ type }) => type === "affine");
  if (last) last.units = dataset.classes?.length ?? 1;
}

/** @param {Draft} draft @returns {Record<string, unknown>} what /api/network takes; of an uploaded table, its name */
export function networkRequest(draft) {
  const { csv, table, name, noise, arrays, pasted, choices, features } = draft.data;
  const seed = draft.seed ?? 0;
  const own = table ? { table: named(table) } : { csv };
  const chosen = name === "csv" ? { ...own, seed, ...choices } : { name, seed, ...(TOYS.includes(name) && { ...(noise && { noise }), ...(features && { features }) }) };
  const dataset = { ...chosen, ...(pasted?.name === name && pasted.fields) };
  return {
    ...pick(draft.extra, EXTRAS), ...(name === "arrays" ? arrays : { dataset }),
    layers: draft.pasted ?? draft.layers.map(clean), loss: clean(draft.loss), init: draft.init, init_seed: seed,
    ...(draft.batchSize !== null && { batch_size: draft.batchSize }),
  };
}

/** Of a training sample or two the graph is made that is looked at first. @param {Draft} draft */
export function graphRequest(draft) {
  const request = networkRequest(draft);
  return { ...request, batch_size: Math.min(Number(request.batch_size ?? SHOWN_SAMPLES), SHOWN_SAMPLES) };
}

/** @param {Draft} draft @param {number | null} [features]  of a sample of an own table @returns {Record<string, unknown>} what /api/train takes, but for how long */
export function trainRequest(draft, features = null) {
  const reach = reachOf(draft, features);
  return { ...networkRequest(draft), ...pick(draft.extra, [...TRAINING_EXTRAS, ...(draft.data.name === "arrays" ? ["train"] : [])]), optimizer: clean(draft.optimizer), shuffle_seed: draft.seed ?? 0, ...(reach && { predict: grid(reach) }) };
}

/** What a request says of a table. @param {import("../../lib/types.js").Table} table @returns {import("../../lib/types.js").Table} */
export function named({ name, digest, bytes }) {
  return { name, digest, ...(bytes && { bytes }) };
}

/** @param {Record<string, unknown> | undefined} from @param {string[]} names */
function pick(from, names) {
  return Object.fromEntries(names.filter((name) => from?.[name] !== undefined).map((name) => [name, from?.[name]]));
}

/** A field that says nothing is left out. @param {LayerSpec} spec */
function clean(spec) {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null && value !== ""));
}

/** Half the side of the plane in which the data lie; null where they lie in no plane. @param {Draft} draft @param {number | null} [features]  of a sample of an own table */
export function reachOf({ data }, features = null) {
  if (TOYS.includes(data.name)) return REACH.toy;
  const scaling = /** @type {keyof typeof REACH} */ (data.choices?.scaling ?? "standard");
  return data.name === "csv" && features === 2 ? REACH[scaling] ?? null : null;
}

/** The points of a grid over the plane, row by row from the top left. @param {number} reach @returns {[number, number][]} */
export function grid(reach) {
  const at = Array.from({ length: GRID }, (_, i) => Math.round(reach * ((2 * i + 1) / GRID - 1) * 1e6) / 1e6);
  return at.flatMap((y) => at.map((x) => /** @type {[number, number]} */ ([x, -y])));
}

/**
 * What was pasted: a request of the service's own, layers, a Keras configuration, or PyTorch's text.
 * @param {string} text
 * @returns {{layers: unknown, rest: Record<string, any>}}
 * @throws {SyntaxError} where it begins as JSON and is none
 */
export function readPasted(text) {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return { layers: trimmed, rest: {} };
  const found = JSON.parse(trimmed);
  const isRequest = !Array.isArray(found) && Array.isArray(found.layers) && !("class_name" in found);
  const { layers, ...rest } = isRequest ? found : { layers: found };
  return { layers, rest };
}

/**
 * A draft with what was pasted in the place of what it says itself.
 * @param {Draft} draft
 * @param {ReturnType<typeof readPasted>} pasted
 * @param {Pieces} pieces
 * @returns {Draft}
 */
export function withPasted(draft, { layers, rest }, pieces) {
  const listed = listable(layers, pieces);
  /** @param {any} spec */
  const typed = (spec) => (typeof spec === "string" ? { type: spec } : spec);
  return {
    ...draft, ...(listed ? { layers: listed, pasted: null } : { pasted: layers }),
    loss: typed(rest.loss ?? draft.loss), optimizer: typed(rest.optimizer ?? draft.optimizer), init: rest.init ?? draft.init,
    batchSize: rest.batch_size ?? draft.batchSize, seed: rest.init_seed ?? draft.seed, extra: rest,
    data: rest.x === undefined ? withDataset(draft.data, rest.dataset) : { ...draft.data, name: "arrays", arrays: { x: rest.x, t: rest.t } },
  };
}

/**
 * What has a field on the page goes there, and all else is asked as it was written: the service says what it does not take.
 * @param {Draft["data"]} data
 * @param {unknown} pasted  a name, or the fields of a request's data
 * @returns {Draft["data"]}
 */
function withDataset(data, pasted) {
  if (pasted === undefined || pasted === null) return data;
  const { table, ...written } = data;
  /** @type {Record<string, any>} */
  const fields = typeof pasted === "object" ? { ...pasted } : { name: pasted };
  const found = typeof fields.csv === "string" ? { ...written, name: "csv", csv: fields.csv } : typeof fields.name === "string" ? { ...data, name: fields.name } : data;
  if (found.name === "csv") delete fields.csv;
  else if (found.name === fields.name) delete fields.name;
  if (found.name === "csv") {
    found.choices = pick(fields, CHOICES);
    for (const name of Object.keys(found.choices)) delete fields[name];
  }
  if (TOYS.includes(found.name) && typeof fields.noise === "number") {
    found.noise = fields.noise;
    delete fields.noise;
  }
  return { ...found, pasted: { name: found.name, fields } };
}

/** Layers that the page's list can hold: known types, and only fields of a line. @param {unknown} layers @param {Pieces} pieces */
function listable(layers, pieces) {
  if (!Array.isArray(layers)) return null;
  const specs = layers.map((layer) => (typeof layer === "string" ? { type: layer } : layer));
  const fits = specs.every((spec) => {
    const piece = pieces.layers.find(({ type }) => type === spec?.type);
    return piece && Object.keys(spec).every((name) => name === "type" || piece.fields.some((field) => field.name === name));
  });
  return fits ? /** @type {LayerSpec[]} */ (structuredClone(specs)) : null;
}

/** What was given to an input, as the service takes it. @param {PieceField} field @param {string} text */
export function readField({ kind }, text) {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (kind === "flag") return trimmed === "true";
  if (kind === "choice") return trimmed;
  if (kind !== "pair" && kind !== "sizes") return numberOr(trimmed);
  const parts = trimmed.split(/[\s,×x]+/).filter(Boolean).map(numberOr);
  return kind === "pair" && parts.length === 1 ? parts[0] : parts;
}

/** A word that is no number goes to the service as it is: it says what is wrong with it. @param {string} text */
export function numberOr(text) {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** @param {any} value */
export function fieldText(value) {
  return Array.isArray(value) ? value.join(", ") : value === null || value === undefined ? "" : String(value);
}
