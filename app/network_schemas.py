"""The JSON contract of networks: what they are made of, what they learn from, and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from gradlens.app.schemas import (
    Bilingual,
    Number,
    OptionalValues,
    ProblemDetails,
    Together,
    Trace,
    Values,
    Warning,
)
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

TYPED_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}]
}
LAYERS_SCHEMA = {"anyOf": [{"type": "array", "items": TYPED_SCHEMA}, {"type": "object"}, {"type": "string"}]}
X_SCHEMA = {"description": "Numbers in nested lists, or an object of them by input name."}
BIGGEST_SEED = 2**32 - 1

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


class DrawnDataset(Together):
    """Data that comes with the service, and what is drawn where it is drawn."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, description="A data set of GET /api/datasets.")
    samples: int | None = Field(
        default=None, ge=2, le=10_000, description="Of a set that is drawn: how many; 400 where it is left out."
    )
    noise: float = Field(default=0.0, ge=0, le=0.5, description="Of a set that is drawn: from 0 to 0.5.")
    seed: int = Field(
        default=0, ge=0, le=BIGGEST_SEED, description="Of what is drawn, and of the shuffle before a split."
    )


class DatasetSpec(DrawnDataset):
    """Data that comes with the service, or a reader's own as comma-separated values."""

    apart = (("csv", "name"), ("samples", "csv"), ("noise", "csv"), ("label", "name"), ("task", "name"))

    csv: str | None = Field(default=None, description="Comma-separated values, with or without a header.")
    label: str | int | None = Field(
        default=None,
        description="Of a csv: the column of labels by name, or by place from 0; the last where it is left out.",
    )
    task: Literal["classification", "regression"] | None = Field(
        default=None,
        description="Of a csv: what the labels are. Left out, words and the whole numbers from 0 are classes.",
    )
    train: int | None = Field(default=None, ge=1, description="How many samples to train on.")
    test: int | None = Field(default=None, ge=0, description="How many to hold out; a fifth where neither is given.")


# A name alone stands for the data set of that name.
NamedDataset = Annotated[
    DatasetSpec,
    BeforeValidator(
        lambda given: {"name": given} if isinstance(given, str) else given, json_schema_input_type=DatasetSpec | str
    ),
]


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
    seed: OptionalValues = Field(
        default=None,
        description="Upstream gradient at the output, a number or an array of its shape; ones where it is left out.",
    )
    values: Literal["auto", "full", "summary"] = Field(
        default="auto", description='"auto", "full" or "summary", as of /api/expression.'
    )
    detail: Literal["fused", "expanded"] = Field(
        default="fused", description='"fused" or "expanded", as of /api/expression.'
    )
    expand: list[str] = Field(default=[], description="A list of the library functions to open, as of /api/expression.")


class Resume(BaseModel):
    """What the end of a training held, to go on from there."""

    model_config = ConfigDict(extra="forbid")

    step: int = Field(ge=0, le=2**31, description="The steps that were taken.")
    slots: dict[str, dict[str, Values]] = Field(
        default={}, description="By parameter, what its optimizer remembers by name."
    )


class TrainRequest(NetworkRequest):
    """A network, its data, and how it learns."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{**XOR, "optimizer": {"type": "sgd", "lr": 0.1}, "steps": 100}]},
    )

    apart = (*NetworkRequest.apart, ("steps", "epochs"), ("train", "dataset"))
    needs = ()  # a training tells by itself what it lacks

    train: int | None = Field(
        default=None,
        ge=1,
        description=(
            "A whole number: of x and t, how many samples to train on; the others are held out. All where it is left"
            " out. A dataset has a train of its own."
        ),
    )
    batch_size: int | None = Field(
        default=None, ge=1, description="A whole number from 1: samples a step; all where it is left out."
    )
    optimizer: Typed = Field(
        default="sgd",
        description=(
            'An object such as {"type": "adam", "lr": 0.01}: sgd, momentum, nesterov, adagrad, rmsprop or adam.'
        ),
    )
    steps: int | None = Field(
        default=None, ge=1, description="A whole number from 1: updates. Either this or epochs is needed."
    )
    epochs: int | None = Field(
        default=None, ge=1, description="A whole number from 1: passes through the training data."
    )
    shuffle: bool = Field(default=True, description="true or false: whether every epoch has an order of its own.")
    shuffle_seed: int = Field(
        default=0, ge=0, le=BIGGEST_SEED, description="A whole number from 0: the same one gives the same orders."
    )
    report_every: int | None = Field(
        default=None,
        ge=1,
        description="A whole number from 1: a step event every so many steps; about 200 in all where it is left out.",
    )
    trace_at: list[int] = Field(
        default=[],
        max_length=100,
        description="A list of up to 100 steps whose whole trace is wanted, before their update.",
    )
    freeze: list[str] = Field(default=[], description="A list of parameters that do not move.")
    predict: X = Field(
        default=None, description="Further inputs whose outputs every step event holds, such as the points of a grid."
    )
    resume: Resume | None = Field(
        default=None,
        description=(
            "What an end event held as resume, with its parameters as parameters: the run goes on as if it had not"
            " ended."
        ),
    )


class NetworkLayer(BaseModel):
    """A layer as it was written into the program."""

    name: str = Field(description="Its name in the program.")
    type: str = Field(description="Its type.")
    place: str = Field(description="In the specification.")
    output_shape: list[int] = Field(description="The sizes of its output, samples first.")
    parameters: int = Field(description="How many numbers it learns, those of its parts included.")
    parameter_names: list[str] = Field(description="The names of what it learns.")
    group: int = Field(description="The id of its group in the trace.")
    layers: list[NetworkLayer] = Field(description="The layers that it is made of.")


class NetworkTrace(Trace):
    """A network's graph with every value and gradient, and its layers."""

    layers: list[NetworkLayer] = Field(description="In the order of the specification.")


