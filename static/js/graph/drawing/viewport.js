/** Pan, zoom and fit of the graph. */

import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { FARTHEST, NEAREST } from "./visible_parts.js";
import { prefersStillness } from "../../lib/theme.js";
import { MARGIN, fitting, followedScale, leastScale, roomIn } from "../layout/room.js";

/** @typedef {import("../../lib/types.js").Box} Box */
/** @typedef {import("../../lib/types.js").View} View */

/** Below this no text can be read; without it a large graph moves smoothly. */
const SMALLEST_LEGIBLE = 0.2;
/** The workbench's columns then stand one above the other, and the page scrolls. */
const NARROW_PAGE = "(max-width: 56.25em)";
const GLIDE_MS = 300;
/** Of the page's text, in px, where the reader wants them no larger. */
const USUAL_LETTERS = 16;

/**
 * @param {HTMLElement} host  the figure; as "inline" in its attributes it stands in a text
 * @param {SVGSVGElement} svg
 * @param {SVGGElement} layer  what is moved
 * @param {(seen: {x: number, y: number, w: number, h: number}, isFollowed: boolean) => void} onView  what is in view now, in the graph's units; isFollowed: the graph is too large for its room
 * @param {(view: View | null) => void} onRest  the view after a movement; null: it was not a hand's
 * @param {() => void} onRoom  there is more or less room than before, and no hand has set the view
 * @param {(measured: () => number) => number} withoutOverview  measure something as if there were no overview beside it
 * @param {AbortSignal} life  of the figure
 */
