"""Training: how a network learns, and the events of its learning."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.datasets import BIGGEST_SEED
from gradlens.app.schemas.networks import XOR, NetworkLayer, NetworkRequest, Typed, X
from gradlens.app.schemas.reference import ProblemDetails
from gradlens.app.schemas.traces import Summary, Trace, Warning
from gradlens.app.schemas.values import Number, OptionalValues, Values


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
    points: OptionalValues = Field(
        description="Of a set that is drawn: where its samples lie in the plane; null where they are many."
    )
    x: OptionalValues = Field(description="The samples, shuffled and scaled; null where they are many.")
    t: OptionalValues = Field(description="Their targets; null where they are many.")


class SampleCounts(BaseModel):
    """How many samples a training has."""

    train: int = Field(description="To train on.")
    test: int = Field(description="Held out.")


class ParameterUpdate(BaseModel):
    """What the optimizer makes of a parameter at one step."""

    added: OptionalValues = Field(
        description="The parameter after the step less the one before; null where its numbers are many."
    )
    rising: int = Field(description="How many of its elements become larger.")
    falling: int = Field(description="How many become smaller.")
    ratio: Number | None = Field(description="The norm of what is added over the parameter's; null where that is 0.")
    summary: dict[Literal["added"], Summary] | None = Field(default=None, description="The figures of what is null.")


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
    updates: dict[str, ParameterUpdate] | None = Field(
        default=None, description="Of a trace: by parameter that moves, what the step's update makes of it."
    )
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
