"""The arguments of a call: their syntax, and what parameter each is for."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import Meant
from gradlens.engine.language.syntax import Misplaced, suggestion

if TYPE_CHECKING:
    from gradlens.engine.language.running.frames import Frame

# What other libraries call an argument: ours, the first that the op has.
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "negative_slope": ("slope",),
    "input": ("x", "y", "indices"),
    "other": ("y",),
    "exponent": ("y",),
    "a": ("x",),
    "x1": ("x",),
    "x2": ("y",),
    "target": ("t",),
    "index": ("indices",),
    "num_classes": ("classes",),
    "weight": ("W", "a"),
    "bias": ("b",),
    "p": ("rate", "ord"),
    "training": ("train",),
    "pad_width": ("width",),
    "constant_values": ("value",),
    "min": ("low",),
    "max": ("high",),
    "a_min": ("low",),
    "a_max": ("high",),
    "lambd": ("bound",),
    "dims": ("reps", "axes", "axis"),
    "shifts": ("shift",),
    "correction": ("ddof",),
    "tensors": ("values",),
    "newshape": ("shape",),
    "end": ("y", "stop"),
    "num": ("count",),
    "steps": ("count",),
    "fill_value": ("value",),
    "N": ("rows",),
    "M": ("columns",),
    "h0": ("y",),
    "kernel_size": ("size",),
    "indices_or_sections": ("sections",),
    "chunks": ("sections",),
}


@dataclass(slots=True)
class Call:
    """A call on its way to a function that the evaluator computes.  node: the call, for places."""

    args: list[Any]
    keywords: dict[str, Any]
    node: Any
    frame: Frame
    name: str = ""

    def text(self, place: int | str) -> Any:
        """The syntax of an argument, by its place or keyword; of the call where that is not known."""
        return argument_text(self.node, place, len(self.args))


def argument_text(node: Any, place: int | str, count: int) -> Any:
    if type(node) is Meant:
        texts = node.operands
        return texts[place] if texts is not None and type(place) is int and place < len(texts) else node
    if type(node) is ast.Call:
        if type(place) is str:
            found = next((k.value for k in node.keywords if k.arg == place), None)
            return found if found is not None else node
        assert type(place) is int
        written = node.args
        first = count - len(written)  # the value before the dot of a method comes first
        if first == 1 and place == 0 and type(node.func) is ast.Attribute:
            return node.func.value
        if ast.Starred in map(type, written):
            spread = [i for i, a in enumerate(written) if type(a) is ast.Starred]
            return written[min(place, spread[0])] if spread == [len(written) - 1] else node
        at = place - first if first > 0 else place
        return written[at] if 0 <= at < len(written) else node
    return node


def keyword_place(node: Any, name: str) -> Any:
    written = node.keywords if isinstance(node, ast.Call) else []
    return next((k for k in written if k.arg == name), node)


def by_name(
    function: str,
    signature: str,
    names: Sequence[str],
    required: Sequence[str],
    args: list[Any],
    keywords: dict[str, Any],
    node: Any,
) -> dict[str, Any]:
    """A call's arguments by name.  Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument."""
    facts = {"function": function, "signature": signature}
    if len(args) > len(names):
        raise Misplaced("too-many-arguments", node, limit=len(names), count=len(args), **facts)
    bound: dict[str, Any] = dict(zip(names, args))
    for keyword, value in keywords.items():
        place = keyword_place(node, keyword)
        name = keyword if keyword in names else next((n for n in KEYWORDS.get(keyword, ()) if n in names), None)
        if name is None:
            raise Misplaced("unknown-keyword", place, keyword=keyword, **facts, **suggestion(keyword, names))
        if name in bound:
            raise Misplaced("repeated-argument", place, argument=name, **facts)
        bound[name] = value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, argument=name, **facts)
    return bound


def wrong_number(call: Call, least: int, most: int, count: int) -> Misplaced:
    if least == most:
        return Misplaced("argument-count", call.node, name=call.name, least=least, count=count)
    return Misplaced("method-arguments", call.node, name=call.name, least=least, most=most, count=count)


def method_arguments(call: Call, least: int, most: int) -> list[Any]:
    given = call.args[1:]
    if call.keywords or not least <= len(given) <= most:
        raise wrong_number(call, least, most, len(given))
    return given


def expect(call: Call, least: int, most: int) -> list[Any]:
    """The arguments of a call that takes no keywords."""
    if call.keywords or not least <= len(call.args) <= most:
        raise wrong_number(call, least, most, len(call.args))
    return call.args
