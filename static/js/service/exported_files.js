/** Files that the service writes. */

import { NetworkFailure, Problem, Superseded, problemOf } from "./failures.js";
import { bodyOf } from "./request_body.js";

/**
 * @param {Record<string, unknown>} request  as the endpoint takes it
 * @param {AbortSignal} signal
 * @param {"export" | "exam/file" | "weights/file"} [endpoint]
 * @returns {Promise<Blob>}
 * @throws {Problem | NetworkFailure | Superseded}
 */
export async function exportedFile(request, signal, endpoint = "export") {
  try {
    const response = await fetch(`/api/${endpoint}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: await bodyOf(request), signal });
    if (!response.ok) throw await problemOf(await response.json(), response.status);
    return await response.blob();
  } catch (error) {
    if (signal.aborted) throw new Superseded();
    if (error instanceof Problem) throw error;
    throw new NetworkFailure(String(error));
  }
}
