/** What a reader claims, as text by kind and name: kept as it was written, digits and all. Pure. */

/** @typedef {"gradients" | "values"} Kind */
/** @typedef {Record<Kind, Map<string, string>> & {text: string}} Claims  text: of gradients as they were printed, all at once */
/** @typedef {Partial<Record<Kind, Record<string, string>>> & {text?: string}} ClaimsRequest  as the service takes them */

/** The claims in what a panel's settings hold. @param {Record<Kind, object> & {text: string}} settings @returns {Claims} */
export function claimsIn({ gradients, values, text }) {
  /** @param {object} written */
  const texts = (written) => new Map(Object.entries(written).filter(([, text]) => typeof text === "string"));
  return { gradients: texts(gradients), values: texts(values), text };
}

/**
 * @param {Claims} claims
 * @param {Set<string>} names  of the nodes that there are
 * @returns {ClaimsRequest | null}  null where nothing is written
 */
export function requestOf(claims, names) {
  /** @type {ClaimsRequest} */
  const request = {};
  for (const kind of /** @type {Kind[]} */ (["gradients", "values"])) {
    const written = [...claims[kind]].filter(([name, text]) => names.has(name) && text.trim());
    if (written.length) request[kind] = Object.fromEntries(written);
  }
  if (claims.text.trim()) request.text = claims.text;
  return Object.keys(request).length ? request : null;
}

/**
 * An object of JSON or a dict of Python, as the texts of its values; null where it is neither.
 * @param {string} text  such as {"W": [[0.40, 1]], "b": 2} or {'W': array([0.40, 1.])}
 * @returns {Map<string, string> | null}
 */
export function splitObject(text) {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1];
  if (body === undefined) return null;
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const part of splitOutside(body)) {
    if (!part.trim()) continue;
    const entry = /^\s*(["'])(.+?)\1\s*:\s*([\s\S]+)$/.exec(part);
    if (!entry) return null;
    found.set(entry[2], entry[3].trim());
  }
  return found.size ? found : null;
}

/** The parts between the commas that are in no bracket. @param {string} text */
function splitOutside(text) {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if ("[({".includes(letter)) depth += 1;
    else if ("])}".includes(letter)) depth -= 1;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
