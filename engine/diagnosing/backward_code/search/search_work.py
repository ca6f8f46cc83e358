"""What the search for a repair may cost: counted, so that a program gets the same answer on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlens.engine.diagnosing.backward_code.watching import Watched

# All that is tried for one program, in nodes of a run: some 55 µs each, to build a node and to compare its value.
MOST = 24_000
REPLAYED = 0.1  # to carry out one line or op again
FORM = 4  # to write another form of a line
# What takes as long as one node of a run.
SYNTAX, STEPS, ELEMENTS, FLOPS = 8, 100, 5_000, 1e6


@dataclass(slots=True)
class SearchWork:
    """The work that is done.  tried: how many forms of lines."""

    done: float = 0.0
    tried: int = 0

    @property
    def is_spent(self) -> bool:
        return self.done > MOST

    def form(self) -> None:
        """Charge one other form of a line."""
        self.tried += 1
        self.done += FORM

    def run(self, watched: Watched) -> None:
        """Charge one run of a program."""
        self.done += len(watched.graph.nodes) + len(watched.statements) / SYNTAX + watched.steps / STEPS + size(watched)

    def replayed(self, steps: int, watched: Watched) -> None:
        """Charge lines and ops that are carried out again."""
        self.done += steps * (REPLAYED + size(watched) / max(1, len(watched.graph.nodes)))


def size(watched: Watched) -> float:
    graph = watched.graph
    return graph.elements / ELEMENTS + graph.forward_flops / FLOPS
