"""Nothing that failed is kept as an answer: not by the service, and not by a client."""

import pytest

from gradlens.app.main import create_app
from gradlens.app.settings import Settings
from tests.app.serving import kind, serve
from tests.each import each

# A value for every parameter of a path.
PARAMETERS = {
    "op": "tanh", "name": "xor", "kind": "time-limit", "language": "en", "chapter": "numerical", "exercise": "square",
    "plot": "steps",
}  # fmt: skip
READABLE = [
    path.format(**PARAMETERS)
    for path, methods in create_app(Settings(workers=1, long_workers=0)).openapi()["paths"].items()
    if "get" in methods and path != "/healthz"
]


@pytest.fixture(scope="module")
def failing():
    with serve(Settings(workers=1, long_workers=0), jobs="tests.app.failing_jobs") as client:
        yield client


@each("path", READABLE)
def test_what_fails_is_a_problem_that_nobody_keeps_and_is_answered_the_next_time(failing, path):
    first, second = failing.get(path), failing.get(path)
    if path != "/api/examples":  # which nothing has to compute
        assert (first.status_code, kind(first)) == (422, "memory-limit")
        assert first.headers["cache-control"] == "no-store" and "etag" not in first.headers
    assert second.status_code == 200
    assert failing.get(path).content == second.content


def test_every_list_that_is_kept_is_among_them():
    assert {
        "/api/ops",
        "/api/examples",
        "/api/datasets",
        "/api/layers",
        "/api/derivations/tanh",
        "/api/datasets/xor",
        "/problems/time-limit",
    } <= set(READABLE)


@pytest.mark.parametrize(
    "request_",
    [
        ("GET", "/nothing"),
        ("GET", "/static/nothing.js"),
        ("DELETE", "/api/ops"),
        ("GET", "/api/derivations/nothing"),
        ("POST", "/api/expression"),
        ("GET", "/api/datasets/nothing"),
    ],
    ids="{0[0]} {0[1]}".format,
)
def test_no_problem_may_be_kept_by_a_client(client, request_):
    answer = client.request(*request_)
    assert kind(answer) and answer.headers["cache-control"] == "no-store"


def test_without_enough_memory_for_anything_nothing_is_answered_as_if_it_were():
    with serve(Settings(workers=1, long_workers=0, memory_mb=45)) as client:
        for path in ["/api/ops", "/api/derivations/tanh"] * 2:
            answer = client.get(path)
            assert answer.status_code == 200 or kind(answer)
