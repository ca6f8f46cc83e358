"""A reader's numbers beside the right ones: which are right, which follow from an error, which is wrong first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.diagnosing.claims import Claim
from gradlens.engine.diagnosing.mistakes import (
    Mistake,
    along_other_axes,
)
from gradlens.engine.diagnosing.noise import (
    MOST_EDGES,
    Noise,
    coarse_noise,
    gradient_noise,
    value_noise,
)
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit
from gradlens.engine.diagnosing.searching import Search, learning_rate, multiple
from gradlens.engine.diagnosing.wording import figure
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Operation
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Value, size_of

Found = list[tuple[Mistake, int]]

ROUNDED_PLACES = 4  # what is written by hand
ROUNDED_ERROR = 0.1  # of the largest element: beyond it rounding is no excuse


class Compared:
    """Claims by node, with a verdict each. first: the first that is wrong by itself."""

    def __init__(self, circuit: Circuit, claims: Iterable[Claim], truths: dict[int, Array]):
        self.circuit = circuit
        self.claims = {claim.node: claim for claim in claims}
        self.truths = truths
        self.verdicts: dict[int, str] = {}
        self.from_rounded = False  # whether a claim is right only as the figures are that it was computed from
        self._noise: Callable[[int], Noise] | None = None
        self.blur = 0.0  # relative, of what is computed from a wrong claim, for the digits in which that is written

    def settle(self, id: int, computed: Array) -> Array:
        """Judge a node's claim, and say with which number the reader went on."""
        claim = self.claims.get(id)
        if claim is None:
            return computed
        truth = self.truths[id]
        if claim.equals(truth) or claim.equals(truth, self.noise(id)):
            self.verdicts[id] = "right"
        elif self.matches(claim, truth):
            self.verdicts[id] = "rounding"
        elif self.first is None and self.rounded(claim):
            self.verdicts[id], self.from_rounded = "rounding", True
        elif self.matches(claim, computed, self.blur):
            self.verdicts[id] = "follows"
        else:
            self.verdicts[id] = "wrong"
        if self.verdicts[id] in ("right", "rounding"):
            return truth
        if not claim.fits:
            return computed
        largest = float(np.max(np.abs(claim.value), initial=0.0))
        if np.isfinite(largest) and largest > 0:
            self.blur = max(self.blur, float(np.max(claim.slack, initial=0.0)) / largest)
        return claim.value

    def matches(self, claim: Claim, truth: object, blur: float = 0.0) -> bool:
        """Whether a claim is `truth` within its digits, or else within what rounding does."""
        return claim.matches(truth, None, blur) or claim.matches(truth, self.noise(claim.node), blur)

    def off(self, claim: Claim, truth: Array) -> NDArray[np.bool_]:
        """Where a claim is not the truth, by the same measure."""
        off = claim.off(truth, claim.slack)
        return claim.off(truth, claim.slack, self.noise(claim.node)) if off.any() else off

    def noise(self, id: int) -> Noise:
        """What rounding does to a node's truth."""
        if self._noise is None and len(self.circuit.graph.edges) <= MOST_EDGES:
            # A number that was moved may choose no element.
            with suppress(EngineError, ValueError, IndexError):
                self._noise = self.measured()
        return coarse_noise(self.truths[id]) if self._noise is None else self._noise(id)

    def measured(self) -> Callable[[int], Noise]:
        raise NotImplementedError

    def expected(self, claim: Claim) -> Array:
        """What the reader would have, but for the mistakes in the claim itself."""
        raise NotImplementedError

    def rounded(self, claim: Claim) -> bool:
        """Whether a claim is right but for the rounding of others that it was computed from."""
        raise NotImplementedError

    @property
    def first(self) -> Claim | None:
        return next((self.claims[id] for id, verdict in self.verdicts.items() if verdict == "wrong"), None)


