"""Networks: what they are made of, and what runs through them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from gradlens.app.schemas.datasets import BIGGEST_SEED, NamedDataset
from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Detail, Expand, Trace, UpstreamSeed, ValuesShown
from gradlens.app.schemas.values import OptionalValues, Values

TYPED_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}]
}
LAYERS_SCHEMA = {"anyOf": [{"type": "array", "items": TYPED_SCHEMA}, {"type": "object"}, {"type": "string"}]}
X_SCHEMA = {"description": "Numbers in nested lists, or an object of them by input name."}

# The engine reads specifications, and tells what is wrong with them better than a schema can.
Layers = Annotated[Any, WithJsonSchema(LAYERS_SCHEMA)]
Typed = Annotated[Any, WithJsonSchema({"anyOf": [*TYPED_SCHEMA["anyOf"], {"type": "null"}]})]
X = Annotated[Any, WithJsonSchema(X_SCHEMA)]

XOR = {
    "layers": [{"type": "affine", "units": 3}, {"type": "relu"}, {"type": "affine", "units": 2}],
    "loss": {"type": "softmax_cross_entropy"},
    "x": [[0, 0], [0, 1], [1, 0], [1, 1]],
    "t": [0, 1, 1, 0],
}


class NetworkRequest(Together):
    """A network, and what to run through it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [XOR]})

    apart = (("x", "dataset"), ("t", "dataset"))
    needs = (("t", "loss"), ("l1", "loss"), ("l2", "loss"))

    layers: Layers = Field(
        description=(
            'A list of layers such as {"type": "affine", "units": 3}, a Keras configuration, or the text of a PyTorch'
            " nn.Sequential."
        )
    )
    loss: Typed = Field(default=None, description='An object such as {"type": "mse", "reduction": "mean"}, or a name.')
    x: X = Field(
        default=None,
        description="Numbers in nested lists, samples along the first axis, or an object of them by input name.",
    )
    t: OptionalValues = Field(default=None, description="Targets of the output's shape, or class numbers from 0.")
    dataset: NamedDataset | None = Field(
        default=None,
        description=(
            'Instead of x and t: an object such as {"name": "iris", "train": 120}, or a name of GET /api/datasets.'
        ),
    )
    batch_size: int | None = Field(
        default=None,
        ge=1,
        description=(
            "A whole number from 1: how many of a data set's training samples are run, 10 where it is left out; of x"
            " all are."
        ),
    )
    init: str = Field(
        default="he",
        description=(
            'How weights are drawn: "he", "he_uniform", "xavier", "xavier_uniform", "normal", "uniform" or "zeros".'
        ),
    )
    init_seed: int = Field(
        default=0,
        ge=0,
        le=BIGGEST_SEED,
        description="A whole number from 0: the same one draws the same weights and drops the same values.",
    )
    l1: float = Field(
        default=0.0, description="A number from 0: the penalty l1 Σ|W| on all weights, part of the graph."
    )
    l2: float = Field(
        default=0.0, description="A number from 0: the penalty l2/2 Σ W² on all weights, part of the graph."
    )
    parameters: dict[str, Values] = Field(
        default={}, description="An object of values by parameter name, instead of drawn ones."
    )
    seed: UpstreamSeed = None
    values: ValuesShown = "auto"
    detail: Detail = "fused"
    expand: Expand = Field(default=[])


class NetworkLayer(BaseModel):
    """A layer as it was written into the program."""

    name: str = Field(description="Its name in the program.")
    type: str = Field(description="Its type.")
    place: str = Field(description="In the specification.")
    output_shape: list[int] = Field(description="The sizes of its output, samples first.")
    parameters: int = Field(description="How many numbers it learns, those of its parts included.")
    parameter_names: list[str] = Field(description="The names of what it learns.")
    flops: int = Field(
        description="Floating-point operations of its forward pass, for all samples of the batch, those of its parts"
        " included."
    )
    group: int = Field(description="The id of its group in the trace.")
    layers: list[NetworkLayer] = Field(description="The layers that it is made of.")


class NetworkTrace(Trace):
    """A network's graph with every value and gradient, and its layers."""

    layers: list[NetworkLayer] = Field(description="In the order of the specification.")


class PieceField(BaseModel):
    """A field that can be written in a line."""

    name: str = Field(description="What it is called.")
    required: bool = Field(description="Whether it must be given.")
    default: Any = Field(description="What stands for it where it is left out; null where that follows from the rest.")
    kind: Literal["whole", "number", "flag", "choice", "pair", "sizes"] = Field(description="What it takes.")
    least: int | None = Field(default=None, description="Of whole numbers.")
    low: float | None = Field(default=None, description="Of numbers: the least.")
    below: float | None = Field(default=None, description="Of numbers: what they must be below.")
    choices: list[str] | None = Field(default=None, description="Of a choice: the words that it takes.")


class Piece(BaseModel):
    """A loss or an optimizer, and what it may be told."""

    type: str = Field(description="What a specification calls it.")
    fields: list[PieceField] = Field(description="What may be given beside the type.")


class LayerPiece(Piece):
    """A layer, and what it may be told."""

    inputs: int | None = Field(description="How many it takes; null: two or more.")
    activation: bool = Field(description="Whether it may stand as another layer's activation.")


class Pieces(BaseModel):
    """What a network can be made of."""

    layers: list[LayerPiece] = Field(description="The layers.")
    losses: list[Piece] = Field(description="The losses.")
    optimizers: list[Piece] = Field(description="The optimizers.")
    inits: list[str] = Field(description="The ways to draw weights.")
