"""The exponential of a matrix."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from typing import Any

import numpy as np

from gradlens.engine.ops.linear_algebra import cubic, square_shape
from gradlens.engine.ops.matrices.decompositions import or_nan, several_cubic
from gradlens.engine.ops.op import Cost, Op, Tests, Use, Words
from gradlens.engine.values import Array

# The numerator's coefficients of Padé's approximant of order 13, and how large a matrix may be for it: Higham 2005, The
# scaling and squaring method for the matrix exponential revisited.
PADE = (
    64764752532480000.0,
    32382376266240000.0,
    7771770303897600.0,
    1187353796428800.0,
    129060195264000.0,
    10559470521600.0,
    670442572800.0,
    33522128640.0,
    1323241920.0,
    40840800.0,
    960960.0,
    16380.0,
    182.0,
    1.0,
)
REACH = 5.371920351148152
MOST_SQUARINGS = 100


def pade(x: Array) -> Array:
    one = np.eye(x.shape[-1])
    second = x @ x
    fourth = second @ second
    sixth = fourth @ second
    odd = sixth @ (PADE[13] * sixth + PADE[11] * fourth + PADE[9] * second)
    odd = x @ (odd + PADE[7] * sixth + PADE[5] * fourth + PADE[3] * second + PADE[1] * one)
    even = sixth @ (PADE[12] * sixth + PADE[10] * fourth + PADE[8] * second)
    even = even + PADE[6] * sixth + PADE[4] * fourth + PADE[2] * second + PADE[0] * one
    return np.asarray(np.linalg.solve(even - odd, even + odd), dtype=np.float64)


def expm_one(x: Array) -> Array:
    """Of one matrix: halved until it is small, and the result squared as often."""
    size = float(np.max(np.sum(np.abs(x), axis=-2), initial=0.0))
    squarings = max(0, int(np.ceil(np.log2(size / REACH)))) if size > REACH else 0
    if squarings > MOST_SQUARINGS:
        return np.full(x.shape, np.nan)
    found = pade(x / 2.0**squarings)
    for _ in range(squarings):
        found = found @ found
    return found


def expm_array(x: Array) -> Array:
    with np.errstate(all="ignore"):
        flat = np.reshape(x, (-1, *x.shape[-2:]))
        return np.reshape(np.array([expm_one(flat[i]) for i in range(len(flat))]), x.shape)


def corners(use: Use) -> dict[str, Any]:
    """How far a matrix lies from the edges of one that is twice as large, in three of its corners."""
    *batch, side, _ = use.shapes[0]
    around = ((0, 0),) * len(batch)
    before, after = (side, 0), (0, side)
    return {
        "side": side,
        "upper": (*around, after, after),
        "lower": (*around, before, before),
        "right": (*around, after, before),
    }


OPS = [
    Op(
        "expm(x)",
        # Higham 2008, Functions of Matrices, (3.16): the derivative stands in the corner of the exponential of blocks.
        vjp={
            "x": (
                "a = swapaxes(x, -1, -2)\nb = expm(pad(a, upper) + pad(a, lower) + pad(g, right))\nb[..., :side, side:]"
            )
        },
        words=Words(
            r"e^{{x}}",
            en="Exponential of a square matrix, 1 + x + x² / 2 + … with matrix products.",
            ko="정사각행렬의 지수 함수. 행렬곱으로 1 + x + x² / 2 + …를 더한 것입니다.",
        ),
        family="linear algebra",
        statics=corners,
        array=or_nan(expm_array, lambda shape: shape),
        shape=square_shape,
        cost=Cost(
            flops=lambda shapes, out: 30 * cubic(shapes, out),
            back=several_cubic(240),
            between=lambda shapes, options: ((*shapes[0][:-2], 2 * shapes[0][-1], 2 * shapes[0][-1]),),
        ),
        tests=Tests(examples=(("expm(x)", {"x": (3, 3)}), ("expm(x)", {"x": (2, 2, 2)}))),
    ),
]
