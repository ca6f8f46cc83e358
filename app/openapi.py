"""The OpenAPI description: FastAPI's, with the models that only workers read and write, and every problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from gradlens.app.endpoints import ENDPOINTS, Endpoint
from gradlens.app.problems import CONTENT_TYPE
from gradlens.app.schemas.reference import ProblemDetails

JSON, NDJSON, SSE = "application/json", "application/x-ndjson", "text/event-stream"
REFERENCE = "#/components/schemas/{model}"
ANY_TYPE = "*/*"
ANSWERS = Path(__file__).with_name("example_answers.json")  # by operation, as tests/app/example_answers.py writes them
FILE = {
    "description": "A file of the media type that GET /api/formats tells",
    "headers": {
        "Content-Disposition": {"description": "The file's name, as RFC 6266 has it.", "schema": {"type": "string"}}
    },
    "content": {ANY_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}
PROBLEM = {"model": ProblemDetails, "description": "A problem, as application/problem+json"}
UNCHANGED = {"description": "Nothing has changed since the answer whose ETag stands in If-None-Match"}
# What is no HTTP, too slow a head, a foreign host, too large a head, a fault of ours.
MET_BY_ALL = (400, 408, 421, 431, 500)
MET_BY_WRITERS = (403, 501)  # a foreign origin, a body in a coding that nobody knows here


def describe_route(row: Endpoint) -> dict[str, Any]:
    """What FastAPI is told of an endpoint, as it takes it for a route."""
    described: dict[str, Any] = {"tags": [row.tag], "summary": row.summary, "description": row.description}
    responses: dict[int, dict[str, Any]] = {200: {"model": row.answer}}
    if row.answer is None:
        described["response_class"] = Response
        responses = {200: FILE}
    elif row.streamed:
        described["response_class"] = Response
        responses = {200: _events(row.answer)}
    if row.kept:
        responses[304] = UNCHANGED
    described["responses"] = responses | dict.fromkeys(row.problems, PROBLEM)
    if row.request:
        described["openapi_extra"] = (
            {"requestBody": {"required": True, "content": {JSON: {"schema": _reference(row.request)}}}}
            if row.method == "POST"
            else {"parameters": _parameters(row, row.request)}
        )
    return described


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _parameters(row: Endpoint, request: type[BaseModel]) -> list[dict[str, Any]]:
    """The description of what stands in the path and behind the question mark."""
    found = []
    described = request.model_json_schema()
    example = described.get("examples", [{}])[0]
    for name, schema in described["properties"].items():
        asked = name in row.query
        found.append(
            {
                "name": name,
                "in": "query" if asked else "path",
                "required": not asked,
                "description": request.model_fields[name].description,
                "schema": {key: value for key, value in schema.items() if key not in ("title", "description")}
                if asked
                else {"type": "string"},
                **({"example": example[name]} if name in example else {}),
            }
        )
    return found


def _events(model: type[BaseModel]) -> dict[str, Any]:
    """The description of a streamed answer, whose parts are JSON and whose whole is not."""

    def content(description: str) -> dict[str, Any]:
        schema = {"type": "string", "description": description, "contentMediaType": JSON}
        return {"schema": {**schema, "contentSchema": _reference(model)}}

    return {
        "description": f"Events as they come, each a {model.__name__}",
        "content": {
            NDJSON: content("One event as JSON a line."),
            SSE: content("Server-sent events, where Accept asks for them: the data of each is one event as JSON."),
        },
    }


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A replacement for `app.openapi`: what it describes, amended once."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        made = app.openapi_schema is not None
        description = of_routes()
        if not made:
            _amend(description)
        return description

    return openapi


def _amend(description: dict[str, Any]) -> None:
    """Add the models that only workers read and write, the problems that any request can meet, and say that these are
    application/problem+json.
    """
    schemas = description["components"]["schemas"]
    bodies = [row.request for row in ENDPOINTS if row.request and row.method == "POST"]
    events = [row.answer for row in ENDPOINTS if row.streamed and row.answer]  # no route's answer is one
    for _, found in (
        models_json_schema([(model, "validation") for model in bodies], ref_template=REFERENCE),
        models_json_schema([(model, "serialization") for model in events], ref_template=REFERENCE),
    ):
        schemas.update(found["$defs"])
    answers = orjson.loads(ANSWERS.read_bytes())
    for path in description["paths"].values():
        for method, operation in path.items():
            responses = operation["responses"]
            if operation["operationId"] in answers:
                next(iter(responses["200"]["content"].values()))["example"] = answers[operation["operationId"]]
            for status in (*MET_BY_ALL, *(MET_BY_WRITERS if method == "post" else ())):
                responses.setdefault(str(status), {"description": PROBLEM["description"]})
            for status, response in responses.items():
                if int(status) >= 400:
                    response["content"] = {CONTENT_TYPE: {"schema": _reference(ProblemDetails)}}
            operation["responses"] = dict(sorted(responses.items()))
