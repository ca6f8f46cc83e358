"""The lines of a backward half, each with what it stands for and what it may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradlens.engine.diagnosing.backward_code.known_gradients import largest_of, same
from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Node
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.values import Array, Value


@dataclass(eq=False, slots=True)
class Line:
    """One assignment of the backward half.

    of: the nodes whose gradient its name means; base: by which name.  last: whether its target is assigned no more.
    verdict: "right", "wrong", or "unjudged".  key: which assignment it is, in a program with another line too.
    truths: what it may be, where its name says that: a whole gradient, or a part of one.
    wholes: of those parts, what comes back from all uses in a call, a turn or a class.
    seen: whether the line itself sees what it is the gradient of.
    scales: whether it may be divided by the number of samples later.  excused: whether it is right but for that.
    slack: where its gradient is 0 but for rounding, how far numbers that were rounded may be from it.
    noise: how far its numbers may be off where those are rounded that it is computed from.
    """

    entry: Entry
    of: list[Node]
    base: str
    last: bool
    verdict: str
    key: tuple[int, str, int]
    truths: list[Array] = field(default_factory=list[Array])
    wholes: list[Array] = field(default_factory=list[Array])
    seen: bool = True
    scales: bool = False
    excused: bool = False
    slack: float = 0.0
    noise: float = 0.0

    @property
    def is_of_leaf(self) -> bool:
        """Whether a line gives the gradient of an input, which is of nothing further back."""
        return bool(self.of) and self.of[0].op is None

    def is_right(self, value: Array) -> bool:
        return any(
            same(value, truth, self.noise)
            or (self.slack > 0 and value.size == truth.size and largest_of(value) <= self.slack)
            for truth in self.truths
        )

    def is_mended(self, value: Array) -> bool:
        """Whether a value is all of what a line that is wrong should give."""
        whole = self.truths[: len(self.of)] if self.entry.kind != "share" else self.truths
        mended = any(same(value, truth, self.noise) for truth in (*whole, *self.wholes))
        return mended or (self.slack > 0 and self.is_right(value))


@dataclass(slots=True)
class Judged:
    """A program with its loss and the lines behind it.

    contributions: of edges.  forward: the nodes that the loss is made from.  start: the first node that is made for a
    gradient, perhaps between those of the loss, where a loop adds up both.
    """

    watched: Watched
    loss: Node
    values: list[Value]
    truths: dict[int, Array]
    lines: list[Line]
    contributions: list[Value | None]
    forward: set[int]
    start: int

    def is_behind(self, id: int) -> bool:
        """Whether a node is of the backward half."""
        return id > self.loss.id or (id >= self.start and id not in self.forward)
