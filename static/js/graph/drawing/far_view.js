/** A large graph from afar: what paints it is loaded for the first of them. */

/** @typedef {ReturnType<typeof import("./flat_canvas.js").createFlatCanvas>} FlatCanvas */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {AbortSignal} life  of the figure
 */
export function createFarView(canvas, life) {
  /** @type {FlatCanvas | null} */
  let flat = null;
  /** @type {Parameters<FlatCanvas["show"]> | null} */
  let wanted = null;
  let isAsked = false;

  async function load() {
    isAsked = true;
    try {
      const { createFlatCanvas } = await import("./flat_canvas.js");
      if (life.aborted) return;
      flat = createFlatCanvas(canvas, life);
      if (wanted) flat.show(...wanted);
    } catch {
      isAsked = false; // the next large graph tries again
    }
  }

  return {
    /** @param {Parameters<FlatCanvas["show"]>} what */
    show(...what) {
      wanted = what;
      if (flat) flat.show(...what);
      else if (!isAsked) load();
    },
    /** @param {Parameters<FlatCanvas["mark"]>[0]} marked */
    mark(marked) {
      if (wanted) wanted[2] = marked;
      flat?.mark(marked);
    },
    /** @param {Parameters<FlatCanvas["look"]>[0]} seen */
    look(seen) {
      if (wanted) wanted[3] = seen;
      flat?.look(seen);
    },
    hide() {
      wanted = null;
      flat?.hide();
      canvas.hidden = true;
    },
  };
}
