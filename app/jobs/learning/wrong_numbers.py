"""What a wrong number is, where no known mistake gives it: another number of the figure's, a multiple, or its sign."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlens import engine
from gradlens.engine.diagnosing.claims import Claim

BY_SIGN = frozenset({"number", "sign-right", "sign-wrong"})  # names that tell no more than the sign
FACTORS = (2.0, 0.5, -2.0, -0.5, 3.0, 1 / 3, 4.0, 0.25, 10.0, 0.1)
Params = dict[str, str | float]


def told_apart(trace: engine.Trace, id: int, kind: str, claim: Claim, right: Any = None) -> tuple[str, Params]:
    """The name of what was written for a node's gradient or value, and what its sentence is filled with.

    right: where it is neither the node's gradient nor its value.
    """
    node = trace.nodes[id]
    if right is None:
        right = node.gradient if kind == "gradient" else node.value
    wanted = np.asarray(right, dtype=float)
    if kind == "gradient" and claim.matches(node.value):
        return "own-value", {"name": node.name or ""}
    output = trace.nodes[trace.output]
    for other in trace.nodes:
        if other.id in (id, output.id) or not other.name or np.shape(other.value) != wanted.shape:
            continue
        if kind == "gradient" and other.gradient is not None and claim.matches(other.gradient):
            return "other-gradient", {"symbol": f"∂{output.name or 'L'}/∂{other.name}"}
        if claim.matches(other.value):
            return "other-value", {"name": other.name}
    with np.errstate(all="ignore"):
        if np.all(wanted != 0) and claim.matches(1 / wanted):
            return "upside-down", {}
        if np.any(wanted != 0) and any(claim.matches(factor * wanted) for factor in FACTORS):
            return "factor", {}
    return by_elements(wanted, claim)


def by_elements(right: np.ndarray[Any, np.dtype[np.float64]], claim: Claim) -> tuple[str, Params]:
    """How much of an array is right, or whether the sign of a number is."""
    value = np.asarray(claim.value, dtype=float)
    if value.shape != right.shape or not np.all(np.isfinite(value)):
        return "number", {}
    if right.ndim:
        count = int(np.sum(np.isclose(value, right, rtol=1e-3, atol=1e-12)))
        return ("some-elements", {"count": count, "all": right.size}) if 0 < count < right.size else ("number", {})
    if not right or not value:
        return "number", {}
    return "sign-right" if np.sign(value) == np.sign(right) else "sign-wrong", {}
