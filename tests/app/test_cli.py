"""The `gradlens` command: what it says, what it sets, and how it starts and stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gradlens.app import cli
from tests.app.serving import there

AVX512_FLAGS = "flags\t\t: fpu avx2 " + " ".join(cli.AVX512) + "\n"


TUNED = {"OPENBLAS_CORETYPE", *cli.BLAS_THREADS, *cli.MALLOC}


def command(*arguments: str, cwd: Path = cli.ROOT, **environment: str) -> subprocess.Popen[str]:
    """Start the command in an environment that sets nothing for speed; its two outputs are pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "gradlens.app.cli", *arguments],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in TUNED} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def started(foreign: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The command on a free port, among foreign modules: the process, its first line, and its URL once it answers."""
    path = os.pathsep.join([str(foreign), str(cli.ROOT)])
    process = command("--port", "0", *arguments, cwd=foreign, PYTHONPATH=path, GRADLENS_WORKERS="1")
    try:
        line = there(process.stdout).readline()
        url = there(re.search(r"http://\S+", line))[0]
        wait_for(url, process)
        yield process, line, url
    finally:
        process.terminate()  # and not killed: server processes would live on
        process.communicate(timeout=30)


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    """Return as soon as the service is ready; fail with its words if it ends or takes too long."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    process.terminate()
    pytest.fail(f"{url} did not become ready. {process.communicate(timeout=30)[1]}")


def taken_port() -> socket.socket:
    """A socket that listens on a port of its own."""
    return socket.create_server(("127.0.0.1", 0))


# ---- options


def test_every_option_has_help_that_says_its_default():
    for action in cli.parser()._actions:
        if action.dest in ("help", "version"):
            continue
        assert "default" in there(action.help), action.option_strings


@pytest.mark.parametrize("text", ["-1", "65536", "1e3", "٣", "", " ", "8000.0", "nan", "1" * 5_000])
def test_what_is_not_a_port_is_refused_with_the_range(text, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([f"--port={text}"])
    assert stop.value.code == 2
    assert "from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "-2", "two", "33", "٣", "", "1" * 5_000])
def test_what_is_not_a_number_of_workers_is_refused(text, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([f"--workers={text}"])
    assert stop.value.code == 2
    assert "from 1 to 32" in capsys.readouterr().err


def test_an_unknown_option_is_refused_with_its_name(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--prot", "8000"])
    assert stop.value.code == 2
    assert "--prot" in capsys.readouterr().err


def test_reload_and_several_workers_exclude_each_other(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--reload", "--workers", "2"])
    assert stop.value.code == 2
    assert "--reload runs one worker" in capsys.readouterr().err


# ---- address


def test_a_taken_port_is_one_line_with_a_remedy_that_works():
    with taken_port() as other:
        number = other.getsockname()[1]
        process = command("--port", str(number))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert re.fullmatch(rf"gradlens: port {number} is taken .* gradlens --port \d+\n", err)


def test_the_suggested_port_is_free():
    with socket.create_server(("127.0.0.1", cli.other_port("127.0.0.1"))):
        pass


@pytest.mark.parametrize(
    "host",
    [
        "203.0.113.7",
        "no.such.host.invalid",
        "a..b",
        "a" * 300,
        "\udcff",
        "호스트",
        "http://localhost",
        "localhost:80",
        " ",
        "[::1]",
    ],
)
def test_an_address_that_is_not_ours_is_named_with_a_remedy(host, capsys):
    assert cli.main(["--port", "0", "--host", host]) == 1
    assert re.fullmatch(r"gradlens: .* is not an address of this machine\. [^\n]*\n", capsys.readouterr().err)


def test_a_wrong_setting_is_one_line_that_names_it():
    process = command("--port", "0", GRADLENS_NODES="many")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith('gradlens: GRADLENS_NODES is "many"')
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_the_url_is_one_that_a_browser_on_this_machine_can_open(host, shown):
    assert cli.url_host(host) == shown


# ---- speed


def test_tuning_sets_what_is_unset_and_says_so():
    environment: dict[str, str] = {}
    said = cli.tune(environment)
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert said[0] == "1 BLAS thread"


def test_tuning_leaves_alone_what_the_environment_says():
    given = {"OPENBLAS_NUM_THREADS": "4", "OPENBLAS_CORETYPE": "Haswell", "MALLOC_TRIM_THRESHOLD_": "1"}
    environment = dict(given)
    assert cli.tune(environment) == []
    assert environment == given


@pytest.mark.parametrize(
    ("flags", "kernel"),
    [pytest.param(AVX512_FLAGS, "SkylakeX", id="all"), ("flags : fpu avx2 avx512f\n", None), ("", None)],
)
def test_avx512_kernels_are_chosen_only_where_the_processor_reports_them_all(flags, kernel, tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(flags)
    found = cli.processor_flags(tmp_path / "cpuinfo")
    monkeypatch.setattr(cli, "processor_flags", lambda: found)
    environment: dict[str, str] = {}
    cli.tune(environment)
    assert environment.get("OPENBLAS_CORETYPE") == kernel


def test_a_system_without_cpuinfo_reports_no_flags(tmp_path):
    assert cli.processor_flags(tmp_path / "none") == set()


def test_without_tuning_the_start_line_does_not_claim_any(monkeypatch, capsys):
    monkeypatch.setattr(cli, "serve", lambda options, port: None)
    before = dict(os.environ)
    assert cli.main(["--port", "0", "--no-tuning"]) == 0
    assert "tuned" not in capsys.readouterr().out and os.environ == before


# ---- the service, started


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_start_line_has_the_url_and_what_was_tuned_and_ctrl_c_ends_it_without_a_traceback(foreign):
    with started(foreign) as (process, line, url):
        assert line.startswith("gradlens ")
        assert "1 worker" in line and "--no-tuning" in line
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            assert "server" not in answer.headers
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert there(process.stderr).read() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_ends_it_with_connections_open(foreign, workers):
    """A foreign app/ and engine/ harm neither the server processes nor their workers."""
    with started(foreign, "--workers", workers) as (process, _, url):
        answer = httpx.post(f"{url}/api/expression", json={"program": "x * x", "inputs": {"x": 3}})
        assert answer.json()["gradients"] == {"x": 6.0}
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as idle, socket.create_connection((host, int(port))) as half:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(100).startswith(b"HTTP/1.1 ")
            half.sendall(b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) in (0, -signal.SIGTERM)
            assert "Traceback" not in there(process.stderr).read()
