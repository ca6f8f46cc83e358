/** Which call the cursor stands in, and which of its arguments. Pure. */

const CALLED = /([\p{L}_][\p{L}\p{N}_]*)\s*$/u;
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
      const found = CALLED.exec(text.slice(0, i));
      if (!found) {
        argument = 0; // plain parentheses
        continue;
      }
      const keyword = /(?:^|,)\s*(\w+)\s*=[^,]*$/.exec(text.slice(i + 1))?.[1] ?? null;
      return { name: found[1], at: found.index, argument, keyword };
    } else if (letter === "\n" && depth === 0 && /^[^\n]*=[^=]/.test(text.slice(i + 1)) && !/[(,[]\s*(#.*)?$/.test(text.slice(0, i))) return null;
  }
  return null;
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
