"""Long answers, compressed for clients that take that: numbers and formulas of a graph repeat themselves."""

from __future__ import annotations

import asyncio
import gzip
import re

from starlette.requests import Request
from starlette.responses import Response

from gradlens.app.openapi import JSON

LEAST_BYTES = 100_000  # of an answer that is compressed: a shorter one takes longer so
REFUSED = re.compile(r"q=0(\.0*)?")
LEVEL = 1  # a tenth of the bytes in a few milliseconds; the next levels take several times as long


async def json_answer(request: Request, content: bytes) -> Response:
    """An answer of JSON; the compressing is done beside the server's loop."""
    if len(content) < LEAST_BYTES or not takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(content, media_type=JSON)
    packed = await asyncio.to_thread(gzip.compress, content, LEVEL, mtime=0)
    return Response(packed, media_type=JSON, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not as what is refused."""
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == "gzip":
            return REFUSED.fullmatch(weight.replace(" ", "")) is None
    return False


__all__ = ["json_answer"]
