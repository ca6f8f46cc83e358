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

/** What is to be there before something is told that the service remarked: its words, in the page's language. */
let wordsOfProblems = async () => {};

/** @param {() => Promise<void>} load  the words of problems and remarks; it does not reject */
export function tellProblemsWith(load) {
  wordsOfProblems = load;
}

/**
 * @param {Record<string, any>} body
 * @param {number} status
 * @returns {Promise<Problem>} once it can be told
 */
export async function problemOf(body, status) {
  await wordsOfProblems();
  return new Problem(body, status);
}

/** An answer that remarks on something, once that can be told. @template T @param {T} body @returns {Promise<T>} */
export async function tellable(body) {
  const { warnings, sentence } = /** @type {{warnings?: unknown[], sentence?: unknown}} */ (body ?? {});
  if (warnings?.length || sentence) await wordsOfProblems();
  return body;
}

/** Nobody answered, or not in our language. */
export class NetworkFailure extends Error {}

/** A newer request took this one's place; its answer is of no interest any more. */
export class Superseded extends Error {}
