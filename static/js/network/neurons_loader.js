/** The graph, or the network view in its place: loaded when it is first wanted, offered where there are layers. */

import { find } from "../lib/dom.js";

/** @typedef {import("./neurons/neurons_view.js").NeuronsPage} NeuronsPage */
/** @typedef {ReturnType<typeof import("./neurons/neurons_view.js").createNetworkView>} View */

const LAYER = /^(affine|conv[12]d|attention|embedding|residual|transformer_block|(batch|layer)_norm)\d*$/;

/** @param {import("../lib/types.js").Trace} trace */
export function hasLayers({ nodes, groups }) {
  return groups.some(({ name }) => LAYER.test(name))
    || nodes.some(({ op, inputs }) => LAYER.test(op) || (op === "matmul" && inputs.some((id) => nodes[id].op === "input" && nodes[id].shape.length === 2)));
}

/** @param {NeuronsPage & {isWanted: () => boolean, onSwitch: () => void, onFailure: (again: () => void) => () => void}} page  onFailure answers what takes the notice of it back */
export function createNeuronsLoader(page) {
  const button = find("#neurons-view", HTMLButtonElement);
  /** @type {Promise<View> | null} */
  let coming = null;
  /** @type {View | null} */
  let view = null;
  let isOn = false;
  let takeBack = () => {};

  async function show() {
    const { plan } = page.scene();
    button.hidden = !plan || !hasLayers(plan.trace);
    isOn = !button.hidden && page.isWanted();
    button.setAttribute("aria-pressed", String(isOn));
    takeBack();
    try {
      if (isOn) view ??= await (coming ??= import("./neurons/neurons_view.js").then(({ loadNetworkView }) => loadNetworkView(page)));
    } catch {
      coming = null;
      return void (takeBack = page.onFailure(show));
    }
    view?.show(isOn);
  }

  function toggle() {
    if (button.hidden) return;
    page.onSwitch();
    show();
  }
  button.addEventListener("click", toggle);

  return {
    show, toggle,
    /** While it is what is seen. */
    get view() {
      return isOn ? view : null;
    },
  };
}
