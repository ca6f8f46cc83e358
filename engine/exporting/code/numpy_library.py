"""How NumPy spells the ops: what it has not is written out as the engine computes it."""

from __future__ import annotations

import ast

from gradlens.engine.exporting.code.expressions import Expressions, Library, negative, same, without_defaults
from gradlens.engine.exporting.code.literals import index, key_literal, literal
from gradlens.engine.exporting.code.shapes import einsum, spread_out, summed_to
from gradlens.engine.graph import Node


def indexed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.Subscript(operands[0], index(node.options["key"]))


def transposed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr | None:
    rank = len(node.shape)
    axes = node.options["axes"]
    return ast.Attribute(operands[0], "T") if axes is None or tuple(axes) == tuple(range(rank))[::-1] else None


SCATTER = '''def {name}(x, key, shape):
    """Zeros with x at the places of an index; a place that is named twice gets both."""
    result = np.zeros(shape)
    np.add.at(result, key, x)
    return result'''
PUT = '''def {name}(x, y, key):
    """A copy of x with y at the places of an index."""
    result = np.array(x, dtype=np.float64)
    result[key] = y
    return result'''


def scattered(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    name = e.sources.add_text("scatter", SCATTER)
    return ast.Call(ast.Name(name), [operands[0], key_literal(node.options["key"]), literal(node.options["shape"])], [])


def put(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(e.sources.add_text("put", PUT)), [*operands, key_literal(node.options["key"])], [])


def helper(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """What the engine computes: NumPy's own function, a short expression, or a function that is written out."""
    op = node.op
    assert op is not None and op.array is not None, node.kind
    options = {name: literal(value) for name, value in node.options.items()}
    given: dict[str, ast.expr] = (
        {op.inputs[0]: ast.List(operands)} if op.variadic == "list" else dict(zip(op.inputs, operands))
    )
    if op.variadic != "arguments" and (made := e.sources.inline(op.array, given | options)) is not None:
        return without_defaults(made)
    function = e.sources.value(op.array, op.name)
    arguments = operands if op.variadic == "arguments" else list(given.values())
    return ast.Call(function, arguments, [ast.keyword(name, value) for name, value in options.items()])


NUMPY = Library(
    title="NumPy",
    module="np",
    number=("np", "float64"),
    templates={
        "where": "np.where(condition, x, y)",
        "transpose": "np.transpose(x, axes)",
        "reshape": "np.reshape(x, shape)",
        "ravel": "np.ravel(x)",
        "sum": "np.sum(x, axis=axis, keepdims=keepdims)",
        "max": "np.max(x, axis=axis, keepdims=keepdims)",
        "min": "np.min(x, axis=axis, keepdims=keepdims)",
        "mean": "np.mean(x, axis=axis, keepdims=keepdims)",
        "prod": "np.prod(x, axis=axis, keepdims=keepdims)",
        "broadcast_to": "np.broadcast_to(x, shape)",
        "expand_dims": "np.expand_dims(x, axis)",
        "logical_and": "np.logical_and(x, y) * 1.0",
        "logical_or": "np.logical_or(x, y) * 1.0",
        "logical_not": "np.logical_not(x) * 1.0",
    },
    written={
        "identity": same,
        "stop_gradient": same,
        "neg": negative,
        "index": indexed,
        "transpose": transposed,
        "sum_to": summed_to,
        "spread": spread_out,
        "einsum": einsum,
        "scatter": scattered,
        "put": put,
    },
    fallback=helper,
)
