"""The registry as a reader sees it: every op with its signature, formulas, rules and convention."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gradlens.engine.deriving.op_examples import example_program
from gradlens.engine.latex import rule_latex
from gradlens.engine.ops import OPS, Op, Use
from gradlens.engine.passes.rules import rule_of

# For options without a default on which a rule depends, by their kind.
EXEMPLARY: dict[str, Any] = {"text": "ij,jk->ik", "widths": ((1, 1), (1, 1)), "integer": 2, "shape": (2,)}


def reference() -> list[dict[str, Any]]:
    """Every op as plain data, in the registry's order.

    >>> next(op for op in gradlens.reference() if op["name"] == "tanh")["signature"]
    'tanh(x)'
    """
    return [
        {
            "name": op.name,
            "family": op.family,
            "signature": op.signature,
            "latex": op.words.latex,
            "rules": general_rules(op),
            "convention": op.words.convention,
            "summary": {"en": op.words.en, "ko": op.words.ko},
            "definition": None if op.definition is None else op.opened(general_use(op)),
            "cells": cells_of(op),
            "activation": op.elementwise and op.activates,
            "example": example_program(op),
        }
        for op in OPS.values()
    ]


def cells_of(op: Op) -> dict[str, Any] | None:
    """The map of an op's cells as the page reads it; inputs: the places of those that are multiplied and added."""
    if op.cells is None:
        return None
    return {**asdict(op.cells), "inputs": [op.inputs.index(name) for name in op.product]}


def general_rules(op: Op) -> list[dict[str, str]]:
    """The rules of an op: input, kind ("local" or "vjp"), text and LaTeX.

    Where a rule depends on its use, the one for matrices.
    """
    use = general_use(op)
    listed: list[dict[str, str]] = []
    for kind, table in (("local", op.local), ("vjp", op.vjp)):
        for name in table:
            text = rule_of(use, op.inputs.index(name)).text
            listed.append({"input": name, "kind": kind, "rule": text, "latex": rule_latex(text, op)})
    return listed


def general_use(op: Op) -> Use:
    """An op on matrices, with options that stand for any."""
    count = 2 if op.variadic else len(op.inputs)
    shape = () if op.elementwise else (2, 2)
    options = {o.name: EXEMPLARY.get(o.kind, o.default) if o.required else o.default for o in op.options}
    return Use(op, (shape,) * count, options)
