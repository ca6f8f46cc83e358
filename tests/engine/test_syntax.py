"""The text itself: where a mistake is, by what word a piece of syntax is called, how deep it is nested, and which name
was meant.
"""

from __future__ import annotations

import ast
import random
import warnings
from functools import cache

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import Span
from gradlens.engine.language.nesting import depth_of
from gradlens.engine.language.syntax import (
    FORBIDDEN,
    Syntax,
    construct,
    edits,
    is_name,
    is_slip,
    normal_name,
    parse,
    quiet_parser,
    same_letters,
    source,
    suggestion,
)
from tests.each import each

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
    ("y = '''abc", "unclosed-quote", (1, 4, 1, 5)),
    ('y = "a', "unclosed-quote", (1, 4, 1, 5)),
    ('y = f"{x}"', "value-needed", (1, 4, 1, 10)),
    ('y = f"{2}"', "string", (1, 4, 1, 10)),
    ("y = b'a'", "string", (1, 4, 1, 8)),
    ("y = 1__0", "missing-operator", (1, 5, 1, 6)),
    ("y = 1/2x + 1", "typed-unclear", (1, 5, 1, 8)),
    ("y = 012", "leading-zero", (1, 4, 1, 5)),
    ("y = 1.2.3", "misplaced", (1, 7, 1, 9)),
    ("y = x $ 2", "misplaced", (1, 6, 1, 7)),
    ("y = ³x", "superscript", (1, 4, 1, 5)),
    ("y = 2**x⁰ + 1", "superscript", (1, 8, 1, 9)),
    ("y = “x”", "foreign-character", (1, 4, 1, 5)),
    ("y = x +* 2", "misplaced", (1, 7, 1, 8)),
    ("y = ", "misplaced", (1, 3, 1, 4)),
    ("= 3", "misplaced", (1, 0, 1, 1)),
    ("x +", "misplaced", (1, 2, 1, 3)),
    ("y = x +\n1", "misplaced", (1, 6, 1, 7)),
    ("y = x <> 2", "misplaced", (1, 6, 1, 8)),
    ("y = x && 2", "misplaced", (1, 7, 1, 8)),
    ("y = x[1:2:3:4]", "misplaced", (1, 11, 1, 12)),
    ("x[0] = 1", "index-count", (1, 0, 1, 4)),
    ("x[0]: int = 2", "index-count", (1, 0, 1, 4)),
    ("x += 1 = 2", "misplaced", (1, 7, 1, 8)),
    ("f(x) += 1", "assignment-target", (1, 0, 1, 4)),
    ("y: int", "empty-program", (1, 0, 1, 6)),
    ("y = 1\nz = " + "7" * 5000, "long-number", (2, 4, 2, 5004)),
    ("y = 1\n사과 = 2\n" + "8" * 4500 + " + x", "long-number", (3, 0, 3, 4500)),
    ("y = -'a'", "string", (1, 5, 1, 8)),
    ("y = 'a' + x", "string", (1, 4, 1, 7)),
    ("y = True", "not-a-number", (1, 4, 1, 8)),
    ("y = None", "not-a-number", (1, 4, 1, 8)),
    ("y = ...", "not-a-number", (1, 4, 1, 7)),
    ("y = f'{x}' if x else x", "branch", (1, 14, 1, 15)),
    ("y = x and x", "branch", (1, 4, 1, 5)),
    ("사과 = not x", "branch", (1, 9, 1, 10)),
    ("y = 3 ^ 2", "caret", (1, 4, 1, 9)),
    ("x = 1\x07", "control-character", (1, 5, 1, 6)),
    ("x = 1\ny = 2\n한\u200f = 3", "control-character", (3, 1, 3, 2)),
    ("x = 1\r\ny\u2028 = 2", "control-character", (2, 1, 2, 2)),
    ("x = \ufeff1", "control-character", (1, 4, 1, 5)),
]


@each("text, kind, place", PLACED)
def test_a_mistake_is_shown_at_its_characters(text, kind, place):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text, {"x": ()})
    assert caught.value.kind == kind
    assert caught.value.span == Span(*place)


WORDS = {
    "async def f(): pass": "async def",
    "y = *x": "*",
    "y = await x": "await",
    "async with x: pass": "async with",
    "async for a in x: pass": "async for",
    "y = [a async for a in x]": "async for",
    "a, *b, *c = x": "*",
    "class A(x=1): pass": "class …(…=…)",
    "try:\n    x\nexcept* ValueError:\n    x": "except*",
}


@each("text, word", WORDS.items())
def test_what_is_no_part_of_the_language_is_called_by_its_word(text, word):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text, {"x": (2,)})
    assert (caught.value.kind, caught.value.params["construct"]) == ("not-in-language", word)


