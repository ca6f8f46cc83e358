"""What the server, its nursery and its workers write to each other: every message, packed and read here alone.

Server and worker share a socket of frames, each a status, a length and so many bytes. The worker greets once; then the
server asks a question, a job's name and a body, and the worker answers with one frame or with several, of which all but
the last have the status PART.

Server and nursery share the control socket. The server orders that a worker is started, whose socket comes along, or
ended; the nursery reports how each that it ended did end.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

HEAD = struct.Struct("!HI")  # status, length of what follows
NO_STATUS = 0  # of a greeting and of a question
PART = 100  # of an answer that goes on; any other is an HTTP status
COPIED_BYTES = 65_536  # a content up to this size is sent with its head at once, a larger one is not copied for that

ORDER = struct.Struct("!ci")  # what is to be done, with the worker of which number
START, END = b"s", b"e"
REPORT = struct.Struct("!ii")  # a worker's number, its exit code


class Frame(NamedTuple):
    """A status and its content."""

    status: int
    content: bytes


class Order(NamedTuple):
    """What the nursery is to do with a worker.

    connection: the worker's end of its socket, where it is to be started.
    """

    what: bytes
    number: int
    connection: socket.socket | None = None


class Report(NamedTuple):
    """How a worker ended.  exitcode: below 0 for the number of a signal."""

    number: int
    exitcode: int


# ---- server and worker


def pack_question(job: str, body: bytes) -> bytes:
    """A question as the server sends it."""
    content = job.encode() + b"\n" + body
    return HEAD.pack(NO_STATUS, len(content)) + content


def read_question(reader: BinaryIO) -> tuple[str, bytes] | None:
    """The next question's job and body, as a worker reads it; None when the server has closed the connection."""
    head = reader.read(HEAD.size)
    if not head:
        return None
    name, _, body = reader.read(HEAD.unpack(head)[1]).partition(b"\n")
    return name.decode(), body


def send_greeting(connection: socket.socket, process: int) -> None:
    """Say that a worker is ready, and the id of its process."""
    send_answer(connection, NO_STATUS, b"%d" % process)


def send_answer(connection: socket.socket, status: int, content: bytes) -> None:
    """Send one frame of a worker's answer."""
    head = HEAD.pack(status, len(content))
    if len(content) <= COPIED_BYTES:
        connection.sendall(head + content)
    else:
        connection.sendall(head)
        connection.sendall(content)


class FrameReader:
    """Puts together the frames that a worker sends, in whatever pieces they arrive."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now."""
        self.buffer += data
        while len(self.buffer) >= HEAD.size:
            status, length = HEAD.unpack_from(self.buffer)
            end = HEAD.size + length
            if len(self.buffer) < end:
                return
            content = bytes(memoryview(self.buffer)[HEAD.size : end])
            # Most often there is nothing more; what follows then need not be moved.
            self.buffer = self.buffer[end:] if len(self.buffer) > end else bytearray()
            yield Frame(status, content)


# ---- server and nursery


def send_order(control: socket.socket, order: Order) -> None:
    """Tell the nursery what to do.  The socket that goes along stays open here."""
    descriptors = [] if order.connection is None else [order.connection.fileno()]
    socket.send_fds(control, [ORDER.pack(order.what, order.number)], descriptors)


def receive_order(control: socket.socket) -> Order | None:
    """The next order; None when the server has closed the control socket."""
    data, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    if not data:
        return None
    what, number = ORDER.unpack(data)
    return Order(what, number, socket.socket(fileno=descriptors[0]) if descriptors else None)


def send_report(control: socket.socket, report: Report) -> None:
    """Tell the server how a worker ended."""
    control.sendall(REPORT.pack(*report))


class ReportReader:
    """Puts together the nursery's reports, in whatever pieces they arrive."""

    def __init__(self) -> None:
        self.buffer = b""

    def feed(self, data: bytes) -> list[Report]:
        """The reports that are whole now."""
        self.buffer += data
        end = len(self.buffer) // REPORT.size * REPORT.size
        whole, self.buffer = self.buffer[:end], self.buffer[end:]
        return [Report(*fields) for fields in REPORT.iter_unpack(whole)]
