"""The text itself: where a mistake is, by what word a piece of syntax is called, how deep it is nested, and which name
was meant.
"""

from __future__ import annotations

import ast
import random
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import Span
from gradlens.engine.language.nesting import depth_of
from gradlens.engine.language.syntax import (
    FORBIDDEN,
    Misplaced,
    Syntax,
    construct,
    edits,
    is_name,
    is_slip,
    literal,
    normal_name,
    parse,
    quiet_parser,
    same_letters,
    source,
    suggestion,
)

PLACED = [  # text, kind, place
    ("x = 1\n  y = 2", "indentation", (2, 1, 2, 2)),
    ("for i in range(2):\n    y = 1\n  z = 2", "indentation", (3, 6, 3, 7)),
    ("y = (1 + 2]", "unmatched-bracket", (1, 10, 1, 11)),
    ("y = [1, 2", "unclosed-bracket", (1, 4, 1, 5)),
    ("y = {1", "unclosed-bracket", (1, 4, 1, 5)),
    ("y = 1 + 2]", "unmatched-bracket", (1, 9, 1, 10)),
    ("사과 = (1 + 2]", "unmatched-bracket", (1, 11, 1, 12)),
    ("y = (x\nz = 2", "unclosed-bracket", (1, 4, 1, 5)),
    ("y = x)\n", "unmatched-bracket", (1, 5, 1, 6)),
    ("1 = x", "assignment-target", (1, 0, 1, 1)),
    ("x + 1 = 2", "assignment-target", (1, 0, 1, 5)),
    ("(x +\n      x) = 2", "assignment-target", (1, 1, 1, 2)),
    ("y = '''abc", "string", (1, 4, 1, 5)),
    ('y = "a', "string", (1, 4, 1, 5)),
    ('y = f"{x}"', "string", (1, 4, 1, 10)),
    ("y = b'a'", "string", (1, 4, 1, 8)),
    ("y = 1__0", "missing-operator", (1, 5, 1, 6)),
    ("y = 2x + 1", "missing-operator", (1, 4, 1, 5)),
    ("y = 2jx", "missing-operator", (1, 5, 1, 6)),
    ("y = 012", "leading-zero", (1, 4, 1, 5)),
    ("y = 1.2.3", "misplaced", (1, 7, 1, 9)),
    ("y = x $ 2", "misplaced", (1, 6, 1, 7)),
    ("y = x³", "superscript", (1, 5, 1, 6)),
    ("y = x⁰ + 1", "superscript", (1, 5, 1, 6)),
    ("y = “x”", "foreign-character", (1, 4, 1, 5)),
    ("y = x +* 2", "misplaced", (1, 7, 1, 8)),
    ("y = ", "misplaced", (1, 3, 1, 4)),
    ("= 3", "misplaced", (1, 0, 1, 1)),
    ("x +", "misplaced", (1, 2, 1, 3)),
    ("y = x +\n1", "misplaced", (1, 6, 1, 7)),
    ("y = x <> 2", "misplaced", (1, 6, 1, 8)),
    ("y = x && 2", "misplaced", (1, 7, 1, 8)),
    ("y = x[1:2:3:4]", "misplaced", (1, 11, 1, 12)),
    ("x[0] = 1", "assignment-target", (1, 0, 1, 4)),
    ("x[0]: int = 2", "assignment-target", (1, 0, 1, 13)),
    ("y: int", "assignment-target", (1, 0, 1, 6)),
    ("y = 1\nz = " + "7" * 5000, "long-number", (2, 4, 2, 5004)),
    ("y = 1\n사과 = 2\n" + "8" * 4500 + " + x", "long-number", (3, 0, 3, 4500)),
    ("y = -'a'", "string", (1, 5, 1, 8)),
    ("y = 'a' + x", "string", (1, 4, 1, 7)),
    ("y = -True", "not-a-number", (1, 5, 1, 9)),
    ("y = None", "not-a-number", (1, 4, 1, 8)),
    ("y = ...", "not-a-number", (1, 4, 1, 7)),
    ("y = x if x else x", "branch", (1, 4, 1, 17)),
    ("y = x and x", "logic-word", (1, 4, 1, 11)),
    ("사과 = not x", "logic-word", (1, 5, 1, 10)),
    ("y = x ^ 2", "caret", (1, 4, 1, 9)),
    ("x = 1\x07", "control-character", (1, 5, 1, 6)),
    ("x = 1\ny = 2\n한\u200f = 3", "control-character", (3, 1, 3, 2)),
    ("x = 1\r\ny\u2028 = 2", "control-character", (2, 1, 2, 2)),
    ("x = \ufeff1", "control-character", (1, 4, 1, 5)),
]


