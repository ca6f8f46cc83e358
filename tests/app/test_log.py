"""What the service tells whoever runs it: requests and figures, and nothing that a user wrote."""

import itertools
import json
import logging
import re
import socket
from collections.abc import Iterator

import pytest

from gradlens.app.settings import Settings
from tests.app.serving import raw, serve, wait_until, wait_until_it_computes

NUMBERS = [0.0, -1.0, 5e-324, 1e308, "NaN", "Infinity"]
PROGRAMS = [
    ("y = (a / b) ** a + sqrt(a - b) * log(b) + mod(a, b) + arccos(a)", ()),
    ("y = std(stack([a, b])) + norm(stack([a, b])) + softmax(stack([a, b]))[0]", ()),
    ("y = sum(layer_norm(a * b)) + var(a / b) + logsumexp(a - b)", (2,)),
]


def requests(program, given, shape):
    filled = {name: [number] * 2 if shape else number for name, number in given.items()}
    huge = {name: [1e308] * 2 if shape else 1e308 for name in given}
    asked = {"program": program, "inputs": filled}
    yield "expression", asked | {"direction": huge, "values": "summary"}
    yield "expression", asked | {"detail": "expanded", "values": "full"}
    yield "check", asked
    yield "check", asked | {"method": "complex"}
    yield "check/sweep", asked
    yield "diagnose", asked | {"claims": {"gradients": huge}}
    yield "derive", asked | {"node": "y"}
    yield "paths", asked | {"source": "a"}
    yield "derivatives", asked | {"kind": "jacobian"}
    yield "derivatives", asked | {"kind": "hvp", "direction": huge}
    yield "gradient-program", asked


def networks():
    layers = [{"type": "affine", "units": 2}, {"type": "batch_norm"}, {"type": "softmax"}]
    for number in NUMBERS:
        asked = {"layers": layers, "loss": {"type": "cross_entropy"}, "x": [[number, 1e308]] * 3, "t": [[0, 1]] * 3}
        yield "network", asked
        yield "train", asked | {"steps": 2, "optimizer": {"type": "sgd", "lr": 1e300}, "trace_at": [1]}


def test_hostile_numbers_leave_no_line_in_the_log(capfd):
    with serve(Settings(workers=1, long_workers=0)) as client:
        asked = [
            request
            for (program, shape), (a, b) in itertools.product(PROGRAMS, itertools.product(NUMBERS, (0.0, 1e308)))
            for request in requests(program, {"a": a, "b": b}, shape)
        ][::2]  # of eleven to a program, so that each is asked of every other one
        answered = [client.post(f"/api/{path}", json=fields).status_code for path, fields in [*asked, *networks()]]
    assert set(answered) <= {200, 422} and answered.count(200) > len(answered) / 2
    assert capfd.readouterr().err == ""


@pytest.fixture
def loggers() -> Iterator[None]:
    """The loggers as they were, once more."""
    found = [logging.getLogger(name) for name in ("uvicorn.error", "gradlens.requests")]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in found]
    yield
    for logger, (handlers, propagate, level) in zip(found, before, strict=True):
        logger.handlers, logger.propagate, logger.level = handlers, propagate, level


SECRET = "a_secret_of_mine"


def test_a_request_has_an_id_and_a_line_and_neither_holds_what_a_user_wrote(capfd, loggers):
    settings = Settings(workers=1, long_workers=0, log_requests=True, metrics=True, trusted_proxies=("127.0.0.1",))
    with serve(settings, jobs="tests.app.pool_jobs") as client:
        capfd.readouterr()
        json_body = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.7"}
        asked = [
            client.post(f"/api/expression?{SECRET}=1", content="pid", headers=json_body),
            client.post("/api/expression", content="pid", headers={**json_body, "X-Request-Id": "given-1"}),
            client.post("/api/expression", content="fail", headers={**json_body, "X-Request-Id": f"{SECRET} 2"}),
            client.get(f"/{SECRET}"),
        ]
        figures = client.get("/metrics", headers={"Host": "10.0.0.7"})
        assert raw(client, b"GET /metrics HTTP/1.1\r\nHost: 10.0.0.7:8000\r\nConnection: close\r\n\r\n").count(
            b"# TYPE"
        )
    ids = [answer.headers["x-request-id"] for answer in asked]
    assert ids[1] == "given-1" and len(set(ids)) == 4 and all(re.fullmatch(r"[\w-]{1,64}", id) for id in ids)
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    told = {line["request"]: line for line in lines if line["message"] == "request"}
    assert [(told[id]["endpoint"], told[id]["status"]) for id in ids] == [
        ("post_expression", 422), ("post_expression", 200), ("post_expression", 500), ("none", 404),
    ]  # fmt: skip
    assert all(told[id]["seconds"] >= 0 and told[id]["bytes"] > 0 and "time" in told[id] for id in ids)
    [broken] = [line for line in lines if line["level"] == "error"]
    assert broken["message"].startswith(
        f"Internal error {asked[2].json()['params']['reference']}: ZeroDivisionError in"
    )
    assert "secret" not in written and "203.0.113.7" not in written and "127.0.0.1" not in written

    assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = dict(line.rsplit(" ", 1) for line in figures.text.splitlines() if line[0] != "#")
    assert samples['gradlens_requests_total{endpoint="post_expression",status="200"}'] == "1"
    assert samples['gradlens_request_seconds_bucket{endpoint="post_expression",le="+Inf"}'] == "3"
    assert samples['gradlens_request_seconds_count{endpoint="post_expression"}'] == "3"
    assert samples["gradlens_processes"] == "1" and samples["gradlens_unread_bytes"] == "0"
    for line in figures.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+', line), line
    names = [line.split()[2] for line in figures.text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) > 8


def test_without_being_asked_it_counts_for_nobody_and_believes_no_proxy(client):
    assert client.get("/metrics").status_code == 404
    answer = client.get("/healthz", headers={"X-Request-Id": "mine", "X-Forwarded-For": "203.0.113.7"})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


def test_the_clients_of_a_trusted_proxy_are_told_apart():
    settings = Settings(
        workers=1,
        long_workers=0,
        client_requests=1,
        metrics=True,
        request_seconds=600,
        trusted_proxies=("127.0.0.0/8",),
    )
    head = b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"X-Forwarded-For: 198.51.100.1, 203.0.113.%d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
    with serve(settings, jobs="tests.app.pool_jobs") as client:
        place = client.base_url.host, client.base_url.port
        with socket.create_connection(place) as one, socket.create_connection(place) as other:
            one.sendall(head % (1, 9, b"sleep 600"))
            wait_until_it_computes(client)
            assert raw(client, head % (1, 3, b"pid")).split(b" ", 2)[1] == b"429"
            other.sendall(head % (2, 3, b"pid"))
            wait_until(lambda: 'gradlens_waiting{lane="short"} 1\n' in client.get("/metrics").text)
