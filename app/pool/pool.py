"""The pool of computing processes, as the event loop sees it: ask, wait for a turn, and replace what is ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable

from gradlens.app.pool.clients import NOBODY, Client
from gradlens.app.pool.connection import Parts, Worker, WorkerLost
from gradlens.app.pool.fair_queue import Asked, FairQueue
from gradlens.app.pool.frames import PART, Frame
from gradlens.app.pool.lanes import SHORT_SECONDS, KnownLong, Lane
from gradlens.app.pool.processes import Processes
from gradlens.app.pool.worker import WAITING_FACTOR
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings

CONNECTION_SECONDS = 10  # in which one that is idle ends
FINISH_SECONDS = 3.0  # what computations under way have when the service is stopped; the server waits 4


class Pool:
    """`settings.workers` processes for short requests and `settings.long_workers` for long ones, each computing one at
    a time.

    jobs: the module whose `make_jobs(settings)` gives the functions that the workers run, by name.
    """

    def __init__(self, settings: Settings, jobs: str):
        self.settings = settings
        self.short = Lane(settings.workers, FairQueue(settings.queue, settings.queue_bytes))
        self.long = Lane(settings.long_workers, FairQueue(settings.queue, settings.queue_bytes))
        self.known_long = KnownLong()
        self.processes = Processes(settings, jobs, self.short.places + self.long.places, self._dispatch, self._answered)
        self.asked: dict[Worker, Asked] = {}  # what each computes
        self.of_client: Counter[str] = Counter()  # requests under way, of each address
        self.ends: Counter[str] = Counter()  # how many requests have ended in which way
        self.is_stopping = False

    async def start(self) -> None:
        """Start the processes; they come as soon as the engine is loaded."""
        self.processes.start()

    def stop(self) -> None:
        """End every process at once."""
        self.is_stopping = True
        self.processes.stop()

    @property
    def ready(self) -> bool:
        """Whether at least one worker is there to compute."""
        return self.processes.ready and not self.is_stopping

    def wind_down(self) -> None:
        """Begin to stop: what waits is turned away, trainings end, and what computes has a moment to finish."""
        if self.is_stopping:
            return
        self.is_stopping = True
        for lane in (self.short, self.long):
            for asked in list(lane.queue):
                self._turn_away(asked, lane, "stopping")
        for worker in self.processes.trainers:
            if worker.parts:
                worker.parts.cancel()
        asyncio.get_running_loop().call_later(FINISH_SECONDS, self._finish)

    def _finish(self) -> None:
        for asked in list(self.asked.values()):
            self._fail(asked, Problem.of("stopping"))

    # ---- one answer

    async def run(self, job: str, body: bytes, client: Client = NOBODY) -> Frame:
        """HTTP status and content of one job.  Raises Problem.  Cancelling it ends the computation."""
        asked = self.ask(job, body, client)
        try:
            return await asked.answer
        finally:
            self.give_up(asked)

    def ask(self, job: str, body: bytes, client: Client = NOBODY) -> Asked:
        """Have a job run; its `answer` is HTTP status and content, or Problem.  Raises Problem where it may not wait.

        Who asks calls `give_up` in the end, however it ends.
        """
        if self.is_stopping:
            raise Problem.of("stopping")
        if self.of_client[client.address] >= self.settings.client_requests:
            raise self._busy("client-busy", self.short, limit=self.settings.client_requests)
        asked = Asked(job, body, client, asyncio.get_running_loop().create_future())
        self.of_client[client.address] += 1
        self._wait(asked, self.long if self.long.places and asked in self.known_long else self.short)
        return asked

    def give_up(self, asked: Asked) -> None:
        """Its answer is not wanted any more, or is there; what still computes is ended."""
        address = asked.client.address
        self.of_client[address] -= 1
        if not self.of_client[address]:
            del self.of_client[address]
        if asked.answer.done() and not asked.answer.cancelled():
            asked.answer.exception()  # whoever left has not looked at it
        else:
            self._drop(asked)
            self._dispatch()

    def _wait(self, asked: Asked, lane: Lane) -> None:
        now = self._now
        seconds = lane.wait(now)
        if lane is self.long and not lane.has_place and seconds > self.settings.queue_seconds:
            self._fail(asked, self._busy("busy", lane))
            return
        if away := lane.queue.push(asked):
            self._turn_away(away, lane)
        if away is not asked:
            self._time(asked, self.settings.queue_seconds, self._turn_away, lane)
            self._dispatch()

    def _dispatch(self) -> None:
        """Give free places to those who wait."""
        for asked in list(self.short.computing) if self.long.has_place else ():
            if asked.is_overdue and self.long.has_place:
                self._go_on_among_the_long(asked)
        for lane in (self.short, self.long):
            while lane.queue and lane.has_place and (worker := self.processes.take()):
                self._begin(lane.queue.pop(lane.mean), lane, worker)
        if self.short.queue:
            for asked in list(self.short.computing):
                if asked.is_overdue:
                    self._begin_again_later(asked)
                    break

    def _begin(self, asked: Asked, lane: Lane, worker: Worker) -> None:
        asked.worker = worker
        asked.computes_since = self._now
        asked.processor_since = worker.processor_seconds
        lane.computing.add(asked)
        self.asked[worker] = asked
        worker.ask(asked.job, asked.body)
        if lane is self.short and self.long.places:
            self._time(asked, SHORT_SECONDS, self._took_long)
        else:
            self._time(asked, self._patience, self._waited_for_processor)

    def _answered(self, worker: Worker, result: Frame | WorkerLost) -> None:
        asked = self.asked.get(worker)
        if asked:
            self._leave(asked)
            if self._now - asked.computes_since < SHORT_SECONDS:
                self.known_long.discard(asked)
        self.processes.give_back(worker)
        if asked and not asked.answer.done():
            if isinstance(result, WorkerLost):
                asked.answer.set_exception(result.problem(self.settings))
            else:
                asked.answer.set_result(result)
            self.ends["answered" if isinstance(result, Frame) else "lost"] += 1
        self._dispatch()

    # ---- short and long

    def _took_long(self, asked: Asked) -> None:
        """A request has had the time of a short one."""
        worker = asked.worker
        assert worker
        used = worker.processor_seconds - asked.processor_since
        left = self._now - asked.computes_since
        if used >= SHORT_SECONDS / 2:  # it is not the machine that is slow
            self.known_long.add(asked)
        if self.long.has_place:
            self._go_on_among_the_long(asked)
            self._dispatch()
        elif used < SHORT_SECONDS / 2 and left < self._patience:
            self._time(asked, SHORT_SECONDS, self._took_long)
        else:
            asked.is_overdue = True
            self._time(asked, self._patience, self._waited_for_processor)
            self._dispatch()

    def _go_on_among_the_long(self, asked: Asked) -> None:
        self.short.computing.discard(asked)
        self.short.queue.took(asked.client, SHORT_SECONDS, self.short.mean)
        self.long.computing.add(asked)
        asked.is_overdue = False
        self._time(asked, self._patience, self._waited_for_processor)

    def _begin_again_later(self, asked: Asked) -> None:
        """Somebody waits for the place of a request that is overdue."""
        worker = asked.worker
        assert worker
        self._leave(asked)
        worker.close()
        asked.is_overdue = False
        self.ends["begun again"] += 1
        self._wait(asked, self.long)

    # ---- ends that are no answer

    def _busy(self, kind: str, lane: Lane, **params: int | float) -> Problem:
        return Problem.waiting(kind, lane.wait(self._now), **params)

    def _turn_away(self, asked: Asked, lane: Lane, kind: str = "busy") -> None:
        """It waits no longer: too many do, or it has for too long."""
        self._fail(asked, self._busy("busy", lane) if kind == "busy" else Problem.of(kind))

    def _waited_for_processor(self, asked: Asked) -> None:
        seconds, limit = self._patience, self.settings.request_seconds
        lane = self.long if asked in self.long.computing else self.short
        self._fail(asked, self._busy("machine-busy", lane, seconds=seconds, limit=limit))
        self._dispatch()

    def _fail(self, asked: Asked, problem: Problem) -> None:
        if not asked.answer.done():
            asked.answer.set_exception(problem)
            self.ends["turned away"] += 1
        self._drop(asked)

    def _drop(self, asked: Asked) -> None:
        """Neither wait nor compute for it."""
        worker = asked.worker
        self._leave(asked)
        if worker:
            worker.close()

    def _leave(self, asked: Asked) -> None:
        """It waits and computes no longer; what its client had is counted."""
        if asked.timer:
            asked.timer.cancel()
            asked.timer = None
        for lane in (self.short, self.long):
            lane.queue.remove(asked)
            if asked in lane.computing:
                lane.computing.discard(asked)
                seconds = self._now - asked.computes_since
                lane.queue.took(asked.client, seconds, lane.mean)
                lane.took(seconds)
        if asked.worker:
            self.asked.pop(asked.worker, None)
            asked.worker = None

    def _time(self, asked: Asked, seconds: float, then: Callable[..., None], *more: Lane) -> None:
        if asked.timer:
            asked.timer.cancel()
        asked.timer = asyncio.get_running_loop().call_later(seconds, then, asked, *more)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    @property
    def _patience(self) -> float:
        """How long one may compute in all: what is left of it, it waits for the processor."""
        return WAITING_FACTOR * self.settings.request_seconds

    # ---- an answer in parts

    async def stream(self, job: str, body: bytes) -> AsyncGenerator[Frame, None]:
        """HTTP status and content of one job's parts, as they come.  Raises Problem, WorkerLost.

        It runs in a process of its own beside the pool's workers, which go on answering; closing this ends it.
        """
        processes = self.processes
        if processes.nursery is None or self.is_stopping:
            raise Problem.of("stopping" if self.is_stopping else "starting")
        if len(processes.trainers) >= self.settings.trainings:
            # It may be sooner; the one that began first has so long at most, unless it waits for the processor.
            seconds = min(processes.trainers.values()) + self.settings.training_seconds - self._now
            raise Problem.waiting("trainings-busy", seconds, limit=self.settings.trainings)
        try:
            worker = await processes.train()
        except OSError:  # no descriptor is left
            raise Problem.waiting("connections", CONNECTION_SECONDS) from None
        try:
            parts = worker.stream(job, body)
            part = await self._first(parts)
            while True:
                yield part
                if part.status != PART:
                    return
                part = await parts.next()
        finally:
            processes.part_with(worker)

    async def _first(self, parts: Parts) -> Frame:
        """The first part, which has the time of a request.  Raises Problem."""
        try:
            async with asyncio.timeout(self._patience):
                return await parts.next()
        except WorkerLost as lost:
            raise Problem.of("stopping") if self.is_stopping else lost.problem(self.settings) from None
        except TimeoutError:
            limit = self.settings.request_seconds
            raise Problem.waiting("machine-busy", 0, seconds=self._patience, limit=limit) from None
