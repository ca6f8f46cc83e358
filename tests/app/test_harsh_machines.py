"""The service where the machine gives it little: full disks, nothing to write to, few descriptors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from gradlens.app import cli
from tests.app.serving import kind, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is taken away is taken as Linux does it")

PROGRAM = {"program": "x = 3.0\ny = x * x"}
TRAINING = {"layers": [{"type": "affine", "units": 2}], "dataset": "xor", "loss": "softmax_cross_entropy", "steps": 2}
DESCRIPTORS = 64


def few_descriptors() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


@contextmanager
def started() -> Iterator[httpx.Client]:
    """The command with few descriptors, where nobody can write, with full disks behind its outputs."""
    port = cli.free_port(cli.HOST, 0)
    with open("/dev/full", "wb") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "gradlens.app.cli", "--port", str(port)],
            cwd="/",
            env=os.environ
            | {"PYTHONPATH": str(cli.ROOT), "GRADLENS_WORKERS": "1", "GRADLENS_LOG_REQUESTS": "on"}
            | dict.fromkeys(("HOME", "TMPDIR"), "/nowhere"),
            stdout=full,
            stderr=full,
            preexec_fn=few_descriptors,
        )
        try:
            with httpx.Client(base_url=f"http://{cli.HOST}:{port}", timeout=60) as client:
                wait_until(lambda: is_ready(client, process))
                yield client
        finally:
            process.terminate()
            process.wait(30)


def is_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "it has ended"
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def serves(client: httpx.Client) -> None:
    """Everything that a reader needs is answered."""
    assert client.get("/").is_success and client.get("/learn/ko").is_success
    assert client.post("/api/expression", json=PROGRAM).json()["gradients"] == {"x": 6.0}
    assert json.loads(client.post("/api/train", json=TRAINING).text.splitlines()[-1])["resume"]["step"] == 2
    assert kind(client.post("/api/expression", json={"program": "("})) == "unclosed-bracket"


def test_it_serves_and_who_comes_too_much_is_told_so_and_nobody_else_feels_it():
    with started() as client:
        serves(client)
        with ExitStack() as stack:
            others = [stack.enter_context(httpx.Client(verify=False, timeout=60)) for _ in range(DESCRIPTORS)]
            answers = [other.get(f"{client.base_url}/healthz") for other in others]
            refused = [answer for answer in answers if not answer.is_success]
            assert refused and {kind(answer) for answer in refused} == {"connections"}
            assert all(answer.headers["retry-after"] for answer in refused)
            serves(client)  # which was there before
        wait_until(lambda: httpx.get(f"{client.base_url}/healthz").is_success)
