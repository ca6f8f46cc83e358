"""More requests than processors: short ones never wait for long ones, turns are fair, and a wait is told as it is."""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from gradlens.app.pool.clients import Client
from gradlens.app.pool.fair_queue import Asked, FairQueue
from gradlens.app.pool.lanes import Lane
from gradlens.app.settings import Settings
from tests.app.serving import kind, serve, wait_until, wait_until_it_computes

JSON = {"Content-Type": "application/json"}
REQUEST = b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def pool():
    with serve(
        Settings(workers=1, long_workers=1, queue=64, queue_seconds=60, request_seconds=60), jobs="tests.app.pool_jobs"
    ) as client:
        yield client


def ask(client, what: str, **headers: str):
    return client.post("/api/expression", content=what, headers=JSON | headers)


def asked(name: str, address: str, connection: int = 0) -> Asked:
    return Asked("expression", name.encode(), Client(address, connection), asyncio.Future(loop=LOOP))


LOOP = asyncio.new_event_loop()


def turns(queue: FairQueue, count: int, seconds: float = 1.0) -> str:
    """Who is next, so many times."""
    return "".join(queue.pop(seconds).body.decode() for _ in range(count))


def test_addresses_take_turns_and_so_do_the_connections_of_one():
    queue = FairQueue(100, 1_000)
    for name, address, connection in [*[("a", "1", 1)] * 4, *[("b", "1", 2)] * 2, *[("c", "2", 3)] * 3]:
        assert queue.push(asked(name, address, connection)) is None
    assert turns(queue, 9) == "acbcacbaa"


def test_who_has_had_much_waits_for_who_has_had_little_and_nobody_is_made_to_pay_for_ever():
    queue = FairQueue(100, 1_000)
    for name, address in [*[("a", "1")] * 6, *[("c", "2")] * 3]:
        queue.push(asked(name, address))
    assert turns(queue, 1, 0.1) == "a"
    queue.took(Client("1", 0), 0.35, 0.1)  # longer than was thought
    assert turns(queue, 5, 0.1) == "cccaa"
    queue.push(asked("d", "3"))
    queue.push(asked("d", "3"))
    assert turns(queue, 5, 0.1) == "ddaaa" and not queue.addresses.had


def test_who_took_little_goes_before_those_of_whom_nothing_is_known_where_most_take_much_and_not_for_ever():
    queue = FairQueue(200, 1_000)
    queue.took(Client("1", 0), 0.01, 0.01)
    for _ in range(100):
        queue.push(asked("a", "1", 0))
    for number in range(1, 5):
        queue.push(asked("b", "1", number))
    found = ""
    for _ in range(100):
        one = queue.pop(0.05)
        found += one.body.decode()
        queue.took(one.client, 0.01 if one.body == b"a" else 0.05, 0.05)
    assert found.startswith("a" * 30) and found.count("b") == 4 and found.index("b") < 60


def test_a_full_queue_turns_away_the_newest_of_whoever_has_most():
    queue = FairQueue(3, 1_000)
    mine = [asked(name, "1") for name in "abcd"]
    assert [queue.push(one) for one in mine] == [None, None, None, mine[3]]
    other = asked("e", "2")
    assert queue.push(other) is mine[2] and len(queue) == 3
    assert queue.push(asked("f", "2")) is not None  # two and two: the newcomer
    full = FairQueue(100, 5)
    large = asked("12345", "1")
    assert full.push(large) is None and full.push(small := asked("1", "2")) is small and full.bytes == 5
    full.remove(large)
    assert full.bytes == 0 and not full


def test_the_wait_is_what_those_before_take():
    lane = Lane(2, FairQueue(10, 1_000))
    assert lane.wait(100.0) == 0.0
    for name in "ab":
        one = asked(name, "1")
        one.computes_since = 97.0
        lane.computing.add(one)
    assert lane.wait(100.0) == 3.0  # none has ended: twice the three seconds, in two places
    lane.took(4.0)
    assert lane.wait(100.0) == 2.0
    lane.queue.push(asked("c", "1"))
    assert lane.wait(100.0) == 4.0


def test_short_requests_are_answered_beside_more_long_ones_than_there_are_places(pool):
    with ThreadPoolExecutor(8) as others:
        long = [others.submit(ask, pool, f"compute 0.3 {number}") for number in range(3)]
        while not all(one.running() for one in long):
            time.sleep(0.01)
        assert all(ask(pool, "pid").status_code == 200 for _ in range(20))
        assert not all(one.done() for one in long)
        assert {one.result().status_code for one in long} == {200}
        known = others.submit(ask, pool, "compute 0.3 0")  # from now on it begins among the long ones
        assert ask(pool, "pid").status_code == 200 and known.result().status_code == 200


def answer_to(client: socket.socket) -> bytes:
    """One answer, which is an object of JSON."""
    answer = b""
    while not answer.endswith(b"}"):
        part = client.recv(4096)
        assert part, "the connection ended"
        answer += part
    return answer


def test_64_clients_without_pauses_are_all_answered(pool):
    with ExitStack() as open_ones:
        place = pool.base_url.host, pool.base_url.port
        clients = [open_ones.enter_context(socket.create_connection(place, timeout=60)) for _ in range(64)]
        for _ in range(3):
            for client in clients:
                client.sendall(REQUEST + b"Content-Length: 3\r\n\r\npid")
            assert {answer_to(client).split(b" ", 2)[1] for client in clients} == {b"200"}


def test_whoever_may_not_wait_is_told_how_long_it_would_be_and_then_it_is_so():
    settings = Settings(workers=1, long_workers=1, queue_seconds=0.01, request_seconds=60, metrics=True)
    with serve(settings, jobs="tests.app.pool_jobs") as client, ThreadPoolExecutor(1) as others:
        assert ask(client, "compute 0.5").status_code == 200  # which is known then
        other = others.submit(ask, client, "compute 0.5")
        wait_until(lambda: other.done() or 'gradlens_computing{lane="long"} 1\n' in client.get("/metrics").text)
        refused = ask(client, "compute 0.5")
        if refused.status_code != 200:  # the other was still computing
            assert (refused.status_code, kind(refused)) == (503, "busy")
            wait = int(refused.headers["retry-after"])
            assert refused.json()["params"]["wait"] == wait >= 1
            assert other.result().status_code == 200
            time.sleep(wait)
            assert ask(client, "compute 0.5").status_code == 200


def test_one_address_has_so_many_requests_under_way_and_no_more():
    settings = Settings(workers=1, long_workers=0, client_requests=1, metrics=True, request_seconds=600)
    with serve(settings, jobs="tests.app.pool_jobs") as client:
        with socket.create_connection((client.base_url.host, client.base_url.port)) as other:
            other.sendall(REQUEST + b"Content-Length: 9\r\n\r\nsleep 600")
            wait_until_it_computes(client)
            refused = ask(client, "pid")
            assert (refused.status_code, kind(refused)) == (429, "client-busy")
            assert refused.json()["params"]["limit"] == 1 and int(refused.headers["retry-after"]) >= 1
        wait_until(lambda: ask(client, "pid").status_code == 200)
