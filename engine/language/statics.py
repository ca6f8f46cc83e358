"""What is known before anything is computed: axes, shapes, indices, the bounds of loops."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

import numpy as np

from gradlens.engine.language.names import numpy_name, own_name
from gradlens.engine.language.scope import Scope
from gradlens.engine.language.syntax import Misplaced, literal, source
from gradlens.engine.ops import Op, Option
from gradlens.engine.shapes import nested_shape
from gradlens.engine.values import (
    MAX_AXES,
    Array,
    Key,
    KeyPart,
    Listed,
    Shape,
    is_tuple,
    is_wholes,
    number,
    size_of,
)

LARGEST = 2**63 - 1  # whole number of an option: what NumPy and JSON carry, with either sign
MOST_PLACES = 100_000  # in a list of an index: as many as a text of the longest length could write out
WHOLE: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,  # pyright: ignore[reportUnknownMemberType] - declared without types
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,  # pyright: ignore[reportUnknownMemberType] - likewise
}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that are known beforehand at one place of a program.

    scope: what names mean there.  shape_of: the shape of a variable by name, None where there is none.
    """

    scope: Scope
    shape_of: Callable[[str], Shape | None]

    def option(self, op: Op, option: Option, node: ast.expr) -> object:
        """An option's value, of its kind.  Error: option-<kind>."""
        if option.kind == "key":
            return self.key(node)
        value = self.static(node)
        if value is NotImplemented and option.kind == "number" and (constant := literal(node, self.scope)) is not None:
            value = constant  # inf and pi are numbers too
        if value is None and not option.required and (option.default is None or option.kind == "axis"):
            return None
        ok, value = fitting(option.kind, value)
        if not ok:
            raise Misplaced(f"option-{option.kind}", node, function=op.name, option=option.name, got=source(node))
        if any(type(n) is int and abs(n) > LARGEST for n in leaves(value)):
            raise Misplaced("option-range", node, function=op.name, option=option.name, got=source(node))
        if option.least is not None and any(isinstance(n, (int, float)) and n < option.least for n in leaves(value)):
            raise Misplaced(
                "option-least", node, function=op.name, option=option.name, least=option.least, got=str(value)
            )
        return value

    def static(self, node: ast.expr) -> object:
        """A value that is known beforehand: whole numbers, True, False, None, tuples of them; else NotImplemented."""
        match node:
            case ast.Constant(int() | float() | bool() | str() | None as value):
                return value
            case ast.UnaryOp(ast.USub(), operand):
                value = self.static(operand)
                return -value if type(value) is int or type(value) is float else NotImplemented
            case ast.Tuple(items) | ast.List(items):
                values = [self.static(item) for item in items]
                return (
                    NotImplemented
                    if NotImplemented in values
                    else KnownList(values)
                    if isinstance(node, ast.List)
                    else tuple(values)
                )
            case ast.Name(name):
                return self.scope.static(name)
            case ast.Attribute(ast.Name(name), "shape" | "size" | "ndim" as what):
                shape = self.shape_of(name)
                if shape is not None:
                    return {"shape": shape, "size": size_of(shape), "ndim": len(shape)}[what]
            case ast.Call(ast.Attribute(ast.Name(name), "size" | "dim" | "numel" as what), places, []) if (
                len(places) < 2 and (shape := self.shape_of(name)) is not None
            ):
                # PyTorch's x.size(), x.size(0), x.dim() and x.numel()
                at = self.static(places[0]) if places else None
                if what != "size" or not places:
                    return (
                        NotImplemented if places else {"size": shape, "dim": len(shape), "numel": size_of(shape)}[what]
                    )
                if type(at) is int and -len(shape) <= at < len(shape):
                    return shape[at]
            case ast.Call(function, [ast.Name(name)], []) if own_name(function, self.scope) == "len":
                shape = self.shape_of(name)
                if shape:
                    return shape[0]
            case ast.Subscript(value, ast.Slice(lower, upper, step)):
                items = self.static(value)
                ends = [None if end is None else self.static(end) for end in (lower, upper, step)]
                bounds = [end for end in ends if end is None or type(end) is int]
                if is_tuple(items) and len(bounds) == len(ends) and bounds[2] != 0:
                    part = items[slice(*bounds)]
                    return KnownList(part) if isinstance(items, KnownList) else part
            case ast.Subscript(value, place):
                items, at = self.static(value), self.static(place)
                if is_tuple(items) and type(at) is int and -len(items) <= at < len(items):
                    return items[at]
            case ast.BinOp(left, sign, right) if type(sign) in WHOLE:
                a, b = self.static(left), self.static(right)
                if type(a) is int and type(b) is int and abs(a) < 2**63 and abs(b) < 2**63 and is_whole(sign, b):
                    return WHOLE[type(sign)](a, b)
            case _:
                pass
        return NotImplemented

    def key(self, node: ast.expr) -> Key:
        """An index: whole numbers, slices, lists of whole numbers, None and an ellipsis."""
        found = self.scope.static(node.id) if isinstance(node, ast.Name) else None
        if is_tuple(found) and self.scope.registry:
            return cast(Key, found)  # an option of a definition, read where the call stands
        if is_tuple(found) and not isinstance(found, KnownList):
            return tuple([known_item(item, node) for item in found])
        if self.is_written_key(node):
            node = node.slice
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(self.key_item(item) for item in items)

    def is_value(self, node: ast.expr) -> bool:
        """Whether an index is a value of the program, such as x[i] of an input i: it is known at run time only."""
        match node:
            case ast.Name(name):
                return self.scope.static(name) is NotImplemented and self.shape_of(name) is not None
            case ast.BinOp() | ast.Call() | ast.Subscript():
                return self.static(node) is NotImplemented and not self.is_written_key(node)
            case _:
                return False

    def counted(self, node: ast.expr) -> range | None:
        """The numbers of range(3) or np.arange(3) in an index; None for anything else."""
        if not isinstance(node, ast.Call) or node.keywords or not 1 <= len(node.args) <= 3:
            return None
        name = own_name(node.func, self.scope)
        if name in ("range", "torch.arange") or numpy_name(node.func, self.scope) == "arange":
            numbers = tuple([self.static(bound) for bound in node.args])
            if (
                is_wholes(numbers)
                and all(abs(n) <= LARGEST for n in numbers)
                and 0 not in numbers[2:]
                and not (found := range(*numbers))[MOST_PLACES:]
            ):
                return found
        return None

    def key_item(self, node: ast.expr) -> KeyPart:
        match node:
            case ast.Slice(lower, upper, step):
                # Beyond every array, as Python does: a larger bound means the same.
                return slice(
                    *(
                        None
                        if part is None or self.static(part) is None
                        else max(-LARGEST, min(self.whole(part), LARGEST))
                        for part in (lower, upper, step)
                    )
                )
            case ast.Constant(None):
                return None
            case ast.Attribute() if numpy_name(node, self.scope) == "newaxis":
                return None
            case ast.Constant(value) if value is ...:
                return ...
            case ast.List() | ast.Tuple():
                return self.places(node)
            case ast.Compare() | ast.Constant(bool()):
                raise Misplaced("index-mask", node)
            case ast.Call() if (numbers := self.counted(node)) is not None:
                return tuple(numbers)
            case ast.Name(name):
                return known_item(self.scope.static(name), node)
            case _:
                return self.whole(node)

    def places(self, node: ast.List | ast.Tuple) -> tuple[Listed, ...]:
        """A list of whole numbers, or of such lists of one length.  Errors: index-mask, index-type, ragged-list."""
        for item in node.elts:
            if isinstance(item, ast.Constant) and isinstance(item.value, bool):
                raise Misplaced("index-mask", node)
        if not any(isinstance(item, (ast.List, ast.Tuple)) for item in node.elts):
            return tuple(self.whole(item) for item in node.elts)
        parts: list[ast.List | ast.Tuple] = []
        for item in node.elts:
            if not isinstance(item, (ast.List, ast.Tuple)):
                raise Misplaced("index-type", item)
            parts.append(item)
            if len(item.elts) != len(parts[0].elts):
                raise Misplaced("ragged-list", item, left=len(parts[0].elts), right=len(item.elts))
        rows = tuple(self.places(item) for item in parts)
        for row, item in zip(rows, parts):
            if nested_shape(row) != nested_shape(rows[0]):
                raise Misplaced("index-type", item)
        return rows

    def is_written_key(self, node: ast.expr) -> TypeGuard[ast.Subscript]:
        """Whether this is np.s_[1:, 0], an index by itself."""
        return isinstance(node, ast.Subscript) and numpy_name(node.value, self.scope) == "s_"

    def whole(self, node: ast.expr) -> int:
        value = self.static(node)
        if type(value) is not int:
            raise Misplaced("index-type", node)
        return value


