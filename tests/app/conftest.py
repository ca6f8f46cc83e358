"""One server for all tests that need nothing special of it."""

from collections.abc import Iterator

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
