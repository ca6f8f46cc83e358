"""What each instruction does to the frame that runs it. The machine (machine.py) decides which comes next."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import (
    MISSING,
    ClassObject,
    DictCell,
    Fresh,
    Function,
    Generator,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    Type,
    Unreachable,
)
from gradlens.engine.language.running.groups import LazyGroup, LoopGroup
from gradlens.engine.language.standard.exceptions import unpacking
from gradlens.engine.language.syntax import Misplaced, source
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.code import Code, Operand
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
    m.get_attribute(frame, held, arg[1], node, arg[2])


def attribute_of_name(m: Machine, frame: Frame, arg: tuple[str, str], node: ast.Attribute) -> None:
    m.steps += 1
    held = frame.scope.names.get(arg[0], MISSING)
    if held is MISSING:
        held = m.lookup(frame, arg[0], node.value)
    if type(held) is Instance and arg[1] in held.names:
        frame.stack.append(held.names[arg[1]])
    else:
        m.get_attribute(frame, held, arg[1], node)


def method(m: Machine, frame: Frame, arg: tuple[str, ast.Call], node: ast.Attribute) -> None:
    """What follows a dot and is called."""
    m.get_attribute(frame, frame.stack.pop(), arg[0], node, arg[1])


def attribute(m: Machine, frame: Frame, name: str, node: ast.Attribute) -> None:
    m.get_attribute(frame, frame.stack.pop(), name, node)


def item(m: Machine, frame: Frame, _: None, node: ast.Subscript) -> None:
    key = frame.stack.pop()
    m.get_item(frame, frame.stack.pop(), key, node)


def item_reading(m: Machine, frame: Frame, arg: tuple[str | None, Any], node: ast.Subscript) -> None:
    """An item by a key that is a name or a number, which is read here."""
    m.steps += 1
    name, key = arg
    if name is not None:
        key = frame.scope.names.get(name, MISSING)
        if key is MISSING:
            assert type(node.slice) is ast.Name
            key = m.lookup(frame, name, node.slice)
    m.get_item(frame, frame.stack.pop(), key, node)


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
    literal = [item.literal if type(item) is ListCell and item.items is None else item for item in items]
    if any(type(item) not in (int, float, bool, list) for item in literal):
        frame.stack.append(ListCell(items, place=node))  # a name of the program's
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


def binary_of(sign: type[ast.operator]) -> Callable[[Machine, Frame, None, ast.BinOp], None]:
    def run(m: Machine, frame: Frame, _: None, node: ast.BinOp) -> None:
        stack = frame.stack
        right = stack.pop()
        left = stack.pop()
        m.binary(frame, sign, left, right, node)

    return run


def reading_of(sign: type[ast.operator]) -> Callable[..., None]:
    """An operator that reads its operands itself: the right one, and the left one where it is a name.

    It stands for as many instructions as it saves, and is counted so.
    """

    def run(m: Machine, frame: Frame, arg: tuple[str | None, str | None, Any], node: ast.BinOp) -> None:
        left_name, right_name, right = arg
        names = frame.scope.names
        if left_name is None:
            left = frame.stack.pop()
        else:
            m.steps += 1
            left = names.get(left_name, MISSING)
            if left is MISSING:
                left = m.lookup(frame, left_name, node.left)
        m.steps += 1
        if right_name is not None:
            right = names.get(right_name, MISSING)
            if right is MISSING:
                right = m.lookup(frame, right_name, node.right)
        m.binary(frame, sign, left, right, node)

    return run


def unary_of(sign: type[ast.unaryop]) -> Callable[[Machine, Frame, None, ast.UnaryOp], None]:
    def run(m: Machine, frame: Frame, _: None, node: ast.UnaryOp) -> None:
        if sign is not ast.Not or not asked_first(m, frame, node):
            m.unary(frame, sign, frame.stack.pop(), node)

    return run


BINARY: dict[type[ast.operator], Callable[..., None]] = {
    sign: binary_of(sign)
    for sign in (
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.Pow,
        ast.MatMult,
        ast.FloorDiv,
        ast.Mod,
        ast.BitAnd,
        ast.BitOr,
        ast.BitXor,
        ast.LShift,
        ast.RShift,
    )
}
BINARY_READING = {sign: reading_of(sign) for sign in BINARY}
UNARY: dict[type[ast.unaryop], Callable[..., None]] = {
    sign: unary_of(sign) for sign in (ast.USub, ast.UAdd, ast.Invert, ast.Not)
}


def compare(m: Machine, frame: Frame, signs: tuple[type[ast.cmpop], ...], node: ast.Compare) -> None:
    values = taken(m, frame, len(signs) + 1, node)
    m.compare(frame, signs, values, node)


def change(m: Machine, frame: Frame, sign: type[ast.operator], node: ast.AugAssign) -> None:
    """a += b: in place where the value is a cell, else a new value."""
    right = frame.stack.pop()
    m.change(frame, sign, frame.stack.pop(), right, node)


# ------------------------------------------------------------------ order


def jump(m: Machine, frame: Frame, label: Any, node: ast.AST) -> None:
    frame.at = label.at


def asked_first(m: Machine, frame: Frame, node: Any) -> bool:
    """Whether what lies on the stack is an object that must be asked whether it holds: then the instruction that needs
    to know is done again with the answer.
    """
    value = frame.stack[-1]
    if type(value) is not Instance:
        return False
    for name in ("__bool__", "__len__"):
        if value.of.find(name) is not MISSING:
            frame.stack.pop()
            frame.at -= 1
            m.call_method(frame, value, name, [], node)
            return True
    return False


def gather(m: Machine, frame: Frame, _: None, node: ast.Starred) -> None:
    """All items of a generator, or of an object that gives some, as a list."""
    m.gather(frame, node)


def jump_if_false(m: Machine, frame: Frame, label: Any, node: ast.expr) -> None:
    if asked_first(m, frame, node):
        return
    if not m.truth(frame.stack.pop(), node):
        frame.at = label.at


def choose(m: Machine, frame: Frame, arg: tuple[Any, ast.IfExp], node: ast.expr) -> None:
    """The test of `a if test else b` where both may be computed: they are, where the graph cannot know which is taken.

    Then the test and the expression stay on the stack below them.
    """
    if asked_first(m, frame, node):
        return
    other, whole = arg
    if m.chooses(frame.stack[-1], node):
        frame.stack.append(whole)
    elif not m.truth(frame.stack.pop(), node):
        frame.at = other.at


def choose_block(m: Machine, frame: Frame, labels: tuple[Any, Any], node: ast.expr) -> None:
    """The test of an `if` that only computes: what it does is done under the condition where the graph cannot know."""
    if asked_first(m, frame, node):
        return
    other, both = labels
    if m.chooses(frame.stack[-1], node):
        frame.stack.pop()
        frame.at = both.at
    elif not m.truth(frame.stack.pop(), node):
        frame.at = other.at


def first_chosen(m: Machine, frame: Frame, end: Any, node: ast.IfExp) -> None:
    stack = frame.stack
    if len(stack) < 3 or stack[-2] is not node:
        frame.at = end.at


def chosen(m: Machine, frame: Frame, _: None, node: ast.IfExp) -> None:
    stack = frame.stack
    if len(stack) >= 4 and stack[-3] is node:
        test, _, first, other = stack[-4:]
        del stack[-4:]
        stack.append(m.one_of(test, first, other, node))


def jump_if_false_or_drop(m: Machine, frame: Frame, label: Any, node: ast.expr) -> None:
    if m.truth(frame.stack[-1], node):
        frame.stack.pop()
    else:
        frame.at = label.at


def jump_if_true_or_drop(m: Machine, frame: Frame, label: Any, node: ast.expr) -> None:
    if m.truth(frame.stack[-1], node):
        frame.at = label.at
    else:
        frame.stack.pop()


def match_case(m: Machine, frame: Frame, arg: tuple[ast.pattern, Any], node: ast.match_case) -> None:
    """What the names of a pattern stand for, where the value on the stack is as it says; else the next case."""
    pattern, other = arg
    found = m.matched(frame, pattern, frame.stack[-1])
    if found is None:
        frame.at = other.at
        return
    for name, value in found.items():
        m.bind(frame, frame.scope, name, value, pattern)


def nothing(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    pass


def duplicate(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    frame.stack.append(frame.stack[-1])


def duplicate_two(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    frame.stack += frame.stack[-2:]


def swap(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    stack = frame.stack
    stack[-1], stack[-2] = stack[-2], stack[-1]


def rotate(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """value on top of an object and a key: below them."""
    stack = frame.stack
    stack[-3:] = [stack[-1], stack[-3], stack[-2]]


def drop(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    frame.stack.pop()


def last(m: Machine, frame: Frame, _: None, node: ast.Expr) -> None:
    m.see(frame.stack.pop(), node.value)


def print_begins(m: Machine, frame: Frame, end: Any, node: ast.Expr) -> None:
    m.print_begins(frame, end, node)


# ------------------------------------------------------------------ loops


class Loop:
    """A loop that runs.  group: in which it stands.  own: its own, once a turn has begun.  turn: how many began."""

    __slots__ = ("group", "iterator", "own", "turn")

    def __init__(self, iterator: Any, group: LazyGroup | None):
        self.iterator = iterator
        self.group = group
        self.own: LoopGroup | None = None
        self.turn = 0


def iterate(m: Machine, frame: Frame, _: None, node: ast.expr) -> None:
    m.iterate(frame, frame.stack.pop(), node)


def advance(m: Machine, frame: Frame, end: Any, node: ast.AST) -> None:
    """The next item; the iterator goes where there is none."""
    iterator = frame.stack[-1]
    if type(iterator) is Generator:
        m.resume(frame, iterator, end, node)
        return
    value = next(iterator, MISSING)
    if value is MISSING:
        frame.stack.pop()
        frame.at = end.at
    else:
        frame.stack.append(value)


def loop_begins(m: Machine, frame: Frame, loop: ast.For, node: ast.For) -> None:
    frame.stack.append(Loop(frame.stack.pop(), frame.group))


def while_begins(m: Machine, frame: Frame, loop: ast.While, node: ast.While) -> None:
    frame.stack.append(Loop(count(), frame.group))


def next_turn(m: Machine, frame: Frame, conditions: frozenset[ast.AST], node: ast.While) -> None:
    if not frame.stack[-1].turn:
        m.endings |= conditions
    m.turn_begins(frame, frame.stack[-1], node)


def advance_turn(m: Machine, frame: Frame, end: Any, node: ast.For) -> None:
    loop = frame.stack[-1]
    m.turn_begins(frame, loop, node)
    if type(loop.iterator) is Generator:
        m.resume(frame, loop.iterator, end, node)
        return
    value = next(loop.iterator, MISSING)
    if value is MISSING:
        frame.at = end.at
    else:
        m.name_turn(frame, loop, value, node)
        frame.stack.append(value)


def loop_ends(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.loop_ends(frame, frame.stack.pop())


# ------------------------------------------------------------------ names and places


def check_name(name: str, place: Any) -> None:
    """Error: reserved-name, for the names by which the language's own are reached."""
    if name.startswith("__"):
        raise Misplaced("reserved-name", place, name=name)


