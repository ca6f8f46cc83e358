"""The registry as a reader sees it: every op with its signature, formulas, rules and convention."""

from __future__ import annotations

from engine.latex import rule_latex
from engine.ops import OPS, Op, Use
from engine.rules import rule_text


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
    count = 2 if op.variadic else len(op.inputs)
    shape = () if op.elementwise else (2, 2)
    use = Use((shape,) * count, {o.name: o.default for o in op.options}, (None,) * count)
    listed = []
    for kind, table in (("local", op.local), ("vjp", op.vjp)):
        for name in table:
            text = rule_text(op, use, op.inputs.index(name))
            listed.append({"input": name, "kind": kind, "rule": text, "latex": rule_latex(text, op)})
    return listed
