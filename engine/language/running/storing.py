"""Instructions that bind names, attributes and items, or delete them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, DictCell, Fresh, Generator, Instance, ListCell, Tensor, Type
from gradlens.engine.language.standard.exceptions import unpacking
from gradlens.engine.language.syntax import Misplaced, source

if TYPE_CHECKING:
    from gradlens.engine.language.code import Operand
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


# What a file says of itself, as in __author__ = "…".
OF_THE_FILE = frozenset(
    f"__{name}__"
    for name in (
        "all author authors contact copyright credits date deprecated docformat email license maintainer status title"
        " version"
    ).split()
)


def check_name(name: str, place: Any) -> None:
    """Error: reserved-name, for the names by which the language's own are reached."""
    if name.startswith("__") and name not in OF_THE_FILE:
        raise Misplaced("reserved-name", place, name=name)


def as_leaf(m: Machine, frame: Frame, _: None, node: ast.Assign | ast.AnnAssign) -> None:
    """Numbers and arrays that stand in the text are leaves where the program binds them to a name."""
    if frame.code.kind == "program" and type(frame.stack[-1]) is not Tensor:
        assert node.value is not None
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id in OF_THE_FILE:
            return
        frame.stack[-1] = m.leafy(frame.stack[-1], node.value, isinstance(target, (ast.Tuple, ast.List)))


def abstract_base(m: Machine, frame: Frame, _: None, node: ast.ClassDef) -> None:
    """metaclass=ABCMeta: the class is one below ABC."""
    frame.stack.append(m.abstract_base())


def annotate(m: Machine, frame: Frame, name: str, node: ast.AnnAssign) -> None:
    """A name that the body of a class annotates."""
    held = frame.scope.names.setdefault("__annotations__", DictCell({}))
    held.items[name] = Type(source(node.annotation))


def store(m: Machine, frame: Frame, name: str, node: ast.AST) -> None:
    m.bind(frame, frame.scope, name, frame.stack.pop(), node)


def store_leaf(m: Machine, frame: Frame, name: str, node: ast.Assign) -> None:
    """A name of the program for a value, which may be a leaf."""
    m.steps += 1
    value = frame.stack.pop()
    m.bind(frame, frame.scope, name, value if type(value) is Tensor else m.leafy(value, node.value, False), node)


def bind_turn(m: Machine, frame: Frame, name: str, node: ast.AST) -> None:
    """A loop's name for one item."""
    value, scope = frame.stack.pop(), frame.scope
    scope.names[name] = value = m.tensor_of(value, value.place) if type(value) is Fresh else value
    m.turned(scope, name, value)
    if scope is m.root and name in m.graph.names:
        m.name_of_turn(name, value)


def store_outside(m: Machine, frame: Frame, name: str, node: ast.AST) -> None:
    """:= in a comprehension binds where that stands."""
    scope = frame.scope
    while scope.outer is not None and scope is not frame.outside:
        scope = scope.outer
    m.bind(frame, scope, name, frame.stack.pop(), node)


def store_global(m: Machine, frame: Frame, name: str, node: ast.AST) -> None:
    m.bind(frame, m.root, name, frame.stack.pop(), node)


def store_nonlocal(m: Machine, frame: Frame, name: str, node: ast.AST) -> None:
    holder = frame.scope.outer.holder(name) if frame.scope.outer is not None else None
    m.bind(frame, holder or frame.scope, name, frame.stack.pop(), node)


def as_written(value: Any) -> Any:
    """A number of the text as an item of a list, where it is no input."""
    if type(value) is Fresh and value.tensor is None and isinstance(value.value, float) and not value.drawn:
        return int(value.value) if value.whole else value.value
    return value


def unpack(m: Machine, frame: Frame, arg: tuple[int, int | None], node: Any) -> None:
    wanted, star = arg
    if type(frame.stack[-1]) in (Generator, Instance):
        m.charge(1, node)
        frame.at -= 1
        m.gather(frame, node)
        return
    value = frame.stack.pop()
    if type(value) is tuple and len(value) == wanted and star is None:
        m.steps += wanted
        frame.stack += value[::-1]
        return
    items = m.unpacked(value, None if star is not None else wanted, node)
    if star is not None:
        if len(items) < wanted - 1:
            refused = Misplaced("unpack-count", node, count=wanted - 1, got=len(items))
            raise refused.as_in_python(unpacking(wanted - 1, len(items), least=True))
        after = wanted - star - 1
        middle = [as_written(item) for item in items[star : len(items) - after]]
        items = [*items[:star], ListCell(middle), *items[len(items) - after :]]
    frame.stack += reversed(items)


def store_attribute(m: Machine, frame: Frame, name: str, node: ast.Attribute) -> None:
    held = frame.stack.pop()
    m.set_attribute(frame, held, name, frame.stack.pop(), node)


def store_attribute_of_name(m: Machine, frame: Frame, arg: tuple[str, str], node: ast.Attribute) -> None:
    m.steps += 1
    held = frame.scope.names.get(arg[0], MISSING)
    if held is MISSING:
        held = m.lookup(frame, arg[0], node.value)
    m.set_attribute(frame, held, arg[1], frame.stack.pop(), node)


def store_attribute_reading(m: Machine, frame: Frame, arg: tuple[str, str, Operand], node: ast.Attribute) -> None:
    """self.x = x: an attribute of a name for a name or a constant."""
    holder, attribute, (name, value, written) = arg
    m.steps += 2
    names = frame.scope.names
    if name is not None:
        value = names.get(name, MISSING)
        if value is MISSING:
            value = m.lookup(frame, name, written)
    held = names.get(holder, MISSING)
    if held is MISSING:
        held = m.lookup(frame, holder, node.value)
    m.set_attribute(frame, held, attribute, value, node)


def store_item(m: Machine, frame: Frame, _: None, node: ast.Subscript) -> None:
    key = frame.stack.pop()
    held = frame.stack.pop()
    m.set_item(frame, held, key, frame.stack.pop(), node)


def store_changed_item(m: Machine, frame: Frame, operator: type[ast.operator], node: ast.Subscript) -> None:
    """The item of m[i] += 1, after it was changed."""
    key = frame.stack.pop()
    held = frame.stack.pop()
    m.set_item(frame, held, key, frame.stack.pop(), node, operator)


def delete_name(m: Machine, frame: Frame, name: str, node: ast.Name) -> None:
    if name not in frame.scope.names:
        m.lookup(frame, name, node)  # refused where it has no value
    frame.scope.names.pop(name, None)
    if frame.scope is m.root:
        m.deleted.add(name)


def delete_attribute(m: Machine, frame: Frame, name: str, node: ast.Attribute) -> None:
    held = frame.stack.pop()
    if not isinstance(held, Instance) or name not in held.names:
        raise Misplaced("no-attribute", node, name=name, got=m.shown(held))
    del held.names[name]


def delete_item(m: Machine, frame: Frame, _: None, node: ast.Subscript) -> None:
    key = frame.stack.pop()
    m.delete_item(frame.stack.pop(), key, node)
