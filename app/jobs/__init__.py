"""What the workers compute: a request in, the content of its answer out.

Each public function of the modules in MODULES is the job of one endpoint and is called with the request and the
settings. This package, and nothing else of the service, loads the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from inspect import getmodule, isfunction

from gradlens import engine
from gradlens.app.endpoints import ENDPOINTS, Endpoint
from gradlens.app.jobs import (
    checks,
    derivations,
    documents,
    exams,
    exports,
    lessons,
    model_files,
    networks,
    programs,
    reference,
    weights,
)
from gradlens.app.problems import Problem
from gradlens.app.schemas.requests import read_request
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.wire.contract import span

MODULES = (programs, reference, documents, checks, derivations, exams, exports, networks, model_files, weights, lessons)
FUNCTIONS: dict[str, Callable] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if isfunction(function) and getmodule(function) is module and not name.startswith("_")
}


def make_jobs(settings: Settings) -> Mapping[str, Callable[[bytes], bytes | Iterator[bytes]]]:
    """The jobs by name: the bytes of a request in, those of its answer out, of a streamed one line by line.

    Each raises Problem, also while its lines are read.
    """
    for name in engine.__all__:  # what the engine loads when it is asked for, here before workers are forked
        getattr(engine, name)
    missing = [row.job for row in ENDPOINTS if row.job and row.job not in FUNCTIONS]
    if missing:
        raise LookupError(f"no module of gradlens.app.jobs.MODULES has a function {', '.join(missing)}")
    return {row.job: partial(_run, FUNCTIONS[row.job], row, settings) for row in ENDPOINTS if row.job}


def _run(function: Callable, row: Endpoint, settings: Settings, body: bytes) -> bytes | Iterator[bytes]:
    with _engine_errors_as_problems():
        made = function(read_request(body, row.request), settings) if row.request else function(settings)
    return _lines(made) if row.streamed else made


def _lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    with _engine_errors_as_problems():
        yield from lines


@contextmanager
def _engine_errors_as_problems() -> Iterator[None]:
    """What the engine refuses, with its place in the program."""
    try:
        yield
    except EngineError as error:
        raise Problem(error.kind, 422, error.title, error.detail, error.params, span=span(error.span)) from None
