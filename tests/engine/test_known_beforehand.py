"""What is known before anything is computed: sizes, indices, bounds and options, held against NumPy and Python."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import KINDS
from tests.each import each
from tests.engine.numerics import close

X, V = np.arange(1.0, 7).reshape(2, 3), np.array([1.0, 2.0, 4.0, 8.0])
INPUTS = {"x": X, "v": V, "s": 0.5, "i": 1}
torch = SimpleNamespace(arange=np.arange)


LIMITS = engine.Limits(nodes=2000, elements=1e6)


def outcome(program: str, limits: engine.Limits = LIMITS):
    """The value of a program, or the kind of its error."""
    try:
        trace = engine.trace(program, INPUTS, limits=limits)
    except engine.EngineError as error:
        assert error.kind in KINDS
        return error.kind
    return trace.nodes[trace.output].value


def in_python(text: str):
    """The last line's value, by Python with NumPy."""
    names = {"np": np, "torch": torch, "x": X, "v": V, "s": np.float64(0.5), "i": 1}
    statements = ast.parse(text).body
    exec(compile(ast.Module(statements[:-1], []), "text", "exec"), names)  # the test's own text
    last = statements[-1]
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "text", "eval"), names)


SIZES = [
    "x.shape[0] + x.shape[1] * 10",
    "x.shape[-1]",
    "x.shape[-2]",
    "len(x)",
    "len(v) - len(x)",
    "x.size",
    "x.ndim",
    "s.ndim + s.size",
    "x.shape[1:][0]",
    "x.shape[:1][0]",
    "x.shape[::-1][0]",
    "x.shape[-1:][0]",
    "x.shape[1] // 2",
    "x.shape[1] % 2",
    "x.shape[1] ** 2",
    "x.shape[0] - x.shape[1]",
    "-x.shape[1]",
    "x.shape[0] ** 64",
    "x.shape[0] ** 0",
    "(x.shape[0] + 1) * x.shape[1]",
    "x.shape[len(x) - 1]",
    "x.shape[x.ndim - 1]",
    "x.shape[0] / x.shape[1]",
    "n = x.shape[0]\nn * 2",
    "n = len(x)\nv[-n] * n",
    "y = 0\nfor k in range(1, 4):\n    y = y * 3 + v[-k]\ny * 1",
    "y = 0\nfor k in range(-3, 0):\n    y = y * 3 + v[k] * v[-k]\ny * 1",
    "n = len(x)\nv[n] * n",
    "n, m = x.shape\nn * 10 + m",
    "a, b = x.shape[::-1]\na * 10 + b",
    "n = x.shape\nx[n[0] - 1, n[1] - 1]",
    "n = x.shape[1]\nv[:n]",
    "def f(a, n):\n    m = n * 2\n    return a[m - 1]\nf(v, len(x))",
    "x[0].size + x[0]",
    "len(x * 2)",
    "len(x.T) + (x @ x.T).shape[1]",
    "n = v.shape[0] // 2\nm = n - 1\nv[n:][m] * v[:m].size",
    "len(range(x.shape[1])) + len([0] * x.ndim) + len((v, x))",
    "x.shape[1] > x.shape[0]",
]


@each("text", SIZES)
def test_a_size_is_the_number_that_numpy_says(text):
    assert close(outcome(text), in_python(text))


@each(
    "text, expected",
    [
        ("x.size(0)", 2),
        ("x.size(-1)", 3),
        ("x.size(-2)", 2),
        ("x.size(1) * x.dim()", 6),
        ("x.size()[1]", 3),
        ("a, b = x.size()\na * 10 + b", 23),
        ("s.dim()", 0),
        ("v[:x.size(1)]", [1, 2, 4]),
        ("x.dim", "size-as-value"),
        ("x.size(2)", "size-as-value"),
        ("x.size(-3)", "size-as-value"),
        ("x.dim(0)", "size-as-value"),
        ("x.size(0, 1)", "size-as-value"),
        ("x.shape[2]", None),
        ("x.shape[-3]", None),
        ("len(s)", "len-argument"),
        ("len(x, v)", "argument-count"),
        ("len(3)", "len-argument"),
        ("x.shape[1] // 0", "raised"),
        ("x.shape[1] ** -1", 1 / 3),
        ("x.shape[1] * 0.5", 1.5),
        ("zeros(x.shape[0] ** 65)", "too-many-elements"),
        ("zeros(x.shape[0] ** 64)", "too-many-elements"),
        ("zeros(x.shape[0] ** -1)", "creation-shape"),
        ("zeros(x.shape[0] % 0)", "raised"),
    ],
)
def test_a_size_is_pytorchs_too_and_what_is_none_is_refused(text, expected):
    found = outcome(text)
    if expected is None:
        assert isinstance(found, str)
    else:
        assert found == expected if isinstance(expected, str) else close(found, expected), found


