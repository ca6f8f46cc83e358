/** What the panel of derivations asks about: the program that is drawn, as the service knows it. */

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../tabs.js").PanelPage} PanelPage */

/**
 * The drawing, and the trace that it was made of; null while another one is being laid out.
 * @param {PanelPage} page
 * @returns {{trace: Trace, drawing: Trace} | null}
 */
export function drawnProgram(page) {
  const drawing = page.plan()?.trace;
  const trace = page.served();
  // Closing groups renumbers nodes and edges, and hands on the inputs' gradients as they are.
  return drawing && trace && drawing.gradients === trace.gradients ? { trace, drawing } : null;
}

/**
 * What a question begins with: the same functions are open in it, so that nodes have the same numbers.
 * @param {PanelPage} page
 * @returns {Record<string, unknown>}
 */
export function questionOf(page) {
  const { source, values, ...request } = page.request();
  return request;
}
