"""A training that a chapter shows: what the page asks the service for, and some of its samples as pictures."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from gradlens.app.jobs.learning.models import Training
from gradlens.engine.networks.data.sets import held_out
from gradlens.engine.networks.network import NetworkSpec, build_network

OWN = {"pictures", "side"}  # fields that are not the service's


class Trained:
    """A training of a chapter, before it begins."""

    def __init__(self, training: Training):
        self.training = training
        self.samples = held_out(training.dataset, training.pictures)

    def shown(self) -> dict[str, Any]:
        """What the page asks for: the outputs at the pictures with every step."""
        request = self.training.model_dump(exclude=OWN) | {"predict": self.samples.x.tolist()}
        return {"request": request, "labels": self.samples.labels}

    def numbers(self) -> dict[str, int]:
        """How many samples are for training and held out, how many numbers one has, and how many it learns."""
        training, samples = self.training, self.samples
        network = build_network(NetworkSpec(training.layers, training.loss), {"x": samples.x.shape})
        parameters = sum(math.prod(parameter.shape) for parameter in network.parameters)
        return {
            "train": samples.train,
            "test": samples.test,
            "features": samples.x.shape[1],
            "parameters": parameters,
            "batch": training.batch_size,
            "epochs": training.epochs,
        }

    def pictures(self, words: str) -> Markup:
        """The samples as pictures with their labels.  words: with {label}."""
        side = self.training.side
        listed = [
            Markup(
                '<li><svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}">{2}</svg>'
                '<span class="label">{3}</span></li>'
            ).format(side, words.format(label=label), points(row, side), label)
            for row, label in zip(self.samples.x.tolist(), self.samples.labels)
        ]
        return Markup('<ol class="pictures">{}</ol>').format(Markup("").join(listed))


def points(row: list[float], side: int) -> Markup:
    """The dark points of a picture; what is white is left out."""
    return Markup("").join(
        Markup('<path d="M{} {}h1v1h-1z" opacity="{:.2f}"/>').format(at % side, at // side, value)
        for at, value in enumerate(row)
        if value
    )
