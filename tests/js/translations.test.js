import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { plan } from "../../static/js/graph/frames.js";
import { loadCatalogue, translator } from "../../static/js/lib/i18n.js";
import { offsetsOf } from "../../static/js/lib/text_places.js";
import { ending, particle } from "../../static/js/lib/particles.js";
import { sentence } from "../../static/js/graph/step_sentence.js";
import { NAMES, catalogue, fixture } from "./fixtures.js";

const en = catalogue("en");
const ko = catalogue("ko");

test("both catalogues have the same keys, but for the service's sentences, which it writes in English itself", () => {
  /** @param {string} key */
  const isServices = (key) => /^(problem|warning|diagnosis)\./.test(key);
  for (const key of Object.keys(en)) assert.ok(key in ko, `${key} is missing in Korean`);
  for (const key of Object.keys(ko)) assert.ok(key in en || isServices(key), `${key} is missing in English`);
});

test("a text has the same placeholders in both languages", () => {
  /** @param {string} text */
  const names = (text) => [...new Set(Array.from(text.matchAll(/\{(\w+)/g), ([, name]) => name))].sort();
  for (const key of Object.keys(en)) assert.deepEqual(names(ko[key]), names(en[key]), key);
});

test("every text that template and modules name is in the catalogues", () => {
  const root = new URL("../../", import.meta.url);
  const html = readFileSync(new URL("templates/index.html", root), "utf8");
  const keys = [...html.matchAll(/data-t(?:-label|-title|-placeholder)?="([^"]+)"/g)].map(([, key]) => key);
  for (const file of readdirSync(new URL("static/js", root), { encoding: "utf8", recursive: true }).filter((name) => name.endsWith(".js"))) {
    const source = readFileSync(new URL(`static/js/${file}`, root), "utf8");
    keys.push(...[...source.matchAll(/\bt\("([\w.]+)"/g)].map(([, key]) => key));
  }
  assert.ok(keys.length > 80);
  for (const key of keys) assert.ok(key in en, `${key} is in no catalogue`);
});

test("a catalogue that the service refuses is not taken for words", async (context) => {
  const answers = [new Response('{"type": "/problems/busy"}', { status: 503 }), new Response('{"page.title": "gradlens"}')];
  context.mock.method(globalThis, "fetch", async () => answers.shift());
  await assert.rejects(loadCatalogue("en"));
  assert.deepEqual(await loadCatalogue("en"), { "page.title": "gradlens" });
});

test("placeholders are filled with text as it is, and an unknown one stays", () => {
  const t = translator({ greeting: "{a} and {b} and {toString}" });
  assert.equal(t("greeting", { a: "$&", b: "{a}" }), "$& and {a} and {toString}");
  assert.equal(t("constructor"), "constructor");
});

test("English counts in the right number", () => {
  const t = translator({ ...en, twice: "{n?one:two} {n?a:b} {m?x:y}" });
  const said = (/** @type {number} */ count) => t("diagnose.others", { count });
  assert.deepEqual([0, 1, 2].map(said), ["0 other mistakes give the same numbers", "1 other mistake gives the same numbers", "2 other mistakes give the same numbers"]);
  assert.equal(t("paths.many", { count: "1,024", edges: 1 }), "Nobody can list 1,024 paths, and nobody has to: the recursion walks 1 edge.");
  assert.equal(t("twice", { n: 1 }), "one a {m?x:y}");
});

test("a particle fits the word before it as that is read", () => {
  /** @type {[string, "vowel" | "consonant" | "ㄹ"][]} */
  const words = [
    ["사과", "vowel"], ["귤", "ㄹ"], ["총액", "consonant"], ["값", "consonant"], ["학습률", "ㄹ"], ["각", "consonant"], ["ㅏ", "vowel"], ["ㄱ", "consonant"], ["사과".normalize("NFD"), "vowel"], ["값".normalize("NFD"), "consonant"],
    ["0", "consonant"], ["1", "ㄹ"], ["2", "vowel"], ["3", "consonant"], ["4", "vowel"], ["5", "vowel"], ["6", "consonant"], ["7", "ㄹ"], ["8", "ㄹ"], ["9", "vowel"], ["100", "consonant"], ["-0.25", "vowel"], ["１", "ㄹ"], ["1e-07", "ㄹ"],
    ["W₃", "consonant"], ["a₁", "ㄹ"], ["x²", "consonant"], ["1.2×10⁻⁵", "consonant"], ["x′", "consonant"],
    ["L", "ㄹ"], ["l", "ㄹ"], ["R", "ㄹ"], ["M", "consonant"], ["n", "consonant"], ["x", "vowel"], ["W", "vowel"], ["NaN", "consonant"], ["relu", "vowel"], ["matmul", "ㄹ"], ["embedding", "consonant"], ["log", "vowel"],
    ["σ", "vowel"], ["ε", "consonant"], ["Υ", "consonant"], ["π", "vowel"], ["∞", "vowel"], ["+", "vowel"], ["×", "vowel"], ["%", "vowel"], ["(", "vowel"], ["[", "vowel"], [")", "vowel"], ["", "vowel"], ["🍊", "vowel"],
    ["(2, 3)", "consonant"], ["(3,)", "consonant"], ["W[0, 1]", "ㄹ"], ["f(x)", "vowel"], ["∂L/∂사과", "vowel"], ["\"값\"", "consonant"], ["“x1” ", "ㄹ"], ["x.T", "vowel"], ["f(…)", "vowel"],
  ];
  for (const [word, end] of words) {
    assert.equal(ending(word), end, word);
    for (const [closed, open] of [["이", "가"], ["은", "는"], ["을", "를"], ["과", "와"], ["이라는", "라는"], ["이나", "나"], ["이어야", "여야"]]) {
      for (const pair of [`${closed}/${open}`, `${open}/${closed}`]) assert.equal(particle(word, pair), end === "vowel" ? open : closed, `${word} ${pair}`);
    }
    assert.equal(particle(word, "으로/로"), end === "consonant" ? "으로" : "로", word);
  }
});

test("a mark takes the particle of its value, or of what stands before it", () => {
  const t = translator({ value: "{a|와/과} {b|을/를}", quoted: "\"{a}\"{|으로/로} {b}\"{|이라는/라는} {c|이/가}", fixed: "총액{|은/는} {} {|}" });
  assert.equal(t("value", { a: "사과", b: "귤" }), "사과와 귤을");
  assert.equal(t("value", { a: 3, b: "(2, 2)" }), "3과 (2, 2)를");
  assert.equal(t("quoted", { a: "귤", b: "$&{|이/가}" }), "\"귤\"로 $&{|이/가}\"라는 {c|이/가}");
  assert.equal(t("fixed"), "총액은 {} ");
});

test("every mark of a catalogue has two forms, of which one follows a consonant", () => {
  for (const [key, text] of Object.entries(ko)) {
    for (const [, pair] of text.matchAll(/\{\w*\|([^{}]*)\}/g)) {
      assert.deepEqual([particle("값", pair), particle("사과", pair)].sort(), pair.split("/").sort(), key);
    }
  }
});

test("the apples are told in sentences with their numbers", () => {
  const p = plan(fixture("apples"));
  const t = translator(ko);
  assert.equal(sentence(p, 2, t), "사과 100 × 사과_개수 2 = 200");
  assert.match(sentence(p, p.steps.length, t), /^∂총액\/∂사과, 사과_금액에서: .*1\.1 .* 2 = 2\.2$/);
});

test("softmax with its cross-entropy ends at y − t, in numbers", () => {
  const p = plan(fixture("softmax_cross_entropy"));
  assert.equal(sentence(p, p.steps.length, translator(en)), "∂L/∂a, from y: the contribution = y − t ≈ [0.018 0.245 −0.263]");
});

test("every step of every trace has a sentence in both languages, with nothing left unfilled", () => {
  for (const name of NAMES) {
    const p = plan(fixture(name));
    for (const t of [translator(en), translator(ko)]) {
      for (let cursor = 0; cursor <= p.steps.length; cursor += 1) {
        const said = sentence(p, cursor, t);
        assert.ok(said.length > 2 && !/[{}]|undefined|= ≈|null/.test(said), said);
      }
    }
  }
});

test("a rounded result is said with ≈ in place of =", () => {
  const trace = fixture("neuron");
  const p = plan(trace);
  const said = sentence(p, p.turn - 1, translator(en));
  assert.equal(said, "sigmoid(score 1) ≈ 0.7311");
});

test("columns in code points find their place in UTF-16", () => {
  const text = "a = 1\n🍊 = 사과 + y";
  /** @param {number} line @param {number} from @param {number} to */
  const at = (line, from, to) => {
    const place = offsetsOf(text, { start: { line, column: from }, end: { line, column: to } });
    return text.slice(place.from, place.to);
  };
  assert.equal(at(2, 0, 1), "🍊");
  assert.equal(at(2, 4, 6), "사과");
  assert.equal(at(2, 4, 4), "사");
  assert.equal(at(2, 9, 10), "y");
  assert.equal(at(2, 99, 99), "y");
  assert.equal(at(99, 0, 0), "🍊");
});

/** A trace of a call of f, whose group is closed, and of ops with static arguments. @returns {any} */
function calls() {
  /** @param {number} id @param {string} op @param {number[]} inputs @param {any} value @param {object} more */
  const node = (id, op, inputs, value, more) => ({
    id, op, inputs, name: null, options: {}, shape: [], value, gradient: 1, differentiable: true, group: null, span: null, latex: `v${id}`, template: null, convention: false, summary: null, ...more,
  });
  const edge = { local: 1, contribution: 1, local_latex: null, rule_latex: null, local_template: null, rule_template: null };
  return {
    program: "", seed: 1, gradients: {}, warnings: [], cost: { backward_passes: 1, tangent_passes: 1 },
    nodes: [
      node(0, "input", [], -2, { name: "x" }), node(1, "constant", [], 3, { group: 0 }), node(2, "mul", [0, 1], -6, { group: 0, name: "y", template: "@{0} @{1}" }),
      node(3, "leaky_relu", [2], -1.8, { options: { slope: 0.3, axis: null, keepdims: false }, name: "z", template: "@{2}" }),
    ],
    edges: [{ ...edge, id: 0, source: 0, target: 2, argnum: 0 }, { ...edge, id: 1, source: 2, target: 3, argnum: 0 }],
    groups: [{ id: 0, name: "f", label: "f", parent: null, nodes: [1, 2], operands: null, options: {}, call: [0, "3", "g_1"] }],
    forward_order: [0, 1, 2, 3], backward_order: [1, 0], output: 3, stepped: {},
  };
}

test("the sentence and the formula of a call have all of its arguments, those that are known beforehand too", () => {
  const trace = collapse(calls(), [], () => false);
  assert.equal(trace.nodes[1].template, String.raw`\operatorname{f}(@{0}, \text{3}, \text{g\_1})`);
  const p = plan(trace);
  const said = Array.from({ length: p.turn }, (_, cursor) => sentence(p, cursor, translator(en)));
  assert.ok(said.some((text) => /f\(x −2, 3, g_1\) = −6/.test(text)), said.join("\n"));
  assert.ok(said.some((text) => /leaky_relu\(y −6, slope=0\.3\) = −1\.8/.test(text)), said.join("\n"));
});
