import assert from "node:assert/strict";
import { test } from "node:test";
import { whenWanted } from "../../static/js/lib/when_wanted.js";

test("the notice of a part that could not be loaded is taken back as soon as it is there, whoever asked for it", async () => {
  let isThere = false;
  /** @type {string[]} */
  const said = [];
  const part = whenWanted(async () => {
    if (!isThere) throw new Error("not there");
    return "part";
  }, () => {
    said.push("missing");
    return () => void said.push("taken back");
  });
  await part.act(() => {});
  isThere = true;
  await part.act((one) => void said.push(one));
  assert.deepEqual(said, ["missing", "taken back", "part"]);
});
