"""Two lanes of requests: every one begins among the short ones, and one that takes long goes on among the long ones.

So a short request waits for short ones only.  A long one that finds no place among the long ones stays where it is
until somebody waits for its place; then it is begun again later (a job has no effect but its answer).
"""

from __future__ import annotations

from collections import OrderedDict

from gradlens.app.pool.fair_queue import Asked, FairQueue

SHORT_SECONDS = 0.05  # what a short request may take: twice what a program of a thousand nodes does
REMEMBERED_LONG = 4096  # requests that are known to be long, by a hash
NEWEST = 0.1  # the weight of the newest request in a lane's mean


class Lane:
    """Requests that compute, and those that wait for it."""

    def __init__(self, places: int, queue: FairQueue):
        self.places = places
        self.queue = queue
        self.computing: set[Asked] = set()
        self.mean = 0.0  # seconds a request; 0 until one has ended

    @property
    def has_place(self) -> bool:
        return len(self.computing) < self.places

    def took(self, seconds: float) -> None:
        self.mean = seconds if self.mean == 0 else self.mean + NEWEST * (seconds - self.mean)

    def wait(self, now: float) -> float:
        """Seconds until whoever comes last would have a place, as far as one can tell."""
        if not self.places:
            return 0.0
        # As long as none has ended, twice as long as those that compute have taken.
        longest = max((now - asked.computes_since for asked in self.computing), default=0.0)
        mean = self.mean or max(SHORT_SECONDS, 2 * longest)
        ahead = len(self.queue) + len(self.computing) - self.places + 1
        return max(0.0, ahead) * mean / self.places


class KnownLong:
    """The requests that were found to be long, the latest of them; those that differ in digits alone are alike."""

    def __init__(self) -> None:
        self.hashes: OrderedDict[int, None] = OrderedDict()

    def __contains__(self, asked: Asked) -> bool:
        return bool(self.hashes) and _hash(asked) in self.hashes

    def add(self, asked: Asked) -> None:
        self.hashes[_hash(asked)] = None
        if len(self.hashes) > REMEMBERED_LONG:
            self.hashes.popitem(last=False)

    def discard(self, asked: Asked) -> None:
        if self.hashes:
            self.hashes.pop(_hash(asked), None)


def _hash(asked: Asked) -> int:
    return hash((asked.job, asked.body.translate(None, b"0123456789")))
