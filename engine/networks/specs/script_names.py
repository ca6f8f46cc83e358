"""The names that a script's statements give to something and look up."""

from __future__ import annotations

import ast
from collections.abc import Sequence

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement gives to something."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Import() | ast.ImportFrom():
            return {(one.asname or one.name).partition(".")[0] for one in statement.names}
        case _:
            return {
                part.id
                for part in ast.walk(statement)
                if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del))
            }


def used_names(node: ast.AST) -> set[str]:
    """The names that are looked up outside of a statement or an expression: not those of its functions' own values."""
    found: set[str] = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while pending:
        part, own = pending.pop()
        if isinstance(part, ast.Name):
            found |= {part.id} - own
            continue
        if isinstance(part, FUNCTIONS):
            pending += [(default, own) for default in (*part.args.defaults, *part.args.kw_defaults) if default]
            pending += [(one, own) for one in getattr(part, "decorator_list", ())]
            body = [part.body] if isinstance(part, ast.Lambda) else part.body
            own |= {one.arg for one in ast.walk(part.args) if isinstance(one, ast.arg)} | bound_inside(body)
            pending += [(one, own) for one in body]
        elif isinstance(part, ast.ClassDef):
            names = bound_inside(part.body)
            pending += [(one, own) for one in (*part.bases, *part.keywords, *part.decorator_list)]
            pending += [(one, own if isinstance(one, FUNCTIONS) else own | names) for one in part.body]
        else:
            if isinstance(part, COMPREHENSIONS):
                own |= {name for one in part.generators for name in stored(one.target)}
            pending += [(one, own) for one in ast.iter_child_nodes(part)]
    return found


def stored(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}


def bound_inside(body: Sequence[ast.AST]) -> set[str]:
    """The names that are given to something in a body, without those of functions and classes inside of it."""
    found: set[str] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.alias):
            found.add((part.asname or part.name).partition(".")[0])
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            found.add(part.name)
        elif not isinstance(part, (ast.Lambda, *COMPREHENSIONS)):
            pending += ast.iter_child_nodes(part)
    return found


def last_name(node: ast.expr) -> str | None:
    """Linear, of nn.Linear and of Linear."""
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case _:
            return None
