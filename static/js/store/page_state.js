/**
 * The whole state of the page in the URL's fragment: "#1=" and the compressed JSON of what differs from the defaults.
 *
 * A fragment is a stranger's input: what does not fit the table below is dropped, and what cannot be read at all is
 * refused as a whole.
 */

import { FARTHEST, NEAREST } from "../graph/drawing/visible_parts.js";

/** @typedef {import("../lib/types.js").View} View */
/** @typedef {{draft: Record<string, any>, starter: string}} NetworkSettings  starter: the network that it began with, "" for one's own */
/**
 * @typedef {object} PageState
 * @property {string} program
 * @property {Record<string, unknown>} inputs
 * @property {string | null} example  the example that `program` is, unedited
 * @property {number} cursor
 * @property {"ko" | "en" | null} language  null: as the browser prefers
 * @property {"auto" | "light" | "dark"} theme
 * @property {import("../lib/types.js").Selection | null} selection
 * @property {View | null} view  where the graph is looked at, once a hand has moved it; null: it is fitted
 * @property {string[]} open  paths of the groups that are open
 * @property {"graph" | "neurons"} picture  neurons: a column for each layer, where the trace has layers
 * @property {string} panel  the one that is open beside the graph
 * @property {(number | null)[]} widths  of the columns for program and panels, in rem; null: the usual one
 * @property {string[]} folded  of them, those that are folded to a rail
 * @property {boolean} full  numbers with every digit
 * @property {boolean} whole  elided arrays are wanted with all their values, until the program is another one; in no link
 * @property {boolean} heat  the graph is a heat map of its gradients
 * @property {boolean} local  one node and its neighbours stand out, with what they tell one another
 * @property {Record<string, Record<string, unknown>>} settings  what the reader chose and wrote beside the program, by part of the page
 * @property {boolean} building  the page is where a network is built and trained
 * @property {NetworkSettings | null} network  what the network's form says; null: as it begins
 * @property {import("../lib/types.js").Updates | null} updates  of the program's parameters, where it is a step of a training
 * @property {import("../lib/types.js").Source | null} source  where the program's inputs come from, in place of `inputs`
 */

const VERSION = "1";
/** A program is at most 64 kB; this leaves room for inputs, and stops a fragment that unpacks to gigabytes. */
const LARGEST_STATE = 256 * 1024;
/** More groups than anybody opens by hand; each costs time when a graph is drawn. */
const MOST_OPEN = 200;
/** Brackets within brackets: the service takes no more, and much more would exhaust the browser's stack. */
const DEEPEST = 100;
/** Of what is selected: an edge has the names of both its ends. */
const LONGEST_NAME = 200;
/** No file system takes a longer one. */
const LONGEST_FILE_NAME = 255;
/** In JSON: of what stands beside the program a link carries no more; the browser that it was written in keeps it all. */
const LONGEST_ASIDE = 8 * 1024;
/** @type {(keyof PageState)[]} */
const ASIDES = ["settings", "network"];
/** In rem; what a page has no room for it keeps within its own bounds. */
const WIDEST = 200;
/** No graph is that large: what lies farther away is not a place in one. */
const FARTHEST_PLACE = 1e9;

/** @type {Readonly<PageState>} */
export const DEFAULTS = Object.freeze({
  program: "", inputs: {}, example: null, cursor: 0, language: null, theme: "auto", selection: null, view: null, open: [], picture: "graph", source: null, updates: null, panel: "inspector", widths: [null, null], folded: [], full: false, whole: false, heat: false, local: false, settings: {}, building: false, network: null,
});

/** One row a field: its short name in the link, and what it accepts. @type {[keyof PageState, string, (v: any) => boolean][]} */
const FIELDS = [
  ["program", "p", (v) => typeof v === "string"],
  ["inputs", "i", (v) => isPlain(v) && isShallow(v)],
  ["example", "e", (v) => typeof v === "string" && v.length <= 64],
  ["cursor", "c", (v) => Number.isSafeInteger(v) && v >= 0],
  ["language", "l", (v) => v === "ko" || v === "en"],
  ["theme", "t", (v) => v === "light" || v === "dark"],
  ["selection", "s", (v) => isPlain(v) && (v.kind === "node" || v.kind === "edge") && Number.isSafeInteger(v.id) && v.id >= 0 && (v.name === undefined || (typeof v.name === "string" && v.name.length <= LONGEST_NAME))],
  ["view", "v", (v) => Array.isArray(v) && v.length === 3 && v.every((n) => Number.isFinite(n) && Math.abs(n) <= FARTHEST_PLACE) && v[2] >= FARTHEST && v[2] <= NEAREST],
  ["open", "o", (v) => Array.isArray(v) && v.length <= MOST_OPEN && v.every((path) => typeof path === "string")],
  ["picture", "f", (v) => v === "neurons"],
  ["panel", "a", (v) => typeof v === "string" && /^[a-z-]{1,32}$/.test(v)],
  ["widths", "x", (v) => Array.isArray(v) && v.length === 2 && v.every((n) => n === null || (Number.isFinite(n) && n > 0 && n <= WIDEST))],
  ["folded", "y", (v) => Array.isArray(v) && v.every((name) => name === "program" || name === "panels")],
  ["full", "d", (v) => v === true],
  ["local", "k", (v) => v === true],
  ["heat", "h", (v) => v === true],
  ["settings", "w", (v) => isPlain(v) && isShallow(v) && Object.values(v).every(isPlain)],
  ["building", "g", (v) => v === true],
  ["network", "b", (v) => isPlain(v) && typeof v.starter === "string" && isDraft(v.draft) && isShallow(v)],
  ["updates", "u", (v) => isPlain(v) && Object.values(v).every(isPlain) && isShallow(v)],
  ["source", "n", (v) => isPlain(v) && /^(network|train|onnx)$/.test(v.name) && isPlain(v.body) && isShallow(v.body) && isTable(v.body.dataset?.table)],
];

