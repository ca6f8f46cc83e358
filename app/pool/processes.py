"""The computing processes of one server: started, told apart, and replaced when they are lost."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from itertools import count

from gradlens.app.pool.connection import Worker, WorkerLost
from gradlens.app.pool.frames import Frame
from gradlens.app.pool.nursery import Nursery
from gradlens.app.settings import Settings

REST_AFTER_FAILURE_SECONDS = 1.0

log = logging.getLogger("uvicorn.error")


class Processes:
    """So many workers, and the trainers beside them.

    on_idle: called when a worker may be asked.  on_answer: called with a worker and what it answered, or how it ended.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: str,
        size: int,
        on_idle: Callable[[], None],
        on_answer: Callable[[Worker, Frame | WorkerLost], None],
    ):
        self.settings, self.jobs, self.size = settings, jobs, size
        self.on_idle, self.on_answer = on_idle, on_answer
        self.numbers = count()
        self.workers: set[Worker] = set()
        self.trainers: dict[Worker, float] = {}  # since when each trains
        self.ending: dict[int, Worker] = {}  # those of which the nursery has yet to report how they ended
        self.idle: list[Worker] = []
        self.nursery: Nursery | None = None
        self.tasks: set[asyncio.Task] = set()

    def start(self) -> None:
        """Start the nursery and have it start the workers; they come as soon as the engine is loaded."""
        self.nursery = Nursery(self.settings, self.jobs, self._ended, self._nursery_lost)
        for _ in range(self.size):
            self._hire()

    def stop(self) -> None:
        """End every process at once."""
        nursery, self.nursery = self.nursery, None
        workers, self.workers, self.trainers = self.workers | self.trainers.keys(), set(), {}
        for task in self.tasks:
            task.cancel()
        for worker in workers:
            worker.close()
        for number in list(self.ending):
            self._ended(number, None)
        self.idle.clear()
        if nursery:
            nursery.close()

    @property
    def ready(self) -> bool:
        """Whether at least one worker is there to compute."""
        return any(worker.greeted for worker in self.workers)

    def take(self) -> Worker | None:
        """An idle worker, where there is one."""
        while self.idle:
            if not (worker := self.idle.pop()).lost:
                return worker
        return None

    def give_back(self, worker: Worker) -> None:
        if worker in self.workers and not worker.lost:
            self.idle.append(worker)

    async def train(self) -> Worker:
        """A worker beside the others; whoever takes it calls `part_with`."""
        assert self.nursery
        worker = self._worker()
        connection = self.nursery.start(worker.number)
        self.trainers[worker] = asyncio.get_running_loop().time()
        await self._connect(worker, connection)
        return worker

    def part_with(self, worker: Worker) -> None:
        """End a worker, also where it is not connected yet."""
        worker.close()
        if not worker.transport:
            self._replace(worker)

    def _hire(self) -> None:
        if self.nursery is None or len(self.workers) >= self.size:
            return
        worker = self._worker()
        try:
            connection = self.nursery.start(worker.number)
        except OSError as error:  # no descriptor is left
            log.error("A computing process cannot be started: %s.", error.strerror)
            self._background(self._hire_later())
            return
        self.workers.add(worker)
        self._background(self._connect(worker, connection))

    def _worker(self) -> Worker:
        return Worker(next(self.numbers), self._greeted, self.on_answer, self._replace)

    async def _connect(self, worker: Worker, ours: socket.socket) -> None:
        await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)

    def _greeted(self, worker: Worker) -> None:
        if worker in self.workers:
            self.idle.append(worker)
            self.on_idle()

    def _replace(self, worker: Worker) -> None:
        """Have a lost worker's process ended and reaped, and start another where it was one of the pool's."""
        if self.nursery is None or worker not in self.workers | self.trainers.keys():  # all was stopped meanwhile
            worker.ended(None)
            return
        self.ending[worker.number] = worker
        if worker in self.trainers:
            del self.trainers[worker]
        else:
            self.workers.remove(worker)
            # Before the old one is ended: giving back the memory of a large process takes a while.
            # One that could not even start is not started again in a tight loop.
            self._hire() if worker.greeted else self._background(self._hire_later())
        self.nursery.end(worker.number)

    def _ended(self, number: int, exitcode: int | None) -> None:
        """What the nursery reports of a worker that it was to end."""
        if worker := self.ending.pop(number, None):
            worker.ended(exitcode)

    async def _hire_later(self) -> None:
        await asyncio.sleep(REST_AFTER_FAILURE_SECONDS)
        self._hire()

    def _nursery_lost(self) -> None:
        """Start all over: workers whose nursery is gone can neither be ended nor reaped by us."""
        log.error("The nursery of the computing processes ended; starting another.")
        self.stop()
        self._background(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(REST_AFTER_FAILURE_SECONDS)
        self.start()

    def _background(self, work: Coroutine) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
