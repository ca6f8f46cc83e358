/** A large graph as a whole, small, with a frame around what is in view. The frame can be dragged. */

/** @typedef {import("../../lib/types.js").Geometry} Geometry */

/** Frame and padding around the picture, as in graph.css, in px. */
const PADDING = 5;
/** No higher than the legend beside it: it takes no room from the graph. */
const LARGEST = { w: 200, h: 44 };
/** More are drawn as dots: the frame moves above them, and they are painted anew each time. */
const MOST_BOXES = 500;

/** A long chain would be too thin to be grasped. */
const THINNEST = 24;

/**
 * The size of the small picture in px, and the part of the plane that it shows, in the graph's units.
 * @param {{width: number, height: number}} geometry
 */
export function miniature({ width, height }) {
  const k = Math.min(LARGEST.w / width, LARGEST.h / height);
  const w = Math.max(width * k, THINNEST);
  const h = Math.max(height * k, THINNEST);
  return { w, h, seen: { x: (width - w / k) / 2, y: (height - h / k) / 2, w: w / k, h: h / k } };
}

/**
 * Nodes as dots of a pixel, each place once: however many there are, no more than the picture has pixels.
 * @param {Geometry} geometry
 * @param {number} pixel  in the graph's units
 */
function dots({ nodes }, pixel) {
  const places = new Set(nodes.map(({ x, y }) => `M${Math.floor(x / pixel) * pixel} ${Math.floor(y / pixel) * pixel}h${pixel}v${pixel}h${-pixel}z`));
  return [...places].join("");
}

/**
 * @param {SVGSVGElement} svg
 * @param {(x: number, y: number) => void} onMove  the place, in the graph's own units, that is to be in the middle of the view
 */
export function createMinimap(svg, onMove) {
  const [nodes, active, view] = ["nodes", "active", "view"].map((name) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name === "nodes" ? "path" : "rect");
    shape.setAttribute("class", name);
    svg.append(shape);
    return shape;
  });

  /** @param {PointerEvent} event */
  function move(event) {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const { x, y, width: w, height: h } = svg.viewBox.baseVal;
    onMove(x + ((event.clientX - left - PADDING) / (width - 2 * PADDING)) * w, y + ((event.clientY - top - PADDING) / (height - 2 * PADDING)) * h);
  }
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    move(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) move(event);
  });

  return {
    /** @param {Geometry} geometry */
    draw(geometry) {
      const { w, h, seen } = miniature(geometry);
      svg.setAttribute("viewBox", `${seen.x} ${seen.y} ${seen.w} ${seen.h}`);
      svg.setAttribute("width", String(w));
      svg.setAttribute("height", String(h));
      nodes.setAttribute("d", geometry.nodes.length > MOST_BOXES ? dots(geometry, seen.w / w) : geometry.nodes.map((box) => `M${box.x - box.w / 2} ${box.y - box.h / 2}h${box.w}v${box.h}h${-box.w}z`).join(""));
    },
    /** @param {{x: number, y: number, w: number, h: number}} seen  the part in view, from its corner */
    frame({ x, y, w, h }) {
      place(view, x, y, w, h);
    },
    /** @param {import("../../lib/types.js").Box | null} box  of the node that the step is at */
    mark(box) {
      active.setAttribute("visibility", box ? "visible" : "hidden");
      if (box) place(active, box.x - box.w / 2, box.y - box.h / 2, box.w, box.h);
    },
  };
}

/** @param {SVGElement} shape @param {number} x @param {number} y @param {number} w @param {number} h */
function place(shape, x, y, w, h) {
  for (const [name, value] of Object.entries({ x, y, width: w, height: h })) shape.setAttribute(name, String(value));
}
