/** Whether there is a minimap: of a large graph alone, and its module is loaded for the first of them. */

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {{x: number, y: number, w: number, h: number}} Area */

/** Smaller graphs are seen whole, or found again with a key. */
const FEWEST_NODES = 60;

/**
 * @param {SVGSVGElement} svg
 * @param {(x: number, y: number) => void} onMove  the place, in the graph's own units, that is to be in the middle of the view
 */
export function createOverview(svg, onMove) {
  /** @type {ReturnType<typeof import("./minimap.js").createMinimap> | null} */
  let minimap = null;
  let isAsked = false;
  /** What it is to show. @type {{geometry: Geometry | null, seen: Area | null, box: import("../../lib/types.js").Box | null}} */
  const wanted = { geometry: null, seen: null, box: null };

  function show() {
    svg.toggleAttribute("hidden", !minimap || !wanted.geometry);
    if (!minimap || !wanted.geometry) return;
    minimap.draw(wanted.geometry);
    if (wanted.seen) minimap.frame(wanted.seen);
    minimap.mark(wanted.box);
  }

  async function load() {
    isAsked = true;
    try {
      const { createMinimap } = await import("./minimap.js");
      minimap = createMinimap(svg, onMove);
      show();
    } catch {
      isAsked = false; // the picture is whole without it; the next large graph tries again
    }
  }

  return {
    /** @param {Geometry} geometry */
    draw(geometry) {
      wanted.geometry = geometry.nodes.length >= FEWEST_NODES ? geometry : null;
      if (wanted.geometry && !isAsked) load();
      show();
    },
    /** @param {Area} seen  the part in view, from its corner */
    frame(seen) {
      wanted.seen = seen;
      if (wanted.geometry) minimap?.frame(seen);
    },
    /** @param {import("../../lib/types.js").Box | null} box  of the node that the step is at */
    mark(box) {
      wanted.box = box;
      if (wanted.geometry) minimap?.mark(box);
    },
  };
}