class Evaluation(BaseModel):
    """How a network does on some samples, without dropout and penalties."""

    loss: Number = Field(description="The mean loss.")
    accuracy: float | None = Field(description="The share of right answers; null where the loss knows none.")


class TrainData(BaseModel):
    """A data set as a network is trained on it."""

    features: list[str] = Field(description="The names of the columns.")
    classes: list[str] | None = Field(
        description="The names of the classes, in the order of their numbers; null of a regression."
    )
    scaling: dict[str, Values] = Field(
        description="What was taken off the columns and what they were divided by, and the targets of a regression."
    )
    x: OptionalValues = Field(description="The samples, shuffled and scaled; null where they are many.")
    t: OptionalValues = Field(description="Their targets; null where they are many.")


class SampleCounts(BaseModel):
    """How many samples a training has."""

    train: int = Field(description="To train on.")
    test: int = Field(description="Held out.")


class TrainEvent(BaseModel):
    """One line of a training: its start, a step, a trace, or its end."""

    event: Literal["start", "step", "trace", "end"] = Field(
        description='"start" comes first, then "step" and "trace", and "end" last.'
    )
    step: int | None = Field(default=None, description="Updates before the event; of an end, all of them.")
    epoch: int | None = Field(
        default=None, description="The pass through the training data that the step belongs to, from 1."
    )
    loss: Number | None = Field(
        default=None, description="Of the step's batch, before its update; of an end, of the last batch after it."
    )
    accuracy: float | None = Field(default=None, description="On the training samples, at the same moment.")
    train: Evaluation | None = Field(default=None, description="On the training samples.")
    test: Evaluation | None = Field(default=None, description="On the samples held out.")
    gradient_norms: dict[str, Number] | None = Field(
        default=None, description="By parameter: the norm of the batch's gradient."
    )
    update_ratios: dict[str, Number | None] | None = Field(
        default=None, description="The update's norm over the parameter's; null where that is 0."
    )
    predictions: Values | None = Field(default=None, description="The outputs at the inputs of `predict`.")
    trace: Trace | None = Field(default=None, description="Of a trace: the whole graph, before the step's update.")
    reason: Literal["steps", "budget", "diverged", "cancelled", "failed"] | None = Field(
        default=None,
        description=(
            "Of an end: all steps are done, the time is up, a value is not finite, the service stops, or a problem"
            " arose."
        ),
    )
    loss_function: str | None = Field(
        default=None,
        description=(
            "Of a start: the loss that is computed. Where it is not the one that was asked for, warnings say why."
        ),
    )
    warnings: list[Warning] | None = Field(
        default=None, description="Of a start: what there is to remark on the data and on what the network ends in."
    )
    warning: Warning | None = Field(
        default=None, description="Of a training that diverged: the first node that is not finite."
    )
    layer: str | None = Field(default=None, description="The layer of that node.")
    parameters: dict[str, Values] | None = Field(
        default=None, description="Of a start and an end: their values by name."
    )
    resume: Resume | None = Field(default=None, description="Of an end: what a further training starts from.")
    program: str | None = Field(default=None, description="Of a start: the network as a program.")
    layers: list[NetworkLayer] | None = Field(
        default=None, description="Of a start: the layers as they were written into the program."
    )
    steps: int | None = Field(default=None, description="Of a start: how many there will be.")
    batch_size: int | None = Field(default=None, description="Of a start: samples a step.")
    batches_per_epoch: int | None = Field(default=None, description="Of a start: steps to see every sample once.")
    samples: SampleCounts | None = Field(default=None, description="Of a start: how many samples there are.")
    flops: float | None = Field(
        default=None, description="Of a start: floating-point operations of the whole training."
    )
    data: TrainData | None = Field(default=None, description="Of a start with a data set.")
    problem: ProblemDetails | None = Field(default=None, description="Of a training that failed.")


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


class Dataset(BaseModel):
    """A data set that comes with the service."""

    name: str = Field(description="What a request calls it.")
    title: Bilingual = Field(description="Its name, by language.")
    task: Literal["classification", "regression"] = Field(description="Whether its targets are classes or numbers.")
    samples: int = Field(description="How many there are, or are drawn unless told otherwise.")
    features: list[str] = Field(description="The names of the columns.")
    classes: list[str] | None = Field(
        description="The names of the classes, in the order of their numbers; null of a regression."
    )
    drawn: bool = Field(description="Whether it is drawn from a seed, with noise if wanted.")
    source: str = Field(description="Where it comes from.")
    licence: str = Field(description="Under which it may be used.")


class Datasets(BaseModel):
    """The data sets, in the order in which a learner meets them."""

    datasets: list[Dataset] = Field(description="Each with what a request calls it.")


class DatasetSamples(BaseModel):
    """A data set's samples, as measured."""

    name: str = Field(description="What a request calls it.")
    features: list[str] = Field(description="The names of the columns.")
    classes: list[str] | None = Field(
        description="The names of the classes, in the order of their numbers; null of a regression."
    )
    x: Values
    t: Values
