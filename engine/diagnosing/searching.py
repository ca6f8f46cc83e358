"""From a wrong claim to the mistake that gives it: every hypothesis is tried, and what fits is ranked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

import numpy as np

from gradlens.engine.advising.advice import label
from gradlens.engine.diagnosing.claims import Claim
from gradlens.engine.diagnosing.class_mistakes import mistakes_at_logits
from gradlens.engine.diagnosing.composed_mistakes import mistakes_at_several_edges, three_forgotten
from gradlens.engine.diagnosing.mistakes import (
    Mistake,
    edge_mistakes,
    nothing,
    times,
    without_upstream,
)
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit, NotApplicable
from gradlens.engine.diagnosing.rule_mistakes import mistakes_of_rule
from gradlens.engine.diagnosing.wording import figure
from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.values import Array, Value

# From the most specific to the most general: of mistakes that fit alike, the first is named.
ORDER = (
    "bias-not-summed",
    "transposed",
    "labels-not-subtracted",
    "softmax-elementwise",
    "statistics-as-constants",
    "missing-path",
    "sign",
    "shifted-labels",
    "power-rule",
    "updated-weights",
    "wrong-axis",
    "sum-not-mean",
    "mean-not-sum",
    "missing-activation-derivative",
    "squared-error-not-cross-entropy",
    "extra-activation-derivative",
    "output-derivative-at-input",
    "wrong-slope",
    "derivative-at-output",
    "logits-not-probabilities",
    "wrong-mask",
    "not-only-largest",
    "missing-upstream",
    "missing-factor",
    "path-factor",
    "scale",
)
NEAR_ONE = 0.02  # a factor no further from 1
SINGLES = 20  # weights that are tried one by one
TRIES = 20_000  # some 20 mistakes at each of a thousand edges


class Search:
    """A reader's claims of gradients, the first wrong one among them, and what may have happened."""

    def __init__(
        self,
        circuit: Circuit,
        base: Backward,
        claims: dict[int, Claim],
        verdicts: dict[int, str],
        truths: list[Value],
        matches: Callable[[Claim, object], bool],
        work: float,
    ):
        self.circuit, self.graph = circuit, circuit.graph
        self.base, self.claims, self.verdicts = base, claims, verdicts
        self.truths, self.matches, self.work = truths, matches, work
        self.settled = {id for id, claim in claims.items() if claim.fits}
        self.alone = alone(self.graph)
        self.whole = self.graph.whole_inputs()
        self.tried = 0
        self.complete = True

    def explain(self, first: Claim) -> list[tuple[Mistake, int]]:
        """Mistakes that give the first wrong claim, best first, each with how many claims speak against it."""
        fitting: dict[tuple[str, int | None], tuple[Mistake, int]] = {}
        edges = self.circuit.edges_above(first.node, self.settled)
        above = {edge.id for edge in edges}
        for mistake in chain(self.hypotheses(first, edges), self.of_three(first, edges, fitting)):
            if self.tried >= TRIES or self.circuit.work > self.work:
                self.complete = False
                break
            self.tried += 1
            try:
                if mistake.values is None and not self.fits(mistake, first, self.gradients(mistake, above)):
                    continue
                gradients = self.gradients(mistake)
            except NotApplicable:
                continue
            if not self.fits(mistake, first, gradients):
                continue
            against = sum(self.speaks_against(mistake, claim, gradients) for claim in self.claims.values())
            key = (mistake.kind, mistake.edge)
            if key not in fitting or fitting[key][1] > against:
                fitting[key] = mistake, against
        return sorted(fitting.values(), key=lambda found: (found[1], ORDER.index(found[0].kind), found[0].distance))

    def gradients(self, mistake: Mistake, within: set[int] | None = None) -> dict[int, Array]:
        """The gradients that a mistake changes, all of them or those that some edges lead to."""
        if mistake.values is None:
            return self.base.planted(mistake.plants, self.settled, within) if mistake.plants else {}

        def settle(id: int, computed: Array) -> Array:
            return self.base.used[id] if id in self.settled else computed

        try:
            return Backward(self.circuit, mistake.values, self.base.seed, mistake.plants).run(settle).computed
        except (ValueError, IndexError):  # shapes that do not fit
            raise NotApplicable from None

    def fits(self, mistake: Mistake, claim: Claim, gradients: dict[int, Array]) -> bool:
        found = gradients[claim.node] if claim.node in gradients else self.base.computed[claim.node]
        if mistake.reported is not None and self.graph.nodes[claim.node].kind == "input":
            found = mistake.reported(claim.node, found)
        return self.matches(claim, found)

    def speaks_against(self, mistake: Mistake, claim: Claim, gradients: dict[int, Array]) -> bool:
        """Whether a claim is not what the mistake would have given."""
        if claim.node not in gradients and mistake.reported is None:
            return self.verdicts[claim.node] == "wrong"
        return not self.fits(mistake, claim, gradients)

    # ------------------------------------------------------------- hypotheses

    def hypotheses(self, first: Claim, edges: list[Edge]) -> Iterator[Mistake]:
        yield from self.reported_updates(first)
        yield from self.on_the_way(edges)
        yield from self.scaled(first, edges)
        yield from self.shifted()
        yield from self.updated(first, edges)
        yield from self.at_other_places(first.node, edges)

    def without_a_claim(self, id: int, edges: list[Edge]) -> Iterator[Mistake]:
        """The mistakes that are known before anybody has claimed anything; what has a factor or a rate is not."""
        yield from self.on_the_way(edges)
        yield from self.shifted()
        yield from self.at_other_places(id, edges)

    def at_other_places(self, id: int, edges: list[Edge]) -> Iterator[Mistake]:
        yield from self.misaligned(edges)
        yield from mistakes_at_logits(self.circuit, self.base, self.truths, id, edges)
        yield from mistakes_at_several_edges(self.circuit, self.base, edges)

    def is_label(self, node: Node) -> bool:
        """Whether a leaf is what a loss compares with: of zeros and ones, of classes, or subtracted from something."""
        array = np.asarray(self.truths[node.id])
        if node.op is not None or array.size < 2:
            return False
        uses = [self.graph.operation(e.target).op for e in self.graph.edges if e.source == node.id and e.argnum == 1]
        return (
            node.name in self.whole
            or bool(np.isin(array, (0.0, 1.0)).all())
            or any(op.family == "loss" or op.name == "sub" for op in uses)
        )

    def on_the_way(self, edges: list[Edge]) -> Iterator[Mistake]:
        """Mistakes at the edges above the node."""
        for distance, edge in enumerate(edges):
            both = edge_mistakes(self.circuit, edge, self.base.values), mistakes_of_rule(self.circuit, edge)
            for mistake in chain(*both):
                mistake.distance = distance
                yield mistake
        for node in dict.fromkeys(edge.source for edge in edges):
            uses = self.circuit.outgoing[node]
            if len(uses) > 1:
                yield Mistake("sign", uses[0].id, {e.id: partial(times, -1.0) for e in uses}, distance=len(edges))
                yield Mistake(
                    "missing-upstream",
                    uses[0].id,
                    dict.fromkeys((e.id for e in uses), without_upstream),
                    distance=len(edges),
                )

    def scaled(self, first: Claim, edges: list[Edge]) -> Iterator[Mistake]:
        """What arrives at a node, times a constant: the one with which the claim comes out, if any does."""
        if not first.fits:
            return
        right, above = self.base.computed[first.node], {edge.id for edge in edges}
        for distance, node in enumerate(dict.fromkeys(edge.source for edge in edges)):
            uses = self.circuit.outgoing[node]
            if self.circuit.work > self.work:
                self.complete = False
                return
            for edge in uses:
                share = self.base.planted({edge.id: partial(times, 2.0)}, self.settled, above)[first.node] - right
                factor = multiple(first, right - share, share)
                if factor is not None:
                    whole = first.matches(factor * right)
                    kind, sentence = ("scale", "scale") if whole else ("path-factor", "scale-path")
                    yield Mistake(
                        kind,
                        edge.id,
                        {edge.id: partial(times, factor)},
                        {"factor": figure(factor)},
                        distance=distance,
                        sentence=sentence,
                    )
        factor = multiple(first, np.zeros(right.shape), right)
        uses = self.circuit.outgoing.get(first.node, ())
        if factor is not None and len(uses) > 1:
            yield Mistake("scale", uses[0].id, {e.id: partial(times, factor) for e in uses}, {"factor": figure(factor)})

    def of_three(
        self, first: Claim, edges: list[Edge], fitting: dict[tuple[str, int | None], tuple[Mistake, int]]
    ) -> Iterator[Mistake]:
        """Three paths forgotten at once, of several values: looked for where nothing plainer gives the claim."""
        right, above = self.base.computed[first.node], {edge.id for edge in edges}
        if fitting or not first.fits or not right.size or not np.isfinite(right - first.value).all():
            return

        def share(edge: Edge) -> Array:
            return self.base.planted({edge.id: nothing}, self.settled, above)[first.node] - right

        yield from three_forgotten(self.circuit, edges, right, first.value, share)

    def misaligned(self, edges: list[Edge]) -> Iterator[Mistake]:
        """A softmax along the wrong axis below the node, whose value the node's gradient was computed from."""
        above = {edge.id for edge in edges}
        for edge in self.circuit.edges:
            if self.graph.operation(edge.target).op.normalises and edge.id not in above:
                for mistake in edge_mistakes(self.circuit, edge, self.base.values):
                    if mistake.values is not None:
                        yield mistake

    def shifted(self) -> Iterator[Mistake]:
        """The labels of another sample, or of the next class."""
        for node in self.graph.nodes:
            if not self.is_label(node) or node.id in self.claims:
                continue
            labels = np.asarray(self.truths[node.id])
            edge = next((e.id for e in self.graph.edges if e.source == node.id), None)
            for axis in range(labels.ndim):
                for by in (1, -1):
                    rolled = np.roll(labels, by, axis)
                    if not np.array_equal(rolled, labels):
                        values = self.circuit.values_after(self.base.values, {node.id: rolled})
                        yield Mistake("shifted-labels", edge, params={"labels": label(node)}, values=values)

    def reported_updates(self, first: Claim) -> Iterator[Mistake]:
        """The updated weight written down as if it were the gradient."""
        if self.graph.nodes[first.node].kind == "input" and first.fits and first.telling:
            weight, gradient = self.truths[first.node], self.base.computed[first.node]
            rate = learning_rate(first, weight, gradient)
            if rate is not None:

                def report(id: int, g: Array, rate: float = rate) -> Array:
                    return np.asarray(self.truths[id]) - rate * g

                yield Mistake("updated-weights", None, params={"rate": figure(rate)}, reported=report)

    def updated(self, first: Claim, edges: list[Edge]) -> Iterator[Mistake]:
        """The gradient computed with weights that were updated already."""
        if not first.fits or not first.telling or not first.apart(self.base.computed[first.node]):
            return
        read = {self.alone[i] for e in edges for i in self.graph.nodes[e.target].inputs}
        inputs = [id for id in self.graph.inputs.values() if id in read]
        weights = [id for id in inputs if not self.is_label(self.graph.nodes[id])]
        # What the node itself is multiplied by may be data. Else all were updated, with the node or without it, or one
        # layer's just before.
        siblings = {
            self.alone[i] for e in self.circuit.outgoing.get(first.node, ()) for i in self.graph.nodes[e.target].inputs
        }
        others = (tuple(id for id in weights if id not in kept) for kept in (siblings - {first.node}, siblings))
        sets = dict.fromkeys([tuple(weights), *others, *((id,) for id in weights[:SINGLES])])
        for updated in sets:
            for rate in self.solved_rate(first, updated):
                yield Mistake(
                    "updated-weights", None, params={"rate": figure(rate)}, values=self.stepped(updated, rate)
                )

    def stepped(self, weights: tuple[int, ...], rate: float) -> list[Value]:
        """The values with some weights after a step against their gradients, and what is made of one of them alone."""
        values = list(self.base.values)
        changed = {id: np.asarray(values[id]) - rate * self.base.computed[id] for id in weights}
        for id, value in enumerate(self.circuit.values_after(values, changed)):
            if self.alone[id] in changed:
                values[id] = value
        return values

    def solved_rate(self, first: Claim, weights: tuple[int, ...]) -> list[float]:
        """The rate, of two digits, at which the gradient comes nearest to the claim, by secant steps; none where none
        does.
        """
        truth, rate = self.base.computed[first.node], 0.01
        with np.errstate(all="ignore"):
            for _ in range(3):
                moved = (
                    self.gradients(Mistake("updated-weights", None, values=self.stepped(weights, rate)))[first.node]
                    - truth
                )
                scale = float(np.sum(moved * moved))
                if scale == 0:
                    return []
                rate *= float(np.sum(moved * (first.value - truth))) / scale
                if not 1e-8 < rate <= 10:
                    return []
        return [float(f"{rate:.2g}")]


