"""What the service does under load: `python tests/benchmarks/bench_load.py [SCENARIO …] [--requests N] [--seconds N]`.

Each scenario starts the service of the command with two computing processes and two for long requests:

class     30 pupils with a request a second each, one of them dragging a number, five trainings meanwhile
overload  the rate and the statuses of 8, 64 and 256 clients without pauses
heavy     the time of a light request beside 64 clients that ask for the heaviest without pauses
mixed     requests to every endpoint, some of them broken, and what the memory of all processes is in between
unread    14 clients that ask for some 50 MB each and read nothing, and what the server holds meanwhile

Nothing here is asserted: other programs on the machine decide too much.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]
from gradlens.app.endpoints import BY_NAME  # noqa: E402
from tests.app.answered import cases  # noqa: E402
from tests.benchmarks.bench_service import PROGRAM, free_port, request  # noqa: E402

SETTINGS = {"GRADLENS_WORKERS": "2", "GRADLENS_LONG_WORKERS": "2", "GRADLENS_TRAININGS": "5", "GRADLENS_METRICS": "on"}
LIGHT = {"program": PROGRAM}
TRAINING = {
    "layers": [{"type": "affine", "units": 50}, "relu", {"type": "affine", "units": 10}],
    "loss": "softmax_cross_entropy",
    "dataset": "digits",
    "optimizer": "adam",
    "steps": 100_000,
    "batch_size": 50,
    "report_every": 20,
}
LONGEST_LINE = 10_000_000  # bytes: a training begins with its data
CLASS = 30
DRAGGED_A_SECOND = 20
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def heavy(number: int) -> dict:
    """One of the heaviest programs that there may be, each another."""
    return {"program": f"y = x * {number}\nfor i in range(90000):\n    y = sin(y)", "inputs": {"x": 1.0}}


class Connection:
    """One client, over one connection that is kept."""

    def __init__(self, port: int):
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: dict | bytes, path: str = "/api/expression", method: str = "POST") -> tuple[int, bytes]:
        """Status and head of an answer, whose body is read and dropped."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            writer.write(request(method, path, content))
            head = await reader.readuntil(b"\r\n\r\n")
            if length := LENGTH.search(head):
                await reader.readexactly(int(length[1]))
            if not length or b"connection: close" in head.lower():
                self.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            return 0, b""
        return int(head.split(b" ", 2)[1]), head

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
            self.streams = None


async def timed(connection: Connection, body: dict, found: list[float], statuses: Counter[int]) -> None:
    start = time.perf_counter()
    status, _ = await connection.post(body)
    found.append(time.perf_counter() - start)
    statuses[status] += 1


def told(name: str, seconds: list[float], statuses: Counter[int]) -> None:
    """Print how long answers took."""
    ordered = sorted(seconds) or [0.0]
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1e3 for part in (0.5, 0.95, 0.99))
    print(f"{name:34} p50 {p50:7.1f} ms  p95 {p95:7.1f}  p99 {p99:7.1f}  {len(seconds):6} requests  {dict(statuses)}")


