"""The API of networks: their traces, their training, and data to train on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
from fastapi import APIRouter, Depends, Request
from gradlens.app.body import read_body
from gradlens.app.compute import Pool, WorkerLost, compute
from gradlens.app.network_schemas import (
    Datasets,
    DatasetSamples,
    DrawnDataset,
    NetworkRequest,
    NetworkTrace,
    Pieces,
    TrainRequest,
)
from gradlens.app.problems import computed
from gradlens.app.query import check_query
from gradlens.app.routes.graphs import JSON, PROBLEM, UNCHANGED, Unchanging, parameters, request_body
from gradlens.app.settings import Settings
from gradlens.app.worker import PART
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

NDJSON, SSE = "application/x-ndjson", "text/event-stream"


def networks(settings: Settings, pool: Pool) -> APIRouter:
    """/api/network, /api/train, /api/layers and /api/datasets."""
    router = APIRouter(dependencies=[Depends(check_query)])
    problems = dict.fromkeys((408, 413, 415, 422, 503), PROBLEM)
    kept = Unchanging(pool)

    @router.post(
        "/api/network",
        tags=["networks"],
        summary="Run a network forward and backward",
        responses={200: {"model": NetworkTrace}} | problems,
        openapi_extra={"requestBody": request_body(NetworkRequest)},
    )
    async def post_network(request: Request) -> Response:
        """Writes the network as a program, each layer a function, and answers the program's trace and the layers.
        Posted to /api/expression with the trace's inputs, `program` gives the same numbers."""
        return await compute(pool, request, "network", await read_body(request, settings))

    @router.post(
        "/api/train",
        tags=["networks"],
        summary="Train a network, step by step",
        response_class=Response,
        responses={
            200: {
                "description": "Events as they come, each a TrainEvent",
                "content": {
                    NDJSON: events("One event as JSON a line."),
                    SSE: events(
                        "Server-sent events, where Accept asks for them: the data of each is one event as JSON."
                    ),
                },
            }
        }
        | problems,
        openapi_extra={"requestBody": request_body(TrainRequest)},
    )
    async def post_train(request: Request) -> Response:
        """Answers line by line while it trains, and stops when nobody listens. The same seeds give the same lines."""
        parts = pool.stream("train", await read_body(request, settings))
        status, content = await anext(parts)
        if status != PART:
            await parts.aclose()
            return computed(status, content)
        return Events(lines(content, parts, pool), SSE in request.headers.get("accept", ""))

    @router.get(
        "/api/datasets",
        tags=["networks"],
        summary="List the data sets",
        responses={200: {"model": Datasets}, 304: UNCHANGED, 422: PROBLEM, 503: PROBLEM},
    )
    async def get_datasets(request: Request) -> Response:
        """Data to train on, with its source and licence."""
        return await kept.answer(request, "datasets")

    @router.get(
        "/api/layers",
        tags=["networks"],
        summary="List layers, losses and optimizers",
        responses={200: {"model": Pieces}, 304: UNCHANGED, 422: PROBLEM, 503: PROBLEM},
    )
    async def get_layers(request: Request) -> Response:
        """What a network can be made of, with the fields of each."""
        return await kept.answer(request, "pieces")

    @router.get(
        "/api/datasets/{name}",
        tags=["networks"],
        summary="Show a data set",
        responses={200: {"model": DatasetSamples}, 404: PROBLEM, 422: PROBLEM, 503: PROBLEM},
        openapi_extra={"parameters": parameters(DrawnDataset, "name")},
    )
    async def get_dataset(request: Request) -> Response:
        """Every sample. `samples`, `noise` and `seed` are for those that are drawn."""
        status, content = await pool.run("dataset", orjson.dumps(dict(request.query_params) | request.path_params))
        return computed(status, content)

    return router


def events(description: str) -> dict:
    """The OpenAPI description of a streamed content, whose parts are JSON and whose whole is not."""
    return {
        "schema": {
            "type": "string",
            "description": description,
            "contentMediaType": JSON,
            "contentSchema": {"$ref": "#/components/schemas/TrainEvent"},
        }
    }


async def lines(first: bytes, parts: AsyncIterator[tuple[int, bytes]], pool: Pool) -> AsyncIterator[bytes]:
    """Every event; where the training's process fails, the end that it could not write itself."""
    yield first
    try:
        async for status, content in parts:
            if status == PART:
                yield content
            elif status != 200:
                yield b'{"event":"end","reason":"failed","problem":' + content + b"}"
    except WorkerLost as lost:
        if pool.nursery is None:  # the service is being stopped
            yield orjson.dumps({"event": "end", "reason": "cancelled"})
        else:
            yield orjson.dumps({"event": "end", "reason": "failed", "problem": lost.problem(pool.settings).content})
    finally:
        await parts.aclose()


class Events(Response):
    """Events as they come, one a line, until the last or until the client leaves."""

    def __init__(self, events: AsyncIterator[bytes], server_sent: bool):
        super().__init__(media_type=SSE if server_sent else NDJSON, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self.events = events
        self.frame = b"data: %b\n\n" if server_sent else b"%b\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.wait({sending, leaving})
            await self.events.aclose()  # ends the training

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for event in self.events:
            await send({"type": "http.response.body", "body": self.frame % event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
