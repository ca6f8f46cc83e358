"""Instructions that decide which comes next, and that move what lies on the stack."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import (
    MISSING,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Instance,
    ListCell,
    SetCell,
)

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def jump(m: Machine, frame: Frame, label: Any, node: ast.AST) -> None:
    frame.rest.__setstate__(label.at)


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


CHANGING = (ListCell, DictCell, DictView, SetCell, DequeCell)


def gather(m: Machine, frame: Frame, _: None, node: ast.Starred) -> None:
    """All items of a generator, or of an object that gives some, as a list; of what may change, those of the moment."""
    if type(frame.stack[-1]) in CHANGING:
        frame.stack[-1] = tuple(m.listed(frame.stack[-1], node))
    else:
        m.gather(frame, node)


def jump_if_false(m: Machine, frame: Frame, label: Any, node: ast.expr) -> None:
    if frame.stack[-1] is True:
        frame.stack.pop()
    elif not asked_first(m, frame, node) and not m.truth(frame.stack.pop(), node):
        frame.at = label.at


def choose(m: Machine, frame: Frame, arg: tuple[Any, ast.IfExp], node: ast.expr) -> None:
    """The test of `a if test else b` where both may be computed: they are, where the graph cannot know which is taken.

    Then the test and the expression stay on the stack below them.
    """
    test = frame.stack[-1]
    if type(test) is Computed and not test.varies:
        frame.stack.pop()
        if not test.value:
            frame.at = arg[0].at
        return
    if asked_first(m, frame, node):
        return
    other, whole = arg
    if m.chooses(frame.stack[-1], node):
        frame.stack.append(whole)
    elif not m.truth(frame.stack.pop(), node):
        frame.at = other.at


def choose_block(m: Machine, frame: Frame, labels: tuple[Any, Any], node: ast.expr) -> None:
    """The test of an `if` that only computes: what it does is done under the condition where the graph cannot know."""
    test = frame.stack[-1]
    if type(test) is Computed and not test.varies:
        frame.stack.pop()
        if not test.value:
            frame.at = labels[0].at
        return
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


def keep_second(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """Two values on the stack, and the upper one below them once more."""
    stack = frame.stack
    stack.insert(-2, stack[-1])


def jump_if_false_or_go_on(m: Machine, frame: Frame, label: Any, node: ast.expr) -> None:
    """A comparison of a chain, on top of the value that the next one begins with: it is the answer where it fails."""
    if m.truth(frame.stack[-1], node):
        frame.stack.pop()
    else:
        del frame.stack[-2]
        frame.at = label.at


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
    value = frame.stack.pop()
    m.ending = value, node.value
    m.see(value, node.value)


def print_begins(m: Machine, frame: Frame, end: Any, node: ast.Expr) -> None:
    m.print_begins(frame, end, node)
