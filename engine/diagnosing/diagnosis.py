"""Whose gradient is wrong: a reader's numbers against the right ones, and the mistake that gives theirs.

A mistake is found by making it: the backward pass is run with it planted, on the reader's own upstream gradients, and
compared with what the reader claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import numpy as np

from gradlens.engine.advising.advice import label
from gradlens.engine.diagnosing.answers import Checked, Diagnosed, Diagnosis, FirstWrong
from gradlens.engine.diagnosing.claims import Claim, read_claims
from gradlens.engine.diagnosing.code_diagnosis import diagnose_code, is_code
from gradlens.engine.diagnosing.comparing import Compared, Gradients, Values
from gradlens.engine.diagnosing.formulas import formula_value
from gradlens.engine.diagnosing.mistakes import Mistake
from gradlens.engine.diagnosing.pasted_claims import claims_of_text
from gradlens.engine.diagnosing.planted_passes import Circuit
from gradlens.engine.diagnosing.wording import KINDS, figure, figures
from gradlens.engine.errors import EngineError, filled
from gradlens.engine.language.syntax import normal_name
from gradlens.engine.program import Building, Program, subject
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array

PASSES = 14  # with the numbers as they are, moved and rounded; and the reader's own
SHARE = 0.25  # of the work that is allowed, for the trials; the passes themselves come before


@np.errstate(all="ignore")
def diagnose(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    gradients: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
    text: str = "",
    code: str | None = None,
    seed: object = None,
    **building: Unpack[Building],
) -> Diagnosed:
    """Find the first wrong claim, values in forward order before gradients in backward order, and name the mistake.

    gradients, values: claims by the name of a node: numbers, nested lists, text as NumPy or PyTorch print it, or a
    formula in the program's names.  text: claims of gradients as they were printed, each with its name, or code.
    code: a backward half that goes on where the program ends, or "" where the program holds it itself; that is also
    looked for where nothing is claimed.
    Errors: those of `trace`, no-claims, diagnosis-visits, unknown-node, claim-*, claims-*, input-ragged, too-many-axes.

    >>> gradlens.diagnose("y = 5 * x ** 3", {"x": 2.0}, gradients={"x": "12."}).diagnosis
    'missing-upstream'
    """
    program, given = subject(program, inputs, building)
    limits = program.limits
    if code is None and not gradients and not values:
        code = text if is_code(text, program.graph) else None if text.strip() else ""
        if code == "" and (found := diagnose_code(program, given, "")) is not None:
            return found
        if not code and not text.strip():
            raise EngineError("no-claims")
    if code is not None:
        found = diagnose_code(program, given, code)
        if found is None:
            raise EngineError("no-backward-half")
        return found
    pasted = claims_of_text(text, program.graph)
    for name in gradients or {}:
        if normal_name(name) in pasted:
            raise EngineError("claim-repeated", name=name)
    nodes = len(program.graph.nodes)
    if PASSES * nodes > limits.visits:
        raise EngineError(
            "diagnosis-visits", passes=PASSES, nodes=nodes, count=PASSES * nodes, limit=int(limits.visits)
        )
    trace = program.run(given, seed=seed)

    def formula(text: str, name: str) -> tuple[Array, float] | None:
        return formula_value(text, name, trace)

    stated = read_claims(program.graph, "value", values or {}, formula)
    claims = read_claims(program.graph, "gradient", {**(gradients or {}), **pasted}, formula)
    circuit = Circuit(program.graph)
    forward = Values(circuit, trace, stated)
    backward = Gradients(circuit, trace, claims, forward.used, SHARE * limits.flops)
    answer = Diagnosed(ok=True)
    if (first := forward.first) is not None:
        answer = told(trace, forward, first, forward.explain(first))
    elif (first := backward.first) is not None:
        found, search = backward.explain(first)
        answer = told(trace, backward, first, found)
        answer.tried, answer.complete = search.tried, search.complete
    answer.checked = [checked(c, claim) for c in (forward, backward) for claim in c.claims.values()]
    answer.checked.sort(key=lambda c: (c.kind == "gradient", -c.node if c.kind == "gradient" else c.node))
    if answer.ok and any(c.verdict == "rounding" for c in answer.checked):
        answer.sentence = "rounded-figures" if backward.from_rounded else "rounding"
        answer.explanation = KINDS[answer.sentence]
    return answer


def told(trace: Trace, compared: Compared, first: Claim, found: list[tuple[Mistake, int]]) -> Diagnosed:
    """The answer about the first wrong claim, in words."""
    right = compared.expected(first)
    place, _ = furthest(compared, first, right)
    best, *others = [worded(trace, first, right, place, *f) for f in found or [(Mistake("unknown", None), 0)]]
    wrong = FirstWrong(first.node, first.name, first.kind)
    return Diagnosed(False, wrong, best.diagnosis, best.sentence, best.edge, best.explanation, best.params, others)


def worded(
    trace: Trace, claim: Claim, right: Array, index: tuple[int, ...], mistake: Mistake, unexplained: int
) -> Diagnosis:
    graph = trace.graph
    symbol = claim.name if claim.kind == "value" else f"∂{graph.nodes[graph.output].name or 'L'}/∂{claim.name}"
    params: dict[str, str | float] = {}
    if claim.value.shape == right.shape:
        params["node"] = f"{symbol}[{', '.join(map(str, index))}]" if index else symbol
        params["claimed"], params["right"] = figures(float(claim.value[index]), float(right[index]))
    else:
        params["node"] = symbol
        params["claimed"], params["right"] = of_shape(claim.value), of_shape(right)
    if mistake.edge is not None:
        edge = graph.edges[mistake.edge]
        params |= {"source": label(graph.nodes[edge.source]), "target": label(graph.nodes[edge.target])}
    params |= mistake.params
    sentence = mistake.sentence or mistake.kind
    return Diagnosis(mistake.kind, sentence, mistake.edge, filled(KINDS[sentence], params), params, unexplained)


def of_shape(array: Array) -> str:
    """An array in a sentence: its numbers where they are few, else its shape."""
    if array.ndim > 1 or not 0 < array.size <= 4:
        return f"({' × '.join(map(str, array.shape))})"
    return figure(float(array)) if array.ndim == 0 else f"[{', '.join(map(figure, array.tolist()))}]"


def furthest(compared: Compared, claim: Claim, right: Array) -> tuple[tuple[int, ...], float]:
    """The place of the element that is furthest off, of those that are wrong if any is, and its error relative to the
    larger of both.
    """
    if claim.value.shape != right.shape:
        return (), np.inf
    if not right.size:
        return (), 0.0
    size = np.maximum(np.abs(right), np.abs(claim.value))
    error = np.abs(claim.value / 2 - right / 2) / size * 2  # halves: the difference itself may overflow
    error = np.where(
        (claim.value == right) | (np.isnan(claim.value) & np.isnan(right)),
        0.0,
        np.where(np.isnan(error), np.inf, error),
    )
    wrong = compared.off(claim, right)
    place = np.unravel_index(np.argmax(np.where(wrong, error, -1.0) if wrong.any() else error), error.shape)
    return tuple(int(k) for k in place), float(error[place])


def checked(compared: Compared, claim: Claim) -> Checked:
    index, error = furthest(compared, claim, compared.truths[claim.node])
    return Checked(
        claim.name, claim.node, claim.kind, compared.verdicts[claim.node], error, list(index), list(claim.value.shape)
    )
