"""Every failure as application/problem+json (RFC 9457): one row a kind, with place and remedy."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradlens.app.request_log import fault, request_id

CONTENT_TYPE = "application/problem+json"
QUOTED_CHARACTERS = 80  # a problem never echoes more of what it was given than a line shows
OURS = ("takes", "fields")  # sentences of ours, never cut
BUSY = (429, 503)  # the statuses that say when to ask again
NOT_KEPT = {"Cache-Control": "no-store"}  # a failure may be over by the next request

log = logging.getLogger("uvicorn.error")

# kind: (HTTP status, title, sentence, with {count?one:many} as in the engine). The engine has its own kinds, which all
# are 422.
KINDS: dict[str, tuple[int, str, str]] = {
    # the request's shape
    "not-http": (400, "Not an HTTP request", "What arrived is not an HTTP/1.1 request."),
    "not-one-host": (
        400,
        "Not one host",
        (
            "A request names one host, such as localhost:8000, in one header Host. This one has none, several, or one"
            " that can be no host."
        ),
    ),
    "transfer-coding": (
        501,
        "Unknown transfer coding",
        'The body came with Transfer-Encoding "{got}". Send it with "chunked" alone, or with its Content-Length.',
    ),
    "head-too-large": (
        431,
        "Request head too large",
        "The request line and headers are longer than {limit} {limit?byte:bytes}. Send fewer or shorter headers.",
    ),
    "slow-head": (
        408,
        "Request too slow",
        "The request line and headers did not arrive within {seconds:g} {seconds?second:seconds}.",
    ),
    "slow-body": (
        408,
        "Request too slow",
        "The request's body did not arrive within {seconds:g} {seconds?second:seconds}.",
    ),
    "body-too-large": (
        413,
        "Request too large",
        "The body is longer than {limit} {limit?byte:bytes}. Send a shorter program or smaller arrays.",
    ),
    "content-type": (
        415,
        "Not JSON",
        'The body must be sent as application/json, but came as "{got}". Set the header Content-Type.',
    ),
    "content-encoding": (
        415,
        "Encoded body",
        'The body must be sent as it is, but came with Content-Encoding "{got}". Leave that header out.',
    ),
    "malformed-json": (
        422,
        "Malformed JSON",
        (
            'The body is not JSON: {message} (line {line}, column {column}). NaN and infinities are written as "NaN",'
            ' "Infinity" and "-Infinity".'
        ),
    ),
    "not-an-object": (
        422,
        "Not an object",
        'The body must be a JSON object, for example {{"program": "z = (x + y) ** 2", "inputs": {{"x": 2, "y": 3}}}}.',
    ),
    "missing-field": (422, "Field missing", 'The field "{field}" is required: {takes}'),
    "unknown-field": (422, "Unknown field", 'There is no field "{field}" here. Fields are {fields}.'),
    "misspelt-field": (422, "Unknown field", 'There is no field "{field}" here. Did you mean "{suggestion}"?'),
    "wrong-field": (422, "Wrong value", 'The field "{field}" does not take this value: {takes}'),
    "fields-apart": (
        422,
        "Fields that exclude each other",
        '"{field}" and "{other}" cannot be given together: only one of them would count. Leave one of them out.',
    ),
    "field-needs": (
        422,
        "Field alone",
        '"{field}" means nothing without "{other}". Give both, or leave "{field}" out.',
    ),
    "field-idle": (422, "Field without effect", 'The field "{field}" has no effect here. Leave it out.'),
    "repeated-key": (
        422,
        "Field given twice",
        (
            'The key "{key}" stands twice in one object (line {line}, column {column}), and only one of the two would'
            " count. Leave one of them out."
        ),
    ),
    "unknown-query": (
        422,
        "Unknown parameter",
        (
            'This address takes no parameter "{name}" after the question mark. Leave it out, or give it in the body if'
            " the request has one."
        ),
    ),
    "repeated-query": (
        422,
        "Parameter given twice",
        (
            'The parameter "{name}" stands twice after the question mark, and only one of the two would count. Leave'
            " one of them out."
        ),
    ),
    # who asks, and for what
    "foreign-host": (
        421,
        "Foreign host",
        (
            'This service does not answer to the host "{host}". Whoever runs it can add the name to'
            " GRADLENS_ALLOWED_HOSTS."
        ),
    ),
    "foreign-origin": (
        403,
        "Foreign origin",
        (
            'Pages from "{origin}" may not call this service. Whoever runs it can add the origin to'
            " GRADLENS_ALLOWED_ORIGINS."
        ),
    ),
    "not-found": (404, "Not found", 'There is nothing at "{path}". The API is described at /docs.'),
    "method-not-allowed": (405, "Method not allowed", '"{path}" takes {allow}, not {method}.'),
    # the computation
    "time-limit": (
        422,
        "Took too long",
        (
            "The computation took more than the {seconds:g} {seconds?second:seconds} of processor time that one may"
            " take, and was stopped. Make its arrays smaller, or the program shorter."
        ),
    ),
    "memory-limit": (
        422,
        "Not enough memory",
        (
            "The computation needs more than the {limit} MB of memory that one may have. Make its arrays smaller, or"
            " use fewer of them."
        ),
    ),
    "answer-too-large": (
        422,
        "Answer too large",
        (
            "The answer would hold {count} {count?number:numbers} in arrays; at most {limit} {limit?is:are} allowed."
            " Use smaller arrays, or fewer of them."
        ),
    ),
    "worker-lost": (
        503,
        "Computation ended",
        (
            "The process that computed this ended unexpectedly. Try again. Whoever runs this service finds its exit"
            " code in the log."
        ),
    ),
    "worker-killed": (
        503,
        "Computation ended",
        (
            "The system killed the process that computed this, as it does when the machine runs out of memory. Try"
            " again, or make the program's arrays smaller."
        ),
    ),
    "machine-busy": (
        503,
        "Busy",
        (
            "The machine is busy: in {seconds:g} {seconds?second:seconds} this computation did not get the {limit:g}"
            " {limit?second:seconds} of processor time that it may take. That says nothing about the program. Try again"
            " in {wait} {wait?second:seconds}."
        ),
    ),
    "busy": (
        503,
        "Busy",
        (
            "All computing processes are taken, and as many others wait as may. Try again in {wait}"
            " {wait?second:seconds}."
        ),
    ),
    "client-busy": (
        429,
        "Too many at once",
        (
            "{limit} {limit?request:requests} of yours {limit?is:are} under way, as many as one client may have. Try"
            " again when one is answered, in about {wait} {wait?second:seconds}."
        ),
    ),
    "trainings-busy": (
        503,
        "Busy",
        (
            "All {limit} {limit?place:places} for training {limit?is:are} taken. One of the trainings ends within about"
            " {wait} {wait?second:seconds}; try again then."
        ),
    ),
    "table-missing": (
        422,
        "No table",
        'The data are no table of your own. Give one as "csv", or the bytes of its file as "file".',
    ),
    "connections": (
        503,
        "Too many connections",
        "As many connections are open as this service can have. Try again in {wait} {wait?second:seconds}.",
    ),
    "stopping": (503, "Stopping", "The service is being stopped, or started anew. Try again in a few seconds."),
    "starting": (503, "Starting", "The computing processes are not ready yet. Try again in a second."),
    "internal-error": (
        500,
        "Internal error",
        "Something went wrong on our side. Whoever runs this service finds it in the log under {reference}.",
    ),
}


class Problem(Exception):
    """A failure that the client is told as it is.

    params: what `detail` was filled with.  span: the place in the program, as the contract writes it.
    """

    def __init__(
        self,
        kind: str,
        status: int,
        title: str,
        detail: str,
        params: dict[str, str | int | float],
        *,
        span: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ):
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.content = {
            "type": f"/problems/{kind}",
            "title": title,
            "status": status,
            "detail": detail,
            "params": params,
        }
        if span is not None:
            self.content["span"] = span

    @classmethod
    def of(cls, kind: str, headers: dict[str, str] | None = None, **params: str | int | float) -> Problem:
        """A problem of a kind in KINDS; a reader's text among `params` is cut to a line."""
        status, title, sentence = KINDS[kind]
        params = {
            name: quote(value) if isinstance(value, str) and name not in OURS else value
            for name, value in params.items()
        }
        if status in BUSY:
            headers = {"Retry-After": str(params.get("wait", 1)), **(headers or {})}
        return cls(kind, status, title, filled(sentence, params), params, headers=headers)

    @classmethod
    def waiting(cls, kind: str, wait: float, **params: str | int | float) -> Problem:
        """A problem that is over in `wait` seconds, as far as one can tell."""
        return cls.of(kind, wait=max(1, math.ceil(wait)), **params)

    @property
    def body(self) -> bytes:
        return orjson.dumps(self.content)

    @property
    def response(self) -> Response:
        return Response(self.body, self.status, NOT_KEPT | (self.headers or {}), CONTENT_TYPE)