KEYS = [
    "1",
    "-1, 0",
    "1, -1",
    "np.s_[1:, 0]",
    "np.s_[1]",
    "[1, 0]",
    "(1, 0)",
    "[[0, 1], [1, 0]]",
    "[0, 1], [2, 0]",
    "[[0], [1]], [0, 2]",
    "np.arange(2)",
    "np.arange(2), [0, 2]",
    "np.arange(0, 2), 1",
    "torch.arange(2), 0",
    "range(1, -1, -1), 0",
    "np.arange(1, 2), 0",
    "None, 1",
    "np.newaxis, ..., 0",
    "..., 0",
    "...",
    ":, ::-1",
    ":10**30",
    "-10**18:",
    "-len(x):, -x.ndim",
    "::10**30",
    ":, 2**62:",
    ":, 2**63:",
    "len(x) - 1",
    "x.shape[0] - 1, x.shape[1] - 1",
    "x.ndim - 1",
    "-2:, ::2",
    ":, :-1",
    ":, -2:-1",
    "1:1",
    "[]",
    "()",
    "((0, 1),)",
    "((0, 1), (1, 2))",
    "0, None, [2, 1]",
    "[0, 1], 1:",
    "None:",
    "0:None:1, 1",
    "[len(x) - 1, 0]",
    "2 - 1",
    "3 % 2, 5 // 2",
    "i:",
    "i, 1",
    "i - 1, i + 1",
    "np.arange(2, dtype=int), 0",
    "np.arange(1, 2), i",
    "[0, i], 2 * i",
    "len(x) * [0, 1], i",
    "tuple([1, 2])",
    "[k for k in range(2)], 1",
    "x[:, 0] > 1",
    "x > 2",
    "x > 100",
    "[True, False]",
    "[i > 0, i > 1]",
    "0, [True, 0 > 1, 1 > 0]",
]


@each("key", KEYS)
def test_an_index_chooses_what_numpy_chooses(key):
    assert close(outcome(f"x[{key}]"), in_python(f"x[{key}]"))


@each(
    "key, kind",
    [
        ("True", "index-mask"),
        ("False, 0", "index-mask"),
        ("[True, 0]", "index-mask"),
        ("0, [True, 0, 0]", "index-mask"),
        ("1 == 1", "index-mask"),
        ("i == 1", "index-mask"),
        ("0, i == 1", "index-mask"),
        ("s < 1", "index-mask"),
        ("0, x.sum() > 3", "index-mask"),
        ("x > 1, 0", "index-count"),
        ("[True, False, True]", "mask-shape"),
        ("1.0", "index-type"),
        ("'a'", "index-text"),
        ("[0, [1]]", "index-type"),
        ("[[1], 0]", "index-type"),
        ("[[0], [1, 2]]", "ragged-list"),
        ("[[0, 1], [[0], [1]]]", "index-type"),
        ("[0, 0.5]", "index-type"),
        ("0.5:", "index-type"),
        (":s", "index-type"),
        ("i * 0.5:", "index-type"),
        ("range(0, 2, 0), 0", "slice-step"),
        ("range(0, 2, 1, 1), 0", "range-bounds"),
        ("np.arange(), 0", "missing-argument"),
        ("np.arange(100001), 0", "index-type"),
        ("range(2**70), 0", "index-type"),
        ("0, x", "index-range"),
        ("np.s_", "index-type attribute"),
        ("np.pi, 0", "index-type"),
        ("2, 0", "index-range"),
        ("0, 3", "index-range"),
        ("-3", "index-range"),
        ("0, 0, 0", "index-count"),
    ],
)
def test_what_is_no_index_is_refused_by_name(key, kind):
    assert outcome(f"x[{key}]") in kind.split()


