"""Losses of a network, their targets, and how often a network is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.fields import (
    Field,
    anything,
    choice,
    number,
    read_fields,
    shown,
    typed,
)
from gradlens.engine.values import Array, Shape, Value, shape_of


@dataclass(frozen=True, slots=True)
class LossType:
    """A loss of the output y and the target t.

    each: one number a sample or an element, in the language; its mean is the function of the registry.
    decides: "classes" where the largest output of a row is the answer; else the output from which on the answer is yes,
      or None where there is no yes or no.
    """

    each: str
    decides: Literal["classes"] | float | None = None


LOSSES = {
    "softmax_cross_entropy": LossType("-sum(t * log_softmax(y), axis=-1)", "classes"),
    "cross_entropy": LossType("-sum(xlogy(t, y), axis=-1)", "classes"),
    "sigmoid_cross_entropy": LossType("softplus(y) - t * y", 0.0),
    "binary_cross_entropy": LossType("-(xlogy(t, y) + xlogy(1 - t, 1 - y))", 0.5),
    "mse": LossType("(y - t) ** 2"),
    "mae": LossType("abs(y - t)"),
    "huber": LossType("where(abs(y - t) <= {delta}, (y - t) ** 2 / 2, {delta} * (abs(y - t) - {delta} / 2))"),
}


@dataclass(frozen=True, slots=True)
class Loss:
    type: str
    reduction: str
    delta: float

    @property
    def decides(self) -> Literal["classes"] | float | None:
        return LOSSES[self.type].decides

    @property
    def text(self) -> str:
        """The loss in the language."""
        if self.reduction == "mean":
            return f"{self.type}(y, t{f', delta={self.delta!r}' if self.type == 'huber' else ''})"
        each = LOSSES[self.type].each.format(delta=repr(self.delta))
        return f"sum({each})" if self.reduction == "sum" else each


def read_loss(spec: object) -> Loss:
    """Errors: loss-type, and those of the fields."""
    spec = typed(spec, "loss")
    if spec["type"] not in LOSSES:
        raise EngineError("loss-type", type=shown(spec["type"]), **suggestion(spec["type"][:80], LOSSES))
    told = read_fields(spec, "loss", {"type": Field(anything)} | loss_fields(spec["type"]))
    return Loss(told["type"], told["reduction"], told.get("delta", 1.0))


def loss_fields(type: str) -> dict[str, Field]:
    """What a loss may be told beside its type."""
    fields = {"reduction": Field(choice("mean", "sum", "none"), "mean")}
    return fields | {"delta": Field(number(0, above=True), 1.0)} if type == "huber" else fields


def targets(t: Value, output: Shape, loss: Loss, classes: Sequence[str] | None = None) -> Value:
    """The targets in the output's shape: as they are, or class numbers as rows with a single 1.

    classes: the names of those that the data tells apart; none of them where it has quantities, each of which is then
      compared with every output of its sample; None, where nothing is known of the data.  Where there are some, numbers
      are classes for every loss.  Two are no and yes for a single output; of more, only numbers that name themselves
      are quantities.
    Errors: labels-shape, labels-whole, labels-range, labels-classes.
    """
    shape = shape_of(t)
    count = len(classes or ())
    one_hot = loss.decides == "classes" or (output and count == output[-1] > 1)
    quantities = loss.decides is None and not one_hot
    if classes and count > 2 and quantities and list(classes) != [str(i) for i in range(count)]:
        raise EngineError("labels-classes", loss=loss.type, count=count, classes=", ".join(classes), last=count - 1)
    if shape == output:
        return t
    if output and shape == output[:-1] and (one_hot or output[-1] == 1):
        if one_hot:
            return one_hot_rows(t, output[-1])
        if classes is not None and loss.decides is not None:
            checked_labels(t, 2)  # yes or no
        return np.reshape(t, output)
    if classes is not None and not classes and quantities and shape == output[:-1]:
        return np.repeat(np.asarray(t)[..., None], output[-1], axis=-1)
    if one_hot:
        raise EngineError("labels-shape", got=str(shape), wanted=str(output), indices=str(output[:-1]))
    raise EngineError("targets-shape", got=str(shape), wanted=str(output))


def one_hot_rows(t: Value, classes: int) -> Array:
    """Class numbers as rows with a single 1.  Errors: labels-whole, labels-range."""
    return np.eye(classes)[checked_labels(t, classes).astype(int)]


def checked_labels(t: Value, classes: int) -> Array:
    """Errors: labels-whole, labels-range."""
    labels = np.asarray(t)
    with np.errstate(invalid="ignore"):
        broken = np.argwhere(labels != np.floor(labels))
        strange = np.argwhere((labels < 0) | (labels >= classes))
    for kind, found in (("labels-whole", broken), ("labels-range", strange)):
        if len(found):
            index = tuple(map(int, found[0]))
            raise EngineError(
                kind, label=f"{labels[index]:g}", index=str(list(index)), classes=classes, last=classes - 1
            )
    return labels


def right(y: Value, t: Value, loss: Loss) -> float | None:
    """The share of right answers; None where the loss knows none."""
    if loss.decides is None:
        return None
    outputs, answers = np.asarray(y), np.asarray(t)
    if isinstance(loss.decides, str):
        agree = np.equal(outputs.argmax(axis=-1), answers.argmax(axis=-1))
    else:
        agree = np.equal(outputs > loss.decides, answers > 0.5)
    return float(np.mean(agree))
