/** Files that the service writes of a program. */

import { NetworkFailure, Problem, Superseded, problemOf } from "./failures.js";
import { bodyOf } from "./request_body.js";

/**
 * @param {Record<string, unknown>} request  as /api/export takes it
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 * @throws {Problem | NetworkFailure | Superseded}
 */
export async function exportedFile(request, signal) {
  try {
    const response = await fetch("/api/export", { method: "POST", headers: { "Content-Type": "application/json" }, body: await bodyOf(request), signal });
    if (!response.ok) throw await problemOf(await response.json(), response.status);
    return await response.blob();
  } catch (error) {
    if (signal.aborted) throw new Superseded();
    if (error instanceof Problem) throw error;
    throw new NetworkFailure(String(error));
  }
}
