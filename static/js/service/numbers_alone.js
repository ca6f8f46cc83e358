/** Traces while numbers move: the service is told which traces are here, and answers numbers alone where only these differ. */

/** @typedef {import("./wire_types.js").Trace} Trace */
/** @typedef {import("./wire_types.js").NumbersOfTrace} NumbersOfTrace */
/** @typedef {import("./wire_types.js").NumbersOfNodes} NumbersOfNodes */
/** @typedef {import("./wire_types.js").NumbersOfEdges} NumbersOfEdges */

const MOST_KEPT = 4; // traces: some of a text's numbers are found out to be no more than that by asking twice

/**
 * @param {(request: Record<string, unknown>, signal: AbortSignal) => Promise<import("./wire_types.js").Numbers>} ask
 * @returns {(request: Record<string, unknown>, signal: AbortSignal) => Promise<Trace>}
 */
export function createNumbersAlone(ask) {
  /** @type {Map<string, Trace>} */
  const kept = new Map();
  return async (request, signal) => {
    const { key, trace, numbers } = await ask({ ...request, have: [...kept.keys()] }, signal);
    const base = kept.get(key);
    if (numbers && base) return merged(base, numbers);
    const whole = /** @type {Trace} */ (trace);
    kept.delete(key);
    kept.set(key, whole);
    for (const [oldest] of kept) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return whole;
  };
}

/** A trace with other numbers. @param {Trace} base @param {NumbersOfTrace} numbers @returns {Trace} */
export function merged(base, { nodes, edges, ...rest }) {
  const conventions = new Set(nodes.convention);
  return {
    ...base,
    ...rest,
    nodes: base.nodes.map((node, i) => ({
      ...node,
      value: nodes.value[i],
      gradient: nodes.gradient[i],
      tangent: nodes.tangent?.[i] ?? null,
      convention: conventions.has(i),
      summary: nodes.summary[i] ?? null,
      span: Object.hasOwn(nodes.span, i) ? nodes.span[i] : node.span,
      latex: nodes.latex[i] ?? node.latex,
    })),
    edges: base.edges.map((edge, i) => ({
      ...edge,
      local: edges.local[i],
      contribution: edges.contribution[i],
      tangent: edges.tangent?.[i] ?? null,
      summary: edges.summary[i] ?? null,
      local_latex: edges.local_latex[i] ?? edge.local_latex,
      rule_latex: edges.rule_latex[i] ?? edge.rule_latex,
    })),
  };
}
