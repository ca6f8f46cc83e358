"""What each instruction does to the frame that runs it. The machine (machine.py) decides which comes next."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import (
    MISSING,
    DictCell,
    Instance,
    ListCell,
    Module,
    SetCell,
    Unreachable,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.code import Operand
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

# ------------------------------------------------------------------ values


def constant(m: Machine, frame: Frame, value: Any, node: ast.expr) -> None:
    frame.stack.append(value)


def name(m: Machine, frame: Frame, name: str, node: ast.Name) -> None:
    found = frame.scope.names.get(name, MISSING)
    frame.stack.append(m.lookup(frame, name, node) if found is MISSING else found)


def callee(m: Machine, frame: Frame, name: str, node: ast.Name) -> None:
    """A name that is called."""
    frame.stack.append(function_named(m, frame, name, node))


def function_named(m: Machine, frame: Frame, name: str, node: ast.Name) -> Any:
    found = frame.scope.names.get(name, MISSING)
    if found is MISSING:
        return m.lookup(frame, name, node, called=True)
    return OPS[name] if frame.code.ours and name in OPS else found  # an option of a function may be called like one


def operands_read(m: Machine, frame: Frame, operands: tuple[Operand, ...]) -> list[Any]:
    """Names and constants that an instruction reads itself: it stands for as many, and is counted so."""
    m.steps += len(operands)
    names = frame.scope.names
    values: list[Any] = []
    for name, value, node in operands:
        if name is not None:
            value = names.get(name, MISSING)
            if value is MISSING:
                value = m.lookup(frame, name, node)
        values.append(value)
    return values


def method_of_name(m: Machine, frame: Frame, arg: tuple[str, str, ast.Call], node: ast.Attribute) -> None:
    """What follows the dot of a name and is called."""
    m.steps += 1
    held = frame.scope.names.get(arg[0], MISSING)
    if held is MISSING:
        held = m.lookup(frame, arg[0], node.value)
    if type(held) is Module and (found := held.known[True].get(arg[1], MISSING)) is not MISSING:
        frame.stack.append(found)
    else:
        m.get_attribute(frame, held, arg[1], node, arg[2])


def attribute_of_name(m: Machine, frame: Frame, arg: tuple[str, str], node: ast.Attribute) -> None:
    m.steps += 1
    name, attribute = arg
    held = frame.scope.names.get(name, MISSING)
    if held is MISSING:
        held = m.lookup(frame, name, node.value)
    if type(held) is Instance and attribute in (names := held.names):
        frame.stack.append(names[attribute])
    else:
        m.get_attribute(frame, held, attribute, node)


def method(m: Machine, frame: Frame, arg: tuple[str, ast.Call], node: ast.Attribute) -> None:
    """What follows a dot and is called."""
    m.get_attribute(frame, frame.stack.pop(), arg[0], node, arg[1])


def attribute(m: Machine, frame: Frame, name: str, node: ast.Attribute) -> None:
    m.get_attribute(frame, frame.stack.pop(), name, node)


def item(m: Machine, frame: Frame, _: None, node: ast.Subscript) -> None:
    key = frame.stack.pop()
    m.get_item(frame, frame.stack.pop(), key, node)


def item_reading(m: Machine, frame: Frame, arg: tuple[str | None, Any], node: ast.Subscript) -> None:
    """An item by a key that is a name or a number or text, which is read here."""
    m.steps += 1
    name, key = arg
    if name is not None:
        key = frame.scope.names.get(name, MISSING)
        if key is MISSING:
            assert type(node.slice) is ast.Name
            key = m.lookup(frame, name, node.slice)
    m.get_item(frame, frame.stack.pop(), key, node)


def item_of_name(m: Machine, frame: Frame, arg: tuple[str, str | None, Any], node: ast.Subscript) -> None:
    """An item of a name by a key that is a name or a number or text."""
    held_name, name, key = arg
    m.steps += 2
    names = frame.scope.names
    held = names.get(held_name, MISSING)
    if held is MISSING:
        held = m.lookup(frame, held_name, node.value)
    if name is not None:
        key = names.get(name, MISSING)
        if key is MISSING:
            key = m.lookup(frame, name, node.slice)
    m.get_item(frame, held, key, node)


def slice_of(m: Machine, frame: Frame, _: None, node: ast.Slice) -> None:
    stack = frame.stack
    parts = stack[-3:]
    del stack[-3:]
    stack.append(slice(*parts))


def spread(m: Machine, values: list[Any], stars: tuple[bool, ...], node: ast.AST) -> list[Any]:
    """Values of which some are lists of values."""
    found: list[Any] = []
    for value, star in zip(values, stars, strict=True):
        if star:
            found += m.listed(value, node)
        else:
            found.append(value)
    return found


def taken(m: Machine, frame: Frame, arg: int | tuple[bool, ...], node: ast.AST) -> list[Any]:
    count = arg if isinstance(arg, int) else len(arg)
    if not count:
        return []
    values = frame.stack[-count:]
    del frame.stack[-count:]
    return values if isinstance(arg, int) else spread(m, values, arg, node)


def make_list(m: Machine, frame: Frame, arg: int | tuple[bool, ...], node: ast.List) -> None:
    items = taken(m, frame, arg, node)
    frame.stack.append(ListCell(items, place=node))


def literal_list(m: Machine, frame: Frame, items: list[Any], node: ast.List) -> None:
    m.charge(m.weight(node), node)
    frame.stack.append(ListCell(None, place=node, literal=items))


def make_written_list(m: Machine, frame: Frame, count: int, node: ast.List) -> None:
    """A list of numbers of which some have names, as one whose numbers all stand in the text."""
    items = taken(m, frame, count, node)
    # A list under a name of the program's is that list, though the name, such as e, is a constant's elsewhere.
    inner = [type(item) is ListCell and type(part) is ast.List for item, part in zip(items, node.elts)]
    literal = [item.literal if written else item for item, written in zip(items, inner)]
    if any(type(item) not in (int, float, bool, list) for item in literal):
        frame.stack.append(ListCell(items, place=node))
    else:
        frame.stack.append(ListCell(None, place=node, literal=literal))


def make_tuple(m: Machine, frame: Frame, arg: int | tuple[bool, ...], node: ast.Tuple) -> None:
    items = taken(m, frame, arg, node)
    frame.stack.append(tuple(items))


def make_tuple_reading(m: Machine, frame: Frame, operands: tuple[Operand, ...], node: ast.Tuple) -> None:
    frame.stack.append(tuple(operands_read(m, frame, operands)))


def make_set(m: Machine, frame: Frame, arg: int | tuple[bool, ...], node: ast.Set) -> None:
    items = taken(m, frame, arg, node)
    frame.stack.append(SetCell({m.key(value, node) for value in items}))


def make_dict(m: Machine, frame: Frame, stars: tuple[bool, ...], node: ast.Dict) -> None:
    values = taken(m, frame, 2 * len(stars), node)
    found: dict[Any, Any] = {}
    for i, star in enumerate(stars):
        key, value = values[2 * i], values[2 * i + 1]
        if star:
            if not isinstance(value, DictCell):
                raise Misplaced("not-a-dict", node.values[i], got=m.shown(value))
            m.charge(len(value.items) // 8, node)
            found |= value.items
        else:
            m.insert(frame, found, key, value, node.values[i])
    frame.stack.append(DictCell(found))


def join_text(m: Machine, frame: Frame, count: int, node: ast.JoinedStr) -> None:
    parts = taken(m, frame, count, node)
    outside = [part for part in parts if type(part) is Unreachable]
    if outside:
        frame.stack.append(outside[0])
        return
    m.charge(sum(map(len, parts)) // 8, node)
    frame.stack.append("".join(parts))


def format_value(m: Machine, frame: Frame, conversion: int, node: ast.FormattedValue) -> None:
    spec = frame.stack.pop()
    m.format_value(frame, frame.stack.pop(), spec, conversion, node)


# ------------------------------------------------------------------ operators


# ------------------------------------------------------------------ order


# ------------------------------------------------------------------ loops


# ------------------------------------------------------------------ names and places


# ------------------------------------------------------------------ bodies