@pytest.mark.parametrize(("text", "kind", "place"), PLACED, ids=[f"{kind}: {text[:20]!r}" for text, kind, _ in PLACED])
def test_a_mistake_is_shown_at_its_characters(text, kind, place):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text, {"x": ()})
    assert caught.value.kind == kind
    assert caught.value.span == Span(*place)


WORDS = {
    "del x": "del",
    "class A: pass": "class",
    "with x: pass": "with",
    "raise x": "raise",
    "pass": "pass",
    "global x": "global",
    "nonlocal x": "nonlocal",
    "assert x": "assert",
    "try:\n    x\nexcept:\n    x": "try",
    "break": "break",
    "continue": "continue",
    "match x:\n    case 1: x": "match",
    "async def f(): pass": "async def",
    "return x": "return",
    "for i in range(2):\n    x\nelse:\n    x": "for",
    "y = yield": "yield",
    "y = yield from x": "yield",
    "y = *x": "*",
    "y = {1: 2}": "{…: …}",
    "y = {1, 2}": "{…}",
    "y = (1, 2)": "(…, …)",
    "y = {a for a in x}": "{… for …}",
    "y = {a: a for a in x}": "{… for …}",
    "y = await x": "await",
    "y = (z := 2)": ":=",
    "y = x << 1": "<<",
    "y = x >> 1": ">>",
    "y = x in x": "in",
    "y = x not in x": "not in",
    "y = x is x": "is",
    "y = x is not None": "is not",
    "y = 1 < x is x": "is",
    "y = x in x < 2": "in",
    "y = exp(**x)": "**",
    "y = exp(*x)": "*",
    "def f(*a):\n    return x\ny = 1": "*",
    "def f(**a):\n    return x\ny = 1": "*",
    "def f(*, a):\n    return x\ny = 1": "*",
    "@f\ndef g(a):\n    return a\ny = 1": "@",
    "y = [a for a in [1] for b in [2]]": "[… for …]",
    "y = [a for a in [1] if a]": "[… for …]",
    "y = sum(a for a in [1] if a)": "(… for …)",
    "y = lambda: 1\nz = (lambda: 1)\ny = x + (lambda: 1)": "lambda",
}


@pytest.mark.parametrize(("text", "word"), WORDS.items())
def test_what_is_no_part_of_the_language_is_called_by_its_word(text, word):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text, {"x": (2,)})
    assert (caught.value.kind, caught.value.params["construct"]) == ("not-in-language", word)


def test_every_operator_and_statement_of_python_has_a_word_or_is_read():
    for kind in (ast.Pass, ast.Break, ast.Is, ast.NotIn, ast.LShift, ast.BitOr, ast.Invert, ast.Not):
        assert construct(kind()) != kind.__name__


# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    "text", ["x = 1\nyy = xx + 사과", "값 = 사과 * exp(사과)", "🍎 = 1", "a = 'é' + b", "(x\n + 사과\n  * z)"]
)
def test_a_span_has_the_characters_of_its_piece_of_text(text):
    lines = tuple(text.split("\n"))
    syntax = Syntax(text, lines, ())
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.stmt)):
            span = syntax.span(node)
            assert span is not None
            inside = [*lines[span.start_line - 1 : span.end_line]]
            inside[-1] = inside[-1][: span.end_column]
            inside[0] = inside[0][span.start_column :]
            assert "\n".join(inside) == ast.get_source_segment(text, node)
    assert syntax.span(None) is None


def test_a_place_beyond_the_text_keeps_its_columns():
    assert Syntax("", (), ()).span(ast.Name("x", lineno=3, col_offset=4, end_lineno=3, end_col_offset=5)) == Span(
        3, 4, 3, 5
    )
    assert Syntax("값", ("값",), ()).span(
        ast.Name("x", lineno=1, col_offset=3, end_lineno=None, end_col_offset=None)
    ) == Span(1, 1, 1, 1)


@pytest.mark.parametrize("length", [3, 5, 6])
def test_a_text_is_as_long_as_it_may_be_and_no_longer(length):
    if length > 5:
        with pytest.raises(engine.EngineError) as caught:
            parse("x" * length, text_length=5)
        assert (caught.value.kind, caught.value.params) == ("text-too-long", {"length": length, "limit": 5})
    else:
        assert parse("x" * length, text_length=5).text == "x" * length


