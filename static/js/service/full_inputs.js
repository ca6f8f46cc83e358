/** Questions about a work whose inputs are told by a source: they carry the inputs that were too large to be sent with its trace. */

/** @typedef {import("../lib/types.js").Source} Source */

/**
 * @param {ReturnType<typeof import("./api.js").createClient>} client
 * @param {() => {program: string, source: Source | null}} work
 * @returns {ReturnType<typeof import("./api.js").createClient>} which asks the same, with every input
 */
export function wholeClient(client, work) {
  /** Of which source the inputs are known, or on their way. @type {Source | null} */
  let of = null;
  /** @type {Promise<Record<string, unknown>> | null} */
  let coming = null;

  /** @param {Source} source */
  async function inputsOf(source) {
    const { traceOf } = await import("./long_traces.js");
    // Whoever asks first may leave; the others still wait for it.
    const { nodes } = await traceOf(client, source, { values: "full" }, new AbortController().signal);
    return Object.fromEntries(nodes.filter(({ op }) => op === "input").map(({ name, value }) => [name, value]));
  }

  /** @param {Record<string, unknown>} request */
  async function whole(request) {
    const { program, source } = work();
    if (!source || request.program !== program) return request;
    if (of !== source || !coming) {
      of = source;
      coming = inputsOf(source);
    }
    try {
      return { ...request, inputs: { ...(await coming), .../** @type {object} */ (request.inputs) } };
    } catch (error) {
      coming = null;
      throw error;
    }
  }

  return { ...client, whole, ask: async (name, request, signal) => client.ask(name, await whole(request), signal) };
}
