"""What the parts of the builder share: what it holds, and what each of them does for the others."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Container, Iterator

from gradlens.engine.errors import Place
from gradlens.engine.graph import Graph, Limits
from gradlens.engine.language.calls import Foreign
from gradlens.engine.language.scope import Function, Item, Scope, Step
from gradlens.engine.language.statics import Known
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.ops import Op
from gradlens.engine.values import Shape, Value


class BuilderPart(ABC):
    """One part of the builder, which is all of them in one.

    given: the shapes of the inputs.  opened: the library functions that become groups.
    scope: what names mean where the builder stands.  defining: in which scopes functions were defined.
    running: the functions that are being called.
    steps, weights: what was read, and how much each piece of it counts.  place: of the expression that is being made.
    lists: nodes that are lists of Python's.  wholes: inputs that are written as whole numbers.
    masks: whether a node is made of comparisons alone, of those that were asked for.
    used: the libraries of the program, once somebody asks.
    """

    syntax: Syntax
    given: dict[str, Shape]
    opened: Container[str]
    limits: Limits
    graph: Graph
    scope: Scope
    defining: list[Scope]
    running: list[Function]
    steps: int
    weights: dict[int, tuple[ast.AST, int]]
    place: Place | None
    lists: set[int]
    wholes: set[int]
    masks: dict[int, bool]
    used: frozenset[str] | None

    # of the builder itself

    @abstractmethod
    def charge(self, node: ast.expr | ast.stmt, more: int = 0) -> None: ...

    # of statements

    @abstractmethod
    def statements(self, body: tuple[ast.stmt, ...]) -> int: ...

    @abstractmethod
    def parts(self, id: int, count: int, origin: Place) -> list[int]: ...

    # of expressions

    @property
    @abstractmethod
    def known(self) -> Known: ...

    @abstractmethod
    def expression(self, root: ast.expr) -> int: ...

    @abstractmethod
    def read(self, node: ast.expr) -> Step: ...

    @abstractmethod
    def fixed(self, node: ast.expr) -> Value | None: ...

    @abstractmethod
    def shape_of_name(self, name: str) -> Shape | None: ...

    @abstractmethod
    def program_function(self, node: ast.Call) -> Function | None: ...

    @abstractmethod
    def bind_function(self, function: Function, node: ast.Call) -> Step: ...

    @abstractmethod
    def call(self, step: Step, inputs: tuple[int, ...]) -> list[int]: ...

    @abstractmethod
    def callee(self, node: ast.Call) -> tuple[Op | Foreign, list[ast.expr]]: ...

    # of loops

    @abstractmethod
    def items(self, node: ast.expr, target: ast.expr) -> Iterator[Item]: ...

    @abstractmethod
    def bind_item(self, target: ast.expr, item: Item, origin: Place) -> None: ...

    @abstractmethod
    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Step: ...

    @abstractmethod
    def part(self, id: int, place: int, origin: Place) -> int: ...

    # of calls of other libraries

    @property
    @abstractmethod
    def libraries(self) -> frozenset[str]: ...

    @abstractmethod
    def translated(self, callee: Foreign, first: list[ast.expr], node: ast.Call) -> ast.expr: ...

    @abstractmethod
    def part_of_result(self, node: ast.expr) -> ast.expr | None: ...

    @abstractmethod
    def built_in(self, op: Op, node: ast.Call) -> ast.expr | None: ...

    @abstractmethod
    def standing_for(self, node: ast.expr, meaning: ast.expr) -> Step: ...

    @abstractmethod
    def are_masks(self, ids: tuple[int, ...]) -> bool: ...

    @abstractmethod
    def check_conditions(self, node: ast.expr, ids: tuple[int, ...]) -> None: ...

    @abstractmethod
    def hold(self, node: ast.expr) -> ast.Name: ...

    # of lists

    @abstractmethod
    def list_arithmetic(self, node: ast.BinOp) -> Step | None: ...

    @abstractmethod
    def extended(self, name: str, node: ast.BinOp) -> ast.expr: ...
