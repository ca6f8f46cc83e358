/** What there is to choose before something is taken away: a format and how it is to look. */

import { h } from "../lib/dom.js";
import { OWN_FORMATS, REPLACED } from "./own_formats.js";
import { SPEEDS } from "./timing.js";

/** @typedef {import("../service/wire_types.js").Format} Format */
/**
 * @typedef {object} Chosen
 * @property {import("./own_formats.js").OwnFormat | null} own  null: one of the service's
 * @property {Format | null} served
 * @property {"light" | "dark"} theme
 * @property {boolean} every  every step; of the service's the end
 * @property {number} scale
 * @property {number} speed
 * @property {string} name  of the file
 * @property {import("./figure_stage.js").Surroundings} surroundings
 */

/** @param {() => void} onChange */
export function createChoices(onChange) {
  const format = h("select", { id: "take-away-format" });
  const theme = h("select", { id: "take-away-theme" });
  const step = h("select", { id: "take-away-step" });
  const scale = h("select", { id: "take-away-scale" });
  const speed = h("select", { id: "take-away-speed" });
  const name = h("input", { id: "take-away-name", maxlength: 80, autocomplete: "off", spellcheck: "false" });
  const legend = h("input", { type: "checkbox", checked: true });
  const told = h("input", { type: "checkbox" });
  const transparent = h("input", { type: "checkbox" });
  /** @param {string} key @param {HTMLElement} field @param {boolean} [isBehind]  the words stand behind the field */
  const row = (key, field, isBehind = false) => {
    const label = h("span", { "data-key": key });
    return h("label", { class: isBehind ? "tick" : "" }, ...(isBehind ? [field, label] : [label, field]));
  };
  const rows = {
    format: row("take.format", format), step: row("take.step", step), scale: row("take.scale", scale), speed: row("take.speed", speed),
    theme: row("take.theme", theme), legend: row("take.legend", legend, true), told: row("take.sentence", told, true),
    transparent: row("take.transparent", transparent, true), name: row("take.name", name),
  };
  const element = h("form", { class: "ways" }, ...Object.values(rows));
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("change", () => {
    fit();
    onChange();
  });

  /** What was last chosen: a picture is sharp on a screen of today, a film small. @type {Record<import("./own_formats.js").OwnFormat["kind"], string>} */
  const sizes = { still: "2", pages: "1", moving: "1", code: "1" };
  /** @type {Format[]} */
  let offered = [];
  /** @type {{t: import("../lib/types.js").Translate, language: "ko" | "en"}} */
  let words;

  const own = () => OWN_FORMATS.find((one) => one.name === format.value) ?? null;
  const served = () => offered.find((one) => one.name === format.value) ?? null;

  /** @param {HTMLSelectElement} select @param {[string, string][]} options */
  function fill(select, options) {
    const before = select.value;
    select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
    if (options.some(([value]) => value === before)) select.value = before;
  }

  function fillFormats() {
    const { t, language } = words;
    const before = format.value;
    /** @param {string} key @param {[string, string][]} options */
    const group = (key, options) => h("optgroup", { label: t(key) }, ...options.map(([value, text]) => h("option", { value }, text)));
    const ours = (/** @type {string[]} */ kinds) => OWN_FORMATS.filter(({ kind }) => kinds.includes(kind)).map(({ name: id }) => /** @type {[string, string]} */ ([id, t(`take.format.${id}`)]));
    format.replaceChildren(group("take.pictures", ours(["still", "pages"])), group("take.moving", ours(["moving"])),
      group("take.documents", [...ours(["code"]), ...offered.map((one) => /** @type {[string, string]} */ ([one.name, one.words[language]]))]));
    format.value = before || "png";
    if (!format.value) format.value = "png";
  }

  /** Only what means something to the format is there to be chosen. */
  function fit() {
    const { t } = words;
    const [mine, theirs] = [own(), served()];
    const takes = (/** @type {string} */ option) => Boolean(mine) || (theirs?.takes.includes(option) ?? false);
    const choosesStep = mine ? mine.kind === "pages" : takes("step");
    const isPicture = mine !== null && mine.kind !== "code";
    fill(step, [["this", t("take.step.this")], ["every", t(mine ? "take.step.every" : "take.step.end")]]);
    fill(scale, (mine?.scales ?? []).map((one) => [String(one), `${one}×`]));
    if (mine) scale.value = sizes[mine.kind];
    rows.step.hidden = !choosesStep;
    rows.scale.hidden = !mine?.scales.length;
    rows.speed.hidden = mine?.kind !== "moving";
    rows.theme.hidden = !takes("theme");
    rows.legend.hidden = !isPicture && !(theirs?.takes.includes("legend"));
    rows.told.hidden = !isPicture && !(theirs?.takes.includes("caption"));
    rows.transparent.hidden = mine ? !mine.mayBeTransparent : !takes("background");
  }
  scale.addEventListener("input", () => {
    const mine = own();
    if (mine) sizes[mine.kind] = scale.value;
  });

  return {
    element,
    /** @param {{words: typeof words, name: string}} given  name: of the file, at first */
    show(given) {
      words = given.words;
      const { t } = words;
      for (const label of element.querySelectorAll("[data-key]")) label.textContent = t(/** @type {HTMLElement} */ (label).dataset.key ?? "");
      fill(theme, [["page", t("take.theme.page")], ["light", t("theme.light")], ["dark", t("theme.dark")]]);
      fill(speed, SPEEDS.map((one) => [String(one), `${one}×`]));
      if (!speed.dataset.set) speed.value = "1";
      speed.dataset.set = "";
      name.value = given.name;
      fillFormats();
      fit();
    },
    /** @param {Format[]} formats  of the service */
    offer(formats) {
      offered = formats.filter((one) => !REPLACED.has(one.name));
      fillFormats();
      fit();
    },
    /** @param {string} id */
    choose(id) {
      format.value = id;
      fit();
      format.focus();
      onChange();
    },
    /** @returns {Chosen} */
    chosen() {
      const mine = own();
      const isDark = theme.value === "page" ? shownDark() : theme.value === "dark";
      return {
        own: mine, served: served(), theme: isDark ? "dark" : "light", every: step.value === "every", scale: Number(scale.value) || 1, speed: Number(speed.value) || 1, name: name.value,
        surroundings: { legend: legend.checked && !rows.legend.hidden, sentence: told.checked && !rows.told.hidden, transparent: transparent.checked && !rows.transparent.hidden },
      };
    },
  };
}

/** Whether the page is dark. */
function shownDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
