"""Built programs are kept: a question that one of them answers says what a new reading would, bit for bit."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import EngineError, program
from gradlens.engine.built_programs import BuiltPrograms, size_of
from gradlens.engine.graph import Limits
from gradlens.engine.varied_programs import VariedPrograms
from gradlens.engine.written_numbers import Skeletons, skeleton_of
from tests.each import each

DATA = Path(__file__).parent / "data"


def acceptance() -> list:
    """The programs of the published examples, of the conventions, and of Python as people write it."""
    return [
        pytest.param(case, id=f"{corpus}: {case['name']}")
        for corpus in ("python", "textbook", "conventions")
        for case in json.loads((DATA / f"{corpus}.json").read_text(encoding="utf-8"))["cases"]
    ]


def untagged(value: Any) -> Any:
    return [untagged(part) for part in value] if isinstance(value, list) else float(value)


def inputs_of(case: dict[str, Any]) -> dict[str, Any]:
    return {name: untagged(value) for name, value in case.get("inputs", {}).items()}


@pytest.fixture
def kept(monkeypatch):
    """An empty cache, and how often programs were built."""
    monkeypatch.setattr(program, "built_programs", BuiltPrograms())
    monkeypatch.setattr(program, "skeletons", Skeletons())
    monkeypatch.setattr(program, "varied_programs", VariedPrograms())
    counted: list[str] = []
    build = program.build

    def counting(text: str, *args: Any, **options: Any) -> Any:
        counted.append(text)
        return build(text, *args, **options)

    monkeypatch.setattr(program, "build", counting)
    return counted


def empty(kept: list[str]) -> None:
    """Begin again, for the next case of a table."""
    program.built_programs, program.skeletons = BuiltPrograms(), Skeletons()
    program.varied_programs = VariedPrograms()
    kept.clear()


def bits(value: Any) -> Any:
    return value if value is None else (np.shape(value), np.asarray(value, dtype=float).tobytes())


def told(trace: engine.Trace) -> Any:
    """All that a trace says of nodes, edges, groups and remarks."""
    return (
        trace.output,
        [(n.op, n.name, n.inputs, repr(n.options), n.group, n.span, n.latex) for n in trace.nodes],
        [(bits(n.value), bits(n.gradient)) for n in trace.nodes],
        [(e.source, e.target, bits(e.contribution), bits(e.local)) for e in trace.edges],
        [(group.name, group.label, group.parent, group.call) for group in trace.groups],
        {name: bits(gradient) for name, gradient in trace.gradients.items()},
        [(remark.kind, remark.message, remark.span) for remark in trace.warnings],
    )


def answer(ask: Any) -> Any:
    try:
        return told(ask())
    except EngineError as error:
        return error.kind, error.detail, error.span


def asked(text: str, inputs: dict[str, Any]) -> Any:
    return answer(lambda: engine.trace(text, inputs))


def asked_anew(text: str, inputs: dict[str, Any]) -> Any:
    values = {name: program.as_value(value, name) for name, value in inputs.items()}
    return answer(lambda: engine.compile(text, values=values).run(values))


def with_other_numbers(text: str) -> Iterator[str]:
    """A text with each of its numbers changed, one at a time: to another, and where a name is given it, to a longer one
    of the other sign too.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    lines = text.splitlines(keepends=True)
    given = {id(part) for one in tree.body if isinstance(one, ast.Assign) for part in ast.walk(one.value)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            whole = isinstance(node.value, int)
            others = [repr(node.value + 1 if whole else node.value * 1.25 + 0.5)]
            if id(node) in given:
                others.append("-12" if whole else f"-{abs(node.value) / 7 + 1e-3!r}")
            line, start, end = lines[node.lineno - 1], node.col_offset, node.end_col_offset
            for other in others:
                changed = line.encode()[:start] + other.encode() + line.encode()[end:]
                yield "".join([*lines[: node.lineno - 1], changed.decode(), *lines[node.lineno :]])


def with_other_inputs(inputs: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in inputs.items():
        yield {**inputs, name: (np.asarray(value) * 1.25 + 0.5).tolist()}


@each("case", acceptance(), sample=3)
def test_with_any_number_changed_a_kept_program_says_what_a_new_reading_does(case, kept):
    empty(kept)
    text, inputs = case["program"], inputs_of(case)
    assert asked(text, inputs) == asked_anew(text, inputs)
    for other in itertools.islice(with_other_numbers(text), len(text) % 3, None, 3):
        assert asked(other, inputs) == asked_anew(other, inputs)
    for given in with_other_inputs(inputs):
        assert asked(text, given) == asked_anew(text, given)
    assert asked(text, inputs) == asked_anew(text, inputs)


# ------------------------------------------------------------------ assumptions

COUNTED = "y = 1.0\nfor k in range(steps):\n    y = y * r\ny"


def test_two_values_of_an_assumption_are_two_programs(kept):
    for steps, r, value in ((2, 3.0, 9.0), (3, 3.0, 27.0), (2, 5.0, 25.0), (3, 2.0, 8.0), (2, 3.0, 9.0)):
        trace = engine.trace(COUNTED, {"steps": steps, "r": r})
        assert trace.nodes[trace.output].value == value
        assert trace.gradients["r"] == steps * r ** (steps - 1)
    assert len(kept) == 2


def test_an_assumption_that_the_text_gives_is_part_of_its_text(kept):
    for n, value in ((2, 9.0), (3, 27.0), (2, 9.0)):
        trace = engine.trace(f"n = {n}\nr = 3.0\ny = 1.0\nfor k in range(n):\n    y = y * r\ny")
        assert trace.nodes[trace.output].value == value


def test_a_number_with_a_point_that_decides_is_an_assumption(kept):
    text = "limit = {}\nx = 2.0\nz = x * 3 if limit > 1 else x * 5"
    for limit, value in ((1.5, 6.0), (0.5, 10.0), (2.5, 6.0), (0.25, 10.0)):
        trace = engine.trace(text.format(limit))
        assert trace.nodes[trace.output].value == value
        assert asked(text.format(limit), {}) == asked_anew(text.format(limit), {})


def test_a_program_runs_only_with_what_was_assumed():
    compiled = engine.compile(COUNTED, values={"steps": 2.0, "r": 3.0})
    assert compiled.graph.assumptions == {"steps": 2.0}
    assert compiled.gradients({"steps": 2.0, "r": 4.0})[0] == 16.0
    for ask in (compiled.run, compiled.gradients, compiled.forward):
        with pytest.raises(EngineError) as caught:
            ask({"steps": 3.0, "r": 4.0})
        assert caught.value.kind == "assumption"
        assert "steps" in caught.value.detail and "2" in caught.value.detail


def test_an_assumed_leaf_of_the_text_is_kept_too():
    compiled = engine.compile("n = 2\nx = 3.0\nz = x\nfor i in range(n):\n    z = z * x")
    assert compiled.gradients({"x": 2.0}) == (8.0, {"x": 12.0})
    with pytest.raises(EngineError) as caught:
        compiled.run({"n": 3.0})
    assert caught.value.kind == "assumption"


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        (COUNTED, "steps", "steps"),
        ("zs = []\nif flag > 1:\n    zs.append(x)\nz = sum(zs) + x", "flag", "flag > 1"),
        ("z = np.zeros(n).sum() + x", "n", "n"),
        ("z = np.sum(x * np.ones((2, m)), axis=k)", "m", "m"),
    ],
)
def test_without_a_value_that_is_demanded_nothing_is_compiled(text, name, place):
    names = {part.id for part in ast.walk(ast.parse(text)) if isinstance(part, ast.Name)} & {
        "steps",
        "r",
        "x",
        "flag",
        "n",
        "m",
        "k",
    }
    with pytest.raises(EngineError) as caught:
        engine.compile(text, dict.fromkeys(names, ()))
    error = caught.value
    assert error.kind in ("value-needed", "branch")
    span = error.span
    assert span is not None and place in text.splitlines()[span.start_line - 1][span.start_column : span.end_column]
    if error.kind == "value-needed":
        assert name in error.detail


