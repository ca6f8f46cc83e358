"""What no array, no machine integer and no picture can hold: every option of every op, every creation, index, method
and loop is driven with it.

Each is answered or refused by name; nothing else ever leaves the engine, and all of what does can be carried by JSON.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import EngineError, carried
from gradlens.engine.ops import OPS
from gradlens.engine.ops.op import Op
from tests.each import case, each
from tests.engine.test_ops import calls

LIMITS = engine.Limits(text_length=65_536, nesting=200, nodes=2_000, elements=400_000, flops=1e9, steps=20_000)
WHOLE = [
    "0",
    "1",
    "-1",
    "2",
    "64",
    "400000",
    *[f"{sign}{2**power + more}" for sign in ("", "-") for power, more in ((62, 0), (63, -1), (63, 0), (64, 0))],
    str(10**30),
    str(-(10**30)),
]
OTHER = [
    "nan",
    "inf",
    "-inf",
    "1e30",
    "1.5",
    '""',
    '"a"',
    '"..."',
    "[]",
    "[[]]",
    "[[1, 2], [3, 4]]",
    "()",
    "((1, 2), (3, 4))",
    "None",
    "True",
    "x",
    "x.shape",
    "...",
]
TUPLES = [
    "(0, 0)",
    "(-1, -1)",
    f"({2**62}, {2**62})",
    f"(0, {2**63 - 1})",
    f"(0, {2**40})",
    f"(-{10**30},)",
    f"[{10**30}]",
    f"({'1, ' * 33})",
    f"({'1, ' * 70})",
    f"({f'{2**62}, ' * 40})",
    "(1000000, 1000000)",
]
VALUES = WHOLE + OTHER + TUPLES

PLACES = [
    "zeros({})",
    "full({}, 2)",
    "full((), {})",
    "eye({})",
    "eye({}, 0)",
    "eye(0, {})",
    "arange({})",
    "arange({}, 5)",
    "arange(0, 5, {})",
    "linspace(0, 1, {})",
    "linspace({}, 1)",
    "factorial({})",
    "zeros_like({})",
    "full_like(x, {})",
    "full_like(1, {})",
    "torch.zeros({}, 2)",
    "zeros((0, {}))",
    "x[{}]",
    "x[{}:]",
    "x[:{}]",
    "x[::{}]",
    "x[[{}]]",
    "x[None, {}]",
    "x[..., {}]",
    "x[range(0, {})]",
    "x[np.arange({})]",
    "x[:0][{}:]",
    "x[{}, 0]",
    "x[np.s_[{}:]]",
    "scatter(x, {}, (5,))",
    "scatter(1, ({},), (5,))",
    "x.reshape({})",
    "x.reshape({}, 2)",
    "x.view({})",
    "x.sum({})",
    "x.transpose({})",
    "x.transpose({}, 0)",
    "x.take({})",
    "x.squeeze({})",
    "x.size({})",
    "x.unsqueeze({})",
    "x.permute({})",
    "x.flatten({})",
    "x.chunk({})",
    "x.std({})",
    "x.var(ddof={})",
    "x.clip({})",
    "x.swapaxes({}, 0)",
    "x.cumsum({})",
    "x.roll({})",
    "x.tile({})",
    "x.diff({})",
    "x.pow({})",
    "x.expand({})",
    "x.repeat({})",
    "[x for i in range({})]",
    "y = 0\nfor i in range({}):\n    y = y + i",
    "for i, v in enumerate(x, {}):\n    y = v * i",
    "for i in reversed(range({})):\n    y = x + i",
    "for i in range(0, 6, {}):\n    y = x + i",
    "for i in range(2):\n    y = x[{} * i]",
    "for a, b in zip(x, range({})):\n    y = a * b",
    "for i in reversed(enumerate(range({}))):\n    y = x",
    "for i in reversed(zip(range({}), range({}))):\n    y = x",
    "def f(a, n={}):\n    return reshape(a, (n, 2))\nf(x)",
    "def f(a, n):\n    return a[n]\nf(x, {})",
    "n = {}\nx[n]",
    "n = {}\nreshape(x, n)",
    "n = {} * {}\nx + n",
    "x ** {}",
    "x + {}",
    "x @ {}",
    "{} // 2 + x",
    "[x, {}]",
    "np.array({})",
    "x = {}",
    "a, b = {}",
    "len({})",
    "max(x, {})",
    "sum(x, axis={} * {})",
    "x.T[{}]",
    "tile(x[:0], {})",
    "repeat(x[:0], {})",
    "broadcast_to(x[:0], ({}, 0))",
    "spread(x[:0], ({}, 0), 0)",
    "F.one_hot(x, {})",
    "np.split(x, {})",
    "np.linalg.norm(x, 2, {})",
    "where(x, {}, 0)",
    "F.pad(x, {})",
]
SUBSCRIPTS = [
    ".,..",
    "..i.",
    "....",
    "i.j",
    "->",
    ",",
    "",
    " ",
    "i->->i",
    "ij->i->",
    "ij>",
    "ijé",
    "ij,",
    ",ij",
    "...->...,",
    "...->......",
    "...i->i...i",
    "ij->ij...",
    "i...j->...",
    "ii",
    "ij,jk",
    "ij->" + "ij" * 20,
]


def reshaped(count: int) -> str:
    return f"reshape(x, ({'1, ' * count}2, 3))"


def many_axes(k: int) -> Iterator[str]:
    """Every way to k axes and beyond that is known."""
    ones, axes = "1, " * k, tuple(range(k // 2))
    half, wide = reshaped(k // 2), f"reshape(x[:, :2], ({'1, ' * (k // 2)}2, 2))"
    for step in ("expand_dims(y, 0)", "stack([y])", "[y]", "y[None]", "y.unsqueeze(0)"):
        yield f"y = x\nfor i in range({k}):\n    y = {step}"
    yield from (
        f"x[{'None, ' * k}]",
        f"x[..., {'None, ' * k}]",
        f"x[[0], {'None, ' * k}]",
        f"x[{'[' * k}0{']' * k}]",
        f"y = {'[' * k}x{']' * k}",
        f"a = {'[' * k}1{']' * k}\na + 1",
    )
    yield from (
        f"x.reshape({ones}2, 3)",
        f"tile(x, ({ones}))",
        f"broadcast_to(x, ({ones}2, 3))",
        f"spread(x, ({ones}2, 3), {tuple(range(k))})",
        f"zeros(({ones}))",
        f"ones(({'0, ' * k}))",
        f"reshape(x, ({ones}2, 3))",
    )
    yield from (
        f'einsum("ij->{"ij" * k}", x)',
        f'einsum("ij,{"ab" * k}", x, x)',
        f'einsum("{",".join(["ij"] * k)}", {", ".join(["x"] * k)})',
        f'einsum("{"..." * k}", x)',
        f'einsum("...,...->...", {half}, {half})',
    )
    yield from (
        f"tensordot({half}, {half}, 0)",
        f"tensordot({half}, {half}, (({k // 2},), ({k // 2},)))",
        f"kron({half}, x)",
        f"inner({half}, {half})",
        f"{half} + reshape(x, (2, {'1, ' * (k // 2)}3))",
        f"matmul({half}, x.T)",
    )
    yield from (
        f"take(x, {'[' * k}0{']' * k})",
        f"take({half}, [[0]])",
        f"one_hot({'[' * k}0{']' * k}, 2)",
        f"moveaxis({half}, 0, -1)",
        f"split({half}, 1)",
        f"roll({half}, {(1,) * (k // 2)}, axis={axes})",
        f"pad({half}, 1)",
        f"median({half})",
    )
    yield from (f"{name}({half}, axis={axes})" for name in ("sum", "std", "prod", "prod_of_others", "logsumexp", "max"))
    yield from (f"{name}({wide} + 2 * eye(2))" for name in ("det", "cofactors", "inv", "cholesky", "logdet"))
    yield from (
        f"cumprod({half}, axis=-1)",
        f"tile({half}, ({'2, ' * 3}{'1, ' * (k // 2)}))",
        f"first_winner({half})",
        f"vecdot({half}, {half})",
        f"layer_norm({half})",
        f"flip({half})",
        f"transpose({half})",
    )


def with_options() -> list[Op]:
    return sorted(
        (op for op in OPS.values() if op.options and op.name != "index"), key=lambda op: op.name
    )  # x[…], below


def option_uses(op: Op) -> tuple[dict[str, None], dict]:
    """Calls of an op with every value for each of its options, by keyword and by place, and the inputs' shapes."""
    call, shapes = next(
        (c, s) for c, s in calls(op) if c.startswith(f"{op.name}(") or not op.tests.examples or f"{op.name}(" in c
    )
    inputs = 1 if op.variadic == "list" else 0 if op.variadic else len(op.inputs)
    names = [o.name for o in op.options]
    found = {}
    for (number, option), value, by_place in itertools.product(enumerate(op.options), VALUES, (False, True)):
        tree = ast.parse(call, mode="eval")
        node = next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", None) == op.name)
        given = (
            dict(zip(names, node.args[inputs:]))
            | {k.arg: k.value for k in node.keywords if k.arg}
            | {option.name: ast.parse(value, mode="eval").body}
        )
        before = [given.get(o.name, ast.Constant(o.default)) for o in op.options[: number + 1]] if by_place else []
        if op.variadic == "arguments":
            node.args[0] = given[option.name]
        else:
            node.args = node.args[:inputs] + before
            node.keywords = [
                ast.keyword(name, value) for name, value in given.items() if not by_place or names.index(name) > number
            ]
        found[ast.unparse(ast.fix_missing_locations(tree))] = None
    return found, shapes


