"""A real server on a free port, in a thread, with its computing processes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx
import uvicorn

from gradlens.app.main import create_app
from gradlens.app.protocol import Protocol
from gradlens.app.settings import Settings

Found = TypeVar("Found")

# A busy machine makes no test fail.
PATIENT = Settings(workers=1, long_workers=0, request_seconds=60, queue_seconds=60)


@contextlib.contextmanager
def serve(
    settings: Settings | None = None,
    jobs: str = "gradlens.app.jobs",
    around: Callable = lambda app: app,
    bundled: bool = False,
) -> Iterator[httpx.Client]:
    """A client of a server that runs as long as the context; its computing processes are ready.

    `around`: what the app is put into.  `bundled`: its page, as `create_app` has it.
    """
    settings = settings or PATIENT
    protocol = type("Protocol", (Protocol,), {"settings": settings})
    config = uvicorn.Config(
        around(create_app(settings, jobs, bundled)),
        http=protocol,
        ws="none",
        proxy_headers=False,
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
            wait_until(lambda: is_ready(client))
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def there(found: Found | None) -> Found:
    """What must have been found."""
    assert found is not None
    return found


def is_ready(client: httpx.Client) -> bool:
    with contextlib.suppress(httpx.RemoteProtocolError):  # by a server that gives its clients a moment only
        return client.get("/healthz").status_code == 200
    return False


def wait_until(condition: Callable[[], object]) -> None:
    """Poll; the deadline only keeps a failure from hanging."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.03)


def becomes(read: Callable[[], object], expected: object) -> None:
    """Wait until what is read is what is expected."""
    deadline = time.monotonic() + 60
    while (found := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.03)
    assert found == expected


def kind(response: httpx.Response) -> str:
    """The kind of the problem that a response must be."""
    assert response.headers["content-type"] == "application/problem+json"
    content = response.json()
    assert content["status"] == response.status_code and content["title"] and content["detail"]
    return content["type"].removeprefix("/problems/")


def wait_until_it_computes(client: httpx.Client) -> None:
    """Wait until one request computes, in a service that tells its figures."""
    wait_until(lambda: 'gradlens_computing{lane="short"} 1\n' in client.get("/metrics").text)


def raw(client: httpx.Client, request: bytes, seconds: float = 20) -> bytes:
    """Everything the server answers to some bytes until it closes the connection, or for `seconds`."""
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=seconds) as connection:
        with contextlib.suppress(ConnectionError):  # the server may refuse before everything is sent
            connection.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            while part := connection.recv(65_536):
                answer += part
        return answer