class Values(Compared):
    """Claims of values, in forward order. used: the values that the reader went on with."""

    def __init__(self, circuit: Circuit, trace: Trace, claims: Iterable[Claim]):
        claims = list(claims)
        super().__init__(circuit, claims, {c.node: np.asarray(trace.values[c.node], dtype=np.float64) for c in claims})
        self.trace = trace
        self.used: list[Value] = list(trace.values)
        self.computed: dict[int, Array] = {}
        for id in sorted(self.claims):
            self.computed[id] = np.asarray(self.used[id], dtype=np.float64)
            settled = self.settle(id, self.computed[id])
            if self.verdicts[id] in ("wrong", "follows") and trace.graph.nodes[id].op is not None:
                self.used = circuit.values_after(self.used, {id: settled})

    def measured(self) -> Callable[[int], Noise]:
        return value_noise(self.circuit, self.trace.values)

    def rounded(self, claim: Claim) -> bool:
        return False  # a value's own digits are all that is known

    def expected(self, claim: Claim) -> Array:
        return self.computed[claim.node]

    def explain(self, claim: Claim) -> Found:
        """What gives the first wrong value: a mistake of its own op, or an update of the weight."""
        right = self.expected(claim)
        node = self.trace.graph.nodes[claim.node]
        if node.op is None:
            return self.update(claim)
        edges = [e for e in self.trace.graph.edges if e.target == node.id]
        edge = min(edges, key=lambda e: e.argnum).id
        found: Found = []
        for kind, value, params in self.mistaken(node, right):
            if self.matches(claim, value):
                found.append((Mistake(kind, edge, params=params), 0))
        factor = multiple(claim, np.zeros(right.shape), right)
        if factor is not None:
            found.append((Mistake("scale", edge, params={"factor": figure(factor)}), 0))
        return found

    def update(self, claim: Claim) -> Found:
        gradient = self.trace.nodes[claim.node].gradient
        rate = None
        if claim.fits and claim.telling and gradient is not None:
            rate = learning_rate(claim, self.truths[claim.node], np.asarray(gradient))
        if rate is None:
            return []
        for id, other in self.claims.items():
            node = self.trace.nodes[id]
            if (
                self.verdicts[id] == "wrong"
                and other is not claim
                and node.op == "input"
                and other.matches(node.value - rate * np.asarray(node.gradient))
            ):
                self.verdicts[id] = "follows"
        return [(Mistake("updated-weights", None, params={"rate": figure(rate)}), 0)]

    def mistaken(self, node: Operation, right: Array) -> Iterator[tuple[str, Array, dict[str, str | float]]]:
        op, inputs = node.op, [np.asarray(self.used[i], dtype=np.float64) for i in node.inputs]
        yield "sign", -right, {}
        if right.ndim == 2:
            yield "transposed", right.T, {}
        if op.product and all(x.ndim == 2 for x in inputs[:2]):
            x, y = inputs[:2]
            rest = inputs[2] if op.product[2:] else 0.0
            for a, b in ((x.T, y), (x, y.T), (x.T, y.T)):
                if a.shape[1] == b.shape[0] and (a.shape[0], b.shape[1]) == right.shape:
                    yield "transposed", a @ b + rest, {}
        for _, value in along_other_axes(node, inputs):
            yield "wrong-axis", value, {"function": op.name}
        whole = size_of(inputs[0].shape)
        counts = {whole // max(size_of(right.shape), 1), inputs[0].shape[0] if inputs[0].shape else 1}
        for count in sorted(counts - {0, 1}):
            if op.averages:
                yield "sum-not-mean", right * count, {"count": count}
            elif op.name == "sum":
                yield "mean-not-sum", right / count, {"count": count}
        if op.normalises:
            yield "missing-activation-derivative", inputs[0], {"function": op.name}


class Gradients(Compared):
    """Claims of gradients, in backward order. base: the pass as the reader went through it, their numbers in place."""

    def __init__(self, circuit: Circuit, trace: Trace, claims: Iterable[Claim], values: list[Value], work: float):
        truths = {
            node.id: np.zeros(node.shape) if node.gradient is None else np.asarray(node.gradient, dtype=np.float64)
            for node in trace.nodes
        }
        super().__init__(circuit, claims, truths)
        self.trace, self.work = trace, work
        seed = np.asarray(trace.seed, dtype=np.float64)
        self.values, self.seed = values, seed
        self.base = Backward(circuit, values, seed).run(self.settle)

    @cached_property
    def by_hand(self) -> list[Backward]:
        """The pass on with the numbers as they were written, and with every number rounded to so many places."""
        graph, claims = self.circuit.graph, self.claims

        def written(id: int, computed: Array) -> Array:
            return claims[id].value if id in claims and claims[id].fits else computed

        passes = [Backward(self.circuit, self.values, self.seed).run(written)]
        for places in sorted({c.places for c in claims.values() if c.places and c.places <= ROUNDED_PLACES}):
            short: list[Value] = [
                np.round(v, places) if graph.nodes[id].op is not None else v for id, v in enumerate(self.values)
            ]
            for values in (self.values, short):
                if self.circuit.work < self.work:

                    def rounded(id: int, g: Array, places: int = places) -> Array:
                        return np.round(g, places)

                    passes += [Backward(self.circuit, values, self.seed).run(rounded)]
        return passes

    def rounded(self, claim: Claim) -> bool:
        truth, largest = self.truths[claim.node], float(np.max(np.abs(self.truths[claim.node]), initial=0.0))
        if not claim.fits or not (np.abs(claim.value - truth) <= ROUNDED_ERROR * largest).all():
            return False
        return any(claim.matches(passed.computed[claim.node]) for passed in self.by_hand)

    def measured(self) -> Callable[[int], Noise]:
        return gradient_noise(self.circuit, self.trace.values, self.seed)

    def expected(self, claim: Claim) -> Array:
        return self.base.computed[claim.node]

    def explain(self, first: Claim) -> tuple[Found, Search]:
        """Mistakes that give the first wrong claim, best first. What the best one explains follows from it."""
        search = Search(self.circuit, self.base, self.claims, self.verdicts, self.trace.values, self.matches, self.work)
        found = search.explain(first)
        if found:
            best, _ = found[0]
            gradients = search.gradients(best)
            for id, claim in self.claims.items():
                if (
                    claim is not first
                    and self.verdicts[id] == "wrong"
                    and not search.speaks_against(best, claim, gradients)
                ):
                    self.verdicts[id] = "follows"
        return found, search