class KnownList(tuple[object, ...]):
    """A list that is known beforehand: in an index it is one item, where a tuple is several."""

    __slots__ = ()


def known_item(value: object, node: ast.expr) -> KeyPart:
    """One item of an index by what is known beforehand.  Errors: index-mask, index-type."""
    if value is None or type(value) is int:
        return value
    numbers = array_of(value, MOST_PLACES) if is_tuple(value) else None
    if isinstance(value, bool) or (numbers is not None and any(isinstance(n, bool) for n in leaves(value))):
        raise Misplaced("index-mask", node)
    if numbers is None or not all(type(n) is int for n in leaves(value)):
        raise Misplaced("index-type", node)
    return cast(Listed, value)


def is_whole(sign: ast.operator, right: int) -> bool:
    """Whether an operation on whole numbers gives one, of a length that can be written."""
    match sign:
        case ast.FloorDiv() | ast.Mod():
            return right != 0
        case ast.Pow():
            return 0 <= right <= 64
        case _:
            return True


def leaves(value: object) -> Iterator[object]:
    """What a value that is known beforehand is made of, however nested."""
    if is_tuple(value):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def mentions_shape(node: ast.expr) -> bool:
    """Whether an expression speaks of a shape, so that it may be a number known beforehand."""
    pending = [node]
    while pending:
        match pending.pop():
            case (
                ast.Attribute(ast.Name(), "shape" | "size" | "ndim")
                | ast.Call(ast.Name("len"))
                | ast.Call(ast.Attribute(ast.Name(), "size" | "dim" | "numel"))
            ):
                return True
            case ast.Subscript(value):
                pending.append(value)
            case ast.BinOp(left, _, right):
                pending += (left, right)
            case _:
                pass
    return False


