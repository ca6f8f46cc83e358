"""Programs that fail, made as small as they can be while they still fail."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Iterator
from typing import Any

MOST_TRIES = 1500

# Yields smaller texts, is sent whether each still fails, and goes on from the smallest that does; returns whether any.
Search = Generator[str, bool, bool]


def minimised(text: str, fails: Callable[[str], bool], tries: int = MOST_TRIES) -> str:
    """The smallest program found that fails, by leaving out statements, then parts of expressions."""
    seen = {text}
    before = None
    while text != before and tries:
        before = text
        for search in (without_statements, with_simpler_expressions):
            candidates, failing = search(ast.parse(text)), None  # a generator is first sent None
            while tries:
                try:
                    candidate = candidates.send(failing)  # pyright: ignore[reportArgumentType]
                except StopIteration:
                    break
                failing = candidate not in seen and fails(candidate)
                tries -= candidate not in seen
                seen.add(candidate)
                text = candidate if failing else text
    return text


def replaced(owner: ast.AST, name: str, value: Any, tree: ast.AST) -> Search:
    """The text of a tree with one part replaced; the tree stays so where that still fails."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        ast.parse(text)
    except (SyntaxError, ValueError, AttributeError, TypeError):
        failing = None
    else:
        failing = yield text
    if not failing:
        setattr(owner, name, before)
    return bool(failing)


def without_statements(tree: ast.Module) -> Search:
    """Half of a block left out, a quarter, and so on to one statement, the last first; and blocks without a head."""
    found = False
    for owner in ast.walk(tree):
        for name in ("body", "orelse", "finalbody", "handlers"):
            if not isinstance(getattr(owner, name, None), list):
                continue
            size = len(getattr(owner, name))
            while size:
                for start in range(len(getattr(owner, name)) - size, -1, -size):
                    block = getattr(owner, name)
                    left = block[:start] + block[start + size :]
                    if left or name != "body":
                        found |= yield from replaced(owner, name, left, tree)
                    elif not isinstance(block[0], ast.Pass):
                        found |= yield from replaced(owner, name, [ast.Pass()], tree)
                size //= 2
            for place in range(len(getattr(owner, name)) - 1, -1, -1):
                block = getattr(owner, name)
                inner = getattr(block[place], "body", None)
                if isinstance(inner, list) and not isinstance(block[place], ast.FunctionDef | ast.ClassDef):
                    found |= yield from replaced(owner, name, [*block[:place], *inner, *block[place + 1 :]], tree)
    return found


def with_simpler_expressions(tree: ast.Module) -> Search:
    """An expression replaced by a part of it or by a number, and lists and calls with fewer parts."""
    found = False
    for owner in ast.walk(tree):
        for name, value in list(ast.iter_fields(owner)):
            if isinstance(value, ast.expr):
                while (yield from first_of(owner, name, simpler(getattr(owner, name)), tree)):
                    found = True
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr | ast.keyword | ast.comprehension):
                for place in range(len(value) - 1, -1, -1):
                    items = getattr(owner, name)
                    parts = ([*items[:place], part, *items[place + 1 :]] for part in simpler(items[place]))
                    found |= yield from first_of(owner, name, [items[:place] + items[place + 1 :], *parts], tree)
    return found


def first_of(owner: ast.AST, name: str, values: Iterator[Any] | list[Any], tree: ast.AST) -> Search:
    for value in values:
        if (yield from replaced(owner, name, value, tree)):
            return True
    return False


def simpler(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    if not isinstance(node, ast.Constant | ast.Name):
        yield ast.Constant(1)
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr) and not isinstance(part, ast.Starred):
            yield part
    if not isinstance(node, ast.Constant | ast.Name | ast.List):
        yield ast.List([], ast.Load())
