"""Arrays where numbers are most often: constants of every shape on either side of every op, at points where values are
not finite.

What is asked about a program - its remarks, its check, its diagnosis, its derivations and derivatives - is an answer or
an EngineError.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.test_ops import calls

CONSTANTS = [
    "[0.5, 1.5]",
    "[0, -1]",
    "[[1, 2], [3, nan]]",
    "zeros(())",
    "zeros(0)",
    "zeros((0, 2))",
    "[2]",
    "[inf, -inf]",
    "full((), -1.5)",
    "zeros((1, 1))",
]
POINTS = [np.array([-1.0, 2.0]), np.array([0.0, 1e308]), 0.0, np.array([[np.inf, np.nan]]), np.zeros((0, 2))]
LIMITS = engine.Limits(elements=100_000, flops=1e7)
Answer = TypeVar("Answer")


def answer(question: Callable[[], Answer]) -> Answer | None:
    """None where a question is refused by name."""
    try:
        return question()
    except engine.EngineError as error:
        assert error.kind not in ("too-deep", "syntax-error")
        return None


def asked(text: str, inputs: dict) -> None:
    """Every question about a program; each may be refused, as may the program itself."""
    answer(lambda: engine.trace(text, inputs, detail="expanded"))
    shapes = {name: np.shape(value) for name, value in inputs.items()}
    program = answer(lambda: engine.compile(text, shapes, limits=LIMITS))
    if program is None:
        return
    zeros = {name: np.zeros(shape).tolist() for name, shape in shapes.items()}
    ones = {name: np.ones(shape) for name, shape in shapes.items()}
    answer(lambda: [edge.rule_latex for edge in program.run(inputs, direction=ones).edges])
    answer(lambda: engine.write_gradient_program(program))
    answer(lambda: engine.derivatives(program, inputs, kind="hvp", direction=ones))
    answer(lambda: engine.check(program, inputs))
    answer(lambda: engine.check(program, inputs, method="complex"))
    answer(lambda: engine.diagnose(program, inputs, gradients=zeros))
    answer(lambda: engine.derive(program, inputs, node="z"))


def program_of(op, where: int, constant: str) -> tuple[str, list[str]]:
    """A call of an op with a constant for one input, and the names of the others."""
    names = [f"x{i}" for i in range(len(op.inputs))]
    arguments = [constant if i == where else name for i, name in enumerate(names)]
    return f"z = sum({op.name}({', '.join(arguments)}) * [b, b])", [name for i, name in enumerate(names) if i != where]


@pytest.mark.filterwarnings("error")
@each("turn, op", enumerate(op for op in OPS.values() if op.elementwise and len(op.inputs) > 1), sample=6)
def test_a_constant_may_be_an_array_on_either_side_of_an_op(turn, op):
    for number, constant in enumerate(CONSTANTS, turn):
        where = number % len(op.inputs)
        program, names = program_of(op, where, constant)
        asked(program, dict.fromkeys(names, POINTS[(number + where) % len(POINTS)]) | {"b": 2.0})


@pytest.mark.filterwarnings("error")
@each("turn, op", enumerate(op for op in OPS.values() if op.elementwise), sample=6)
def test_an_op_of_values_that_are_not_finite_or_not_there_is_told_of(turn, op):
    for point in (POINTS[turn % len(POINTS)], POINTS[(turn + 2) % len(POINTS)]):
        asked(f"z = {op.name}({', '.join(op.inputs)})", dict.fromkeys(op.inputs, point))


@pytest.mark.filterwarnings("error")
@each("turn, op", enumerate(op for op in OPS.values() if not op.elementwise), sample=6)
def test_an_op_of_arrays_that_are_not_finite_or_empty_is_told_of(turn, op):
    call, shapes = calls(op)[0]
    value = (np.nan, 0.0, -1e308)[turn % 3]
    asked(f"z = {call}", {name: np.full(shape, value) if shape else value for name, shape in shapes.items()})
    asked(f"z = {call}", {name: np.zeros((0, *shape[1:])) if shape else 1.0 for name, shape in shapes.items()})
    if shapes:  # the same with an array of the text for the first input
        first, shape = next(iter(shapes.items()))
        tree = ast.parse(call, mode="eval")
        text = ast.unparse(Constant(first, np.zeros(shape).tolist()).visit(tree))
        asked(
            f"z = {text}",
            {name: np.full(s, -1.0) if s else -1.0 for name, s in shapes.items() if name != first} | {"b": 1.0},
        )


class Constant(ast.NodeTransformer):
    """A name replaced by a value."""

    def __init__(self, name: str, value: object):
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(repr(self.value), mode="eval").body if node.id == self.name else node


@each(
    "program, inputs, remedy",
    [
        ("z = a ** [0.5, 1.5]", {"a": [-1.0, 2.0]}, None),
        ("z = a ** [2, 3] * b", {"a": [1e300, 2.0], "b": 2.0}, None),
        ("z = x ** zeros(())", {"x": 0.0}, None),
        ("z = a ** [0.5]", {"a": [-1.0, 2.0]}, None),
        ("z = [1, 2] / (1 + exp(-a))", {"a": [-1e3, 1.0]}, None),
        ("z = sqrt(a ** [2, 2])", {"a": [0.0, 1.0]}, None),
        ("z = sqrt(a ** 2)", {"a": [0.0, 1.0]}, "abs(a)"),
        ("z = log(a ** 0.5 / a ** 0.5)", {"a": [0.0, 1.0]}, None),
        ("z = exp(a) - [1, 1]", {"a": [1e-12, 1.0]}, None),
        ("z = [0, 0] / a * b", {"a": [0.0, 1.0], "b": 2.0}, None),
        ("z = where(a > [0, 1], log(a), [0, 1])", {"a": [0.0, 2.0]}, "log(where(a > [0, 1], a, 1))"),
    ],
)
def test_a_remark_takes_an_array_for_no_number(program, inputs, remedy):
    remedies = [w.params["remedy"] for w in engine.trace(program, inputs).warnings if "remedy" in w.params]
    assert any(remedy in found for found in remedies) if remedy else not remedies


@each(
    "op",
    [op for op in OPS.values() if op.elementwise and op.array is not None and len(op.inputs) == 1],
)
def test_an_op_of_an_array_without_axes_is_a_number(op):
    with np.errstate(all="ignore"):
        assert np.shape(op.array(np.array(0.3), **{o.name: o.default for o in op.options})) == ()
