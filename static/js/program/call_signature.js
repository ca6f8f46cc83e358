/** Which call the cursor stands in, and which of its arguments. Pure. */

const LETTER = /[\p{L}\p{N}_]/u;
const NAME = /^[\p{L}_]/u;
/** A call is looked for this far back, over several lines where its brackets are open. */
const FARTHEST = 2000;

/**
 * @param {string} text  up to the cursor
 * @returns {{name: string, at: number, argument: number, keyword: string | null} | null}  at: where the name stands
 */
export function callAt(text) {
  let depth = 0;
  let argument = 0;
  for (let i = text.length - 1; i >= Math.max(0, text.length - FARTHEST); i -= 1) {
    const letter = text[i];
    if (letter === ")" || letter === "]") depth += 1;
    else if (letter === "," && depth === 0) argument += 1;
    else if (letter === "[" && depth > 0) depth -= 1;
    else if (letter === "[") argument = 0; // a list within an argument: its commas are its own
    else if (letter === "(" && depth > 0) depth -= 1;
    else if (letter === "(") {
      const name = nameBefore(text, i);
      if (!name) {
        argument = 0; // plain parentheses
        continue;
      }
      const keyword = /(?:^|,)\s*(\w+)\s*=[^,]*$/.exec(text.slice(i + 1))?.[1] ?? null;
      return { name, at: text.lastIndexOf(name, i), argument, keyword };
    } else if (letter === "\n" && depth === 0 && /^[^\n]*=[^=]/.test(text.slice(i + 1)) && !goesOn(text, i)) return null;
  }
  return null;
}

/** The name that ends before a place, spaces aside; "" where none does. @param {string} text @param {number} place */
function nameBefore(text, place) {
  const before = text.slice(0, place).trimEnd();
  let start = before.length;
  while (start > 0 && LETTER.test(letterBefore(before, start))) start -= letterBefore(before, start).length;
  const name = before.slice(start);
  return NAME.test(name) ? name : name.replace(/^\p{N}+/u, "");
}

/** The letter before a place, of one or two UTF-16 units. @param {string} text @param {number} place */
function letterBefore(text, place) {
  return String.fromCodePoint(text.codePointAt(place - 2) ?? 0).length === 2 ? text.slice(place - 2, place) : text[place - 1];
}

/** Whether a statement goes on in the line after a place: an open bracket or a comma comes last, comments aside. @param {string} text @param {number} place */
function goesOn(text, place) {
  for (let end = place; end > 0;) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const code = text.slice(start, end).split("#", 1)[0].trimEnd();
    if (code) return "(,[".includes(code[code.length - 1]);
    end = start - 1;
  }
  return false;
}

/**
 * A signature with the argument that is being written set apart.
 * @param {string} signature  "sum(x, axis=None, keepdims=False)"
 * @param {number} argument
 * @param {string | null} keyword
 * @returns {[string, string, string]} before it, it, after it
 */
export function marked(signature, argument, keyword) {
  const open = signature.indexOf("(") + 1;
  const parameters = signature.slice(open, -1).split(/, (?![^(]*\))/);
  const named = parameters.findIndex((one) => one.split("=")[0] === keyword);
  const here = named >= 0 ? named : argument;
  if (here >= parameters.length || parameters[here] === "") return [signature, "", ""];
  const before = signature.slice(0, open) + parameters.slice(0, here).map((one) => `${one}, `).join("");
  return [before, parameters[here], signature.slice(before.length + parameters[here].length)];
}
