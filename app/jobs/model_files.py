"""Jobs on files of models: the trace of an ONNX file."""

from __future__ import annotations

from typing import Any

from gradlens.app.jobs.encoding import encode_trace
from gradlens.app.jobs.network_requests import bytes_of
from gradlens.app.jobs.running import limits_of
from gradlens.app.schemas.model_files import OnnxRequest
from gradlens.app.settings import Settings
from gradlens.engine.networks.onnx.reading import OnnxProgram
from gradlens.engine.networks.onnx.tracing import trace_onnx


def onnx(request: OnnxRequest, settings: Settings) -> bytes:
    """A model's trace, and what its file holds."""
    trace, model = trace_onnx(
        bytes_of(request.file),
        request.inputs,
        shapes={name: tuple(shape) for name, shape in request.shapes.items()},
        output=request.output,
        seed=request.seed,
        detail=request.detail,
        expand=tuple(request.expand),
        limits=limits_of(settings),
    )
    return encode_trace(
        trace,
        request.values,
        settings.values_auto_elements,
        settings.response_elements,
        model=_described(model),
    )


def _described(model: OnnxProgram) -> dict[str, Any]:
    return {
        "inputs": [
            {"name": name, "source": one.source, "shape": list(one.shape), "kind": one.kind}
            for name, one in model.inputs.items()
        ],
        "weights": [
            {"name": name, "source": model.sources[name], "shape": list(array.shape)}
            for name, array in model.weights.items()
        ],
        "outputs": model.outputs,
        "operators": model.operators,
        "opset": model.opset,
        "producer": model.producer,
    }
