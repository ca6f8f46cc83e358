"""Answers that come line by line: a training's events, until the last or until the client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gradlens.app.openapi import NDJSON, SSE
from gradlens.app.pool.connection import WorkerLost
from gradlens.app.pool.frames import PART
from gradlens.app.pool.pool import Pool
from gradlens.app.problems import computed
from gradlens.app.routes.reading import client_left


async def stream(pool: Pool, request: Request, job: str, body: bytes) -> Response:
    """Answer `request` with the lines that `job` makes of `body`, as they come.  Raises Problem."""
    parts = pool.stream(job, body)
    status, content = await anext(parts)
    if status != PART:
        await parts.aclose()
        return computed(status, content)
    return Events(_lines(content, parts, pool), SSE in request.headers.get("accept", ""))


async def _lines(
    first: bytes, parts: AsyncGenerator[tuple[int, bytes], None], pool: Pool
) -> AsyncGenerator[bytes, None]:
    """Every event; where the training's process fails, the end that it could not write itself."""
    yield first
    try:
        async for status, content in parts:
            if status == PART:
                yield content
            elif status != 200:
                yield b'{"event":"end","reason":"failed","problem":' + content + b"}"
    except WorkerLost as lost:
        if pool.is_stopping:
            yield orjson.dumps({"event": "end", "reason": "cancelled"})
        else:
            yield orjson.dumps({"event": "end", "reason": "failed", "problem": lost.problem(pool.settings).content})
    finally:
        await parts.aclose()


class Events(Response):
    """Events as they come, one a line, until the last or until the client leaves."""

    def __init__(self, events: AsyncGenerator[bytes, None], server_sent: bool):
        super().__init__(media_type=SSE if server_sent else NDJSON, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self.events = events
        self.frame = b"data: %b\n\n" if server_sent else b"%b\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(client_left(receive))
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
