"""Networks, their data and remarks on both as answers have them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from gradlens.app.problems import filled, quote
from gradlens.app.settings import Settings
from gradlens.engine.advising.advice import Remark
from gradlens.engine.exporting.wire.contract import remark_content
from gradlens.engine.graph import Graph
from gradlens.engine.networks.data.overview import Overview
from gradlens.engine.networks.data.sets import Data
from gradlens.engine.networks.fields import described as described_fields
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.layer_costs import forward_flops
from gradlens.engine.networks.layers import ACTIVATIONS, LAYERS
from gradlens.engine.networks.losses import LOSSES, loss_fields
from gradlens.engine.networks.network import Network
from gradlens.engine.networks.optimizers import OPTIMIZERS
from gradlens.engine.networks.training import Training
from gradlens.engine.values import size_of

activations = {op.name for op in ACTIVATIONS}
# kind: the sentence
KINDS = {
    "training-too-large": (
        "The end of this training holds {count} {count?number:numbers} in parameters, the optimizer's memory and"
        " predictions, and an answer at most {limit}: the largest arrays come as figures only, so it cannot be resumed."
        " Train in one go, or use a smaller network."
    ),
    "labels-coded": "{loss} compares numbers, so {first} counts as 0 and {second} as 1.",
    "labels-repeated": (
        "The data have one number a sample, and the network {count} outputs: each is compared with that number. Give"
        " the last layer one unit."
    ),
    "training-not-sent": (
        "The parameters and the optimizer's memory are {count} {count?number:numbers}, too much for a request of"
        " {limit} {limit?byte:bytes}: a training that ends before its time cannot be resumed then. Train in one go, or"
        " use a smaller network."
    ),
}
BYTES_A_NUMBER = 20  # in JSON, on average


def catalogue_of_pieces() -> dict[str, Any]:
    """What a network can be made of: layers, losses, optimizers and initialisations, from the engine's own tables."""
    return {
        "layers": [
            {
                "type": name,
                "inputs": layer.inputs,
                "activation": name in activations,
                "fields": described_fields(layer.fields),
            }
            for name, layer in LAYERS.items()
        ],
        "losses": [{"type": name, "fields": described_fields(loss_fields(name))} for name in LOSSES],
        "optimizers": [
            {"type": name, "fields": described_fields(optimizer.options)} for name, optimizer in OPTIMIZERS.items()
        ],
        "inits": list(INITS),
    }


def described(network: Network, graph: Graph) -> list[dict[str, Any]]:
    """Every layer with its shape, how much it learns and computes, and its group."""
    sizes = {p.name: size_of(p.shape) for p in network.parameters}
    ids = {group.name: group.id for group in graph.groups}
    flops = forward_flops(graph)

    def describe(layer: Any) -> dict[str, Any]:
        return {
            "name": layer.name,
            "type": layer.type,
            "place": layer.place,
            "output_shape": list(layer.output_shape),
            "parameters": sum(sizes[name] for name in layer.parameters),
            "parameter_names": list(layer.parameters),
            "flops": flops[ids[layer.name]],
            "group": ids[layer.name],
            "layers": [describe(part) for part in layer.layers],
        }

    return [describe(layer) for layer in network.layers]


def shown_data(data: Data | None, auto_elements: int) -> dict[str, Any] | None:
    """What a training says of its data; the samples themselves where they are few."""
    if data is None:
        return None
    few = data.x.size <= auto_elements
    scaling = {name: value if np.ndim(value) else float(value) for name, value in data.scaling.items()}
    return {
        "features": list(data.features),
        "classes": data.classes and list(data.classes),
        "scaling": scaling,
        "points": data.points if few else None,
        "x": data.x if few else None,
        "t": data.t if few else None,
    }


def overview_content(found: Overview) -> dict[str, Any]:
    """A reader's table as it was read, as an answer has it."""
    table, file = found.table, found.file

    def told(fault: Remark | None) -> dict[str, Any] | None:
        return None if fault is None else remark_content(fault)

    return {
        "encoding": file.encoding,
        "separator": file.delimiter if file.is_text else None,
        "header": found.header,
        "rows": found.rows,
        "columns": [{**asdict(column), "fault": told(column.fault)} for column in found.columns],
        "first": [{"line": line, "cells": cells} for line, cells in found.first],
        "label": found.label,
        "samples": 0 if table is None else len(table.x),
        "features": 0 if table is None else len(table.features),
        "classes": None if table is None or table.classes is None else list(table.classes),
        "fault": told(found.fault),
        "warnings": [remark_content(one) for one in found.remarks],
    }


def remarks_on_labels(network: Network, data: Data) -> list[Remark]:
    """Two words that a loss of quantities compares with one output, and numbers that it compares with several."""
    loss = network.loss
    if loss is not None and data.classes is None and len(network.output_shape) == 2 and network.output_shape[1] > 1:
        return [remark("labels-repeated", count=network.output_shape[1])]
    if loss is None or loss.decides is not None or network.output_shape[-1:] == (2,):
        return []
    if data.classes is None or len(data.classes) != 2 or data.classes == ("0", "1"):
        return []
    first, second = map(quote, data.classes)
    return [remark("labels-coded", loss=loss.type, first=first, second=second)]


def remarks_on_size(training: Training, settings: Settings) -> list[Remark]:
    """Whether the training can be gone on from, which its end is too late to tell."""
    if training.kept_elements > settings.response_elements:
        return [remark("training-too-large", count=training.kept_elements, limit=settings.response_elements)]
    if BYTES_A_NUMBER * training.resumed_elements > settings.body_bytes:
        return [remark("training-not-sent", count=training.resumed_elements, limit=settings.body_bytes)]
    return []


def remark(kind: str, **params: str | float) -> Remark:
    return Remark(kind, filled(KINDS[kind], params), params)
