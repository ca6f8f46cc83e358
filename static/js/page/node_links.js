/**
 * What names a node or an edge anywhere on the page is one thing with it: what is pointed at or chosen in one place is
 * marked in all of them. An element says what it names in `data-node` or `data-edge`, by the ids of what is drawn.
 */

/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {{nodes: number[], edges: number[]}} Named */

const NAMING = "[data-node], [data-edge], #graph :is(g.node, g.edge)";
/** Over whatever colour an element has of its own; forced colours leave the outline alone. */
const POINTED = "background-color: var(--accent-paper) !important";
const CHOSEN = `${POINTED}; box-shadow: inset 3px 0 var(--accent)`;
const FORCED = "outline: 2px solid Highlight; outline-offset: -2px";
const NOTHING = Object.freeze({ nodes: [], edges: [] });

/**
 * @param {Document} document
 * @param {(named: Named | null) => void} onPoint  what is pointed at beside the figure, or null
 */
export function createNodeLinks(document, onPoint) {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  /** @type {Named} */
  let chosen = NOTHING;
  /** @type {Named} */
  let pointed = NOTHING;
  let told = "";

  function mark() {
    sheet.replaceSync(`${rule(pointed, POINTED)} ${rule(chosen, CHOSEN)} @media (forced-colors: active) { ${rule(chosen, FORCED)} }`);
  }

  /** @param {EventTarget | null} target */
  function point(target) {
    const element = target instanceof Element ? target.closest(NAMING) : null;
    tell(element ? namedBy(element) : NOTHING, element !== null && !element.hasAttribute("data-id"));
  }

  /** @param {Named} now @param {boolean} isBeside  the figure, which marks by itself what the pointer is over */
  function tell(now, isBeside) {
    const key = JSON.stringify([now, isBeside]);
    if (key === told) return;
    told = key;
    pointed = now;
    mark();
    onPoint(isBeside ? now : null);
  }

  for (const type of ["pointerover", "focusin"]) document.addEventListener(type, ({ target }) => point(target));
  for (const type of ["pointerleave", "focusout"]) document.documentElement.addEventListener(type, () => point(null));

  return {
    /** What is chosen is another one. @param {Selection | null} selection */
    choose(selection) {
      chosen = selection ? { nodes: selection.kind === "node" ? [selection.id] : [], edges: selection.kind === "edge" ? [selection.id] : [] } : NOTHING;
      mark();
    },
    /** Nodes that the text under the pointer speaks of. @param {number[]} nodes */
    speak: (nodes) => tell({ nodes, edges: [] }, nodes.length > 0),
  };
}

/** @param {Element} element @returns {Named} */
function namedBy(element) {
  const drawn = element.getAttribute("data-id");
  if (drawn !== null) return element.matches("g.node") ? { nodes: [Number(drawn)], edges: [] } : { nodes: [], edges: [Number(drawn)] };
  const ids = (/** @type {string} */ name) => (element.getAttribute(name) ?? "").split(" ").filter(Boolean).map(Number);
  return { nodes: ids("data-node"), edges: ids("data-edge") };
}

/** @param {Named} named @param {string} style */
function rule({ nodes, edges }, style) {
  const selectors = [...nodes.map((id) => `[data-node~="${id}"]`), ...edges.map((id) => `[data-edge~="${id}"]`)];
  return selectors.length ? `${selectors.join()} { ${style} }` : "";
}
