/** Traces that are more than a program and its inputs could carry: a network's, or one step's of a training. */

import { NetworkFailure } from "./failures.js";
import { train } from "./event_stream.js";

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
  for await (const event of train({ ...body, ...how }, signal)) if (event.event === "trace") return event.trace;
  throw new NetworkFailure("The training ended before its step.");
}
