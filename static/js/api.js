/** The service's API as the page uses it: typed failures, and one request for a trace at a time. */

/** @typedef {import("./types.js").Trace} Trace */
/** @typedef {import("./types.js").Span} Span */

/** The service answered that something is wrong with the request: a problem of RFC 9457. */
export class Problem extends Error {
  /** @param {Record<string, any>} body @param {number} status */
  constructor(body, status) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    /** @type {string} */
    this.kind = String(body.type ?? "").split("/").pop() ?? "";
    /** @type {string} */
    this.title = body.title ?? "";
    /** @type {Record<string, string | number>} */
    this.params = body.params ?? {};
    /** @type {Span | null} */
    this.span = body.span ?? null;
  }

  /** Whether the same request may well succeed in a moment. */
  get passes() {
    return this.status === 503;
  }
}

/** Nobody answered, or not in our language. */
export class NetworkFailure extends Error {}

/** A newer request took this one's place; its answer is of no interest any more. */
export class Superseded extends Error {}

/**
 * @param {string} [base]  the service's address
 */
export function createClient(base = "") {
  /** @type {AbortController | null} */
  let running = null;
  return {
    /**
     * @param {{program: string, inputs: Record<string, unknown>}} request
     * @returns {Promise<Trace>}
     * @throws {Problem | NetworkFailure | Superseded}
     */
    async trace(request) {
      running?.abort();
      const own = (running = new AbortController());
      const body = JSON.stringify(request);
      const headers = { "Content-Type": "application/json" };
      return send(`${base}/api/expression`, { method: "POST", headers, body, signal: own.signal });
    },
    /** @returns {Promise<import("./types.js").Example[]>} */
    async examples() {
      return (await send(`${base}/api/examples`)).examples;
    },
    /** @returns {Promise<import("./types.js").OpEntry[]>} */
    async ops() {
      const answer = await send(`${base}/api/ops`);
      return Array.isArray(answer) ? answer : answer.ops;
    },
  };
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
async function send(url, options) {
  try {
    const response = await fetch(url, options);
    const body = await response.json();
    if (!response.ok) throw new Problem(body, response.status);
    return body;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (options?.signal?.aborted) throw new Superseded();
    throw new NetworkFailure(String(error));
  }
}
