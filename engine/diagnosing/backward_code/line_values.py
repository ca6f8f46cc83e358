"""What another line would give, found from the line alone: the program is not run again for what comes out wrong."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.matching import Judged, Line, values_of
from gradlens.engine.diagnosing.backward_code.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.watching import watch
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.language.objects import Computed, Instance
from gradlens.engine.language.outputs.journal import node_of
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.values import Array, Value

RESULT = "result"


class LineValues:
    """The values that one line sees where it is carried out, and what it would give if it were another."""

    def __init__(self, judged: Judged, line: Line, limits: Limits, work: SearchWork):
        self.judged = judged
        self.line = line
        self.limits = limits
        self.work = work
        self.alone: dict[int, bool] = {}  # by another line, whether only its name is read
        self.names: dict[str, Value | None] = {}  # by text; None for what is no array and no number
        entry = line.entry
        # Later turns may go on from what the line gave before.
        self.applies = line.key[2] == 1 and entry.kind in ("name", "attribute", "item")
        self.before = judged.watched.journal[: judged.watched.journal.index(entry)]

    def value(self, made: list[ast.stmt]) -> Array | None:
        """What other lines in the line's place would give; None where only the program can tell.

        Raises ValueError where they cannot be carried out.
        """
        entry = self.line.entry
        if not self.applies:
            return None
        if len(made) == 2 and ast.unparse(made[0]) == ast.unparse(entry.statement) and entry.kind == "name":
            self.names[entry.target] = self.judged.values[entry.node.id]  # one more line goes on from it
            try:
                return self.value(made[1:])
            finally:
                del self.names[entry.target]
        if len(made) != 1:
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
            self.work.line(watched)
            node = watched.graph.nodes[watched.graph.names[RESULT]]
            return np.asarray(values_of(watched.graph, given)[node.id], dtype=np.float64)
        except EngineError as error:
            if error.kind.startswith(("unknown-", "missing-")):
                return None
            raise ValueError from None
        except (KeyError, IndexError):
            return None

    def through(self, made: list[ast.stmt], other: LineValues) -> Array | None:
        """What the line gives where another one before it, by whose name it reads that, is others; None where only the
        program can tell.  Raises ValueError where they cannot be carried out.
        """
        name = other.line.entry.target
        if id(other) not in self.alone:
            self.alone[id(other)] = self.reads_alone(other)
        if not self.alone[id(other)]:
            return None
        value = other.value(made)
        if value is None:
            return None
        held = self.names.get(name)
        self.names[name] = value if value.shape else float(value)
        try:
            return self.value([self.line.entry.statement])
        finally:
            self.names[name] = held
            if held is None:
                del self.names[name]

    def reads_alone(self, other: LineValues) -> bool:
        """Whether all that the line has from another one is the value of its name."""
        one, entry = other.line.entry, self.line.entry
        value = getattr(entry.statement, "value", None)
        if not (
            self.applies and other.applies and one.kind == "name" and one.scope is entry.scope and value is not None
        ):
            return False
        made = self.judged.watched.graph.made_from({one.node.id})
        for node in ast.walk(value):
            if isinstance(node, ast.Name) and node.id != one.target:
                found = self.found(node)
                if found is not None and found.id in made:
                    return False
        return any(isinstance(node, ast.Name) and node.id == one.target for node in ast.walk(value))

    def of(self, node: ast.expr) -> Value | None:
        """The value of a name or of an attribute of self, as it was when the line was carried out."""
        text = ast.unparse(node)
        if text not in self.names:
            found = self.found(node)
            known = self.line.entry.scope.names.get(text) if found is None else None
            if isinstance(known, (int, Computed)):
                self.names[text] = float(known.value if isinstance(known, Computed) else known)
            else:
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