def multiple(claim: Claim, rest: Array, share: Array) -> float | None:
    """The factor with which rest + factor * share is the claim.

    A factor of nearly 1 is no mistake of a factor, but numbers that are slightly off.
    One number is a multiple of any other: of it, and where but one is off, the factor must be a small whole number or
      the reciprocal of one.
    """
    if claim.value.shape != share.shape:
        return None
    size = float(np.sum(share * share))
    factor = float(np.sum(share * (claim.value - rest))) / size if size > 0 else math.nan
    if not math.isfinite(factor) or factor == 0 or abs(factor - 1) < NEAR_ONE:
        return None
    if np.count_nonzero(claim.off(rest + share, claim.slack) & (share != 0)) > 1:
        plain = float(f"{factor:.3g}")
        return next((f for f in (plain, factor) if claim.matches(rest + f * share)), None)
    for n in range(2, 11):
        for plain in (n, 1 / n, -n, -1 / n):
            if claim.matches(rest + plain * share):
                return plain
    return None


def learning_rate(claim: Claim, weight: Value, gradient: Array) -> float | None:
    """The rate, of at most two digits, at which the claim is the weight after one step against the gradient."""
    with np.errstate(all="ignore"):
        size = float(np.sum(gradient * gradient))
        rate = float(np.sum((np.asarray(weight) - claim.value) * gradient)) / size if size > 0 else math.nan
    if not 0 < rate <= 10:
        return None
    for digits in (1, 2):
        plain = float(f"{rate:.{digits}g}")
        stepped = np.asarray(weight) - plain * gradient
        # The step must show in the digits, or any weight would be one that was updated.
        if claim.matches(stepped) and not claim.matches(weight):
            return plain
    return None


def alone(graph: Graph) -> list[int | None]:
    """For each node the one input that it is made of, as of a reshaped weight; None where there are several or none."""
    found: list[int | None] = []
    for node in graph.nodes:
        leaves = {found[i] for i in node.inputs if graph.nodes[i].kind != "constant"}
        found.append(node.id if node.kind == "input" else leaves.pop() if len(leaves) == 1 else None)
    return found