ARGUMENTS = [
    "0",
    "(0, 1)",
    "[0, 1]",
    "[[0, 1], [1, 0]]",
    "((0, 1), (1, 2))",
    "([0, 1], 2)",
    "(0, [2, 1])",
    "None",
    "(None, 1)",
    "()",
    "[]",
    "(1,)",
    "[1]",
    "(len(x) - 1,)",
    "-len(x)",
    "-1",
    "([1, 0], [0, 0])",
    "[0, 1, 0][1:]",
    "[True, False]",
    "(0, [True, False, True])",
    "i",
    "(i, [0, i])",
]
NO_INDEX = [
    ("(0, 0.5)", "index-type"),
    ("(0, 'a')", "index-text"),
    ("'a'", "index-text"),
    ("0.5", "index-type"),
    ("[0, 0.5]", "index-type"),
    ("True", "index-mask"),
    ("(True, 0)", "index-mask"),
    ("(0, (0, 0.5))", "index-type"),
    ("(0, [True, False])", "mask-shape"),
    ("[[True, False], [True, True]]", "mask-shape"),
    ("[[0, 1], [0]]", "ragged-list"),
    ("(0, ('a',))", "index-type"),
    ("((0, 1), (0, 1, 1))", "index-lists"),
    ("(0, 3)", "index-range"),
    ("[2]", "index-range"),
    ("(0, 0, 0)", "index-count"),
    ("[None]", "index-type"),
    ("(0, (None, 0))", "index-type"),
]
USES = [
    "def f(a, k):\n    return a[k] * 1\nf(x, {k})",
    "def f(a, k={k}):\n    return a[k] * 1\nf(x)",
    "def f(a, k):\n    return a[k] * 1\ng = lambda a, k: f(a, k)\ng(x, {k})",
]


@each("use", USES)
@each("argument", ARGUMENTS)
def test_an_index_that_a_function_is_given_chooses_what_numpy_chooses(use, argument):
    assert close(outcome(use.format(k=argument)), in_python(use.format(k=argument)))


@each("use", USES)
@each("argument, kind", NO_INDEX)
def test_what_a_function_is_given_and_is_no_index_is_refused_as_if_it_were_written_there(use, argument, kind):
    assert outcome(use.format(k=argument)) == kind


@each(
    "argument, expected",
    [
        ("0", X[0, 1:]),
        ("[1, 0]", X[[1, 0], 1:]),
        ("None", X[None, 1:]),
        ("(0, 1)", X[(0, 1), 1:]),
        ("True", "index-mask"),
        ("0.5", "index-type"),
        ("exp", "index-type"),
    ],
)
def test_one_place_of_an_index_may_be_given_to_a_function(argument, expected):
    found = outcome(f"def f(a, k):\n    return a[k, 1:]\nf(x, {argument})")
    assert found in (expected, "function-as-value") if isinstance(expected, str) else close(found, expected)


@each("first, use", [("(1, 2)", "x * a"), ("()", "x[a]"), ("[]", "x[0, a]"), ("(1, ())", "x[a]")])
def test_what_doubles_with_every_call_is_refused_at_once(first, use):
    chain = "".join(f"def f{i}(a):\n    return f{i - 1}((a, a))\n" for i in range(1, 31))
    limits = dataclasses.replace(LIMITS, steps=1e5)  # few are soon taken, and 2 ** 30 are above any limit
    assert outcome(f"def f0(a):\n    return {use}\n{chain}f30({first})", limits) in (
        "too-many-nodes",
        "too-many-steps",
        "stack-shapes",
    )


