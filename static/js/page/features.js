/**
 * Everything that the page can be asked to do, one entry each. The keys, the help sheet and the command palette are made
 * from this table: a new entry touches no other file, but for its name in the catalogues, "command." and its id.
 */

import { SPEEDS } from "../graph/player.js";
import { PANELS } from "../panels/panels.js";

/**
 * @typedef {object} Page  what the entries act on
 * @property {import("../graph/element.js").GradlensGraph} figure
 * @property {() => import("../graph/element.js").GradlensGraph | NonNullable<ReturnType<typeof import("../network/neurons_loader.js").createNeuronsLoader>["view"]>} picture  what is seen in the figure's place
 * @property {ReturnType<typeof import("./layout/columns.js").createColumns>} columns
 * @property {ReturnType<typeof import("../graph/open_groups.js").createOpenGroups>} groups
 * @property {ReturnType<typeof import("../panels/inspector/cells_loader.js").createCellsLoader>} cells
 * @property {ReturnType<typeof import("../panels/panel_loader.js").createPanelLoader>} panels
 * @property {ReturnType<typeof import("../network/neurons_loader.js").createNeuronsLoader>} neurons
 * @property {ReturnType<typeof import("../network/network_loader.js").createNetworkLoader>} network
 * @property {{show: () => void}} gradientProgram
 * @property {{open: () => void, saveFile: () => void, copyLink: () => void}} programs
 * @property {() => void} togglePrecision
 * @property {() => void} toggleLocal
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} present
 * @property {() => void} search
 * @property {(extreme: import("../graph/meaning/gradient_sizes.js").Extreme) => void} jump
 * @property {() => void} toggleHeat
 * @property {() => void} showText  where what is chosen is written
 * @property {() => void} help
 * @property {() => void} palette
 * @property {() => void} glossary
 * @property {() => void} takeAway
 * @property {() => void} compare
 * @property {() => void} exam
 *
 * @typedef {object} Feature
 * @property {string} id
 * @property {"command" | "panel" | "dialog" | "export"} kind
 * @property {string[]} [keys]  as KeyboardEvent.key has them, with "⇧ " where Shift goes with a key that is no letter, and "Ctrl " for Ctrl or ⌘
 * @property {string} [help]  key of its row in the help sheet, which it may share; without it, its own name stands there
 * @property {(page: Page) => void} run
 */

