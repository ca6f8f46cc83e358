"""The messages between the server and its computing processes: what one side writes is what the other reads."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from gradlens.app.pool.frames import (
    COPIED_BYTES,
    END,
    HEAD,
    PART,
    REPORT,
    START,
    Frame,
    FrameReader,
    Order,
    Report,
    ReportReader,
    pack_question,
    read_question,
    receive_order,
    send_answer,
    send_greeting,
    send_order,
    send_report,
)
from tests.app.serving import there

QUESTIONS = [("expression", b""), ("train", b"{}"), ("paths", b"a\nb\n\nc"), ("explain", b"\x00" * 100_000)]
ANSWERS = [Frame(200, b"{}"), Frame(PART, b""), Frame(422, b"x" * COPIED_BYTES), Frame(503, b"y" * (COPIED_BYTES + 1))]


@pytest.fixture
def ends():
    """Both ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def sent(ends: tuple[socket.socket, socket.socket], send) -> bytes:
    """All that a function sends from one end, as it arrives at the other."""
    ours, theirs = ends

    def work() -> None:
        send(theirs)
        theirs.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=work)
    thread.start()
    found = b"".join(iter(lambda: ours.recv(65_536), b""))
    thread.join()
    return found


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def test_questions_are_read_as_they_were_asked_until_the_server_closes(ends):
    data = sent(ends, lambda end: [end.sendall(pack_question(*question)) for question in QUESTIONS])
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as reader:
        thread = threading.Thread(target=lambda: (theirs.sendall(data), theirs.close()))
        thread.start()
        assert [read_question(reader) for _ in QUESTIONS] == QUESTIONS
        assert read_question(reader) is None
        thread.join()


@pytest.mark.parametrize("size", [1, HEAD.size - 1, HEAD.size, 4_096, 10**6])
def test_answers_are_put_together_from_whatever_pieces_they_arrive_in(ends, size):
    def answer(end: socket.socket) -> None:
        send_greeting(end, 7)
        for frame in ANSWERS:
            send_answer(end, *frame)

    reader = FrameReader()
    found = [frame for piece in in_pieces(sent(ends, answer), size) for frame in reader.feed(piece)]
    assert found == [Frame(0, b"7"), *ANSWERS] and reader.buffer == b""


def test_a_frame_is_not_given_before_it_is_whole(ends):
    data = sent(ends, lambda end: send_answer(end, 200, b"{}"))
    reader = FrameReader()
    assert list(reader.feed(data[:-1])) == []
    assert list(reader.feed(data[-1:] + data)) == [Frame(200, b"{}")] * 2


def test_orders_arrive_with_the_socket_that_goes_along(ends):
    ours, theirs = ends
    end_of_server, end_of_worker = socket.socketpair()
    with end_of_server, end_of_worker:
        send_order(ours, Order(START, 7, end_of_worker))
        send_order(ours, Order(END, 2**31 - 1))
        start, end = there(receive_order(theirs)), receive_order(theirs)
        assert (start.what, start.number) == (START, 7) and end == Order(END, 2**31 - 1)
        with there(start.connection) as connection:
            connection.sendall(b"here")
            assert end_of_server.recv(10) == b"here"
    ours.close()
    assert receive_order(theirs) is None


def test_an_order_leaves_no_descriptor_open_in_the_server(ends):
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    end_of_server, end_of_worker = socket.socketpair()
    with end_of_server, end_of_worker:
        send_order(ends[0], Order(START, 1, end_of_worker))
    there(there(receive_order(ends[1])).connection).close()
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before


@pytest.mark.parametrize("size", [1, REPORT.size - 1, REPORT.size, 1_000])
def test_reports_are_put_together_from_whatever_pieces_they_arrive_in(ends, size):
    reports = [Report(0, 0), Report(1, -9), Report(2**31 - 1, 3)]
    data = sent(ends, lambda end: [send_report(end, report) for report in reports])
    reader = ReportReader()
    assert [report for piece in in_pieces(data, size) for report in reader.feed(piece)] == reports
