"""The server's end of one worker's socket, and what a client is told when its worker is lost."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from typing import cast

from gradlens.app.pool.frames import Frame, FrameReader, pack_question
from gradlens.app.pool.worker import OUT_OF_TIME
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings

# Of an answer in parts so many may wait for a slow client, and so many bytes; then its worker has to.
PARTS_AHEAD = 64
BYTES_AHEAD = 4_000_000

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
    on_answer: called with this worker and what it answered, or how it ended while it owed an answer.
    """

    def __init__(
        self,
        number: int,
        on_greeting: Callable[[Worker], None],
        on_answer: Callable[[Worker, Frame | WorkerLost], None],
        on_lost: Callable[[Worker], None],
    ):
        self.number = number
        self.on_greeting, self.on_answer, self.on_lost = on_greeting, on_answer, on_lost
        self.greeted = False
        self.closed = False
        self.lost = False
        self.process = 0  # its id, once it has greeted
        self.frames = FrameReader()
        self.transport: asyncio.Transport | None = None
        self.owes_answer = False
        self.parts: Parts | None = None

    def ask(self, job: str, body: bytes) -> None:
        """Send a request; its answer comes by `on_answer`."""
        self.owes_answer = True
        self._send(job, body)

    def stream(self, job: str, body: bytes) -> Parts:
        """Send a request whose answer comes in parts."""
        self.parts = Parts(self._go_on)
        if self.lost:
            self.parts.put(WorkerLost(None))
        else:
            self._send(job, body)
        return self.parts

    def _send(self, job: str, body: bytes) -> None:
        assert self.transport
        self.transport.write(pack_question(job, body))

    def _go_on(self) -> None:
        if self.transport and not self.lost:
            self.transport.resume_reading()

    def close(self) -> None:
        """Part with the process, whatever it is doing; where it is not connected yet, as soon as it is."""
        self.closed = True
        if self.transport:
            self.transport.abort()

    @property
    def processor_seconds(self) -> float:
        """What its process has had of processors; where the system does not tell, the time that goes by."""
        try:
            return time.clock_gettime(_processor_clock(self.process))
        except (AttributeError, OSError):  # no Linux; or it has just ended
            return time.monotonic()

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
            self.process = int(frame.content)
            self.on_greeting(self)
        elif self.parts:
            self.parts.put(frame)
            if self.parts.are_enough and self.transport:
                self.transport.pause_reading()
        elif self.owes_answer:
            self.owes_answer = False
            self.on_answer(self, frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.on_lost(self)

    def ended(self, exitcode: int | None) -> None:
        """Tell who waits for an answer that there is none."""
        if self.owes_answer:
            self.owes_answer = False
            self.on_answer(self, WorkerLost(exitcode))
        if self.parts:
            self.parts.put(WorkerLost(exitcode))


class Parts:
    """The parts of an answer that its client has yet to take.  on_room: called when there is room for more."""

    def __init__(self, on_room: Callable[[], None]):
        self.on_room = on_room
        self.queue: asyncio.Queue[Frame | WorkerLost] = asyncio.Queue()
        self.bytes = 0

    @property
    def are_enough(self) -> bool:
        return self.queue.qsize() >= PARTS_AHEAD or self.bytes > BYTES_AHEAD

    def put(self, part: Frame | WorkerLost) -> None:
        self.bytes += len(part.content) if isinstance(part, Frame) else 0
        self.queue.put_nowait(part)

    async def next(self) -> Frame:
        """HTTP status and content of the next part.  Raises WorkerLost."""
        part = await self.queue.get()
        if isinstance(part, WorkerLost):
            raise part
        self.bytes -= len(part.content)
        if not self.are_enough:
            self.on_room()
        return part

    def cancel(self) -> None:
        """Nothing more comes; what nobody has taken is dropped."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.put(WorkerLost(None))


def _processor_clock(process: int) -> int:
    """The clock of a process's processor time, as clock_getcpuclockid(3) has it on Linux."""
    return (~process << 3) | 2
