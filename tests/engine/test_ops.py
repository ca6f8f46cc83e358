"""Every op of the registry, because it is there: its gradient, its shapes, its definition, its reference texts."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.deriving.op_reference import general_rules
from gradlens.engine.ops import OPS, SPELLINGS
from gradlens.engine.ops.convolution import fold, unfold
from gradlens.engine.ops.op import Cells, Op, Words
from gradlens.engine.ops.op import Tests as HowTested
from gradlens.engine.values import size_of
from tests.each import each
from tests.engine.numerics import close, program_difference
from tests.engine.references import FIGURES, MORE, WITHOUT_GRADIENT, anp, autograd

SHAPES = [
    {"x": (), "y": (), "other": ()},
    {"x": (3,), "y": (3,), "other": (3,)},
    {"x": (2, 3), "y": (3,), "other": (2, 1)},
    {"x": (2, 1), "y": (1, 3), "other": (3,)},
    {"x": (), "y": (2, 2), "other": (2, 2)},
    {"x": (0, 2), "y": (2,), "other": (0, 2)},
    {"x": (1, 1, 1), "y": (), "other": ()},
]


def scatter(x, key, shape):
    """Zeros with x at `key`, by a matrix of ones and zeros: autograd does not follow assignment."""
    size = math.prod(shape)
    chosen = np.arange(size).reshape(shape)[key]
    return anp.reshape(anp.dot(np.eye(size)[:, chosen.ravel()], anp.ravel(x + np.zeros(chosen.shape))), shape)


def put(x, y, key):
    """x with y at `key`, by the same matrix."""
    return anp.where(scatter(1.0, key, x.shape) == 1, scatter(y, key, x.shape), x)


def series_erf(x):
    """The Maclaurin series, to the last bits for |x| <= 3."""
    return 2 / np.sqrt(np.pi) * sum((-1) ** n * x ** (2 * n + 1) / (math.factorial(n) * (2 * n + 1)) for n in range(60))


def pads(x, padding):
    """Zeros around an image, by concatenation."""
    n, c, h, w = x.shape
    x = anp.concatenate([np.zeros((n, c, padding, w)), x, np.zeros((n, c, padding, w))], axis=2)
    return anp.concatenate(
        [np.zeros((n, c, h + 2 * padding, padding)), x, np.zeros((n, c, h + 2 * padding, padding))], axis=3
    )


def patches(x, size, stride=1, padding=0):
    """The windows of an image, one after the other: (windows down, windows across, list of (N, C, R, S))."""
    r, s = (size, size) if isinstance(size, int) else size
    x = pads(x, padding)
    down, across = (x.shape[2] - r) // stride + 1, (x.shape[3] - s) // stride + 1
    return (
        down,
        across,
        [x[:, :, i * stride : i * stride + r, j * stride : j * stride + s] for i in range(down) for j in range(across)],
    )


def conv2d(x, W, stride=1, padding=0):
    down, across, found = patches(x, W.shape[2:], stride, padding)
    rows = [anp.einsum("ncrs,kcrs->nk", p, W) for p in found]
    return anp.reshape(anp.stack(rows, axis=2), (x.shape[0], W.shape[0], down, across))


def pool(x, size, stride, padding, f):
    down, across, found = patches(x, size, stride, padding)
    return anp.reshape(anp.stack([f(p) for p in found], axis=2), (*x.shape[:2], down, across))


def softplus(x):
    return anp.log(1 + anp.exp(x))


def elu(x, alpha=1.0):
    return anp.where(x > 0, x, alpha * (anp.exp(x) - 1))


# What HIPS autograd's NumPy lacks or does not differentiate through broadcasting, from textbook definitions.
REFERENCE = {
    "identity": lambda x: x * 1.0,
    "sub": anp.subtract,
    "mul": anp.multiply,
    "add": anp.add,
    "div": anp.divide,
    "neg": anp.negative,
    "pow": anp.power,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)),
    "relu": lambda x: anp.where(x > 0, x, 0.0),
    "softmax": lambda x, axis=-1: (
        anp.exp(x) / anp.sum(anp.exp(x), axis=axis, keepdims=True) if anp.ndim(x) else x * 0 + 1.0
    ),
    "spread": (
        lambda x, shape, axis=None: (
            anp.broadcast_to(
                anp.reshape(x, tuple(1 if axis is None or i == axis else n for i, n in enumerate(shape))), shape
            )
            * 1.0
        )
    ),
    "put": put,
    "scatter": scatter,
    "inv": anp.linalg.inv,
    "det": anp.linalg.det,
    "cofactors": lambda x: anp.linalg.det(x) * anp.linalg.inv(x).T,
    "solve": anp.linalg.solve,
    "layer_norm": (
        lambda x, eps=1e-5: (
            (x - anp.mean(x, axis=-1, keepdims=True)) / anp.sqrt(anp.var(x, axis=-1, keepdims=True) + eps)
        )
    ),
    "rms_norm": lambda x, eps=1e-5: x / anp.sqrt(anp.mean(x**2, axis=-1, keepdims=True) + eps),
    "batch_norm": (
        lambda x, gamma, beta, eps=1e-5: gamma * (x - anp.mean(x, axis=0)) / anp.sqrt(anp.var(x, axis=0) + eps) + beta
    ),
    "attention": lambda q, k, v: anp.matmul(
        REFERENCE["softmax"](anp.matmul(q, anp.swapaxes(k, -1, -2)) / np.sqrt(k.shape[-1])), v
    ),
    "unfold": lambda x, size, stride=1, padding=0: anp.stack(
        [anp.reshape(p, (x.shape[0], -1)) for p in patches(x, size, stride, padding)[2]], axis=2
    ),
    "fold": lambda x, shape, size: sum(
        anp.reshape(x[:, r, p], (-1, 1, 1, 1)) * np.eye(24)[int(k)].reshape(shape)
        for r in range(8)
        for p in range(6)
        for k in [REFERENCE["unfold"](np.arange(24.0).reshape(shape), size)[0, r, p]]
    ),
    "first_winner": lambda x, axis=-1: np.moveaxis(
        np.eye(np.shape(x)[axis])[np.argmax(getattr(x, "_value", x), axis)], -1, axis
    ),
    "conv2d": conv2d,
    "conv1d": lambda x, W, stride=1, padding=0: anp.stack(
        [
            anp.einsum("ncr,kcr->nk", padded[:, :, i : i + W.shape[2]], W)
            for padded in [
                anp.concatenate([np.zeros((*x.shape[:2], padding)), x, np.zeros((*x.shape[:2], padding))], axis=2)
            ]
            for i in range(0, padded.shape[2] - W.shape[2] + 1, stride)
        ],
        axis=2,
    ),
    "max_pool2d": lambda x, size, stride=2, padding=0: pool(
        x, size, stride, padding, lambda p: anp.max(p, axis=(2, 3))
    ),
    "avg_pool2d": lambda x, size, stride=2, padding=0: pool(
        x, size, stride, padding, lambda p: anp.mean(p, axis=(2, 3))
    ),
    "stack": anp.stack,
    "sum_to": lambda x, shape: {
        (3,): lambda: anp.sum(x, axis=0),
        (2, 1): lambda: anp.sum(x, axis=1, keepdims=True),
        (): lambda: anp.sum(x),
        (1, 3): lambda: anp.sum(x, axis=(0, 1))[None, :],
    }[shape](),
    "diag": lambda x: (
        np.diag(x)
        if isinstance(x, list)
        else x[:, None] * np.eye(len(x))
        if anp.ndim(x) == 1
        else anp.sum(x * np.eye(*anp.shape(x)), axis=1)
    ),
    "trace": lambda x: anp.sum(x * np.eye(*anp.shape(x))),
    "pad_diagonal": lambda x, shape: anp.concatenate([anp.diag(x), np.zeros((len(x), shape[1] - len(x)))], axis=1),
    "flip": lambda x, axis=None: x[..., ::-1] if axis == 1 else x[::-1, ::-1],
    "broadcast_to": lambda x, shape: x + np.zeros(shape),
    "where": lambda condition, x, y: x * (condition != 0) + y * (condition == 0),
    "cbrt": lambda x: anp.abs(x) ** (1 / 3) * anp.sign(x),
    "trunc": lambda x: np.trunc(getattr(x, "_value", x)) + 0 * x,
    "round": lambda x: np.round(getattr(x, "_value", x)) + 0 * x,
    "erf": series_erf,
    "erfc": lambda x: 1 - series_erf(x),
    "stop_gradient": lambda x: getattr(x, "_value", x) + 0 * x,
    "hypot": lambda x, y: anp.sqrt(x**2 + y**2),
    "xlogy": lambda x, y: x * anp.log(y),
    "clip": lambda x, low, high: anp.minimum(anp.maximum(x, low), high),
    "log_sigmoid": lambda x: -softplus(-x),
    "leaky_relu": lambda x, slope=0.01: anp.where(x > 0, x, slope * x),
    "elu": elu,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + anp.abs(x)),
    "silu": lambda x: x / (1 + anp.exp(-x)),
    "gelu": lambda x: x * (1 + series_erf(x / np.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + anp.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2,
    "mish": lambda x: x * anp.tanh(softplus(x)),
    "hardsigmoid": lambda x: anp.clip(x + 3, 0, 6) / 6,
    "hardswish": lambda x: x * anp.clip(x + 3, 0, 6) / 6,
    "relu6": lambda x: anp.clip(x, 0, 6),
    "hardtanh": lambda x: anp.clip(x, -1, 1),
    "root_mean_square": lambda x, axis=None, keepdims=False, eps=0.0: anp.sqrt(
        anp.mean(x**2, axis=axis, keepdims=keepdims) + eps
    ),
    "prod_of_others": lambda x, axis=None: anp.prod(x, axis=axis, keepdims=True) / x,
    # Of a matrix as in the documentation of numpy.linalg.norm: 1 max(sum(abs(x), axis=0)), inf max(sum(abs(x),
    # axis=1)), -1 and -inf min.
    "linalg_norm": lambda x, ord=None, axis=None, keepdims=False: (
        (anp.max if ord > 0 else anp.min)(
            anp.sum(anp.abs(x), axis=(axis or (0, 1))[abs(ord) != 1], keepdims=True),
            axis=(axis or (0, 1))[abs(ord) == 1],
            keepdims=True,
        ).reshape(np.linalg.norm(np.zeros(x.shape), ord, axis, keepdims).shape)
        if ord is not None and (anp.ndim(x) == 2 if axis is None else isinstance(axis, tuple))
        else anp.sum(anp.abs(x) ** (ord or 2), axis=axis, keepdims=keepdims) ** (1 / (ord or 2))
    ),
    "norm": lambda x, ord=2, axis=None, keepdims=False: (
        anp.max(anp.abs(x), axis=axis, keepdims=keepdims)
        if ord == np.inf
        else (
            anp.min(anp.abs(x), axis=axis, keepdims=keepdims)
            if ord == -np.inf
            else (
                anp.sum(1.0 + 0 * x, axis=axis, keepdims=keepdims)
                if ord == 0
                else anp.sum(anp.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)
            )
        )
    ),
    "logsumexp": lambda x, axis=None, keepdims=False: anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=keepdims)),
    "cumsum": lambda x, axis=None, reverse=False: (
        anp.cumsum(x[..., ::-1], axis)[..., ::-1] if reverse else anp.cumsum(x, axis)
    ),
    "argmax": (
        lambda x, axis=None, keepdims=False: np.argmax(getattr(x, "_value", x), axis=axis, keepdims=keepdims) * 1.0
    ),
    "argmin": (
        lambda x, axis=None, keepdims=False: np.argmin(getattr(x, "_value", x), axis=axis, keepdims=keepdims) * 1.0
    ),
    "log_softmax": lambda x, axis=-1: (
        x - anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=True)) if anp.ndim(x) else x * 0.0
    ),
    "affine": lambda x, W, b: anp.dot(x, W) + b,
    "softmax_cross_entropy": lambda x, t: (
        -anp.mean(anp.sum(t * (x - anp.log(anp.sum(anp.exp(x), axis=-1, keepdims=True))), axis=-1))
    ),
    "cross_entropy": lambda y, t: -anp.mean(anp.sum(t * anp.log(y), axis=-1)),
    "binary_cross_entropy": lambda y, t: -anp.mean(t * anp.log(y) + (1 - t) * anp.log(1 - y)),
    "sigmoid_cross_entropy": lambda x, t: anp.mean(softplus(x) - x * t),
    "mse": lambda y, t: anp.mean((y - t) ** 2),
    "mae": lambda y, t: anp.mean(anp.abs(y - t)),
    "huber": lambda y, t, delta=1.0: anp.mean(
        anp.where(anp.abs(y - t) <= delta, (y - t) ** 2 / 2, delta * (anp.abs(y - t) - delta / 2))
    ),
    "kl_div": lambda p, q: anp.sum(p * anp.log(p / q)),
    "entropy": lambda p: -anp.sum(p * anp.log(p)),
    "gt": lambda x, y: 1.0 * (x > y),
    "ge": lambda x, y: 1.0 * (x >= y),
    "lt": lambda x, y: 1.0 * (x < y),
    "le": lambda x, y: 1.0 * (x <= y),
    "eq": lambda x, y: 1.0 * (x == y),
    "ne": lambda x, y: 1.0 * (x != y),
} | MORE


def calls(op: Op) -> list[tuple[str, dict]]:
    """The uses of an op that tests try: its own examples, or all of SHAPES where it acts element by element."""
    if not op.elementwise:
        return [(call, dict(shapes)) for call, shapes in op.tests.examples]
    call = f"{op.name}({', '.join(op.inputs)})"
    return [(call, {name: shapes.get(name, shapes["other"]) for name in op.inputs}) for shapes in SHAPES]


def numpy_name(op: Op) -> str:
    """What NumPy calls an op."""
    return next((s.rpartition(".")[2] for s in op.spellings if s.startswith("np.")), op.name)


def smooth_point(op: Op, shapes: dict, seed: int) -> dict[str, np.ndarray]:
    """Inputs away from kinks: no two elements are near each other or near 0."""
    rng = np.random.default_rng(seed)
    point = {}
    for name, shape in shapes.items():
        low, high = op.tests.domain.get(name, (-2.0, 2.0))
        count = size_of(shape)
        grid = low + (high - low) * (rng.permutation(count) + rng.uniform(0.2, 0.8, count)) / max(count, 1)
        point[name] = np.where(np.abs(grid) < 0.05, 0.11, grid).reshape(shape)
    return point


ALL = [(op, call, shapes) for op in OPS.values() for call, shapes in calls(op)]
# What acts element by element: of one number, of an array, and of one that is stretched; and all else.
FEW = [(op, *use) for op in OPS.values() for use in calls(op)[: 3 if op.elementwise else None]]


POLES = {"csc", "cot", "csch", "coth"}  # where value and derivative are infinite, as IEEE arithmetic has them
HELD = {("where", "condition")}  # an input that takes no gradient while others do, and is no whole number
# The options that the page reads to tell an op's cells.
READ = {
    "convolution": {"stride", "padding"},
    "pooling": {"size", "stride", "padding"},
    "reduction": {"axis", "keepdims"},
    **{form: {"axis"} for form in ("rowwise", "flipped", "stacked", "joined", "split")},
    "padded": {"width", "value"},
    "repeated": {"repeats", "axis"},
    "chosen": {"key"},
}


def lacks(op: Op) -> list[str]:
    """What an entry lacks, in sentences: for whoever adds an op."""
    words, tests, cells = op.words, op.tests, op.cells
    options = {o.name for o in op.options}
    ruled = {*op.local, *op.vjp}
    is_opened = op.array is None and op.definition is not None
    silent = op.family == "comparison" or op.name in WITHOUT_GRADIENT or (is_opened and not ruled)
    said = {
        "an English summary (words.en)": words.en,
        "a Korean summary (words.ko)": words.ko,
        "a formula (words.latex)": words.latex,
        "an array or a definition: what it computes": op.array or op.definition,
        "a scalar: what it computes on Python floats": op.scalar or not op.elementwise or is_opened,
        "a convention in both languages (words.convention): what holds at its kink": (
            not op.kink or {"en", "ko"} == {language for language, text in (words.convention or {}).items() if text}
        ),
        "a kink: where its convention applies": op.kink or not words.convention,
        "a figure at its kink (FIGURES in references.py)": (
            not op.kink or op.name in POLES or any(f"{op.name}(" in call for call, *_ in FIGURES)
        ),
        "a shape rule, but has examples of shapes": not (op.elementwise and tests.examples),
        "examples (tests.examples), but has a shape rule": op.elementwise or tests.examples,
        "a cost: its shape rule says that an element of the result is not one operation": (
            op.elementwise or is_opened or op.cost.flops or op.cost.work
        ),
        "a reference (REFERENCE in test_ops.py, or MORE in references.py)": (
            op.name in REFERENCE
            or hasattr(anp, numpy_name(op))
            or all(f"{op.name}(" not in call for call, _ in calls(op))
        ),
    }
    found = [piece for piece, is_there in said.items() if not is_there]
    found += [
        f"a rule for {name} (local or vjp), and is not in WITHOUT_GRADIENT of references.py"
        for name in op.inputs
        if not silent and name not in ruled and name not in op.whole and (op.name, name) not in HELD
    ]
    named = {"local": op.local, "vjp": op.vjp, "tests.domain": tests.domain, "product": op.product, "whole": op.whole}
    for place, names in named.items():
        found += [f"the input {name}, which its {place} names" for name in names if name not in op.inputs]
    if cells:
        found += [
            f"the option {name}, which its cells are told by" for name in sorted(READ.get(cells.form, set()) - options)
        ]
        found += [f"the option {name}, which its cells are told by" for name in sorted({*cells.only} - options)]
        if cells.form == "product" and len(op.product) < 2:
            found.append("a product: the inputs that its cells are made from")
        if cells.form == "weighted" and len(cells.shares) != len(op.inputs):
            found.append("as many shares of its cells as it has inputs")
        if cells.form == "einsum" and not cells.subscripts and "subscripts" not in options:
            found.append("subscripts, by which its cells are told")
    return [f"{op.name} lacks {piece}." for piece in found]


@each("op", OPS.values())
def test_an_op_lacks_nothing(op):
    assert not lacks(op), "; ".join(lacks(op))


WORDS = Words("{x}", en="It.", ko="그것.")
ABS = {"array": np.abs, "scalar": abs, "local": {"x": "sign(x)"}}


# An op that nobody has: what is said of it, piece by piece.
@each(
    "fields, said",
    [
        ({"words": Words("{x}", en="It.", ko="")}, ["a Korean summary (words.ko)"]),
        ({"words": Words("", en="", ko="그것.")}, ["an English summary (words.en)", "a formula (words.latex)"]),
        ({"array": None, "scalar": None}, ["an array or a definition: what it computes", "a scalar: what it computes"]),
        ({"local": {}}, ["a rule for x (local or vjp), and is not in WITHOUT_GRADIENT"]),
        ({"shape": OPS["sum"].shape}, ["examples (tests.examples), but has", "a cost: its shape rule"]),
        ({"tests": HowTested(examples=(("abs(x)", {"x": ()}),))}, ["a shape rule, but has examples"]),
        ({"whole": ("w",)}, ["the input w, which its whole names"]),
        ({"kink": "x == 0"}, ["a convention in both languages", "a figure at its kink"]),
        ({"cells": Cells("reduction")}, ["the option axis, which its cells", "the option keepdims, which its"]),
        ({"cells": Cells("product")}, ["a product: the inputs that its cells are made from"]),
        ({"cells": Cells("weighted")}, ["as many shares of its cells as it has inputs"]),
        ({"cells": Cells("einsum")}, ["subscripts, by which its cells are told"]),
    ],
)
def test_what_an_op_lacks_is_named(fields, said):
    found = lacks(Op("unheard_of(x)", **{"words": WORDS} | ABS | fields))
    # Beside that nobody has said what it is to be held to.
    found = [sentence for sentence in found if not sentence.startswith("unheard_of lacks a reference")]
    assert len(found) == len(said)
    assert all(sentence.startswith(f"unheard_of lacks {start}") for sentence, start in zip(found, said))


@each("op, call, shapes", ALL)
def test_the_gradient_is_that_of_central_differences_and_of_hips_autograd(op, call, shapes):
    point = smooth_point(op, shapes, seed=7)
    program = engine.compile(f"z = {call}", shapes)
    weights = np.random.default_rng(8).uniform(0.5, 1.5, program.graph.nodes[program.graph.output].shape)
    trace = program.run(point, seed=weights)
    names = list(point)

    def reference(*values):
        names_to_values = {"np": np, op.name: getattr(anp, numpy_name(op), None)} | REFERENCE | dict(zip(names, values))
        unused = sum(0 * anp.sum(value) for value in values)  # autograd warns of a value that does not reach the output
        return anp.sum(weights * anp.array(eval(call, vars(anp) | names_to_values))) + unused

    by_autograd = autograd.grad(reference, argnum=tuple(range(len(names))))(*[np.array(v) for v in point.values()])
    assert close(np.sum(weights * trace["z"].value), reference(*point.values()))
    for name, expected in zip(names, by_autograd):
        assert close(trace.gradients[name], expected)
        if op.name != "stop_gradient":  # whose purpose is to differ from the derivative
            by_differences = program_difference(program, point, name, weights)
            assert close(trace.gradients[name], by_differences, rtol=1e-6, atol=1e-7)


@each("op, call, shapes", ALL)
def test_the_shape_known_beforehand_is_the_shape_of_the_value(op, call, shapes):
    program = engine.compile(call, shapes)
    values = program.forward(smooth_point(op, shapes, seed=1))
    for node, value in zip(program.graph.nodes, values):
        assert np.shape(value) == node.shape
        assert isinstance(value, float) if node.shape == () else value.dtype == np.float64


@each("op, call, shapes", [use for use in ALL if use[0].definition])
def test_an_op_equals_its_definition_in_value_and_gradient(op, call, shapes):
    point = smooth_point(op, shapes, seed=3)
    seed = np.random.default_rng(4).normal(size=np.shape(engine.trace(call, point).nodes[-1].value))
    fused = engine.trace(f"z = {call}", point, seed=seed)
    opened = engine.trace(f"z = {call}", point, seed=seed, detail="expanded")
    assert op.name not in [node.op for node in opened.nodes]
    assert opened.groups[0].name == op.name
    assert close(opened["z"].value, np.asarray(fused["z"].value))
    for name in point:
        assert close(opened.gradients[name], np.asarray(fused.gradients[name]))


# Without a broadcast, whose sum hides the parts.
@each("op, call, shapes", [use for use in ALL if use[0].gates and len({*use[2].values()}) == 1])
def test_what_is_not_chosen_gets_nothing_of_an_infinite_upstream(op, call, shapes):
    point = {name: 3 * value for name, value in smooth_point(op, shapes, seed=5).items()}
    if "condition" in point:
        point["condition"] = (point["condition"] > 0).astype(float)
    seed = np.full(np.shape(engine.trace(call, point).nodes[-1].value), np.inf)
    trace = engine.trace(f"z = {call}", point, seed=seed)
    known = [edge for edge in trace.edges if edge.local is not None]
    assert known
    for edge in known:
        assert close(edge.contribution, np.where(np.asarray(edge.local) == 0, 0.0, np.inf))


# PyTorch 2.13 (float64): each slope is infinite, but the number that is chosen is not x.
@pytest.mark.parametrize(
    "chosen",
    [
        "relu(x)",
        "where(x > 0, x, 0)",
        "clip(x, 0, 5)",
        "maximum(x, 0)",
        "minimum(max_pool2d([[[[x, 0]]]], (1, 2))[0, 0, 0, 0], 0)",
    ],
)
def test_the_root_of_what_does_not_move_with_x_has_the_slope_0(chosen):
    assert engine.trace(f"z = sqrt({chosen})", {"x": -1.0}).gradients["x"] == 0


def test_pooling_takes_the_largest_beside_an_infinity_too():
    trace = engine.trace("z = max_pool2d(x, 2)", {"x": [[[[-np.inf, 0.0], [-2.0, -np.inf]]]]})
    assert trace["z"].value.tolist() == [[[[0.0]]]]
    assert trace.gradients["x"].tolist() == [[[[0.0, 1.0], [0.0, 0.0]]]]


@each("op", OPS.values())
def test_the_rules_of_an_op_are_formulas(op):
    for rule in general_rules(op):
        assert rule["rule"] and rule["latex"]
        assert rule["latex"].count("{") == rule["latex"].count("}")
        assert not re.search(r"@\{|None", rule["latex"])


MODULES = {"np": np, "math": math, "np.linalg": np.linalg}  # of the libraries that are at hand


@each("spelling", [s for s in SPELLINGS if s.rpartition(".")[0] in MODULES])
def test_a_prefixed_spelling_means_what_it_means_in_its_library(spelling):
    op = SPELLINGS[spelling]
    prefix, _, name = spelling.rpartition(".")
    module = MODULES[prefix]
    call, shapes = next(
        (c, s) for c, s in calls(op) if "(" in c and (prefix == "math" or op.elementwise or () not in s.values())
    )
    arguments = call[call.index("(") :]
    arrays = re.sub(
        r"(?<=, )(\[[\[\]\d, -]*\])(?=[,)])", r"array(\1)", arguments
    )  # NumPy does not take every list for an array
    point = smooth_point(op, shapes, seed=5)
    values = {k: float(v) if v.shape == () else v for k, v in point.items()}
    expected = eval(
        f"f{arrays}", values | {"f": getattr(module, name), "diag": np.diag, "inf": np.inf, "array": np.array}
    )
    assert close(engine.trace(f"z = {prefix}.{name}{arguments}", point)["z"].value, np.asarray(expected, dtype=float))


@each("op", [op for op in OPS.values() if op.words.convention])
def test_a_convention_names_no_operand_by_the_registrys_letter(op):
    # It stands beside formulas in the reader's names.
    for sentence in op.words.convention.values():
        letters = set(
            re.findall(
                r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])",
                sentence.replace("a subgradient", "").replace("a bound", "").replace("a tie", "").replace("a jump", ""),
            )
        )
        assert letters.isdisjoint({*op.inputs, "z", "g"}), sentence


@each("x", [1e-300, 1e-8, 0.001, 0.004, 0.008, 0.00999, -0.00999, -0.005])
def test_the_derivatives_of_sinc_near_0_are_its_series(x):
    def series(order):  # of sin(πx) / πx = Σ (-π²)ᵏ x²ᵏ / (2k + 1)!, differentiated term by term
        return math.fsum(
            (-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k + 1) * math.perm(2 * k, order) * x ** (2 * k - order)
            for k in range(1, 12)
            if 2 * k >= order
        )

    for value in (x, [x]):
        assert close(
            engine.trace("z = sum(sinc(x))", {"x": value}).gradients["x"],
            series(1) if value is x else [series(1)],
            rtol=4e-16,
            atol=0,
        )
    assert close(engine.derivatives("z = sinc(x)", {"x": x}, kind="hessian")["x"]["x"], series(2), rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    ("x", "slope", "curvature"), [(0.0, 0.0, -(math.pi**2) / 3), (1.0, -1.0, 2.0), (2.0, 0.5, -0.5), (-1.0, 1.0, 2.0)]
)
def test_the_derivatives_of_sinc_at_whole_numbers_are_found_also_by_its_gradient_program(x, slope, curvature):
    # At n other than 0 it is 0, with the slope (-1)^n / n and the curvature -2 (-1)^n / n².
    assert close(engine.trace("z = sinc(x)", {"x": x}).gradients["x"], slope) and close(
        engine.derivatives("z = sinc(x)", {"x": x}, kind="hessian")["x"]["x"], curvature
    )
    written = engine.compile("z = sinc(x)", {"x": ()}).gradient_program()
    assert close(engine.trace(written.program, {"x": x}, output=written.outputs["x"]).gradients["x"], curvature)


def test_windows_of_many_images_are_those_of_each_alone():
    images = np.random.default_rng(0).normal(size=(50, 3, 17, 16)) * -1.0
    images[:, :, ::3] = -0.0
    for windows in (((2, 2), (2, 2), (0, 0)), ((3, 2), (1, 2), (1, 1)), ((2, 2), (3, 3), (0, 1))):
        columns, shape = unfold(images, *windows), (1, 3, 17, 16)
        alone = [unfold(image[None], *windows) for image in images]
        assert columns.tobytes() == b"".join(one.tobytes() for one in alone)
        back = b"".join(fold(one, shape, *windows).tobytes() for one in alone)
        assert fold(columns, images.shape, *windows).tobytes() == back
