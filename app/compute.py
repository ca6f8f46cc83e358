"""The pool of computing processes, as the event loop sees it: ask one, wait, and replace it when it is ended."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Coroutine
from itertools import count

from gradlens.app.nursery import Nursery
from gradlens.app.problems import Problem, computed
from gradlens.app.settings import Settings
from gradlens.app.worker import FRAME, OUT_OF_TIME, PART, WAITING_FACTOR
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

# Most answers come sooner; only those that take longer are worth watching for a client that leaves.
WATCH_AFTER_SECONDS = 0.05
REST_AFTER_FAILURE_SECONDS = 1.0
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


async def compute(pool: Pool, request: Request, job: str, body: bytes) -> Response:
    """Answer `request` with what `job` makes of `body`; end the computation when the client leaves."""
    task = asyncio.ensure_future(pool.run(job, body))
    try:
        done, _ = await asyncio.wait({task}, timeout=WATCH_AFTER_SECONDS)
        if not done:
            leaving = asyncio.ensure_future(_client_left(request))
            await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
            if not task.done():
                raise ClientDisconnect
        status, content = task.result()
    finally:
        task.cancel()
    return computed(status, content)


async def _client_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Pool:
    """`settings.workers` processes, of which each computes one request at a time.

    jobs: the module whose `jobs(settings)` gives the functions that the workers run, by name.
    """

    def __init__(self, settings: Settings, jobs: str):
        self.settings = settings
        self.jobs = jobs
        self.numbers = count()
        self.workers: set[Worker] = set()
        self.trainers: set[Worker] = set()
        self.ending: dict[int, Worker] = {}  # those of which the nursery has yet to report how they ended
        self.idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        self.waiting = 0
        self.nursery: Nursery | None = None
        self.tasks: set[asyncio.Task] = set()

    async def start(self) -> None:
        """Start the nursery and have it start the workers; they come as soon as the engine is loaded."""
        self.nursery = Nursery(self.settings, self.jobs, self._ended, self._nursery_lost)
        for _ in range(self.settings.workers):
            await self._hire()

    def stop(self) -> None:
        """End every process at once."""
        nursery, self.nursery = self.nursery, None
        workers, self.workers, self.trainers = self.workers | self.trainers, set(), set()
        for task in self.tasks:
            task.cancel()
        for worker in workers:
            worker.close()
        for number in list(self.ending):
            self._ended(number, None)
        if nursery:
            nursery.close()

    @property
    def ready(self) -> bool:
        """Whether at least one worker is there to compute."""
        return any(worker.greeted for worker in self.workers)

    async def run(self, job: str, body: bytes) -> tuple[int, bytes]:
        """HTTP status and content of one job.  Raises Problem.  Cancelling it ends the computation."""
        worker = await self._take()
        try:
            return await self._in_time(worker.ask(job, body))
        except WorkerLost as lost:
            raise lost.problem(self.settings) from None
        finally:
            if worker.answer is None:
                self.idle.put_nowait(worker)
            else:
                worker.close()

    async def stream(self, job: str, body: bytes) -> AsyncIterator[tuple[int, bytes]]:
        """HTTP status and content of one job's parts, as they come.  Raises Problem, WorkerLost.

        It runs in a process of its own beside the pool's workers, which go on answering; closing this ends it.
        """
        if not self.nursery:
            raise Problem.of("starting")
        if len(self.trainers) >= self.settings.trainings:
            raise Problem.of("trainings-busy", limit=self.settings.trainings)
        worker = Worker(next(self.numbers), self)
        self.trainers.add(worker)
        try:
            await self._connect(worker)
            worker.stream(job, body)
            try:
                part = await self._in_time(worker.next_part())
            except WorkerLost as lost:
                raise lost.problem(self.settings) from None
            while True:
                yield part
                if part[0] != PART:
                    return
                part = await worker.next_part()
        finally:
            if worker.transport:
                worker.close()
            else:  # cancelled while it was being connected
                self.replace(worker)

    def replace(self, worker: Worker) -> None:
        """Have a lost worker's process ended and reaped, and start another where it was one of the pool's."""
        if worker not in self.workers | self.trainers:  # the pool was stopped meanwhile
            worker.ended(None)
            return
        self.ending[worker.number] = worker
        self.nursery.end(worker.number)
        if worker in self.trainers:
            self.trainers.remove(worker)
        else:
            self.workers.remove(worker)
            # A worker that could not even start is not started again in a tight loop.
            self._background(self._hire(0 if worker.greeted else REST_AFTER_FAILURE_SECONDS))

    def _ended(self, number: int, exitcode: int | None) -> None:
        """What the nursery reports of a worker that it was to end."""
        if worker := self.ending.pop(number, None):
            worker.ended(exitcode)

    async def _in_time(self, answer: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        """An answer that need not wait too long for the processor; the time that it computes is the worker's to keep.

        Raises WorkerLost, and Problem where the machine is too busy.
        """
        seconds = WAITING_FACTOR * self.settings.request_seconds
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise Problem.of("machine-busy", seconds=seconds, limit=self.settings.request_seconds) from None

    async def _take(self) -> Worker:
        """An idle worker.  Raises Problem where too many wait already, or the wait grows too long."""
        if self.idle.empty() and self.waiting >= self.settings.queue:
            raise Problem.of("busy")
        self.waiting += 1
        try:
            async with asyncio.timeout(self.settings.queue_seconds):
                while (worker := await self.idle.get()).lost:
                    pass
                return worker
        except TimeoutError:
            raise Problem.of("busy") from None
        finally:
            self.waiting -= 1

    async def _hire(self, delay: float = 0) -> None:
        await asyncio.sleep(delay)
        if not self.nursery or len(self.workers) >= self.settings.workers:
            return
        worker = Worker(next(self.numbers), self)
        self.workers.add(worker)
        await self._connect(worker)

    async def _connect(self, worker: Worker) -> None:
        """Have a worker's process started."""
        ours = self.nursery.start(worker.number)
        await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)

    def _nursery_lost(self) -> None:
        """Start all over: workers whose nursery is gone can neither be ended nor reaped by us."""
        log.error("The nursery of the computing processes ended; starting another.")
        self.stop()
        self._background(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(REST_AFTER_FAILURE_SECONDS)
        await self.start()

    def _background(self, work: Coroutine) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Worker(asyncio.Protocol):
    """The server's end of one worker's socket."""

    def __init__(self, number: int, pool: Pool):
        self.number = number
        self.pool = pool
        self.greeted = False
        self.lost = False
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.parts: asyncio.Queue[tuple[int, bytes] | WorkerLost] | None = None

    def ask(self, job: str, body: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the future gives HTTP status and content, or WorkerLost."""
        self.answer = asyncio.get_running_loop().create_future()
        if self.lost:
            self.answer.set_exception(WorkerLost(None))
        else:
            self._send(job, body)
        return self.answer

    def stream(self, job: str, body: bytes) -> None:
        """Send a request whose answer comes in parts."""
        self.parts = asyncio.Queue()
        if self.lost:
            self.parts.put_nowait(WorkerLost(None))
        else:
            self._send(job, body)

    async def next_part(self) -> tuple[int, bytes]:
        """HTTP status and content of the next part.  Raises WorkerLost."""
        part = await self.parts.get()
        if isinstance(part, WorkerLost):
            raise part
        if self.parts.qsize() < PARTS_AHEAD and not self.lost:
            self.transport.resume_reading()
        return part

    def _send(self, job: str, body: bytes) -> None:
        content = job.encode() + b"\n" + body
        self.transport.write(FRAME.pack(0, len(content)) + content)

    def close(self) -> None:
        """Part with the process, whatever it is doing."""
        if self.transport:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if self not in self.pool.workers | self.pool.trainers:  # the pool was stopped meanwhile
            self.close()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while len(self.buffer) >= FRAME.size:
            status, length = FRAME.unpack_from(self.buffer)
            end = FRAME.size + length
            if len(self.buffer) < end:
                return
            content = bytes(memoryview(self.buffer)[FRAME.size : end])
            # Most often there is nothing more; what follows then need not be moved.
            self.buffer = self.buffer[end:] if len(self.buffer) > end else bytearray()
            self._received(status, content)

    def _received(self, status: int, content: bytes) -> None:
        if not self.greeted:
            self.greeted = True
            if self in self.pool.workers:
                self.pool.idle.put_nowait(self)
        elif self.parts is not None:
            self.parts.put_nowait((status, content))
            if self.parts.qsize() >= PARTS_AHEAD:
                self.transport.pause_reading()
        elif self.answer and not self.answer.done():
            self.answer.set_result((status, content))
            self.answer = None

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        self.pool.replace(self)

    def ended(self, exitcode: int | None) -> None:
        """Tell who waits for an answer that there is none."""
        if self.answer and not self.answer.done():
            self.answer.set_exception(WorkerLost(exitcode))
        if self.parts is not None:
            self.parts.put_nowait(WorkerLost(exitcode))
