"""The pool of computing processes, as the event loop sees it: ask one, wait, and replace it when it is ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from itertools import count

from gradlens.app.pool.connection import Worker, WorkerLost
from gradlens.app.pool.frames import PART, Frame
from gradlens.app.pool.nursery import Nursery
from gradlens.app.pool.worker import WAITING_FACTOR
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings

REST_AFTER_FAILURE_SECONDS = 1.0

log = logging.getLogger("uvicorn.error")


class Pool:
    """`settings.workers` processes, of which each computes one request at a time.

    jobs: the module whose `make_jobs(settings)` gives the functions that the workers run, by name.
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

    async def run(self, job: str, body: bytes) -> Frame:
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

    async def stream(self, job: str, body: bytes) -> AsyncGenerator[Frame, None]:
        """HTTP status and content of one job's parts, as they come.  Raises Problem, WorkerLost.

        It runs in a process of its own beside the pool's workers, which go on answering; closing this ends it.
        """
        nursery = self.nursery
        if nursery is None:
            raise Problem.of("starting")
        if len(self.trainers) >= self.settings.trainings:
            raise Problem.of("trainings-busy", limit=self.settings.trainings)
        worker = self._worker()
        self.trainers.add(worker)
        try:
            await self._connect(worker, nursery)
            worker.stream(job, body)
            try:
                part = await self._in_time(worker.next_part())
            except WorkerLost as lost:
                raise lost.problem(self.settings) from None
            while True:
                yield part
                if part.status != PART:
                    return
                part = await worker.next_part()
        finally:
            worker.close()
            if not worker.transport:  # cancelled while it was being connected
                self._replace(worker)

    def _greeted(self, worker: Worker) -> None:
        if worker in self.workers:
            self.idle.put_nowait(worker)

    def _replace(self, worker: Worker) -> None:
        """Have a lost worker's process ended and reaped, and start another where it was one of the pool's."""
        if self.nursery is None or worker not in self.workers | self.trainers:  # the pool was stopped meanwhile
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

    async def _in_time(self, answer: Awaitable[Frame]) -> Frame:
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
        if self.nursery is None or len(self.workers) >= self.settings.workers:
            return
        worker = self._worker()
        self.workers.add(worker)
        await self._connect(worker, self.nursery)

    def _worker(self) -> Worker:
        return Worker(next(self.numbers), self._greeted, self._replace)

    async def _connect(self, worker: Worker, nursery: Nursery) -> None:
        """Have a worker's process started."""
        ours = nursery.start(worker.number)
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
