"""Optimizers: how a parameter moves on its gradient.

Formulas and defaults are those of torch.optim (PyTorch 2.13), weight decay included: it is added to the gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gradlens.engine.networks.fields import Field, anything, number, one_of, read_fields, typed
from gradlens.engine.values import Value

Options = Mapping[str, float]
Slots = dict[str, Value]  # what an optimizer remembers of one parameter, by name


@dataclass(frozen=True, slots=True)
class OptimizerType:
    """One update rule.

    update: (gradient, slots, options, step from 1) -> what is subtracted from the parameter; it renews the slots.
    slots: their names; they start at zero.
    """

    update: Callable[[Value, Slots, Options, int], Value]
    options: dict[str, Field]
    slots: tuple[str, ...] = ()


def sgd(g: Value, slots: Slots, o: Options, step: int) -> Value:
    return o["lr"] * g


def momentum(g: Value, slots: Slots, o: Options, step: int) -> Value:
    slots["velocity"] = o["momentum"] * slots["velocity"] + g
    return o["lr"] * slots["velocity"]


def nesterov(g: Value, slots: Slots, o: Options, step: int) -> Value:
    slots["velocity"] = o["momentum"] * slots["velocity"] + g
    return o["lr"] * (g + o["momentum"] * slots["velocity"])


def adagrad(g: Value, slots: Slots, o: Options, step: int) -> Value:
    slots["squares"] = slots["squares"] + g * g
    return o["lr"] * g / (np.sqrt(slots["squares"]) + o["eps"])


def rmsprop(g: Value, slots: Slots, o: Options, step: int) -> Value:
    slots["squares"] = o["alpha"] * slots["squares"] + (1 - o["alpha"]) * g * g
    return o["lr"] * g / (np.sqrt(slots["squares"]) + o["eps"])


def adam(g: Value, slots: Slots, o: Options, step: int) -> Value:
    slots["mean"] = o["beta1"] * slots["mean"] + (1 - o["beta1"]) * g
    slots["squares"] = o["beta2"] * slots["squares"] + (1 - o["beta2"]) * g * g
    corrected = np.sqrt(slots["squares"]) / math.sqrt(1 - o["beta2"] ** step)
    return o["lr"] / (1 - o["beta1"] ** step) * slots["mean"] / (corrected + o["eps"])


def rate(default: float) -> dict[str, Field]:
    """The options that every optimizer has. A learning rate of 0 is a way to watch without moving."""
    return {"lr": Field(number(0), default), "weight_decay": Field(number(0), 0.0)}


FRACTION = number(0, below=1)

OPTIMIZERS: dict[str, OptimizerType] = {
    # PyTorch's SGD has 0.001 and no momentum by default; 0.01 and 0.9 are what its documentation's examples use.
    "sgd": OptimizerType(sgd, rate(0.01)),
    "momentum": OptimizerType(momentum, rate(0.01) | {"momentum": Field(FRACTION, 0.9)}, ("velocity",)),
    "nesterov": OptimizerType(nesterov, rate(0.01) | {"momentum": Field(FRACTION, 0.9)}, ("velocity",)),
    "adagrad": OptimizerType(adagrad, rate(0.01) | {"eps": Field(number(0, above=True), 1e-10)}, ("squares",)),
    "rmsprop": OptimizerType(
        rmsprop, rate(0.01) | {"alpha": Field(FRACTION, 0.99), "eps": Field(number(0, above=True), 1e-8)}, ("squares",)
    ),
    "adam": OptimizerType(
        adam,
        rate(0.001)
        | {
            "beta1": Field(FRACTION, 0.9),
            "beta2": Field(FRACTION, 0.999),
            "eps": Field(number(0, above=True), 1e-8),
        },
        ("mean", "squares"),
    ),
}


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An update rule with its options."""

    type: str
    options: Options

    @property
    def slots(self) -> tuple[str, ...]:
        return OPTIMIZERS[self.type].slots

    def start(self, value: Value) -> Slots:
        """What is remembered of a parameter before the first step."""
        return {name: np.zeros_like(value, dtype=float) for name in self.slots}

    def update(self, value: Value, gradient: Value, slots: Slots, step: int) -> Value:
        """What is subtracted from the parameter at a step, counted from 1; the slots are renewed."""
        if self.options["weight_decay"]:
            gradient = gradient + self.options["weight_decay"] * value
        return OPTIMIZERS[self.type].update(gradient, slots, self.options, step)


def read_optimizer(spec: object) -> Optimizer:
    """Errors: spec-choice, and those of the fields."""
    spec = typed(spec, "optimizer")
    kind = one_of(spec["type"], OPTIMIZERS, "optimizer.type")
    options = read_fields(spec, "optimizer", {"type": Field(anything)} | OPTIMIZERS[kind].options)
    return Optimizer(kind, {name: value for name, value in options.items() if name != "type"})
