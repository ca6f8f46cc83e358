"""The computing side: a nursery that has the engine loaded, and the workers forked from it.

The nursery is one small process.  Over its control socket it is told to start a worker (the worker's
socket comes along) and to end one, of which it then reports how it ended; it ends everything when that
socket closes, however the server died.
Forking from it costs a few milliseconds and no import.  Nothing here runs in the server's own process.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import orjson

from gradlens.app.pool.frames import (
    PART,
    Report,
    read_question,
    receive_order,
    send_answer,
    send_greeting,
    send_report,
)
from gradlens.app.problems import Problem, internal_error
from gradlens.app.request_log import fault, log_as_json
from gradlens.app.settings import Settings

YOUNG, OLD = 1, 2  # generations of objects
ALL_EVERY = 500  # answers
NICENESS = 10  # of a job that answers in parts: it takes long, and others are waiting for theirs

# How often longer than it may compute a request may take in all: what is left it waited for the processor.
WAITING_FACTOR = 6
OUT_OF_TIME = -signal.SIGPROF  # the exit code of a worker whose processor time ran out

log = logging.getLogger("uvicorn.error")

Job = Callable[[bytes], bytes | Iterator[bytes]]
Made = TypeVar("Made", bound=bytes | Iterator[bytes])


def main() -> None:
    """The nursery: obey orders from the control socket until it closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = Settings(**orjson.loads(sys.argv[2]))
    jobs = importlib.import_module(sys.argv[3]).make_jobs(settings)
    # A service manager may signal every process at once; the server still has answers to finish then.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if settings.log_requests:
        log_as_json()
    warnings.simplefilter("ignore")  # what a program's numbers give rise to is told in its answer, not in the log
    gc.collect()
    gc.freeze()
    children: dict[int, int] = {}
    try:
        while order := receive_order(control):
            if order.connection is not None:
                children[order.number] = os.fork()
                if children[order.number] == 0:
                    control.close()
                    _work(order.connection, jobs, settings)
                order.connection.close()
            else:
                send_report(control, Report(order.number, _end(children.pop(order.number))))
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server is gone
    finally:
        for child in children.values():
            _end(child)


def _end(child: int) -> int:
    """Kill and reap.  Returns the exit code; of a child that had ended before, its own.

    Until it is reaped here a dead child keeps its number, so no stranger is hit.
    """
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _work(connection: socket.socket, jobs: Mapping[str, Job], settings: Settings) -> None:
    """The worker's whole life; never returns."""
    try:
        _limit_memory(settings.memory_mb)
        gc.disable()  # collecting in the middle of a large graph costs a third of its time
        serve(connection, jobs, settings)
        os._exit(0)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the server is gone
    except BaseException as error:
        log.error("A computing process fails: %s", fault(error))
    finally:
        os._exit(1)


def serve(connection: socket.socket, jobs: Mapping[str, Job], settings: Settings) -> None:
    """Greet, then answer one question after the other until the other side closes.

    The kernel ends the process by SIGPROF as soon as one request has had its processor time.
    """
    send_greeting(connection, os.getpid())
    reader = connection.makefile("rb")
    answered = 0
    while question := read_question(reader):
        job, body = question
        signal.setitimer(signal.ITIMER_PROF, settings.request_seconds)
        # The server ends a worker that waits too long; should the server be gone, the alarm does.
        signal.setitimer(signal.ITIMER_REAL, 2 * WAITING_FACTOR * settings.request_seconds)
        status, content = answer(jobs[job], body, settings.memory_mb)
        if not isinstance(content, bytes):
            status, content = _answer_in_parts(connection, content, settings)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send_answer(connection, status, content)
        del question, body, content
        answered += 1
        # What a traceback or a cycle of the request still refers to is young. The programs that are kept are not: they
        # are walked now and then, which takes as long as many answers.
        gc.collect(OLD if answered % ALL_EVERY == 0 else YOUNG)


def _answer_in_parts(connection: socket.socket, parts: Iterator[bytes], settings: Settings) -> tuple[int, bytes]:
    """Send every part as it comes. Returns HTTP status and content of the end: nothing, or a failure.

    The first part has the processor time of a request; those that follow have the time of a training.
    """
    os.nice(NICENESS)

    def send(_: bytes) -> bytes:
        for part in parts:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 2 * WAITING_FACTOR * settings.training_seconds)
            send_answer(connection, PART, part)
        return b""

    return answer(send, b"", settings.memory_mb)


def answer(job: Callable[[bytes], Made], body: bytes, memory_mb: int) -> tuple[int, Made | bytes]:
    """HTTP status and content of a job's result or of its failure, whatever either holds."""
    try:
        return _told(job, body, memory_mb)
    except (BrokenPipeError, ConnectionResetError):
        raise  # the server is gone
    except Exception as error:
        problem = internal_error(error)
        return problem.status, problem.body


def _told(job: Callable[[bytes], Made], body: bytes, memory_mb: int) -> tuple[int, Made | bytes]:
    """The same, but for failures that no one expected."""
    try:
        return 200, job(body)
    except Problem as problem:
        return problem.status, problem.body
    except MemoryError:
        pass  # its traceback holds what took the memory, until here
    problem = Problem.of("memory-limit", limit=memory_mb)
    return problem.status, problem.body


def _limit_memory(megabytes: int) -> None:
    """Let allocations beyond the limit fail, and leave no core file.  Only Linux counts RLIMIT_DATA so."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Where a container's memory ends, a computation is to be killed, and never the server.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("500")
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))
