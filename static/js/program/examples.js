/** The examples, as the service has them. */

/** @typedef {import("../lib/types.js").Example} Example */

const FIRST = "apples";

/** @param {ReturnType<typeof import("../service/api.js").createClient>} client */
export function createExamples(client) {
  /** @type {Example[]} */
  let list = [];
  return {
    get list() {
      return list;
    },
    /** Without them the page still works on whatever program its link holds. */
    async load() {
      if (list.length) return;
      try {
        list = await client.examples();
      } catch {
        // The next successful answer of the service asks again.
      }
    },
    /** @param {string | null} id @returns {Example | undefined}  the first one where there is none of that name */
    find: (id) => list.find((one) => one.id === (id ?? FIRST)) ?? list[0],
    /** Which example a program is, unedited. @param {string} program @param {"ko" | "en"} language @returns {string | null} */
    idOf: (program, language) => list.find((one) => one.program[language] === program)?.id ?? null,
  };
}
