"""A service that is stopped: every client gets a word, every stream its end, and nothing is left behind."""

import json
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.app.serving import wait_until
from tests.app.test_pool import JSON, children_of, status_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched through /proc")

ROOT = Path(__file__).parents[2]
# The moment that computations have is cut short, which they would spend asleep.
SERVER = """
import sys, uvicorn
from gradlens.app.main import create_app
from gradlens.app.pool import pool
from gradlens.app.settings import Settings
pool.FINISH_SECONDS = 0.2
app = create_app(Settings(workers=1, long_workers=1, request_seconds=600), jobs="tests.app.pool_jobs")
uvicorn.run(app, fd=int(sys.argv[1]), http="gradlens.app.protocol:Protocol", timeout_graceful_shutdown=1)
"""


def test_every_client_gets_a_word_and_every_stream_its_end():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(listener.fileno())],
            pass_fds=[listener.fileno()],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"

    def compute() -> httpx.Response:
        return httpx.post(f"{url}/expression", content="sleep 600", headers=JSON, timeout=600)

    assert httpx.post(f"{url}/expression", content="pid", headers=JSON, timeout=600).status_code == 200
    left = children_of(server.pid).union(*map(children_of, children_of(server.pid)))
    with ThreadPoolExecutor(16) as clients, socket.create_connection(("127.0.0.1", port)) as slow:
        computing = [clients.submit(compute) for _ in range(16)]
        slow.sendall(b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        slow.sendall(b"Content-Length: 9\r\n\r\nsl")
        with httpx.stream("POST", f"{url}/train", content="endless", headers=JSON, timeout=600) as response:
            lines = response.iter_lines()
            next(lines)
            wait_until(lambda: all(one.running() for one in computing))
            time.sleep(0.3)  # until they are there; those that come later are refused the connection
            server.send_signal(signal.SIGTERM)
            *_, last = lines
        assert json.loads(last) == {"event": "end", "reason": "cancelled"}
        assert slow.recv(4096).startswith(b"HTTP/1.1 503 ")
        told = {(one.result().status_code, one.result().json()["type"]) for one in computing}
        assert told == {(503, "/problems/stopping")}
    assert b"Traceback" not in server.communicate(timeout=60)[1]
    for process in left:
        wait_until(lambda process=process: status_of(process, "State") in (None, "Z"))


def test_servers_end_when_the_process_that_supervises_them_is_killed():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = (
        "import sys, uvicorn; uvicorn.run('tests.app.pool_jobs:app', factory=True, workers=2, port=int(sys.argv[1]))"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", command, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def is_well() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60).status_code == 200
        except httpx.HTTPError:
            return False

    wait_until(is_well)
    servers = children_of(supervisor.pid)
    left = servers.union(*map(children_of, servers))
    supervisor.kill()
    supervisor.wait()
    for process in left:
        wait_until(lambda process=process: status_of(process, "State") in (None, "Z"))
    with socket.create_server(("127.0.0.1", port)):
        pass  # the port is free again
