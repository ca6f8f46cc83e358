"""What the types of numbers can hold, and what NumPy joins in brackets."""

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import EngineError
from tests.each import each

LIMITS = (
    "np.finfo(float).eps np.finfo(np.float64).max np.finfo('float32').min np.finfo(np.float16).tiny"
    " np.finfo(x.dtype).eps"
    " np.finfo(dtype=float).resolution np.finfo(np.float32).epsneg np.iinfo(np.int32).max np.iinfo(int).min"
    " np.iinfo(np.uint8).max np.iinfo(np.int16).bits np.finfo(float).smallest_normal"
).split()
JOINED = (
    "np.c_[np.ones(2), m]",
    "np.c_[m, x, np.zeros((2, 1))]",
    "np.c_[x, [3.0, 4.0]]",
    "np.c_[m]",
    "np.r_[x, 5.0, [6.0]]",
    "np.r_[m, m]",
)


@each("expression", (*LIMITS, *JOINED))
def test_numpy_gives_the_same(expression):
    given = {"x": np.array([1.0, 2.0]), "m": np.array([[1.0, 2.0], [3.0, 4.0]])}
    trace = engine.trace(f"import numpy as np\nz = x[0] * {expression}", given)
    expected = eval(expression, {"np": np, **given})
    assert np.array_equal(np.asarray(trace["z"].value), np.asarray(expected, dtype=float))


@each(
    "expression",
    [
        "np.finfo(int).eps",
        "np.finfo('text').eps",
        "np.iinfo(float).max",
        "np.iinfo(bool).max",
        "torch.finfo(x.dtype).eps",
        "torch.finfo(3).eps",
        "np.finfo(np).eps",
    ],
)
def test_a_type_without_these_limits_is_refused_by_name(expression):
    with pytest.raises(EngineError) as caught:
        engine.trace(f"import torch\nz = x * {expression}", {"x": 2.0})
    assert caught.value.kind == "limits-type", caught.value.detail
