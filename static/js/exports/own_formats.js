/** What the page itself makes of its figure, one entry each; everything else the service writes. */

/**
 * @typedef {object} OwnFormat
 * @property {string} name
 * @property {"still" | "pages" | "moving" | "code"} kind  a picture of one step; of one or of each; the play; text that leads to it
 * @property {string} ending
 * @property {readonly number[]} scales  to choose from; empty where it has no pixels
 * @property {boolean} mayBeTransparent
 */

/** @type {OwnFormat[]} */
export const OWN_FORMATS = [
  { name: "png", kind: "still", ending: ".png", scales: [1, 2, 4], mayBeTransparent: true },
  { name: "svg", kind: "pages", ending: ".svg", scales: [], mayBeTransparent: true },
  { name: "pdf", kind: "pages", ending: ".pdf", scales: [], mayBeTransparent: false },
  { name: "gif", kind: "moving", ending: ".gif", scales: [0.5, 1, 2], mayBeTransparent: false },
  { name: "mp4", kind: "moving", ending: ".mp4", scales: [0.5, 1, 2], mayBeTransparent: false },
  { name: "webm", kind: "moving", ending: ".webm", scales: [0.5, 1, 2], mayBeTransparent: false },
  { name: "embed", kind: "code", ending: ".html", scales: [], mayBeTransparent: false },
];

/** Of the service's: the page has the same as it stands on the screen. */
export const REPLACED = new Set(["svg", "svg-steps"]);
/** Frames a second while a number travels. */
export const FPS = { gif: 12.5, mp4: 30, webm: 30 };
