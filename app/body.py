"""A request's body: JSON only, counted while it is read, and in time."""

from __future__ import annotations

import asyncio

from gradlens.app.problems import Problem
from gradlens.app.settings import Settings
from starlette.requests import Request


async def read_body(request: Request, settings: Settings) -> bytes:
    """The body's bytes.  Raises Problem before more than `body_bytes` of them are held."""
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
