"""The method of a slice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import Builtin
from gradlens.engine.language.standard.exceptions import as_python
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def slice_indices(m: Machine, call: Call) -> tuple[int, ...]:
    """The ends of a slice in a sequence of a length."""
    held, size = call.args
    ends = [None if end is None else known_values.whole(m, end, call.node, "index-type") for end in held_ends(held)]
    length = known_values.whole(m, size, call.node, "index-type")
    if length < 0 or ends[2] == 0:
        said = as_python(lambda: slice(*ends).indices(length))
        raise Misplaced("slice-step", call.node).as_in_python(said)
    return slice(*ends).indices(length)


def held_ends(held: slice) -> tuple[Any, Any, Any]:
    return held.start, held.stop, held.step


SLICE = Builtin("indices", slice_indices)
