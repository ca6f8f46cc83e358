/** Which exercises are done, and the seed of this reader's numbers: kept in the browser and nowhere else. */

const KEY = "gradlens.book";
const LAST_SEED = 999_999;

/** @typedef {{seed: number, done: Record<string, string[]>}} Book  done: by chapter, the exercises */

export function createProgress() {
  const book = read();

  /** @param {string} chapter */
  const of = (chapter) => book.done[chapter] ?? [];

  return {
    seed: book.seed,
    /** @param {string} chapter @param {string} exercise */
    isDone: (chapter, exercise) => of(chapter).includes(exercise),
    /** @param {string} chapter @param {string} exercise */
    finish(chapter, exercise) {
      if (!of(chapter).includes(exercise)) book.done[chapter] = [...of(chapter), exercise];
      keep(book);
    },
    /** As a text that can be kept elsewhere. */
    exported: () => JSON.stringify(book),
    /** Forget what is done; the numbers stay the reader's. */
    reset() {
      book.done = {};
      keep(book);
    },
  };
}

/** @returns {Book} */
function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (found && Number.isInteger(found.seed) && typeof found.done === "object") return found;
  } catch {
    // Storage that is refused or broken keeps nothing: the book works all the same.
  }
  const made = { seed: 1 + Math.floor(Math.random() * LAST_SEED), done: {} };
  keep(made);
  return made;
}

/** @param {Book} book */
function keep(book) {
  try {
    localStorage.setItem(KEY, JSON.stringify(book));
  } catch {
    // As above.
  }
}
