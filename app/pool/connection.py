"""The server's end of one worker's socket, and what a client is told when its worker is lost."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import cast

from gradlens.app.pool.frames import Frame, FrameReader, pack_question
from gradlens.app.pool.worker import OUT_OF_TIME
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings

PARTS_AHEAD = 64  # of an answer in parts: so many may wait for a slow client, then its worker has to

log = logging.getLogger("uvicorn.error")


class WorkerLost(Exception):
    """A worker's process ended while it owed an answer.

    exitcode: below 0 for the number of a signal; None where nobody knows.
    """

    def __init__(self, exitcode: int | None):
        super().__init__(exitcode)
        self.exitcode = exitcode

    def problem(self, settings: Settings) -> Problem:
        """What the client is told: no more than the exit code says."""
        if self.exitcode == OUT_OF_TIME:
            return Problem.of("time-limit", seconds=settings.request_seconds)
        log.error("A computing process ended with exit code %s while it computed.", self.exitcode)
        return Problem.of("worker-killed" if self.exitcode == -signal.SIGKILL else "worker-lost")


class Worker(asyncio.Protocol):
    """The server's end of one worker's socket.

    on_greeting, on_lost: called with this worker when it is ready, and when its connection is gone.
    """

    def __init__(self, number: int, on_greeting: Callable[[Worker], None], on_lost: Callable[[Worker], None]):
        self.number = number
        self.on_greeting, self.on_lost = on_greeting, on_lost
        self.greeted = False
        self.closed = False
        self.lost = False
        self.frames = FrameReader()
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[Frame] | None = None
        self.streaming = False
        self.parts: asyncio.Queue[Frame | WorkerLost] = asyncio.Queue()

    def ask(self, job: str, body: bytes) -> asyncio.Future[Frame]:
        """Send a request; the future gives HTTP status and content, or WorkerLost."""
        self.answer = asyncio.get_running_loop().create_future()
        if self.lost:
            self.answer.set_exception(WorkerLost(None))
        else:
            self._send(job, body)
        return self.answer

    def stream(self, job: str, body: bytes) -> None:
        """Send a request whose answer comes in parts."""
        self.streaming = True
        if self.lost:
            self.parts.put_nowait(WorkerLost(None))
        else:
            self._send(job, body)

    async def next_part(self) -> Frame:
        """HTTP status and content of the next part.  Raises WorkerLost."""
        part = await self.parts.get()
        if isinstance(part, WorkerLost):
            raise part
        if self.transport and self.parts.qsize() < PARTS_AHEAD and not self.lost:
            self.transport.resume_reading()
        return part

    def _send(self, job: str, body: bytes) -> None:
        assert self.transport
        self.transport.write(pack_question(job, body))

    def close(self) -> None:
        """Part with the process, whatever it is doing; where it is not connected yet, as soon as it is."""
        self.closed = True
        if self.transport:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass of it
        if self.closed:
            self.close()

    def data_received(self, data: bytes) -> None:
        for frame in self.frames.feed(data):
            self._received(frame)

    def _received(self, frame: Frame) -> None:
        if not self.greeted:
            self.greeted = True
            self.on_greeting(self)
        elif self.streaming:
            self.parts.put_nowait(frame)
            if self.transport and self.parts.qsize() >= PARTS_AHEAD:
                self.transport.pause_reading()
        elif self.answer and not self.answer.done():
            self.answer.set_result(frame)
            self.answer = None

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.on_lost(self)

    def ended(self, exitcode: int | None) -> None:
        """Tell who waits for an answer that there is none."""
        if self.answer and not self.answer.done():
            self.answer.set_exception(WorkerLost(exitcode))
        if self.streaming:
            self.parts.put_nowait(WorkerLost(exitcode))