def carriable(value: object) -> bool:
    """Whether JSON's readers and writers take a value: whole numbers of 64 bits."""
    if isinstance(value, dict):
        return all(map(carriable, value.values()))
    if isinstance(value, (tuple, list)):
        return all(map(carriable, value))
    if isinstance(value, slice):
        return carriable((value.start, value.stop, value.step))
    return not isinstance(value, int) or -(2**63) <= value < 2**64


def drive(text: str, inputs: dict) -> str | None:
    """Run a program both ways and write its gradients out; the kind of its error."""
    try:
        program = engine.compile(text, {name: np.shape(value) for name, value in inputs.items()}, limits=LIMITS)
        assert all(carriable(node.options) for node in program.run(inputs).nodes)
        program.gradient_program()
    except EngineError as error:
        assert all(carriable(param) for param in error.params.values())
        assert len(str(error)) < 1_000
        return error.kind
    return None


def point(shapes: dict, empty: bool) -> dict:
    return {
        name: np.full((0, *shape[1:]) if empty and shape else shape, 1.25) if shape else 1.25
        for name, shape in shapes.items()
    }


pytestmark = pytest.mark.filterwarnings("error")


@each("turn, op", enumerate(with_options()), sample=6)
def test_an_option_takes_any_value_or_refuses_it_by_name(turn, op):
    """A fifth of all uses: each value for many an option, by keyword and by place, of full and of empty arrays."""
    texts, shapes = option_uses(op)
    for number, text in enumerate(itertools.islice(texts, turn % 5, None, 5), turn):
        empty = bool(number % 2) and any(shapes.values())
        with case(text, empty):
            drive(f"z = {text}", point(shapes, empty))


