"""What the workers compute for networks: the body of a request in, the content of its answer out, of a training line by
line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import orjson
from gradlens.app.encoding import encode_trace, encode_values, span
from gradlens.app.network_schemas import DrawnDataset, NetworkRequest, TrainRequest
from gradlens.app.problems import Problem, filled, quote
from gradlens.app.schemas import read_request
from gradlens.app.settings import Settings
from gradlens.engine.advising.advice import Remark
from gradlens.engine.networks.data.sets import CATALOGUE, Data, Table, catalogue, load, prepared, read_table
from gradlens.engine.networks.fields import described as described_fields
from gradlens.engine.networks.fields import one_of
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.layers import ACTIVATIONS, LAYERS
from gradlens.engine.networks.losses import LOSSES, loss_fields, read_loss
from gradlens.engine.networks.network import Network, NetworkSpec, network_inputs, trace_network
from gradlens.engine.networks.optimizers import OPTIMIZERS
from gradlens.engine.networks.training import Plan, Samples, Training, TrainingLimits, samples_of
from gradlens.engine.values import as_value, size_of

from gradlens import engine

activations = {op.name for op in ACTIVATIONS}
# kind: the sentence
KINDS = {
    "training-too-large": (
        "The end of this training holds {count} {count?number:numbers} in parameters, the optimizer's memory and"
        " predictions, and an answer at most {limit}: the largest arrays come as figures only, so it cannot be resumed."
        " Train in one go, or use a smaller network."
    ),
    "labels-coded": "{loss} compares numbers, so {first} counts as 0 and {second} as 1.",
    "training-not-sent": (
        "The parameters and the optimizer's memory are {count} {count?number:numbers}, too much for a request of"
        " {limit} {limit?byte:bytes}: a training that ends before its time cannot be resumed then. Train in one go, or"
        " use a smaller network."
    ),
}
BYTES_A_NUMBER = 20  # in JSON, on average
SHOWN_SAMPLES = 10  # of a data set that is run through a network, where nothing else is asked for


def network_jobs(settings: Settings, limits: engine.Limits) -> Mapping[str, Callable[[bytes], bytes | Iterator[bytes]]]:
    """The jobs by name.  Each raises Problem."""

    def network(body: bytes) -> bytes:
        request = read_request(body, NetworkRequest)
        with told():
            x, t, classes = request.x, request.t, None
            if (data := dataset(request)) is not None:
                count = min(request.batch_size or SHOWN_SAMPLES, data.train)
                x, t, classes = data.x[:count], data.t[:count], data.classes
            elif x is None:
                raise engine.EngineError("data-missing")
            trace, built = trace_network(
                spec(request),
                x,
                t,
                classes=classes,
                seed=request.seed,
                detail=request.detail,
                expand=tuple(request.expand),
                limits=limits,
            )
            trace.warnings += [] if data is None else [*data.remarks, *remarks_on_labels(built, data)]
        layers = described(built, trace.groups)
        return encode_trace(
            trace, request.values, settings.values_auto_elements, settings.response_elements, layers=layers
        )

    def train(body: bytes) -> Iterator[bytes]:
        request = read_request(body, TrainRequest)
        with told():
            data = dataset(request)
            training = Training(spec(request), samples(request, data), plan(request), training_limits)
        return lines(training, request, data)

    def lines(training: Training, request: TrainRequest, data: Data | None) -> Iterator[bytes]:
        """The events as JSON, one a line."""
        end = time.monotonic() + settings.training_seconds
        with told():
            for event in training.events(lambda: time.monotonic() > end):
                if event["event"] == "start":
                    groups = training.program(training.batch_size, training.first).graph.groups
                    event |= {
                        "layers": described(training.network, groups),
                        "data": shown_data(data, settings.values_auto_elements),
                    }
                    event["warnings"] = [
                        shown_remark(remark)
                        for remark in [
                            *([] if data is None else [*data.remarks, *remarks_on_labels(training.network, data)]),
                            *event["warnings"],
                            *remarks_on_size(training),
                        ]
                    ]
                elif "warning" in event:
                    event["warning"] = shown_remark(event["warning"])
                trace = event.pop("trace", None)
                line = encode_values(event, settings.response_elements)
                if trace is not None:
                    encoded = encode_trace(
                        trace, request.values, settings.values_auto_elements, settings.response_elements
                    )
                    line = line[:-1] + b',"trace":' + encoded + b"}"
                yield line

    def remarks_on_size(training: Training) -> list[Remark]:
        """Whether the training can be gone on from, which its end is too late to tell."""
        if training.kept_elements > settings.response_elements:
            return [remark("training-too-large", count=training.kept_elements, limit=settings.response_elements)]
        if BYTES_A_NUMBER * training.resumed_elements > settings.body_bytes:
            return [remark("training-not-sent", count=training.resumed_elements, limit=settings.body_bytes)]
        return []

    def datasets(body: bytes) -> bytes:
        return orjson.dumps({"datasets": catalogue()})

    def pieces(body: bytes) -> bytes:
        return orjson.dumps(catalogue_of_pieces())

    def dataset_samples(body: bytes) -> bytes:
        asked = read_request(body, DrawnDataset)
        with told():
            table = catalogued(asked)
        content = {
            "name": asked.name,
            "features": list(table.features),
            "classes": table.classes and list(table.classes),
            "x": table.x,
            "t": table.t,
        }
        return encode_values(content, settings.response_elements, elide=False)

    training_limits = TrainingLimits(settings.training_steps, settings.training_flops, limits)
    return {"network": network, "train": train, "datasets": datasets, "dataset": dataset_samples, "pieces": pieces}


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


@contextmanager
def told() -> Iterator[None]:
    """What the engine finds wrong as a Problem."""
    try:
        yield
    except engine.EngineError as error:
        raise Problem(error.kind, 422, error.title, error.detail, error.params, span=span(error.span)) from None


def spec(request: NetworkRequest) -> NetworkSpec:
    return NetworkSpec(
        request.layers, request.loss, request.init, request.init_seed, request.l1, request.l2, request.parameters
    )


def dataset(request: NetworkRequest) -> Data | None:
    """The data set that is asked for, split and scaled; None where there is none.

    Errors: those of data and losses, labels-quantities.
    """
    asked = request.dataset
    if asked is None:
        return None
    loss = None if request.loss is None else read_loss(request.loss)
    for_classes = None if loss is None else loss.decides is not None
    unit = None
    if asked.csv is not None:
        table = read_table(asked.csv, asked.label, asked.task, for_classes=for_classes)
    else:
        table, unit = catalogued(asked, "dataset."), CATALOGUE[asked.name].unit
    if for_classes and table.classes is None:
        raise engine.EngineError("labels-quantities", loss=loss.type)
    return prepared(table, unit=unit, train=asked.train, test=asked.test, seed=asked.seed)


def catalogued(asked: DrawnDataset, place: str = "") -> Table:
    """A set of the catalogue.  Raises Problem for samples and noise of one that is not drawn.  Error: spec-choice."""
    name = one_of(asked.name, CATALOGUE, f"{place}name")
    if CATALOGUE[name].file is not None:
        for field in ("samples", "noise"):
            if asked.given(field):
                raise Problem.of("fields-apart", field=place + field, other=f"{place}name: {name}")
    return load(name, samples=asked.samples, noise=asked.noise, seed=asked.seed)


def samples(request: TrainRequest, data: Data | None) -> Samples:
    """Errors: data-missing, and those of data and values."""
    if data is not None:
        return Samples({"x": data.x}, data.t, data.train, data.classes)
    if request.x is None or request.t is None:
        raise engine.EngineError("data-missing")
    return samples_of(network_inputs(request.x), as_value(request.t, "t"), request.train)


def plan(request: TrainRequest) -> Plan:
    return Plan(
        request.optimizer,
        request.steps,
        request.epochs,
        request.batch_size,
        request.shuffle,
        request.shuffle_seed,
        request.report_every,
        tuple(request.trace_at),
        tuple(request.freeze),
        {} if request.predict is None else network_inputs(request.predict),
        request.resume and request.resume.model_dump(),
        request.detail,
        tuple(request.expand),
    )


def described(network: Network, groups: list) -> list[dict[str, Any]]:
    """Every layer with its shape, how much it learns, and its group."""
    sizes = {p.name: size_of(p.shape) for p in network.parameters}
    ids = {group.name: group.id for group in groups}

    def describe(layer: Any) -> dict[str, Any]:
        return {
            "name": layer.name,
            "type": layer.type,
            "place": layer.place,
            "output_shape": list(layer.output_shape),
            "parameters": sum(sizes[name] for name in layer.parameters),
            "parameter_names": list(layer.parameters),
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
        "x": data.x if few else None,
        "t": data.t if few else None,
    }


def remarks_on_labels(network: Network, data: Data) -> list[Remark]:
    """Two words that a loss of quantities compares with one output."""
    coded = network.loss is not None and network.loss.decides is None and network.output_shape[-1:] != (2,)
    if not coded or data.classes is None or len(data.classes) != 2 or data.classes == ("0", "1"):
        return []
    first, second = map(quote, data.classes)
    return [remark("labels-coded", loss=network.loss.type, first=first, second=second)]


def remark(kind: str, **params: int | str) -> Remark:
    return Remark(kind, filled(KINDS[kind], params), params)


def shown_remark(remark: Any) -> dict[str, Any] | None:
    if remark is None:
        return None
    return {
        "kind": remark.kind,
        "message": remark.message,
        "params": remark.params,
        "node": remark.node,
        "edge": remark.edge,
        "span": span(remark.span),
    }
