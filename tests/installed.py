"""The wheel, built from this checkout, and the `gradlens` that it installs."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
from hatchling.builders.wheel import WheelBuilder

from tests.app.serving import there, wait_until

ROOT = Path(__file__).parents[1]


def build_wheel(folder: Path) -> Path:
    """Build the wheel, and the page's files where they are not up to date.  Returns its path."""
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


def build_editable(folder: Path) -> Path:
    """Build what an editable install puts into site-packages.  Returns its path."""
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["editable"])))


def unpack(wheel: Path, folder: Path) -> Path:
    """A wheel's files in a folder, as pip puts them into site-packages.  Returns the folder."""
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


@contextlib.contextmanager
def serve_wheel(wheel: Path, folder: Path) -> Iterator[httpx.Client]:
    """A client of a server that runs from the wheel's own files, in `folder`, as long as the context."""
    with serve_command([], cwd=folder, path=[unpack(wheel, folder)]) as client:
        yield client


@contextlib.contextmanager
def serve_command(options: list[str], *, cwd: Path, path: list[Path]) -> Iterator[httpx.Client]:
    """A client of the `gradlens` command, as long as the context.

    options: of the command.  path: the folders that it finds modules in before others.
    """
    command = [sys.executable, "-c", "import sys; from gradlens.app.cli import main; sys.exit(main())", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "GRADLENS_WORKERS": "1"}
    with subprocess.Popen([*command, *options], cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = there(re.search(r"http://\S+", there(server.stdout).readline()))[0]
            with httpx.Client(base_url=url, timeout=30) as client:
                wait_until(lambda: answers(client))
                yield client
        finally:
            server.terminate()


def answers(client: httpx.Client) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return client.get("/healthz").status_code == 200
    return False
