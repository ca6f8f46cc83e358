"""uvicorn's HTTP protocol with what it lacks: deadlines for head, body and answer, and a limit for the head.

Pass it to uvicorn as `http="app.protocol:Protocol"`.
"""

from __future__ import annotations

from asyncio import Transport
from asyncio.events import TimerHandle
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.problems import CONTENT_TYPE, Problem
from app.settings import settings_of_environment

# The application answers a late body itself; a connection is closed from here when nobody listens any more.
GRACE_SECONDS = 1.0


class HeadTooLarge(Exception):
    """Raised inside the parser to stop it."""


class Protocol(HttpToolsProtocol):
    """One connection.  A request that arrives in one piece, as most do, costs no timer."""

    settings = settings_of_environment()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.phase: str | None = "head"  # what is being received: "head", "body", or nothing
        self.head_bytes = 0
        self.head_too_large = False
        self.timer: TimerHandle | None = None
        self.answer_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More of an answer is waiting than the client takes in; it may not keep that in our memory for ever."""
        super().pause_writing()
        self.answer_timer = self.loop.call_later(self.settings.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        if self.answer_timer:
            self.answer_timer.cancel()
            self.answer_timer = None
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        before = self.phase
        if before is None:
            self.on_message_begin()
        super().data_received(data)
        if self.phase == "head":
            self.head_bytes += len(data)
            if self.head_bytes > self.settings.head_bytes:
                self._refuse(Problem.of("head-too-large", limit=self.settings.head_bytes))
        if self.phase != before or not self.timer:
            self._unwatch()
            self._watch()

    def on_message_begin(self) -> None:
        self._unwatch()
        self.phase = "head"
        self.head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.settings.head_bytes:
            self.head_too_large = True
            raise HeadTooLarge
        self.phase = "body"
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.phase = None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when its parser gives up."""
        if self.head_too_large:
            self._refuse(Problem.of("head-too-large", limit=self.settings.head_bytes))
        else:
            self._refuse(Problem.of("not-http"))

    def _watch(self) -> None:
        if self.phase and not self.transport.is_closing():
            head = self.phase == "head"
            seconds = self.settings.head_seconds if head else self.settings.body_seconds + GRACE_SECONDS
            self.timer = self.loop.call_later(seconds, self._late)

    def _unwatch(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def _late(self) -> None:
        if self.phase == "head" and self.head_bytes:
            self._refuse(Problem.of("slow-head", seconds=self.settings.head_seconds))
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application, unless it is in the middle of an answer, and close."""
        answering = self.cycle and self.cycle.response_started and not self.cycle.response_complete
        if not answering and not self.transport.is_closing():
            body = problem.body
            head = (
                f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
                f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()
