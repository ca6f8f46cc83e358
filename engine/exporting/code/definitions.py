"""An op as a helper function by its definition, where a library has no function for it."""

from __future__ import annotations

import ast
from collections import Counter

from gradlens.engine.exporting.code.expressions import Expressions
from gradlens.engine.graph import UNLIMITED, Node
from gradlens.engine.passes.gradient_program import Writer
from gradlens.engine.program import compile


def defined(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """A call of a function that is written out: the op's definition at this use, in the library's spelling."""
    op = node.op
    assert op is not None
    names = list(op.inputs)
    text = ast.unparse(Writer(e.graph).call(op, [ast.Name(name) for name in names], node.options))
    shapes = {name: e.shape(id) for name, id in zip(names, node.inputs)}
    graph = compile(text, shapes, expand=[op.name], limits=UNLIMITED).graph
    inner = {graph.inputs[name]: name for name in names if name in graph.inputs}
    within = Expressions(e.library, graph, inner, e.sources, e.opening | {op.name}, e.by_hand)
    uses = Counter(id for one in graph.nodes for id in one.inputs)
    lines: list[str] = []
    for one in graph.nodes:
        if one.op is not None and uses[one.id] > 1:
            lines.append(f"    v{one.id} = {ast.unparse(within.statement(one.id))}")
            inner[one.id] = f"v{one.id}"
    lines.append(f"    return {ast.unparse(within.operand(graph.output))}")
    text = "\n".join([f"def {{name}}({', '.join(names)}):", *lines])
    return ast.Call(ast.Name(e.sources.add_text(op.name, text)), operands, [])
