/** What an address says about a figure that stands in another page, beside the program in its fragment. Pure. */

import { SPEEDS } from "../graph/player.js";

/**
 * @typedef {object} Parameters
 * @property {number | "end"} step  that it is shown at first
 * @property {import("../graph/player.js").Speed} speed
 * @property {boolean} controls  whether it can be played
 * @property {"ko" | "en" | null} language  null: as the browser prefers
 * @property {"light" | "dark" | null} theme  null: as the system has it
 * @property {number | null} width  in px, at most; null: as wide as its frame
 * @property {number | null} height
 */

/** The most that a page is wide or high, in px. */
const LARGEST = 10_000;

/** @type {Readonly<Parameters>} */
export const USUAL = Object.freeze({ step: 0, speed: "1", controls: true, language: null, theme: null, width: null, height: null });

/** @param {string} text */
const size = (text) => (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= LARGEST ? Number(text) : undefined);
/** @template {string} T @param {readonly T[]} names @returns {(text: string) => T | undefined} */
const oneOf = (names) => (text) => names.find((name) => name === text);

/** One row a parameter: what its text means; undefined: nothing. @type {{[Name in keyof Parameters]: (text: string) => Parameters[Name] | undefined}} */
const READ = {
  step: (text) => (text === "end" ? text : /^\d{1,9}$/.test(text) ? Number(text) : undefined),
  speed: oneOf(SPEEDS),
  controls: (text) => new Map([["0", false], ["1", true]]).get(text),
  language: oneOf(/** @type {const} */ (["ko", "en"])),
  theme: oneOf(/** @type {const} */ (["light", "dark"])),
  width: size,
  height: size,
};

/** What each parameter takes, as it is told. @type {{[Name in keyof Parameters]: string}} */
const TAKEN = { step: "0, 1, 2, …, end", speed: SPEEDS.join(", "), controls: "0, 1", language: "ko, en", theme: "light, dark", width: `1–${LARGEST}`, height: `1–${LARGEST}` };
/** Letters of a value that are told. */
const MOST_TOLD = 40;

/** The parameters that are given and mean nothing. @param {string} search  as in location.search @returns {{name: string, got: string, takes: string}[]} */
export function unreadIn(search) {
  const given = new URLSearchParams(search);
  return Object.entries(READ).flatMap(([name, mean]) => {
    const got = given.get(name);
    return got === null || mean(got) !== undefined ? [] : [{ name, got: got.slice(0, MOST_TOLD), takes: TAKEN[/** @type {keyof Parameters} */ (name)] }];
  });
}

/** What means nothing is as it usually is. @param {string} search  as in location.search @returns {Parameters} */
export function parametersOf(search) {
  const given = new URLSearchParams(search);
  const read = Object.entries(READ).flatMap(([name, mean]) => {
    const meant = mean(given.get(name) ?? "");
    return meant === undefined ? [] : [[name, meant]];
  });
  return { ...USUAL, ...Object.fromEntries(read) };
}

/** @param {Partial<Parameters>} parameters @returns {string}  "" where all are as they usually are */
export function searchOf(parameters) {
  const told = Object.entries(parameters).filter(([name, value]) => value !== undefined && value !== USUAL[/** @type {keyof Parameters} */ (name)]);
  const search = new URLSearchParams(told.map(([name, value]) => [name, typeof value === "boolean" ? String(Number(value)) : String(value)]));
  return told.length ? `?${search}` : "";
}
