"""Questions whose wrong answers are known beforehand: every mistake is made once, and the number it gives is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Unpack

import numpy as np

from gradlens.engine.diagnosing.answers import Diagnosis
from gradlens.engine.diagnosing.claims import Claim
from gradlens.engine.diagnosing.diagnosis import SHARE, worded
from gradlens.engine.diagnosing.mistakes import UNFUSED, Mistake
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit, NotApplicable
from gradlens.engine.diagnosing.searching import ORDER, Search
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.language.syntax import normal_name
from gradlens.engine.program import Building, Program, subject
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Value

ASKED = re.compile(r"([^\[\]]+?)\s*(?:\[([\d\s,]*)\])?")
MOST_ASKED = 40  # questions of one program
DRAWS = 12  # other numbers that are tried where some hide a mistake
MOST_VARIANTS = 1000
DIGITS = 3  # significant, of a number that is drawn
FURTHER = 3  # of what small whole numbers are moved by: 1 is not always 1
WIDEST = (0.4, 1.8)  # of what a number is multiplied by when another is drawn

# What nobody would do where nothing is compared with labels.
OF_CROSS_ENTROPY = {
    "labels-not-subtracted",
    "softmax-elementwise",
    "logits-not-probabilities",
    "squared-error-not-cross-entropy",
}

Key = tuple[str, int | None, str]  # kind, edge and sentence of a mistake


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A number that is not the right one, and the mistakes that give it, the most specific first."""

    value: float
    mistakes: list[Diagnosis]


@dataclass(frozen=True, slots=True)
class Question:
    """One number of a gradient.

    asked: as it was asked for.  symbol: ∂output/∂name, with the place of an element.  tolerance: absolute.
    hidden: mistakes that give the right number here, and another one for other inputs.
    """

    asked: str
    symbol: str
    node: int
    index: tuple[int, ...]
    right: float
    tolerance: float
    wrong: list[WrongAnswer]
    hidden: list[Diagnosis]


@dataclass(frozen=True, slots=True)
class Exam:
    """The questions about one program with one set of inputs.

    trace: the run with them.
    offered: inputs with which fewer mistakes hide behind a right answer; None where none do, or none were found.
    complete: whether every mistake was tried.
    """

    trace: Trace
    inputs: dict[str, Value]
    questions: list[Question]
    offered: dict[str, Value] | None
    complete: bool


@dataclass(slots=True)
class Planted:
    """All mistakes of one run: by question, the number that each gives."""

    trace: Trace
    right: list[float]
    given: list[dict[Key, tuple[float, Mistake, Array]]]
    complete: bool = True
    places: list[tuple[int, tuple[int, ...]]] = field(default_factory=list[tuple[int, tuple[int, ...]]])


Others = list[tuple[dict[str, Value], "Planted"]]


def examine(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    asked: Sequence[str] = (),
    tolerance: float = 0.001,
    variants: int = 1,
    draw: int = 1,
    **building: Unpack[Building],
) -> list[Exam]:
    """Questions about gradients, each with its right number and with what every known mistake would give instead.

    asked: names of nodes, of an array with an index ("W[0, 1]"); all inputs that are no labels where it is empty, of an
    array the element with the largest gradient.  tolerance: relative; where two numbers are nearer than twice that,
    they are one answer.  variants: how many sets of numbers are asked about, the program's own first; fewer where none
    are found with which everything is finite.  draw: the same number draws the same sets.
    Errors: those of `trace`, unknown-node, exam-index, exam-number, exam-questions.
    """
    program, given = subject(program, inputs, building)
    own = planted(program, given, asked)
    asked = asked_as(own)

    def run_with(seed: int) -> Iterator[tuple[dict[str, Value], Planted]]:
        found = drawn_inputs(program, own.trace, seed)
        if found is not None:
            yield found, planted(program, found, asked)

    others = [pair for seed in range(DRAWS) for pair in run_with(seed)]
    more = [found for k in range(1, variants) for _, found in run_with(DRAWS + MOST_VARIANTS * draw + k)]
    return [exam_of(program, one, asked, tolerance, others) for one in (own, *more)]


