"""A request that is refused before its body has arrived: the client gets the answer, and cannot hold the server with
the rest.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import time

import httpx
import pytest

from gradlens.app.settings import Settings
from tests.app.serving import raw, serve
from tests.each import each

BODY_BYTES = 5_000_000
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

# status: method, path and headers of a request that is answered at once
REFUSALS = {
    400: ("FETCH", "/api/expression", {}),
    403: ("POST", "/api/expression", {"Content-Type": "application/json", "Origin": "https://evil.example"}),
    404: ("POST", "/api/nothing", {}),
    405: ("POST", "/api/ops", {}),
    413: ("POST", "/api/train", {"Content-Type": "application/json"}),
    415: ("POST", "/api/check", {"Content-Type": "text/plain"}),
    421: ("POST", "/api/expression", {"Content-Type": "application/json", "Host": "evil.example"}),
    431: ("POST", "/api/expression", {"X": "x" * 20_000}),
    200: ("GET", "/healthz", {}),
}
SIZED, CHUNKED = {"Content-Length": str(BODY_BYTES)}, {"Transfer-Encoding": "chunked"}
# name: HTTP version and headers
CONNECTIONS = {
    "HTTP/1.0": ("1.0", SIZED),
    "HTTP/1.0, kept": ("1.0", SIZED | {"Connection": "keep-alive"}),
    "closed": ("1.1", SIZED | {"Connection": "close"}),
    "closed, in chunks": ("1.1", CHUNKED | {"Connection": "close"}),
    "asking first": ("1.1", SIZED | {"Expect": "100-continue"}),
    "kept": ("1.1", SIZED),
    "kept, in chunks": ("1.1", CHUNKED),
}


@pytest.fixture(scope="module")
def impatient():
    """A server that reads little of what follows a refusal, and not for long."""
    with serve(
        Settings(workers=1, long_workers=0, drain_bytes=300_000, drain_seconds=0.3), jobs="tests.app.pool_jobs"
    ) as client:
        yield client


@pytest.fixture(autouse=True)
def the_service_goes_on(client):
    yield
    assert client.get("/healthz").status_code == 200


def connect(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port), timeout=20)


def head(method: str, path: str, version: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/{version}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def body(headers: dict[str, str]) -> bytes:
    return CHUNK * (BODY_BYTES // 0x10000) + b"0\r\n\r\n" if "Transfer-Encoding" in headers else b"x" * BODY_BYTES


def to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@each("status", REFUSALS)
@each("kind", CONNECTIONS)
def test_whoever_sends_all_before_reading_gets_the_answer(client, status, kind):
    method, path, headers = REFUSALS[status]
    version, more = CONNECTIONS[kind]
    headers = {"Host": "localhost"} | headers | more
    with connect(client) as connection:
        connection.sendall(head(method, path, version, headers))
        connection.sendall(body(headers))
        answer = connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        if b"connection: close" in answer.lower():
            to_the_end(connection)
        else:
            connection.sendall(NEXT)
            assert to_the_end(connection).startswith(b"HTTP/1.1 200 ")
    assert (b"connection: close" not in answer.lower()) == (kind.startswith("kept") and status not in (400, 431))


@each("status", REFUSALS)
def test_whoever_asks_before_it_sends_is_answered_and_let_go_at_once(client, status):
    method, path, headers = REFUSALS[status]
    version, more = CONNECTIONS["asking first"]
    answer = raw(client, head(method, path, version, {"Host": "localhost"} | headers | more), seconds=5)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"100 Continue" not in answer


def test_whoever_asks_before_it_sends_what_is_wanted_is_told_to_go_on(client):
    content = b'{"program": "1 + 1"}'
    headers = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Expect": "100-continue",
    }
    with connect(client) as connection:
        connection.sendall(head("POST", "/api/expression", "1.1", headers))
        assert connection.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(content)
        assert to_the_end(connection).startswith(b"HTTP/1.1 200 ")


@each("kind", CONNECTIONS)
@each("pause", [0, 0.02])
def test_whoever_never_stops_sending_is_cut_off(impatient, kind, pause):
    version, more = CONNECTIONS[kind]
    headers = {"Host": "localhost", "Content-Type": "text/plain"} | more
    part = (
        (CHUNK if "Transfer-Encoding" in more else b"x" * 0x10000)
        if not pause
        else (b"1\r\nx\r\n" if "Transfer-Encoding" in more else b"x")
    )
    with connect(impatient) as connection:
        connection.sendall(head("POST", "/api/expression", version, headers))
        with pytest.raises(ConnectionError):
            for _ in itertools.repeat(None, 1_000):
                connection.sendall(part)
                time.sleep(pause)


def test_a_body_that_will_not_be_read_to_its_end_is_told_so_in_the_answer(impatient):
    request = head(
        "POST",
        "/api/expression",
        "1.1",
        {"Host": "localhost", "Content-Type": "text/plain", "Content-Length": "300001"},
    )
    with connect(impatient) as connection:
        connection.sendall(request)
        assert b"connection: close" in connection.recv(65_536).lower()


def test_a_connection_that_is_silent_after_its_refusal_is_closed(impatient):
    request = head(
        "POST", "/api/expression", "1.1", {"Host": "localhost", "Content-Type": "text/plain", "Content-Length": "100"}
    )
    assert raw(impatient, request, seconds=5).startswith(b"HTTP/1.1 415 ")


def test_requests_that_follow_one_that_closes_are_not_answered(client):
    first = head("POST", "/api/expression", "1.1", {"Host": "localhost", "Connection": "close", "Content-Length": "3"})
    answer = raw(client, first + b"xyz" + NEXT * 20)
    assert answer.startswith(b"HTTP/1.1 415 ") and answer.count(b"HTTP/1.1 ") == 1


def test_a_client_that_leaves_while_it_is_refused_leaves_nothing_behind(impatient):
    for _ in range(20):
        with connect(impatient) as connection, contextlib.suppress(ConnectionError):
            connection.sendall(
                head("POST", "/api/expression", "1.0", {"Host": "localhost", "Content-Length": "1000000"})
                + b"x" * 1_000
            )
    assert impatient.get("/healthz").status_code == 200
