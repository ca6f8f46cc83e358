/** Traces that are more than a program and its inputs could carry: a network's, one step's of a training, or a model's in a file. */

import { NetworkFailure, problemOf } from "./failures.js";
import { train } from "./event_stream.js";
import { contentOf } from "./request_body.js";

/** @typedef {import("../lib/types.js").Source} Source */

/**
 * @param {ReturnType<typeof import("./api.js").createClient>} client
 * @param {Source} source
 * @param {Record<string, unknown>} how  details and values
 * @param {AbortSignal} signal
 * @returns {Promise<import("../lib/types.js").Trace>}
 */
export async function traceOf(client, { name, body }, how, signal) {
  if (name === "network") return client.ask("network", { ...body, ...how }, signal);
  if (name === "onnx") return client.ask("onnx", { ...await modelOf(body), ...how }, signal);
  for await (const event of train({ ...body, ...how }, signal)) if (event.event === "trace") return event.trace;
  throw new NetworkFailure("The training ended before its step.");
}

/**
 * A model that is named, with its content.
 * @param {Record<string, unknown>} body
 * @throws {import("./failures.js").Problem} missing-model, with its name, where this browser does not have it
 */
async function modelOf({ model, ...body }) {
  if (model === undefined) return body;
  const { name, digest } = Object(model);
  // A link is a stranger's; where the module does not come, nobody answered.
  const file = await contentOf(String(digest)).catch((error) => {
    throw new NetworkFailure(String(error));
  });
  if (file === null) throw await problemOf({ type: "missing-model", params: { name: String(name).slice(0, 80) } }, 0);
  return { ...body, file };
}
