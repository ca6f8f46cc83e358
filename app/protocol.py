"""uvicorn's HTTP protocol with what it lacks: deadlines for head, body and answer, a limit for the head, and an end
that lets the client read its answer.

A socket that is closed while bytes are still arriving resets the connection, and the answer is lost with it.  So what
is left of an answered request is read and thrown away, within a bound of bytes and of seconds.

Pass it to uvicorn as `http="gradlens.app.protocol:Protocol"`.
"""

from __future__ import annotations

import sys
from asyncio import Transport
from asyncio.events import TimerHandle
from http import HTTPStatus

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gradlens.app.problems import CONTENT_TYPE, Problem
from gradlens.app.request_heads import head_fault, origin_form
from gradlens.app.settings import settings_or_exit
from gradlens.app.unread import Unread

# The application answers a late body itself; a connection is closed from here when nobody listens any more.
GRACE_SECONDS = 1.0
KEPT_DESCRIPTORS = 40  # libraries, sockets of computing processes and trainings, and what is read
# Names in the application's state.
UNREAD = "unread"  # the server's one Unread
WIND_DOWN = "wind_down"  # the name in the application's state of what is called when the server begins to stop


def most_connections() -> int:
    """How many clients may be connected, so that files, computing processes and trainings still find descriptors."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(descriptors - KEPT_DESCRIPTORS, 1) if descriptors != resource.RLIM_INFINITY else sys.maxsize


class Protocol(HttpToolsProtocol):
    """One connection.  A request that arrives in one piece, as most do, costs no timer."""

    settings = settings_or_exit()
    most_connections = most_connections()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What is being received: "head", "body", "drain" for the rest of a request that is answered, or nothing.
        self.phase: str | None = "head"
        self.head_bytes = 0
        self.fault: Problem | None = None  # why the parser was stopped
        self.closing = False  # nothing more is answered on this connection
        self.drained_bytes = 0
        self.timer: TimerHandle | None = None
        self.answer_timer: TimerHandle | None = None
        self.next_request: tuple[RequestResponseCycle, ASGI3Application] | None = None
        self.unread = self._unread_of_server()

    def _unread_of_server(self) -> Unread:
        """What all connections of this server share."""
        return self.app_state.setdefault(UNREAD, Unread(self.settings.unread_bytes))

    def connection_made(self, transport: Transport) -> None:
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > self.most_connections:
            transport.write(_alone(Problem.waiting("connections", self.settings.head_seconds)))
            transport.close()  # at once: waiting for what it sends would keep its descriptor

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        self.next_request = None
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More of an answer is waiting than the client takes in; it may not keep that in our memory for ever."""
        super().pause_writing()
        self.answer_timer = self.loop.call_later(self.settings.answer_seconds, self.transport.abort)
        self.unread.add(self.transport, self.loop.time())

    def resume_writing(self) -> None:
        if self.answer_timer:
            self.answer_timer.cancel()
            self.answer_timer = None
        if self.transport:
            self.unread.remove(self.transport)
        super().resume_writing()
        if self.next_request:
            cycle, app = self.next_request
            self.next_request = None
            super()._start_asgi_task(cycle, app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Answer a request: the next one only when the client has taken in what it was answered before."""
        if self.flow.write_paused:
            self.flow.pause_reading()
            self.next_request = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        before = self.phase
        if before == "drain":
            self.drained_bytes += len(data)
            if self.drained_bytes > self.settings.drain_bytes:
                self.transport.close()
                return
            if self.closing:
                return
        if before is None:
            self.on_message_begin()
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.phase == "head":
            self.head_bytes += len(data)
            if self.head_bytes > self.settings.head_bytes:
                self._refuse(Problem.of("head-too-large", limit=self.settings.head_bytes))
        if self.phase != "drain" and (self.phase != before or not self.timer):
            self._unwatch()
            self._watch()

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                if self.parser.get_method() == b"CONNECT":  # a wish by itself
                    self.send_400_response("")
                    return
                # The parser takes what follows the head for another protocol's.  We speak no other, so the head is read
                # again without that wish.
                data = self._head_without_upgrade() + data[upgrade.args[0] :]
            except httptools.HttpParserError:
                self.send_400_response("")
                return

    def _head_without_upgrade(self) -> bytes:
        """The head that was just read, for a new parser."""
        start = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
        return start + b"".join(b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade") + b"\r\n"

    def on_message_begin(self) -> None:
        self._unwatch()
        self.phase = "head"
        self.head_bytes = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.phase == "head":  # after the body nothing is heard that was not said before it
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        try:
            self._check_head()
        except Problem as problem:
            self.fault = problem
            raise  # which stops the parser
        if self.parser.should_upgrade():
            return  # it is read again
        self.phase = "body"
        super().on_headers_complete()
        self.cycle.transport = Closing(self)
        length = int(dict(self.headers).get(b"content-length", 0))  # the parser lets nothing but a number through
        # A client that asks first, and is refused, may send its body or not: what comes next could not be told apart.
        if self.expect_100_continue or length > self.settings.drain_bytes:
            self.cycle.keep_alive = False

    def _check_head(self) -> None:
        """Raises Problem."""
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.settings.head_bytes:
            raise Problem.of("head-too-large", limit=self.settings.head_bytes)
        if fault := head_fault(self.parser.get_http_version(), self.headers):
            raise fault
        if self.parser.get_method() != b"CONNECT":
            self.url = origin_form(self.url, self.headers)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        if self.phase == "drain":
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        self.phase = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.phase == "body" and self.cycle.response_complete:
            self._drain()
        if self.phase == "drain":
            self._unset_keepalive_if_required()  # it begins when the rest has been read

    def shutdown(self) -> None:
        """The server begins to stop; the application has to know before the time for that is up."""
        self.app_state.get(WIND_DOWN, lambda: None)()
        super().shutdown()

    def close(self) -> None:
        """End the connection: its sending half at once, its receiving half when the client has sent the rest."""
        if self.closing or self.transport.is_closing():
            return
        self.closing = True
        self.pipeline.clear()
        self.next_request = None
        if self.cycle and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            if self.transport.can_write_eof():
                self.transport.write_eof()
        except OSError:  # the client is gone
            self.transport.close()
            return
        self.flow.resume_reading()
        self._drain()

    def _drain(self) -> None:
        self._unwatch()
        self.phase = "drain"
        self.drained_bytes = 0
        self.timer = self.loop.call_later(self.settings.drain_seconds, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when its parser gives up."""
        self._refuse(self.fault or Problem.of("not-http"))

    def _watch(self) -> None:
        if self.phase in ("head", "body") and not self.transport.is_closing():
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
        answering = self.pipeline or (self.cycle and self.cycle.response_started and not self.cycle.response_complete)
        if not (answering or self.closing or self.transport.is_closing()):
            self.transport.write(_alone(problem))
        self.close()


def _alone(problem: Problem) -> bytes:
    """An answer without the application."""
    body = problem.body
    retry = "".join(f"{name}: {value}\r\n" for name, value in (problem.headers or {}).items())
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n{retry}Connection: close\r\n\r\n"
    )
    return head.encode() + body


class Closing(Transport):
    """The transport as an answer sees it: where the request is still arriving, closing waits for its rest."""

    def __init__(self, protocol: Protocol):
        super().__init__()
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self.protocol.closing or self.protocol.transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.is_closing():
            self.protocol.transport.write(data)

    def close(self) -> None:
        if self.protocol.phase:
            self.protocol.close()
        else:
            self.protocol.transport.close()
