"""One server for all tests that need nothing special of it, and a folder that harms nobody."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.serving import serve


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with serve() as client:
        yield client


@pytest.fixture(scope="session")
def post(client):
    """Post an expression request; keyword arguments are its fields."""

    def post(program: str, **fields) -> httpx.Response:
        return client.post("/api/expression", json={"program": program, **fields})

    return post


@pytest.fixture(scope="session")
def foreign(tmp_path_factory) -> Path:
    """A folder with a reader's own app/, engine/ and engine.py, which nobody may import."""
    folder = tmp_path_factory.mktemp("foreign")
    for path in ("engine.py", "app/__init__.py", "engine/__init__.py"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text('raise SystemExit("a foreign module was imported")\n')
    return folder