# ------------------------------------------------------------------ what is kept


def test_a_number_that_is_dragged_finds_the_program_that_was_built(kept):
    text = "a = {}\nb = -1.5\nz = np.sin(a) * b + a ** 2"
    for i in range(20):
        trace = engine.trace(text.format(f"{2 + i / 100:.2f}"))
        assert trace.gradients["a"] == pytest.approx(np.cos(2 + i / 100) * -1.5 + 2 * (2 + i / 100))
        assert trace.nodes[trace.output].span == engine.Span(3, 0, 3, 26)
    engine.trace(text.format("-2.345"))
    assert len(kept) == 1


@pytest.mark.parametrize(
    "building", [{"output": "y"}, {"detail": "expanded"}, {"expand": ("sigmoid",)}, {"limits": Limits(steps=1_000)}]
)
def test_what_a_text_is_built_as_is_part_of_what_it_is_kept_under(kept, building):
    text = "x = 2.0\ny = sigmoid(x)\nz = y * 3"
    plain = told(engine.trace(text))
    other = told(engine.trace(text, **building))
    assert (plain, other) == (told(engine.trace(text)), told(engine.trace(text, **building)))
    assert len(kept) == 2
    assert other == told(engine.compile(text, **building).run()) and plain == told(engine.compile(text).run())