@each(
    "call, expected",
    [
        ("sum(x, axis=(0, 1))", 21),
        ("sum(x, axis=None)", 21),
        ("sum(x, axis=x.ndim - 1)", [6, 15]),
        ("sum(x, axis=[0, 1])", 21),
        ("sum(x, axis=9223372036854775807)", "axis-range"),
        ("sum(x, axis=9223372036854775808)", "option-range"),
        ("sum(x, axis=-9223372036854775808)", "option-range"),
        ("sum(x, axis=(0, 2**63))", "option-range"),
        ("sum(x, axis=-(2**63) + 1)", None),
        ("sum(x, axis=True)", "option-axis"),
        ("sum(x, axis=(0, True))", "option-axis"),
        ("sum(x, keepdims=None)", "option-bool"),
        ("sum(x, keepdims=0)", "option-bool"),
        ("tile(v, -1)", "option-least"),
        ("tile(v, (1, -1))", "option-least"),
        ("tile(v, 0)", []),
        ("tile(v, True)", "option-shape"),
        ("tile(v, [2])", [*V, *V]),
        ("tile(v, None)", "option-shape"),
        ("clip(x, low=pi, high=inf)", np.clip(X, np.pi, None)),
        ("clip(x, low=None)", X),
        ("clip(x, None, 2)", np.clip(X, None, 2)),
        ("clip(x, -inf, 3)", np.clip(X, None, 3)),
        ("reshape(x, (3, -1))", X.reshape(3, -1)),
        ("reshape(x, 6)", X.ravel()),
        ("reshape(x, [2, 3.0])", "option-shape"),
        ("swapaxes(x, 0, None)", "option-integer"),
        ("swapaxes(x, False, 1)", "option-integer"),
        ("pad(v, 1)", np.pad(V, 1)),
        ("pad(v, (1, 2))", np.pad(V, (1, 2))),
        ("pad(v, ((1, 2),))", np.pad(V, (1, 2))),
        ("pad(v, (1,))", np.pad(V, 1)),
        ("pad(x, (1, 2, 3))", "option-widths"),
        ("pad(x, ((1, 2), (0, 0)))", np.pad(X, ((1, 2), (0, 0)))),
        ("pad(x, ((1, 2), (0, 0.5)))", "option-widths"),
        ("pad(x, ((1, 2), 0))", "option-widths"),
        ("pad(x, ((1, 2, 3), (0, 0, 0)))", "option-widths"),
        ("pad(x, True)", "option-widths"),
        ("pad(x, (True, 1))", "option-widths"),
        ("tensordot(x, x.T, 1)", X @ X.T),
        ("tensordot(x, x, ((0, 1), (0, 1)))", (X * X).sum()),
        ("tensordot(x, x, (1, 1))", X @ X.T),
        ("tensordot(x, x, (0, 1, 2))", "option-pair"),
        ("tensordot(x, x, ((0,), 0.5))", "option-pair"),
        ("tensordot(x, x, ((0,), (0.5,)))", "option-pair"),
        ("tensordot(x, x, None)", "option-pair"),
        ("pad(v, 1, 'constant', value=pi)", [np.pi, *V, np.pi]),
        ("pad(v, 1, value='a')", "string option-number"),
        ("pad(v, 1, value=True)", "option-number"),
        ("pad(v, 1, 5)", "option-mode option-text"),
    ],
)
def test_an_option_is_of_its_kind_or_refused(call, expected):
    found = outcome(call)
    if expected is None:
        assert isinstance(found, str) and found in ("axis-range", "option-axis", "axis-order")
    elif isinstance(expected, str):
        assert isinstance(found, str) and found in expected.split()
    else:
        assert close(found, expected)


@pytest.mark.parametrize("most", [5, 6])
def test_tuples_of_numbers_are_an_array_of_as_many_elements_as_are_allowed(most):
    program = "def f(a):\n    return np.array(a)\nf(((1, 2, 3), (4, 5, 6)))"
    if most == 6:
        trace = engine.trace(program, limits=engine.Limits(elements=most))
        assert close(trace.nodes[trace.output].value, [[1, 2, 3], [4, 5, 6]])
    else:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, limits=engine.Limits(elements=most))
        assert caught.value.kind == "too-many-elements"


@each(
    "argument, kind",
    [
        ("((1, 2), 3)", "list-item"),
        ("((1, 2), (3,))", "ragged-list"),
        ("((1, 2), ((3,), (4,)))", "list-item"),
        ("(1, 'a')", "string"),
        ("(1, None)", "none-as-number"),
        ("'a'", "string"),
        ("None", "none-as-number"),
    ],
)
def test_tuples_that_are_no_array_are_no_value(argument, kind):
    assert outcome(f"def f(a):\n    return x * a\nf({argument})") == kind


def test_a_tuple_times_a_whole_number_is_a_longer_tuple_and_no_value():
    assert outcome("def f(a):\n    return a * 2\nf((1, 2))") == "several-values"
    assert close(outcome("def f(a):\n    return a * 2\nx[:, f((0, 1))]"), X[:, (0, 1, 0, 1)])
    assert close(outcome("def f(a):\n    return a * 2\na, b, c, d = f((1, s))\na + 10 * d"), 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(x, n):\n    while n < 500:\n        n += 1\n    return x * (n > 3)\nf(x, 0)", X),
        ("def f(x, n):\n    while n < 5000:\n        n += 1\n    return x[:, n % 3]\nf(x, 0)", X[:, 2]),
        ("def f(x, n):\n    for k in range(60):\n        n = n + n\n    return x[:, n % 3]\nf(x, 1)", X[:, 1]),
        ("k = 1\ndef f(x, n):\n    for k in range(60):\n        n = n + n\n    return x[:, n % 3]\nf(x, k)", X[:, 1]),
        ("n = 0\nwhile n < 400:\n    n += 1\nx[:, n % 3]", X[:, 1]),
    ],
)
def test_a_number_that_was_computed_in_many_steps_is_known_at_once(text, expected):
    assert close(outcome(text), expected)