@each("place", PLACES, sample=6)
def test_any_value_in_any_place_is_taken_or_refused_by_name(place):
    for value in VALUES:
        for x in (np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), 1.5):
            drive(place.replace("{}", value), {"x": x})


@each("k", [15, 31, 32, 33, 64, 65, 90])
def test_no_way_leads_to_more_axes_than_an_array_has(k):
    for text in many_axes(k):
        for x in (np.arange(6.0).reshape(2, 3), np.zeros((2, 3))):
            drive(text, {"x": x})


@each("subscripts", SUBSCRIPTS)
def test_any_subscripts_are_read_or_refused_by_name(subscripts):
    for operands in ("x", "x, x", "x, 2", "2, x", "x, x[0]", ""):
        drive(f'einsum("{subscripts}", {operands})', {"x": np.arange(9.0).reshape(3, 3)})


@each(
    "text, kind",
    [
        (f"roll(x, {2**63})", "option-range"),
        (f"roll(x, {-(2**63)})", "option-range"),
        (f"matrix_power(x, {10**30})", "option-range"),
        (f"dropout(x, seed={2**64})", "option-range"),
        (f"polygamma(x, n={2**63})", "option-range"),
        (f"x[{-(2**64)}]", "index-range"),
        (f"sum(x, axis={-(2**64)})", "option-range"),
        (f"reshape(x, {10**30})", "option-range"),
        (f"x[:{10**30}]", None),
        (f"x[{-(10**30)}:]", None),
        (f"x[::{10**30}]", None),
        (f"diff(x, n={2**62})", None),
        (f"matrix_power(x, {2**62})", None),
        (f"einsum('{','.join(['ij'] * 33)}', {', '.join(['x'] * 33)})", "einsum-operands"),
        ("einsum('.,..', x, x)", "einsum-text"),
        ("x ** 2 ** 64", None),
        (f"x[{'None, ' * 31}]", "too-many-axes"),
        (f"tile(x[:0], {2**62})", "empty-too-large"),
        (f"zeros((0, {2**63}))", "empty-too-large"),
        ("zeros((400_001, 0))", "empty-too-large"),
        ("full((0,), 1e400)", None),
        ("eye([])", "creation-shape"),
        ("eye((2, 3))", "creation-shape"),
        ("arange(10 ** 30, 5)", None),
        ("linspace(-inf, inf)", "creation-number"),
    ],
)
def test_what_is_too_large_is_told_as_that(text, kind):
    assert drive(f"z = {text}", {"x": np.eye(2)}) == kind


