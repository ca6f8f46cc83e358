/** Graphviz for the figures of a page that imports this; without it they have our own layout. */

import { layoutQueue } from "./layout_queue.js";

layoutQueue.openBy(() => {
  const worker = new Worker(import.meta.resolve("#static/js/graph/layout/layout_worker.js"), { type: "module" });
  worker.postMessage({ url: import.meta.resolve("@viz-js/viz") });
  return worker;
});
