/** Graphviz, off the main thread. Gets {url} once, then {id, dot}; says "ready", then answers {id, drawn} or {id, error}. */

/** @typedef {{url: string} | {id: number, dot: string}} Message */

/** @type {Promise<import("@viz-js/viz").Viz> | null} */
let viz = null;

self.addEventListener("message", async (/** @type {MessageEvent<Message>} */ { data }) => {
  if ("url" in data) {
    // Import maps do not reach workers, so the page says where Graphviz is.
    viz = import(data.url).then((module) => module.instance());
    viz.then(() => self.postMessage({ ready: true }), (error) => self.postMessage({ error: String(error) }));
    return;
  }
  try {
    const result = (await viz)?.render(data.dot, { format: "json0" });
    if (result?.status !== "success") throw new Error(result?.errors.map(({ message }) => message).join("; "));
    self.postMessage({ id: data.id, drawn: JSON.parse(result.output) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
});