def test_shapes_are_part_of_what_a_program_is_kept_under(kept):
    for x, value in (([1.0, 2.0], 3.0), ([1.0, 2.0, 3.0], 6.0), (4.0, 4.0), ([[1.0, 2.0]], 3.0)):
        trace = engine.trace("sum(x)", {"x": x})
        assert trace.nodes[trace.output].value == value
    assert len(kept) == 4


def build_of(text: str) -> Any:
    return lambda: engine.compile(text)


PLAIN = {"output": None, "detail": "fused", "expand": (), "limits": Limits()}


def test_what_is_kept_is_bounded_in_bytes_and_the_longest_unused_goes_first():
    texts = [f"x = {i}\nz = x * {i}" for i in range(50)]
    size = size_of(engine.compile(texts[10]))
    built = BuiltPrograms(most_bytes=8 * size + 100)
    first = built.get(texts[0], {}, build_of(texts[0]), **PLAIN)
    for text in texts[1:]:
        built.get(text, {}, build_of(text), **PLAIN)
        assert built.get(texts[0], {}, pytest.fail, **PLAIN) is first
        assert built.bytes <= built.most_bytes
        assert built.bytes == sum(size_of(p) for many in built.programs.values() for p in many)
    assert 1 < len(built.programs) <= 8
    built.get(texts[1], {}, build_of(texts[1]), **PLAIN)
    assert any(key[0] == texts[1] for key in built.programs)


def test_many_values_of_an_assumption_are_bounded_too():
    size = size_of(engine.compile(COUNTED, values={"steps": 5.0, "r": 1.0}))
    built = BuiltPrograms(most_bytes=10 * size)
    for steps in range(1, 40):
        values = {"steps": float(steps % 9), "r": 1.0}
        built.get(COUNTED, values, lambda: engine.compile(COUNTED, values=values), **PLAIN)  # noqa: B023 - called at once
        assert built.bytes <= built.most_bytes


def test_a_program_that_takes_a_large_part_of_the_room_is_not_kept():
    text = "x = np.ones((40, 40))\nz = x.sum()"
    built = BuiltPrograms(most_bytes=20_000)
    assert built.get(text, {}, build_of(text), **PLAIN).gradients()[0] == 1600
    assert not built.programs and not built.bytes


