"""The OpenAPI description: FastAPI's, with the models that the workers read and write, and every problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from gradlens.app.check_schemas import CheckRequest, DiagnoseRequest, SweepRequest
from gradlens.app.derivation_schemas import DeriveRequest, PathsRequest
from gradlens.app.network_schemas import NetworkRequest, TrainEvent, TrainRequest
from gradlens.app.problems import CONTENT_TYPE
from gradlens.app.routes.graphs import PROBLEM
from gradlens.app.schemas import DerivativesRequest, ExpressionRequest, GradientProgramRequest
from pydantic.json_schema import models_json_schema

REQUESTS = [
    ExpressionRequest,
    GradientProgramRequest,
    DerivativesRequest,
    CheckRequest,
    SweepRequest,
    DiagnoseRequest,
    DeriveRequest,
    PathsRequest,
    NetworkRequest,
    TrainRequest,
]
EVENTS = [TrainEvent]  # they are streamed, so no route's answer is one
MET_BY_ALL = (
    400,
    408,
    421,
    431,
    500,
)  # what is no HTTP, too slow a head, a foreign host, too large a head, a fault of ours
MET_BY_WRITERS = (403,)  # a foreign origin


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A replacement for `app.openapi`: what it describes, amended once."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _amend(of_routes())
        return app.openapi_schema

    return openapi


def _amend(description: dict[str, Any]) -> None:
    """Add the models that only workers read and write, the problems that any request can meet, and say that these are
    application/problem+json.
    """
    for mode, models in ({"validation": REQUESTS, "serialization": EVENTS}).items():
        _, found = models_json_schema([(model, mode) for model in models], ref_template="#/components/schemas/{model}")
        description["components"]["schemas"].update(found["$defs"])
    for path in description["paths"].values():
        for method, operation in path.items():
            responses = operation["responses"]
            for status in (*MET_BY_ALL, *(MET_BY_WRITERS if method == "post" else ())):
                responses.setdefault(str(status), {"description": PROBLEM["description"]})
            for status, response in responses.items():
                if int(status) >= 400:
                    response["content"] = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
            operation["responses"] = dict(sorted(responses.items()))
