"""How layers behave in a network that is trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gradlens.engine.graph import Graph, Node, Operation
from gradlens.engine.values import Shape

Mode = Literal["train", "measure", "evaluate"]


@dataclass(slots=True)
class Behaviour:
    """How a program's layers behave.

    mode: "train"; "measure", without dropout; or "evaluate", where also the means and variances of batches are inputs.
    seed: of first weights.  dropout_seed: of the first dropout; each has another.
    dropouts: how many there are.  statistics: the names of nodes that are means and variances of batches, and their
      shapes.  parameters: the inputs that layers have; frozen: those that are not trained.
    """

    mode: Mode
    seed: int = 0
    dropout_seed: int = 0
    dropouts: int = 0
    statistics: dict[str, Shape] = field(default_factory=dict[str, Shape])
    parameters: list[Node] = field(default_factory=list[Node])
    frozen: list[Node] = field(default_factory=list[Node])

    def begin(self) -> None:
        """Before a program is built, which may be more than once."""
        self.dropouts, self.statistics, self.parameters, self.frozen = 0, {}, [], []

    def learns(self, node: Node) -> None:
        """Note an input that is a parameter."""
        if node.op is None:
            self.parameters.append(node)

    def require(self, node: Node, wanted: bool) -> None:
        """Note whether a parameter is trained."""
        self.frozen = [one for one in self.frozen if one is not node] + ([] if wanted else [node])

    def next_dropout(self) -> int:
        """The seed of the next dropout."""
        self.dropouts += 1
        return self.dropout_seed + self.dropouts

    def spread(self, graph: Graph) -> None:
        """Give each call of F.dropout a seed of its own, as each layer of dropout has."""
        for node in graph.nodes:
            if (
                isinstance(node, Operation)
                and node.kind == "dropout"
                and not node.options["seed"]
                and node.options["train"]
            ):
                node.options, node.use = {**node.options, "seed": self.next_dropout()}, None
