"""What hostile clients send, against a real server: a bounded answer, and the service goes on."""

import contextlib
import json
import socket
import time

import httpx
import pytest

from gradlens.app.protocol import Protocol
from gradlens.app.settings import Settings
from tests.app.serving import kind, raw, serve
from tests.each import each

JSON = {"Content-Type": "application/json"}
HEAD = b"POST /api/expression HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def hasty():
    """A server whose deadlines are short."""
    with serve(
        Settings(workers=1, long_workers=0, head_seconds=0.2, body_seconds=0.3, answer_seconds=0.3, drain_seconds=0.3),
        jobs="tests.app.pool_jobs",
    ) as client:
        yield client


@pytest.fixture(autouse=True)
def the_service_goes_on(client):
    yield
    assert client.get("/healthz").json()["status"] == "ok"


def nested(levels: int) -> list:
    """Lists within lists."""
    result: list = []
    for _ in range(levels):
        result = [result]
    return result


def test_a_body_of_ten_megabytes_is_refused(client):
    refused = client.post("/api/expression", content=b"x" * 10_000_000, headers=JSON)
    assert (refused.status_code, kind(refused)) == (413, "body-too-large")
    assert refused.json()["params"] == {"limit": 2_000_000}


def test_a_chunked_body_is_counted_while_it_is_read(client):
    refused = client.post("/api/expression", content=(b"x" * 65_536 for _ in range(160)), headers=JSON)
    assert (refused.status_code, kind(refused)) == (413, "body-too-large")


def test_a_chunked_body_within_the_limit_is_read(client):
    answer = client.post(
        "/api/expression", content=iter([b'{"program": "x ** 2", ', b'"inputs": {"x": 3}}']), headers=JSON
    )
    assert answer.json()["gradients"] == {"x": 6.0}


def test_a_connection_serves_the_next_request_after_a_refused_body(client):
    with httpx.Client(base_url=client.base_url) as one:
        assert one.post("/api/expression", content=b"x" * 5_000_000, headers=JSON).status_code == 413
        assert one.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 2_000_000,
    ],
    ids=["one long header", "many headers", "a long path", "a header without end"],
)
def test_a_head_of_more_than_16_kb_is_refused(client, request_head):
    answer = raw(client, request_head)
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_what_is_not_http_is_told_so(client):
    answer = raw(client, b"\x16\x03\x01 this is TLS\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ") and b"/problems/not-http" in answer


@pytest.mark.parametrize(
    "wish",
    [
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
        b"Connection: close, upgrade\r\nUpgrade: websocket",
        b"Upgrade: TLS/1.0\r\nConnection: Upgrade",
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"Content-Length: 20\r\n\r\n%b", b"Transfer-Encoding: chunked\r\n\r\n14\r\n%b\r\n0\r\n\r\n"],
    ids=["sized", "in chunks"],
)
def test_a_client_that_would_rather_speak_another_protocol_is_answered_in_this_one(client, wish, body):
    request = HEAD + wish + b"\r\n" + body % b'{"program": "1 + 1"}'
    for size in (len(request), 1):
        with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
            for start in range(0, len(request), size):
                connection.sendall(request[start : start + size])
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_hundred_wishes_for_another_protocol_at_once_are_a_hundred_answers(client):
    wish = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert raw(client, wish * 100 + last).count(b"HTTP/1.1 200 ") == 101


