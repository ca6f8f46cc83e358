"""What app/protocol.py uses of uvicorn's inside. Where a release moves it, this fails first and says what is missing.

Then read uvicorn/protocols/http/httptools_impl.py of that release beside app/protocol.py, run tests/app/test_hostile.py
and tests/app/test_refused_early.py, and move the bound in pyproject.toml.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import uvicorn
from packaging.requirements import Requirement
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gradlens.app import protocol

ROOT = Path(__file__).parents[2]
[SOURCE] = (node for node in ast.parse(inspect.getsource(protocol.Protocol)).body if isinstance(node, ast.ClassDef))
# What the lines of the class call: an attribute of the connection, or of what one of its attributes holds.
PARTS = ("self", "self.cycle", "self.flow", "self.parser")


class Client(asyncio.Transport):
    """A client that has sent its request and takes whatever comes."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return False


async def answer_nothing(scope, receive, send) -> None:
    await asyncio.sleep(60)


@pytest.fixture(scope="module")
def connection() -> HttpToolsProtocol:
    """A connection of uvicorn's own, in the middle of a request."""

    async def connect() -> HttpToolsProtocol:
        config = uvicorn.Config(answer_nothing, http="httptools", ws="none", lifespan="off", log_level="critical")
        config.load()
        made = HttpToolsProtocol(config=config, server_state=ServerState(), app_state={})
        made.connection_made(Client())
        made.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return made

    return asyncio.run(connect())


def used(part: str) -> set[str]:
    """The attributes of a part that the lines of the class name."""
    return {
        node.attr for node in ast.walk(SOURCE) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == part
    }


def own() -> set[str]:
    """What the class defines itself: its methods, and what it assigns when it is made."""
    methods = {node.name: node for node in SOURCE.body if isinstance(node, ast.FunctionDef)}
    made = {
        node.attr
        for node in ast.walk(methods["__init__"])
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    lines = {ast.unparse(target) for node in SOURCE.body if isinstance(node, ast.Assign) for target in node.targets}
    return methods.keys() | made | lines


def overridden() -> set[str]:
    """The methods that the class calls as its parent's, and those that only uvicorn calls."""
    return {
        node.attr
        for node in ast.walk(SOURCE)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "super()"
    } | {"data_received", "send_400_response"}


@pytest.mark.parametrize("part", PARTS)
def test_everything_that_is_used_of_uvicorn_is_there(connection, part):
    holder = connection if part == "self" else getattr(connection, part.partition(".")[2])
    wanted = used(part) - (own() if part == "self" else set())
    assert wanted
    missing = sorted(name for name in wanted if not hasattr(holder, name))
    assert missing == [], f"uvicorn {uvicorn.__version__} has no {', '.join(f'{part}.{name}' for name in missing)}"


def test_what_is_overridden_is_there_with_the_same_parameters():
    for name in sorted(overridden() - {"__init__"}):
        theirs = getattr(HttpToolsProtocol, name, None)
        assert theirs, f"uvicorn {uvicorn.__version__} has no HttpToolsProtocol.{name}"
        found, given = (list(inspect.signature(f).parameters) for f in (theirs, getattr(protocol.Protocol, name)))
        assert found == given, f"uvicorn {uvicorn.__version__} calls HttpToolsProtocol.{name} with {found}"


def test_nothing_that_is_ours_hides_something_of_uvicorn(connection):
    hidden = {name for name in own() - overridden() if hasattr(connection, name)}
    assert hidden == set(), f"uvicorn {uvicorn.__version__} has {', '.join(sorted(hidden))} too"


def test_the_installed_uvicorn_is_one_of_those_that_were_tried():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    [bound] = (Requirement(line) for line in listed if line.startswith("uvicorn"))
    assert {part.operator for part in bound.specifier} == {">=", "<"}
    assert bound.specifier.contains(version("uvicorn")), f"uvicorn {version('uvicorn')} was never tried"