def computed(status: int, content: bytes) -> Response:
    """What a computing process answered: JSON, or a problem."""
    return (
        Response(content, status, media_type="application/json")
        if status == 200
        else Response(content, status, NOT_KEPT, CONTENT_TYPE)
    )


def quote(text: str) -> str:
    """At most a line of `text`, with nothing in it that JSON cannot carry."""
    if len(text) > QUOTED_CHARACTERS:
        text = text[: QUOTED_CHARACTERS - 1] + "…"
    return text.encode("utf-8", "replace").decode()


# The engine writes its sentences with the same mark; the server process does not load it, for it needs neither NumPy
# nor its memory.
PLURAL = re.compile(r"\{(\w+)\?([^{}:]*):([^{}]*)\}")


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """A sentence with its {name} filled in, and {name?one:many} by the count of that name."""
    return PLURAL.sub(lambda found: found[2 if params[found[1]] == 1 else 3], sentence).format(**params)


def internal_error(error: Exception) -> Problem:
    """A 500 that says nothing about the inside; its reference is in the log beside the lines that led there."""
    reference = request_id.get() or secrets.token_hex(8)
    log.error("Internal error %s: %s", reference, fault(error))
    return Problem.of("internal-error", reference=reference)


async def on_problem(request: Request, problem: Problem) -> Response:
    return problem.response


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """The framework's own failures, which are those of routing."""
    path = request.url.path
    if error.status_code == 405:
        allow = (error.headers or {})["Allow"]
        return Problem.of(
            "method-not-allowed", headers={"Allow": allow}, path=path, allow=allow, method=request.method
        ).response
    return Problem.of("not-found", path=path).response


class Failures:
    """ASGI middleware: what no one expected becomes a 500 and a line in the log."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            pass  # nobody is left to be answered
        except asyncio.CancelledError:  # the server stops, and waits no longer
            if started or scope["type"] != "http":
                raise
            await Problem.of("stopping").response(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            problem = internal_error(error)
            if not started:
                await problem.response(scope, receive, send)
