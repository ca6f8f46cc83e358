"""The computing processes: ended when late, replaced when lost, and gone when the server is."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from gradlens.app.settings import Settings
from tests.app.serving import kind, serve, there, wait_until
from tests.each import each

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched through /proc")

SETTINGS = Settings(workers=1, long_workers=0, request_seconds=0.2, memory_mb=256, queue=1, queue_seconds=10)
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def pool():
    with serve(SETTINGS, jobs="tests.app.pool_jobs") as client:
        yield client


def ask(client, what: str, path: str = "/api/expression"):
    return client.post(path, content=what, headers=JSON)


def status_of(pid: int, field: str) -> str | None:
    """A field of what Linux tells about a process; None where there is none of that number."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return next(line.split()[1] for line in lines if line.startswith(field + ":"))


def alive(pid: int) -> bool:
    """Whether a process exists; one that has ended and was never reaped does too."""
    return status_of(pid, "State") is not None


def test_one_process_answers_one_request_after_the_other(pool):
    assert ask(pool, "pid").json() == ask(pool, "pid").json()


@pytest.mark.parametrize("path", ["/api/expression", "/api/train"])
def test_a_computation_over_its_processor_time_is_a_problem_and_its_process_is_replaced_and_reaped(pool, path):
    before = ask(pool, "pid").json()["pid"]
    late = ask(pool, "spin", path)
    while kind(late) == "machine-busy":  # which then it is, with other tests
        late = ask(pool, "spin", path)
    assert (late.status_code, kind(late)) == (422, "time-limit")
    assert late.json()["params"] == {"seconds": 0.2}
    assert ask(pool, "pid").status_code == 200
    if path == "/api/expression":  # a training has a process of its own
        wait_until(lambda: not alive(before))


@pytest.mark.parametrize("path", ["/api/expression", "/api/train"])
def test_a_computation_that_waits_is_not_blamed_for_it(pool, path):
    assert ask(pool, "sleep 0.4", path).status_code == 200  # twice its processor time, and it used none
    late = ask(pool, "sleep 60", path)
    assert (late.status_code, kind(late)) == (503, "machine-busy")
    params = late.json()["params"]
    assert params == {"seconds": pytest.approx(1.2), "limit": 0.2, "wait": int(late.headers["retry-after"])}


@each("path", ["/api/expression", "/api/train"])
@each(
    "what, expected",
    [
        ("exit", "worker-lost"),
        (f"kill {signal.SIGSEGV:d}", "worker-lost"),
        (f"kill {signal.SIGTERM:d}", None),
        (f"kill {signal.SIGABRT:d}", "worker-lost"),
        (f"kill {signal.SIGKILL:d}", "worker-killed"),
    ],
)
def test_a_process_that_dies_is_told_by_what_is_known_and_is_replaced_and_reaped(pool, path, what, expected):
    before = ask(pool, "pid").json()["pid"]
    died = ask(pool, what, path)
    if expected is None:  # a signal that is not for workers
        assert died.status_code == 200
        return
    assert (died.status_code, kind(died)) == (503, expected)
    assert died.headers["retry-after"] == "1" and ("memory" in died.json()["detail"]) == (expected == "worker-killed")
    assert ask(pool, "pid").status_code == 200
    if path == "/api/expression":
        wait_until(lambda: not alive(before))


@each("path", ["/api/expression", "/api/train"])
@each(
    "what",
    ["problem whole", "problem set", "problem function", "problem deep", "problem surrogate", "encode", "exception"],
)
def test_nothing_that_cannot_be_encoded_ends_a_process(pool, path, what):
    before = ask(pool, "pid").json()
    answer = ask(pool, what, path)
    assert kind(answer) in ("internal-error", "wrong-field")
    assert ask(pool, "pid").json() == before


def test_an_idle_process_that_is_killed_from_outside_is_replaced(pool):
    before = ask(pool, "pid").json()["pid"]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not alive(before))
    wait_until(lambda: ask(pool, "pid").status_code == 200)


def test_memory_over_the_limit_is_a_problem_and_the_process_lives_on(pool):
    before = ask(pool, "pid").json()
    refused = ask(pool, "allocate 1000000000")
    assert (refused.status_code, kind(refused)) == (422, "memory-limit")
    assert ask(pool, "pid").json() == before


def test_an_error_of_ours_is_a_500_that_tells_nothing_about_the_inside(pool):
    failed = ask(pool, "fail")
    assert (failed.status_code, kind(failed)) == (500, "internal-error")
    assert "secret" not in failed.text and "ZeroDivision" not in failed.text


def test_a_long_answer_arrives_whole(pool):
    assert len(ask(pool, "answer 5000000").content) == 5_000_000


def test_requests_beyond_the_queue_are_turned_away_at_once_and_the_others_are_answered(pool):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(pool, "sleep 0.2"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[:2] == [200, 200] and statuses[-1] == 503
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert kind(refused) == "busy" and refused.headers["retry-after"] == "1"


def test_a_client_that_leaves_ends_its_computation():
    with serve(Settings(workers=1, long_workers=0, request_seconds=600), jobs="tests.app.pool_jobs") as client:
        before = ask(client, "pid").json()["pid"]
        with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
            connection.sendall(
                b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 9\r\n\r\nsleep 600"
            )
            time.sleep(0.2)  # let it begin; leaving earlier is as good
        wait_until(lambda: not alive(before))
        assert ask(client, "pid").status_code == 200


def test_a_nursery_that_is_killed_is_started_again():
    with serve(Settings(workers=1, long_workers=0), jobs="tests.app.pool_jobs") as client:
        worker = ask(client, "pid").json()["pid"]
        os.kill(int(there(status_of(worker, "PPid"))), signal.SIGKILL)
        wait_until(lambda: ask(client, "pid").json().get("pid", worker) != worker)


SERVER = """
import sys, uvicorn
from gradlens.app.main import create_app
from gradlens.app.settings import Settings
app = create_app(Settings(workers=1, long_workers=1, request_seconds=600), jobs="tests.app.pool_jobs")
uvicorn.run(app, fd=int(sys.argv[1]), log_level="critical", timeout_graceful_shutdown=1)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_when_the_server_ends_however_it_ends(number):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(listener.fileno())],
            pass_fds=[listener.fileno()],
            cwd=Path(__file__).parents[2],
        )
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/expression"
    idle = int(httpx.post(url, content="pid", headers=JSON, timeout=600).json()["pid"])
    nursery = int(there(status_of(idle, "PPid")))
    assert int(there(status_of(nursery, "PPid"))) == server.pid

    def compute_for_long():
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(url, content="sleep 600", headers=JSON, timeout=600)

    busy = threading.Thread(target=compute_for_long)
    busy.start()
    wait_until(lambda: len(children_of(nursery)) == 2)  # the second worker starts after the first has answered
    pids = {idle, *children_of(nursery)}
    assert len(pids) == 2
    server.send_signal(number)
    server.wait()
    busy.join()
    for pid in {nursery, *pids}:
        # An orphan of a container's first process may stay as a zombie; that is not ours to reap.
        wait_until(lambda pid=pid: status_of(pid, "State") in (None, "Z"))


def children_of(parent: int) -> set[int]:
    """The process ids of a process's children."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return {pid for pid in pids if status_of(pid, "PPid") == str(parent)}