# ------------------------------------------------------------------ what looks like a number under a name


@each(
    "text, value",
    [
        ("def f(a, b):\n    return a - b\nz = f(\nb=1.5,\na=4.5\n)", 3.0),
        ("def f(a, b=2.0):\n    return a - b\nz = f(4.5,\nb = 1.5\n)", 3.0),
        ("x = 2.5\nx = 4.5\nz = x * 2", 9.0),
        ("x = 2.5\nx += 1\nz = x * 2", 7.0),
        ("x = 2.5\nfor x in [1.5, 3.5]:\n    z = x * 2", 7.0),
        ("x = y = 2.5\nz = x * y", 6.25),
        ("x = 2.5\ndef f():\n    global x\n    x = 3.5\nf()\nz = x * 2", 7.0),
        ("x = 2.5\ndel x\nx, y = 1.5, 2.5\nz = x * y", 3.75),
        ("x = 2.5\nprint(x == 2.5)\nz = x * len(str(x))", 7.5),
        ("x = 2.5\nz = f'{x}' == '2.5'\nz = x * z", 2.5),
        ("if True:\n    pass\nx = 1.5\nz = x * 2", 3.0),
        ("z = sum([\n1.5,\n2.5])", 4.0),
        ("class A:\n    w = 1.5\nz = A.w * 2", 3.0),
        ("x = 2.5  # x = 4.5\nz = x * 2", 5.0),
        ("z = 1\nx = 2.5 if z else 3.5\ny = x * 2", 5.0),
        ("x = 1.5; y = 2.5\nz = x * y", 3.75),
        ("x = \\\n2.5\nz = x * 2", 5.0),
        ("d = dict(\nx=2.5\n)\nz = d['x'] * 2", 5.0),
        ("(x := 2.5)\nx = 1.5\nz = x * 2", 3.0),
        ("import numpy as np\nx = 2.5\nz = np.e * x", 2.5 * np.e),
        ("e = 2.5\nz = e * 2", 5.0),
        ("x = 1.5e1\nz = x * 2", 30.0),
        ("x = 1.0e400\nz = 2 * 3.0", 6.0),
    ],
)
def test_what_looks_like_a_number_under_a_name_means_what_it_says(text, value, kept):
    empty(kept)
    for _ in range(2):
        trace = engine.trace(text)
        assert trace.nodes[trace.output].value == pytest.approx(value, rel=1e-15)
        assert asked(text, {}) == asked_anew(text, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('t = """\nx = 2.5\n"""\nz = 3.0 * len(t)', 27.0),
        ("t = '''\nx = 2.5\n'''\nx = 1.5\nz = x * t.count('5')", 1.5),
        ("t = 'a\\\nx = 7.5\\\n'\nz = 3.0 * len(t)", 24.0),
        ('"""\nx = 2.5\n"""\nx = 4.5\nz = x * 2', 9.0),
        ("x = 2.5\nt = '''x = 3.5'''\nz = x * t.count('3')", 2.5),
    ],
)
def test_what_looks_like_a_number_under_a_name_in_a_text_is_that_text(text, value, kept):
    for _ in range(2):
        trace = engine.trace(text)
        assert trace.nodes[trace.output].value == value
        assert asked(text, {}) == asked_anew(text, {})


@each(
    "text",
    [
        "x = torch.tensor([1.0, 2.0])\nx.normal_(0, 0.01)\nz = x.sum()",
        "x = torch.tensor([1.0, 2.0])\nnn.init.constant_(x, 0.5)\nz = x.sum()",
        "x = torch.tensor(2.5)\nx.uniform_(-1, 1)\nz = x * 2",
        "w = nn.Parameter(torch.tensor([1.0, 2.0]))\nwith torch.no_grad():\n    w.uniform_()\nz = w.sum()",
    ],
)
def test_numbers_that_weights_begin_with_take_the_place_of_those_that_the_text_has(text, kept):
    text = f"import torch\nfrom torch import nn\ntorch.manual_seed(0)\n{text}"
    built = engine.compile(text).run({})
    for _ in range(2):
        trace = engine.trace(text)
        assert trace.nodes[trace.output].value == built.nodes[built.output].value
        assert asked(text, {}) == asked_anew(text, {})


