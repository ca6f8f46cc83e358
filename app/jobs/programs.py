"""Jobs that run a program: its trace, its backward pass as a program, its derivatives."""

from __future__ import annotations

import orjson

from gradlens import engine
from gradlens.app.jobs.encoding import encode_trace, encode_values
from gradlens.app.jobs.numbers_alone import numbers_or_trace
from gradlens.app.jobs.running import run
from gradlens.app.schemas.programs import (
    DerivativesRequest,
    ExpressionRequest,
    GradientProgramRequest,
    NumbersRequest,
)
from gradlens.app.settings import Settings
from gradlens.engine.program import traced


def expression(request: ExpressionRequest, settings: Settings) -> bytes:
    """A program's trace."""
    trace = run(engine.trace, request, settings, seed=request.seed, direction=request.direction)
    return encode_trace(trace, request.values, settings.values_auto_elements, settings.response_elements)


def numbers(request: NumbersRequest, settings: Settings) -> bytes:
    """A program's trace, or its numbers alone where they are all that differs from one that the client has."""
    found = run(traced, request, settings, seed=request.seed, direction=request.direction)
    return numbers_or_trace(found, request, settings)


def gradient_program(request: GradientProgramRequest, settings: Settings) -> bytes:
    """The backward pass as a program."""
    written = run(engine.write_gradient_program, request, settings, seed=request.seed)
    return orjson.dumps({"program": written.program, "outputs": written.outputs})


def derivatives(request: DerivativesRequest, settings: Settings) -> bytes:
    """A Jacobian, a Hessian, or a product with one."""
    value = run(engine.derivatives, request, settings, kind=request.kind, direction=request.direction)
    return encode_values({"kind": request.kind, "value": value}, settings.response_elements, elide=False)
