/** What this browser keeps: the state that was left last, and programs by name. Everything read is checked. */

import { shortOf, stateOf } from "./page_state.js";

/** @typedef {import("./page_state.js").PageState} PageState */
/** @typedef {import("../lib/types.js").Work & {name: string, saved: string}} Kept  saved: when, in ISO 8601 */

const LAST = "gradlens.last";
const PROGRAMS = "gradlens.programs";
const LETTERS = "gradlens.letters";

/** The browser keeps nothing: it is private, or full. */
export class NothingKept extends Error {}

/**
 * @param {boolean} ofTab  what this tab left, and not what any tab did
 * @returns {{state: PageState, address: string} | null}  address: the fragment of that moment
 */
export function readLast(ofTab = false) {
  try {
    const { state, address } = JSON.parse((ofTab ? sessionStorage : localStorage).getItem(LAST) ?? "null");
    return { state: stateOf(state), address: String(address) };
  } catch {
    return null; // nothing kept, or nothing readable: the address alone decides
  }
}

/** @param {PageState} state @param {string} address @param {boolean} ofTab  for a reload of this tab alone */
export function keepLast(state, address, ofTab = false) {
  const kept = JSON.stringify({ state: shortOf(state), address });
  try {
    if (!ofTab) localStorage.setItem(LAST, kept);
    sessionStorage.setItem(LAST, kept);
  } catch {
    // The link holds it as well.
  }
}

/** This tab shows nothing that a reload could bring back. */
export function forgetLastOfTab() {
  try {
    sessionStorage.removeItem(LAST);
  } catch {
    // Nothing was kept.
  }
}

/** Where keys that are a single character count. @returns {"everywhere" | "figure" | "off"} */
export function readLetters() {
  try {
    const found = localStorage.getItem(LETTERS);
    return found === "figure" || found === "off" ? found : "everywhere";
  } catch {
    return "everywhere";
  }
}

/** @param {"everywhere" | "figure" | "off"} letters */
export function keepLetters(letters) {
  try {
    localStorage.setItem(LETTERS, letters);
  } catch {
    // It holds for as long as the page does not ask again.
  }
}

/** @returns {Kept[]} by name */
export function readPrograms() {
  try {
    const found = JSON.parse(localStorage.getItem(PROGRAMS) ?? "[]");
    return Array.isArray(found) ? found.filter(isKept) : [];
  } catch {
    return [];
  }
}

/**
 * Keep a program under a name; one of that name is replaced. Where a source tells the inputs, it is kept in their place; a network's form goes with the program beside it.
 * @param {import("../lib/types.js").Work & {name: string}} program
 * @throws {NothingKept}
 */
export function keepProgram({ name, program, inputs, source, network }) {
  const others = readPrograms().filter((one) => one.name !== name);
  write([...others, { name, program, ...(source ? { inputs: {}, source } : { inputs }), ...(network && { network }), saved: new Date().toISOString() }]);
}

/** @param {string} name @throws {NothingKept} */
export function removeProgram(name) {
  write(readPrograms().filter((one) => one.name !== name));
}

/** @param {string} name @param {string} to @throws {NothingKept} */
export function renameProgram(name, to) {
  write(readPrograms().filter((one) => one.name !== to || name === to).map((one) => (one.name === name ? { ...one, name: to } : one)));
}

/** @param {Kept[]} programs */
function write(programs) {
  const sorted = programs.sort((a, b) => a.name.localeCompare(b.name));
  try {
    localStorage.setItem(PROGRAMS, JSON.stringify(sorted));
  } catch {
    throw new NothingKept();
  }
}

/** @param {any} one @returns {one is Kept} */
function isKept(one) {
  return typeof one?.name === "string" && typeof one.program === "string" && typeof one.inputs === "object" && one.inputs !== null
    && !Array.isArray(one.inputs) && typeof one.saved === "string" && (one.source === undefined || stateOf({ n: one.source }).source !== null) && (one.network === undefined || stateOf({ b: one.network }).network !== null);
}