def exam_of(program: Program, own: Planted, asked: Sequence[str], tolerance: float, others: Others) -> Exam:
    """The questions of one run.  others: what the same mistakes give for other numbers."""
    drawn_runs = [other for _, other in others]
    questions = [question(own, k, name, tolerance, drawn_runs) for k, name in enumerate(asked)]
    hidden = hiding(own, tolerance, drawn_runs)
    best = min(others, key=lambda other: hiding(other[1], tolerance, drawn_runs), default=None) if hidden else None
    offered = best[0] if best and hiding(best[1], tolerance, drawn_runs) < hidden else None
    values = {name: own.trace.values[id] for name, id in program.graph.inputs.items()}
    return Exam(own.trace, values, questions, offered, own.complete)


def planted(program: Program, given: Mapping[str, Value], asked: Sequence[str]) -> Planted:
    """Make every mistake above what is asked for."""
    trace = program.run(given)
    circuit = Circuit(program.graph)
    values = list(trace.values)
    base = Backward(circuit, values, np.asarray(trace.seed, dtype=np.float64)).run(lambda _, computed: computed)
    search = Search(circuit, base, {}, {}, values, lambda _, __: False, SHARE * program.limits.flops)
    places = [place_of(program, base, name) for name in asked] or default_places(program, base, search)
    if len(places) > MOST_ASKED:
        raise EngineError("exam-questions", count=len(places), limit=MOST_ASKED)
    found = Planted(trace, [float(base.computed[id][at]) + 0.0 for id, at in places], [], places=places)
    for name, right in zip(asked_as(found), found.right):
        if not np.isfinite(right):
            raise EngineError("exam-number", name=name)
    by_node: dict[int, dict[Key, tuple[Array, Mistake]]] = {}
    for id, at in places:
        if id not in by_node:
            by_node[id] = dict(mistaken(search, id, found))
        found.given.append({key: (float(g[at]), mistake, g) for key, (g, mistake) in by_node[id].items()})
    return found


def mistaken(search: Search, id: int, found: Planted) -> Iterator[tuple[Key, tuple[Array, Mistake]]]:
    """The gradient at a node that each mistake gives, of the same shape and of finite numbers."""
    right = search.base.computed[id]
    graph = search.graph
    compares = any(node.op is not None and (node.op.fuses or node.kind in UNFUSED) for node in graph.nodes)
    for mistake in search.without_a_claim(id, search.circuit.edges_above(id, set())):
        if search.circuit.work > search.work:
            found.complete = False
            return
        if not compares and mistake.kind in OF_CROSS_ENTROPY:
            continue
        if mistake.kind == "extra-activation-derivative" and not applies_activation(graph, mistake.edge):
            continue
        try:
            gradient = np.asarray(search.gradients(mistake).get(id, right))
        except NotApplicable:
            continue
        if gradient.shape == right.shape and np.isfinite(gradient).all():
            yield (mistake.kind, mistake.edge, mistake.sentence), (gradient, mistake)


def applies_activation(graph: Graph, edge: int | None) -> bool:
    return edge is not None and graph.operation(graph.edges[edge].target).op.activates


def question(own: Planted, k: int, asked: str, tolerance: float, others: Sequence[Planted]) -> Question:
    id, at = own.places[k]
    right = own.right[k]
    near = float(f"{tolerance * abs(right) or tolerance:.3g}")  # is read by people
    wrong: list[WrongAnswer] = []
    hidden: list[Diagnosis] = []
    ordered = sorted(own.given[k].items(), key=lambda item: ORDER.index(item[0][0]))
    for key, (value, mistake, gradient) in ordered:
        claim = Claim(
            own.trace.graph.nodes[id].name or asked, id, "gradient", gradient, np.zeros(gradient.shape), None, 0.0, True
        )
        told = worded(own.trace, claim, np.asarray(own_gradient(own, id)), at, mistake, 0)
        if abs(value - right) <= 2 * near:
            is_new = told.diagnosis not in {one.diagnosis for one in hidden}
            if is_new and any(tells(other, k, key, tolerance) for other in others):
                hidden.append(told)
            continue
        same = next((one for one in wrong if abs(one.value - value) <= 2 * near), None)
        if same is None:
            wrong.append(WrongAnswer(value, [told]))
        elif told.diagnosis not in {one.diagnosis for one in same.mistakes}:
            same.mistakes.append(told)
    return Question(asked, symbol_of(own.trace, id, at), id, at, right, near, wrong, hidden)


def own_gradient(own: Planted, id: int) -> Value:
    gradient = own.trace.nodes[id].gradient
    assert gradient is not None
    return gradient


