"""Arrays that a call makes from nothing: zeros(3), np.eye(2), torch.tensor([1, 2]), np.random.randn(2, 3).

They are literals, written shorter; random ones are drawn once, from the seed that the program sets.
"""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine import strides
from gradlens.engine.language import memory, nodes
from gradlens.engine.language.arithmetic import result
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.calls.number_types import (
    CUT_TYPES,
    INT32,
    NARROW,
    REAL_TYPES,
    TENSOR_TYPES,
    TRUTH_TYPES,
    TYPES,
    WHOLE_TYPES,
)
from gradlens.engine.language.objects import (
    Builtin,
    Computed,
    CopyOf,
    Fresh,
    Instance,
    ListCell,
    Tensor,
    Type,
    Unreachable,
    become,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import as_python
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import (
    dependence,
    known_values,
    masks,
    rooms,
    value_texts,
    whole_arrays,
    written_lists,
)
from gradlens.engine.language.values.numbers import held_by, is_number
from gradlens.engine.language.values.varying import literal_around
from gradlens.engine.language.values.written_lists import all_true_or_false, all_whole
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, Value, is_wholes, number, shape_of, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

SIGNATURES = {
    "zeros": "zeros(shape)",
    "ones": "ones(shape)",
    "empty": "empty(shape)",
    "full": "full(shape, value)",
    "eye": "eye(rows, columns=rows, k=0)",
    "arange": "arange(start=0, stop, step=1)",
    "linspace": "linspace(start, stop, count=50, endpoint=True)",
    "identity": "identity(n)",
    "factorial": "factorial(n)",
    "zeros_like": "zeros_like(x)",
    "ones_like": "ones_like(x)",
    "empty_like": "empty_like(x)",
    "full_like": "full_like(x, value)",
}
ARRAYS = (
    "array",
    "asarray",
    "asanyarray",
    "ascontiguousarray",
    "tensor",
    "as_tensor",
    "Tensor",
    *TENSOR_TYPES,
    "as_variable",
)
REAL_ARRAYS = ("Tensor", "FloatTensor", "DoubleTensor")  # of fractions, whatever their numbers are
NUMPYS = ("np", "numpy", "jnp", "jax.numpy", "onp")
CAST_TYPES = CUT_TYPES | TRUTH_TYPES  # to which an array that is computed is converted as x.astype is
SAYING = ("dtype", "copy", "requires_grad", "device", "order", "like", "generator", "layout")


def meaningful(call: Call) -> dict[str, Any]:
    """What is left of a call's keywords without those that say what holds here anyway: float64, a gradient for every
    leaf.
    """
    return {
        name: value
        for name, value in call.keywords.items()
        if name not in SAYING or (name == "requires_grad" and type(value) is not bool)
    }


def check_type(m: Machine, function: str, call: Call, value: Value | None) -> None:
    """Error: argument-unsupported, where the dtype that a call asks for would change the numbers.

    value: None where they are not known.
    """
    wanted = call.keywords.get("dtype")
    if wanted is None:
        return
    keeps = TYPES.get(m.type_name(wanted) or "")
    if m.type_name(wanted) in NARROW and not (value is not None and keeps is not None and keeps(value)):
        raise Misplaced("type-narrow", call.text("dtype"), name=value_texts.text_of(call.text("dtype")))
    if keeps is None or not (m.type_name(wanted) in REAL_TYPES if value is None else keeps(value)):
        raise Misplaced(
            "argument-unsupported",
            call.text("dtype"),
            function=function,
            argument="dtype",
            got=value_texts.text_of(call.text("dtype")),
        )


def is_of_truths(m: Machine, call: Call) -> bool:
    """Whether a call asks for an array of True and False."""
    wanted = [call.keywords.get("dtype"), *call.args[1:2]]
    return any("bool" in (m.type_name(one) or "") for one in wanted)


def is_of_wholes(m: Machine, call: Call, given: bool) -> bool:
    """Whether a call makes an array of whole numbers.  given: whether it does so where it names no type."""
    for one in (call.keywords.get("dtype"), *call.args[1:2]):
        if (name := m.type_name(one)) in TYPES:
            return name in WHOLE_TYPES
    return given


def is_of_int32(m: Machine, call: Call) -> bool:
    return any(m.type_name(one) == INT32 for one in (call.keywords.get("dtype"), *call.args[1:2]))


class Creation:
    """One call of a function that makes an array, and how its arguments are read."""

    def __init__(self, m: Machine, call: Call, name: str, library: str):
        self.m, self.call, self.name, self.library = m, call, name, library
        self.keywords = meaningful(call)
        self.lies_as: CopyOf | None = None  # what it is made like
        self.of_truths = False  # whether it is filled with True or False

    def made(self) -> Any:
        found = self.array()
        value = None if isinstance(found, Tensor) else found
        check_type(self.m, f"{self.library}.{self.name}".lstrip("."), self.call, value)
        if isinstance(found, Tensor):
            return found
        if self.name == "factorial":
            return found
        order = known_values.plain(self.m, self.call.keywords.get("order"), self.call.node)
        layout = strides.fortran(shape_of(found)) if order == "F" else self.lies_as
        typed = self.call.keywords.get("dtype") is not None
        mask = is_of_truths(self.m, self.call) or (self.of_truths and self.name == "full" and not typed)
        whole = shape_of(found) != () and is_of_wholes(self.m, self.call, self.takes_wholes())
        if whole and self.name == "full_like":
            found = np.trunc(found)
        fractions = shape_of(found) != () and not whole and not mask
        narrow = whole and is_of_int32(self.m, self.call)
        made = Fresh(found, self.call.node, whole=whole, layout=layout, mask=mask, fractions=fractions, narrow=narrow)
        if self.name.startswith("empty") and self.library != "jax.numpy":  # whose are zeros
            made.unwritten = value_texts.text_of(self.call.node.func)
        return made

    def takes_wholes(self) -> bool:
        """Whether the numbers that it is made of are whole ones."""
        m, call = self.m, self.call
        if self.name.endswith("_like"):
            like = become(call.args[0]) if call.args else None
            if type(like) is ListCell:
                like = nodes.tensor_of(m, like, call.node)
            return like.whole if type(like) is Fresh else type(like) is Tensor and whole_arrays.is_whole(m, like.id)
        if self.name not in ("arange", "full"):
            return False
        numbers = [*call.args[self.name == "full" :], *self.keywords.values()]
        return all(type(known_values.plain(m, one, call.node)) is int for one in numbers if m.type_name(one) is None)

    def array(self) -> Value | Tensor | int:
        match self.name:
            case "zeros" | "ones" | "empty":
                value = 1.0 if self.name == "ones" else 0.0
                args = self.call.args
                # torch.zeros(2, 3): the sizes need no parentheses; NumPy's second argument is a type.
                if len(args) > 1 and not self.keywords and self.library not in ("numpy", "jax.numpy"):
                    return self.filled(tuple([self.whole(n, i) for i, n in enumerate(args)]), value)
                if len(args) == 2 and self.m.type_name(args[1]) is not None:
                    args = args[:1]
                given = self.bound(["shape"], ["shape"], args)
                return self.filled(self.shape(given["shape"], 0), value)
            case "full":
                given = self.bound(["shape", "value"], ["shape", "value"])
                return self.filled(self.shape(given["shape"], 0), given["value"])
            case "identity":
                rows = self.whole(self.bound(["n"], ["n"])["n"], 0)
                self.check((rows, rows))
                return np.eye(rows)
            case "eye":
                given = self.bound(["rows", "columns", "k"], ["rows"])
                rows = self.whole(given["rows"], 0)
                columns = self.whole(given["columns"], 1) if given.get("columns") is not None else rows
                self.check((rows, columns))
                k = known_values.whole(
                    self.m, given.get("k", 0), self.call.node, "option-integer", function="eye", option="k", got="…"
                )
                return np.eye(rows, columns, max(-rows, min(k, columns)))
            case "arange":
                given = self.bound(["start", "stop", "step"], [])
                if "stop" not in given:  # arange(3) ends at 3
                    given = self.bound(["start", "stop", "step"], ["start"])
                    given["stop"] = given.pop("start")
                start, stop, step = (
                    self.number(given[name], name) if name in given else default
                    for name, default in (("start", 0.0), ("stop", 0.0), ("step", 1.0))
                )
                if step == 0 or not math.isfinite(start) or not math.isfinite(stop) or not math.isfinite(step):
                    raise self.refused("creation-number", self.call.node)
                count = max(math.ceil(min((stop - start) / step, 2.0**53)), 0)
                self.check((count,))
                first, by = given.get("start", 0), given.get("step", 1)
                if any(
                    dependence.flows(n) and type(known_values.plain(self.m, n, self.call.node)) is float
                    for n in (first, by)
                ):
                    return self.along(first, by, np.arange(float(count)))
                return np.arange(start, stop, step) if count else np.zeros(0)
            case "linspace":
                given = self.bound(["start", "stop", "count", "endpoint"], ["start", "stop"])
                count = self.whole(given["count"], 2) if "count" in given else 50  # NumPy's default
                ends = known_values.plain(self.m, given.get("endpoint", True), self.call.node)
                if type(ends) is not bool:
                    raise self.refused("creation-number", self.call.node)
                self.check((count,))
                if dependence.flows(given["start"]) or dependence.flows(given["stop"]):
                    span = result(self.m, ast.Sub, given["stop"], given["start"], self.call.node)
                    return self.along(given["start"], span, np.linspace(0, 1, count, ends))
                with np.errstate(all="ignore"):
                    start, stop = self.number(given["start"], 0), self.number(given["stop"], 1)
                    numbers = np.linspace(start, stop, count, ends)
                if not np.isfinite(numbers).all():
                    raise self.refused("creation-number", self.call.node)
                return numbers
            case "factorial":
                given = self.bound(["n"], ["n"])["n"]
                n = known_values.plain(self.m, given, self.call.text(0))
                if not isinstance(n, int):
                    got = value_texts.text_of(self.call.text(0))
                    refused = Misplaced("option-integer", self.call.text(0), function="factorial", option="n", got=got)
                    raise refused.as_in_python(
                        as_python(lambda: math.factorial(cast(int, n))) if type(n) is float else None
                    )
                if n < 0:
                    wrong = {"function": "factorial", "option": "n", "least": 0, "got": str(n)}
                    refused = Misplaced("option-least", self.call.text(0), **wrong)
                    raise refused.as_in_python(as_python(lambda: math.factorial(n)))
                self.m.charge(min(n, 170) // 16, self.call.node)
                return math.factorial(n) if n <= 170 else math.inf  # 171! is beyond float64
            case _:
                pass  # of another array's shape
        names = ["x", "value"] if self.name == "full_like" else ["x"]
        given = self.bound(names, names)
        like = self.like(given["x"])
        return self.filled(like, given.get("value", 1.0 if self.name == "ones_like" else 0.0))

    def along(self, start: Any, step: Any, places: Value) -> Tensor:
        """start + step * places.  Error: creation-number."""
        m, node = self.m, self.call.node
        if any(type(end) is Tensor and m.graph.nodes[nodes.id_of(m, end, node)].shape for end in (start, step)):
            raise self.refused("creation-number", node)
        steps = result(m, ast.Mult, step, Tensor(m.constant(places, node)), node)
        return result(m, ast.Add, start, steps, node)

    def like(self, value: Any) -> Shape:
        if type(value) is Fresh:
            return shape_of(value.value)
        if type(value) in (int, float, Computed):
            return ()
        if type(value) in (Tensor, ListCell):
            id = nodes.id_of(self.m, value, self.call.text(0))
            self.lies_as = CopyOf(id)
            return self.m.graph.nodes[id].shape
        raise value_texts.no_number(self.m, value, self.call.text(0))

    def bound(self, names: list[str], required: list[str], args: list[Any] | None = None) -> dict[str, Any]:
        given = self.call.args if args is None else args
        return by_name(self.name, SIGNATURES[self.name], names, required, given, self.keywords, self.call.node)

    def refused(self, kind: str, place: Any) -> Misplaced:
        return Misplaced(kind, place, function=self.name, signature=SIGNATURES[self.name])

    def shape(self, value: Any, place: int) -> Shape:
        found = known_values.plain(self.m, value, self.call.text(place))
        if type(found) is int:
            found = (found,)
        if not is_wholes(found) or any(n < 0 for n in found):
            raise self.refused("creation-shape", self.text(place, "shape"))
        return found

    def text(self, place: int, name: str) -> Any:
        return self.call.text(name if name in self.call.keywords else place)

    def whole(self, value: Any, place: int) -> int:
        found = known_values.plain(self.m, value, self.call.text(place))
        if type(found) is not int or found < 0:
            raise self.refused("creation-shape", self.call.text(place))
        return found

    def number(self, value: Any, place: int | str) -> float:
        found = known_values.plain(self.m, value, self.call.node)
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            return number(found)
        text = self.call.text(place) if isinstance(place, int) or place in self.call.keywords else self.call.node
        raise self.refused("creation-number", text)

    def filled(self, shape: Shape, value: Any) -> Value | Tensor:
        """An array of one value, or of one that NumPy stretches to the shape."""
        m, node = self.m, self.call.node
        self.check(shape)
        if type(value) not in (ListCell, tuple, Fresh) and not dependence.flows(value):
            self.of_truths = type(value) is bool
            number = float(value) if self.of_truths else self.number(value, 1)
            return np.full(shape, number) if shape else number
        return nodes.apply(m, OPS["broadcast_to"], (nodes.id_of(m, value, node),), {"shape": shape}, node)

    def check(self, shape: Shape) -> None:
        rooms.check_room(self.m, shape)


def creator(name: str, library: str, tag: str = "") -> Builtin:
    def run(m: Machine, call: Call) -> Any:
        return tagged(Creation(m, call, name, library).made(), tag)

    return Builtin(name, run, SIGNATURES[name])


def is_size(value: Any) -> bool:
    """Whether torch.Tensor(value) is an array of that size, whose numbers are yet to be written."""
    return is_number(value) and type(held_by(value)) is int


def tagged(value: Any, tag: str) -> Any:
    """An array as one of a library's."""
    if type(value) in (Tensor, Fresh) and tag in ("numpy", "torch", "jax"):
        value.library = tag
    return value


def single_numbers(m: Machine, value: Any, call: Call) -> Any:
    """A list of tensors as torch.tensor takes it: each is one number, however many axes it has."""
    if type(value) is ListCell and value.items is not None:
        items = [single_numbers(m, item, call) for item in value.items]
        return ListCell(items, place=call.text(0)) if any(a is not b for a, b in zip(items, value.items)) else value
    if type(value) is Tensor:
        shape = m.graph.nodes[nodes.id_of(m, value, call.node)].shape
        if shape and size_of(shape) == 1:
            return nodes.apply(m, OPS["reshape"], (value.id,), {"shape": ()}, call.node)
    return value


def array_of(name: str, library: str, tag: str = "") -> Builtin:
    """np.array, torch.tensor: the numbers of a list, as an array of its own."""

    def run(m: Machine, call: Call) -> Any:
        if name in REAL_ARRAYS and call.args and all(map(is_size, call.args)):
            return creator("empty", "torch", "torch").run(m, call)
        least = known_values.plain(m, call.keywords.pop("ndmin", 0), call.node) if library in NUMPYS else 0
        order = known_values.plain(m, call.keywords.get("order"), call.node)
        found = tagged(array(m, call), tag)
        if name in TENSOR_TYPES:
            found = of_old_type(m, found, TENSOR_TYPES[name], call)
        if type(found) is Fresh:
            missing = least - len(shape_of(found.value)) if type(least) is int else 0
            if missing > 0:
                rooms.check_room(m, (1,) * missing)
                found.value = np.reshape(found.value, (1,) * missing + shape_of(found.value))
                found.cell = None
            if order == "F":
                found.layout = strides.fortran(shape_of(found.value))
            if call.keywords.get("requires_grad") is True:
                whole = found.whole or (type(call.args[0]) is int and name not in REAL_ARRAYS)
                typed = replace(found, whole=is_of_wholes(m, call, whole))
                whole_arrays.check_fractions(m, typed, "requires_grad=True", call.node)
            if shape_of(found.value):
                found.whole = is_of_wholes(m, call, found.whole)
                found.fractions = found.written and not found.whole and not found.mask
                found.narrow = found.whole and (found.narrow or is_of_int32(m, call))
        elif type(found) is Tensor:
            found = laid(m, found, least, order, call)
            real = m.type_name(call.keywords.get("dtype")) in REAL_TYPES
            whole = whole_arrays.is_whole(m, found.id) and not is_of_wholes(m, call, name not in REAL_ARRAYS)
            if whole or (real and masks.is_mask(m, found.id)):
                found = cast_copy(m, found, call)
            if call.keywords.get("requires_grad") is True and m.graph.nodes[found.id].op is not None:
                return new_leaf(m, found, call)
        return found

    def of_old_type(m: Machine, found: Any, wanted: str, call: Call) -> Any:
        """torch.LongTensor([1.5]): whole numbers, cut off."""
        if type(found) is Tensor and wanted not in REAL_TYPES:
            return m.method_of(found, Call([found, Type(wanted)], {}, call.node, call.frame, "type"))
        if type(found) is Fresh and wanted in WHOLE_TYPES:
            found.value, found.whole, found.narrow = np.trunc(found.value), True, wanted == INT32
        if type(found) is Fresh and wanted in TRUTH_TYPES:
            found.value, found.mask = np.not_equal(found.value, 0).astype(np.float64), True
        return found

    def cast_copy(m: Machine, found: Tensor, call: Call) -> Tensor:
        """The same numbers as fractions."""
        made = tagged(nodes.apply(m, OPS["identity"], (found.id,), nodes.NO_OPTIONS, call.node), found.library)
        whole_arrays.becomes_fractions(m, made.id)
        return made

    def new_leaf(m: Machine, computed: Tensor, call: Call) -> Tensor:
        """torch.tensor([x * 2], requires_grad=True): the numbers alone are taken, and have a gradient of their own."""
        made = nodes.apply(m, OPS["stop_gradient"], (computed.id,), nodes.NO_OPTIONS, call.node)
        m.graph.nodes[made.id].differentiable = True
        made.library, made.is_array = computed.library, True
        return made

    def laid(m: Machine, found: Tensor, least: Any, order: Any, call: Call) -> Tensor:
        """With as many axes as are asked for, in the order in memory that is asked for."""
        shape = m.graph.nodes[found.id].shape
        least = 1 if name == "ascontiguousarray" else least
        missing = least - len(shape) if type(least) is int else 0
        if missing > 0:
            found = memory.shown_part(m, found, OPS["reshape"], {"shape": (1,) * missing + shape}, call.node)
        wanted = "C" if name == "ascontiguousarray" else order
        if wanted in ("C", "F") and len(shape) > 1:
            layout = memory.layout_of(m, found.id)
            ready = layout is not None and (layout.is_contiguous if wanted == "C" else layout.is_fortran)
            if name.startswith("as") and layout is None:
                raise Misplaced("shared-memory", call.node, got=value_texts.text_of(call.node))
            if not (ready and name.startswith("as")):
                id = nodes.apply(m, OPS["identity"], (found.id,), nodes.NO_OPTIONS, call.node).id
                m.laid[id] = strides.own(shape) if wanted == "C" else strides.fortran(shape)
                found = Tensor(id, library=found.library)
        return found

    def are_written_whole(literal: list[Any] | None) -> bool:
        return name not in REAL_ARRAYS and all_whole(literal or [])

    def array(m: Machine, call: Call) -> Any:
        spelled = f"{library}.{name}"
        args = call.args
        if name in REAL_ARRAYS and args and not call.keywords and all(is_count(m, size) for size in args):
            return Creation(m, call, "empty", library).made()  # torch.Tensor(2, 3): sizes
        if len(args) == 2 and m.type_name(args[1]) is not None:  # np.array(x, float)
            call.keywords["dtype"] = args[1]
            args = args[:1]
        if len(args) != 1:
            raise Misplaced("creation-array", call.node, name=spelled)
        value = args[0]
        for keyword in meaningful(call):
            raise Misplaced(
                "argument-unsupported",
                call.text(keyword),
                function=spelled,
                argument=keyword,
                got=value_texts.text_of(call.text(keyword)),
            )
        if name.endswith("Tensor") and type(value) not in (ListCell, tuple, Tensor, Fresh):
            raise Misplaced("creation-array", call.node, name=spelled)  # torch.Tensor(3) is an empty tensor of three
        if type(value) is ListCell and value.items is None:
            found = written_lists.literal_array(value, value.place or call.text(0))
            check_type(m, spelled, call, found)
            if value.tensor is not None:
                nodes.taken_apart(m, value.tensor)
                id = nodes.id_of(m, value, call.node)
                if are_written_whole(value.literal):
                    m.wholes[id] = True
                return Tensor(id)
            return Fresh(
                found,
                value.place or call.node,
                mask=all_true_or_false(value.literal or []),
                whole=are_written_whole(value.literal),
                written=True,
            )
        if m.variation is not None and type(value) is ListCell and (around := literal_around(m, value)) is not None:
            cell = ListCell(None, place=value.place, literal=around[0])
            found = written_lists.literal_array(cell, value.place or call.text(0))
            check_type(m, spelled, call, found)
            made = Fresh(found, value.place or call.node, whole=are_written_whole(around[0]), written=True)
            made.varies, made.place_varied = True, around[1]
            return made
        if type(value) in (tuple, ListCell):
            literal = literal_of(m, value)
            if literal is not None:
                cell = ListCell(None, place=call.text(0), literal=literal)
                found = written_lists.literal_array(cell, call.text(0))
                check_type(m, spelled, call, found)
                return Fresh(found, call.text(0), mask=all_true_or_false(literal), whole=are_written_whole(literal))
            if isinstance(value, tuple):
                value = ListCell(list(cast(tuple[Any, ...], value)), place=call.text(0))
            if library == "torch":
                value = single_numbers(m, value, call)
        if type(value) is range:
            value = ListCell(None, place=call.text(0), literal=m.listed(value, call.text(0)))
            found = written_lists.literal_array(value, call.text(0))
            check_type(m, spelled, call, found)
            return Fresh(found, call.text(0), whole=are_written_whole(value.literal))
        if isinstance(value, (int, float)):
            check_type(m, spelled, call, number(value))
            return Fresh(number(value), call.text(0), written=True)
        is_same = name.startswith("as") or call.keywords.get("copy") is False
        value = become(value)
        if type(value) is Fresh:
            if not is_same:
                return Fresh(value.value, value.place, value.drawn, whole=value.whole, mask=value.mask)
            if value.library in ("", tag):
                return value
            value = nodes.tensor_of(m, value, call.text(0))
        if type(value) in (Unreachable, Instance):
            return value
        if hasattr(value, "__next__"):
            value = ListCell(m.listed(value, call.text(0)), place=None)
        if m.type_name(wanted := call.keywords.get("dtype")) in CAST_TYPES and tag in ("numpy", "torch"):
            given = Tensor(nodes.id_of(m, value, call.text(0)), library=tag)
            given.is_array = True
            method = "type" if tag == "torch" else "astype"
            return m.method_of(given, Call([given, wanted], {}, call.node, call.frame, method))
        check_type(m, spelled, call, None)
        id = nodes.id_of(m, value, call.text(0))
        is_number = not m.graph.nodes[id].shape
        if type(value) is Tensor and is_same and (value.is_array or not is_number):
            return value  # the same array
        if type(value) is Tensor and value.view is not None:
            made = nodes.apply(m, OPS["identity"], (id,), nodes.NO_OPTIONS, call.node)  # which lies otherwise
        else:
            made = Tensor(id)
        made.is_array = bool(tag) and is_number
        return made

    return Builtin(name, run, f"{name}([…])")


def literal_of(m: Machine, value: Any) -> list[Any] | None:
    """Nested lists and tuples of plain numbers; None where anything else is among them."""
    result: list[Any] = []
    pending: list[tuple[Any, list[Any]]] = [(value, result)]
    while pending:
        one, into = pending.pop()
        items = one if kind_of(one) is tuple else one.literal if one.items is None else one.items
        if type(one) is ListCell and one.tensor is not None:
            return None
        m.charge(len(items) // 8 + 1, m.place)
        for part in items:
            if type(part) in (int, float, bool):
                into.append(part)
            elif type(part) is Computed and not dependence.varies(part):
                into.append(part.value)
            elif type(part) in (tuple, ListCell, list):
                inner: list[Any] = []
                into.append(inner)
                held: Any = part
                pending.append((ListCell(None, literal=held) if kind_of(held) is list else held, inner))
            else:
                return None
    return result


def is_count(m: Machine, value: Any) -> bool:
    """Whether what is drawn from is given by a number: the numbers below it."""
    return type(value) in (int, Computed) or m.is_scalar(value)


def fresh(found: Any, call: Call, name: str) -> Fresh:
    """What was drawn.  name: of what drew it."""
    return Fresh(float(found) if np.shape(found) == () else found, call.node, drawn=name)
