"""The frames of a machine: bodies that run, functions of the evaluator that wait, and what stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.code import Code
from gradlens.engine.language.objects import MISSING, Function, Generator, Scope
from gradlens.engine.language.running.groups import LazyGroup

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


class Frame:
    """A body that runs.

    rest: the instructions that come next.  group: in which its nodes stand.  place: of the call, where its text is
    ours.  made: what a call leaves instead of what is returned.  collected: what a comprehension has so far.
    outside: the scope around a comprehension.
    """

    __slots__ = (
        "blocks",
        "code",
        "collected",
        "cuts",
        "dropped",
        "function",
        "group",
        "made",
        "node",
        "outside",
        "place",
        "reflected",
        "rest",
        "scope",
        "stack",
        "waiting",
    )

    def __init__(
        self,
        code: Code,
        scope: Scope,
        group: LazyGroup | None,
        node: Any,
        place: Any,
        function: Function | None = None,
        made: Any = MISSING,
        dropped: bool = False,
        reflected: tuple[tuple[str, str], Any, Any] | None = None,
    ):
        self.code = code
        self.scope = scope
        self.group = group
        self.node = node
        self.place = place
        self.rest: Any = iter(code.instructions)
        self.stack: list[Any] = []
        self.made = made
        self.dropped = dropped
        self.function = function
        self.collected: Any = None
        self.outside: Scope | None = None
        self.reflected = reflected
        self.cuts = 0
        self.blocks: list[Any] = []  # of try and with that the body is in
        self.waiting: tuple[Generator, Any] | None = (
            None  # of a generator: itself, and where its reader goes at the end
        )

    @property
    def at(self) -> int:
        """The place of the next instruction, which a jump sets."""
        return len(self.code.instructions) - self.rest.__length_hint__()

    @at.setter
    def at(self, place: int) -> None:
        self.rest.__setstate__(place)


class Steps:
    """A function of the evaluator that asks for calls of the program's: it waits for each.

    waiting: where it gives items one by one, the generator that it is, and where its reader goes at the end.
    """

    __slots__ = ("generator", "given", "node", "waiting")

    def __init__(self, generator: Any, node: Any):
        self.generator = generator
        self.waiting: tuple[Generator, Any] | None = None
        self.given: Any = None
        self.node = node


class StackOf:
    """A frame as the functions of the evaluator see it: what is called gives its value to them."""

    def __init__(self, m: Machine, steps: Steps, frame: Frame):
        self.stack = Receiver(steps)
        self.group = frame.group
        self.scope = frame.scope
        self.code = frame.code
        self.place = frame.place
        self.function = frame.function
        self.cuts = frame.cuts


class Receiver:
    def __init__(self, steps: Steps):
        self.steps = steps

    def append(self, value: Any) -> None:
        self.steps.given = value