def tells(other: Planted, k: int, key: Key, tolerance: float) -> bool:
    """Whether a mistake gives another number than the right one."""
    right = other.right[k]
    return key in other.given[k] and abs(other.given[k][key][0] - right) > 2 * (tolerance * abs(right) or tolerance)


def hiding(found: Planted, tolerance: float, others: Sequence[Planted]) -> int:
    """How many mistakes give the right number, of those that do not always."""
    return sum(
        not tells(found, k, key, tolerance) and any(tells(other, k, key, tolerance) for other in others)
        for k, given in enumerate(found.given)
        for key in given
    )


def place_of(program: Program, base: Backward, asked: str) -> tuple[int, tuple[int, ...]]:
    """The node and the element that are asked for.  Errors: unknown-node, exam-index."""
    parts = ASKED.fullmatch(asked.strip())
    name = normal_name(parts[1] if parts else asked)
    id = program.graph.names.get(name)
    if id is None:
        raise EngineError("unknown-node", name=name)
    shape = program.graph.nodes[id].shape
    if 0 in shape:
        raise EngineError("exam-number", name=name)
    if parts is None or parts[2] is None:
        return id, largest(base.computed[id])
    index = tuple(int(number) for number in parts[2].split(",") if number.strip())
    if len(index) != len(shape) or any(i >= n for i, n in zip(index, shape)):
        raise EngineError("exam-index", name=name, index=f"[{', '.join(map(str, index))}]", shape=shape)
    return id, index


def default_places(program: Program, base: Backward, search: Search) -> list[tuple[int, tuple[int, ...]]]:
    graph = program.graph
    kept = [
        id
        for name, id in graph.inputs.items()
        if name not in graph.assumptions and 0 not in graph.nodes[id].shape and not search.is_label(graph.nodes[id])
        if graph.names.get(name) == id  # its name is no later value's
    ]
    return [(id, largest(base.computed[id])) for id in kept[:MOST_ASKED]]


def largest(gradient: Array) -> tuple[int, ...]:
    """The place of the element that is largest in size."""
    with np.errstate(all="ignore"):
        return tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape))


def asked_as(found: Planted) -> list[str]:
    """What is asked for, each with its place."""
    names = {id: name for name, id in found.trace.graph.names.items()}
    return [f"{names[id]}{place_text(at)}" for id, at in found.places]


def symbol_of(trace: Trace, id: int, at: tuple[int, ...]) -> str:
    graph = trace.graph
    return f"∂{graph.nodes[graph.output].name or 'L'}/∂{graph.nodes[id].name or id}{place_text(at)}"


def place_text(at: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, at))}]" if at else ""


def drawn_inputs(program: Program, trace: Trace, seed: int) -> dict[str, Value] | None:
    """Other numbers of the same kind for the inputs: whole ones stay whole, labels and what decides the graph stay.

    None where no such numbers were found with which everything is finite.
    """
    graph = program.graph
    search = Search(Circuit(graph), Backward(Circuit(graph), [], np.zeros(())), {}, {}, list(trace.values), never, 0.0)
    random = np.random.default_rng(seed)
    for width in (1.0, 0.5, 0.25):
        found = {
            name: trace.values[id]
            if name in graph.assumptions or name in graph.looked or search.is_label(graph.nodes[id])
            else drawn(np.asarray(trace.values[id], dtype=np.float64), random, width)
            for name, id in graph.inputs.items()
        }
        run = program.run(found)
        if all(np.isfinite(value).all() for value in run.values):
            return found
    return None


def never(claim: Claim, truth: object) -> bool:
    return False


def drawn(array: Array, random: np.random.Generator, width: float) -> Value:
    """Numbers of about the same size and the same sign; 0 becomes a number below 1, but among whole numbers."""
    low, high = (1 + width * (factor - 1) for factor in WIDEST)
    moved = np.where(array == 0, random.uniform(-1, 1, array.shape), array * random.uniform(low, high, array.shape))
    if np.array_equal(array, np.round(array)) and np.any(array):
        more = random.integers(0, FURTHER + 1, array.shape)
        rounded = np.where(array == 0, 0.0, np.sign(array) * np.maximum(np.round(np.abs(moved)) + more, 1))
    else:
        rounded = np.array([float(f"{value:.{DIGITS}g}") for value in moved.ravel()]).reshape(array.shape)
    return float(rounded) if array.ndim == 0 else rounded
