"""Ops that all libraries spell alike, but for the names of arguments: sums to a shape, what is spread, einsum."""

from __future__ import annotations

import ast

from gradlens.engine.exporting.code.expressions import Expressions, call
from gradlens.engine.exporting.code.literals import literal
from gradlens.engine.graph import Node
from gradlens.engine.shapes import stretched_axes
from gradlens.engine.values import size_of


def summed_to(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """The sum along the axes along which an operand was stretched."""
    given, wanted = e.shape(node.inputs[0]), node.options["shape"]
    total = call(e.library.module, "sum")
    if wanted == given:
        return operands[0]
    if wanted == ():
        return total(operands[0])
    axes = stretched_axes(given, wanted)
    along: dict[str, ast.expr] = {e.library.axis: literal(axes[0] if len(axes) == 1 else axes)}
    if all(given[len(given) - len(wanted) :][i] == n for i, n in enumerate(wanted)):
        return total(operands[0], **along)
    kept = total(operands[0], **along, **{e.library.keepdims: ast.Constant(True)})
    return kept if len(given) == len(wanted) else call(e.library.module, "reshape")(kept, literal(wanted))


def spread_out(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """A reduction undone: the value again and again along the axes that are gone."""
    given, shape, axes = e.shape(node.inputs[0]), node.options["shape"], node.options["axis"]
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    made = operands[0]
    if given and given != kept:
        if size_of(given) == size_of(shape):
            return call(e.library.module, "reshape")(made, literal(shape))
        made = call(e.library.module, "reshape")(made, literal(kept))
    return call(e.library.module, "broadcast_to")(made, literal(shape))


ONTO_DIAGONAL = """def {name}(subscripts, *values):
    \"\"\"An einsum whose result names a letter twice: zeros but on that diagonal.\"\"\"
    left, right = subscripts.split("->")
    letters = "".join(dict.fromkeys(right))
    result = np.einsum(left + "->" + letters, *values)
    size = dict(zip(letters, np.shape(result)))
    whole = np.zeros([size[letter] for letter in right])
    np.einsum(right + "->" + letters, whole)[...] = result
    return whole"""


def einsum(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    subscripts: str = node.options["subscripts"]
    right = subscripts.rpartition("->")[2]
    if len(set(right)) < len(right):
        name = e.sources.add_text("einsum_onto_diagonal", ONTO_DIAGONAL)
        return ast.Call(ast.Name(name), [ast.Constant(subscripts), *operands], [])
    return call(e.library.module, "einsum")(ast.Constant(subscripts), *operands)
