"""What is read of a request before anything is computed: its body, counted and in time, and its parameters."""

from __future__ import annotations

import asyncio

import orjson
from starlette.requests import Request
from starlette.types import Receive

from gradlens.app.endpoints import Endpoint
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings


async def read_body(request: Request, settings: Settings) -> bytes:
    """The body's bytes, which must be JSON.  Raises Problem before more than `body_bytes` of them are held."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem.of("content-type", got=media_type)
    if encoding := request.headers.get("content-encoding"):
        raise Problem.of("content-encoding", got=encoding)
    # h11 and httptools both refuse a length that is not a number.
    if int(request.headers.get("content-length", 0)) > settings.body_bytes:
        raise Problem.of("body-too-large", limit=settings.body_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > settings.body_bytes:
                    raise Problem.of("body-too-large", limit=settings.body_bytes)
    except TimeoutError:
        raise Problem.of("slow-body", seconds=settings.body_seconds, headers={"Connection": "close"}) from None
    return bytes(body)


def check_query(request: Request, row: Endpoint) -> None:
    """Raises Problem for a parameter that stands twice, or in the path too, and for any where the endpoint takes none.

    What is no parameter of an endpoint that takes some is told by who reads them.
    """
    found = set(request.path_params)
    for name, _ in request.query_params.multi_items():
        if not row.query:
            raise Problem.of("unknown-query", name=name)
        if name in found:
            raise Problem.of("repeated-query", name=name)
        found.add(name)


def read_parameters(request: Request, row: Endpoint) -> bytes:
    """The parameters in the query and the path as a job reads them; nothing where the endpoint takes none."""
    return orjson.dumps(dict(request.query_params) | request.path_params) if row.request else b""


async def client_left(receive: Receive) -> None:
    """Return when the client has left; what it still sends until then is lost."""
    while (await receive())["type"] != "http.disconnect":
        pass
