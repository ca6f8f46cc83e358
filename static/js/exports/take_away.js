/** The dialog in which the figure, its play, its formulas and its code are taken away as files. */

import { h } from "../lib/dom.js";
import { saveFile, safeName } from "../store/file_saving.js";
import { sentence } from "../graph/step_sentence.js";
import { nameOf } from "../graph/labels.js";
import { MOST_LABELLED_NODES } from "../graph/layout/layout_plan.js";
import { problemText } from "../program/problems/problem_panel.js";
import { NetworkFailure, Problem, Superseded } from "../service/failures.js";
import { exportedFile } from "../service/exported_files.js";
import { animated, eachStep, tooLong, tooMany } from "./animation.js";
import { createChoices } from "./choices.js";
import { createFigureStage } from "./figure_stage.js";
import { FPS } from "./own_formats.js";
import { pngOf, tooLarge } from "./raster.js";
import { duration, moments } from "./timing.js";
import { zipped } from "./zip.js";

/** @typedef {import("./choices.js").Chosen} Chosen */
/** @typedef {import("./figure_stage.js").Picture} Picture */
/** @typedef {{blob: () => Promise<Blob | null>, name: string, copies: "text" | "png" | null}} Taking  null: it is handed to the browser already */

/** Of a text, so much is shown beforehand. */
const SHOWN_LETTERS = 4000;

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../service/api.js").createClient>} page.client
 * @param {() => Record<string, unknown>} page.request  the program as the service is asked of it
 * @param {() => Partial<import("../store/page_state.js").PageState>} page.state
 * @param {import("../graph/element.js").GradlensGraph} page.figure
 * @param {() => import("../lib/types.js").Trace | null} page.served  the trace before groups were closed
 * @param {() => ReturnType<typeof import("../lib/translations.js").createTranslations>} page.words
 * @param {(key: string) => void} page.say  what stands in the way of it
 */
