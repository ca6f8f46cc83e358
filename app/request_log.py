"""One line of JSON for every request and every fault, with the request's id and nothing that a user wrote.

No address, no path, no header and no body stands in it: an endpoint goes by its name.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
GIVEN = re.compile(rb"[A-Za-z0-9_.-]{1,64}")  # what is taken from a proxy: ids as they are in use, and nothing longer
NO_ENDPOINT = "none"  # of what leads nowhere
FAULTS, REQUESTS = logging.getLogger("uvicorn.error"), logging.getLogger("gradlens.requests")

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Called with an endpoint's name, a status and the seconds that it took.
Count = Callable[[str, int, float], None]


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if request := request_id.get():
            line["request"] = request
        return orjson.dumps(line | getattr(record, "fields", {})).decode()


def log_as_json() -> None:
    """Write requests and faults as lines of JSON, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for logger in (FAULTS, REQUESTS):
        logger.handlers = [handler]
        logger.propagate = False
    REQUESTS.setLevel(logging.INFO)


def fault(error: BaseException) -> str:
    """An exception's type and the lines that it went through; its message may hold what a user wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name} {frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} in {where}"


class RequestLog:
    """ASGI middleware: gives every request an id, which its answer tells, and has it counted and logged.

    is_given: whether a proxy in front gives requests their ids.
    """

    def __init__(self, app: ASGIApp, count: Count, is_logged: bool, is_given: bool):
        self.app, self.count, self.is_logged, self.is_given = app, count, is_logged, is_given

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        id = self._id_of(scope)
        request_id.set(id)
        began = time.perf_counter()
        status, size = 0, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (HEADER, id.encode())]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - began
            endpoint = getattr(scope.get("route"), "name", None) or NO_ENDPOINT
            self.count(endpoint, status, seconds)
            if self.is_logged:
                fields = {"endpoint": endpoint, "status": status, "seconds": round(seconds, 6), "bytes": size}
                REQUESTS.info("request", extra={"fields": fields})

    def _id_of(self, scope: Scope) -> str:
        if self.is_given:
            for name, value in scope["headers"]:
                if name == HEADER and GIVEN.fullmatch(value):
                    return value.decode()
        return secrets.token_hex(8)