export function createViewport(host, svg, layer, onView, onRest, onRoom, withoutOverview, life) {
  const root = select(svg);
  const isStill = host.hasAttribute("still");
  /** The size of letters that is asked for, in px; 0: none is. */
  const asked = () => Number(host.getAttribute("letters"));
  let size = { width: 0, height: 0, form: /** @type {import("../node_lines.js").Form} */ ("tall") };
  // Known from the observer: to ask the element would lay the whole drawing out anew at every step.
  let room = { w: svg.clientWidth, h: svg.clientHeight };
  let transform = zoomIdentity;
  /** Where it is or glides to; null: where a hand takes it. @type {import("d3-zoom").ZoomTransform | null} */
  let goal = null;
  let touchedByHand = false;
  /** Whether the whole graph is wanted, however small. */
  let wantsWhole = false;
  /** Whether a part is shown, which follows the step. */
  let isFollowed = false;
  /** Whether the overview has come or gone since the room was observed. */
  let isRoomOld = false;
  /** What the reader is at: in view whenever the view is not a hand's. @type {Box | null} */
  let subject = null;

  const behaviour = /** @type {import("d3-zoom").ZoomBehavior<SVGSVGElement, unknown>} */ (zoom())
    .scaleExtent([FARTHEST, NEAREST])
    // In a text, and on a narrow page, the wheel scrolls the page; with Ctrl, or two fingers, it zooms.
    .filter((event) => !isStill && (event.type !== "wheel" || event.ctrlKey || !(host.hasAttribute("inline") || matchMedia(NARROW_PAGE).matches)) && !event.button)
    .on("zoom", (event) => {
      transform = event.transform;
      if (event.sourceEvent) {
        touchedByHand = true;
        goal = null;
      }
      layer.setAttribute("transform", String(transform));
      host.classList.toggle("far", transform.k < SMALLEST_LEGIBLE);
      tell();
    })
    .on("end", () => onRest(touchedByHand ? view() : null));
  root.call(behaviour).on("dblclick.zoom", null);

  function tell() {
    const [x, y] = transform.invert([0, 0]);
    onView({ x, y, w: room.w / transform.k, h: room.h / transform.k }, isFollowed);
  }

  /** In whole units, and a scale of three digits: finer is not seen, and would make links long. @returns {View} */
  function view() {
    const [x, y] = transform.invert([room.w / 2, room.h / 2]);
    return [Math.round(x), Math.round(y), Number(transform.k.toPrecision(3))];
  }

  /** @param {number} x @param {number} y @param {number} k @returns {import("d3-zoom").ZoomTransform} what has that place in the middle */
  function around(x, y, k) {
    return zoomIdentity.translate(room.w / 2 - x * k, room.h / 2 - y * k).scale(k);
  }

  /** @param {import("d3-zoom").ZoomTransform} to @param {boolean} glide */
  function move(to, glide) {
    goal = to;
    if (glide && !prefersStillness()) root.transition("viewport").duration(GLIDE_MS).call(behaviour.transform, to);
    else root.interrupt("viewport").call(behaviour.transform, to);
  }

  /**
   * The shift that brings a place to the middle of the room, but shows no more emptiness beyond the graph than a margin.
   * @param {number} place
   * @param {number} span  of the room, in px
   * @param {number} extent  of the graph
   * @param {number} k
   * @param {number} margin
   */
  function centred(place, span, extent, k, margin) {
    const wanted = span / 2 - place * k;
    return Math.max(Math.min(wanted, margin), span - margin - extent * k);
  }

  /**
   * The same view if a box is in it, else the view that has it in its middle.
   * @param {import("d3-zoom").ZoomTransform} from
   * @param {Box | null} box
   * @param {boolean} level  whether to bring it to the middle height in any case, if the graph is higher than the room
   */
  function revealing(from, box, level) {
    if (!box) return from;
    const { k } = from;
    const [left, top] = from.apply([box.x - box.w / 2, box.y - box.h / 2]);
    const [right, bottom] = from.apply([box.x + box.w / 2, box.y + box.h / 2]);
    const isHigh = size.height * k > room.h - 2 * MARGIN.y;
    const x = left < 0 || right > room.w ? centred(box.x, room.w, size.width, k, MARGIN.x) : from.x;
    const y = top < 0 || bottom > room.h || (level && isHigh) ? centred(box.y, room.h, size.height, k, MARGIN.y) : from.y;
    return x === from.x && y === from.y ? from : zoomIdentity.translate(x, y).scale(k);
  }

  /** Whether a node is in view from there; in a room of no size, as while it is hidden, nobody can tell. @param {View} view @param {Box[]} nodes */
  function shows([x, y, k], nodes) {
    const [w, h] = [room.w / k, room.h / k];
    return !w || !h || nodes.some((box) => Math.abs(box.x - x) < (w + box.w) / 2 && Math.abs(box.y - y) < (h + box.h) / 2);
  }

  /** The room that the graph has, for a reader's letters. @param {boolean} [isWhole] @param {number} [height] */
  function free(isWhole, height = room.h) {
    return roomIn(room.w, height, parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_LETTERS, asked(), isWhole);
  }

  /** The room that it would have to be seen whole: the overview that comes where a part is shown takes some of it. @param {boolean} [isWhole] */
  function freeOfOverview(isWhole) {
    return free(isWhole, isFollowed || isRoomOld ? withoutOverview(() => svg.clientHeight) : room.h);
  }

  /** @param {boolean} glide @param {boolean} whole  the whole graph, however small */
  function fit(glide, whole) {
    const within = free();
    if (!room.w || !room.h || !size.width) return;
    wantsWhole = whole;
    const was = isFollowed;
    isFollowed = !whole && !isStill && fitting(freeOfOverview(), size) < leastScale(within, size.form);
    isRoomOld ||= was !== isFollowed;
    const k = isFollowed ? followedScale(within, size.form) : fitting(within, size);
    const x = size.width * k > within.w ? MARGIN.x : (room.w - size.width * k) / 2;
    const y = MARGIN.y + (within.h - size.height * k) / 2;
    touchedByHand = false;
    const opened = zoomIdentity.translate(x, y).scale(k);
    move(isFollowed ? revealing(opened, subject, true) : opened, glide);
  }

  const resizing = new ResizeObserver(([{ contentRect }]) => {
    const before = room;
    room = { w: contentRect.width, h: contentRect.height };
    isRoomOld = false;
    if (!touchedByHand) {
      fit(false, wantsWhole);
      onRoom();
    } else if (before.w !== room.w || before.h !== room.h) {
      // A link holds what is in the middle: that stays there when what stands around the figure takes its room.
      const [x, y] = transform.invert([before.w / 2, before.h / 2]);
      move(around(x, y, transform.k), false);
    }
    tell();
  });
  resizing.observe(svg);
  life.addEventListener("abort", () => {
    resizing.disconnect();
    root.interrupt("viewport").on(".zoom", null);
  });

  return {
    /**
     * @param {import("../../lib/types.js").Geometry} graph
     * @param {boolean} keep  whether to leave a view that a hand has set, if anything is to be seen from there
     * @param {Box} box  what is to be in view where not all can be
     * @param {View | null} kept  the view that a hand set earlier; not taken where nothing is to be seen from there
     * @param {boolean} isSame  whether it is the same graph, in another arrangement
     */
    resize(graph, keep, box, kept, isSame) {
      size = graph;
      subject = box;
      if (keep && touchedByHand && shows(view(), graph.nodes)) return;
      touchedByHand = kept !== null && shows(kept, graph.nodes);
      if (kept && touchedByHand) move(around(...kept), false);
      else fit(keep, isSame && wantsWhole);
    },
    fit: () => fit(true, true),
    /** Other letters are asked for. */
    refit: () => fit(false, false),
    /** The room that a graph would have now; null where the figure has no size yet. @param {boolean} isSame  whether it is the one that is shown */
    room: (isSame) => (room.w && room.h && !isStill ? freeOfOverview(isSame && wantsWhole) : null),
    /** @param {number} x @param {number} y  a place of the graph that comes to the middle */
    centre(x, y) {
      touchedByHand = true;
      move(around(x, y, transform.k), false);
    },
    /** @param {number} x @param {number} y  in shares of the room: what is there comes into view */
    panBy(x, y) {
      touchedByHand = true;
      move(zoomIdentity.translate(transform.x - x * room.w, transform.y - y * room.h).scale(transform.k), true);
    },
    /** @param {number} factor */
    zoomBy(factor) {
      touchedByHand = true;
      goal = null;
      root.transition("viewport").duration(prefersStillness() ? 0 : GLIDE_MS).call(behaviour.scaleBy, factor);
    },
    /**
     * Bring a part of the graph into view, if it is not.
     * @param {Box} box
     * @param {Box} [span]  what belongs to it, and comes too where there is room
     */
    reveal(box, span = box) {
      const { k } = goal ?? transform;
      const fits = span.w * k <= room.w && span.h * k <= room.h;
      subject = fits ? span : box;
      box = subject;
      const from = goal ?? transform;
      const to = revealing(from, box, false);
      if (to !== from) move(to, true);
    },
  };
}
