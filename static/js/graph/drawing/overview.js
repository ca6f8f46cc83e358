/** Whether there is a minimap: of a graph that is large, or of which a part is shown; its module is loaded for the first of them. */

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {{x: number, y: number, w: number, h: number}} Area */

/** However it is shown, a larger graph has one. */
const FEWEST_NODES = 60;

/**
 * @param {SVGSVGElement} svg
 * @param {(x: number, y: number) => void} onMove  the place, in the graph's own units, that is to be in the middle of the view
 */
export function createOverview(svg, onMove) {
  /** @type {ReturnType<typeof import("./minimap.js").createMinimap> | null} */
  let minimap = null;
  let isAsked = false;
  /** What it is to show. @type {{geometry: Geometry | null, seen: Area | null, box: import("../../lib/types.js").Box | null, isFollowed: boolean}} */
  const wanted = { geometry: null, seen: null, box: null, isFollowed: false };

  function isWanted() {
    return wanted.geometry !== null && (wanted.isFollowed || isLarge());
  }

  function show() {
    if (isWanted() && !isAsked) load();
    svg.toggleAttribute("hidden", !minimap || !isWanted());
    if (!minimap || !isWanted() || !wanted.geometry) return;
    minimap.draw(wanted.geometry);
    if (wanted.seen) minimap.frame(wanted.seen);
    minimap.mark(wanted.box);
  }

  function isLarge() {
    return wanted.geometry !== null && wanted.geometry.nodes.length >= FEWEST_NODES;
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
    /** What is measured while there is none that a part's being shown brings: whether a part is shown must not hang on it. @template T @param {() => T} measured @returns {T} */
    without(measured) {
      if (isLarge() || svg.hasAttribute("hidden")) return measured();
      svg.toggleAttribute("hidden", true);
      try {
        return measured();
      } finally {
        svg.toggleAttribute("hidden", false);
      }
    },
    /** @param {Geometry} geometry */
    draw(geometry) {
      wanted.geometry = geometry;
      show();
    },
    /** @param {Area} seen  the part in view, from its corner @param {boolean} isFollowed  the graph is too large for its room */
    frame(seen, isFollowed) {
      wanted.seen = seen;
      const was = isWanted();
      wanted.isFollowed = isFollowed;
      if (was !== isWanted()) show();
      else if (was) minimap?.frame(seen);
    },
    /** @param {import("../../lib/types.js").Box | null} box  of the node that the step is at */
    mark(box) {
      wanted.box = box;
      if (isWanted()) minimap?.mark(box);
    },
  };
}