READ = {  # what computes nothing by itself; x is 3
    "del y": 3,
    "class A: pass": 3,
    "with x: pass": 3,
    "if 2 > 3:\n    raise x\nelse:\n    pass": 3,
    "pass": 3,
    "global x": 3,
    "assert x": 3,
    "try:\n    z = x * 2\nexcept:\n    z = 0": 6,
    "for i in range(4):\n    if i > 1: break\n    z = x * i": 3,
    "for i in range(4):\n    if i < 3: continue\n    z = x * i": 9,
    "for i in range(2):\n    z = x\nelse:\n    z = x * 5": 15,
    "z = {1: 2}[1] * x": 6,
    "z = len({1, 2, 2}) * x": 6,
    "z = (1, 2)[1] * x": 6,
    "z = sum({a * 2 for a in [1, 1, 2]}) * x": 18,
    "z = {a: a * x for a in [1, 2]}[2]": 6,
    "z = (w := 2) * w * x": 12,
    "z = (1 << 3) * x": 24,
    "z = (9 >> 1) * x": 12,
    "z = (2 in [1, 2]) * x": 3,
    "z = (2 not in [1, 2]) * x": 0,
    "z = (x is x) * x": 3,
    "z = (x is not None) * x": 3,
    "z = (1 < 2 is not None) * x": 3,
    "z = max(**{'x': x, 'axis': None})": 3,
    "z = exp(*[0]) * x": 3,
    "def f(*a, **b):\n    return a[0] * b['c']\nz = f(x, c=2)": 6,
    "def f(*, a):\n    return a * 2\nz = f(a=x)": 6,
    "def f(g):\n    return lambda a: g(a) * 2\n@f\ndef h(a):\n    return a * 5\nz = h(x)": 30,
    "z = sum([a * b for a in [1, 2] for b in [3, x]])": 18,
    "z = sum(a * x for a in [1, 2, 3] if a > 1)": 15,
    "z = (lambda: 4)() * x": 12,
    "z = (True and 2 or 5) * (not 0) * x": 6,
    "z = x if 2 > 1 else -x": 3,
    "z = -True * x": -3,
    "z = [*[1, 2], x][2]": 3,
}


@each("text, value", READ.items())
def test_what_python_has_for_known_values_is_read(text, value):
    trace = engine.trace(f"y = x\nz = x * 1\n{text}", {"x": 3.0})
    assert trace["z"].value == value


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


@each("text, depth", DEPTHS.items())
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


@each(
    "written, meant, slip",
    [
        ("tahn", "tanh", True),
        ("Tahn", "tanh", True),
        ("sigmod", "sigmoid", True),
        ("abc", "abd", False),
        ("abcd", "abce", True),
        ("abcd", "abef", False),
        ("abcdefgh", "abcdefxy", True),
        ("abcdefgh", "abcdexyz", False),
        ("ab", "abc", False),
        ("abc", "ab", False),
        ("W_x", "W_y", False),
        ("dy", "y", False),
        ("grad_loss", "grad_lss", True),
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


@each(
    "name, known, found",
    [
        ("LogSoftmax", ["softmax", "log_softmax"], "log_softmax"),
        ("SUM", ["sum"], "sum"),
        ("tahn", ["tan", "tanh"], "tanh"),
        ("사괴", ["사과", "배"], "사과"),
        ("사과", ["배"], None),
        ("wieght", ["weight", "height"], "weight"),
        ("hieght", ["weight", "height"], "height"),
        ("x", ["y"], None),
        ("xx", ["x", "xy"], None),
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


@each(
    "name, ok",
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


@each(
    "text, value",
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
        ("float('2')", 2),
        ("float(x)", None),
        ("x", None),
        ("[1, [2]]", "list-item"),
        ("[[1, 2], 3]", "list-item"),
        ("[1, x]", None),
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
        ("2j", "complex-number"),
        ("math.e", 2.718281828459045),
        ("e", 2.718281828459045),
        ("foo.pi", "unknown-name"),
        ("x + 1", None),
        ("1 + 1", None),
        ("not 1", "not-a-number"),
        ("~1", None),
        ("[0] * 2", None),
    ],
)
def test_what_is_written_as_a_number_or_an_even_list_of_numbers_is_an_input(text, value):
    if isinstance(value, str):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"a = {text}", {"x": 2.0})
        assert caught.value.kind == value
    else:
        node = engine.trace(f"a = {text}", {"x": 2.0})["a"]
        assert (node.op == "input") is (value is not None)
        assert value is None or np.asarray(node.value).tolist() == value


@pytest.mark.parametrize("text", ["pi", "np.inf", "float('inf')", "np.array([1, 2])"])
def test_what_a_program_has_taken_the_name_of_is_no_number_of_the_text(text):
    name = "float" if text.startswith("float") else text.partition(".")[0]
    taken = {
        "pi": "pi = x * 2",
        "np": "class C: pass\nnp = C()\nnp.inf = x * 2\nnp.array = lambda a: x",
        "float": "def float(a):\n    return x",
    }[name]
    assert engine.trace(f"a = {text}", {"x": 2.0})["a"].op == "input"
    assert engine.trace(f"{taken}\na = {text}", {"x": 2.0})["a"].op != "input"


@pytest.mark.parametrize("axes", [32, 33])
def test_a_list_has_at_most_as_many_axes_as_numpy_takes(axes):
    text = "a = " + "[" * axes + "1" + "]" * axes
    if axes == 32:
        assert engine.trace(text)["a"].value.shape == (1,) * 32
    else:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(text)
        assert caught.value.kind == "too-many-axes" and caught.value.params["limit"] == 32


def test_the_text_of_an_expression_is_shown_unless_it_is_too_deep():
    assert source(ast.parse("(x +1)* 2", mode="eval").body) == "(x + 1) * 2"
    deep = ast.Name("x")
    for _ in range(20_000):
        deep = ast.UnaryOp(ast.USub(), deep)
    assert source(deep) == "…"
    while isinstance(deep, ast.UnaryOp):  # taken apart step by step: to free it whole would need as deep a stack
        deep = deep.operand