def fitting(kind: str, value: object) -> tuple[bool, object]:
    """Whether a static value is of an option's kind, and its normal form."""
    whole = type(value) is int
    match kind:
        case "axis" | "axes":
            return whole or is_wholes(value), value
        case "bool":
            return isinstance(value, bool), value
        case "shape":
            return whole or is_wholes(value), (value,) if whole else value
        case "text":
            return isinstance(value, str), value
        case "pair":
            two = is_tuple(value) and len(value) == 2 and all(type(v) is int or is_wholes(v) for v in value)
            return whole or two, value
        case "widths":
            pairs = is_tuple(value) and all(is_wholes(v) and len(v) == 2 for v in value)
            return whole or (is_wholes(value) and len(value) in (1, 2)) or pairs, value
        case "number":
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return True, number(value)
            return False, value
        case _:
            return whole, value


def array_of(items: object, most: float) -> Array | None:
    """Nested tuples of numbers as an array; None where they are no such thing, or are made of more than `most` numbers
    or empty tuples.
    """
    shape: list[int] = []
    level: dict[int, Any] = {id(items): items}  # each tuple once, however often it is repeated
    while any(isinstance(item, tuple) for item in level.values()):
        lengths = {len(item) if is_tuple(item) else -1 for item in level.values()}
        shape.append(max(lengths))
        if len(lengths) > 1 or len(shape) > MAX_AXES or size_of(tuple([max(n, 1) for n in shape])) > most:
            return None
        level = {id(part): part for item in level.values() for part in item}
    if not shape or not all(isinstance(item, (int, float)) for item in level.values()):
        return None
    flat: list[Any] = [items]
    for _ in shape:
        flat = [part for item in flat for part in item]
    return np.array([number(item) for item in flat], dtype=np.float64).reshape(shape)