@pytest.mark.parametrize("filters", ["error", "always", "default"])
def test_the_parser_warns_of_nothing_and_the_hosts_filters_stay(filters):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter(filters)
        before = list(warnings.filters)
        parse("x = 1if 2else 3\ny = 1 is 1")
        assert not told and warnings.filters == before
        with quiet_parser():
            warnings.resetwarnings()  # the host's doing, meanwhile


# ------------------------------------------------------------------ nesting

DEPTHS = {
    "": 0,
    "x": 0,
    "-x": 1,
    "--x": 2,
    "x - x": 0,
    "x - -x": 1,
    "x - x - -x": 1,
    "(x)": 1,
    "((x))": 2,
    "(x) + (y)": 1,
    "x**y": 1,
    "x ** y ** z": 2,
    "x**y + x**y": 1,
    "-(-x)": 3,
    "not not x": 2,
    "not x and not x": 2,
    "f(-x, -y)": 2,
    "[-1, -2]": 2,
    "{-x: (y)}": 2,
    "lambda x: lambda y: x": 2,
    "x if a else y if b else z": 2,
    "~x": 1,
    "x # ((((": 0,
    "~-+x": 3,
    "(-\n-x)": 3,
    "-\\\n-x": 2,
    "-x\n-y": 1,
    "lambda: x\nlambda: y": 1,
    ")-x": 0,
    "x[1][2]": 1,
    "x[(1)][2]": 2,
    "-a.b": 1,
    "-a.b - c": 1,
    "return -x": 1,
    "x and -y": 1,
    "x or --y": 2,
    "x in -y": 1,
    "2 -x": 0,
    "(x) - y": 1,
    "(x)-(-y)": 2,
    "-x * -y": 1,
    "- x, - y": 1,
    "if x:\n    y\nelif x:\n    y\nelif x:\n    -y": 3,
    "-1**-1": 3,
    "x = -1": 1,
    "((x)\n)": 2,
    "((\n-x": 3,
    "f(x)(y)(z)": 1,
    "(-x + (y))": 2,
    "(-(x) + (y))": 3,
    "*x": 0,
}


@pytest.mark.parametrize(("text", "depth"), DEPTHS.items())
def test_the_depth_of_a_text_is_that_of_its_brackets_signs_and_words(text, depth):
    assert depth_of(text.split("\n")) == depth


# ------------------------------------------------------------------ names


def swapped_edits(a: str, b: str) -> int:
    """Optimal string alignment by its recursive definition: add, drop, change, or swap neighbours."""

    @cache
    def least(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        found = [least(i - 1, j) + 1, least(i, j - 1) + 1, least(i - 1, j - 1) + (a[i - 1] != b[j - 1])]
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            found.append(least(i - 2, j - 2) + 1)
        return min(found)

    return least(len(a), len(b))


def test_edits_are_counted_as_by_their_definition():
    chance = random.Random(0)
    for _ in range(1500):
        a, b = ("".join(chance.choice("abc") for _ in range(chance.randint(0, 6))) for _ in range(2))
        assert edits(a, b) == swapped_edits(a, b), (a, b)


@pytest.mark.parametrize(
    ("written", "meant", "slip"),
    [
        ("tahn", "tanh", True),
        ("Tahn", "tanh", True),
        ("sigmod", "sigmoid", True),
        ("abc", "abd", False),
        ("abcd", "abce", True),
        ("abcd", "abef", False),
        ("abcdefgh", "abcdefxy", True),
        ("abcdefgh", "abcdexyz", False),
        ("ab", "abc", True),
        ("abc", "ab", True),
        ("a", "abc", False),
        ("log2", "log1", False),
        ("log2", "log", False),
        ("log10", "log01", False),
        ("lgo10", "log10", True),
        ("abcdefg", "abcdexy", False),
        ("abcdefgx", "abcdegy", True),
    ],
)
def test_a_slip_of_the_keys_is_a_letter_for_every_four_and_no_digit(written, meant, slip):
    assert is_slip(written, meant) is slip


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("LogSoftmax", ["softmax", "log_softmax"], "log_softmax"),
        ("SUM", ["sum"], "sum"),
        ("tahn", ["tan", "tanh"], "tanh"),
        ("사괴", ["사과", "배"], "사과"),
        ("사과", ["배"], None),
        ("wieght", ["weight", "height"], "weight"),
        ("hieght", ["weight", "height"], "height"),
        ("x", ["y"], None),
        ("xx", ["x", "xy"], "x"),
        ("qqq", [], None),
        ("log3", ["log2", "log"], None),
        ("priec", ["price", "pried"], "price"),
    ],
)
def test_the_nearest_name_is_suggested_or_none(name, known, found):
    for order in (known, known[::-1]):
        assert suggestion(name, order) == ({} if found is None else {"suggestion": found})


