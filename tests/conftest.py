"""What holds for every test."""

from __future__ import annotations

import contextlib
import gc
import os
from collections import defaultdict

import pytest

import hatch_build
from tests import each

FEW = 6  # cases of one test: so many are no table


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thin",
        type=int,
        default=1,
        metavar="N",
        help="run each N-th case of a test that has many, for a quick look while one works (default: all)",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Half as many again as there are processors: tests of the browser and of the service wait for other processes."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # xdist reads it
    return (os.cpu_count() or 1) * 3 // 2


def pytest_configure(config: pytest.Config) -> None:
    each.thin = config.getoption("--thin")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Build the page's files where they are not those of the present sources: once, before the workers start."""
    if not hasattr(session.config, "workerinput"):
        with contextlib.suppress(hatch_build.BuildError):  # without Node what needs them says so
            hatch_build.build()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test with many parameters each N-th case, where that is asked for."""
    if each.thin == 1:
        return
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    kept = {item for many in cases.values() for item in (each.thinned(many) if len(many) > FEW else many)}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def pytest_collection_finish() -> None:
    """Tens of thousands of tests stay until the end: the collector need not go through them at every run."""
    gc.collect()
    gc.freeze()
