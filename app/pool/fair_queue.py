"""Who waits, and who is next: whoever has had least, by start-time fair queueing (Goyal, Vin and Cheng, 1996).

Addresses take turns first, and the connections of an address among themselves.  Whoever is likely to take little goes
before whoever is likely to take much, until it has had a few of the other's turns.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from gradlens.app.pool.clients import Client
from gradlens.app.pool.connection import Worker
from gradlens.app.pool.frames import Frame

REMEMBERED = 10_000  # turns of which the clients are remembered while somebody waits; each is some 200 bytes
FAVOUR = 10  # of the other's turns: so many lie between two of a client that took long before

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
        self.worker: Worker | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.computes_since = 0.0
        self.processor_since = 0.0
        self.is_overdue = False  # it has had a light request's time, and no place among the long ones


class Shares(Generic[Key]):
    """What each key has had of what is shared; one that comes anew begins where the others are at that time."""

    def __init__(self) -> None:
        self.had: dict[Key, float] = {}
        self.now = 0.0

    def of(self, key: Key) -> float:
        return max(self.now, self.had.get(key, 0.0))

    def enter(self, key: Key) -> None:
        """This key begins to wait, without credit for the time before."""
        self.had[key] = self.of(key)

    def begin(self, key: Key, seconds: float) -> None:
        """It is this key's turn, for about so long."""
        start = self.had[key]
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
        self.latest: dict[str | Client, float] = {}  # seconds that the latest turn of each took
        self.waiting: dict[str, dict[Asked, None]] = {}
        self.addresses: Shares[str] = Shares()
        self.connections: defaultdict[str, Shares[int]] = defaultdict(Shares)  # of each address

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))

    def __iter__(self) -> Iterator[Asked]:
        return (asked for some in self.waiting.values() for asked in some)

    def push(self, asked: Asked) -> Asked | None:
        """Let it wait.  Returns what is turned away for it: another, itself, or nothing."""
        address, connection = asked.client
        if address not in self.waiting:
            self.addresses.enter(address)
        some = self.waiting.setdefault(address, {})
        if not any(one.client == asked.client for one in some):
            self.connections[address].enter(connection)
        some[asked] = None
        self.bytes += len(asked.body)
        if len(self) <= self.most and self.bytes <= self.most_bytes:
            return None
        most = max(self.waiting.values(), key=len)
        # The newcomer, where no address has more than its own.
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
        latest = self.latest
        address = min(self.waiting, key=lambda one: self.addresses.had[one] + FAVOUR * latest.get(one, seconds))
        connections = self.connections[address]
        asked = min(
            self.waiting[address],
            key=lambda one: connections.had[one.client.connection] + FAVOUR * latest.get(one.client, seconds),
        )
        self.addresses.begin(address, seconds)
        connections.begin(asked.client.connection, seconds)
        self.remove(asked)
        self.remembered += 1
        if not self.waiting or self.remembered > REMEMBERED:
            self._forget()
        return asked

    def _forget(self) -> None:
        """Nobody has had too much, as where nobody waits; who waits begins anew."""
        self.remembered = 0
        self.addresses.had.clear()
        self.connections.clear()
        for asked in self:
            self.addresses.enter(asked.client.address)
            self.connections[asked.client.address].enter(asked.client.connection)

    def took(self, client: Client, seconds: float, thought: float) -> None:
        """A turn of this client's is over, and how long it took."""
        if len(self.latest) > REMEMBERED:
            self.latest.clear()
        self.latest[client] = self.latest[client.address] = seconds
        if client.address in self.connections:
            self.addresses.charge(client.address, seconds - thought)
            self.connections[client.address].charge(client.connection, seconds - thought)