def test_the_same_letters_are_a_name_whatever_its_case_and_underscores():
    assert same_letters("Log_Soft_max") == same_letters("logsoftmax") != same_letters("logsoftmx")


@pytest.mark.parametrize(
    ("name", "ok"),
    [
        ("x", True),
        ("사과", True),
        ("θ_1", True),
        ("1x", False),
        ("", False),
        ("a b", False),
        ("x\u200f", False),
        ("class", True),
    ],
)
def test_a_name_is_an_identifier_without_forbidden_characters(name, ok):
    assert is_name(name) is ok


def test_a_name_is_compared_as_python_reads_it():
    assert (
        normal_name("ﬁ") == "fi"
        and normal_name("ﬁ\u200f") == "ﬁ\u200f"
        and FORBIDDEN.search("\u202e")
        and not FORBIDDEN.search("\t\n")
    )


# ------------------------------------------------------------------ literals and the reader's text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("--1", 1),
        ("+-1", -1),
        ("-(+(-2.5))", 2.5),
        ("pi", 3.141592653589793),
        ("-np.inf", -float("inf")),
        ("float('inf')", float("inf")),
        ("-float(' -Inf ')", float("inf")),
        ("float('2')", None),
        ("float(x)", None),
        ("x", None),
        ("[1, [2]]", "list-item"),
        ("[[1, 2], 3]", "list-item"),
        ("[1, x]", "list-item"),
        ("[[1], [2, 3]]", "ragged-list"),
        ("[True, -1]", [1, -1]),
        ("[(1, 2), (3, 4)]", [[1, 2], [3, 4]]),
        ("np.array([1, x])", None),
        ("np.array([1, 2])", [1, 2]),
        ("np.array(3)", 3),
        ("[[]]", [[]]),
        ("['a']", "string"),
        ("[None]", "not-a-number"),
        ("True", "not-a-number"),
        ("2j", "not-a-number"),
        ("math.e", 2.718281828459045),
        ("e", None),
        ("foo.pi", None),
        ("x + 1", None),
        ("not 1", None),
        ("~1", None),
    ],
)
def test_a_literal_is_a_number_or_an_even_list_of_numbers(text, value):
    node = ast.parse(text, mode="eval").body
    if isinstance(value, str):
        with pytest.raises(Misplaced) as caught:
            literal(node, ())
        assert caught.value.kind == value
    else:
        found = literal(node, ())
        assert found is None if value is None else found is not None and np.asarray(found).tolist() == value


@pytest.mark.parametrize("text", ["pi", "np.inf", "float('inf')", "np.array([1, 2])"])
def test_a_literal_of_a_name_that_the_program_has_taken_is_none(text):
    name = "float" if text.startswith("float") else text.partition(".")[0]
    assert literal(ast.parse(text, mode="eval").body, {"x"}) is not None
    assert name == "float" or literal(ast.parse(text, mode="eval").body, {name}) is None


@pytest.mark.parametrize("axes", [32, 33])
def test_a_list_has_at_most_as_many_axes_as_numpy_takes(axes):
    node = ast.parse("[" * axes + "1" + "]" * axes, mode="eval").body
    if axes == 32:
        assert np.asarray(literal(node, ())).shape == (1,) * 32
    else:
        with pytest.raises(Misplaced) as caught:
            literal(node, ())
        assert caught.value.kind == "too-many-axes" and caught.value.params["limit"] == 32


def test_the_text_of_an_expression_is_the_readers_and_leaves_the_tree_as_it_is():
    held: Any = ast.Name("·3")
    held.stands_for = ast.parse("x + 1", mode="eval").body
    node = ast.BinOp(held, ast.Mult(), ast.Constant(2))
    assert source(node) == "(x + 1) * 2" and node.left is held
    deep = ast.Name("x")
    for _ in range(20_000):
        deep = ast.UnaryOp(ast.USub(), deep)
    assert source(deep) == "…"
    while isinstance(deep, ast.UnaryOp):  # taken apart step by step: to free it whole would need as deep a stack
        deep = deep.operand
