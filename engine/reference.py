"""The registry as a reader sees it: every op with its signature, formulas, rules and convention."""

from __future__ import annotations

from engine.latex import rule_latex
from engine.ops import OPS, Op, Use


def reference() -> list[dict]:
    """Every op as plain data, in the registry's order."""
    return [
        {
            "name": op.name, "family": op.family, "signature": op.signature, "latex": op.latex, "rules": general_rules(op),
            "convention": op.convention, "summary": op.summary, "definition": op.definition,
        }
        for op in OPS.values()
    ]


def general_rules(op: Op) -> list[dict]:
    """The rules of an op: input, kind ("local" or "vjp"), text and LaTeX. Where a rule depends on its use, the one for matrices."""
    use = Use(((),) * len(op.inputs) if op.elementwise else ((2, 2),) * len(op.inputs), {o.name: o.default for o in op.options}, (None,) * len(op.inputs))
    listed = []
    for kind, table in (("local", op.local), ("vjp", op.vjp)):
        for name, rule in table.items():
            text = rule if isinstance(rule, str) else rule(use)
            listed.append({"input": name, "kind": kind, "rule": text, "latex": rule_latex(text, op)})
    return listed
