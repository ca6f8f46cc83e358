"""How fast the service answers over loopback: `python tests/benchmarks/bench_service.py`.

Starts a server with one computing process and measures, for a program of 15 nodes, the time of one request
after the other and the rate of 16 clients at once; beside it /healthz, which computes nothing, as the floor.
Then the first answers of programs of 1,000 and 10,000 nodes, which are built and written anew, and their size.
Takes about ten seconds.  Nothing here is asserted: other programs on the machine decide too much.
"""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
w0 = 2
x0 = -1
w1 = -3
x1 = -2
w2 = -3
p = w0 * x0
q = w1 * x1
r = p + q
s = r + w2
n = -s
e = exp(n)
d = 1 + e
f = 1 / d
"""
LATENCY_REQUESTS = 2_000
RATE_REQUESTS = 8_000
CLIENTS = 16
FIRST = 9  # answers of each size
SERVER = """
import sys, uvicorn
from gradlens.app.main import create_app
from gradlens.app.settings import Settings
uvicorn.run(create_app(Settings(workers=1)), port=int(sys.argv[1]), http="gradlens.app.protocol:Protocol", ws="none",
            log_level="warning", access_log=False)
"""


def request(method: str, path: str, body: bytes = b"", encoding: str = "identity") -> bytes:
    """The bytes of one request."""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept-Encoding: {encoding}"
        f"\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> bytes:
    """Send a request and read its answer's body."""
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    assert head.startswith(b"HTTP/1.1 200 "), body
    return body


async def client(port: int, message: bytes, count: int) -> list[float]:
    """Seconds of each of `count` requests on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        await exchange(reader, writer, message)
        seconds.append(time.perf_counter() - start)
    writer.close()
    return seconds


async def measure(port: int, name: str, message: bytes) -> None:
    await client(port, message, 200)
    one = sorted(await client(port, message, LATENCY_REQUESTS))
    start = time.perf_counter()
    await asyncio.gather(*(client(port, message, RATE_REQUESTS // CLIENTS) for _ in range(CLIENTS)))
    rate = RATE_REQUESTS / (time.perf_counter() - start)
    print(
        f"{name:24} p50 {statistics.median(one) * 1e3:6.3f} ms   p99 {one[int(len(one) * 0.99)] * 1e3:6.3f} ms   "
        f"{CLIENTS} clients {rate:7,.0f} requests/s"
    )


async def measure_first(port: int, count: int) -> None:
    """The answer of a graph of so many nodes whose text was not asked for before, compressed as a browser takes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seconds, size = [], 0
    for turn in range(FIRST):
        text = f"x{turn} = 0.5\ny = x{turn}\n" + "y*=1.1\ny=sin(y)\n" * (count // 3)
        message = request("POST", "/api/expression", json.dumps({"program": text}).encode(), "gzip")
        start = time.perf_counter()
        size = len(await exchange(reader, writer, message))
        seconds.append(time.perf_counter() - start)
    writer.close()
    print(f"first of {count:,} nodes{'':8}p50 {statistics.median(seconds) * 1e3:6.1f} ms   {size / 1e6:.2f} MB")


async def main(port: int, start: float) -> None:
    expression = request("POST", "/api/expression", json.dumps({"program": PROGRAM}).encode())
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            trace = json.loads(await exchange(reader, writer, expression))
            break
        except (OSError, AssertionError):  # on a busy machine its first process takes long
            await asyncio.sleep(0.01)
    writer.close()
    print(
        f"first trace {(time.perf_counter() - start) * 1e3:.0f} ms after the server's start, {len(trace['nodes'])}"
        " nodes"
    )
    await measure(port, "GET /healthz", request("GET", "/healthz"))
    await measure(port, "POST /api/expression", expression)
    for count in (1_000, 10_000):
        await measure_first(port, count)


def free_port() -> int:
    """A port for the server; given an open socket instead, uvicorn would not switch Nagle's algorithm off."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    port = free_port()
    started = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=ROOT)
    try:
        asyncio.run(main(port, started))
    finally:
        server.terminate()
        server.wait()
