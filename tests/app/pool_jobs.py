"""Jobs that behave badly, for the tests of the pool."""

import contextlib
import os
import time

import orjson

from gradlens.app.problems import Problem

DEEP: list = []
for _ in range(2000):
    DEEP = [DEEP]


class Unprintable(Exception):
    """Its own message is an error."""

    def __str__(self) -> str:
        raise ValueError


def make_jobs(settings):
    def expression(body: bytes) -> bytes:
        what, _, argument = body.decode().partition(" ")
        match what:
            case "pid":
                pass
            case "sleep":
                time.sleep(float(argument))
            case "compute":
                end = time.process_time() + float(argument.split()[0])
                while time.process_time() < end:
                    pass
            case "spin":
                with contextlib.suppress(PermissionError):  # who may do so has the processor beside other tests
                    os.setpriority(os.PRIO_PROCESS, 0, 0)
                while True:
                    pass
            case "exit":
                os._exit(3)
            case "kill":
                os.kill(os.getpid(), int(argument))
            case "allocate":
                bytearray(int(argument))
            case "fail":
                raise ZeroDivisionError("a secret of the inside")
            case "problem":
                raise Problem.of(
                    "wrong-field",
                    field="x",
                    takes={"whole": -(10**30), "set": {1}, "function": make_jobs, "deep": DEEP, "surrogate": "\ud800"}[
                        argument
                    ],
                )
            case "encode":
                return orjson.dumps({1: 2, 3: make_jobs})
            case "exception":
                raise Unprintable
            case "answer":
                return b"x" * int(argument)
        return b'{"pid": %d}' % os.getpid()

    def train(body: bytes):
        yield expression(body)
        while body == b"endless":
            yield b"{}"
            time.sleep(0.01)

    return {"expression": expression, "train": train}


def app():
    """A service of one process with these jobs."""
    from gradlens.app.main import create_app
    from gradlens.app.settings import Settings

    return create_app(Settings(workers=1, long_workers=0), jobs="tests.app.pool_jobs")