OF_TYPES = """
    min(n, m)|max(n, 7)|min(n, m, 9)|max([n, m])|abs(n)|min(abs(n), 3)|-n|n ** 2|n // 2|n % 3|sum([n, m])|round(n)
    int(f)|float(n)|n / 1|min(f, 1.2)|abs(f)|round(f)|round(f, 1)|f // 1|f * 2|math.floor(f)|math.ceil(f)
    math.trunc(f)|math.sqrt(n)|math.isqrt(n)|np.floor(f)|sorted([n, m])[0]
"""


@each("written", re.split(r"[|\n]\s*", OF_TYPES.strip()))
def test_what_is_computed_of_numbers_has_the_type_that_it_has_in_python(written):
    given = f"import math\nimport numpy as np\nn = 5\nm = 3\nf = 2.7\nq = {written}\n"
    expected: dict[str, object] = {}
    exec(given, expected)
    for name in ("int", "float", "bool"):
        trace = engine.trace(given + f"z = 2.5 * (10 if isinstance(q, {name}) else 3)")
        assert trace.values[trace.output] == 2.5 * (10 if eval(f"isinstance(q, {name})", expected) else 3), name


@each(
    "condition", "n >= 5|n > m|n == m|not n|1 < n < 9|n > 1 and m < 9|isinstance(n, int)|n in (5, 6)|n|m - 2".split("|")
)
def test_a_comparison_is_true_or_false_itself(condition):
    for identity in ("is True", "is False", "is not True"):
        given = "n = 5\nm = 3\n"
        expected = eval(f"({condition}) {identity}", {"n": 5, "m": 3})
        trace = engine.trace(f"{given}x = 2.5\nz = x * (10 if ({condition}) {identity} else 3)")
        assert trace.values[trace.output] == 2.5 * (10 if expected else 3), identity


NUMBER_TYPES = Path(__file__).parent / "data" / "number_types.txt"
NAMED = """
import math, operator, statistics
from functools import reduce
from itertools import accumulate
n = 3
f = 2.5
t = True
l = [1, 2, 3]
m = [1, 2.0]
z = 0
g = 4.0
r = [3, 1, 2.0]
q = [[1, 2.0], [3.0, 4]]
"""


def test_known_numbers_have_the_type_and_the_value_that_cpython_gives_them() -> None:
    lines = NUMBER_TYPES.read_text().splitlines()
    space: dict[str, Any] = {}
    exec(NAMED, space)
    asked = [f"1.0 if repr({line}) == {repr(eval(line, space))!r} else 0.0" for line in lines]
    for part in range(0, len(lines), 120):
        trace = engine.trace(f"{NAMED}found = [{', '.join(asked[part : part + 120])}]\nfound")
        value: Any = trace.nodes[trace.output].value
        assert [line for line, same in zip(lines[part:], value) if same != 1] == []


# What is another number in every run of Python, and what is not.
CHANGING = """
x * hash('a')|x * (hash('a') % 10)|x * id(x)|x * float(id(x))|x ** round(hash('a'))|[x][int(hash(None))]|x * -hash('a')
x * abs(hash('a'))|x * hash((1, 'a'))|x * [id(x)][0]
"""
FIXED = {
    "x * hash(5)": 10.0,
    "x * (hash((1, 2)) == hash((1, 2)))": 2.0,
    "x * (hash('a') == hash('a'))": 2.0,
    "x * (id(x) == id(x))": 2.0,
    "x * len({id(x), id(x)})": 2.0,
    "{id(x): x}[id(x)]": 2.0,
    "x * hash(2.5)": 2.0 * hash(2.5),
}


def test_what_changes_from_run_to_run_tells_things_apart_and_is_no_number():
    for text in re.split(r"[|\n]", CHANGING.strip()):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"x = 2.0\ny = {text}")
        assert caught.value.kind == "identity", text
    for text, expected in FIXED.items():
        found = engine.trace(f"x = 2.0\ny = {text}")
        assert found.nodes[found.output].value == expected, text
