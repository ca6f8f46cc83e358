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

  return {
    ...client,
    async ask(name, request, signal) {
      const { program, source } = work();
      if (!source || request.program !== program) return client.ask(name, request, signal);
      if (of !== source || !coming) {
        of = source;
        coming = inputsOf(source);
      }
      try {
        return client.ask(name, { ...request, inputs: { ...(await coming), .../** @type {object} */ (request.inputs) } }, signal);
      } catch (error) {
        coming = null;
        throw error;
      }
    },
  };
}
