/** The events of a training as they come: one JSON object a line. */

import { NetworkFailure, Problem, Superseded, problemOf, tellable } from "./failures.js";
import { bodyOf } from "./request_body.js";

/**
 * @param {Record<string, unknown>} body
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<import("../lib/types.js").TrainingEvent>}
 * @throws {Problem | NetworkFailure | Superseded}
 */
export async function* train(body, signal) {
  let last = null;
  try {
    const response = await fetch("/api/train", { method: "POST", headers: { "Content-Type": "application/json" }, body: await bodyOf(body), signal });
    if (!response.ok || !response.body) throw await problemOf(await response.json(), response.status);
    for await (const line of lines(response.body)) {
      last = JSON.parse(line);
      if (last.reason === "failed") throw await problemOf(last.problem, last.problem.status ?? 500);
      yield await tellable(last);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (signal.aborted) throw new Superseded();
    throw new NetworkFailure(String(error));
  }
  if (last?.event !== "end" || last.reason === "cancelled") throw new NetworkFailure("The stream ended before the training.");
}

/**
 * The lines of a stream, wherever its parts were cut.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @returns {AsyncGenerator<string>}
 */
export async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop() ?? "";
      yield* parts.filter(Boolean);
    }
    if (rest) yield rest;
  } finally {
    // Who has seen enough ends the training as well.
    reader.cancel().catch(() => {});
  }
}
