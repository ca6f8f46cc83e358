"""What the builder keeps in mind: the meaning of names, and expressions on their way to a node."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from engine.calls import Function
from engine.language import Place
from engine.ops import Op
from engine.values import Value


@dataclass(slots=True)
class Scope:
    """What names mean: in the program, or in a definition that is being opened.

    statics: values known beforehand, such as options and the counters of loops.
    outer: the program's scope, inside a function of the program.
    place: of the call that is opened, inside a definition; its nodes have no text of their own.
    """

    variables: dict[str, int] = field(default_factory=dict)
    statics: dict[str, object] = field(default_factory=dict)
    group: int | None = None
    outer: Scope | None = None
    place: Place | None = None

    @property
    def is_program(self) -> bool:
        return self.outer is None and self.place is None


@dataclass(frozen=True, slots=True)
class Part:
    """One place along the first axis of a node, on its way to a name."""

    id: int
    place: int


Item = int | ast.expr | Part | tuple  # what a loop's name is bound to; a tuple of them for several names


@dataclass(slots=True)
class Step:
    """An expression on its way to a node: its op and options, once its operands are there.

    built: the operands, where they had to be made first.
    """

    node: ast.expr
    op: Op | None = None
    options: dict = field(default_factory=dict)
    function: Function | None = None
    constant: Value | None = None
    operands: list[ast.expr] = field(default_factory=list)
    built: tuple[int, ...] | None = None
