/** Finding one's way in a large graph: a search, jumps to what stands out, and a heat map of the gradients. */

import { find, h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { extremeOf, heatOf } from "../../graph/meaning/gradient_sizes.js";
import { createSearchBar } from "./search_bar.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */

/**
 * @param {object} page
 * @param {import("../../graph/element.js").GradlensGraph} page.figure
 * @param {ReturnType<typeof import("../../graph/open_groups.js").createOpenGroups>} page.groups
 * @param {import("../decorations.js").Decorate} page.decorate
 * @param {() => boolean} page.isHeated
 * @param {() => import("../../lib/types.js").Translate} page.t
 * @param {(key: string) => void} page.say
 */
export function createExploring({ figure, groups, decorate, isHeated, t, say }) {
  const legend = find(".heat-legend", HTMLElement);
  /** A node in a group that is being opened. @type {number | null} */
  let wanted = null;
  /** What the heat map was made of: a step changes nothing of it. @type {{trace: Trace, t: unknown} | null} */
  let heated = null;

  /** @param {number} id  as the service counts @returns {number | null} */
  function placeOf(id) {
    return figure.plan?.trace.nodes.find((node) => (node.origin ?? node.id) === id)?.id ?? null;
  }

  /** To a node, also one in a closed group, at the end of the pass that tells its gradient. @param {number} id  as the service counts */
  function go(id) {
    wanted = groups.reveal(id) ? id : null;
    const place = placeOf(id);
    if (wanted !== null || place === null) return;
    figure.reach({ kind: "node", id: place }, figure.plan?.completeAt[place] || undefined);
    figure.reveal(place);
  }

  const bar = createSearchBar({ trace: () => groups.served, t, go, placeOf, decorate, leave: () => figure.stop?.focus({ preventScroll: true }) });

  function heat() {
    const trace = isHeated() ? figure.plan?.trace ?? null : null;
    if (heated && trace === heated.trace && t() === heated.t) return;
    heated = trace && { trace, t: t() };
    legend.hidden = !trace;
    if (!trace) return decorate("heat", null);
    const { levels, least, most } = heatOf(trace);
    decorate("heat", { levels });
    legend.replaceChildren(h("p", {}, t()("heat.title")), h("div", { class: "bar" }),
      h("div", { class: "ends" }, h("span", {}, most ? number(least) : "0"), h("span", {}, number(most))));
  }

  return {
    search: bar.open,
    /** @param {import("../../graph/meaning/gradient_sizes.js").Extreme} extreme */
    jump(extreme) {
      const found = groups.served && extremeOf(groups.served, extreme);
      if (found === null) return say(`jump.none.${extreme}`);
      go(found);
    },
    /** The page is another one. */
    show() {
      const id = wanted;
      if (id !== null && placeOf(id) !== null) {
        wanted = null;
        go(id);
      }
      bar.show();
      heat();
    },
  };
}
