"""What the service counts, as Prometheus reads it (text format 0.0.4): one row a figure.

A server process counts for itself: run one to a container, and let Prometheus add them up.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gradlens.app.pool.pool import Pool
from gradlens.app.protocol import UNREAD

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds: an answer of 15 nodes, what is felt, what is called long here, and the limits.
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)

Labels = tuple[tuple[str, str], ...]


class Figure(NamedTuple):
    """One metric with its samples."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    samples: Mapping[Labels, float]


class Metrics:
    """The counts of one server process."""

    def __init__(self, pool: Pool, version: str):
        self.pool, self.version = pool, version
        self.began = time.time()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.durations: Counter[tuple[str, int]] = Counter()  # by endpoint and bucket
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, endpoint: str, status: int, seconds: float) -> None:
        """A request has ended; status 0: its client left before it was answered."""
        self.requests[endpoint, status] += 1
        self.durations[endpoint, bisect_left(BUCKETS, seconds)] += 1
        self.seconds[endpoint] += seconds

    async def answer(self, request: Request) -> Response:
        unread = getattr(request.state, UNREAD, None)
        figures = [*self._of_requests(), *self._of_pool(), *self._of_process(unread.bytes if unread else 0)]
        return Response("".join(map(_written, figures)), media_type=CONTENT_TYPE)

    def _of_requests(self) -> Iterator[Figure]:
        yield Figure(
            "gradlens_requests_total",
            "counter",
            "Requests that have ended, by endpoint and status; 0 where the client left.",
            {(("endpoint", name), ("status", str(status))): n for (name, status), n in self.requests.items()},
        )
        yield Figure(
            "gradlens_request_seconds", "histogram", "Time of a request, waiting included.", dict(self._histogram())
        )

    def _histogram(self) -> Iterator[tuple[Labels, float]]:
        """The samples of a histogram; a label without a name is the end of the metric's."""
        for endpoint, seconds in self.seconds.items():
            so_far = 0
            for place, bound in enumerate([*map(str, BUCKETS), "+Inf"]):
                so_far += self.durations[endpoint, place]
                yield (("", "_bucket"), ("endpoint", endpoint), ("le", bound)), so_far
            yield (("", "_sum"), ("endpoint", endpoint)), seconds
            yield (("", "_count"), ("endpoint", endpoint)), so_far

    def _of_pool(self) -> Iterator[Figure]:
        pool = self.pool
        lanes = {(("lane", "short"),): pool.short, (("lane", "long"),): pool.long}
        yield _gauge("waiting", "Requests that wait.", {key: len(lane.queue) for key, lane in lanes.items()})
        yield _gauge("computing", "Requests that compute.", {key: len(lane.computing) for key, lane in lanes.items()})
        yield _gauge("mean_seconds", "What the latest took.", {key: lane.mean for key, lane in lanes.items()})
        yield _gauge("processes", "Processes that may compute.", {(): len(pool.processes.workers)})
        yield _gauge("trainings", "Trainings under way.", {(): len(pool.processes.trainers)})
        yield Figure(
            "gradlens_computations_total",
            "counter",
            "Computations by how they ended.",
            {(("end", end),): n for end, n in pool.ends.items()},
        )

    def _of_process(self, unread: int) -> Iterator[Figure]:
        yield _gauge("info", "The version.", {(("version", self.version),): 1})
        yield _gauge("unread_bytes", "Answers that clients have yet to read.", {(): unread})
        yield Figure("process_start_time_seconds", "gauge", "When it was started.", {(): self.began})
        yield Figure("process_cpu_seconds_total", "counter", "Processor time of the server.", {(): time.process_time()})


def _gauge(name: str, help: str, samples: Mapping[Labels, float]) -> Figure:
    return Figure(f"gradlens_{name}", "gauge", help, samples)


def _written(figure: Figure) -> str:
    """A metric in Prometheus's text format; no label here needs escaping."""
    lines = [f"# HELP {figure.name} {figure.help}", f"# TYPE {figure.name} {figure.kind}"]
    for labels, number in figure.samples.items():
        end = "".join(value for name, value in labels if not name)
        named = ",".join(f'{name}="{value}"' for name, value in labels if name)
        lines.append(f"{figure.name}{end}" + (f"{{{named}}}" if named else "") + f" {number:.10g}")
    return "\n".join(lines) + "\n"
