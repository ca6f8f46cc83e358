import assert from "node:assert/strict";
import { test } from "node:test";
import { bracketsOf, cellsFrom, itemsOf, listOf, literalFrom, literalOf, moved, readList, replaced, scrubbed, valueFrom, valueOf, withLines, withValue } from "../../static/js/program/literals.js";

/**
 * A node whose span is the whole of the one place of `text` in `program`.
 * @param {string} program @param {string} text @param {string} op @param {number[]} shape
 */
function node(program, text, op = "input", shape = []) {
  const at = program.indexOf(text);
  const before = program.slice(0, at).split("\n");
  const lines = text.split("\n");
  const line = before.length;
  const column = [...before[line - 1]].length;
  const last = [...lines[lines.length - 1]].length;
  const end = { line: line + lines.length - 1, column: lines.length > 1 ? last : column + last };
  return /** @type {import("../../static/js/lib/types.js").TraceNode} */ ({ op, shape, span: { start: { line, column }, end } });
}

test("an assigned number is found wherever it stands, and only the number", () => {
  for (const [statement, number] of [["사과 = 100", "100"], ["x=-2.5e3", "-2.5e3"], ["x = - 2", "- 2"], ["x = (1_000)", "1_000"], ["x = .5", ".5"], ["x = +3", "+3"], ["x = 0x1F", "0x1F"], ["x = -0b101", "-0b101"], ["x = 1e-3", "1e-3"]]) {
    const program = `# 🍎\n${statement}  # 7\ny = 사과 * 2`;
    const found = literalOf(program, node(program, statement));
    assert.equal(found?.text, number);
    assert.equal(program.slice(found?.from, found?.to), number);
  }
});

test("what is no single number of the text cannot be moved", () => {
  for (const statement of ["x = [1, 2]", "x = 2 * 3"]) assert.equal(literalOf(statement, node(statement, statement)), null);
  const program = "y = sigmoid(x)";
  assert.equal(literalOf(program, node(program, "sigmoid(x)", "constant")), null);
  assert.equal(literalOf(program, { ...node(program, "y"), span: null }), null);
});

test("a step is the number's last digit, or its third where it has more", () => {
  /** @type {[string, number, string][]} */
  const cases = [
    ["100", 1, "101"], ["100", -1, "99"], ["1.1", 1, "1.2"], ["1.10", 1, "1.11"], ["0.05", 1, "0.06"], ["2", 3, "5"], ["0", -2, "-2"],
    ["1500", 1, "1510"], ["0.123456", 1, "0.124456"], ["-2.5e3", 1, "-2.4e3"], ["- 2", 1, "-1"], ["1_000", 1, "1010"], ["0.1", -1, "0.0"],
    ["-1", 1, "0"], ["0.3", -1, "0.2"], ["1e-3", 1, "2e-3"], ["2e+3", 1, "3e+3"], [".5", 1, "0.6"],
  ];
  for (const [text, steps, expected] of cases) assert.equal(moved(text, steps, false), expected, `${text} by ${steps}`);
});

test("a fine step is a tenth, with the digit that says it", () => {
  assert.equal(moved("100", 0.1, true), "100.1");
  assert.equal(moved("1.1", -0.3, true), "1.07");
  assert.equal(moved("1500", 0.1, true), "1501");
});

test("a number in hexadecimal, octal or binary digits moves by one and stays in them, with its width and case", () => {
  /** @type {[string, number, string][]} */
  const cases = [
    ["0x10", 1, "0x11"], ["0x0f", 1, "0x10"], ["0xFF", -1, "0xFE"], ["0X1_0", 16, "0X020"], ["0b101", 1, "0b110"], ["0o17", 1, "0o20"],
    ["0x1", -2, "-0x1"], ["-0x2", 3, "0x1"], ["0x10", 0, "0x10"],
  ];
  for (const [text, steps, expected] of cases) assert.equal(moved(text, steps, false), expected, `${text} by ${steps}`);
  assert.equal(moved("0x10", 0.1, true), "0x10");
  assert.equal(valueOf(literalFrom("-0x1F") ?? ""), -31);
});

test("a number with an exponent moves in its mantissa, and more finely with one more digit", () => {
  assert.equal(moved("1e-3", 5, false), "6e-3");
  assert.equal(moved("1e-3", 0.1, true), "1.1e-3");
  assert.equal(moved("6.02e23", -1, false), "6.01e23");
});

