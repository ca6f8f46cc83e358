/** Why an answer may not come. */

/** @typedef {import("../lib/types.js").Span} Span */

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
