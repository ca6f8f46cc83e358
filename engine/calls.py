"""Calls: which function is meant, and which argument is which."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from engine.language import Misplaced, suggestion
from engine.names import own_name
from engine.ops import METHODS, OPS, Op
from engine.spellings import KEYWORDS, LIBRARIES, Spelling, spelled


@dataclass(frozen=True, slots=True)
class Callee:
    """An op as a call spells it.

    order: of its positional arguments, where another library has another one.  defaults: of options, likewise.
    """

    op: Op
    order: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)

    def bind(self, first: list[ast.expr], node: ast.Call) -> tuple[list[ast.expr] | None, dict[str, ast.expr]]:
        """A call's arguments: the values that a list or any number of arguments holds, if the op takes those, and all else by name.

        first: the value before the dot of a method.
        """
        op = self.op
        names = [*op.inputs, *(o.name for o in op.options)]
        arguments: list[ast.expr] = [*first, *node.args]
        required = [*(n for n in op.inputs if n not in op.defaults), *(o.name for o in op.options if o.required and o.name not in self.defaults)]
        values: list[ast.expr] | None = None
        if op.variadic == "arguments":
            names, required = [o.name for o in op.options], [o.name for o in op.options]
            values, arguments = arguments[1:], arguments[:1]
        elif op.variadic and arguments:
            if not isinstance(arguments[0], (ast.List, ast.Tuple)):
                raise Misplaced("list-needed", arguments[0], function=op.name, signature=op.signature)
            values, arguments = arguments[0].elts, [ast.copy_location(ast.Constant(0), node), *arguments[1:]]
        elif first and len(node.args) > 1 and len(arguments) > len(names) - 1 and op.options and op.options[0].kind in ("shape", "axes"):
            # x.reshape(2, 3), x.transpose(1, 0): the sizes need no parentheses.
            if op.name == "transpose" and [getattr(a, "value", None) for a in node.args] == [0, 1]:
                raise Misplaced("transpose-nothing", node)
            arguments = [*first, ast.copy_location(ast.Tuple(node.args), node)]
        order = [*self.order, *(n for n in names if n not in self.order)]
        bound = bind_arguments(op.name, op.signature, order, required, arguments, node)
        for name, default in op.defaults.items():
            if name not in bound or (isinstance(bound[name], ast.Constant) and bound[name].value is None):
                bound[name] = ast.copy_location(literal_number(default), node)
        return values, bound


RANDOM = ("rand", "randn", "randint", "rand_like", "randn_like", "randperm", "normal")
ROOTS = {prefix.partition(".")[0] for prefix in LIBRARIES}


def literal_number(value: float) -> ast.expr:
    """A number as syntax; an infinity by its name."""
    if value in (float("inf"), float("-inf")):
        name = ast.Attribute(ast.Name("np"), "inf")
        return name if value > 0 else ast.UnaryOp(ast.USub(), name)
    return ast.Constant(value)


def named(function: ast.expr, taken: Container[str]) -> Callee | None:
    """The op that a name means, with or without a library before it; None where it means none, or may be a method.

    taken: the program's names.  Errors: prefix-needless, prefix-function, random-numbers.
    """
    prefix, _, name = own_name(function, taken).rpartition(".")
    if not prefix:
        found = Spelling(name) if name in OPS else spelled(name)
        return None if found is None else meaning(found)
    if prefix.partition(".")[0] not in ROOTS:
        return None
    library = LIBRARIES.get(prefix)
    if name in RANDOM or prefix.endswith("random"):
        raise Misplaced("random-numbers", function, name=name)
    if library is None:
        raise Misplaced("prefix-function", function, prefix=prefix, name=name)
    if name in library:
        return meaning(library[name])
    if name in OPS:
        raise Misplaced("prefix-needless", function, prefix=prefix, name=name, signature=OPS[name].signature)
    raise Misplaced("prefix-function", function, prefix=prefix, name=name, **suggestion(name, library))


def method(function: ast.Attribute, name: str) -> Callee:
    """The op that x.name() means: NumPy's methods, and PyTorch's, where nearly every function is one.  Error: attribute."""
    if name in METHODS:
        return Callee(OPS[name])
    if name in LIBRARIES["torch"]:
        return meaning(LIBRARIES["torch"][name])
    raise Misplaced("attribute", function, name=name, **suggestion(name, ["T", *METHODS]))


def meaning(spelling: Spelling) -> Callee:
    return Callee(OPS[spelling.op], spelling.order, spelling.defaults)


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
        name = keyword.arg if keyword.arg in names else next((n for n in KEYWORDS.get(keyword.arg, ()) if n in names), None)
        if name is None:
            raise Misplaced("unknown-keyword", keyword, function=function, keyword=keyword.arg, signature=signature, **suggestion(keyword.arg, names))
        if name in bound:
            raise Misplaced("repeated-argument", keyword, function=function, argument=name, signature=signature)
        bound[name] = keyword.value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, function=function, argument=name, signature=signature)
    return bound