LONG = "a = {k: k for k in range(5000)}\nb = set(a)\nc = list(a)\nt = 'a' * 20000\nfor i in range(100000):\n    "


@each(
    "again",
    [
        "d = a.copy()",
        "d = a | a",
        "d = {**a}",
        "d = dict(a)",
        "d = {}\n    d.update(a)",
        "d = b | b",
        "d = b.union(b)",
        "d = b == set(b)",
        "d = b < b",
        "d = c[:]",
        "d = c * 2",
        "d = c == c + c",
        "d = 7 in c[9:]",
        "c.reverse()",
        "d = max(c)",
        "d, *e = c",
        "d = [*c]",
        "d = 'b' in t",
        "d = repr(t)",
        "d = t.upper()",
        "d = t < t",
        "d = int('9' * 4000)",
        "np.zeros(300000)",
        "np.random.randn(300000)",
        "d = len(np.arange(300000))",
    ],
)
def test_what_is_done_again_and_again_is_counted_by_its_length(again):
    """Though nothing of it flows into the graph."""
    limits = engine.Limits(nodes=2_000, elements=400_000, steps=40_000)
    with pytest.raises(EngineError) as caught:
        engine.compile(f"{LONG}{again}\ny = x", {"x": ()}, limits=limits)
    assert caught.value.kind in ("too-many-steps", "too-many-elements")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("randn(100000, 1) * randn(1, 100000) * x", "too-many-elements"),
        ("randn(2) * 10**400 * x", None),
        ("permutation(2**63) * x", "creation-shape"),
        ("choice(2**63) * x", "creation-shape"),
        ("normal(0, 10**400) * x", "creation-number"),
    ],
)
def test_random_arrays_are_counted_before_they_are_drawn(text, kind):
    names = "randn permutation choice normal".split()
    assert drive(f"from numpy.random import {', '.join(names)}\nz = {text}", {"x": 1.5}) == kind


# A parameter of any error, whoever raises it: what JSON's writers refuse never reaches them.
@each(
    "value, expected",
    [
        (-(2**63), -(2**63)),
        (-(2**63) - 1, -(2.0**63)),
        (2**63 - 1, 2**63 - 1),
        (2**63, 2.0**63),
        (-(10**4000), -1e300),
        (10**4000, 1e300),
        (True, 1),
        (np.int64(7), 7),
        (np.float64(0.5), 0.5),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (-float("inf"), "-Infinity"),
        ("q" * 100, "q" * 79 + "…"),
        ("\ud800", "?"),
        ((1, 2**70), f"(1, {2**70})"),
        (None, "None"),
    ],
)
def test_a_parameter_is_carried_by_json(value, expected):
    found = carried(value)
    assert found == expected and type(found) is type(expected)


def test_a_parameter_nested_a_thousand_deep_is_no_fault_of_ours():
    deep: object = 1
    for _ in range(100_000):
        deep = {"a": deep}
    assert len(str(carried(deep))) <= 80
