"""The API: one route for each row of the table of endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from gradlens.app.endpoints import ENDPOINTS, Endpoint
from gradlens.app.openapi import JSON, describe_route
from gradlens.app.pool.clients import client_of
from gradlens.app.pool.frames import Frame
from gradlens.app.pool.pool import Pool
from gradlens.app.problems import Problem, computed
from gradlens.app.routes.files import file_answer
from gradlens.app.routes.kept import KeptAnswers
from gradlens.app.routes.packing import json_answer
from gradlens.app.routes.reading import check_query, client_left, read_body, read_parameters
from gradlens.app.routes.streams import stream
from gradlens.app.schemas.reference import Health
from gradlens.app.settings import Settings

# Most answers come sooner; only those that take longer are worth watching for a client that leaves.
WATCH_AFTER_SECONDS = 0.05

Handler = Callable[[Request], Awaitable[Response]]


def api_routes(settings: Settings, pool: Pool, kept: KeptAnswers, version: str) -> APIRouter:
    """The routes of all endpoints."""
    router = APIRouter()
    own = {"get_health": _health(pool, version)}
    for row in ENDPOINTS:
        handler = own.get(row.name) or _handler(row, settings, pool, kept)
        router.add_api_route(
            row.path, _checked(row, handler), methods=[row.method], name=row.name, **describe_route(row)
        )
    return router


def _handler(row: Endpoint, settings: Settings, pool: Pool, kept: KeptAnswers) -> Handler:
    """What answers an endpoint's requests by its job."""

    async def answer_kept(request: Request) -> Response:
        return await kept.answer(request, row, read_parameters(request, row))

    async def answer_parameters(request: Request) -> Response:
        return computed(*await _compute(pool, request, row.job, read_parameters(request, row)))

    async def answer_body(request: Request) -> Response:
        status, content = await _compute(pool, request, row.job, await read_body(request, settings))
        if status != 200:
            return computed(status, content)
        return file_answer(content) if row.answer is None else await json_answer(request, content)

    async def answer_in_parts(request: Request) -> Response:
        return await stream(pool, request, row.job, await read_body(request, settings))

    if row.method == "GET":
        return answer_kept if row.kept else answer_parameters
    return answer_in_parts if row.streamed else answer_body


def _checked(row: Endpoint, handler: Handler) -> Handler:
    """The handler of requests whose query is looked at first."""

    async def handle(request: Request) -> Response:
        check_query(request, row)
        return await handler(request)

    return handle


def _health(pool: Pool, version: str) -> Handler:
    content = Health(status="ok", version=version).model_dump_json()

    async def answer(request: Request) -> Response:
        if not pool.ready:
            raise Problem.of("starting")
        return Response(content, media_type=JSON)

    return answer


async def _compute(pool: Pool, request: Request, job: str, body: bytes) -> Frame:
    """HTTP status and content of what `job` makes of `body`; end the computation when the client leaves."""
    asked = pool.ask(job, body, client_of(request))
    try:
        done, _ = await asyncio.wait({asked.answer}, timeout=WATCH_AFTER_SECONDS)
        if not done:
            leaving = asyncio.ensure_future(client_left(request.receive))
            try:
                await asyncio.wait({asked.answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
            if not asked.answer.done():
                raise ClientDisconnect
        return asked.answer.result()
    finally:
        pool.give_up(asked)
