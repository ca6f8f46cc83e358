"""The places and parts of a line, and other lines made of them."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from gradlens.engine.values import Shape

PLAIN, COUNTS, NAMES, PATHS, FACTORS, INNER, TERMS = range(7)  # in the order in which they are tried
Rewritten = tuple[str, list[ast.stmt]]
Syntax = TypeVar("Syntax", bound=ast.AST)
Ends = tuple[ast.expr | None, ast.expr | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a line can see.  text: how it is written there.  shape: None where it differs from turn to turn.

    gradient: whether its name means one.  labels: whether it is of zeros and ones; classes: of whole numbers, one axis.
    number: the whole number that it is, of those that are known.
    """

    text: str
    shape: Shape | None
    gradient: bool = False
    labels: bool = False
    classes: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """What else of a program may be meant in a line.

    scales: by what it multiplies and divides, as templates of e: e / np.sqrt(d).  literals: its numbers.
    layers: its objects that hand a gradient on.  holders: its lists and dicts.
    """

    scales: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()


NOTHING_ELSE = Program()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of an expression in a statement: the steps from the one to the other."""

    statement: ast.stmt
    way: tuple[tuple[str, int | None], ...]

    def get(self) -> ast.expr:
        node: ast.AST = self.statement
        for name, place in self.way:
            child = getattr(node, name)
            node = child if place is None else child[place]
        assert isinstance(node, ast.expr)
        return node

    def around(self) -> ast.AST:
        """What the expression is a part of."""
        node: ast.AST = self.statement
        for name, place in self.way[:-1]:
            child = getattr(node, name)
            node = child if place is None else child[place]
        return node

    def put(self, expression: ast.expr) -> ast.stmt:
        """The statement with another expression there; what is the same is shared with it."""
        made = copied(self.statement)
        node: ast.AST = made
        for step, (name, place) in enumerate(self.way):
            held: Any = getattr(node, name)
            child: ast.AST = held if place is None else held[place]
            below = expression if step == len(self.way) - 1 else shallow(child)
            setattr(node, name, below if place is None else [*held[:place], below, *held[place + 1 :]])
            node = below
        return made


def shallow(node: Syntax) -> Syntax:
    """Another node of syntax with the same parts."""
    made = type(node)()
    made.__dict__.update(node.__dict__)
    return made


def copied(statement: ast.stmt) -> ast.stmt:
    made = shallow(statement)
    made.origin = getattr(statement, "origin", id(statement))  # pyright: ignore - of which line it is another form
    return made


def fresh(expression: ast.expr) -> ast.expr:
    return copy.deepcopy(expression)


def slots(statement: ast.stmt) -> list[Slot]:
    """Every expression of a statement that computes, from the outside in: not what is assigned to, but its keys."""
    found: list[Slot] = []
    pending: list[tuple[ast.AST, tuple[tuple[str, int | None], ...]]] = []
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)) and statement.value:
        pending.append((statement.value, (("value", None),)))
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for place, target in enumerate(targets):
        if isinstance(target, ast.Subscript):
            pending.append((target.slice, (("targets", place), ("slice", None))))
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript):
        pending.append((statement.target.slice, (("target", None), ("slice", None))))
    while pending:
        node, way = pending.pop(0)
        if isinstance(node, ast.expr):
            found.append(Slot(statement, way))
        if isinstance(node, ast.Lambda):
            continue
        for name, child in ast.iter_fields(node):
            if isinstance(node, ast.comprehension) and name == "target":
                continue
            if isinstance(child, list):
                pending += [(one, (*way, (name, i))) for i, one in enumerate(child) if isinstance(one, ast.AST)]  # pyright: ignore
            elif isinstance(child, ast.AST) and not isinstance(child, (ast.expr_context, ast.operator, ast.unaryop)):
                pending.append((child, (*way, (name, None))))
    return found


def parsed(text: str) -> ast.expr:
    return template_of(text)


@lru_cache(maxsize=4096)
def template_of(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def of(template: str, **parts: ast.expr) -> ast.expr:
    """An expression of a template with parts in place of its names."""
    return filled(template_of(template), parts)


def filled(node: Syntax, parts: dict[str, ast.expr]) -> Syntax:
    """Syntax with parts in place of its names; what is the same is shared with it."""
    if isinstance(node, ast.Name):
        return parts.get(node.id, node)  # pyright: ignore - an expression for an expression
    made = node
    for name, child in ast.iter_fields(node):
        if isinstance(child, ast.AST):
            other = filled(child, parts)
        elif isinstance(child, list):
            other = [filled(one, parts) if isinstance(one, ast.AST) else one for one in child]  # pyright: ignore
            other = child if all(a is b for a, b in zip(other, child, strict=True)) else other  # pyright: ignore
        else:
            continue
        if other is not child:
            made = shallow(node) if made is node else made
            setattr(made, name, other)
    return made


def is_count(x: ast.expr) -> bool:
    """Whether an expression reads as a number of samples."""
    text = ast.unparse(x)
    return (
        "shape" in text or "len(" in text or "size" in text or text in ("n", "N", "m", "M", "B", "batch", "num_train")
    )


def named_extra(x: ast.expr) -> str:
    text = ast.unparse(x)
    if isinstance(x, ast.Constant):
        return "extra-factor"
    is_slope = "1 - " in text or "1.0 - " in text or any(isinstance(n, ast.Compare) for n in ast.walk(x))
    return "extra-activation-derivative" if is_slope else "extra-factor"


def is_unpacking(statement: ast.stmt) -> bool:
    """Whether a line takes several values out of one: x, w, b = cache."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Tuple)
        and not isinstance(statement.value, (ast.Tuple, ast.Call))
    )


