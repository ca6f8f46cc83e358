/**
 * What uploaded tables say, by their digests: state, history, links and requests name a table, and here alone is its text.
 *
 * It stays in this browser, in memory and in IndexedDB. Where that is refused (private windows) or full, memory alone has it.
 */

import { decoded } from "./file_decoding.js";
import { NetworkFailure } from "../service/failures.js";

/** @typedef {import("../lib/types.js").Table} Table */
/** @typedef {{digest: string, size: number, used: number}} Use  size: bytes; used: when last, larger is later */
/**
 * @typedef {object} Shelf  what outlives the page; every promise may reject
 * @property {(use: Use, text: string) => Promise<unknown>} keep
 * @property {(digest: string, used: number) => Promise<string | undefined>} find
 */

/** Sixteen of the largest tables that the service takes, and little beside what browsers give to a site. */
const MOST_BYTES = 32_000_000;
/** A course's worth; looking through so many uses costs nothing. */
const MOST_TABLES = 100;
/** Of SHA-256's hexadecimal digits: 128 bits tell apart more tables than anybody has, and keep a link short. */
const DIGITS = 32;

/**
 * The tables that go, so that what was used last stays; the one used last of all always does.
 * @param {Use[]} uses
 * @returns {string[]} their digests
 */
function surplus(uses) {
  let bytes = 0;
  return uses.toSorted((a, b) => b.used - a.used).filter(({ size }, i) => (bytes += size) > MOST_BYTES && i > 0 || i >= MOST_TABLES).map(({ digest }) => digest);
}

/** Milliseconds: some browsers open a database never, and say nothing. */
const PATIENCE = 3000;

/** @param {Shelf} [shelf] @param {number} [patience]  milliseconds, for the shelf */
export function createTables(shelf = browserShelf(), patience = PATIENCE) {
  /** @type {Map<string, Use & {text: string}>} */
  const memory = new Map();
  let last = 0;

  /** Later than all before, also within a millisecond and in another tab. */
  const now = () => (last = Math.max(Date.now(), last + 1));

  /** What the shelf answers; nothing where it fails, or does not answer. @template T @param {Promise<T>} answer @returns {Promise<T | undefined>} */
  async function asked(answer) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, patience)));
    const found = await Promise.race([answer, late]).catch(() => undefined);
    clearTimeout(timer);
    return found;
  }

  /** @param {Use} use @param {string} text */
  function remember(use, text) {
    memory.set(use.digest, { ...use, text });
    for (const digest of surplus([...memory.values()])) memory.delete(digest);
  }

  /** @param {string} text @returns {Promise<string>} its digest @throws {NetworkFailure} */
  async function put(text) {
    // crypto.subtle is missing over plain http.
    const { sha256 } = await import("@noble/hashes/sha2.js").catch((error) => {
      throw new NetworkFailure(String(error));
    });
    const bytes = new TextEncoder().encode(text);
    const digest = Array.from(sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, DIGITS);
    const use = { digest, size: bytes.length, used: now() };
    remember(use, text);
    if (use.size <= MOST_BYTES) await asked(shelf.keep(use, text));
    return digest;
  }

  return {
    put,
    /** The text that memory has: at once. @param {string} digest */
    at: (digest) => memory.get(digest)?.text,
    /** @param {string} digest @returns {Promise<string | null>} null: this browser does not have it */
    async text(digest) {
      const used = now();
      const known = memory.get(digest);
      if (known) {
        known.used = used;
        return known.text;
      }
      const text = await asked(shelf.find(digest, used));
      if (text === undefined) return null;
      remember({ digest, size: new TextEncoder().encode(text).length, used }, text);
      return text;
    },
    /**
     * A file as a table; however its letters and the ends of its lines are written, it is the same one. What is no text, a workbook
     * above all, is kept as its bytes: the service reads it, or says what it needs.
     * @param {File} file
     * @param {string} [encoding]  one of ENCODINGS, in the place of what the bytes tell
     * @returns {Promise<(Table & {encoding: string}) | null>}  null: it is gone, or not in this encoding
     * @throws {NetworkFailure}
     */
    async read(file, encoding) {
      const buffer = await file.arrayBuffer().catch(() => null);
      if (!buffer) return null;
      const bytes = new Uint8Array(buffer);
      const found = decoded(bytes, encoding);
      if (found) return { name: file.name, encoding: found.encoding, digest: await put(found.text.replace(/\r\n?/g, "\n")) };
      return encoding ? null : { name: file.name, encoding: "", bytes: true, digest: await put(base64(bytes)) };
    },
  };
}

/** Bytes that are made letters at a time: more arguments than a call may have would be an error. */
const PART = 32_768;

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += PART) binary += String.fromCharCode(...bytes.subarray(at, at + PART));
  return btoa(binary);
}

/** IndexedDB; two stores, so that what goes is found without reading any text. @returns {Shelf} */
function browserShelf() {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("gradlens", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("texts");
        request.result.createObjectStore("uses", { keyPath: "digest" });
      };
      request.onsuccess = () => {
        const leave = () => (opening = null);
        request.result.onclose = leave;
        request.result.onversionchange = () => {
          request.result.close();
          leave();
        };
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => reject(request.error);
    });
    opening.catch(() => (opening = null));
    return opening;
  }

  /** @param {(texts: IDBObjectStore, uses: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} its result, once it is kept */
  async function transact(act) {
    const transaction = (await open()).transaction(["texts", "uses"], "readwrite");
    return new Promise((resolve, reject) => {
      const request = act(transaction.objectStore("texts"), transaction.objectStore("uses"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    keep: (use, text) => transact((texts, uses) => {
      uses.put(use);
      const all = uses.getAll();
      all.onsuccess = () => {
        for (const digest of surplus(all.result)) {
          uses.delete(digest);
          texts.delete(digest);
        }
      };
      return texts.put(text, use.digest);
    }),
    find: (digest, used) => transact((texts, uses) => {
      const use = uses.get(digest);
      use.onsuccess = () => use.result && uses.put({ ...use.result, used });
      return texts.get(digest);
    }),
  };
}

/** This browser's. */
export const tables = createTables();
