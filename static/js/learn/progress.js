/** Which exercises are done, and the seed of this reader's numbers: kept in the browser and nowhere else. */

const KEY = "gradlens.book";
const LAST_SEED = 999_999;
/** Of a chapter or an exercise. */
const NAME = /^(?!__proto__$)[\w-]{1,40}$/;
/** Chapters, and exercises of one: a file that names more is none of ours. */
const MOST = 100;

/** @typedef {{seed: number, done: Record<string, string[]>}} Book  done: by chapter, the exercises */

export function createProgress() {
  const book = read();

  /** @param {string} chapter */
  const of = (chapter) => book.done[chapter] ?? [];

  return {
    get seed() {
      return book.seed;
    },
    /** @param {string} chapter @param {string} exercise */
    isDone: (chapter, exercise) => of(chapter).includes(exercise),
    /** @param {string} chapter @param {string} exercise */
    finish(chapter, exercise) {
      if (!of(chapter).includes(exercise)) book.done[chapter] = [...of(chapter), exercise];
      keep(book);
    },
    /** As a text that can be kept elsewhere. */
    exported: () => JSON.stringify(book),
    /** Add what such a text says to be done, and go on with its numbers. @param {string} text @returns {boolean} whether it is such a text */
    take(text) {
      const found = bookIn(text);
      if (!found) return false;
      book.seed = found.seed;
      for (const [chapter, exercises] of Object.entries(found.done)) book.done[chapter] = [...new Set([...of(chapter), ...exercises])];
      keep(book);
      return true;
    },
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
    const found = bookIn(localStorage.getItem(KEY) ?? "");
    if (found) return found;
  } catch {
    // Storage that is refused keeps nothing: the book works all the same.
  }
  const made = { seed: 1 + Math.floor(Math.random() * LAST_SEED), done: {} };
  keep(made);
  return made;
}

/** @param {string} text @returns {Book | null} null: it is none */
export function bookIn(text) {
  try {
    const { seed, done } = JSON.parse(text);
    const isSeed = Number.isInteger(seed) && seed >= 1 && seed <= LAST_SEED;
    const isName = (/** @type {unknown} */ name) => typeof name === "string" && NAME.test(name);
    const chapters = Object.entries(done);
    const isDone = !Array.isArray(done) && chapters.every(([chapter, names]) => isName(chapter) && Array.isArray(names) && names.length <= MOST && names.every(isName));
    return isSeed && isDone && chapters.length <= MOST ? { seed, done } : null;
  } catch {
    return null;
  }
}

/** @param {Book} book */
function keep(book) {
  try {
    localStorage.setItem(KEY, JSON.stringify(book));
  } catch {
    // As above.
  }
}
