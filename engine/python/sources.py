"""The source of a Python function or class: its own text, and the names that it takes from around it."""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradlens.engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class Source:
    """text: of the definition, without the indentation around it.  file, line: where it begins.

    free: the names that it takes from outside, in the order in which they are first needed.
    """

    text: str
    file: str
    line: int
    free: tuple[str, ...]
    scope: Mapping[str, object]


def source_of(definition: types.FunctionType | type, name: str) -> Source:
    """The source of a function or a class.  Of a lambda it is one of `name`.  Error: function-no-source."""
    try:
        lines, line, file = lines_of(definition)
        text = textwrap.dedent("".join(lines))
        if isinstance(definition, types.FunctionType) and definition.__name__ == "<lambda>":
            text, line = lambda_text(definition), definition.__code__.co_firstlineno
            text = f"{name} = ({text})\n" if "\n" in text else f"{name} = {text}\n"
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError, LookupError) as error:
        raise EngineError("function-no-source", name=name) from error
    return Source(text, file, line, tuple(dict.fromkeys(free_names(tree))), scope_of(definition))


def lines_of(definition: types.FunctionType | type) -> tuple[list[str], int, str]:
    """The lines of a definition, the number of the first, and the file.  Raises OSError, TypeError, SyntaxError."""
    try:
        return *inspect.getsourcelines(definition), inspect.getsourcefile(definition) or ""
    except (OSError, TypeError):
        if not isinstance(definition, type):
            raise
    # A class of a notebook has no file: it stands around the first of its methods.
    for method in vars(definition).values():
        if isinstance(method, types.FunctionType):
            lines, _ = inspect.findsource(method)
            first = method.__code__.co_firstlineno
            for node in ast.walk(ast.parse("".join(lines))):
                if isinstance(node, ast.ClassDef) and node.name == definition.__name__:
                    begin = min([node.lineno, *[one.lineno for one in node.decorator_list]])
                    if begin <= first <= (node.end_lineno or 0):
                        return lines[begin - 1 : node.end_lineno], begin, method.__code__.co_filename
    raise OSError("no method tells where the class stands")


def lambda_text(function: types.FunctionType) -> str:
    """The expression of a lambda among those of its file.  Raises LookupError, OSError, SyntaxError."""
    lines, _ = inspect.findsource(function)
    text, code = "".join(lines), function.__code__
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
    ]
    if len(found) > 1:  # of several in a line, that whose body is what the last instructions stand for
        places = list(code.co_positions())
        found = [node for node in found if place_of(node.body) in places]
    if len(found) != 1:
        raise LookupError("no lambda, or several, at this place")
    return ast.get_source_segment(text, found[0]) or ""


def place_of(node: ast.expr) -> tuple[int | None, ...]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def scope_of(definition: types.FunctionType | type) -> Mapping[str, object]:
    """What the names around a definition stand for."""
    if isinstance(definition, type):
        around: dict[str, object] = dict(vars(sys.modules.get(definition.__module__, builtins)))
        for function in vars(definition).values():
            if isinstance(function, types.FunctionType):
                around |= closure_of(function)
        return around
    return definition.__globals__ | closure_of(definition)


def closure_of(function: types.FunctionType) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return found


class WithoutAnnotations(ast.NodeTransformer):
    """What is said of types decides nothing."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        return ast.Assign([node.target], node.value or ast.Constant(None), lineno=node.lineno)


def free_names(tree: ast.Module) -> Iterator[str]:
    """Names that a definition takes from outside; those of the language included that Python has built in."""
    text = ast.unparse(WithoutAnnotations().visit(tree))
    order = {node.id: i for i, node in enumerate(ast.walk(ast.parse(text))) if isinstance(node, ast.Name)}
    top = symtable.symtable(text, "", "exec")
    bound = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    yield from sorted(
        {
            symbol.get_name()
            for table in tables_of(top)
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (table is top or symbol.is_global())
        }
        - bound,
        key=lambda name: order.get(name, 0),
    )


def tables_of(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from tables_of(inner)


def unwrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """What was written, where jit or the like stands around it."""
    try:
        return inspect.unwrap(function)
    except ValueError:  # wrapped in itself
        return function
