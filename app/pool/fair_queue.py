"""Who waits, and who is next: whoever has had least, by start-time fair queueing (Goyal, Vin and Cheng, 1996).

Addresses take turns first, and the connections of an address among themselves.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from gradlens.app.pool.clients import Client
from gradlens.app.pool.frames import Frame

REMEMBERED = 10_000  # turns of which the clients are remembered while somebody waits; each is some 200 bytes

Key = TypeVar("Key", bound=Hashable)


class Asked:
    """One request to the pool: what it asks, who waits for it, and how far it is."""

    __slots__ = (
        "answer",
        "body",
        "client",
        "computes_since",
        "is_overdue",
        "job",
        "processor_since",
        "timer",
        "worker",
    )

    def __init__(self, job: str, body: bytes, client: Client, answer: asyncio.Future[Frame]):
        self.job, self.body, self.client, self.answer = job, body, client, answer
        self.worker = None
        self.timer: asyncio.TimerHandle | None = None
        self.computes_since = 0.0
        self.processor_since = 0.0
        self.is_overdue = False  # it has had a light request's time, and no place among the long ones


class Shares(Generic[Key]):
    """What each key has had of what is shared; one that comes anew begins where the others are."""

    def __init__(self) -> None:
        self.had: dict[Key, float] = {}
        self.now = 0.0

    def of(self, key: Key) -> float:
        return max(self.now, self.had.get(key, 0.0))

    def begin(self, key: Key, seconds: float) -> None:
        """It is this key's turn, for about so long."""
        start = self.of(key)
        self.now = max(self.now, start)
        self.had[key] = start + seconds

    def charge(self, key: Key, seconds: float) -> None:
        """It has had so much more than was thought, or less."""
        self.had[key] = self.of(key) + seconds


class FairQueue:
    """Requests that wait, up to a number and to a number of bytes.

    Where it is full, the newest request of the address with most is turned away: nobody is kept out by somebody else's.
    """

    def __init__(self, most: int, most_bytes: int):
        self.most, self.most_bytes = most, most_bytes
        self.bytes = 0
        self.remembered = 0  # turns since all that was had was forgotten
        self.waiting: dict[str, dict[Asked, None]] = {}
        self.addresses: Shares[str] = Shares()
        self.connections: defaultdict[str, Shares[int]] = defaultdict(Shares)  # of each address

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))

    def __iter__(self) -> Iterator[Asked]:
        return (asked for some in self.waiting.values() for asked in some)

    def push(self, asked: Asked) -> Asked | None:
        """Let it wait.  Returns what is turned away for it: another, itself, or nothing."""
        self.waiting.setdefault(asked.client.address, {})[asked] = None
        self.bytes += len(asked.body)
        if len(self) <= self.most and self.bytes <= self.most_bytes:
            return None
        most = max(self.waiting.values(), key=len)
        # The newcomer, where no address has more than its own.
        some = self.waiting[asked.client.address]
        away = asked if len(some) == len(most) else next(reversed(most))
        self.remove(away)
        return away

    def remove(self, asked: Asked) -> None:
        """It waits no longer, if it did."""
        some = self.waiting.get(asked.client.address, {})
        if asked in some:
            del some[asked]
            self.bytes -= len(asked.body)
            if not some:
                del self.waiting[asked.client.address]

    def pop(self, seconds: float) -> Asked:
        """The next one, which will take about so long."""
        address = min(self.waiting, key=self.addresses.of)
        connections = self.connections[address]
        asked = min(self.waiting[address], key=lambda one: connections.of(one.client.connection))
        self.addresses.begin(address, seconds)
        connections.begin(asked.client.connection, seconds)
        self.remove(asked)
        self.remembered += 1
        # Where nobody waits nobody has had too much.
        if not self.waiting or self.remembered > REMEMBERED:
            self.remembered = 0
            self.addresses.had.clear()
            self.connections.clear()
        return asked

    def charge(self, client: Client, seconds: float) -> None:
        """This client's turn took so much longer than was thought."""
        if client.address in self.connections:
            self.addresses.charge(client.address, seconds)
            self.connections[client.address].charge(client.connection, seconds)
