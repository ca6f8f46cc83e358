import assert from "node:assert/strict";
import { test } from "node:test";
import { createLayoutQueue } from "../../static/js/graph/layout/layout_queue.js";

/** Workers that do what the test tells them to. */
function workers() {
  /** @type {any[]} */
  const started = [];
  const open = () => {
    const worker = Object.assign(new EventTarget(), {
      /** @type {any[]} */ asked: [], isEnded: false,
      /** @param {any} message */ postMessage(message) { worker.asked.push(message); },
      terminate() { worker.isEnded = true; },
      /** @param {any} data */ say(data) { worker.dispatchEvent(Object.assign(new Event("message"), { data })); },
    });
    started.push(worker);
    return /** @type {any} */ (worker);
  };
  return { started, open };
}

const quiet = () => {};

test("jobs of many figures share one worker, one at a time, in the order in which they were asked", async () => {
  const { started, open } = workers();
  const queue = createLayoutQueue(open);
  const { signal } = new AbortController();
  /** @type {string[]} */
  const phases = [];
  const answers = ["a", "b", "c"].map((dot) => queue.ask(dot, signal, (phase) => phases.push(`${dot} ${phase}`)));
  const [worker] = started;
  worker.say({ ready: true });
  assert.deepEqual(worker.asked, [{ id: 1, dot: "a" }]);
  worker.say({ id: 1, drawn: "A" });
  worker.say({ id: 2, drawn: "B" });
  worker.say({ id: 3, drawn: "C" });
  assert.deepEqual(await Promise.all(answers), ["A", "B", "C"]);
  assert.equal(started.length, 1);
  assert.deepEqual(phases, ["a loading", "a running", "b running", "c running"]);
});

test("a job that nobody waits for ends its worker, and the others are asked of a new one", async () => {
  const { started, open } = workers();
  const queue = createLayoutQueue(open);
  const unwanted = new AbortController();
  const { signal } = new AbortController();
  const first = queue.ask("a", unwanted.signal, quiet);
  const second = queue.ask("b", signal, quiet);
  started[0].say({ ready: true });
  unwanted.abort(new Error("another graph"));
  await assert.rejects(first, /another graph/);
  assert.ok(started[0].isEnded);
  started[1].say({ ready: true });
  started[0].say({ id: 1, drawn: "too late" });
  started[1].say({ id: 2, drawn: "B" });
  assert.equal(await second, "B");
});

test("a job that still waits is taken from the queue, and the running one goes on", async () => {
  const { started, open } = workers();
  const queue = createLayoutQueue(open);
  const { signal } = new AbortController();
  const unwanted = new AbortController();
  const first = queue.ask("a", signal, quiet);
  const second = queue.ask("b", unwanted.signal, quiet);
  const third = queue.ask("c", signal, quiet);
  started[0].say({ ready: true });
  unwanted.abort(new Error("gone"));
  await assert.rejects(second, /gone/);
  started[0].say({ id: 1, drawn: "A" });
  assert.equal(await first, "A");
  started[0].say({ id: 2, drawn: "C" });
  assert.equal(await third, "C");
  assert.ok(!started[0].isEnded);
});

test("while Graphviz loads it is left to load, though its first job is not wanted any more", async () => {
  const { started, open } = workers();
  const queue = createLayoutQueue(open);
  const unwanted = new AbortController();
  const first = queue.ask("a", unwanted.signal, quiet);
  unwanted.abort(new Error("declined"));
  await assert.rejects(first, /declined/);
  assert.ok(!started[0].isEnded);
  const second = queue.ask("b", new AbortController().signal, quiet);
  started[0].say({ ready: true });
  started[0].say({ id: 2, drawn: "B" });
  assert.equal(await second, "B");
  assert.equal(started.length, 1);
});

test("an error is told to its own job alone, and the next job gets a new worker", async () => {
  const { started, open } = workers();
  const queue = createLayoutQueue(open);
  const { signal } = new AbortController();
  const [first, second] = ["a", "b"].map((dot) => queue.ask(dot, signal, quiet));
  started[0].say({ ready: true });
  started[0].say({ id: 1, error: "out of memory" });
  await assert.rejects(first, /out of memory/);
  started[1].dispatchEvent(new Event("error"));
  await assert.rejects(second, /worker failed/);
  assert.equal(started.length, 2);
});

test("what is not wanted before it is asked is not asked", async () => {
  const { started, open } = workers();
  await assert.rejects(createLayoutQueue(open).ask("a", AbortSignal.abort(new Error("no")), quiet), /no/);
  assert.equal(started.length, 0);
});
