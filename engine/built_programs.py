"""Programs that were built lately: a question about the same text with other numbers is not read and built again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Generic, Protocol, TypeVar

import numpy as np

from gradlens.engine.graph import Graph, Limits
from gradlens.engine.values import Value, shape_of

MOST_BYTES = 32_000_000  # a tenth of what a computing process may take
NODE_BYTES = 1_200  # of a node with its edges, its group and its place in both passes, measured
TEXT_BYTES = 4  # of a character, which is kept with its lines

# The text without the numbers that are given, their shapes, the output, the detail, what is expanded, the limits.
Key = tuple[str, tuple[tuple[str, tuple[int, ...]], ...], str | None, str, frozenset[str], Limits]


class Program(Protocol):
    """What is kept."""

    @property
    def text(self) -> str: ...

    @property
    def graph(self) -> Graph: ...


P = TypeVar("P", bound=Program)


class BuiltPrograms(Generic[P]):
    """The programs that were asked for last, as many as fit.

    Of one key there are several where inputs decided how the graph is built: one for their values.
    """

    def __init__(self, most_bytes: int = MOST_BYTES):
        self.most_bytes = most_bytes
        self.bytes = 0
        self.programs: OrderedDict[Key, list[P]] = OrderedDict()
        self.lock = threading.Lock()

    def get(
        self,
        text: str,
        values: Mapping[str, Value],
        build: Callable[[], P],
        *,
        output: str | None,
        detail: str,
        expand: Collection[str],
        limits: Limits,
    ) -> P:
        """The program of a text for these inputs: one that was built already, or what `build` makes.

        text: with a mark for each number of it that is among the inputs.
        """
        shapes = tuple(sorted(((name, shape_of(value)) for name, value in values.items()), key=str))
        key = (text, shapes, output, detail, frozenset(expand), limits)
        with self.lock:
            for program in self.programs.get(key, ()):
                graph = program.graph
                decided = [*graph.assumptions.items(), *graph.looked.items()]
                if all(name not in values or is_same(values[name], value) for name, value in decided):
                    self.programs.move_to_end(key)
                    return program
        program = build()
        self.keep(key, program)
        return program

    def keep(self, key: Key, program: P) -> None:
        size = size_of(program)
        if size > self.most_bytes // 4:
            return
        with self.lock:
            self.programs.setdefault(key, []).append(program)
            self.programs.move_to_end(key)
            self.bytes += size
            while self.bytes > self.most_bytes:
                _, dropped = self.programs.popitem(last=False)
                self.bytes -= sum(map(size_of, dropped))


def is_same(a: Value, b: Value) -> bool:
    return bool(np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True))


def size_of(program: Program) -> int:
    """About how many bytes a program takes."""
    graph = program.graph
    if graph.held_bytes is None:
        arrays = sum(node.value.nbytes for node in graph.nodes if isinstance(node.value, np.ndarray))
        graph.held_bytes = NODE_BYTES * len(graph.nodes) + arrays
    return graph.held_bytes + TEXT_BYTES * len(program.text)


__all__ = ["BuiltPrograms"]
