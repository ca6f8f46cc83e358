import assert from "node:assert/strict";
import { test } from "node:test";
import { FEATURES } from "../../static/js/page/features.js";
import { rowsOf } from "../../static/js/page/dialogs/help_sheet.js";
import { isCharacter, namesOf } from "../../static/js/page/keyboard.js";
import { itemsMatching } from "../../static/js/page/dialogs/palette_search.js";
import { PANELS } from "../../static/js/panels/panels.js";
import { catalogue } from "./fixtures.js";

const CATALOGUES = /** @type {const} */ (["en", "ko"]).map((language) => ({ language, words: catalogue(language) }));

test("every feature has a name of its own in both languages, and every key of the help sheet a meaning", () => {
  for (const { language, words } of CATALOGUES) {
    const names = FEATURES.map(({ id }) => words[`command.${id}`]);
    for (const [i, { id }] of FEATURES.entries()) assert.ok(names[i], `command.${id} has no name in ${language}`);
    assert.equal(new Set(names).size, names.length, `two features have one name in ${language}`);
    for (const [, help] of rowsOf(FEATURES)) assert.ok(words[help], `${help} in ${language}`);
    for (const kind of new Set(FEATURES.map((feature) => feature.kind))) assert.ok(words[`palette.${kind}`], kind);
    for (const { words: tab, title } of PANELS) for (const key of [tab, title]) if (key) assert.ok(words[key] ?? key.startsWith("tabs."), key);
  }
  for (const { words } of CATALOGUES) {
    const named = Object.keys(words).filter((key) => key.startsWith("command.")).map((key) => key.slice("command.".length));
    assert.deepEqual(named.filter((id) => !FEATURES.some((feature) => feature.id === id)), []);
  }
});

test("no key means two things, and each stands on the help sheet", () => {
  const keys = FEATURES.flatMap((feature) => feature.keys ?? []);
  assert.equal(new Set(keys).size, keys.length);
  const shown = new Set(rowsOf(FEATURES).flatMap(([row]) => row));
  for (const key of keys) assert.ok(shown.has(key), key);
});

test("every panel that is loaded when it is chosen has a key and a feature", () => {
  const own = ["inspector", "training"]; // there from the start; the network's place has the key of the other one
  assert.deepEqual(PANELS.filter(({ load }) => !load).map(({ id }) => id), own);
  for (const { id, key, load } of PANELS.filter((panel) => !own.includes(panel.id))) {
    assert.ok(load && key);
    assert.deepEqual(FEATURES.find((feature) => feature.id === id)?.keys, [key]);
  }
});

test("a key goes by what it writes, and by its place where Korean is typed", () => {
  /** @type {[Partial<KeyboardEvent>, string][]} */
  const table = [
    [{ key: "f", code: "KeyF" }, "f"], [{ key: "ㄹ", code: "KeyF" }, "f"], [{ key: "Z", code: "KeyZ", shiftKey: true }, "Z"], [{ key: "ㅋ", code: "KeyZ", shiftKey: true }, "Z"],
    [{ key: " ", code: "Space" }, " "], [{ key: "ArrowLeft", code: "ArrowLeft" }, "ArrowLeft"], [{ key: "ArrowLeft", code: "ArrowLeft", shiftKey: true }, "⇧ ArrowLeft"],
    [{ key: "?", code: "Slash", shiftKey: true }, "?"], [{ key: "+", code: "Equal", shiftKey: true }, "+"], [{ key: "。", code: "Period" }, "."], [{ key: "「", code: "BracketLeft" }, "["],
    [{ key: "z", code: "KeyZ", ctrlKey: true }, "Ctrl z"], [{ key: "ㅋ", code: "KeyZ", metaKey: true }, "Ctrl z"], [{ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true }, "Ctrl ⇧ z"], [{ key: "k", code: "KeyK", metaKey: true }, "Ctrl k"],
  ];
  const known = new Set(FEATURES.flatMap((feature) => feature.keys ?? []));
  for (const [event, name] of table) {
    const full = { key: "", code: "", shiftKey: false, ctrlKey: false, metaKey: false, ...event };
    assert.equal(namesOf(full).find((one) => known.has(one)), name, `${event.key} ${event.code}`);
  }
  assert.deepEqual(namesOf({ key: ">", code: "Period", shiftKey: true, ctrlKey: false, metaKey: false }).filter((one) => known.has(one)), []);
  assert.deepEqual([isCharacter("f"), isCharacter("?"), isCharacter(" "), isCharacter("Home")], [true, true, false, false]);
});

test("what is typed is sought in names first, in any order of words and any way of writing", () => {
  const run = () => {};
  /** @param {string} name @param {string} [also] @returns {import("../../static/js/page/dialogs/palette_search.js").Item} */
  const item = (name, also) => ({ name, also, kind: "command", run });
  const items = [item("Softmax and cross-entropy"), item("sum", "adds all elements"), item("Cross-entropy"), item("교차 엔트로피 오차"), item("mean", "the sum over the count")];
  /** @param {string} typed */
  const found = (typed) => itemsMatching(items, typed).items.map(({ name }) => name);
  assert.deepEqual(found("cross"), ["Cross-entropy", "Softmax and cross-entropy"]);
  assert.deepEqual(found("ENTROPY soft"), ["Softmax and cross-entropy"]);
  assert.deepEqual(found("sum"), ["sum", "mean"]);
  assert.deepEqual(found("교차".normalize("NFD")), ["교차 엔트로피 오차"]);
  assert.deepEqual(found("  "), items.map(({ name }) => name));
  assert.deepEqual(found("zzz"), []);
  const many = itemsMatching(Array.from({ length: 100 }, (_, i) => item(`op ${i}`)), "op");
  assert.deepEqual([many.items.length, many.left], [60, 40]);
});
