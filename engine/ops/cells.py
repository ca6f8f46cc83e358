"""How the cells of an op's result hang together with those of its operands: what the page tells cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# static/js/panels/cells/ reads these, and knows no op by name.
Form = Literal[
    "weighted",  # the operands as broadcasting has them, each by its share
    "multiplied",  # the product of the operands as broadcasting has them
    "product",  # of the inputs that `Op.product` names; how: "transposed" where the second is (out, in)
    "einsum",  # by its subscripts
    "convolution",  # filters over windows; options stride, padding
    "pooling",  # windows each by itself, as `how` says; options size, stride, padding
    "reduction",  # along axes, as `how` says; options axis, keepdims
    "rowwise",  # a cell of the whole row that it stands in, as `how` says; option axis
    "trace",  # the sum of a diagonal
    # Each cell is one cell of an operand, or a constant.
    "reshaped",  # the same order
    "permuted",  # how: "axes" the option gives, "exchanged" axis1 and axis2, "moved" source to destination
    "flipped",  # option axis
    "stacked",  # option axis
    "joined",  # option axis
    "padded",  # options width, value
    "triangle",  # how: "lower", "upper"
    "diagonal",  # of a matrix, or a vector on it
    "tiled",  # the whole again and again
    "repeated",  # each again and again; options repeats, axis
    "split",  # option axis
    "chosen",  # option key
    "written",  # the second operand at the places of the option key, the first elsewhere
]
How = Literal[
    "",
    "sum",
    "mean",
    "max",
    "min",
    "first max",
    "prod",
    "logsumexp",
    "var",
    "std",
    "norm",
    "softmax",
    "log_softmax",
    "transposed",
    "axes",
    "exchanged",
    "moved",
    "lower",
    "upper",
]


@dataclass(frozen=True, slots=True)
class Cells:
    """The map from the cells of a result to those of the operands, as plain data.

    how: what is made of the cells.  "" for a reduction that is none of these: it is told by its name, and how much it
      moves with a cell is not.
    shares: of "weighted", by operand.
    subscripts: of "einsum"; "" where they are an option.
    only: the cells are told where these options have these values, and else not.
    """

    form: Form
    how: How = ""
    shares: tuple[float, ...] = ()
    subscripts: str = ""
    only: Mapping[str, Any] = field(default_factory=dict[str, Any])
