"""The registry: every op of the language, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gradlens.engine.ops import (
    activations,
    arithmetic,
    convolution,
    einsum,
    elementwise,
    layers,
    linear_algebra,
    neural,
    products,
    rearrangement,
    reduction,
    selection,
    shape,
    special,
)
from gradlens.engine.ops.matrices import decompositions, exponential
from gradlens.engine.ops.op import Op, Option, Options, Use, replaced, use_of
from gradlens.engine.ops.probability import incomplete
from gradlens.engine.ops.transcendents import bessel, integrals

FAMILIES = (
    arithmetic,
    elementwise,
    special,
    incomplete,
    bessel,
    integrals,
    activations,
    reduction,
    linear_algebra,
    decompositions,
    exponential,
    products,
    einsum,
    shape,
    rearrangement,
    selection,
    neural,
    layers,
    convolution,
)

OPS: Mapping[str, Op] = MappingProxyType({op.name: op for family in FAMILIES for op in family.OPS})
SPELLINGS: Mapping[str, Op] = MappingProxyType(
    {spelling.partition("(")[0]: op for op in OPS.values() for spelling in op.spellings}
)
METHODS: frozenset[str] = frozenset(op.name for op in OPS.values() if op.method)

__all__ = ["METHODS", "OPS", "SPELLINGS", "Op", "Option", "Options", "Use", "replaced", "use_of"]