def test_this_is_no_proxy(client):
    assert raw(client, b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 400 ")


CHUNKED = b"\r\n14\r\n" + b'{"program": "1 + 1"}' + b"\r\n0\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\n"


@each(
    "request_bytes, status",
    [
        # RFC 9112, 3.2: one Host, which is one; an absolute target's authority stands for it
        (GET + b"Host: localhost\r\nHost: localhost\r\n\r\n", b"400"),
        (GET + b"Host: localhost\r\nHost: evil.example\r\n\r\n", b"400"),
        (GET + b"\r\n", b"400"),
        (GET + b"Host: local host\r\n\r\n", b"400"),
        (GET + b"Host: localhost/x\r\n\r\n", b"400"),
        (GET + b"Host: a@localhost\r\n\r\n", b"400"),
        (GET + b"Host: ::1\r\n\r\n", b"400"),
        (GET + b"Host: localhost, evil.example\r\n\r\n", b"400"),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"421"),
        (b"GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"200"),
        (b"GET HTTP://LOCALHOST:8000/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"GET http://localhost@evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET ftp://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET //evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", b"200"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"421"),
        (b"GET /healthz\r\n\r\n", b"400"),
        # 6.1: chunked, once, at the end, and nothing that is not understood
        (HEAD + b"Transfer-Encoding: Chunked\r\n" + CHUNKED, b"200"),
        (HEAD + b"Transfer-Encoding: x, chunked\r\n" + CHUNKED, b"501"),
        (HEAD + b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n" + CHUNKED, b"501"),
        (HEAD + b"Transfer-Encoding: gzip, chunked\r\n" + CHUNKED, b"501"),
        (HEAD + b"Transfer-Encoding: chunked, x\r\n" + CHUNKED, b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + CHUNKED, b"400"),
        (HEAD + b"Transfer-Encoding: x\r\n" + CHUNKED, b"400"),
        (HEAD + b"Transfer-Encoding: \r\n" + CHUNKED, b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 20\r\n" + CHUNKED, b"400"),
        (HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n" + CHUNKED, b"400"),
        # 6.3: one length; what follows a body is no header
        (HEAD + b'Content-Length: 20\r\nContent-Length: 20\r\n\r\n{"program": "1 + 1"}', b"400"),
        (HEAD + b'Content-Length: 20, 20\r\n\r\n{"program": "1 + 1"}', b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n" + CHUNKED[:-2] + b"Host: evil.example\r\n\r\n", b"200"),
        (HEAD + b"Transfer-Encoding: chunked\r\n" + CHUNKED[:-2] + b"X: y\r\n" * 20_000 + b"\r\n", b"200"),
    ],
)
def test_a_request_that_two_servers_could_read_in_two_ways_is_refused(client, request_bytes, status):
    head, _, rest = request_bytes.partition(b"\r\n")
    with_close = head + b"\r\nConnection: close\r\n" + rest if b"HTTP/" in head else request_bytes
    assert raw(client, with_close).split(b" ", 2)[1] == status


def test_a_chunk_of_no_size_ends_the_request(client):
    answer = raw(client, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_slow_head_is_cut_off(hasty):
    answer = raw(hasty, b"GET / HTTP/1.1\r\nHost: local")
    assert answer.startswith(b"HTTP/1.1 408 ") and b"/problems/slow-head" in answer


def test_a_head_that_trickles_is_cut_off(hasty):
    with (
        socket.create_connection((hasty.base_url.host, hasty.base_url.port)) as connection,
        pytest.raises(ConnectionError),
    ):
        while True:
            connection.sendall(b"X")
            time.sleep(0.02)


def test_a_second_head_on_a_connection_has_its_deadline_too(hasty):
    answer = raw(hasty, b"GET /api/examples HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT")
    assert answer.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in answer


def test_a_connection_that_says_nothing_is_closed_without_a_word(hasty):
    assert raw(hasty, b"") == b""


def test_a_slow_body_is_cut_off(hasty):
    answer = raw(hasty, HEAD + b"Content-Length: 100\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ") and b"/problems/slow-body" in answer


def test_a_client_that_does_not_read_its_answer_is_cut_off(hasty):
    with socket.create_connection((hasty.base_url.host, hasty.base_url.port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 15\r\n\r\nanswer 50000000")
        connection.recv(1, socket.MSG_PEEK)  # the answer has begun
        time.sleep(1)  # three times what it has
        received = 0
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(1_000_000):
                received += len(part)
        assert received < 50_000_000


def test_clients_that_do_not_read_hold_so_much_together_and_the_slowest_is_cut_off():
    ask = HEAD + b"Content-Length: 15\r\n\r\nanswer 30000000"
    settings = Settings(workers=1, long_workers=0, unread_bytes=80_000_000, answer_seconds=600)
    with serve(settings, jobs="tests.app.pool_jobs") as client, contextlib.ExitStack() as stack:
        place = client.base_url.host, client.base_url.port
        clients = [stack.enter_context(socket.create_connection(place)) for _ in range(5)]
        for one in clients:
            one.sendall(ask * 2)  # the second is not computed before the first is read
            one.recv(1, socket.MSG_PEEK)
        received = [received_by(one, stop=60_000_000) for one in clients]
        assert received[0] < 30_000_000 and all(size > 60_000_000 for size in received[-2:])


def test_a_connection_for_which_there_is_no_descriptor_is_refused_with_a_word(hasty, monkeypatch):
    monkeypatch.setattr(Protocol, "most_connections", 3)
    place = hasty.base_url.host, hasty.base_url.port
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(place)) for _ in range(5)]
        assert clients[-1].recv(4096).startswith(b"HTTP/1.1 503 ")


def received_by(client: socket.socket, stop: int) -> int:
    """How many bytes come until there are more than so many, or the connection ends."""
    received = 0
    with contextlib.suppress(ConnectionError):
        while received <= stop and (part := client.recv(1_000_000)):
            received += len(part)
    return received


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::2]"])
def test_a_foreign_host_is_refused(client, host):
    refused = client.get("/api/examples", headers={"Host": host})
    assert (refused.status_code, kind(refused)) == (421, "foreign-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]:8000"])
def test_this_machine_is_no_foreign_host(client, host):
    assert client.get("/api/examples", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost.evil.example", "http://localhost:1", ""]
)
def test_a_foreign_origin_may_not_post(client, origin):
    refused = client.post(
        "/api/expression", json={"program": "1"}, headers={"Origin": origin, "Host": "localhost:8000"}
    )
    assert (refused.status_code, kind(refused)) == (403, "foreign-origin")


def test_our_own_origin_may_post(client):
    headers = {"Origin": "http://localhost:8000", "Host": "localhost:8000"}
    assert client.post("/api/expression", json={"program": "1 + 1"}, headers=headers).status_code == 200


def test_no_other_site_is_told_that_it_may_read_our_answers(client):
    answer = client.options(
        "/api/expression", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_an_origin_that_the_operator_allows_may_post_and_read():
    with serve(
        Settings(workers=1, long_workers=0, allowed_origins=("https://a.example",)), jobs="tests.app.pool_jobs"
    ) as client:
        origin = {"Origin": "https://a.example"}
        asked = client.options(
            "/api/expression",
            headers={
                **origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        answer = client.post("/api/expression", content="pid", headers={**JSON, **origin})
        assert asked.status_code == answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        refused = client.post("/api/expression", content="pid", headers={**JSON, "Origin": "https://b.example"})
        assert refused.status_code == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(client, content_type):
    refused = client.post("/api/expression", content=b'{"program": "1"}', headers={"Content-Type": content_type})
    assert (refused.status_code, kind(refused)) == (415, "content-type")


def test_a_compressed_body_is_not_opened(client):
    refused = client.post("/api/expression", content=b"\x1f\x8b", headers={**JSON, "Content-Encoding": "gzip"})
    assert (refused.status_code, kind(refused)) == (415, "content-encoding")


@each(
    "body",
    [
        b"",
        b"{",
        b'{"program": "1"',
        b'{"program": "\xff"}',
        b'{"program": "\\ud800"}',
        b'{"program": NaN}',
        b'{"program": "1", "inputs": {"x": Infinity}}',
        b'{"program": "1"} {}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"inputs": ' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_what_is_not_json_is_a_problem(client, body):
    refused = client.post("/api/expression", content=body, headers=JSON)
    assert (refused.status_code, kind(refused)) == (422, "malformed-json")
    assert len(refused.content) < 1_000


@pytest.mark.parametrize("body", [b"[]", b'"program"', b"1", b"null", b"true"])
def test_what_is_not_an_object_is_a_problem(client, body):
    refused = client.post("/api/expression", content=body, headers=JSON)
    assert (refused.status_code, kind(refused)) == (422, "not-an-object")


@each(
    "content, expected",
    [
        ({}, "missing-field"),
        ({"program": "1", "progam": "1"}, "misspelt-field"),
        ({"program": "1", "qqqq": "1"}, "unknown-field"),
        ({"program": "1", "__proto__": {}}, "unknown-field"),
        ({"program": 1}, "wrong-field"),
        ({"program": None}, "wrong-field"),
        ({"program": "1", "values": "some"}, "wrong-field"),
        ({"program": "1", "detail": ""}, "wrong-field"),
        ({"program": "1", "inputs": []}, "wrong-field"),
        ({"program": "1", "output": 3}, "wrong-field"),
    ],
)
def test_a_request_that_breaks_the_contract_is_told_which_field(client, content, expected):
    refused = client.post("/api/expression", json=content)
    assert (refused.status_code, kind(refused)) == (422, expected)
    assert refused.json()["params"]["field"] in refused.json()["detail"]


def test_a_problem_never_echoes_what_it_was_sent(client):
    long = "q" * 100_000
    for content in (
        {"program": "1", long: 1},
        {"program": "1", "values": long},
        {"program": "1", "output": long},
        {"program": long},
    ):
        refused = client.post("/api/expression", json=content)
        assert refused.status_code == 422
        assert "q" * 81 not in refused.text


@each(
    "program",
    [
        "",
        "   \n# nothing\n",
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "x.__class__",
        "__builtins__",
        "open('/etc/passwd')",
        "np.load('x')",
        "np.linalg.__dict__",
        "eval('1')",
        "(lambda: os)()",
        "{x for x in [1]}",
        "f'{1}'",
        "while True: pass",
        "import os",
        "del x",
        "x = yield",
        "print(1)",
        "a.b.c = 1",
        "x[0] = 1",
        "(" * 5_000 + ")" * 5_000,
        "-" * 60_000 + "1",
        "[" * 300 + "]" * 300,
        "+".join(["1"] * 30_000) + "+",
        "y = 1\n" * 100_000,
        "x" * 70_000,
        "\0",
        "x = 1\u202e",
        "z = (1, 2",
        "z = ١ +",
        "x = 1e",
        "matmul([[1, 2]], [[1, 2]])",
        "sum([1, 2], axis=5)",
        "sum([1, 2], keepdimz=True)",
        "reshape([1, 2], (1000000000, 1000000000))",
        "sigmod(1)",
        "z = y",
        "**",
        "x = [[1, 2], [3]]",
        "x = [1, 2][7]",
    ],
)
def test_a_program_that_cannot_be_used_is_a_problem_with_a_remedy(client, program):
    refused = client.post("/api/expression", json={"program": program})
    assert refused.status_code == 422, refused.text[:300]
    kind(refused)
    assert refused.json()["detail"].endswith((".", "?"))
    assert len(refused.content) < 2_000


@each(
    "program, inputs",
    [
        ("9**9**9", {}),
        ("-9**9**9 + 9**9**9", {}),
        ("1 / 0", {}),
        ("0 / 0", {}),
        ("exp(1000)", {}),
        ("log(0) + sqrt(-1)", {}),
        ("x + 1", {"x": "NaN"}),
        ("x * 0", {"x": [1, "Infinity", "-Infinity"]}),
        ("x + 1e308 * 10", {"x": 1}),
        ("x + 1", {"x": 1e400}),
        ("x + 1", {"x": 10**40}),
        ("1" * 5_000, {}),
    ],
)
def test_numbers_without_end_are_a_bounded_answer(client, program, inputs):
    # Python's JSON writes 1e400 as a bare word that is no JSON; here it is digits.
    body = json.dumps({"program": program, "inputs": inputs}).replace(": Infinity", ": 1e400")
    answer = client.post("/api/expression", content=body, headers=JSON)
    assert answer.status_code in (200, 422), answer.text[:300]


def test_a_value_doubled_a_hundred_times_is_a_hundred_nodes_and_its_gradient_is_two_to_the_hundred(client):
    trace = client.post(
        "/api/expression", json={"program": "t = 1\n" + "t = t + t\n" * 100 + "z = t * x", "inputs": {"x": 1}}
    ).json()
    assert len(trace["nodes"]) == 103
    assert trace["nodes"][0]["gradient"] == 2.0**100


@each(
    "inputs",
    [
        {"x": None},
        {"x": "seven"},
        {"x": {}},
        {"x": [[1], [1, 2]]},
        {"x": [[[[1]], 2]]},
        {"x": True},
        {"__class__": 1},
        {"": 1},
        {"x y": 1},
        {"\u202e": 1},
        {"x": nested(100)},
    ],
)
def test_inputs_that_are_no_numbers_are_a_problem(client, inputs):
    refused = client.post("/api/expression", json={"program": "z = x + 1", "inputs": inputs})
    assert refused.status_code == 422
    kind(refused)