@each(
    "text",
    [
        "x = 2.5\nz = x *",
        "x = 2.5\nz = y + x",
        "x = 2.5\nz = [1, 2][x]",
        "x = 2.5\nfor i in range(x):\n    z = i",
        "x = 2.5\nz = np.zeros(x)",
        "x = 2.5\nz = {1: 2}[x]",
        "x = 2.5\nif x > 2:\n    z = x * 2",
        "x = 2.5\nz = np.sum(np.ones(2), axis=x)",
        "x = 2.5\nz = x.append(2)",
        "x = 2.5\nz = [1, 2].index(x)",
        "a = 2.5\n a = 3.5",
        "__x = 2.5\nz = __x",
        "None = 2.5\nz = 1.0",
        "if = 2.5\nz = 1.0",
        "x = -7.25\nz = f(x)",
        "x = 2.5\nwhile x < 10:\n    x = x * 2\nz = x",
    ],
)
def test_an_error_speaks_of_the_numbers_that_the_reader_wrote(text, kept):
    empty(kept)
    anew = asked_anew(text, {})
    assert len(anew) == 3, "an error"
    assert asked(text, {}) == anew
    assert asked(text, {}) == anew


@pytest.mark.parametrize(
    ("type", "taken", "refused"),
    [("bool", "1, 0", "1, 2"), ("int", "1.0, 2.0", "1.0, 2.5"), ("np.uint8", "1, 0", "200, 100")],
)
def test_a_type_of_numbers_refuses_what_it_does_not_keep_also_where_others_were_built_before(
    type, taken, refused, kept
):
    refusal = "type-narrow" if type == "np.uint8" else "argument-unsupported"
    for numbers, kind in ((taken, None), (refused, refusal), (taken, None)):
        anew = asked(f"import numpy as np\nx = np.array([{numbers}], dtype={type})\ny = x.sum() * 2.0", {})
        assert (anew[0] if len(anew) == 3 else None) == kind, (numbers, anew)


def test_numbers_become_inputs_and_leave_marks():
    text = "x = 2.75\nn = 3\nzero = 0.0\nw = np.array([[1, -2.5],\n  [3e2, 4]])  # two rows\nz = x * 2.5"
    found = skeleton_of(text, ())
    assert [(one.name, one.line) for one in found.numbers] == [("x", 1), ("n", 2), ("w", 4)]
    assert [text[one.start : one.end] for one in found.numbers] == ["2.75", "3", "np.array([[1, -2.5],\n  [3e2, 4]])"]
    assert found.marked == text.replace("2.75", "\x02").replace("= 3", "= \x01").replace(
        "[1, -2.5],\n  [3e2, 4]", "[\x01, \x02],\n  [\x02, \x01]"
    )
    assert [one.name for one in skeleton_of(text, ("x",)).numbers] == ["n", "w"]


