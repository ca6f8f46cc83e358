"""What is known before anything is computed: axes, shapes, indices, the bounds of loops."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.language import Misplaced, literal, source
from engine.ops import Op, Option
from engine.values import Shape, number, size_of

WHOLE = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that are known beforehand at one place of a program.

    statics: their values.  shape_of: the shape of a variable by name, None where there is none.
    """

    statics: Mapping[str, object]
    shape_of: Callable[[str], Shape | None]

    def option(self, op: Op, option: Option, node: ast.expr) -> object:
        """An option's value, of its kind.  Error: option-<kind>."""
        if option.kind == "key":
            return self.key(node)
        value = self.static(node)
        if value is NotImplemented and option.kind == "number":
            value = literal(node)  # inf and pi are numbers too
        if value is None and option.default is None and not option.required:
            return None
        ok, value = fitting(option.kind, value)
        if not ok:
            raise Misplaced(f"option-{option.kind}", node, function=op.name, option=option.name, got=source(node))
        return value

    def static(self, node: ast.expr) -> object:
        """A value that is known beforehand: whole numbers, True, False, None, tuples of them; else NotImplemented."""
        match node:
            case ast.Constant(int() | float() | bool() | None as value):
                return value
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)) if not isinstance(value, bool):
                return -value
            case ast.Tuple(items) | ast.List(items):
                values = tuple(self.static(item) for item in items)
                return NotImplemented if NotImplemented in values else values
            case ast.Name(name) if name in self.statics:
                return self.statics[name]
            case ast.Attribute(ast.Name(name), "shape" | "size" | "ndim" as what):
                shape = self.shape_of(name)
                if shape is not None:
                    return {"shape": shape, "size": size_of(shape), "ndim": len(shape)}[what]
            case ast.Call(ast.Name("len"), [ast.Name(name)], []):
                shape = self.shape_of(name)
                if shape:
                    return shape[0]
            case ast.Subscript(value, place):
                items, at = self.static(value), self.static(place)
                if isinstance(items, tuple) and type(at) is int and -len(items) <= at < len(items):
                    return items[at]
            case ast.BinOp(left, sign, right) if type(sign) in WHOLE:
                a, b = self.static(left), self.static(right)
                if type(a) is int and type(b) is int and abs(a) < 2**63 and abs(b) < 2**63 and not (b == 0 and isinstance(sign, ast.FloorDiv)):
                    return WHOLE[type(sign)](a, b)
        return NotImplemented

    def key(self, node: ast.expr) -> tuple[int | slice, ...]:
        """An index: whole numbers and slices of whole numbers, one an axis."""
        if isinstance(node, ast.Name) and isinstance(self.statics.get(node.id), tuple):
            return self.statics[node.id]
        match node:
            case ast.Subscript(ast.Attribute(ast.Name("np" | "numpy"), "s_"), inner):
                node = inner  # np.s_[1:, 0], an index by itself
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(self.key_item(item) for item in items)

    def key_item(self, node: ast.expr) -> int | slice:
        if isinstance(node, ast.Slice):
            return slice(*(None if part is None else self.whole(part) for part in (node.lower, node.upper, node.step)))
        return self.whole(node)

    def whole(self, node: ast.expr) -> int:
        value = self.static(node)
        if type(value) is not int:
            raise Misplaced("index-type", node)
        return value


def mentions_shape(node: ast.expr) -> bool:
    """Whether an expression speaks of a shape, so that it may be a number known beforehand."""
    pending = [node]
    while pending:
        match pending.pop():
            case ast.Attribute(ast.Name(), "shape" | "size" | "ndim") | ast.Call(ast.Name("len")):
                return True
            case ast.Subscript(value):
                pending.append(value)
            case ast.BinOp(left, _, right):
                pending += (left, right)
    return False


def fitting(kind: str, value: object) -> tuple[bool, object]:
    """Whether a static value is of an option's kind, and its normal form."""
    whole = type(value) is int
    wholes = isinstance(value, tuple) and all(type(v) is int for v in value)
    match kind:
        case "axis" | "axes":
            return whole or wholes, value
        case "bool":
            return isinstance(value, bool), value
        case "shape":
            return whole or wholes, (value,) if whole else value
        case "number":
            real = isinstance(value, (int, float)) and not isinstance(value, bool)
            return real, number(value) if real else value
        case _:
            return whole, value
