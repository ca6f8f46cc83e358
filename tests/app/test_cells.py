"""The page's maps from cell to cell, held to the service: for every op that has one, its terms make the value and its
reaches the gradient.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, get_args

import numpy as np
import orjson
import pytest

from gradlens import engine
from gradlens.app.jobs import make_jobs
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings
from gradlens.engine.ops.cells import Form, How
from gradlens.engine.ops.op import Op
from tests.each import each

ROOT = Path(__file__).parents[2]
PROBE = ROOT / "tests" / "js" / "cells_probe.js"
# What readers choose cells in, beside products of matrices and activations.
FAMILIES = {"reduction", "linear algebra", "shape", "convolution"}
# Whose cells are made from too many others to be told, or which no program of a reader has by name.
UNTOLD = {
    *("spread", "sum_to", "prod_of_others", "root_mean_square", "linalg_norm", "cumsum", "cumprod", "argmax", "argmin"),
    *("inv", "det", "cofactors", "logdet", "cholesky", "solve", "tensordot", "kron", "cross", "matrix_power", "expm"),
    *("logabsdet", "eigvalsh", "eigenvectors", "svdvals", "left_vectors", "right_vectors", "orthonormal", "triangular"),
    *("pinv", "scatter", "pad_diagonal", "roll", "diff", "unfold", "fold", "first_winner"),
}
MORE = [
    ("conv2d(x, W, stride=(2, 1), padding=(1, 2))", {"x": (2, 3, 5, 4), "W": (4, 3, 3, 2)}),
    ("conv1d(x, W, stride=3, padding=2)", {"x": (2, 2, 7), "W": (3, 2, 4)}),
    ("conv2d(x, x)", {"x": (2, 2, 2, 2)}),
    ("max_pool2d(x, 3, stride=2, padding=1)", {"x": (1, 2, 5, 5)}),
    ("max_pool2d(-x, 3, stride=2, padding=1)", {"x": (1, 1, 5, 5)}),
    ("x @ x", {"x": (3, 3)}),
    ("vecdot(x, y)", {"x": (3,), "y": (3,)}),
    ("vecdot(x, y)", {"x": (3,), "y": (1,)}),
    ("affine(x, W)", {"x": (2, 3), "W": (3, 2)}),
    ("affine(x, W, b)", {"x": (2, 3), "W": (3, 2), "b": (2, 1)}),
    ("x + y", {"x": (3, 1), "y": (2,)}),
    ("x - 2", {"x": (3,)}),
    ("x * y", {"x": (2, 1, 3), "y": (4, 1)}),
    ("x / y", {"x": (2, 3), "y": (3,)}),
    ("x * x", {"x": (2,)}),
    ("maximum(x, y)", {"x": (2, 3), "y": ()}),
    ("where(x > 0, x, y)", {"x": (2, 3), "y": (3,)}),
    ("x ** 2", {"x": (3,)}),
    ("-x", {"x": (2, 2)}),
    ("exp(x)", {"x": (2, 2)}),
    ("tanh(x)", {"x": (2,)}),
    ("sigmoid(x)", {"x": (2,)}),
    ("relu(x)", {"x": (4,)}),
    ("x[::-1, 1:]", {"x": (3, 4)}),
    ("x[..., 0]", {"x": (2, 3, 2)}),
    ("x[None, -1]", {"x": (2, 3)}),
    ("x[[0, 2, 0]]", {"x": (3, 2)}),
    ("x[[0, 1], [2, 0]]", {"x": (2, 3)}),
    ("x[0, :, [1, 0]]", {"x": (2, 3, 4)}),
    ("x[:, [1, 0], 1]", {"x": (2, 3, 4)}),
    ("x[-1:-10:-2]", {"x": (5,)}),
    ("x * 1\nz[::-1, 1:] = y", {"x": (2, 4), "y": (2, 3)}),
    ("x * 1\nz[-1:-10:-2] = y", {"x": (5,), "y": (1,)}),
    ("x * 1\nz[[0, 2], 1:] = y", {"x": (3, 3), "y": (2,)}),
    ("x * 1\nz[0, :, [1, 0]] = y", {"x": (2, 3, 4), "y": (2, 3)}),
    ("x * 1\nz[..., 0] = y", {"x": (2, 3), "y": ()}),
    ("stack([x, y, x], axis=-1)", {"x": (2, 3), "y": (2, 3)}),
    ("softmax(x, axis=(0, 2))", {"x": (2, 3, 2)}),
    ("einsum('bij,jk', x, y)", {"x": (2, 3, 4), "y": (4, 2)}),
    ("einsum('ii->i', x)", {"x": (3, 3)}),
    ("einsum('i,i->', x, x)", {"x": (3,)}),
]


def literal(shape: tuple[int, ...], draw: np.random.Generator) -> object:
    return draw.uniform(0.2, 2.0, shape).tolist() if shape else float(draw.uniform(0.2, 2.0))


def examples(op: Op) -> list[tuple[str, dict[str, tuple[int, ...]]]]:
    """Of an elementwise op: operands of one shape, and of different ones."""
    call = f"{op.name}({', '.join(op.inputs)})"
    shapes = [dict.fromkeys(op.inputs, (2,)), {name: (3, 2)[i:] for i, name in enumerate(op.inputs)}]
    return [(call, one) for one in shapes]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> list[dict]:
    """What the page makes of every example of every op, on random numbers, with the call."""
    draw = np.random.default_rng(6)
    calls = [
        (call, shapes)
        for op in engine.OPS.values()
        for call, shapes in (examples(op) if op.elementwise and op.cells else op.tests.examples)
        if all(np.prod(shape, dtype=int) for shape in shapes.values())
    ]
    traces, said = [], []
    expression: Any = make_jobs(Settings())["expression"]
    for call, shapes in [*calls, *MORE]:
        # A weight for each cell, so that no two upstream gradients are the same.
        body = {
            "program": f"z = {call}\nloss = sum(z * sin(reshape(cumsum(broadcast_to(1, z.shape)), z.shape)))",
            "inputs": {name: literal(shape, draw) for name, shape in shapes.items()},
        }
        try:
            traces.append(orjson.loads(expression(orjson.dumps(body))))
        except Problem:
            continue
        said.append({"call": call, "scalar": not any(shapes.values())})
    file = tmp_path_factory.mktemp("cells") / "asked.json"
    file.write_text(json.dumps({"ops": engine.reference(), "traces": traces}), encoding="utf-8")
    found = json.loads(subprocess.run(["node", PROBE, file], capture_output=True, check=True, text=True).stdout)
    return [{**call, **one} for call, one in zip(said, found, strict=True)]


def test_terms_add_up_to_the_value_and_reaches_to_the_contribution(told):
    assert [one for one in told if one["error"] is not None and not float(one["error"]) < 1e-9] == []


def test_every_op_whose_entry_says_how_its_cells_meet_is_told(told):
    named = {op.name for op in engine.OPS.values() if op.cells}
    assert named - {one["op"] for one in told if one["form"] and one["error"] is not None} == set()


def test_every_example_of_an_op_whose_cells_meet_is_told(told):
    # Not told: lists of lists, other norms than the length, letters under an ellipsis, a diagonal with zeros beside it,
    # rows of vectors.
    untold = {one["call"] for one in told if one["form"] and one["error"] is None and not one["scalar"]}
    exceptions = ("norm", "...", "[[", "->ii", "inner", "vecdot")
    assert {call for call in untold if not any(word in call for word in exceptions)} == set()


def test_every_form_that_an_entry_may_name_is_known_to_the_page_and_named_by_some_op():
    assert {op.cells.form for op in engine.OPS.values() if op.cells} == set(get_args(Form))
    assert {op.cells.how for op in engine.OPS.values() if op.cells} == set(get_args(How))


@each("op", [op for op in engine.OPS.values() if not op.elementwise])
def test_what_readers_choose_cells_in_has_a_map(op):
    """Where a map is lost no number is wrong: the page only falls silent."""
    expected = op.family in FAMILIES or op.product or op.activation
    assert not expected or op.cells or op.name in UNTOLD, f"{op.name} lacks cells: how its result is told cell by cell."
    assert not (op.cells and op.name in UNTOLD), f"{op.name} is told cell by cell, and is in UNTOLD."
