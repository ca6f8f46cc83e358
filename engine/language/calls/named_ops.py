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
    if not keywords and not op.variadic and op.least <= len(args) <= len(op.parameters):
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
    options = op.unset if count <= first else placed_options(m, op, args, node)
    operands = args[:first]
    if op.defaults:
        operands += [None] * (first - count)
        operands = [op.defaults.get(name) if v is None else v for name, v in zip(op.inputs, operands)]
    ids: list[int] = []
    for i, value in enumerate(operands):
        if type(value) is Tensor:
            ids.append(value.id if value.view is None else m.current(value))
        else:
            ids.append(nodes.id_of(m, value, argument_text(node, i, count) if i < count else node))
    return memory.result_of(m, op, tuple(ids), options, node, operands)


def tensors_call(m: Machine, op: Op, args: list[Tensor], node: Any) -> Tensor:
    """A call with a node for each operand, and nothing else."""
    ids = tuple([value.id if value.view is None else m.current(value) for value in args])
    return memory.result_of(m, op, ids, op.unset, node, args)


SINGLE = frozenset((int, bool, type(None)))
MOST_KEPT = 4096
_kept: dict[tuple[Any, ...], Options] = {}  # options by the op and the single values that give them


def placed_options(m: Machine, op: Op, args: list[Any], node: Any) -> Options:
    """The options of a call whose arguments are all by their places."""
    count, first = len(args), len(op.inputs)
    given = args[first:]
    kinds = tuple(map(type, given))
    key = (op.name, kinds, *given) if SINGLE.issuperset(kinds) and op.options[0].kind != "key" else None
    if key is not None and (found := _kept.get(key)) is not None:
        return found
    options = op.unset | {
        option.name: option_of(m, op, option, value, argument_text(node, i, count))
        for i, (option, value) in enumerate(zip(op.options, given), first)
    }
    if key is not None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = options
    return options


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
