"""Where nodes stand in the text.

A program that is built lets go of its syntax, which takes more memory than its graph: where something stands is kept,
and the text is read again where somebody asks what is written there.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, TypeVar

from gradlens.engine.graph import Graph
from gradlens.engine.language.objects import Meant
from gradlens.engine.language.syntax import Syntax, python

Made = TypeVar("Made", bound=ast.AST)


class Written:
    """The lines of a program, which are read again when somebody first asks for their syntax."""

    def __init__(self, lines: tuple[str, ...]):
        self.lines = lines
        self.found: dict[tuple[object, ...], ast.AST] | None = None

    def at(self, location: Location) -> ast.AST | None:
        if self.found is None:
            parts: list[Any] = [part for line in python(self.lines) for part in ast.walk(line)]
            self.found = {key(type(part), part): part for part in parts if hasattr(part, "lineno")}
        return self.found.get(key(location.kind, location))


class Location:
    """Where syntax of a kind stands."""

    __slots__ = ("col_offset", "end_col_offset", "end_lineno", "kind", "lineno", "written")

    def __init__(self, place: Any, written: Written):
        self.kind: type[ast.AST] = type(place)
        self.written = written
        self.lineno: int = place.lineno
        self.col_offset: int = place.col_offset
        self.end_lineno: int | None = place.end_lineno
        self.end_col_offset: int | None = place.end_col_offset


def key(kind: type[ast.AST], place: Any) -> tuple[object, ...]:
    return kind, place.lineno, place.col_offset, place.end_lineno, place.end_col_offset


def syntax_of(place: Any) -> Any:
    """What is written at a place; a place that is no location is itself."""
    return place.written.at(place) if type(place) is Location else place


def operands_of(meant: Meant) -> list[Any]:
    """The syntax of each operand of what a call of another library means; none where that is not known."""
    if meant.inner or meant.texts is None:
        return []
    texts = meant.texts(syntax_of(meant.call)) if callable(meant.texts) else meant.texts
    return [syntax_of(text) for text in texts]


def in_place_of(written: ast.AST, made: Made) -> Made:
    """Syntax of ours where the reader wrote something else; the text does not have it."""
    made.ours = True  # pyright: ignore[reportAttributeAccessIssue] - nodes of the syntax take any attribute
    return ast.copy_location(made, written)


def is_of_text(place: Any) -> bool:
    return isinstance(place, ast.AST) and "ours" not in place.__dict__


def without_syntax(syntax: Syntax, graph: Graph) -> Syntax:
    """The syntax without its statements, after the nodes of the graph have locations instead."""
    written = Written(syntax.lines)
    located: dict[Any, Any] = {}  # by what stands there, which a loop comes to again

    def location(place: Any) -> Any:
        found = located.get(place)
        if found is None:
            found = located[place] = Location(place, written) if is_of_text(place) else place
        return found

    for node in (*graph.nodes, *graph.known.values()):
        place: Any = node.place
        found = located.get(place)
        if found is not None:
            node.place = found
        elif type(place) is ast.Assign and "ours" not in place.__dict__:  # as most are
            node.place = located[place] = Location(place, written)
        elif type(place) is Meant:
            node.place = located[place] = place.located(location)
        elif is_of_text(place):
            node.place = located[place] = Location(place, written)
    graph.skipped = [Location(place, written) for place in graph.skipped]
    graph.read_as = {id: (Location(place, written), meant) for id, (place, meant) in graph.read_as.items()}
    return replace(syntax, body=())


__all__ = ["Location", "in_place_of", "operands_of", "syntax_of", "without_syntax"]
