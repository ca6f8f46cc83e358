"""What the language takes, what it refuses, and where and how it says so."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import KINDS
from tests.each import each
from tests.engine.numerics import close

LIMITS = engine.Limits(text_length=65_536, nesting=200, nodes=200_000, elements=10_000_000, flops=2e9)

# program, kind, (start line, start column, end line, end column), what the sentence must name
REFUSED = [
    ("", "empty-program", None, "(x + y) ** 2"),
    ("# only a comment", "empty-program", None, ""),
    ("x = 1\ny = sigmod(x)", "unknown-function", (2, 4, 2, 10), '"sigmoid"'),
    ("y = 2 * prize\nprice = 3", "unknown-name", (1, 8, 1, 13), "prize = 1"),
    ("사과 = 1\n값 = 사괴 * 2", "unknown-name", (2, 4, 2, 6), '"사과"'),
    ("z = 1/2x", "typed-unclear", (1, 5, 1, 8), "/ (2 * x)"),
    ("z = 2_x", "missing-operator", (1, 5, 1, 6), "2 * x"),
    ("z = 2(3 + 1)", "not-a-function", (1, 4, 1, 12), "write *"),
    ("x = 1\nx ^ 2", "caret", (2, 0, 2, 5), "x ** 2"),
    ("z = (1 + 2", "unclosed-bracket", (1, 4, 1, 5), "("),
    ("z = 1 + 2)", "unmatched-bracket", (1, 9, 1, 10), ")"),
    ("z = 1 +", "misplaced", (1, 6, 1, 7), ""),
    ("  z = 1", "indentation", (1, 1, 1, 2), ""),
    ("z = 3 § 4", "foreign-character", (1, 6, 1, 7), "§"),
    *(
        (f"y = {character}", "character-meant", (1, 4, 1, 5), f"Write {meant} instead")
        for character, meant in (("√", "sqrt(x)"), ("：", ":"))
    ),
    ("y = 1 ¹²", "superscript", (1, 6, 1, 8), "** 12"),
    ("y = 10 ⁻³ + 1", "superscript", (1, 7, 1, 9), "** -3"),
    ("값 = 3 § 4", "foreign-character", (1, 6, 1, 7), "§"),
    ("z = 'abc'", "string", (1, 4, 1, 9), ""),
    ("z = 'abc", "unclosed-quote", (1, 4, 1, 5), ""),
    ("z = 007", "leading-zero", (1, 4, 1, 6), ""),
    ("z = " + "9" * 5000, "long-number", (1, 4, 1, 5004), "1e300"),
    ("z = 0x" + "f" * 5000, "long-number", (1, 4, 1, 5006), "1e300"),
    ("z = 2j", "complex-number", (1, 4, 1, 6), "2j"),
    ("import numpy as np\nz = np.fft.fft(np.ones(4))", "complex-number", (2, 4, 2, 10), "np.fft"),
    ("z = sum(vars().values())", "names-by-text", (1, 8, 1, 14), "vars()"),
    ("z = True", "not-a-number", (1, 4, 1, 8), "True"),
    ("import numpy as np", "empty-program", (1, 0, 1, 18), "(x + y) ** 2"),
    ("f(2) = x", "assignment-target", (1, 0, 1, 4), ""),
    ("__x__ = 1", "reserved-name", (1, 0, 1, 9), "__x__"),
    ("x = 1\ny = x.__class__", "attribute", (2, 4, 2, 15), "__class__"),
    ("__import__(1)", "reserved-name", (1, 0, 1, 10), "__import__"),
    ("lambda x: x", "function-as-value", (1, 0, 1, 11), "(lambda x: x)(x)"),
    ("def f(x): return x", "only-functions", (1, 0, 1, 18), "f(x)"),
    ("def f(x):\n    y = x\nf(1)", "none-as-number", (3, 0, 3, 4), "f(1)"),
    ("def f(x):\n    return f(x)\nf(1)", "recursion", (2, 11, 2, 15), '"f"'),
    ("def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nf(1)", "recursion", (4, 11, 4, 15), '"f"'),
    ("def f(x, y):\n    return x\nf(1)", "missing-argument", (3, 0, 3, 4), "f(x, y)"),
    ("def f(x, y=2):\n    return x\nf(1, 2, 3)", "too-many-arguments", (3, 0, 3, 10), "f(x, y=2)"),
    ("def f(x):\n    return x\nf(z=1)", "unknown-keyword", (3, 2, 3, 5), '"z"'),
    ("def f(*x):\n    return x\nf(1)", "value-in-tuple", (3, 0, 3, 4), "f(1)"),
    ("def f(x):\n    return x\nf", "function-as-value", (3, 0, 3, 1), "f(x)"),
    ("def f(x):\n    return q\nf(1)", "unknown-name", (2, 11, 2, 12), '"q"'),
    ("for i in range(2.5):\n    x = i", "range-bounds", (1, 15, 1, 18), "range(3)"),
    ("for i in range(0, 3, 0):\n    x = i", "slice-step", (1, 21, 1, 22), ""),
    ("x = 2\nfor r in [[x, (1, x)]]:\n    z = r", "stack-shapes", (2, 10, 2, 21), "() and (2,)"),
    ("return 1", "return-outside", (1, 0, 1, 8), "return"),
    ("yield 1", "return-outside", (1, 0, 1, 7), "yield"),
    ("x = 1\n[(yield x) for x in [1]]", "return-outside", (2, 2, 2, 9), "yield"),
    ("break", "break-outside", (1, 0, 1, 5), "break"),
    ("for i in range(2):\n    def f():\n        continue", "break-outside", (3, 8, 3, 16), "continue"),
    ("for i in range(10000000):\n    x = i * 1", "too-many-nodes", (2, 8, 2, 13), "200000"),
    ("x = [5, 2]\nx << 2", "shift", (2, 0, 2, 6), "x << 2"),
    ("x = [1, 2]\nexp(*x)", "too-many-arguments", (2, 0, 2, 7), "exp(x)"),
    ("exp", "function-as-value", (1, 0, 1, 3), "exp(x)"),
    ("exp()", "missing-argument", (1, 0, 1, 5), '"x"'),
    ("exp(1, 2)", "too-many-arguments", (1, 0, 1, 9), "at most 1"),
    ("exp(1, x=1)", "repeated-argument", (1, 7, 1, 10), '"x"'),
    ("sum([1], axs=0)", "unknown-keyword", (1, 9, 1, 14), '"axis"'),
    ("sum([1], axis=0.5)", "option-axis", (1, 14, 1, 17), "0.5"),
    ("sum([1], keepdims=1)", "option-bool", (1, 18, 1, 19), "True or False"),
    ("reshape([1], 1.5)", "option-shape", (1, 13, 1, 16), "1.5"),
    ("transpose([[1]], 0.5)", "option-axes", (1, 17, 1, 20), "0.5"),
    ("swapaxes([[1]], 0, (1,))", "option-integer", (1, 19, 1, 23), "(1,)"),
    ("np.relu(1)", "prefix-needless", (1, 0, 1, 7), "Leave the prefix out"),
    ("torch.stdd([1])", "prefix-function", (1, 0, 1, 10), '"std"'),
    ("math.expp(1)", "prefix-function", (1, 0, 1, 9), '"exp"'),
    ("[[1, 2], [3]]", "ragged-list", (1, 9, 1, 12), "2 and 1"),
    ("x = [1, 2]\n[x, 2]", "stack-shapes", (2, 0, 2, 6), "(2,) and ()"),
    ("[[1, 2], 3]", "list-item", (1, 9, 1, 10), ""),
    ("stack(1)", "list-needed", (1, 6, 1, 7), "stack([values, …], axis=0)"),
    ("stack([])", "list-empty", (1, 6, 1, 8), "at least one"),
    ("concat([[1], [[2]]])", "concat-shapes", (1, 0, 1, 20), "(1,) and (1, 1)"),
    ("squeeze([1, 2], axis=0)", "squeeze-axis", (1, 0, 1, 23), "(2,)"),
    ("tril([1, 2])", "matrix-needed", (1, 0, 1, 12), "(2,)"),
    ("[1, 2] - [1, 2, 3]", "broadcast", (1, 0, 1, 18), "(2,) and (3,)"),
    ("[[1, 2, 3]] @ [[1, 2, 3]]", "matmul-shapes", (1, 0, 1, 25), "(1, 3) and (1, 3)"),
    ("2 @ 3", "matmul-scalar", (1, 0, 1, 5), "write *"),
    ("dot([[[1]]], [1])", "dot-rank", (1, 0, 1, 17), "matmul"),
    ("outer([[1]], [1])", "vectors", (1, 0, 1, 17), "(1, 1)"),
    ("sum([1, 2], axis=1)", "axis-range", (1, 0, 1, 19), "-1 to 0"),
    ("sum(1, axis=0)", "axis-of-number", (1, 0, 1, 14), "single number"),
    ("sum([1], axis=(0, 0))", "axis-repeated", (1, 0, 1, 21), "twice"),
    ("reshape([1, 2, 3], (2, 2))", "reshape-size", (1, 0, 1, 26), "(2, 2)"),
    ("broadcast_to([1, 2], (3, 3))", "broadcast-to", (1, 0, 1, 28), "(3, 3)"),
    ("transpose([[1, 2]], (0,))", "axes-order", (1, 0, 1, 25), "(0,)"),
    ("max([])", "empty-sequence", (1, 0, 1, 7), "at least one item"),
    ("np.max([])", "empty-reduction", (1, 0, 1, 10), "empty"),
    ("x = [[]]\nmin(x[1:1], axis=1)", "empty-reduction", (2, 0, 2, 19), "(0, 0)"),
    ("x = [1, 2, 3]\nx[5]", "index-range", (2, 0, 2, 4), "5"),
    ("x = [1, 2]\nx[0, 1]", "index-count", (2, 0, 2, 7), "(2,)"),
    ("x = [1, 2]\nx[0.5]", "index-type", (2, 2, 2, 5), "x[0]"),
    ("x = [1, 2]\nx[::0]", "slice-step", (2, 2, 2, 5), ""),
    ("x = 1\u202e", "control-character", (1, 5, 1, 6), "U+202E"),
    ("x = 1\ny\x00 = 2", "control-character", (2, 1, 2, 2), "U+0000"),
    ("y = \ud800", "control-character", (1, 4, 1, 5), "U+D800"),
    ("(" * 300 + "1" + ")" * 300, "too-deep", (1, 200, 1, 201), "names of their own"),
    ("-" * 100_000 + "1", "text-too-long", None, "65536"),
    ("-" * 50_000 + "1", "too-deep", (1, 0, 1, 50_001), "names of their own"),
    ("[" * 100 + "1" + "]" * 100, "too-many-axes", (1, 32, 1, 169), "32"),
    ("spread(1, (100000, 100000))", "too-many-elements", (1, 0, 1, 27), "10000000001"),
]


@each("program, kind, place, named", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_place_and_a_remedy(program, kind, place, named):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, limits=LIMITS)
    error = caught.value
    assert error.kind == kind
    assert named in error.detail
    span = error.span
    assert (None if span is None else (span.start_line, span.start_column, span.end_line, span.end_column)) == place
    assert len(error.detail) < 400


@each(
    "inputs, kind",
    [
        ({"x": "two"}, "input-number"),
        ({"x": None}, "input-number"),
        ({"x": True}, "input-number"),
        ({"x": {"a": 1}}, "input-number"),
        ({"x": [1, "2"]}, "input-number"),
        ({"x": [1, [2]]}, "input-ragged"),
        ({"x": [[1, 2], [3]]}, "input-ragged"),
        ({"x": 1, "a b": 2}, "input-name"),
        ({"x": 1, "": 2}, "input-name"),
        ({"x": 1, "__proto__": 2}, "reserved-name"),
        ({"x": 1, "ﬁ": 1, "fi": 2}, "input-repeated"),
        ({"x": 1, "y": 3}, "input-computed"),
        ({}, "unknown-name"),
    ],
)
def test_an_input_that_cannot_be_used_is_named(inputs, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("y = x * 2", inputs)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("keywords", "kind"),
    [
        ({"output": "zz"}, "unknown-output"),
        ({"seed": [1, 2, 3]}, "seed-shape"),
        ({"seed": "1"}, "input-number"),
        ({"detail": "some"}, "unknown-detail"),
    ],
)
def test_an_option_of_a_run_that_cannot_be_used_is_named(keywords, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("z = x * 2", {"x": [1.0, 2.0]}, **keywords)
    assert caught.value.kind == kind


@each(
    "program, inputs, value",
    [
        ("-2 ** 2", {}, -4),
        ("2 ** -1", {}, 0.5),
        ("2 ** 3 ** 2", {}, 512),
        ("8 / 2 / 4", {}, 1),
        ("+3 - -2", {}, 5),
        ("1_000", {}, 1000),
        ("x = 2; y = 3; x * y", {}, 6),
        ("x = 2\nx = x * 3\nx + 1", {}, 7),
        ("x = 2", {"x": 5}, 5),
        ("np.pi", {}, np.pi),
        ("2 * pi", {}, 2 * np.pi),
        ("pi = 3\n2 * pi", {}, 6),
        ("-inf", {}, -np.inf),
        ("x = np.array([1, 2])\nx.sum()", {}, 3),
        ("x.T @ x", {"x": [1, 2]}, 5),
        ("x.reshape(2, 2).max(axis=0)", {"x": [1, 2, 3, 4]}, [3, 4]),
        ("x.transpose(1, 0)", {"x": [[1, 2]]}, [[1], [2]]),
        ("max(x, 3)", {"x": 2}, 3),
        ("min(x, 3)", {"x": 2}, 2),
        ("max(x, axis=0)", {"x": [2, 5]}, 5),
        ("x[1:, -1]", {"x": [[1, 2], [3, 4]]}, [4]),
        ("x[::-1]", {"x": [1, 2, 3]}, [3, 2, 1]),
        ("torch.relu(x) + F.softmax(x, dim=0) + jnp.exp(x)", {"x": [0.0, 0.0]}, [1.5, 1.5]),
        ("x.sum(dim=1, keepdim=True)", {"x": [[1, 2]]}, [[3]]),
        ("F.leaky_relu(x, negative_slope=0.5)", {"x": -2.0}, -1),
        ("torch.clamp(x, -1, 1)", {"x": 3.0}, 1),
        ("torch.cat([x, x])", {"x": [1.0]}, [1, 1]),
        ("F.cross_entropy(x, t)", {"x": [[0.0, 0.0]], "t": [[0, 1]]}, 0.6931471805599453),
        ("np.linalg.norm(x)", {"x": [3.0, 4.0]}, 5),
        ("math.exp(0) + np.maximum(1, 2)", {}, 3),
        ("사과 = 100\n개수 = 2\n사과 * 개수", {}, 200),
        ("θ = 0\ncos(θ)", {}, 1),
        ("ﬁ = 2\nfi * 3", {}, 6),
        ("x = 10 ** 400", {}, np.inf),
        ("9**9**9", {}, np.inf),
        ("x = 1e400", {}, np.inf),
        ("x * 2", {"x": 10**400}, np.inf),
        ("x", {"x": ["NaN", "Infinity", "-Infinity"]}, ["NaN", "Infinity", "-Infinity"]),
        ("(1 > 0) + (1 >= 1) + (0 < 1) + (1 <= 1) + (2 == 2) + (1 != 2)", {}, 6),
        ("\ufeffx = 1\r\nx + 1\r\n", {}, 2),
        ("[]", {}, []),
        ("sum([])", {}, 0),
        ("mean([])", {}, "NaN"),
        ("+".join(["1"] * 900), {}, 900),
        ("e = 3\ne * 2", {}, 6),
        ("np.e", {}, np.e),
        ("x = [[1, 2], [3, -4]]\nx[1][1]", {}, -4),
        ("(-2) ** 3", {}, -8),
        ("(-8) ** (1 / 3)", {}, "NaN"),
        ("5 << 2", {}, 20),
        ("x = [1]\nsum(*x)", {}, 1),
        ("def f(*x):\n    return x[0] * 2\nf(1)", {}, 2),
        ("x = 2\nfor r in [[x, (1, x)]]:\n    z = r[0] + r[1][1]", {}, 4),
        ("import numpy as np\nnp.array([1, 2]).sum()", {}, 3),
        ("(lambda x: x * 3)(2)", {}, 6),
        ("def f():\n    yield 1\n    yield x\nsum(f())", {"x": 2}, 3),
    ],
)
def test_a_program_means_what_it_means_in_python_with_numpy(program, inputs, value):
    trace = engine.trace(program, inputs, limits=LIMITS)
    assert close(trace.nodes[trace.output].value, value)


def test_a_given_input_wins_over_the_literal_in_the_text_also_in_shape():
    trace = engine.trace("w = 2\nz = sum(w * 3)", {"w": [1.0, 2.0]})
    assert close(trace["z"].value, 9)
    assert close(trace.gradients["w"], [3, 3])


def test_an_assigned_name_has_a_node_of_its_own_and_the_last_one_has_the_name():
    trace = engine.trace("a = 2\nb = a\na = a * 5\na + b")
    assert trace["b"].op == "identity"
    assert [n.value for n in trace.nodes if n.name == "a"] == [2.0, 10.0]
    assert trace["a"].value == 10.0
    assert trace.gradients == {"a": 6.0}


def test_an_unused_input_has_gradient_zero_and_is_remarked_with_the_nearest_name():
    trace = engine.trace("z = weight ** 2", {"weight": 3.0, "wieght": [5.0, 1.0]})
    assert close(trace.gradients["wieght"], [0, 0])
    remark = next(w for w in trace.warnings if w.kind == "unused-input")
    assert '"weight"' in remark.message or "weight?" in remark.message


def test_spans_count_characters_also_where_names_are_korean():
    trace = engine.trace("사과 = 3\n값 = 사과 * exp(사과)")
    exp = next(n for n in trace.nodes if n.op == "exp")
    assert (exp.span.start_line, exp.span.start_column, exp.span.end_column) == (2, 9, 16)


def test_every_kind_of_error_is_a_full_sentence():
    for kind, (title, sentence, hint) in KINDS.items():
        assert title and sentence.rstrip().endswith((".", "….")), kind
        assert not hint or hint.endswith(("?", ".")), kind


def test_limits_are_checked_before_anything_is_computed():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("x = 1\n" + "x = x + x\n" * 100, limits=engine.Limits(nodes=50))
    assert caught.value.kind == "too-many-nodes" and caught.value.params["limit"] == 50
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("a @ b", {"a": np.ones((100, 100)), "b": np.ones((100, 100))}, limits=engine.Limits(flops=1e6))
    assert caught.value.kind == "too-much-work" and caught.value.span is not None


NESTED = [
    "y = " + "-" * 30000 + "x",
    "y = " + "not " * 15000 + "x",
    "y = x" + "**x" * 20000,
    "f = " + "lambda x, y: " * 5000 + "x",
    "y = (\n" + "-\n" * 20000 + "x)",
    "if x:\n    y\n" + "elif x:\n    y\n" * 6000,
    "y = " + "-(+[" * 60 + "-" * 9000 + "x" + "])" * 60,
    "f(a=" + "-" * 9000 + "1)",
    "y = " + "~-" * 6000 + "x",
    "y = " + "-\\\n" * 20000 + "x",
    "y = " + "x if x else " * 4000 + "x",
]
FLAT = [
    "x" + "-x" * 900,
    "[" + ",".join(["-1"] * 30000) + "]",
    "y = -x\n" * 9000,
    "y = x" + " * -x" * 900,
    "\n".join(f"y{i} = f(-x, a=-{i}) ** 2" for i in range(3000)),
    "W = [" + ",\n".join("[-1, -2, -3 ** 2]" for _ in range(3000)) + "]",
    "\n".join(f"f{i} = lambda x: -x" for i in range(2000)),
    "\n".join(f"def f{i}(x):\n    return -x" for i in range(1500)),
]


@each("text", NESTED)
def test_what_is_nested_too_deeply_is_told_as_that(text):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text)
    assert caught.value.kind == "too-deep"


@pytest.mark.parametrize("text", FLAT, ids=lambda text: text[:12])
def test_a_want_of_memory_is_not_told_as_nesting(text, monkeypatch):
    def wanting(*_, **__):
        raise MemoryError

    monkeypatch.setattr("gradlens.engine.language.syntax.ast.parse", wanting)
    with pytest.raises(MemoryError):
        engine.compile(text)
