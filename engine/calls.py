"""Calls: which function is meant, and which argument is which."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from engine.language import Misplaced, source, suggestion
from engine.ops import OPS, SPELLINGS, Op


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program: `def name(parameters): body; return result`."""

    name: str
    parameters: tuple[str, ...]
    defaults: dict[str, ast.expr]
    body: tuple[ast.stmt, ...]
    result: ast.expr

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(p if p not in self.defaults else f'{p}={source(self.defaults[p])}' for p in self.parameters)})"


def prefixed(node: ast.Attribute, prefix: str, name: str) -> Op:
    """The op that np.name or math.name means.  Errors: prefix-needless, prefix-function."""
    op = SPELLINGS.get(f"{prefix}.{name}")
    if op is None:
        if name in OPS:
            raise Misplaced("prefix-needless", node, prefix=prefix, name=name)
        known = [spelling.rpartition(".")[2] for spelling in SPELLINGS if spelling.startswith(prefix + ".")]
        raise Misplaced("prefix-function", node, prefix=prefix, name=name, **suggestion(name, known))
    return op


def bind_arguments(function: str, signature: str, names: list[str], required: list[str], arguments: list[ast.expr], node: ast.Call) -> dict[str, ast.expr]:
    """A call's arguments by name.  Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument."""
    bound: dict[str, ast.expr] = {}
    if len(arguments) > len(names):
        raise Misplaced("too-many-arguments", node, function=function, limit=len(names), count=len(arguments), signature=signature)
    for name, argument in zip(names, arguments):
        if isinstance(argument, ast.Starred):
            raise Misplaced("not-in-language", argument, construct="*")
        bound[name] = argument
    for keyword in node.keywords:
        if keyword.arg is None:
            raise Misplaced("not-in-language", keyword, construct="**")
        if keyword.arg not in names:
            raise Misplaced("unknown-keyword", keyword, function=function, keyword=keyword.arg, signature=signature, **suggestion(keyword.arg, names))
        if keyword.arg in bound:
            raise Misplaced("repeated-argument", keyword, function=function, argument=keyword.arg, signature=signature)
        bound[keyword.arg] = keyword.value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, function=function, argument=name, signature=signature)
    return bound