def as_leaf(m: Machine, frame: Frame, _: None, node: ast.Assign | ast.AnnAssign) -> None:
    """Numbers and arrays that stand in the text are leaves where the program binds them to a name."""
    if frame.code.kind == "program" and type(frame.stack[-1]) is not Tensor:
        assert node.value is not None
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
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
    value = frame.stack.pop()
    frame.scope.names[name] = m.tensor_of(value, value.place) if type(value) is Fresh else value


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


# ------------------------------------------------------------------ bodies


def call(m: Machine, frame: Frame, shape: Any, node: ast.Call) -> None:
    stack = frame.stack
    count, names = len(shape.stars), shape.names
    values = stack[len(stack) - count - len(names) :]
    del stack[len(stack) - len(values) :]
    function = stack.pop()
    if shape.target is not None and type(function) is ClassObject:
        m.numbers_as_leaves(function, values, shape.target, node)
    if shape.plain:
        m.call(frame, function, values, {}, node)
        return
    keywords: dict[str, Any] = {}
    for key, value, written in zip(names, values[count:], node.keywords, strict=True):
        parts = {key: value} if key is not None else m.keywords(value, written)
        for one, given in parts.items():
            if one in keywords:
                raise Misplaced("repeated-argument", written, function=source(node.func), argument=one, signature="")
            keywords[one] = given
    m.call(frame, function, spread(m, values[:count], shape.stars, node), keywords, node)