@each(
    "numbers",
    [
        ("2.5", "2.50", "-2.5", "2.5e-3", "1000000.0", "-.5", "3", "0.0", "0", "2.5"),
        ("3", "12", "-3", "300000", "0", "3", "3.0", "99999999999999999999", "7"),
        ("[1.5, 2.0]", "[1.5, -20.25]", "[1, 2]", "[0.0, 0.0]", "[3.5, 2.5, 1.5]", "[1.5, 2.0]"),
        ("np.array([[1, 2.5], [3, 4]])", "np.array([[-1, 22.5], [3, 4]])", "np.array([[0, 0.0], [0, 0]])"),
        ("np.array([1,\n 2.5])", "np.array([1,\n -22.5])", "np.array([1,\n 2.5])"),
        ("x2", "x3"),
        ("[-1-2, 1.5]", "[-1-3, 1.5]"),
        ("f2([1.5])", "f3([1.5])"),
    ],
)
@each(
    "text",
    [
        "import numpy as np\nb = 1.5\na = {}  # the first\nc = -2.25\nz = np.sin(a) * b + c * np.sum(a)\nz",
        "import numpy as np\n값 = 0.5\na = {}\n값2 = 1.25\nw = np.log(a) * 값 + 값2\ny = w * a",
        "a = {}\nb = 2\nc = a * b\nd = c * 1.1 + a ** 2 - 3 * a\ne = d - c",
        "a = {}\nb = 2.25\nz = 2b + 3b^2 + b * a",
    ],
)
def test_a_number_of_any_length_sign_and_exponent_is_as_in_a_new_reading(text, numbers, kept):
    empty(kept)
    for number in numbers:
        assert asked(text.format(number), {}) == asked_anew(text.format(number), {}), number


@each(
    "text, numbers, builds",
    [
        ("a = {}\nb = 1.5\nz = sin(a) * b", ("2.5", "-2.5", "12.25", "1e-7", ".5", "3."), 1),
        ("price = {}\ncount = 2\ntax = 1.1\ntotal = price * count * tax", ("100", "7", "-12345", "1"), 1),
        ("x = {}\ny = x ** 3 + 2 * x - x // 3", ("3", "4", "-5", "1000"), 1),
        ("a = {}\nb = a\nc = (b * 0.5 - 3) / 4\nz = c * b", ("2", "3", "-123456"), 1),
        (
            "w = np.array({})\nz = np.sum(w ** 2)",
            ("[[1, 2.0], [3, 4]]", "[[-1, 2.25], [3, 4000]]", "[[0, 0.0], [3, 4]]"),
            1,
        ),
        ("w = {}\nz = sum(w * w)", ("[1.5, 2.5]", "[-1.5, 25.0]", "[0.0, 1e3]"), 1),
        ("n = {}\nx = 2.5\nz = x\nfor i in range(n):\n    z = z * x", ("2", "3", "12", "2", "3"), 3),
        ("a = {}\nx = 2.5\nz = x * 2 if a > 1 else x", ("2", "3", "0.5", "2"), 3),
        ("def f(n):\n    return x * n\nx = 1.5\nn = {}\nz = f(n * 2)", ("2", "3", "2"), 2),
        ("n = {}\nx = 1.5\nz = x * 2 ** n", ("2", "3", "-1", "2000"), 4),
        ("n = {}\nx = 1.5\nz = x * (6 / (n - 2))", ("2", "3", "2"), 2),
        (
            "n = {}\nx = 1.5\ntry:\n    k = 6 // (n - 2)\nexcept ZeroDivisionError:\n    k = 9\nz = x * k",
            ("2", "3", "2"),
            2,
        ),
        (">>> import numpy as np\n>>> b = 1.5\na = {}\n>>> z = b * 2", ("2.5", "12.5"), 3),
        ("a = {}\nb = a * a\nb = b * b\nb = b * b\nb = b * b\nb = b * b\nz = b * 1.5", ("2", "999999999", "2"), 2),
    ],
)
def test_a_program_is_built_again_only_where_a_number_decides_how(text, numbers, builds, kept):
    empty(kept)
    for number in numbers:
        assert asked(text.format(number), {}) == asked_anew(text.format(number), {}), number
    asked_texts = [text.format(number) for number in numbers]
    assert len(kept) - len(numbers) == builds, asked_texts


