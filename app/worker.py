"""The computing side: a nursery that has the engine loaded, and the workers forked from it.

The nursery is one small process.  Over its control socket it is told to start a worker (the worker's
socket comes along) and to end one; it ends everything when that socket closes, however the server died.
Forking from it costs a few milliseconds and no import.  Nothing here runs in the server's own process.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator, Mapping

import orjson

from app.problems import Problem, internal_error
from app.settings import Settings

ORDER = struct.Struct("!ci")  # START or END, the worker's number
START, END = b"s", b"e"
FRAME = struct.Struct("!HI")  # HTTP status (0 in requests and in the greeting, PART before the last), length of what follows
PART = 100
NICENESS = 10  # of a job that answers in parts: it takes long, and others are waiting for theirs

Job = Callable[[bytes], bytes | Iterator[bytes]]


def main() -> None:
    """The nursery: obey orders from the control socket until it closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = Settings(**orjson.loads(sys.argv[2]))
    jobs = importlib.import_module(sys.argv[3]).jobs(settings)
    # A service manager may signal every process at once; the server still has answers to finish then.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    children: dict[int, int] = {}
    try:
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
            if not order:
                break
            what, number = ORDER.unpack(order)
            if what == START:
                connection = socket.socket(fileno=descriptors[0])
                children[number] = os.fork()
                if children[number] == 0:
                    control.close()
                    _work(connection, jobs, settings)
                connection.close()
            else:
                _end(children.pop(number))
    finally:
        for child in children.values():
            _end(child)


def _end(child: int) -> None:
    """Kill and reap.  Until it is reaped here a dead child keeps its number, so no stranger is hit."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _work(connection: socket.socket, jobs: Mapping[str, Job], settings: Settings) -> None:
    """The worker's whole life; never returns."""
    try:
        _limit_memory(settings.memory_mb)
        gc.disable()  # collecting in the middle of a large graph costs a third of its time
        serve(connection, jobs, settings)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server is gone
    finally:
        os._exit(0)


def serve(connection: socket.socket, jobs: Mapping[str, Job], settings: Settings) -> None:
    """Greet, then answer one frame after the other until the other side closes."""
    connection.sendall(FRAME.pack(0, 0))
    reader = connection.makefile("rb")
    while header := reader.read(FRAME.size):
        name, _, body = reader.read(FRAME.unpack(header)[1]).partition(b"\n")
        # The server ends a worker that is late; should the server be gone, the alarm does.
        signal.setitimer(signal.ITIMER_REAL, 2 * settings.request_seconds)
        status, content = answer(jobs[name.decode()], body, settings.memory_mb)
        if not isinstance(content, bytes):
            signal.setitimer(signal.ITIMER_REAL, 2 * settings.training_seconds)
            status, content = _answer_in_parts(connection, content, settings.memory_mb)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(FRAME.pack(status, len(content)))
        connection.sendall(content)
        del body, content
        gc.collect()  # a trace refers to itself: its arrays would stay for requests to come


def _answer_in_parts(connection: socket.socket, parts: Iterator[bytes], memory_mb: int) -> tuple[int, bytes]:
    """Send every part as it comes. Returns HTTP status and content of the end: nothing, or a failure."""
    os.nice(NICENESS)

    def send(_: bytes) -> bytes:
        for part in parts:
            connection.sendall(FRAME.pack(PART, len(part)) + part)
        return b""

    return answer(send, b"", memory_mb)


def answer(job: Job, body: bytes, memory_mb: int) -> tuple[int, bytes | Iterator[bytes]]:
    """HTTP status and content of a job's result or of its failure."""
    try:
        return 200, job(body)
    except (BrokenPipeError, ConnectionResetError):
        raise  # the server is gone
    except Problem as found:
        problem = found
    except MemoryError:
        problem = Problem.of("memory-limit", limit=memory_mb)
    except Exception:
        problem = internal_error()
    return problem.status, problem.body


def _limit_memory(megabytes: int) -> None:
    """Let allocations beyond the limit fail, and leave no core file.  Only Linux counts RLIMIT_DATA so."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))
