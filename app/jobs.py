"""What the workers compute: the body of a request in, the content of its answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from gradlens.app import problems
from gradlens.app.check_jobs import check_jobs
from gradlens.app.derivation_jobs import derivation_jobs
from gradlens.app.encoding import encode_trace, encode_values, span
from gradlens.app.network_jobs import network_jobs
from gradlens.app.problems import Problem
from gradlens.app.schemas import (
    DerivativesRequest,
    ExpressionRequest,
    GradientProgramRequest,
    read_request,
)
from gradlens.app.settings import Settings
from gradlens.engine.errors import KINDS as ENGINE_KINDS
from gradlens.engine.errors import in_general

from gradlens import engine

STEPS_A_NODE = 20  # of reading: more than any program takes whose nodes stand in its text


def jobs(settings: Settings) -> Mapping[str, Callable[[bytes], bytes]]:
    """The jobs by name.  Each raises Problem."""
    limits = engine.Limits(
        text_length=settings.text_length,
        nesting=settings.nesting,
        nodes=settings.nodes,
        elements=settings.elements,
        flops=settings.flops,
        steps=STEPS_A_NODE * settings.nodes,
    )

    def expression(body: bytes) -> bytes:
        request = read_request(body)
        trace = run(engine.trace, request, seed=request.seed, direction=request.direction)
        return encode_trace(trace, request.values, settings.values_auto_elements, settings.response_elements)

    def gradient_program(body: bytes) -> bytes:
        request = read_request(body, GradientProgramRequest)
        written = run(engine.write_gradient_program, request, seed=request.seed)
        return orjson.dumps({"program": written.program, "outputs": written.outputs})

    def derivatives(body: bytes) -> bytes:
        request = read_request(body, DerivativesRequest)
        value = run(engine.derivatives, request, kind=request.kind, direction=request.direction)
        return encode_values({"kind": request.kind, "value": value}, settings.response_elements, elide=False)

    def run(function: Callable, request: ExpressionRequest, **more: Any) -> Any:
        """An engine function on a request.  Raises Problem with the place in the program."""
        try:
            return function(
                request.program,
                request.inputs,
                output=request.output,
                detail=request.detail,
                expand=request.expand,
                limits=limits,
                **more,
            )
        except engine.EngineError as error:
            raise Problem(error.kind, 422, error.title, error.detail, error.params, span=span(error.span)) from None

    def ops(body: bytes) -> bytes:
        return orjson.dumps({"ops": engine.reference()})

    def explain(body: bytes) -> bytes:
        kind = body.decode()
        if kind in problems.KINDS:
            status, title, sentence = problems.KINDS[kind]
        elif kind in ENGINE_KINDS:
            status, (title, sentence, _) = 422, ENGINE_KINDS[kind]
        else:
            raise Problem.of("not-found", path=f"/problems/{kind}")
        return orjson.dumps(
            {"type": f"/problems/{kind}", "title": title, "status": status, "detail": in_general(sentence)}
        )

    return {
        "expression": expression,
        "gradient-program": gradient_program,
        "derivatives": derivatives,
        "ops": ops,
        "explain": explain,
        **check_jobs(settings, run),
        **derivation_jobs(settings, run),
        **network_jobs(settings, limits),
    }
