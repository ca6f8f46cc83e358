"""What the builder keeps in mind: the meaning of names, and expressions on their way to a node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from gradlens.engine.errors import Place
from gradlens.engine.language.syntax import Misplaced, source
from gradlens.engine.ops import Op, Options
from gradlens.engine.values import Shape, Value


@dataclass(slots=True)
class Scope:
    """What names mean: in the program, in a function of the program, or in a definition that is being opened.

    variables: nodes.  statics: values known beforehand, such as options, the counters of loops, and functions.
    local: the names that a function binds somewhere, so that they mean nothing outside it, as in Python.
    given: the shapes of the program's inputs, which become nodes where they are first read.
    outer: the scope in which a function was defined.
    registry: whether the text is the registry's, where an option may have the name of an op.  place: of the call that
      is opened, inside a definition; its nodes have no text of their own.
    """

    variables: dict[str, int] = field(default_factory=dict[str, int])
    statics: dict[str, object] = field(default_factory=dict[str, object])
    group: int | None = None
    outer: Scope | None = None
    place: Place | None = None
    registry: bool = False
    local: frozenset[str] = frozenset()
    given: Mapping[str, Shape] = field(default_factory=dict[str, Shape])

    @property
    def is_program(self) -> bool:
        return self.outer is None and self.place is None

    def holder(self, name: str) -> Scope | None:
        """The scope that gives a name its meaning, from the inside out; None where the program gives it none."""
        scope: Scope | None = self
        while scope is not None and not (
            name in scope.variables or name in scope.statics or name in scope.local or name in scope.given
        ):
            scope = scope.outer
        return scope

    def __contains__(self, name: str) -> bool:
        """Whether the program has taken a name, so that it is not the language's."""
        return self.holder(name) is not None

    def static(self, name: str) -> object:
        """The value of a name that is known beforehand, else NotImplemented."""
        holder = self.holder(name)
        return NotImplemented if holder is None else holder.statics.get(name, NotImplemented)

    def names(self) -> Iterator[str]:
        """All names that mean something of the program's here."""
        scope: Scope | None = self
        while scope is not None:
            yield from (*scope.variables, *scope.statics, *scope.given)
            scope = scope.outer

    def bind(self, name: str, id: int, place: Place) -> None:
        """A name for a node.  Error: reserved-name."""
        check_name(name, place)
        self.variables[name] = id
        self.statics.pop(name, None)

    def know(self, name: str, value: object, place: Place) -> None:
        """A name for a value that is known beforehand.  Error: reserved-name."""
        check_name(name, place)
        self.statics[name] = value
        self.variables.pop(name, None)


def check_name(name: str, place: Place) -> None:
    """Error: reserved-name, for the names by which the language's own are reached."""
    if name.startswith("__"):
        raise Misplaced("reserved-name", place, name=name)


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function of the program: `def name(parameters): body; return result`.

    defaults: the text of the parameters that have one; known, nodes: what that was when the function was defined.
    local: the names that it binds.  scope: in which it was defined.
    """

    name: str
    parameters: tuple[str, ...]
    defaults: dict[str, ast.expr]
    known: dict[str, object]
    nodes: dict[str, int]
    body: tuple[ast.stmt, ...]
    result: ast.expr
    local: frozenset[str]
    scope: Scope

    @property
    def signature(self) -> str:
        defaults = self.defaults
        parameters = [f"{p}={source(defaults[p])}" if p in defaults else p for p in self.parameters]
        return f"{self.name}({', '.join(parameters)})"


def bound_names(body: tuple[ast.stmt, ...]) -> frozenset[str]:
    """The names that statements bind, without those of functions and comprehensions inside them."""
    found: set[str] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.GeneratorExp)):
            pending += ast.iter_child_nodes(node)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Part:
    """One place along the first axis of a node, or all of it, on its way to a name."""

    id: int
    place: int | None = None


# What a loop's name is bound to; several of them for several names.
Item: TypeAlias = "int | ast.expr | Part | tuple[Item, ...] | list[Item]"


# As `dict` and `list` without a call more: there is a step for every expression.
no_options = cast(Callable[[], Options], dict)
no_operands = cast(Callable[[], list[ast.expr]], list)


@dataclass(slots=True)
class Step:
    """An expression on its way to a node: its op and options, once its operands are there.

    built: the operands, where they had to be made first.  names: of a function's parameters that the operands are for.
    listed: whether it is a list of Python's.
    """

    node: ast.expr
    op: Op | None = None
    options: Options = field(default_factory=no_options)
    function: Function | None = None
    constant: Value | None = None
    operands: list[ast.expr] = field(default_factory=no_operands)
    built: tuple[int, ...] | None = None
    names: tuple[str, ...] = ()
    listed: bool = False
