import test from "node:test";
import assert from "node:assert/strict";
import { embedCode } from "../../static/js/embed/embed_code.js";
import { USUAL, parametersOf, searchOf, unreadIn } from "../../static/js/embed/parameters.js";
import { decodeState } from "../../static/js/store/page_state.js";

test("every parameter is read back as it was written, and what is as usual is not written", () => {
  const chosen = /** @type {import("../../static/js/embed/parameters.js").Parameters} */ ({ step: 7, speed: "max", controls: false, language: "ko", theme: "dark", width: 640, height: 360 });
  assert.deepEqual(parametersOf(searchOf(chosen)), chosen);
  assert.deepEqual(parametersOf(searchOf({ step: "end" })), { ...USUAL, step: "end" });
  assert.equal(searchOf({ ...USUAL }), "");
});

test("a parameter that means nothing is as it usually is, and is told with what it takes", () => {
  for (const search of ["", "?step=-1", "?step=1e9", "?step=NaN", "?speed=3", "?controls=no", "?language=fr", "?theme=pink", "?width=0", "?height=99999", "?width=%00", "?__proto__=1", "?step=1234567890"]) {
    assert.deepEqual(parametersOf(search), USUAL, search);
    assert.equal(unreadIn(search).length, Number(search !== "" && search !== "?__proto__=1"), search);
  }
  assert.deepEqual(unreadIn("?speed=3&step=end&other=1"), [{ name: "speed", got: "3", takes: "0.5, 1, 2, max" }]);
});

test("the embed code is a frame of the service's origin whose address holds the program", async () => {
  const program = 'y = x  # "><script>';
  const code = await embedCode({ program, inputs: { x: 2 } }, { step: 3, theme: "dark", width: 500, height: 300, title: 'a "<b>' }, "https://grad.example");
  const [, src] = /src="([^"]*)"/.exec(code) ?? [];
  const address = new URL(src.replaceAll("&amp;", "&"));
  assert.equal(address.origin + address.pathname, "https://grad.example/embed");
  assert.deepEqual(parametersOf(address.search), { ...USUAL, step: 3, theme: "dark" });
  const state = await decodeState(address.hash);
  assert.deepEqual([state.program, state.inputs], [program, { x: 2 }]);
  assert.match(code, /width="500" height="300" title="a &quot;&lt;b&gt;"/);
  assert.match(code, /sandbox="allow-scripts allow-same-origin allow-popups"/);
  assert.equal(code.match(/[<>]/g)?.length, 4);
});
