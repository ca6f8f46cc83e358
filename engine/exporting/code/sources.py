"""The forward of an op as plain functions, taken from its own source: what a script needs that stands alone."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from gradlens.engine.errors import KINDS
from gradlens.engine.exporting.code.literals import literal

PACKAGE = "gradlens."
ERROR = "EngineError"
SUFFIX = re.compile("_(array|scalar)$")
LONGEST_INLINE = 90  # letters of a lambda that is written where it is used


@cache
def module_functions(module: str) -> dict[tuple[int, str], list[ast.FunctionDef | ast.Lambda]]:
    """The functions of a module's source, by their first line and name."""
    found: dict[tuple[int, str], list[ast.FunctionDef | ast.Lambda]] = {}
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.Lambda):
            found.setdefault((node.lineno, "<lambda>"), []).append(node)
        elif isinstance(node, ast.FunctionDef):
            line = min([node.lineno, *[one.lineno for one in node.decorator_list]])
            found.setdefault((line, node.name), []).append(node)
    return found


def source_of(function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """The syntax of a function of ours."""
    code = function.__code__
    candidates = module_functions(function.__module__)[code.co_firstlineno, code.co_name]
    arguments = code.co_varnames[: code.co_argcount]
    return next(one for one in candidates if tuple(a.arg for a in [*one.args.posonlyargs, *one.args.args]) == arguments)


def bound_names(tree: ast.AST) -> set[str]:
    """Every name that a function gives a meaning to."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ExceptHandler)):
            found.add(node.name or "")
    return found


def meaning(function: FunctionType, name: str) -> Any:
    """What a name that a function does not bind stands for in it.  Raises KeyError for one of Python's own."""
    code = function.__code__
    if name in code.co_freevars and function.__closure__:
        return function.__closure__[code.co_freevars.index(name)].cell_contents
    return function.__globals__[name]


class Sources:
    """The helper functions and constants of one script, in an order in which each stands after what it needs.

    taken: names that the script has already.  modules: of the standard library that they need.
    """

    def __init__(self, taken: set[str]):
        self.taken = taken
        self.texts: list[str] = []
        self.modules: set[str] = set()
        self._names: dict[int, str] = {}
        self._written: dict[str, str] = {}
        self._kept: list[object] = []  # so that no id is used twice

    def fresh(self, wanted: str) -> str:
        """A name that nothing else in the script has."""
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}_{count}"
        self.taken.add(name)
        return name

    def add(self, function: Any, wanted: str) -> str:
        """The name in the script of a function of ours."""
        function = inspect.unwrap(function)
        if id(function) not in self._names:
            name = self.fresh(wanted)
            self._names[id(function)] = name
            self._kept.append(function)
            self.texts.append(self._text(function, deepcopy(source_of(function)), name))
        return self._names[id(function)]

    def add_text(self, wanted: str, text: str) -> str:
        """The name in the script of a function that is written out here, in which {name} is its name."""
        if text not in self._written:
            self._written[text] = self.fresh(wanted)
            self.texts.append(text.replace("{name}", self._written[text]))
        return self._written[text]

    def inline(self, function: Any, arguments: dict[str, ast.expr]) -> ast.expr | None:
        """The body of a short lambda with its parameters replaced; None where a value would be written twice."""
        if not isinstance(function, FunctionType) or function.__name__ != "<lambda>":
            return None
        tree = source_of(function)
        assert isinstance(tree, ast.Lambda)
        if len(ast.unparse(tree)) > LONGEST_INLINE:
            return None
        body = deepcopy(tree.body)
        if any(isinstance(node, (ast.Lambda, ast.comprehension, ast.IfExp)) for node in ast.walk(body)):
            return None
        uses = [node.id for node in ast.walk(body) if isinstance(node, ast.Name)]
        for name, value in arguments.items():
            if uses.count(name) > 1 and not isinstance(value, (ast.Name, ast.Constant)):
                return None
        return _Renamed(self, function, set(), arguments).visit(body)

    def _text(self, function: FunctionType, tree: ast.FunctionDef | ast.Lambda, name: str) -> str:
        if isinstance(tree, ast.Lambda):
            tree = ast.FunctionDef(name, tree.args, [ast.Return(tree.body)], [], None)
        bound = bound_names(tree)
        tree.name = name
        return ast.unparse(ast.fix_missing_locations(_Renamed(self, function, bound, {}).visit(tree)))

    def value(self, value: Any, name: str) -> ast.expr:
        """How a script writes what a name of ours stands for."""
        if isinstance(value, ModuleType):
            if value is np:
                return ast.Name("np")
            self.modules.add(value.__name__)
            return ast.Name(value.__name__)
        if isinstance(value, np.ufunc) or (callable(value) and _in_numpy(value)):
            return _numpy_name(value)
        if isinstance(value, functools.partial):
            self.modules.add("functools")
            function = self.value(value.func, value.func.__name__)
            given = [ast.keyword(key, self.value(one, key)) for key, one in value.keywords.items()]
            return ast.Call(
                ast.Attribute(ast.Name("functools"), "partial"),
                [function, *[self.value(one, name) for one in value.args]],
                given,
            )
        if callable(value):
            function: Any = inspect.unwrap(value)
            if isinstance(function, FunctionType) and function.__module__.startswith(PACKAGE):
                wanted = name if function.__name__ in ("<lambda>", "array") else SUFFIX.sub("", function.__name__)
                return ast.Name(self.add(function, wanted))
            module = value.__module__
            if module == "builtins":
                return ast.Name(value.__name__)
            self.modules.add(module.lstrip("_"))
            return ast.Attribute(ast.Name(module.lstrip("_")), value.__name__)
        if name.isupper() and not isinstance(value, (bool, type(None))):
            if id(value) not in self._names:
                self._names[id(value)] = self.fresh(name)
                self._kept.append(value)
                text = ast.unparse(self.content(value, name))
                self.texts.append(f"{self._names[id(value)]} = {text}")
            return ast.Name(self._names[id(value)])
        return self.content(value, name)

    def content(self, value: Any, name: str) -> ast.expr:
        """A constant with what is in it."""
        if isinstance(value, dict):
            return ast.Dict(
                [self.content(key, name) for key in value], [self.value(one, name.lower()) for one in value.values()]
            )
        if isinstance(value, (list, tuple)):
            items = [self.content(one, name) for one in value]
            return ast.List(items) if isinstance(value, list) else ast.Tuple(items)
        return self.value(value, name.lower()) if callable(value) else literal(value)


