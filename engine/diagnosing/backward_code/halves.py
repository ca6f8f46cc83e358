"""What the backward half of a program differentiates, and where it begins."""

from __future__ import annotations

from dataclasses import dataclass

from gradlens.engine.diagnosing.backward_code.line_meanings import lines_of
from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.outputs.backward_half import half_of, loss_of, number_of_shares, upstream_of
from gradlens.engine.language.outputs.gradient_names import LOSSES


@dataclass(frozen=True, slots=True)
class Differentiated:
    """What a backward half differentiates: its name, its node and the upstream gradient there, where one is given.

    begins, ends: the half's lines in the journal.  first: the first node that is made inside of it, where it begins
    with values that are given.  total: the loss, where `loss` is a part of it and the half begins before the others.
    """

    name: str
    loss: Node
    upstream: Node | None
    begins: int
    ends: int | None
    first: int = 0
    total: Node | None = None

    def losses(self, watched: Watched) -> tuple[Node, Node]:
        """What the lines in functions differentiate, and what the others do."""
        if self.total is None:
            return self.loss, self.loss
        return (self.total if is_term(self.loss, self.total, watched.graph) else self.loss), self.total


def differentiated_half(watched: Watched, loss_at: tuple[str, int] | None) -> tuple[Node, Node | None, int] | None:
    """What the backward half of a program differentiates, the upstream gradient there where one is given, and where it
    begins in the journal.
    """
    graph, journal, text = watched.graph, watched.journal, watched.syntax.text
    if (given := given_loss(watched, loss_at)) is not None:
        found = loss_of(graph, journal, watched.returns, text, given)
        return None if found is None else (found[0], None, found[1])
    if (added := number_of_shares(graph, journal)) is not None:
        return added[0], None, added[1]
    half = half_of(graph, journal, watched.returns, text, watched.last, watched.chosen, strict=False)
    return upstream_of(graph, journal, text) if half is None else (half.loss, None, half.begins)


def total_of(watched: Watched, loss: Node, begins: int) -> Node | None:
    """What a loss is a part of, where that is made behind the first gradients: data_loss + penalty, or the sum over
    samples of what a function gives with its gradients.
    """
    graph = watched.graph
    inside = any(e.node.id == loss.id and e.function for e in (*watched.journal, *[e for _, e in watched.returns]))
    found: Node | None = None
    for entry in watched.journal[begins:]:
        is_named = entry.node.shape == () and entry.node.id > loss.id and LOSSES.fullmatch(entry.name)
        outer = inside and not entry.function and is_named and loss.id in graph.reaching(entry.node.id)
        if outer or (is_named and is_term(loss, entry.node, graph)):
            found = entry.node
    if found is None:
        return None
    written = {line.entry.node.id for line in lines_of(watched, loss, begins, None) if line.of}
    return None if written & graph.reaching(found.id) else found


def is_term(loss: Node, total: Node, graph: Graph) -> bool:
    """Whether a node is added to others, once, to make another one."""
    pending, count = [total], 0
    while pending:
        node = pending.pop()
        if node.id == loss.id:
            count += 1
        elif node.id > loss.id and node.op is not None and node.op.name in ("add", "identity"):
            pending += [graph.nodes[i] for i in node.inputs]
    return count == 1 and loss.id != total.id


def given_loss(watched: Watched, loss_at: tuple[str, int] | None) -> Node | None:
    """The node of a loss that is known by its kind and line."""
    if loss_at is None:
        return None
    kind, line = loss_at
    nodes = [n for n in watched.graph.nodes if n.kind == kind and getattr(n.place, "lineno", -1) == line]
    return nodes[-1] if nodes else None