def call_reading(m: Machine, frame: Frame, arg: tuple[str, tuple[Operand, ...]], node: ast.Call) -> None:
    """f(x, 2): a call of a name with names and constants alone."""
    m.steps += 1
    assert type(node.func) is ast.Name
    function = function_named(m, frame, arg[0], node.func)
    m.call(frame, function, operands_read(m, frame, arg[1]), {}, node)


def give(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.give(frame, frame.stack.pop())


def end(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.ends(frame)


class Delegate:
    """What yield from takes its items from."""

    __slots__ = ("iterator",)

    def __init__(self, iterator: Any):
        self.iterator = iterator


def delegated(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """The iterator of yield from, and what it is sent first."""
    frame.stack += [Delegate(frame.stack.pop()), None]


def advance_delegate(m: Machine, frame: Frame, end: Any, node: ast.AST) -> None:
    """The next item of a yield from, which passes on what it was sent."""
    sent = frame.stack.pop()
    iterator = frame.stack[-1].iterator
    if type(iterator) is Generator:
        if iterator.takes:
            iterator.frame.stack[-1] = sent
        m.resume(frame, iterator, end, node)
        return
    value = next(iterator, MISSING)
    if value is MISSING:
        frame.at = end.at
    else:
        frame.stack.append(value)


def delegate_ends(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    iterator = frame.stack.pop().iterator
    frame.stack.append(iterator.value if type(iterator) is Generator else None)


def yield_value(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.yields(frame, frame.stack.pop())


def make_function(m: Machine, frame: Frame, arg: tuple[Code, tuple[str, ...]], node: ast.AST) -> None:
    code, names = arg
    values = taken(m, frame, len(names), node)
    values = [m.tensor_of(v, v.place) if type(v) is Fresh else v for v in values]
    scope = frame.scope
    if frame.code.kind == "class":
        assert scope.outer is not None
        scope = scope.outer
    frame.stack.append(Function(code, dict(zip(names, values, strict=True)), scope))


def decorate(m: Machine, frame: Frame, _: None, node: ast.expr) -> None:
    function = frame.stack.pop()
    m.call_with(frame, frame.stack.pop(), [function], node)


def comprehend(m: Machine, frame: Frame, code: Code, node: ast.expr) -> None:
    m.comprehend(frame, code, frame.stack.pop(), node)


def collect(m: Machine, frame: Frame, kind: str, node: ast.expr) -> None:
    value = frame.stack.pop()
    if kind == "iterator":
        m.frames.pop()
        m.gives(frame, value)
    elif kind == "set":
        frame.collected.add(m.key(value, node))
    else:
        frame.collected.append(value)


def collect_pair(m: Machine, frame: Frame, _: None, node: ast.DictComp) -> None:
    value = frame.stack.pop()
    m.insert(frame, frame.collected, frame.stack.pop(), value, node.value)


def give_collected(m: Machine, frame: Frame, kind: str, node: ast.expr) -> None:
    found = frame.collected
    if kind == "iterator":
        m.frames.pop()
        m.generator_ends(frame)
        return
    m.give(
        frame,
        ListCell(found, place=node) if kind == "list" else SetCell(found) if kind == "set" else DictCell(found),
    )


def make_class(m: Machine, frame: Frame, arg: tuple[Code, int], node: ast.ClassDef) -> None:
    code, count = arg
    m.make_class(frame, code, taken(m, frame, count, node), node)


def import_names(m: Machine, frame: Frame, _: None, node: ast.Import | ast.ImportFrom) -> None:
    m.import_names(frame, node)
