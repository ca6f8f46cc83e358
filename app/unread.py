"""What clients have been sent and have yet to read: how much of it a server holds, and who is cut off for it."""

from __future__ import annotations

from asyncio import Transport

from gradlens.app.problems import log


class Unread:
    """The connections whose clients read more slowly than they are answered.

    most: bytes that all of them may have waiting together; beyond it the one that reads most slowly is cut off.
    """

    def __init__(self, most: int):
        self.most = most
        self.since: dict[Transport, tuple[float, int]] = {}  # when each fell behind, and by how many bytes

    @property
    def bytes(self) -> int:
        return sum(transport.get_write_buffer_size() for transport in self.since)

    def add(self, transport: Transport, now: float) -> None:
        """A client has fallen behind."""
        self.since[transport] = now, transport.get_write_buffer_size()
        held = self.bytes
        while held > self.most and self.since:
            slowest = min(self.since, key=lambda one: self._rate(one, now))
            held -= slowest.get_write_buffer_size()
            log.warning("A client is cut off: those that do not read their answers hold more than %d bytes.", self.most)
            del self.since[slowest]
            slowest.abort()

    def remove(self, transport: Transport) -> None:
        """A client has caught up, or has left."""
        self.since.pop(transport, None)

    def _rate(self, transport: Transport, now: float) -> tuple[float, float]:
        """Bytes a second that a client has read since it fell behind; of those that read nothing the first to do so."""
        since, behind = self.since[transport]
        read = behind - transport.get_write_buffer_size()
        return read / max(now - since, 1e-3), since
