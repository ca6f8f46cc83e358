"""An ONNX file run both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradlens.engine.graph import Limits
from gradlens.engine.networks.onnx.reading import OnnxProgram, read_onnx
from gradlens.engine.program import trace
from gradlens.engine.traces import Trace
from gradlens.engine.values import Shape, as_value, shape_of


def trace_onnx(
    data: bytes,
    inputs: Mapping[str, object] | None = None,
    *,
    shapes: Mapping[str, Shape] | None = None,
    output: str | None = None,
    seed: object = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
) -> tuple[Trace, OnnxProgram]:
    """A model on inputs by their names in the file; numbers are drawn for those that are left out.

    shapes: of such inputs, where the file leaves a size open.
    Errors: those of reading, of values and of programs.
    """
    values = {name: as_value(value, name) for name, value in (inputs or {}).items()}
    shapes = {**(shapes or {}), **{name: shape_of(value) for name, value in values.items()}}
    model = read_onnx(data, shapes, limits=limits)
    given = {name: values[one.source] for name, one in model.inputs.items() if one.source in values}
    found = trace(
        model.text,
        model.example_inputs() | given | model.weights,
        output=output,
        seed=seed,
        detail=detail,
        expand=expand,
        limits=limits,
    )
    return found, model