/** @type {Feature[]} */
export const FEATURES = [
  { id: "play", kind: "command", keys: [" "], run: ({ figure }) => (figure.playing ? figure.pause() : figure.play()) },
  { id: "back", kind: "command", keys: ["ArrowLeft", ","], help: "help.step", run: ({ figure }) => figure.goTo(figure.cursor - 1) },
  { id: "forward", kind: "command", keys: ["ArrowRight", "."], help: "help.step", run: ({ figure }) => figure.goTo(figure.cursor + 1, true) },
  { id: "start", kind: "command", keys: ["Home"], help: "help.jump", run: ({ figure }) => figure.goTo(0) },
  { id: "end", kind: "command", keys: ["End"], help: "help.jump", run: ({ figure }) => figure.goTo(Infinity) },
  { id: "faster", kind: "command", keys: ["+", "="], help: "help.speed", run: ({ figure }) => changeSpeed(figure, 1) },
  { id: "slower", kind: "command", keys: ["-"], help: "help.speed", run: ({ figure }) => changeSpeed(figure, -1) },
  { id: "pan-left", kind: "command", keys: ["⇧ ArrowLeft"], help: "help.pan", run: ({ picture }) => picture().panBy(-0.25, 0) },
  { id: "pan-right", kind: "command", keys: ["⇧ ArrowRight"], help: "help.pan", run: ({ picture }) => picture().panBy(0.25, 0) },
  { id: "pan-up", kind: "command", keys: ["⇧ ArrowUp"], help: "help.pan", run: ({ picture }) => picture().panBy(0, -0.25) },
  { id: "pan-down", kind: "command", keys: ["⇧ ArrowDown"], help: "help.pan", run: ({ picture }) => picture().panBy(0, 0.25) },
  { id: "zoom-in", kind: "command", keys: ["z"], help: "help.zoom", run: ({ picture }) => picture().zoomBy(1.25) },
  { id: "zoom-out", kind: "command", keys: ["Z"], help: "help.zoom", run: ({ picture }) => picture().zoomBy(0.8) },
  { id: "fit", kind: "command", keys: ["f"], run: ({ picture }) => picture().fit() },
  { id: "fold-program", kind: "command", keys: ["q"], run: ({ columns }) => columns.toggle("program") },
  { id: "fold-panels", kind: "command", keys: ["e"], run: ({ columns }) => columns.toggle("panels") },
  { id: "present", kind: "command", keys: ["F"], run: ({ present }) => present() },
  { id: "search", kind: "command", keys: ["/"], run: ({ search }) => search() },
  { id: "jump-largest", kind: "command", keys: ["1"], help: "help.jump.gradients", run: ({ jump }) => jump("largest") },
  { id: "jump-smallest", kind: "command", keys: ["2"], help: "help.jump.gradients", run: ({ jump }) => jump("smallest") },
  { id: "jump-non-finite", kind: "command", keys: ["3"], help: "help.jump.gradients", run: ({ jump }) => jump("non-finite") },
  { id: "heat", kind: "command", keys: ["m"], run: ({ toggleHeat }) => toggleHeat() },
  { id: "show-text", kind: "command", keys: ["t"], run: ({ showText }) => showText() },
  { id: "group", kind: "command", keys: ["o"], run: ({ neurons, groups }) => (neurons.view ?? groups).toggleHere() },
  { id: "precision", kind: "command", keys: ["p"], run: ({ togglePrecision }) => togglePrecision() },
  { id: "cell-back", kind: "command", keys: ["["], help: "help.cell.step", run: (page) => stepCell(page, -1) },
  { id: "cell-forward", kind: "command", keys: ["]"], help: "help.cell.step", run: (page) => stepCell(page, 1) },
  { id: "local", kind: "command", keys: ["l"], run: ({ toggleLocal }) => toggleLocal() },
  { id: "neurons", kind: "command", keys: ["v"], run: ({ neurons }) => neurons.toggle() },
  { id: "undo", kind: "command", keys: ["Ctrl z"], help: "help.undo", run: ({ undo }) => undo() },
  { id: "redo", kind: "command", keys: ["Ctrl ⇧ z", "Ctrl y"], help: "help.undo", run: ({ redo }) => redo() },
  ...PANELS.flatMap(({ id, key, load }) => (load && key ? [/** @type {Feature} */ ({ id, kind: "panel", keys: [key], run: ({ panels }) => panels.toggle(id) })] : [])),
  { id: "programs", kind: "dialog", keys: ["s", "Ctrl s"], run: ({ programs }) => programs.open() },
  { id: "gradient-program", kind: "dialog", keys: ["b"], run: ({ gradientProgram }) => gradientProgram.show() },
  { id: "compare", kind: "dialog", run: ({ compare }) => compare() },
  { id: "network", kind: "panel", keys: ["n"], run: ({ network }) => network.toggle() },
  { id: "palette", kind: "dialog", keys: ["Ctrl k"], run: ({ palette }) => palette() },
  { id: "glossary", kind: "dialog", keys: ["w"], run: ({ glossary }) => glossary() },
  { id: "help", kind: "dialog", keys: ["?"], run: ({ help }) => help() },
  { id: "take-away", kind: "export", keys: ["a"], run: ({ takeAway }) => takeAway() },
  { id: "exam", kind: "export", run: ({ exam }) => exam() },
  { id: "copy-link", kind: "export", run: ({ programs }) => programs.copyLink() },
  { id: "save-file", kind: "export", run: ({ programs }) => programs.saveFile() },
];

/** @param {Page["figure"]} figure @param {number} by  one faster, or minus one slower */
function changeSpeed(figure, by) {
  figure.speed = SPEEDS[SPEEDS.indexOf(figure.speed) + by] ?? figure.speed;
}

/** @param {Page} page @param {number} by */
function stepCell({ figure, cells }, by) {
  figure.pause();
  cells.step(by);
}