export class UnreadableLink extends Error {}

/**
 * @param {PageState} state
 * @returns {Promise<string>} "#1=…", or "" for the defaults
 */
export async function encodeState(state) {
  const short = shortOf(state);
  for (const [name, letter] of FIELDS) if (ASIDES.includes(name) && JSON.stringify(short[letter] ?? null).length > LONGEST_ASIDE) delete short[letter];
  if (Object.keys(short).length === 0) return "";
  const packed = new Blob([JSON.stringify(short)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `#${VERSION}=${toBase64url(await gather(packed, Infinity))}`;
}

/**
 * What mail clients and chats make of a link is read all the same: they append the sentence's punctuation, break long
 * lines, and write letters as %3D.
 *
 * @param {string} fragment  as in location.hash
 * @returns {Promise<PageState>}
 * @throws {UnreadableLink}
 */
export async function decodeState(fragment) {
  if (fragment === "" || fragment === "#") return { ...DEFAULTS };
  const content = new RegExp(`^#\\s*${VERSION}\\s*=(.*)`, "s").exec(withoutPercents(fragment))?.[1];
  if (content === undefined) throw new UnreadableLink("version");
  for (const candidate of candidates(content)) {
    const text = await unpacked(candidate).catch(() => null);
    if (text !== null) return stateOf(parsed(text));
  }
  throw new UnreadableLink("content");
}

/** Encoders that a link may have gone through one after another. */
const ENCODERS = 5;

/** Letters instead of %xx, also where one encoder came after another. @param {string} text */
function withoutPercents(text) {
  for (let before = "", times = 0; before !== text && times < ENCODERS; times += 1) {
    before = text;
    text = text.replace(/%([0-7][0-9a-f])/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  }
  return text;
}

/**
 * What may be the packed state in what stands behind the prefix: all letters of base64 up to the first other character,
 * or with white space taken out; and both without a last underscore or hyphen, which may be the sentence's.
 * @param {string} content
 */
function candidates(content) {
  const found = [content.trimStart(), content.replace(/\s/g, "")].map((text) => /^[\w+/-]*/.exec(text)?.[0] ?? "");
  return new Set(found.flatMap((text) => [text, withoutTail(text)]));
}

/** A pattern for what ends a text is tried from every letter, and would take the square of its length. @param {string} text */
function withoutTail(text) {
  let end = text.length;
  while (end > 0 && "_/+-".includes(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

/** @param {string} content  base64 @throws where it is no packed text */
async function unpacked(content) {
  const stream = new Blob([fromBase64url(content)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new TextDecoder("utf-8", { fatal: true }).decode(await gather(stream, LARGEST_STATE));
}

/** @param {string} text @returns {unknown} @throws {UnreadableLink} */
function parsed(text) {
  try {
    // JSON's 1e999 is beyond all numbers; in requests infinity has a name.
    return JSON.parse(text, (_, value) => (value === Infinity ? "Infinity" : value === -Infinity ? "-Infinity" : value));
  } catch {
    throw new UnreadableLink("content");
  }
}

/**
 * @param {PageState} state
 * @returns {Record<string, unknown>} what differs from the defaults, by short names
 */
export function shortOf(state) {
  /** @type {Record<string, unknown>} */
  const short = {};
  for (const [name, letter] of FIELDS) {
    // A source tells the inputs again.
    if (name === "inputs" && state.source) continue;
    if (JSON.stringify(state[name]) !== JSON.stringify(DEFAULTS[name])) short[letter] = state[name];
  }
  return short;
}

/**
 * @param {unknown} short
 * @returns {PageState}
 * @throws {UnreadableLink}
 */
export function stateOf(short) {
  if (!isPlain(short)) throw new UnreadableLink("content");
  /** @type {Record<string, unknown>} */
  const state = { ...DEFAULTS };
  for (const [name, letter, accepts] of FIELDS) {
    if (Object.hasOwn(short, letter) && accepts(short[letter])) state[name] = short[letter];
  }
  return /** @type {PageState} */ (/** @type {unknown} */ (state));
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the network's form can show. @param {any} draft */
function isDraft(draft) {
  if (!isPlain(draft)) return false;
  /** @param {any} spec */
  const isPiece = (spec) => isPlain(spec) && typeof spec.type === "string";
  const { data, layers, loss, optimizer, init, batchSize, seed, pasted } = draft;
  return isPlain(data) && typeof data.name === "string" && typeof data.csv === "string" && isTable(data.table) && Array.isArray(layers) && layers.every(isPiece) && isPiece(loss)
    && isPiece(optimizer) && typeof init === "string" && batchSize !== undefined && seed !== undefined && pasted !== undefined;
}

/** A table by its name and digest, or none. @param {any} table */
function isTable(table) {
  return table === undefined || (isPlain(table) && typeof table.name === "string" && table.name.length <= LONGEST_FILE_NAME && /^[0-9a-f]{32}$/.test(table.digest));
}

/** Whether no more than so many brackets stand within one another. @param {unknown} value */
function isShallow(value) {
  let level = [value];
  for (let depth = 0; level.length; depth += 1) {
    if (depth > DEEPEST) return false;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return true;
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {number} most  bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function gather(stream, most) {
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new UnreadableLink("size");
    }
    chunks.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** @param {Uint8Array} bytes */
function toBase64url(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
function fromBase64url(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
