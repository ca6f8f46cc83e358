/** The glossary: each term with its symbol, one sentence, and a small figure that plays it. */

import { h } from "../../lib/dom.js";
import { GradlensGraph } from "../../graph/element.js";

/** The names in the small programs are the field's own symbols. @type {{id: string, symbol: string, program: string}[]} */
export const TERMS = [
  { id: "graph", symbol: "", program: "x = 2\ny = 3\nL = x * y" },
  { id: "node", symbol: "x", program: "x = 2\nL = x ** 2" },
  { id: "edge", symbol: "x → z", program: "x = 3\nL = x * x" },
  { id: "forward", symbol: "x → L", program: "x = 2\nz = x + 1\nL = z ** 2" },
  { id: "backward", symbol: "L → x", program: "x = 2\nz = x + 1\nL = z ** 2" },
  { id: "gradient", symbol: "∂L/∂x", program: "x = 3\nL = x ** 2" },
  { id: "local", symbol: "∂z/∂x", program: "x = 2\nw = 5\nL = w * x" },
  { id: "upstream", symbol: "∂L/∂z", program: "x = 2\nz = 3 * x\nL = 4 * z" },
  { id: "contribution", symbol: "∂L/∂z · ∂z/∂x", program: "x = 2\nz = 3 * x\nL = 4 * z" },
  { id: "chain", symbol: "∂L/∂x = ∂L/∂z · ∂z/∂x", program: "x = 3\nz = 2 * x\nL = z ** 2" },
  { id: "sum", symbol: "∂L/∂x = Σ", program: "x = 3\na = 2 * x\nb = 5 * x\nL = a + b" },
  { id: "numeric", symbol: "(f(x + h) − f(x − h)) / 2h", program: "x = 3\nL = x ** 2" },
  { id: "kink", symbol: "relu′(0) = 0", program: "x = 0\nL = relu(x)" },
  { id: "difference", symbol: "y − t", program: "a = [1, 2]\nt = [0, 1]\ny = softmax(a)\nL = -sum(t * log(y))" },
];

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {() => import("../../lib/types.js").Translate} page.t
 */
export function createGlossary({ client, t }) {
  const title = h("h2", { id: "glossary-title" });
  const list = h("ul", { class: "terms" });
  const symbol = h("p", { class: "symbol" });
  const sentence = h("p", { class: "meaning", role: "status" });
  const place = h("div", { class: "miniature" });
  const close = h("button", { type: "button", onclick: () => dialog.close() });
  const dialog = h("dialog", { id: "glossary", "aria-labelledby": "glossary-title" }, title,
    h("div", { class: "entry" }, list, h("div", {}, symbol, sentence, place)), h("div", { class: "files" }, close));
  document.body.append(dialog);
  let asked = new AbortController();
  // A figure that is not seen plays no more.
  dialog.addEventListener("close", () => place.replaceChildren());

  /** @param {typeof TERMS[number]} one */
  async function draw({ program }) {
    asked.abort();
    const own = (asked = new AbortController());
    const figure = new GradlensGraph();
    figure.toggleAttribute("controls", true);
    figure.toggleAttribute("inline", true);
    figure.words = t();
    place.replaceChildren(figure);
    try {
      const trace = await client.ask("expression", { program, inputs: {} }, own.signal);
      if (own === asked) figure.trace = trace;
    } catch {
      if (own === asked) place.replaceChildren(h("p", { class: "note" }, t()("glossary.no.figure")));
    }
  }

  /** @param {string} id */
  function show(id) {
    const one = TERMS.find((entry) => entry.id === id) ?? TERMS[0];
    list.replaceChildren(...TERMS.map((entry) => h("li", {}, h("button", {
      type: "button", class: "link", "aria-current": String(entry === one), onclick: () => show(entry.id),
    }, t()(`glossary.${entry.id}.term`)))));
    symbol.textContent = one.symbol;
    sentence.textContent = t()(`glossary.${one.id}`);
    /** @type {HTMLElement | null} */ (list.querySelector("[aria-current=true]"))?.focus();
    draw(one);
  }

  return {
    /** @param {string} [id]  of the entry that is shown first */
    open(id = TERMS[0].id) {
      title.textContent = t()("glossary.title");
      close.textContent = t()("help.close");
      if (!dialog.open) dialog.showModal();
      show(id);
    },
  };
}
