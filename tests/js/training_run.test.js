import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../static/js/lib/i18n.js";
import { gradientsText } from "../../static/js/network/training/training.js";
import { createTrainingRun } from "../../static/js/network/training/training_run.js";
import { catalogue } from "./fixtures.js";

/**
 * A service that counts: the loss of step k is 1 / k, however the run came there.
 * @param {{size?: number, diverges?: number}} [how]
 */
function service({ size = 1, diverges = Infinity } = {}) {
  /** @type {any[]} */
  const asked = [];
  /** @param {any} body @returns {AsyncGenerator<any>} */
  async function* ask(body) {
    asked.push(body);
    const first = 1 + (body.resume?.step ?? 0);
    const last = first + body.steps - 1;
    yield { event: "start", batches_per_epoch: 8 };
    for (let step = first; step <= last; step += 1) {
      if (step === diverges) {
        yield { event: "end", reason: "diverged", step };
        return;
      }
      if (step === first || step === last || step % body.report_every === 0) yield { event: "step", step, loss: 1 / step };
      if (body.trace_at?.includes(step)) yield { event: "trace", step, trace: { of: step } };
    }
    yield { event: "end", reason: "steps", step: last, parameters: { W: "x".repeat(size) }, resume: { step: last } };
  }
  return { asked, ask };
}

/** @param {ReturnType<typeof createTrainingRun>} run @param {any} how @param {number} [stopAt] */
async function steps(run, how, stopAt) {
  /** @type {number[]} */
  const seen = [];
  await run.run(how, ({ step }) => {
    seen.push(step);
    if (step === stopAt) run.stop();
  });
  return seen;
}

test("one step is one step, and an epoch ends where the data does", async () => {
  const { ask } = service();
  const run = createTrainingRun(ask, {});
  assert.deepEqual(await steps(run, { to: 1, every: 1 }), [1]);
  assert.equal(run.epochEnd, 8);
  assert.deepEqual(await steps(run, { to: 8, every: 4 }), [4, 8]);
  assert.equal(run.epochEnd, 16);
});

test("what was stopped goes on with the next step, and no picture comes twice", async () => {
  const { ask } = service();
  const run = createTrainingRun(ask, {});
  assert.deepEqual(await steps(run, { every: 1 }, 3), [1, 2, 3]);
  assert.deepEqual(await steps(run, { every: 1 }, 6), [4, 5, 6]);
  assert.deepEqual(run.history.map(({ step }) => step), [1, 2, 3, 4, 5, 6]);
});

test("a run goes on from the newest end, with its parameters", async () => {
  const { ask, asked } = service();
  const run = createTrainingRun(ask, {});
  await steps(run, { to: 4, every: 1 });
  await steps(run, { to: 6, every: 1 });
  assert.deepEqual([asked[0].resume, asked[1].resume, asked[1].steps], [undefined, { step: 4 }, 2]);
  assert.deepEqual(asked[1].parameters, { W: "x" });
});

test("parameters that are too many to be sent back are reached from the beginning again", async () => {
  const { ask, asked } = service({ size: 2_000_000 });
  const run = createTrainingRun(ask, {});
  await steps(run, { to: 4, every: 1 });
  assert.deepEqual(await steps(run, { to: 6, every: 1 }), [5, 6]);
  assert.deepEqual([asked[1].resume, asked[1].steps], [undefined, 6]);
});

test("the trace is that of the step that is shown, also where the newest end lies behind it", async () => {
  const { ask, asked } = service();
  const run = createTrainingRun(ask, { predict: [[1, 2]] });
  await steps(run, { to: 4, every: 1 });
  assert.deepEqual((await run.traced("auto", new AbortController().signal)).trace, { of: 4 });
  const last = asked[asked.length - 1];
  assert.deepEqual([last.resume, last.trace_at, last.predict], [undefined, [4], null]);
  await steps(run, { to: 5, every: 1 });
  assert.deepEqual((await run.traced("auto", new AbortController().signal)).trace, { of: 5 });
  assert.deepEqual(asked[asked.length - 1].resume, { step: 4 });
});

test("a diverging run ends, and does not begin again", async () => {
  const { ask, asked } = service({ diverges: 3 });
  const run = createTrainingRun(ask, {});
  assert.deepEqual(await steps(run, { every: 1 }), [1, 2]);
  assert.equal(run.end?.reason, "diverged");
  const before = asked.length;
  assert.deepEqual(await steps(run, { every: 1 }), []);
  assert.equal(asked.length, before);
});

test("a step's source runs from the beginning, and asks for one trace", async () => {
  const { ask } = service();
  const run = createTrainingRun(ask, { layers: ["tanh"] });
  await steps(run, { to: 3, every: 1 });
  const { name, body } = run.source();
  assert.deepEqual([name, body.layers, body.steps, body.trace_at, body.resume], ["train", ["tanh"], 3, [3], undefined]);
});

test("the sizes of gradients are told before their ratio", () => {
  const t = translator(catalogue("en"));
  const said = (/** @type {number[]} */ ...sizes) => gradientsText(sizes, { first: "affine1", last: "affine3" }, t);
  assert.match(said(2.4e150, 2e150, 1e150), /has exploded: its size is up to 2\.4/);
  assert.match(said(1e-12, 2e-12), /all but vanished: its size is at most/);
  assert.match(said(2.4, 1), /changes only by a factor of 2\.4/);
  assert.match(said(1e-4, 1), /10,?000 times smaller/);
  assert.match(said(1e4, 1), /times larger/);
  assert.match(said(NaN, 1), /no longer a finite number/);
  assert.match(said(0, 1), /all of it was lost/);
  assert.match(said(0, 0), /nothing is learnt/);
});