class _Renamed(ast.NodeTransformer):
    """A function's names as a script has them, without annotations.

    bound: the names that the function binds.  arguments: what stands for its parameters.
    """

    def __init__(self, sources: Sources, function: FunctionType, bound: set[str], arguments: dict[str, ast.expr]):
        self.sources = sources
        self.function = function
        self.bound = bound
        self.arguments = arguments

    def resolved(self, name: str) -> Any:
        """What a name stands for where it is not the function's or Python's own, else _OWN."""
        if name in self.bound:
            return _OWN
        try:
            return meaning(self.function, name)
        except KeyError:
            assert hasattr(builtins, name), name
            return _OWN

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.arguments:
            return self.arguments[node.id]
        value = self.resolved(node.id)
        return node if value is _OWN else self.sources.value(value, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id not in self.arguments:
            value = self.resolved(node.value.id)
            if isinstance(value, ModuleType) and value.__name__.startswith(PACKAGE):
                return self.sources.value(getattr(value, node.attr), node.attr)
        node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        if node.value is None:
            return None
        return self.visit(ast.Assign([node.target], node.value))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        node.decorator_list = []
        self.generic_visit(node)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        if isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name) and node.exc.func.id == ERROR:
            kind = node.exc.args[0]
            assert isinstance(kind, ast.Constant)
            return ast.Raise(ast.Call(ast.Name("ValueError"), [ast.Constant(KINDS[str(kind.value)][0])], []), None)
        self.generic_visit(node)
        return node


_OWN = object()


def _in_numpy(value: Callable[..., Any]) -> bool:
    owner = getattr(value, "__self__", None)
    return isinstance(owner, np.ufunc) or (getattr(value, "__module__", None) or "").partition(".")[0] == "numpy"


def _numpy_name(value: Any) -> ast.expr:
    owner = getattr(value, "__self__", None)
    if isinstance(owner, np.ufunc):
        return ast.Attribute(_numpy_name(owner), value.__name__)
    for path in _paths():
        place: Any = np
        for part in path:
            place = getattr(place, part)
        if getattr(place, value.__name__, None) is value:
            found: ast.expr = ast.Name("np")
            for part in (*path, value.__name__):
                found = ast.Attribute(found, part)
            return found
    raise LookupError(f"{value!r} has no name in NumPy")


def _paths() -> Iterator[tuple[str, ...]]:
    yield from ((), ("linalg",), ("random",), ("lib", "stride_tricks"))
