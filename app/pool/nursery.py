"""The server's end of the nursery: the process that workers are forked from."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
from collections.abc import Callable

import orjson

from gradlens.app.pool.frames import END, START, Order, ReportReader, send_order
from gradlens.app.settings import Settings

STOP_SECONDS = 0.5
PROGRAM = "import sys; sys.path[:] = {path!r}; from gradlens.app.pool.worker import main; main()"
# A second BLAS thread on a busy machine multiplies the slowest answers' time by a hundred.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Nursery:
    """The process that workers are forked from, and the socket over which it takes orders and reports.

    on_ended: called with the number and exit code of each worker that was to end.
    on_lost: called when it is gone itself.
    """

    def __init__(
        self, settings: Settings, jobs: str, on_ended: Callable[[int, int], None], on_lost: Callable[[], None]
    ):
        self.on_ended, self.on_lost = on_ended, on_lost
        self.reports = ReportReader()
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    PROGRAM.format(path=sys.path),
                    str(theirs.fileno()),
                    orjson.dumps(dataclasses.asdict(settings)).decode(),
                    jobs,
                ],
                pass_fds=[theirs.fileno()],
                env={**ENVIRONMENT, **os.environ},
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for the server, which then closes the control socket
            )
        asyncio.get_running_loop().add_reader(self.control.fileno(), self._report)

    def start(self, number: int) -> socket.socket:
        """Have a worker started; returns our end of its socket."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            self._order(Order(START, number, theirs))
        return ours

    def end(self, number: int) -> None:
        """Have a worker's process killed, if it still lives, and reaped."""
        self._order(Order(END, number))

    def close(self) -> None:
        """End the nursery, which ends its workers first."""
        asyncio.get_running_loop().remove_reader(self.control.fileno())
        self.control.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # it is still loading the engine, and has no workers
            self.process.kill()
            self.process.wait()

    def _report(self) -> None:
        try:
            received = self.control.recv(65_536)
        except ConnectionResetError:
            received = b""
        if not received:
            self.on_lost()
            return
        for number, exitcode in self.reports.feed(received):
            self.on_ended(number, exitcode)

    def _order(self, order: Order) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # on_lost is about to be called
            send_order(self.control, order)
