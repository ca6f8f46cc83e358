/** What the page marks in its figure: each part of the page has one decoration of its own. */

/** @typedef {import("../graph/decorations.js").Decoration} Decoration */
/** @typedef {(kind: Decoration["kind"], what: Omit<Decoration, "kind"> | null) => void} Decorate  null: nothing of that kind */

/** @param {import("../graph/element.js").GradlensGraph} figure @returns {Decorate} */
export function createDecorations(figure) {
  /** @type {Map<Decoration["kind"], Decoration>} */
  const known = new Map();
  return (kind, what) => {
    const before = known.get(kind);
    if (!what ? !before : before && isSame(before, what)) return;
    if (what) known.set(kind, { kind, ...what });
    else known.delete(kind);
    figure.decorations = [...known.values()];
  };
}

/** @param {Decoration} before @param {Omit<Decoration, "kind">} what */
function isSame(before, { nodes = [], edges = [], core, notes, said, levels }) {
  const list = (/** @type {Iterable<number>} */ ids) => [...ids].join();
  return before.core === core && list(before.nodes ?? []) === list(nodes) && list(before.edges ?? []) === list(edges) && JSON.stringify([before.notes, before.said, before.levels]) === JSON.stringify([notes, said, levels]);
}
