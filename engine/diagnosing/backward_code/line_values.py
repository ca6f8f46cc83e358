"""What another line would give, found from the line alone: the program is not run again for what comes out wrong."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.matching import Judged, Line, values_of
from gradlens.engine.diagnosing.backward_code.watching import watch
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.language.objects import Instance
from gradlens.engine.language.outputs.journal import node_of
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.values import Array, Value

RESULT = "result"
STEPS = 20_000


class LineValues:
    """The values that one line sees where it is carried out, and what it would give if it were another."""

    def __init__(self, judged: Judged, line: Line, limits: Limits):
        self.judged = judged
        self.line = line
        self.limits = limits
        self.names: dict[str, Value | None] = {}  # by text; None for what is no array and no number
        entry = line.entry
        self.before = judged.watched.journal[: judged.watched.journal.index(entry)]

    def value(self, made: list[ast.stmt]) -> Array | None:
        """What other lines in the line's place would give; None where only the program can tell.

        Raises ValueError where they cannot be carried out.
        """
        if len(made) != 1 or self.line.entry.kind not in ("name", "attribute", "item"):
            return None
        statement = made[0]
        if isinstance(statement, ast.Assign) and not isinstance(statement.targets[0], ast.Tuple):
            expression = statement.value
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            target = ast.Name(statement.target.id, ast.Load())
            expression = ast.BinOp(target, statement.op, statement.value)
        else:
            return None
        given: dict[str, Value] = {}
        placed = Placed(self, given).visit(ast.parse(ast.unparse(expression), mode="eval").body)
        if placed is None or any(isinstance(n, (ast.Name, ast.Attribute)) and is_own(n) for n in ast.walk(placed)):
            return None
        text = f"{RESULT} = {ast.unparse(placed)}"
        body = ast.parse(text).body
        syntax = Syntax(text, (text,), tuple(body))
        try:
            watched = watch(syntax, given, self.limits)
            node = watched.graph.nodes[watched.graph.names[RESULT]]
            return np.asarray(values_of(watched.graph, given)[node.id], dtype=np.float64)
        except EngineError as error:
            if error.kind in ("unknown-name", "unknown-function"):
                return None
            raise ValueError from None
        except (KeyError, IndexError):
            return None

    def of(self, node: ast.expr) -> Value | None:
        """The value of a name or of an attribute of self, as it was when the line was carried out."""
        text = ast.unparse(node)
        if text not in self.names:
            found = self.found(node)
            self.names[text] = None if found is None else self.judged.values[found.id]
        return self.names[text]

    def found(self, node: ast.expr) -> Any:
        entry, graph = self.line.entry, self.judged.watched.graph
        if isinstance(node, ast.Name):
            for scope in dict.fromkeys((entry.scope, self.root())):
                held = [e for e in self.before if e.kind in ("name", "change") and e.scope is scope]
                last = next((e.node for e in reversed(held) if e.target == node.id), None)
                if last is not None:
                    return last
                if node.id in scope.names:
                    return node_of(scope.names[node.id], graph)
            return None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and type(entry.owner) is Instance:
            held = [e for e in self.before if e.kind == "attribute" and e.holder is entry.owner and e.name == node.attr]
            return held[-1].node if held else node_of(entry.owner.names.get(node.attr), graph)
        return None

    def root(self) -> Any:
        return next((e.scope for e in self.before if not e.function), self.line.entry.scope)


class Placed(ast.NodeTransformer):
    """Names with values of their own in place of what a line reads."""

    def __init__(self, line: LineValues, given: dict[str, Value]):
        self.line = line
        self.given = given
        self.texts: dict[str, str] = {}

    def placed(self, node: ast.expr) -> ast.expr:
        text = ast.unparse(node)
        if text not in self.texts:
            value = self.line.of(node)
            if value is None:
                return node
            self.texts[text] = f"own_{len(self.texts)}"
            self.given[self.texts[text]] = value
        return ast.Name(self.texts[text], ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.placed(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self.placed(node)
        node.value = self.visit(node.value)
        return node


def is_own(node: ast.Name | ast.Attribute) -> bool:
    """Whether a name stands for a value of the program that was not found."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.id == "self"
