"""The page's maps from cell to cell, held to the service: for every op that has one, its terms make the value and its
reaches the gradient.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine

ROOT = Path(__file__).parents[2]
PROBE = ROOT / "tests" / "js" / "cells_probe.js"
# What a reader chooses cells in: were one of these left out, nobody would see it in the numbers.
TOLD = {
    "matmul",
    "dot",
    "outer",
    "affine",
    "linear",
    "addmm",
    "einsum",
    "conv1d",
    "conv2d",
    "max_pool2d",
    "avg_pool2d",
    "softmax",
    "log_softmax",
    "logsumexp",
    "sum",
    "mean",
    "max",
    "min",
    "prod",
    "var",
    "std",
    "norm",
    "trace",
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "pow",
    "maximum",
    "where",
    "exp",
    "tanh",
    "sigmoid",
    "relu",
    "reshape",
    "ravel",
    "squeeze",
    "expand_dims",
    "broadcast_to",
    "transpose",
    "swapaxes",
    "moveaxis",
    "flip",
    "stack",
    "concat",
    "pad",
    "tril",
    "triu",
    "diag",
    "tile",
    "repeat",
    "split",
    "index",
}
MORE = [
    ("conv2d(x, W, stride=(2, 1), padding=(1, 2))", {"x": (2, 3, 5, 4), "W": (4, 3, 3, 2)}),
    ("conv1d(x, W, stride=3, padding=2)", {"x": (2, 2, 7), "W": (3, 2, 4)}),
    ("conv2d(x, x)", {"x": (2, 2, 2, 2)}),
    ("max_pool2d(x, 3, stride=2, padding=1)", {"x": (1, 2, 5, 5)}),
    ("max_pool2d(-x, 3, stride=2, padding=1)", {"x": (1, 1, 5, 5)}),
    ("x @ x", {"x": (3, 3)}),
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
    ("stack([x, y, x], axis=-1)", {"x": (2, 3), "y": (2, 3)}),
    ("softmax(x, axis=(0, 2))", {"x": (2, 3, 2)}),
    ("einsum('bij,jk', x, y)", {"x": (2, 3, 4), "y": (4, 2)}),
    ("einsum('ii->i', x)", {"x": (3, 3)}),
    ("einsum('i,i->', x, x)", {"x": (3,)}),
]


def literal(shape: tuple[int, ...], draw: np.random.Generator) -> object:
    return draw.uniform(0.2, 2.0, shape).tolist() if shape else float(draw.uniform(0.2, 2.0))


@pytest.fixture(scope="module")
def told(client, tmp_path_factory) -> list[dict]:
    """What the page makes of every example of every op, on random numbers: [{"call", "scalar", "op", "error"}]."""
    draw = np.random.default_rng(6)
    calls = [
        example
        for op in engine.OPS.values()
        for example in op.tests.examples
        if all(np.prod(shape, dtype=int) for shape in example[1].values())
    ]
    traces, said = [], []
    for call, shapes in [*calls, *MORE]:
        # A weight for each cell, so that no two upstream gradients are the same.
        body = {
            "program": f"z = {call}\nloss = sum(z * sin(reshape(cumsum(broadcast_to(1, z.shape)), z.shape)))",
            "inputs": {name: literal(shape, draw) for name, shape in shapes.items()},
        }
        answer = client.post("/api/expression", json=body)
        if answer.status_code == 200:
            traces.append(answer.json())
            said.append({"call": call, "scalar": not any(shapes.values())})
    file = tmp_path_factory.mktemp("cells") / "traces.json"
    file.write_text(json.dumps(traces), encoding="utf-8")
    found = json.loads(subprocess.run(["node", PROBE, file], capture_output=True, check=True, text=True).stdout)
    return [{**call, **one} for call, one in zip(said, found, strict=True)]


def test_terms_add_up_to_the_value_and_reaches_to_the_contribution(told):
    assert [one for one in told if one["error"] is not None and not float(one["error"]) < 1e-9] == []


def test_every_op_whose_cells_are_to_be_told_is_among_them(told):
    assert TOLD - {one["op"] for one in told if one["error"] is not None} == set()


def test_every_example_of_a_product_a_reduction_and_a_move_is_told(told):
    # Not told: lists of lists, other norms than the length, letters under an ellipsis, a diagonal with zeros beside it.
    untold = {one["call"] for one in told if one["op"] in TOLD and one["error"] is None and not one["scalar"]}
    assert {call for call in untold if not any(word in call for word in ("norm", "...", "[[", "->ii"))} == set()
