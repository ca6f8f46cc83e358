"""How an engine function is called on a request, and within which limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlens import engine
from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.settings import Settings

STEPS_A_NODE = 20  # of reading: more than any program takes whose nodes stand in its text


def limits_of(settings: Settings) -> engine.Limits:
    """The engine's limits as the settings have them."""
    return engine.Limits(
        text_length=settings.text_length,
        nesting=settings.nesting,
        nodes=settings.nodes,
        elements=settings.elements,
        flops=settings.flops,
        steps=STEPS_A_NODE * settings.nodes,
    )


def run(function: Callable[..., Any], request: ExpressionRequest, settings: Settings, **more: Any) -> Any:
    """What an engine function makes of the request's program."""
    return function(
        request.program,
        request.inputs,
        output=request.output,
        detail=request.detail,
        expand=request.expand,
        limits=limits_of(settings),
        **more,
    )