export function createTakeAway({ client, request, state, figure, served, words, say }) {
  const title = h("h2", { id: "take-away-title", tabindex: -1, autofocus: true });
  const choices = createChoices(() => describe());
  const preview = h("div", { class: "preview" });
  const size = h("div", { class: "size" });
  const said = h("p", { id: "take-away-said", role: "status" });
  const progress = h("progress", { max: 1, value: 0, hidden: true });
  const save = h("button", { type: "button", class: "primary", id: "take-away-save", onclick: () => act(saveIt) });
  const copy = h("button", { type: "button", id: "take-away-copy", onclick: () => act(copyIt) });
  const cancel = h("button", { type: "button", id: "take-away-cancel", hidden: true, onclick: () => work.abort() });
  const close = h("button", { type: "button", id: "take-away-close", onclick: () => dialog.close() });
  const toExam = h("button", { type: "button", class: "link", id: "take-away-exam", onclick: () => (dialog.close(), exam()) });
  const dialog = h("dialog", { id: "take-away", "aria-labelledby": "take-away-title" }, title,
    h("div", { class: "taking" }, choices.element, h("div", { class: "seen" }, preview, size)), said, progress, h("div", { class: "files" }, save, copy, cancel, toExam, close));
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    work.abort();
    drop();
  });

  let work = new AbortController();
  /** @type {ReturnType<typeof createFigureStage> | null} */
  let stage = null;
  /** In which colours it is. */
  let staged = "";
  /** What the buttons do. @type {Taking | null} */
  let taking = null;
  /** @type {string | null} */
  let shownUrl = null;

  function drop() {
    stage?.destroy();
    stage = null;
    staged = "";
    show(null);
  }

  /** @param {Blob | string | null} what  a picture, or text */
  function show(what) {
    if (shownUrl) URL.revokeObjectURL(shownUrl);
    shownUrl = null;
    preview.replaceChildren();
    if (typeof what === "string") preview.replaceChildren(h("pre", { tabindex: 0, role: "group", "aria-label": words().t("take.preview") }, what));
    else if (what) {
      shownUrl = URL.createObjectURL(what);
      preview.replaceChildren(h("img", { src: shownUrl, alt: words().t("take.preview") }));
    }
  }

  /** @param {Chosen} chosen */
  function stageFor({ theme }) {
    if (stage && staged === theme) return stage;
    stage?.destroy();
    stage = createFigureStage({ figure, t: words().t, theme });
    staged = theme;
    return stage;
  }

  /** What would be taken, and whether it can be. */
  async function describe() {
    work.abort();
    const own = (work = new AbortController());
    taking = null;
    said.textContent = "";
    size.textContent = "";
    progress.hidden = true;
    save.disabled = true;
    preview.className = "preview";
    preview.style.colorScheme = "";
    copy.hidden = true;
    try {
      const chosen = choices.chosen();
      const found = await (chosen.own?.kind === "code" ? ofAddress(chosen) : chosen.own ? ofFigure(chosen, own.signal) : ofService(chosen, own.signal));
      if (own !== work) return;
      taking = found;
      save.disabled = taking === null;
      copy.hidden = !taking?.copies;
    } catch (error) {
      if (own === work) fail(error);
    }
  }

  /** @param {Chosen} chosen @param {AbortSignal} signal @returns {Promise<Taking | null>} */
  async function ofFigure(chosen, signal) {
    const { t } = words();
    const { own: format, scale, every, surroundings } = /** @type {Chosen & {own: import("./own_formats.js").OwnFormat}} */ (chosen);
    const count = figure.plan?.trace.nodes.length ?? 0;
    if (count > MOST_LABELLED_NODES) {
      show(null);
      said.textContent = t("take.too.many", { count, limit: MOST_LABELLED_NODES });
      return null;
    }
    const copyOf = stageFor(chosen);
    const cursor = figure.cursor;
    const picture = copyOf.picture(cursor, surroundings);
    preview.classList.toggle("transparent", surroundings.transparent);
    preview.style.colorScheme = chosen.theme;
    show(new Blob([picture.svg], { type: "image/svg+xml" }));
    const name = fileName(chosen.name, every && format.name === "svg" ? ".zip" : format.ending);
    const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    const large = format.scales.length ? tooLarge(picture.width, picture.height, scale) : null;
    if (format.kind === "moving") return moving(chosen, copyOf, picture, name, signal);
    size.textContent = format.kind === "pages" && every ? t("take.size.pages", { count: copyOf.last + 1, width, height }) : t("take.size", { width, height });
    if (large) {
      said.textContent = t(`take.large.${large.kind}`, figures(large));
      return null;
    }
    const many = every && format.kind === "pages" ? tooMany(copyOf.last + 1, copyOf.boxes) : null;
    if (many) {
      said.textContent = t("take.many", figures(many));
      return null;
    }
    const all = () => working(name, (onProgress) => eachStep(copyOf, surroundings, onProgress, work.signal));
    if (format.name === "png") return { name, copies: "png", blob: () => pngOf(picture, scale) };
    if (format.name === "pdf") {
      return { name, copies: null, async blob() {
        const { printPages } = await import("./print_pages.js");
        await printPages(every ? await all() : [picture], signal);
        return null;
      } };
    }
    if (!every) return { name, copies: "text", blob: async () => new Blob([picture.svg], { type: "image/svg+xml" }) };
    const digits = Math.max(String(copyOf.last).length, 3);
    return { name, copies: null, blob: async () => zipped((await all()).map(({ svg }, at) => ({ name: `step-${String(at).padStart(digits, "0")}.svg`, content: svg }))) };
  }

  /**
   * @param {Chosen} chosen
   * @param {ReturnType<typeof createFigureStage>} copyOf
   * @param {Picture} picture
   * @param {string} name
   * @param {AbortSignal} signal
   * @returns {Promise<Taking | null>}
   */
  async function moving({ own, scale, speed, surroundings }, copyOf, picture, name, signal) {
    const { t } = words();
    const kind = /** @type {keyof typeof FPS} */ (own?.name);
    const all = moments(copyOf.last, copyOf.travels, speed, FPS[kind]);
    const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    size.textContent = t("take.size.moving", { width, height, frames: all.length, seconds: Math.round(duration(all)) });
    const many = tooMany(2 * copyOf.last, copyOf.boxes);
    if (many) {
      said.textContent = t("take.many", figures({ is: copyOf.last, most: Math.floor(many.most / 2) }));
      return null;
    }
    const long = tooLong(all.length, width, height);
    if (long) {
      said.textContent = t(`take.long.${long.kind}`, figures(long));
      return null;
    }
    /** @type {() => Promise<import("./animation.js").Encoder>} */
    let encoder = async () => (await import("./gif.js")).gifEncoder();
    if (kind !== "gif") {
      if (!("VideoEncoder" in globalThis)) {
        refuseVideo(t(isSecureContext ? "take.video.missing" : "take.video.insecure"));
        return null;
      }
      const { codecFor, videoEncoder } = await import("./video.js");
      const codec = await codecFor(kind, 2 * Math.round(width / 2), 2 * Math.round(height / 2));
      signal.throwIfAborted();
      if (!codec) {
        refuseVideo(t("take.video.codec", { format: kind === "mp4" ? "MP4" : "WebM" }));
        return null;
      }
      encoder = async () => videoEncoder(kind, codec, FPS[kind]);
    }
    return { name, copies: null, blob: () => working(name, async (onProgress) => animated(copyOf, all, surroundings, scale, await encoder(), onProgress, work.signal)) };
  }

  /**
   * Something that takes its time, and can be cancelled.
   * @template T
   * @param {string} name  of the file
   * @param {(onProgress: (share: number) => void) => Promise<T>} what
   * @returns {Promise<T>}
   */
  async function working(name, what) {
    const doing = words().t("take.making", { name });
    progress.hidden = cancel.hidden = false;
    progress.value = 0;
    progress.setAttribute("aria-label", doing);
    said.textContent = doing;
    cancel.focus();
    try {
      return await what((share) => (progress.value = share));
    } finally {
      progress.hidden = cancel.hidden = true;
    }
  }

  /** @param {string} why */
  function refuseVideo(why) {
    said.replaceChildren(why, " ", h("button", { type: "button", class: "link", onclick: () => choices.choose("gif") }, words().t("take.gif.instead")));
  }

  /** HTML that shows the figure in another page. @param {Chosen} chosen @returns {Promise<Taking>} */
  async function ofAddress({ own, theme, name }) {
    const { t, language } = words();
    const { embedCode } = await import("../embed/embed_code.js");
    const code = await embedCode(state(), { step: figure.cursor, language, theme, title: t("graph.title") });
    preview.classList.add("code");
    show(code);
    size.textContent = t("take.embed.about");
    return { name: fileName(name, own?.ending ?? ""), copies: "text", blob: async () => new Blob([code], { type: "text/html" }) };
  }

  /** @param {Chosen} chosen @param {AbortSignal} signal @returns {Promise<Taking | null>} */
  async function ofService(chosen, signal) {
    const { t, language } = words();
    const { served: format, every, surroundings, theme } = /** @type {Chosen & {served: import("../service/wire_types.js").Format}} */ (chosen);
    const { plan } = figure;
    show(null);
    if (!format || !plan) return null;
    said.textContent = t("take.asking");
    /** @type {Record<string, unknown>} */
    const all = {
      language, theme, legend: surroundings.legend, background: !surroundings.transparent,
      caption: surroundings.sentence ? sentence(plan, figure.cursor, t) : "", step: every || !isWhole() ? "end" : figure.cursor,
    };
    const options = Object.fromEntries(format.takes.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]));
    const { values, source, ...asked } = await client.whole(request());
    const blob = await exportedFile({ ...asked, format: format.name, options }, signal);
    signal.throwIfAborted();
    const isText = !/zip|octet|^image\/(?!svg)|^video/.test(format.media_type);
    if (format.media_type === "image/svg+xml") show(blob);
    else if (isText) {
      const text = await blob.slice(0, SHOWN_LETTERS).text();
      signal.throwIfAborted();
      // The last letter may be cut in two.
      show(blob.size > SHOWN_LETTERS ? `${text.slice(0, -1)}\n…` : text);
    }
    said.textContent = "";
    size.textContent = t("take.size.bytes", { size: bytesText(blob.size, language) });
    return { name: fileName(chosen.name, format.ending), copies: isText ? "text" : null, blob: async () => blob };
  }

  /** @param {{is: number, most: number}} refused */
  function figures({ is, most }) {
    const written = new Intl.NumberFormat(words().language);
    return { is: written.format(is), most: written.format(most) };
  }

  /** Whether the service counts the steps as the page does: no group of the graph is closed. */
  function isWhole() {
    const [shown, whole] = [figure.plan?.trace, served()];
    return Boolean(shown && whole && shown.nodes.length === whole.nodes.length && shown.edges.length === whole.edges.length);
  }

  /** @param {(taking: Taking) => Promise<void>} what */
  async function act(what) {
    const own = work;
    if (!taking || save.disabled) return;
    save.disabled = copy.disabled = true;
    try {
      await what(taking);
    } catch (error) {
      if (own === work) fail(error);
    } finally {
      if (own === work || work.signal.aborted) {
        save.disabled = copy.disabled = false;
        if (document.activeElement === document.body || document.activeElement === dialog) save.focus();
      }
      // What was cancelled can be begun again.
      if (own === work && own.signal.aborted) work = new AbortController();
    }
  }

  /** @param {Taking} taken */
  async function saveIt({ blob, name }) {
    const file = await blob();
    const { t, language } = words();
    if (!file) {
      said.textContent = "";
      return;
    }
    saveFile(file, name);
    said.textContent = t("take.saved", { name, size: bytesText(file.size, language) });
    if (file.type === "image/gif") show(file);
  }

  /** @param {Taking} taken */
  async function copyIt({ blob, copies }) {
    const { t } = words();
    try {
      if (copies === "png") {
        // The browser wants to be handed it while the click lasts.
        await navigator.clipboard.write([new ClipboardItem({ "image/png": blob().then((file) => file ?? "") })]);
      } else await navigator.clipboard.writeText(await (await blob())?.text() ?? "");
      said.textContent = t("copy.done");
    } catch {
      said.textContent = t("copy.failed");
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    const { t, language } = words();
    if (error instanceof Superseded || work.signal.aborted) said.textContent = dialog.open ? t("take.cancelled") : "";
    else if (error instanceof Problem) said.textContent = problemText(error, language, t).detail;
    else if (error instanceof NetworkFailure) said.textContent = t("unreachable.title");
    else {
      said.textContent = t("take.failed");
      console.error(error);
    }
  }

  /** @type {Promise<ReturnType<typeof import("./exam.js").createExam>> | null} */
  let questions = null;

  /** Make questions of it. */
  async function exam() {
    questions ??= Promise.all([import("./exam.js"), words().add("exam")]).then(([{ createExam }]) => createExam({ client, request, trace: served, words, say }));
    try {
      await (await questions).open();
    } catch {
      questions = null;
      say("panels.failed");
    }
  }

  return {
    exam,
    async open() {
      const { plan } = figure;
      if (dialog.open || document.querySelector("dialog[open]")) return;
      if (!plan || !figure.geometry) return say("take.nothing");
      figure.pause();
      const { t } = words();
      title.textContent = t("take.title");
      for (const [button, key] of /** @type {[HTMLElement, string][]} */ ([[save, "take.save"], [copy, "take.copy"], [cancel, "cancel"], [close, "help.close"], [toExam, "take.exam"]])) button.textContent = t(key);
      choices.show({ words: words(), name: nameOf(plan.trace.nodes[plan.trace.output]) });
      dialog.showModal();
      await describe();
      try {
        const { formats } = await client.look("formats");
        choices.offer(formats);
      } catch {
        // What the page makes by itself can be taken without it.
      }
    },
  };
}

/** @param {string} name @param {string} ending */
function fileName(name, ending) {
  const plain = safeName(name.toLowerCase().endsWith(ending) ? name.slice(0, -ending.length) : name);
  return `${plain || "gradlens"}${ending}`;
}

/** @param {number} bytes @param {string} language */
function bytesText(bytes, language) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumSignificantDigits: 3 }).format(value);
}
