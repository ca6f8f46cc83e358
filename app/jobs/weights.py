"""Jobs on files of weights: written, and read for a network."""

from __future__ import annotations

import orjson

from gradlens.app.jobs.encoding import encode_values
from gradlens.app.jobs.network_requests import bytes_of, dataset, spec
from gradlens.app.jobs.running import limits_of
from gradlens.app.schemas.weights import WeightsFileRequest, WeightsRequest
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.network import build_network, network_inputs
from gradlens.engine.networks.weights import fitting_weights, read_weights, write_weights
from gradlens.engine.values import as_value, shape_of


def read_weights_file(request: WeightsRequest, settings: Settings) -> bytes:
    """The parameters of a network as a file has them."""
    data = dataset(request)
    x = request.x if data is None else data.x[:1]
    if x is None:
        raise EngineError("data-missing")
    shapes = {name: shape_of(value) for name, value in network_inputs(x).items()}
    network = build_network(spec(request), shapes, limits=limits_of(settings))
    found = fitting_weights(read_weights(bytes_of(request.weights)), network.parameters)
    return encode_values({"parameters": found}, settings.response_elements, elide=False)


def write_weights_file(request: WeightsFileRequest, settings: Settings) -> bytes:
    """A file: a line of JSON that says what it is, and its content."""
    values = {name: as_value(value, name) for name, value in request.parameters.items()}
    head = {
        "media_type": "application/octet-stream",
        "name": "weights" if request.file_name is None else request.file_name,
        "ending": f".{request.format}",
    }
    return orjson.dumps(head) + b"\n" + write_weights(values, request.format)
