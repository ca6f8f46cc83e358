"""The OpenAPI description: FastAPI's, with the request models that the workers validate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from app.check_schemas import CheckRequest, DiagnoseRequest, SweepRequest
from app.derivation_schemas import DeriveRequest, PathsRequest
from app.network_schemas import NetworkRequest, TrainRequest
from app.problems import CONTENT_TYPE
from app.schemas import DerivativesRequest, ExpressionRequest

REQUESTS = [ExpressionRequest, DerivativesRequest, CheckRequest, SweepRequest, DiagnoseRequest, DeriveRequest, PathsRequest, NetworkRequest, TrainRequest]


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A replacement for `app.openapi`: what it describes, amended once."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _amend(of_routes())
        return app.openapi_schema

    return openapi


def _amend(description: dict[str, Any]) -> None:
    """Add the request models, and say that problems are application/problem+json."""
    _, requests = models_json_schema(
        [(model, "validation") for model in REQUESTS], ref_template="#/components/schemas/{model}"
    )
    description["components"]["schemas"].update(requests["$defs"])
    for path in description["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {CONTENT_TYPE: response["content"]["application/json"]}
