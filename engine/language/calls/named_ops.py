"""Ops called by their own names and in their own order."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import KEYWORDS, argument_text, by_name
from gradlens.engine.language.objects import ListCell, Tensor, Unreachable
from gradlens.engine.language.options import option_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.operands import outside
from gradlens.engine.ops import OPS, Op, Options

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def op_call(m: Machine, op: Op, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
    """An op called by its own name and in its own order."""
    if Unreachable in map(type, args):
        return outside(m, args)
    if not keywords and not op.variadic and least_arguments(op.name) <= len(args) <= len(op.parameters):
        return placed_call(m, op, args, node)
    values, bound, texts = bound_op(m, op, args, keywords, node)
    options = {
        o.name: option_of(m, op, o, bound[o.name], texts.get(o.name, node)) if o.name in bound else o.default
        for o in op.options
    }
    operands = [bound[name] for name in op.inputs] if values is None else values
    places = [texts.get(name, node) for name in op.inputs] if values is None else list_texts(texts, values, node)
    ids = tuple([nodes.id_of(m, value, place) for value, place in zip(operands, places)])
    return memory.result_of(m, op, ids, options, node, operands)


def placed_call(m: Machine, op: Op, args: list[Any], node: Any) -> Tensor:
    """A call whose arguments are all by their places, with none too many and none missing."""
    count, first = len(args), len(op.inputs)
    options = default_options(op.name)
    if count > first:
        options = options | {
            option.name: option_of(m, op, option, args[i], argument_text(node, i, count))
            for i, option in enumerate(op.options[: count - first], first)
        }
    operands = args[:first]
    if op.defaults:
        operands += [None] * (first - count)
        operands = [op.defaults.get(name) if v is None else v for name, v in zip(op.inputs, operands)]
    ids = tuple(
        [
            value.id
            if type(value) is Tensor and value.view is None
            else nodes.id_of(m, value, argument_text(node, i, count) if i < count else node)
            for i, value in enumerate(operands)
        ]
    )
    return memory.result_of(m, op, ids, options, node, operands)


@cache
def least_arguments(name: str) -> int:
    """How many arguments by their places give an op all that it must be given."""
    op = OPS[name]
    return max([op.parameters.index(required) + 1 for required in op.required], default=0)


@cache
def default_options(name: str) -> Options:
    """The options of an op as they are where a call names none; nobody writes to them."""
    return {option.name: option.default for option in OPS[name].options}


@cache
def parameters_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """The parameters of an op, those that a call must give, and how it is called."""
    op = OPS[name]
    return op.parameters, op.required, op.signature


def list_texts(texts: dict[str, Any], values: list[Any], node: Any) -> list[Any]:
    written = texts.get("values")
    if isinstance(written, (ast.List, ast.Tuple)) and len(written.elts) == len(values):
        return list(written.elts)
    return [written if written is not None else node] * len(values)


def bound_op(
    m: Machine, op: Op, args: list[Any], keywords: dict[str, Any], node: Any
) -> tuple[list[Any] | None, dict[str, Any], dict[str, Any]]:
    """A call's arguments: the values that a list or any number of arguments holds, if the op takes those; all else by
    name; and the text of each.
    """
    names, required, signature = parameters_of(op.name)
    values: list[Any] | None = None
    texts: dict[str, Any] = {}
    given = list(args)
    places = [argument_text(node, i, len(args)) for i in range(len(args))]
    if op.variadic == "arguments":
        names = required = tuple([o.name for o in op.options])
        values, given = given[1:], given[:1]
    elif op.variadic:
        if "values" in keywords or "tensors" in keywords:
            given = [keywords.pop("values", None) or keywords.pop("tensors"), *given]
            places = [node, *places]
        if given:
            first = given[0]
            if type(first) not in (ListCell, tuple) and not hasattr(first, "__next__"):
                raise Misplaced("list-needed", places[0], function=op.name, signature=op.signature)
            values = m.listed(first, places[0])
            texts["values"] = places[0]
            given = [0, *given[1:]]
            if not values:
                raise Misplaced("list-empty", places[0], function=op.name)
    bound = by_name(op.name, signature, names, required, given, keywords, node)
    for name, place in zip(names, places):
        texts.setdefault(name, place)
    for name in keywords:
        mine = name if name in names else next((n for n in KEYWORDS.get(name, ()) if n in names), name)
        texts[mine] = argument_text(node, name, 0)
    for name, default in op.defaults.items():
        if bound.get(name) is None:
            bound[name] = default
    return values, bound, texts
