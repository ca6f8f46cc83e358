"""Code: a flat list of instructions for each body, so that no depth needs Python's stack."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

Run = Callable[[Any, Any, Any, Any], None]
Instruction = tuple[Run, Any, Any]  # what is done, with what, and the syntax that it stands for


@dataclass(eq=False)
class Code:
    """A body as instructions.

    parameters, rest, keyword_only, keywords: what a call binds.  bound: the names that the body binds;
    local: those that mean nothing outside it therefore.
    kind: "program", "function", "comprehension", "class", "generator".
    """

    name: str
    kind: str
    instructions: list[Instruction] = field(default_factory=list[Instruction])
    parameters: tuple[str, ...] = ()
    rest: str | None = None
    keyword_only: tuple[str, ...] = ()
    keywords: str | None = None
    defaults: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    local: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    mentions: Mentions = field(default_factory=lambda: Mentions())
    ours: bool = False

    @cached_property
    def plain(self) -> bool:
        """Whether it takes arguments by their places alone."""
        return self.rest is None and self.keywords is None and not self.keyword_only

    @cached_property
    def named(self) -> bool:
        """Whether each of its arguments has a name."""
        return self.rest is None and self.keywords is None

    @cached_property
    def names(self) -> frozenset[str]:
        """Of its parameters."""
        return frozenset((*self.parameters, *self.keyword_only))

    @property
    def signature(self) -> str:
        """How the function is called, for an error."""
        return f"{self.name}({self.written})"

    @cached_property
    def written(self) -> str:
        """Its parameters as one writes them."""

        def shown(name: str) -> str:
            return f"{name}={ast.unparse(self.defaults[name])}" if name in self.defaults else name

        parts = [shown(name) for name in self.parameters]
        if self.rest is not None:
            parts.append(f"*{self.rest}")
        elif self.keyword_only:
            parts.append("*")
        parts += [shown(name) for name in self.keyword_only]
        if self.keywords is not None:
            parts.append(f"**{self.keywords}")
        return ", ".join(parts)


@dataclass(eq=False, slots=True)
class Mentions:
    """What a program speaks of, its inner bodies included.

    imports: modules; imported: the names that they are bound to.  calls: what stands before the last dot of what is
    called, as names.  classes: whether it defines any.
    """

    imports: set[str] = field(default_factory=set[str])
    imported: set[str] = field(default_factory=set[str])
    calls: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    classes: bool = False


class Label:
    """A place in the instructions that is not known yet."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = -1


@dataclass(frozen=True, slots=True)
class CallShape:
    """How the arguments of a call lie on the stack.  stars: whether each is a list of arguments.  names: of keywords,
    None for **.
    """

    stars: tuple[bool, ...]
    names: tuple[str | None, ...]
    plain: bool  # neither stars nor keywords
    target: str | None = None  # the one name that the result is bound to
    count: int = field(init=False)  # of the values on the stack
    starred: bool = field(init=False)
    by_name: bool = field(init=False)  # whether each keyword is one by itself

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", len(self.stars) + len(self.names))
        object.__setattr__(self, "starred", True in self.stars)
        object.__setattr__(self, "by_name", None not in self.names and len({*self.names}) == len(self.names))


@lru_cache(maxsize=4096)
def call_shape(count: int, names: tuple[str | None, ...], target: str | None) -> CallShape:
    """The shape of a call without stars, which many calls have."""
    return CallShape((False,) * count, names, not names, target)


Operand = tuple[str | None, Any, ast.expr]  # a name, or a constant by its value
Task = tuple[Any, int] | Instruction | Label | Callable[[], None]