async def until(seconds: float, *works: Callable[[], Awaitable[None]]) -> None:
    """Do each work again and again, all at once, for so long."""
    end = time.monotonic() + seconds

    async def go_on(work: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < end:
            await work()

    await asyncio.gather(*map(go_on, works))


# ---- scenarios


async def a_class(port: int, given: argparse.Namespace) -> None:
    pupils, dragged, statuses, drags = [], [], Counter(), Counter()
    steps = [0] * 5
    end = time.monotonic() + given.seconds

    async def pupil(number: int) -> None:
        connection = Connection(port)
        await asyncio.sleep(number / CLASS)
        for turn in itertools.count():
            start = time.monotonic()
            if start > end:
                return
            await timed(connection, {"program": f"w = {turn}\n" + PROGRAM}, pupils, statuses)
            await asyncio.sleep(max(0, 1 - (time.monotonic() - start)))

    async def drag() -> None:
        connection = Connection(port)
        for turn in itertools.count():
            start = time.monotonic()
            if start > end:
                return
            await timed(connection, {"program": PROGRAM.replace("w0 = 2", f"w0 = {turn / 7}")}, dragged, drags)
            await asyncio.sleep(max(0, 1 / DRAGGED_A_SECOND - (time.monotonic() - start)))

    async def train(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LONGEST_LINE)
        writer.write(request("POST", "/api/train", json.dumps(TRAINING).encode()))
        with contextlib.suppress(asyncio.CancelledError):
            while line := await reader.readline():
                if found := re.search(rb'"step":(\d+)', line):
                    steps[number] = max(steps[number], int(found[1]))
        writer.close()

    trainings = [asyncio.ensure_future(train(number)) for number in range(5)]
    await asyncio.gather(drag(), *map(pupil, range(CLASS)))
    for training in trainings:
        training.cancel()
    told(f"{CLASS} pupils, one a second", pupils, statuses)
    told(f"one drags, {DRAGGED_A_SECOND} a second", dragged, drags)
    print(f"{'five trainings':34} steps {steps}")


async def overload(port: int, given: argparse.Namespace) -> None:
    await until(1, *[partial(timed, Connection(port), LIGHT, [], Counter()) for _ in range(8)])
    for clients in (8, 64, 256):
        seconds: list[float] = []
        statuses: Counter[int] = Counter()
        await until(
            given.seconds / 3, *[partial(timed, Connection(port), LIGHT, seconds, statuses) for _ in range(clients)]
        )
        told(f"{clients} clients without pauses", seconds, statuses)
        print(f"{'':34} {statuses[200] / (given.seconds / 3):7.0f} answers a second")


async def beside_the_heaviest(port: int, given: argparse.Namespace) -> None:
    alone, beside = [], []
    light, statuses, others = Connection(port), Counter(), Counter()
    waits: Counter[bytes] = Counter()
    await until(given.seconds / 4, lambda: timed(light, LIGHT, alone, statuses))
    told("a light request alone", alone, statuses)
    statuses.clear()
    numbers = itertools.count(2)

    async def ask(connection: Connection) -> None:
        status, head = await connection.post(heavy(next(numbers)))
        others[status] += 1
        if found := re.search(rb"retry-after: (\d+)", head):
            waits[found[1]] += 1
            await asyncio.sleep(0.05)  # a client that is refused and comes again at once still takes a moment

    await until(
        given.seconds,
        lambda: timed(light, LIGHT, beside, statuses),
        *[partial(ask, Connection(port)) for _ in range(64)],
    )
    told("the same beside 64 of the heaviest", beside, statuses)
    print(f"{'the heaviest':34} {dict(others)}, Retry-After {dict(waits.most_common(6))}")


async def mixed(port: int, given: argparse.Namespace) -> None:
    draw = random.Random(1)
    asked = list(bodies(draw))
    statuses: Counter[int] = Counter()
    todo = iter(range(given.requests))

    async def go_on() -> None:
        connection = Connection(port)
        for number in todo:
            method, path, body = asked[number % len(asked)]
            status, _ = await connection.post(body, path, method)
            statuses[status] += 1
            if number % (given.requests // 10) == 0:
                print(f"{number:8} requests  {memory_mb(given.server):7.1f} MB in all processes", flush=True)

    await asyncio.gather(*(go_on() for _ in range(16)))
    print(f"{given.requests:8} requests  {memory_mb(given.server):7.1f} MB in all processes  {dict(statuses)}")


def bodies(draw: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """The example of every endpoint, and some with a byte, a field or a value changed."""
    for case in cases():
        row = BY_NAME[case.operation]
        path = row.path.format(**{name: quote(str(value)) for name, value in case.parameters.items()})
        asked = {name: value for name, value in case.parameters.items() if f"{{{name}}}" not in row.path}
        path += f"?{urlencode(asked)}" if asked else ""
        body = json.dumps(case.body).encode() if case.body else b""
        for _ in range(4):
            yield row.method, path, body
        if case.body:
            place = draw.randrange(len(body))
            yield row.method, path, body[:place] + bytes([draw.randrange(256)]) + body[place + 1 :]
            name, value = draw.choice([*case.body, "new"]), draw.choice([None, [], {}, "x", 1e308, -1])
            yield row.method, path, json.dumps({**case.body, name: value}).encode()


async def unread(port: int, given: argparse.Namespace) -> None:
    large = {"program": "y = sum(full((500, 1000), 0.123456789012345) / x)", "inputs": {"x": 3.0}, "values": "full"}
    message = request("POST", "/api/expression", json.dumps(large).encode())
    print(f"{'before':34} {server_mb(given.server):7.1f} MB in the server")
    writers = []
    for _ in range(14):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(message)
        writers.append(writer)
        await reader.read(12)  # one after the other, so that none is turned away
    highest = 0.0
    for second in range(int(given.seconds)):
        await asyncio.sleep(1)
        highest = max(highest, server_mb(given.server))
        if second % 5 == 4:
            print(
                f"{f'after {second + 1} s':34} {server_mb(given.server):7.1f} MB in the server, at most {highest:.1f}"
            )
    statuses: Counter[int] = Counter()
    seconds: list[float] = []
    await timed(Connection(port), LIGHT, seconds, statuses)
    told("a light request then", seconds, statuses)


SCENARIOS = {
    "class": a_class,
    "overload": overload,
    "heavy": beside_the_heaviest,
    "mixed": mixed,
    "unread": unread,
}


# ---- the service


def descendants(process: int) -> Iterator[int]:
    """A process and all that come from it, as Linux tells them."""
    parents: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            stat = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(stat[1]), []).append(int(name))
    todo = [process]
    while todo:
        todo += parents.get(found := todo.pop(), [])
        yield found


def field_mb(process: int, name: str, file: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0


def memory_mb(server: int) -> float:
    """Memory of the server and its processes, what they share counted once."""
    return sum(field_mb(process, "Pss:", "smaps_rollup") for process in descendants(server))


def server_mb(server: int) -> float:
    return field_mb(server, "VmRSS:", "status")


async def ready(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            if (await Connection(port).post(b"", "/healthz", "GET"))[0] == 200:
                return
        await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", choices=[*SCENARIOS, []], help="all where none is named")
    parser.add_argument("--requests", type=int, default=200_000, help="of mixed (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the others (default: %(default)s)")
    given = parser.parse_args()
    for name in given.scenarios or SCENARIOS:
        port = free_port()
        command = [sys.executable, "-c", "from gradlens.app.cli import main; main()", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | SETTINGS, stdout=subprocess.DEVNULL)
        given.server = server.pid
        print(f"-- {name}, on {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f}", flush=True)
        try:
            asyncio.run(ready(port))
            asyncio.run(SCENARIOS[name](port, given))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
