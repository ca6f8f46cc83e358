"""Jobs of networks: their traces, their training line by line, and what they can be made of and learn from."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import orjson

from gradlens import engine
from gradlens.app.jobs.encoding import encode_trace, encode_values
from gradlens.app.jobs.network_answers import (
    catalogue_of_pieces,
    described,
    overview_content,
    remarks_on_labels,
    remarks_on_size,
    shown_data,
)
from gradlens.app.jobs.network_requests import catalogued, overview_of, spec, training_of
from gradlens.app.jobs.network_requests import dataset as read_dataset
from gradlens.app.jobs.running import limits_of
from gradlens.app.pool.worker import WAITING_FACTOR
from gradlens.app.schemas.datasets import DrawnDataset, TableRequest
from gradlens.app.schemas.networks import NetworkRequest
from gradlens.app.schemas.training import TrainRequest
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.wire.contract import remark_content
from gradlens.engine.networks.data.sets import Data
from gradlens.engine.networks.network import trace_network
from gradlens.engine.networks.training import Training

SHOWN_SAMPLES = 10  # of a data set that is run through a network, where nothing else is asked for


def network(request: NetworkRequest, settings: Settings) -> bytes:
    """A network's trace and its layers."""
    x, t, classes = request.x, request.t, None
    if (data := read_dataset(request)) is not None:
        count = min(request.batch_size or SHOWN_SAMPLES, data.train)
        x, t, classes = data.x[:count], data.t[:count], data.classes or ()
    elif x is None:
        raise EngineError("data-missing")
    trace, built = trace_network(
        spec(request),
        x,
        t,
        classes=classes,
        seed=request.seed,
        detail=request.detail,
        expand=tuple(request.expand),
        limits=limits_of(settings),
    )
    trace.warnings += [] if data is None else [*data.remarks, *remarks_on_labels(built, data)]
    return encode_trace(
        trace,
        request.values,
        settings.values_auto_elements,
        settings.response_elements,
        layers=described(built, trace.graph),
    )


def train(request: TrainRequest, settings: Settings) -> Iterator[bytes]:
    """A training's events, one a line."""
    data = read_dataset(request)
    return _lines(training_of(request, data, settings), request, data, settings)


def pieces(settings: Settings) -> bytes:
    """What a network can be made of."""
    return orjson.dumps(catalogue_of_pieces())


def datasets(settings: Settings) -> bytes:
    """What there is to train on."""
    return orjson.dumps({"datasets": engine.datasets()})


def dataset(request: DrawnDataset, settings: Settings) -> bytes:
    """Every sample of one data set."""
    table = catalogued(request)
    content = {
        "name": request.name,
        "features": list(table.features),
        "classes": table.classes and list(table.classes),
        "x": table.x,
        "t": table.t,
    }
    return encode_values(content, settings.response_elements, elide=False)


def table(request: TableRequest, settings: Settings) -> bytes:
    """A reader's table as it was read."""
    return orjson.dumps(overview_content(overview_of(request)))


def _lines(training: Training, request: TrainRequest, data: Data | None, settings: Settings) -> Iterator[bytes]:
    """The events as JSON, until the time is up."""
    end = time.process_time() + settings.training_seconds  # waiting for the processor does not count
    late = time.monotonic() + WAITING_FACTOR * settings.training_seconds
    most = {"auto": settings.values_auto_elements, "full": math.inf, "summary": 0}[request.values]
    for event in training.events(lambda: time.process_time() > end or time.monotonic() > late):
        if event["event"] == "start":
            event |= _told_at_the_start(training, data, event["warnings"], settings)
        elif "warning" in event:
            event["warning"] = event["warning"] and remark_content(event["warning"])
        trace = event.pop("trace", None)
        line = encode_values(event, settings.response_elements, most if trace is not None else math.inf)
        if trace is not None:
            encoded = encode_trace(trace, request.values, settings.values_auto_elements, settings.response_elements)
            line = line[:-1] + b',"trace":' + encoded + b"}"
        yield line


def _told_at_the_start(training: Training, data: Data | None, remarks: Any, settings: Settings) -> dict[str, Any]:
    """What the start of a training holds beside the engine's own: layers, data, and remarks on all of it."""
    of_data = [] if data is None else [*data.remarks, *remarks_on_labels(training.network, data)]
    graph = training.program(training.batch_size, training.first).graph
    return {
        "layers": described(training.network, graph),
        "data": shown_data(data, settings.values_auto_elements),
        "warnings": [remark_content(remark) for remark in [*of_data, *remarks, *remarks_on_size(training, settings)]],
    }
