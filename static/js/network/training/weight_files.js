/** What was learnt as a file, and a file's weights as those that the network begins with. */

import { toBase64 } from "../../service/base64.js";
import { h } from "../../lib/dom.js";
import { exportedFile } from "../../service/exported_files.js";
import { saveFile } from "../../store/file_saving.js";
import { networkRequest } from "../builder/spec.js";

const FORMATS = /** @type {const} */ (["npz", "safetensors"]);

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {() => import("./training_run.js").Run | null} page.run  what is trained
 * @param {() => import("../builder/spec.js").Draft} page.draft
 * @param {() => import("../../lib/types.js").Translate} page.t
 * @param {(text: string) => void} page.say
 * @param {(error: unknown) => void} page.onFailure
 * @param {(parameters: Record<string, unknown> | undefined) => void} page.onWeights  what the network is to begin with; undefined: with drawn ones
 */
export function createWeightFiles({ client, run, draft, t, say, onFailure, onWeights }) {
  let asked = new AbortController();
  const saves = FORMATS.map((format) => h("button", { type: "button", id: `train-save-${format}`, onclick: () => save(format) }));
  const file = h("input", { type: "file", id: "train-load-file", accept: ".npz,.safetensors", hidden: true });
  const load = h("button", { type: "button", id: "train-load", onclick: () => file.click() });
  const drop = h("button", { type: "button", id: "train-unload", onclick: () => onWeights(undefined) });
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen) await read(chosen);
    file.value = "";
  });

  /** What is asked for last is wanted. */
  function next() {
    asked.abort();
    return (asked = new AbortController()).signal;
  }

  /** The weights of the step that is shown. @param {(typeof FORMATS)[number]} format */
  async function save(format) {
    const own = run();
    if (!own?.start) return;
    const names = new Set(Object.keys(own.start.parameters));
    const signal = next();
    say(t()("network.computing"));
    try {
      const { trace: { nodes } } = await own.traced("full", signal);
      const parameters = Object.fromEntries(nodes.filter(({ op, name }) => op === "input" && names.has(String(name))).map(({ name, value }) => [name, value]));
      saveFile(await exportedFile({ parameters, format }, signal, "weights/file"), `weights_${own.step}.${format}`);
      say("");
    } catch (error) {
      onFailure(error);
    }
  }

  /** @param {File} chosen */
  async function read(chosen) {
    const { parameters: _, ...request } = networkRequest(draft());
    const signal = next();
    say(t()("network.computing"));
    try {
      const weights = toBase64(await chosen.arrayBuffer());
      const { parameters } = await client.ask("weights", { ...request, weights }, signal);
      onWeights(parameters);
      say(t()("weights.loaded", { name: chosen.name }));
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    elements: [...saves, load, file, drop],
    /** @param {boolean} canSave  whether something stands still that was learnt */
    show(canSave) {
      for (const [i, button] of saves.entries()) {
        button.textContent = t()("weights.save", { format: `.${FORMATS[i]}` });
        button.disabled = !canSave;
      }
      load.textContent = t()("weights.load");
      file.setAttribute("aria-label", t()("weights.load"));
      drop.textContent = t()("weights.drop");
      drop.hidden = draft().extra?.parameters === undefined;
    },
  };
}