def test_the_place_of_a_dragged_number_is_its_own(kept):
    text = "a = {}  # first\nb = 1.5\nz = a * b"
    for number in ("2.5", "-12.75", "1e-12"):
        trace = engine.trace(text.format(number))
        assert trace["a"].span == engine.Span(1, 0, 1, 4 + len(number))
        assert trace["z"].span == engine.Span(3, 0, 3, 9)
        assert trace.program == text.format(number)


# ------------------------------------------------------------------ numbers that are no inputs by themselves

IN_PLACES = {
    "an expression": "x = 1.5\ny = x * {} + x",
    "beside another number": "x = 1.5\ny = x * ({} * 2 + 1) / (3 - 0.5)",
    "with a minus": "x = 1.5\ny = x * -{}",
    "an exponent": "x = 1.5\ny = x ** {}",
    "a change in place": "x = 1.5\ny = x * x\ny += {}",
    "an argument of a library": "import numpy as np\nx = 1.5\ny = np.maximum(x, {}) + np.float64(2)",
    "an argument of math": "import math\nx = 1.5\ny = x * math.sqrt({})",
    "an argument": "def f(a, k):\n    return a * k\nx = 1.5\ny = f(x, {}) + f(2 * x, 0.5)",
    "a keyword": "def f(a, k=1.0):\n    return a * k\nx = 1.5\ny = f(x, k={})",
    "a default": "def f(a, k={}):\n    return a * k\nx = 1.5\ny = f(x) + f(x, 0.5)",
    "a body": "def f(a):\n    h = {}\n    return (a + h) / h\nx = 1.5\ny = f(x) + f(2 * x)",
    "a closure": "def g(k):\n    return lambda a: a * k\nx = 1.5\ny = g({})(x)",
    "a dictionary": "p = {{'w': {}, 'b': 0.5}}\nx = 1.5\ny = p['w'] * x + p['b'] * p['w']",
    "names at once": "a, b = {}, 2.5\ny = a * b",
    "an object": "class Value:\n    def __init__(self, data):\n        self.data = data\n"
    "    def __add__(self, o):\n        return Value(self.data + o.data)\n"
    "    def __mul__(self, o):\n        return Value(self.data * o.data)\na = Value({})\ny = a * Value(-3.0) + a",
    "an attribute": "class P:\n    def __init__(self):\n        self.w = {}\n    def __call__(self, x):\n"
    "        return self.w * x\nx = 1.5\ny = P()(x)",
    "a loop": "w = 1.5\nfor i in range(3):\n    g = 2 * w\n    w = w - {} * g\nw * w",
    "a comprehension": "x = 1.5\ny = sum([x * k * {} for k in (1, 2, 3)])",
    "a comparison of the graph": "import numpy as np\nx = 1.5\ny = np.where(x > {}, x * 2, x)",
    "a tensor": "import torch\nx = torch.tensor({}, dtype=torch.float64, requires_grad=True)\ny = x * x",
    "a list in a call": "import numpy as np\nx = np.array([1.0, 2.0])\ny = np.dot([{}, 3.5], x)",
    "an array in a call": "import numpy as np\nx = np.array([1.0, 2.0])\ny = (np.array([0.5, -{}]) * x).sum()",
    "a matrix in a call": "import numpy as np\nx = np.array([1.0, 2.0])\ny = (np.array([[1.0, 2], [{}, 4]]) @ x).sum()",
    "an array of a dictionary": "import numpy as np\nx = 1.5\np = {{'W': np.array([{}, 2.5])}}\ny = p['W'].sum() * x",
    "a tensor in a call": "import torch\nx = torch.tensor([1.0, 2.0])\ny = (torch.tensor([{}, 2.5]) * x).sum()",
    "a tensor of several": "import torch\nx = torch.tensor([{}, 2.0], requires_grad=True)\ny = (x * x).sum()",
}
DECIDING = {
    "a range": "x = 1.5\ny = x\nfor i in range({}):\n    y = y * x\ny",
    "an index": "t = (1.5, 2.5, 3.5, 4.5, 5.5)\ny = t[{} - 1] * 2",
    "a shape": "import numpy as np\nx = 1.5\ny = np.sum(np.ones({}) * x)",
    "a branch": "x = 1.5\nif {} > 2.5:\n    y = x * 2\nelse:\n    y = x * 3\ny",
    "a choice": "x = 1.5\ny = x * 2 if x * 2 > {} else x",
    "a while": "x = 1.5\ny = x\nn = 0\nwhile n < {}:\n    y = y * x\n    n += 1\ny",
    "a text": "x = 1.5\ny = x * len(str({} * 7))",
    "an item of a list": "x = 1.5\ny = x\nfor i in range([{}, 7][0]):\n    y = y * x\ny",
    "a list of an index": "import numpy as np\nx = np.array([1.0, 2.0, 3.0, 4.0, 5.0])\ny = x[[{}, 0]].sum()",
    "an array of an index": "import numpy as np\nx = np.arange(1.0, 6.0)\ny = x[np.array([{}, 0])].sum()",
    "a list of a shape": "import numpy as np\nx = 1.5\ny = np.sum(np.ones([{}, 2]) * x)",
    "an item of an array": "import numpy as np\nx = 1.5\ny = x * 2 if np.array([{}, 2.5])[0] > 2.6 else x * 3",
    "an array of a branch": "import numpy as np\nx = 1.5\ny = x * 2 if np.array([{}, 2.5]).sum() > 5 else x * 3",
    "an array of a seed": "import numpy as np\nx = 1.5\n"
    "y = (np.random.RandomState(0).rand(2) * np.array([{}, 2.0])).sum() * x",
    "an option": "import torch.nn.functional as F\nimport torch\nx = torch.tensor([1.0, -2.0])\n"
    "y = F.leaky_relu(x, {}).sum()",
    "a rounding": "x = 1.5\ny = x * round({} / 2)",
    "an extreme": "x = 1.5\ny = x * min({}, 3)",
    "an assertion": "assert {} < 4\nx = 1.5\ny = x * 2.5",
    "a key": "x = 1.5\ny = x * {{1: 2.0, 2: 3.0, 3: 4.0, 4: 5.0}}[{}]",
    "a name of a call": "def f(a):\n    return a * x\nx = 1.5\ny = sum([f(i * {}) for i in range(2)])",
    "a condition in a function": "def f(a, k):\n    if k > 2:\n        return a\n    return a * 2\n"
    "x = 1.5\ny = f(x, {})",
    "a type": "x = 1.5\ny = x * (2 if isinstance({}, int) else 3)",
    "a division": "x = 1.5\ntry:\n    k = 6 / ({} - 3)\nexcept ZeroDivisionError:\n    k = 9\ny = x * k",
    "bits": "import numpy as np\nx = np.array([1.0, 2.0])\nm = (x > 1) & {}\ny = (x * m).sum()",
    "a number for an array of whole ones": "import numpy as np\nx = 1.5\nw = np.array([1, 2])\nw[0] = {}\n"
    "y = (w * x).sum()",
    "a seed": "import numpy as np\nnp.random.seed({})\nw = np.random.randn(2)\ny = (w * w).sum()",
    "advice": "import numpy as np\nx = -1.5\ny = np.log(x * {})",
}


@each("text, most", [(text, 2) for text in IN_PLACES.values()] + [(text, 10) for text in DECIDING.values()])
def test_a_number_that_is_dragged_anywhere_means_what_a_new_reading_says(text, most, kept):
    for numbers in (("3.0", "2.0", "2.5", "10.75", "1.25e-2"), ("2", "3", "4", "1", "2")):
        empty(kept)
        anew = [asked_anew(text.format(number), {}) for number in numbers]
        kept.clear()
        assert [asked(text.format(number), {}) for number in numbers] == anew
        assert len(kept) <= most