def is_text(x: ast.AST) -> bool:
    return isinstance(x, ast.Constant) and not isinstance(x.value, (int, float))


def value_of(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Return)):
        return statement.value
    return None


def with_value(statement: ast.stmt, value: ast.expr) -> ast.stmt:
    return Slot(statement, (("value", None),)).put(value)


def beside(made: ast.stmt, statement: ast.stmt) -> ast.stmt:
    """A statement in another's place."""
    ast.copy_location(made, statement)
    made.origin = getattr(statement, "origin", id(statement))  # pyright: ignore
    return made


MOST_INNER = 8


def is_product(x: ast.expr) -> bool:
    return isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult)


def is_number(x: ast.expr, seen: list[Seen]) -> bool:
    return any(one.number and one.text == ast.unparse(x) for one in seen)


def in_key(slot: Slot) -> bool:
    """Whether a place is a part of a key."""
    return any(name == "slice" for name, _ in slot.way)


def is_single(x: ast.expr, seen: list[Seen]) -> bool:
    """Whether an expression may be one number: no array is read in it but for its shape."""
    if is_count(x):
        return True
    arrays = {one.text for one in seen if one.shape != ()}
    compares = any(isinstance(n, ast.Compare) for n in ast.walk(x))
    return not compares and all(ast.unparse(n) not in arrays for n in ast.walk(x) if isinstance(n, ast.expr))


def is_base(slot: Slot) -> bool:
    """Whether a place holds the list or array that an item or a part is taken of."""
    return len(slot.way) > 1 and slot.way[-1] == ("value", None) and isinstance(slot.around(), ast.Subscript)


def is_function(slot: Slot) -> bool:
    """Whether a place holds what is called, or the library's name before it."""
    return any(name == "func" for name, _ in slot.way)


def applied(statement: ast.stmt, template: str, after: bool) -> list[ast.stmt] | None:
    """A line whose value is put into a template for e, or one more line that does that to what it assigns."""
    value = value_of(statement)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Tuple) or isinstance(value, ast.Tuple):
        return None
    plain_target = not isinstance(target, ast.Subscript) or is_key(target)
    if not after and value is not None and plain_target and not isinstance(statement, ast.AugAssign):
        return [with_value(statement, of(template, e=value))]
    if (target := base_of(statement)) is None:
        return None
    text = ast.unparse(target)
    return [copied(statement), following(f"{text} = {ast.unparse(of(template, e=target))}", statement)]


def is_item(statement: ast.stmt) -> bool:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Subscript) and not is_key(target)


def is_key(target: ast.expr) -> bool:
    """Whether a place is named by a text, as grads['W1']."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and isinstance(target.slice.value, str)
    )


def base_of(statement: ast.stmt) -> ast.expr | None:
    """What a line assigns to, or the array of which it changes a part."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    if isinstance(target, ast.Subscript) and not is_key(target):
        target = target.value
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    return parsed(ast.unparse(target))


def following(text: str, statement: ast.stmt) -> ast.stmt:
    """One more line behind another."""
    return ast.copy_location(ast.parse(text).body[0], statement)


def placed(made: ast.stmt) -> ast.stmt:
    """A line of its own, all parts of which stand at its place; of a loop its head, the lines in it are the same."""
    if isinstance(made, ast.For):
        head = copied(made)
        assert isinstance(head, ast.For)
        head.iter = copy.deepcopy(made.iter)
        for node in ast.walk(head.iter):
            ast.copy_location(node, made)
        return head
    made = copy.deepcopy(made)
    for node in ast.walk(made):
        ast.copy_location(node, made)
    return made