test("a moved number and back again is the number as it was written, over a long way", () => {
  for (const text of ["0.10", "1.1", "100", "-2.5e3", "0.001"]) {
    for (let steps = -300; steps <= 300; steps += 7) {
      const there = moved(text, steps, false);
      assert.ok(Math.abs(Number(there) - Number(text)) <= 300 * Math.abs(Number(text)) + 1);
      assert.ok(there.replace(/e.*/, "").length <= text.length + 4, there);
    }
    assert.equal(moved(text, 0, false), text);
  }
});

test("an unsigned operand never gets a sign, which would bind less tightly than **", () => {
  const program = "z = 2 ** x";
  const literal = literalOf(program, node(program, "2", "constant"));
  assert.ok(literal);
  assert.equal(replaced(program, literal, scrubbed(literal, -5, false)), "z = 0 ** x");
  assert.equal(replaced(program, literal, scrubbed(literal, 2, false)), "z = 4 ** x");
});

test("an array's numbers are found one by one, past line breaks and comments", () => {
  const statement = "W = np.array([[1, -2.5],  # 9\n     [3e1, .4]])";
  const program = `a = 1\n${statement}\nb = 2`;
  const items = itemsOf(program, node(program, statement, "input", [2, 2]));
  assert.deepEqual(items?.map(({ text }) => text), ["1", "-2.5", "3e1", ".4"]);
  for (const { from, to, text } of items ?? []) assert.equal(program.slice(from, to), text);
  assert.equal(bracketsOf(program, node(program, statement, "input", [2, 2]))?.text.startsWith("[[1,"), true);
  assert.equal(itemsOf(program, node(program, statement, "input", [2, 3])), null);
});

test("numbers of a field or a spreadsheet are read, everything else is refused", () => {
  assert.equal(literalFrom(" −1.5 "), "-1.5");
  assert.equal(literalFrom("1,234,567.8"), "1234567.8");
  assert.equal(literalFrom("+2"), "2");
  for (const text of ["", "abc", "1; x = 2", "1e999", "NaN", "1 2", "1,5"]) assert.equal(literalFrom(text), null, text);
});

test("cells copied from a spreadsheet become a nested list", () => {
  const cells = cellsFrom("1\t2\r\n3\t4.5\r\n");
  assert.deepEqual(cells, [["1", "2"], ["3", "4.5"]]);
  assert.equal(listOf(cells ?? [], 2), "[[1, 2], [3, 4.5]]");
  assert.equal(listOf([["1", "2"]], 1), "[1, 2]");
  assert.equal(listOf([["1", "2"]], 2), "[[1, 2]]");
  assert.equal(cellsFrom("1\t2\n3"), null);
  assert.equal(cellsFrom("a\tb"), null);
});

test("a field for any value takes a number, a list of numbers or cells of a spreadsheet, and nothing else", () => {
  assert.equal(valueFrom(" -2.5 "), "-2.5");
  assert.equal(valueFrom("[1, 2]"), "[1, 2]");
  assert.equal(valueFrom("1\t2"), "[1, 2]");
  assert.equal(valueFrom("1\t2\n3\t4"), "[[1, 2], [3, 4]]");
  for (const text of ["", "x", "[1, x]", "[]", "[[], 1]", "[1, 2", "[1] + [2]", "[1, 1e999]", "1\tx", "[null]", '["1"]']) assert.equal(valueFrom(text), null, text);
});

test("a list is read as the program writes it", () => {
  assert.deepEqual(readList("[[1, -2.5,], [0x10, .5],]"), [[1, -2.5], [16, 0.5]]);
  assert.deepEqual(readList("[- 2, +3, 1_000]"), [-2, 3, 1000]);
});

test("a name is given a value before the first statement", () => {
  assert.equal(withValue("z = x + 1", "x"), "x = 1\nz = x + 1");
  assert.equal(withValue("z = x + 1", "x", "[1, 2]"), "x = [1, 2]\nz = x + 1");
  assert.equal(withValue("# a title\n\nz = x", "x"), "# a title\n\nx = 1\nz = x");
  assert.equal(withValue("```python\nz = x\n```", "x"), "```python\nx = 1\nz = x\n```");
});

test("of a session only what stands behind a prompt is its program: what is added has one", () => {
  assert.equal(withValue(">>> z = x\n1", "x"), ">>> x = 1\n>>> z = x\n1");
  assert.equal(withLines(">>> def f(x):\n...     return x\n", "x = 1\nf(x)"), ">>> def f(x):\n...     return x\n\n>>> x = 1\n>>> f(x)");
  assert.equal(withLines("def f(x):\n    return x\n\n", "x = 1\nf(x)"), "def f(x):\n    return x\n\nx = 1\nf(x)");
});
