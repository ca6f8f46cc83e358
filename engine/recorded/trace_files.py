"""Trace files read: JSON as POST /api/expression answers it, from a stranger's hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

import numpy as np

from gradlens.engine.errors import EngineError, Ours
from gradlens.engine.networks.fields import shown
from gradlens.engine.recorded.records import Recorded, RecordedEdge, RecordedNode
from gradlens.engine.values import MAX_AXES, TAGS, Array, Shape

MOST_BYTES = 128 * 2**20
MOST_NODES = 1_000_000
LONGEST_NAME = 1_000
PRECISIONS = ("float64", "float32", "float16")


def load(path: str | os.PathLike[str]) -> Recorded:
    """Read a trace file: what `trace.save("x.json")` writes, `gradlens.torch.record(…).save("x.json")`, or an answer
    of POST /api/expression.

    Errors: trace-file-size, trace-file-json, trace-file-field.  Raises OSError where there is no such file.

    >>> path = gradlens.trace("y = x * x", {"x": 3.0}).save("square.json")
    >>> gradlens.load(path).gradients
    {'x': array(6.)}
    """
    with Path(path).open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return read_trace(content, Path(path).name)


def read_trace(content: bytes, name: str = "the file") -> Recorded:
    """A trace from the bytes of its file.  Errors: as of `load`."""
    if len(content) > MOST_BYTES:
        raise EngineError("trace-file-size", name=name, limit=MOST_BYTES)
    try:
        found = json.loads(content, object_pairs_hook=without_repeats)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and too many digits among them
        message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise EngineError("trace-file-json", name=name, message=message.rstrip(".")) from None
    return Reader().trace(found)


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'the key "{next(n for n in names if names.count(n) > 1)[:40]}" stands twice in one object')
    return found


class Reader:
    """Reads what must be there, and says where something else is.  Error: trace-file-field."""

    def trace(self, content: Any) -> Recorded:
        whole = self.object(content, "the file")
        nodes = [self.node(one, i) for i, one in enumerate(self.list(whole, "nodes", "nodes"))]
        if not nodes:
            raise wrong("nodes", "a list of at least one node", [])
        edges = [self.edge(one, i, nodes) for i, one in enumerate(self.list(whole, "edges", "edges"))]
        output = self.whole(whole, "output", "output", len(nodes))
        by_name = self.object(whole.get("gradients") or {}, "gradients")
        gradients = {
            name: found
            for name, one in by_name.items()
            if (found := self.array(one, f"gradients[{name!r}]", None)) is not None
        }
        precision = whole.get("precision", "float64")
        if precision not in PRECISIONS:
            raise wrong("precision", f"one of {', '.join(PRECISIONS)}", precision)
        program = whole.get("program", "")
        return Recorded(
            nodes,
            edges,
            output,
            self.seed(whole.get("seed"), nodes[output].shape),
            gradients,
            program if isinstance(program, str) else "",
            precision,
        )

    def seed(self, content: Any, shape: Shape) -> Array | None:
        """What the output's gradient begins with, of its shape or one that is spread over it."""
        found = self.array(content, "seed", None)
        if found is None:
            return None
        try:
            np.broadcast_to(found, shape)
        except ValueError:
            raise wrong("seed", f"an array that fits the output's shape {shape}", content) from None
        return found

    def node(self, content: Any, place: int) -> RecordedNode:
        at = f"nodes[{place}]"
        if place >= MOST_NODES:
            raise wrong("nodes", f"a list of at most {MOST_NODES} nodes", "a longer one")
        node = self.object(content, at)
        self.equal(node, "id", f"{at}.id", place)
        op, name = node.get("op"), node.get("name")
        if not isinstance(op, str) or not 0 < len(op) <= LONGEST_NAME:
            raise wrong(f"{at}.op", "the name of an op", op)
        if name is not None and not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
            raise wrong(f"{at}.name", "a name or null", name)
        inputs = [
            self.index(one, f"{at}.inputs[{i}]", place)
            for i, one in enumerate(self.list(node, "inputs", f"{at}.inputs"))
        ]
        shape = self.shape(node, at)
        return RecordedNode(
            place,
            op,
            name,
            inputs,
            shape,
            self.array(node.get("value"), f"{at}.value", shape),
            self.array(node.get("gradient"), f"{at}.gradient", shape),
            self.left_out(node),
        )

    def edge(self, content: Any, place: int, nodes: list[RecordedNode]) -> RecordedEdge:
        at = f"edges[{place}]"
        edge = self.object(content, at)
        self.equal(edge, "id", f"{at}.id", place)
        target = self.whole(edge, "target", f"{at}.target", len(nodes))
        source = self.whole(edge, "source", f"{at}.source", len(nodes))
        argnum = self.whole(edge, "argnum", f"{at}.argnum", len(nodes[target].inputs))
        if nodes[target].inputs[argnum] != source:
            raise wrong(f"{at}.source", f"{nodes[target].inputs[argnum]}, the input {argnum} of node {target}", source)
        return RecordedEdge(
            place,
            source,
            target,
            argnum,
            self.array(edge.get("local"), f"{at}.local", nodes[target].shape),
            self.array(edge.get("contribution"), f"{at}.contribution", nodes[source].shape),
            self.left_out(edge),
        )

    def object(self, content: Any, place: str) -> dict[str, Any]:
        if not isinstance(content, dict):
            raise wrong(place, "an object", content)
        return cast("dict[str, Any]", content)

    def list(self, content: dict[str, Any], name: str, place: str) -> list[Any]:
        if not isinstance(content.get(name), list):
            raise wrong(place, "a list", content.get(name))
        return cast("list[Any]", content[name])

    def index(self, content: Any, place: str, below: int) -> int:
        if type(content) is not int or not 0 <= content < below:
            raise wrong(place, f"a whole number from 0 to {below - 1}" if below else "nothing", content)
        return content

    def whole(self, content: dict[str, Any], name: str, place: str, below: int) -> int:
        return self.index(content.get(name), place, below)

    def equal(self, content: dict[str, Any], name: str, place: str, wanted: int) -> None:
        if content.get(name) != wanted:
            raise wrong(place, f"{wanted}, its place in the list", content.get(name))

    def shape(self, node: dict[str, Any], at: str) -> Shape:
        listed = self.list(node, "shape", f"{at}.shape")
        if len(listed) > MAX_AXES or not all(type(one) is int and 0 <= one < 2**48 for one in listed):
            raise wrong(f"{at}.shape", f"at most {MAX_AXES} whole numbers", listed)
        return tuple(listed)

    def left_out(self, content: dict[str, Any]) -> frozenset[str]:
        """What is there by its figures alone."""
        summary = content.get("summary")
        return frozenset(summary) if isinstance(summary, dict) else frozenset()

    def array(self, content: Any, place: str, shape: Shape | None) -> Array | None:
        """Numbers of a shape, or of any for None; NaN and the infinities by name."""
        if content is None:
            return None
        try:
            array = np.asarray(content, dtype=np.float64) if is_plain(content) else tagged_array(content)
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise wrong(place, "a number, or lists of numbers of equal lengths", content) from None
        if shape is not None and array.shape != shape:
            raise wrong(place, f"of shape {shape}", f"of shape {array.shape}")
        return array


def is_plain(content: Any) -> bool:
    """Whether no number is given by name, and nothing that NumPy would take for one."""
    pending: list[Any] = [content]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += cast("list[Any]", one)
        elif type(one) is not float and type(one) is not int:
            return False
    return True


def tagged_array(content: Any) -> Array:
    """An array with numbers by name.  Raises TypeError, ValueError."""

    def number(one: Any) -> Any:
        if isinstance(one, list):
            return [number(inner) for inner in cast("list[Any]", one)]
        if isinstance(one, str):
            if one not in TAGS:
                raise ValueError(one)
            return TAGS[one]
        if type(one) is not float and type(one) is not int:
            raise TypeError(type(one).__name__)
        return one

    return np.asarray(number(content), dtype=np.float64)


def wrong(place: str, wanted: str, got: object) -> EngineError:
    return EngineError(
        "trace-file-field", place=place, wanted=Ours(wanted), got=got if isinstance(got, str) else shown(got)
    )
