"""What the reference and the documents show runs, and shows something."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.deriving.op_examples import example_program
from gradlens.engine.ops import OPS, Op
from tests.each import case, each

FLAT = {"heaviside"}  # but for one point, which the example is not
MULTIPLIED = {"one_hot"}  # by an input that has a gradient of its own
ENGINE = Path(engine.__file__).parent


@each("op", OPS.values())
def test_the_example_of_every_op_runs_and_sends_a_gradient_where_the_op_does(op: Op):
    trace = engine.trace(example_program(op))
    assert all(np.all(np.isfinite(node.value)) for node in trace.nodes)
    rules = [*op.local.values(), *op.vjp.values(), *([op.definition] if op.definition else [])]
    passes = (any(rule != "0" for rule in rules) and op.name not in FLAT) or op.name in MULTIPLIED
    assert passes == any(np.any(gradient) for gradient in trace.gradients.values())


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_every_example_of_the_language_runs(name):
    examples = re.findall(r"```python\n(.*?)```", (ENGINE / name).read_text("utf-8"), re.DOTALL)
    assert len(examples) > 10
    for example in examples:
        with case(example):
            assert any(np.any(gradient) for gradient in engine.trace(example).gradients.values())
