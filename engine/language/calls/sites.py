"""What a call of another library means where the text comes to it again: the op and its options are those of before."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import argument_text
from gradlens.engine.language.calls.named_ops import placed_options
from gradlens.engine.language.objects import Fresh, Tensor, become, kind_of
from gradlens.engine.ops import Op, Options

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

CONSTANTS = (int, float, bool, str, type(None))


class Site:
    """A call of the text whose arguments are arrays of the graph and constants.

    signatures: of the function that it called.  parts: by operand of the op, the place of an argument, or -1 with a
    number and its text.  arrays: by the places of arrays, whether they had any axis.  place: what the nodes stand for.
    """

    __slots__ = ("arrays", "op", "options", "parts", "place", "signatures")

    def __init__(self, signatures: Any, op: Op, options: Options, parts: list[tuple[int, Any, Any]], place: Any):
        self.signatures = signatures
        self.op = op
        self.options = options
        self.parts = parts
        self.place = place
        self.arrays: list[tuple[int, bool]] = []

    def again(self, m: Machine, values: list[Any]) -> Tensor | None:
        """The same of other arrays; None where they are none, or have axes where they had none."""
        made = m.graph.nodes
        for at, shaped in self.arrays:
            value = values[at]
            if type(value) is Fresh:
                value = value.tensor
            if type(value) is not Tensor or (made[value.id].shape != ()) is not shaped:
                return None
        library = ""
        ids: list[int] = []
        for at, number, text in self.parts:
            if at < 0:
                ids.append(nodes.number_node(m, number, text))
            else:
                value = values[at]
                if type(value) is Fresh:
                    ids.append(value.tensor.id)
                else:
                    ids.append(value.id if value.view is None else m.current(value))
                library = library or value.library
        found = nodes.apply(m, self.op, tuple(ids), self.options, self.place)
        found.library = library
        return found


def comes_again(node: ast.Call) -> bool:
    """Whether the text has come to a call once, and what it means was not noted: most are made once."""
    known = node.__dict__
    if "site" in known:
        return False
    if "called" in known:
        return True
    known["called"] = True
    return False


def note_site(
    m: Machine,
    signatures: Any,
    op: Op,
    given: Sequence[tuple[int, Any]],
    values: list[Any],
    node: ast.Call,
    place: Any,
) -> None:
    """Keep what a call means at its place in the text.

    given: by the op's parameters, the place of an argument among `values`, or -1 and a constant.
    """
    known = node.__dict__  # nodes of the syntax take any attribute
    known["site"] = None
    written = [None] * (len(values) - len(node.args) - len(node.keywords)) + [*node.args, *node.keywords]
    if m.tries or op.name in memory.SHOWING or len(written) != len(values):
        return
    arguments = [constant if at < 0 else become(values[at]) for at, constant in given]
    if not all(
        at < 0 or type(value) is Tensor or (type(value) in CONSTANTS and is_constant(written[at]))
        for (at, _), value in zip(given, arguments)
    ):
        return
    parts: list[tuple[int, Any, Any]] = []
    for i, name in enumerate(op.inputs):
        at, value = given[i][0] if i < len(given) else -1, arguments[i] if i < len(given) else None
        if type(value) is Tensor:
            parts.append((at, None, None))
            continue
        value = op.defaults.get(name) if value is None else value
        if kind_of(value) is not int and kind_of(value) is not float:
            return
        parts.append((-1, value, argument_text(place, i, len(given)) if i < len(given) else place))
    if any(type(value) is Tensor for value in arguments[len(op.inputs) :]):
        return
    options = op.unset if len(given) <= len(op.inputs) else placed_options(m, op, arguments, place)
    site = Site(signatures, op, options, parts, place)
    site.arrays = [
        (at, m.graph.nodes[value.id].shape != ()) for (at, _), value in zip(given, arguments) if type(value) is Tensor
    ]
    known["site"] = site


def is_constant(written: Any) -> bool:
    """Whether an argument is a constant of the text, and so the same whenever the call is made."""
    if type(written) is ast.keyword:
        written = written.value if written.arg is not None else None
    if type(written) is ast.UnaryOp:
        written = written.operand
    return type(written) is ast.Constant


__all__ = ["Site", "comes_again", "note_site"]
