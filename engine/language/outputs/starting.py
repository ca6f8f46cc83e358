"""Lines that call a function of which only the definition is there, with values to begin with."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from gradlens.engine.language.code import Code

VECTOR, MATRIX = 1, 2
ARRAYS = {VECTOR: "[1, 2]", MATRIX: "[[1, 2], [3, 4]]"}  # all axes alike, so that products and sums of them fit


def lines_for(code: Code, body: ast.AST, missing: Sequence[str], libraries: Collection[str]) -> list[str]:
    """Assignments to the parameters without a value, and the call.

    An array is written where the body shows that one is needed, and as the program's library makes it.
    """
    written = "torch.tensor({})" if "torch" in libraries else "np.array({})" if "numpy" in libraries else "{}"
    lines: list[str] = []
    for number, name in enumerate(missing, 1):
        axes = axes_of(name, body)
        lines.append(f"{name} = {written.format(ARRAYS[axes]) if axes else number}")
    arguments = [name for name in code.parameters if name not in code.defaults]
    arguments += [f"{name}={name}" for name in code.keyword_only if name not in code.defaults]
    return [*lines, f"{code.name}({', '.join(arguments)})"]


def axes_of(name: str, body: ast.AST) -> int:
    """How many axes a parameter needs, as its uses in a body show; 0 where they show nothing."""
    return max((axes_in(name, node) for node in ast.walk(body)), default=0)


def axes_in(name: str, node: ast.AST) -> int:
    """How many axes one use of a parameter asks for."""

    def is_it(value: ast.AST) -> bool:
        return isinstance(value, ast.Name) and value.id == name

    match node:
        case ast.BinOp(left, ast.MatMult(), right) if is_it(left) or is_it(right):
            return factor(name)
        case ast.Call(ast.Attribute(_, "dot" | "matmul" | "mm" | "linear"), arguments) if any(map(is_it, arguments)):
            return factor(name)
        case ast.Call(function, arguments, keywords):
            method = function.attr if isinstance(function, ast.Attribute) and is_it(function.value) else ""
            if method or any(map(is_it, arguments)):
                along = [k.value for k in keywords if k.arg in ("axis", "dim")]
                if along:
                    return MATRIX if any(isinstance(a, ast.Constant) and a.value == 1 for a in along) else VECTOR
                if method in ("dot", "matmul", "mm"):
                    return factor(name)
            return (
                VECTOR if isinstance(function, ast.Name) and function.id == "len" and any(map(is_it, arguments)) else 0
            )
        case ast.Attribute(value, "T") if is_it(value):
            return MATRIX
        case ast.Subscript(ast.Attribute(value, "shape"), ast.Constant(at)) if is_it(value):
            return MATRIX if at in (1, -2) else VECTOR
        case ast.Assign([ast.Tuple(names)], ast.Attribute(value, "shape")) if is_it(value) and len(names) <= MATRIX:
            return len(names)
        case ast.Subscript(value, key) if is_it(value):
            return MATRIX if isinstance(key, ast.Tuple) and len(key.elts) > 1 else VECTOR
        case ast.For(iter=value) | ast.comprehension(iter=value) if is_it(value):
            return VECTOR
        case _:
            return 0


def factor(name: str) -> int:
    """Of a product of matrices: W is a matrix, x a vector."""
    return MATRIX if name[:1].isupper() else VECTOR
