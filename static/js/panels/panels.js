/** The panels beside the graph, one entry each: tabs, keys and the command palette are made from it. */

/** @typedef {import("./tabs.js").PanelPage} PanelPage */
/** @typedef {import("./tabs.js").Panel} Panel */
/**
 * @typedef {object} PanelEntry
 * @property {string} id
 * @property {"build" | "understand" | "debug"} group  what it is for
 * @property {string} words  key of what the tab says
 * @property {string | null} title  key of what it is for
 * @property {string | null} key  that opens it, and leads back
 * @property {((place: HTMLElement, page: PanelPage) => Promise<Panel>) | null} load  null: it is there from the start
 */

/** @type {PanelEntry[]} */
export const PANELS = [
  { id: "inspector", group: "understand", words: "inspector.title", title: null, key: null, load: null },
  { id: "derive", group: "understand", words: "tabs.derive", title: "tabs.derive.title", key: "d", load: async (place, page) => (await import("./derive/derive.js")).createDerive(place, page) },
  { id: "influence", group: "understand", words: "tabs.influence", title: "tabs.influence.title", key: "i", load: async (place, page) => (await import("./influence/influence.js")).createInfluence(place, page) },
  { id: "check", group: "debug", words: "tabs.check", title: "tabs.check.title", key: "c", load: async (place, page) => (await import("./check/check.js")).createCheck(place, page) },
  { id: "diagnose", group: "debug", words: "tabs.diagnose", title: "tabs.diagnose.title", key: "g", load: async (place, page) => (await import("./diagnose/diagnose.js")).createDiagnose(place, page) },
  { id: "first-nan", group: "debug", words: "tabs.nan", title: "tabs.nan.title", key: "x", load: async (place, page) => (await import("./first_nan/first_nan.js")).createFirstNan(place, page) },
  { id: "training", group: "build", words: "tabs.training", title: null, key: null, load: null }, // filled by the network's place
];
