"""What a line can see: the arrays, counts, items and numbers that may be meant in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import Seen
from gradlens.engine.diagnosing.backward_code.gradients import unnamed
from gradlens.engine.diagnosing.backward_code.lines import Judged
from gradlens.engine.diagnosing.backward_code.search.trials import holder_of
from gradlens.engine.language.objects import MISSING, Computed, DictCell, Instance, ListCell
from gradlens.engine.language.outputs.gradient_names import meanings
from gradlens.engine.language.outputs.journal import node_of
from gradlens.engine.values import Value

SCALING = frozenset(("sqrt", "float", "len", "log", "exp", "prod"))
MOST_SEEN, MOST_COUNTS = 60, 4
MOST_ITEMS, NEAR_LINES, MOST_SCALES = 8, 30, 8


@dataclass(slots=True)
class Visible:
    """What the lines of a program see."""

    judged: Judged
    scaling: list[tuple[str, ast.expr]] | None = None

    def seen(self, statement: ast.stmt) -> list[Seen]:
        """The arrays and counts that a line can see, the likeliest first."""
        scope, owner = self.judged.watched.scopes.get(id(statement), (None, None))
        found: dict[str, Seen] = {}
        read = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        held: list[tuple[str, Any]] = []
        if scope is not None:
            held += list(reversed(scope.names.items()))
        if type(owner) is Instance:
            held += [(f"self.{name}", value) for name, value in owner.names.items()]
        for name, value in list(held):
            if type(value) is DictCell:
                held += [(f"{name}[{key!r}]", item) for key, item in value.items.items() if isinstance(key, str)]
        outer, inner = self.judged.watched.root(), {} if scope is None else scope.names
        for name, value in outer.items() if inner and outer is not inner else ():
            if name not in inner and (self.is_single(value) or name in read):
                held.append((name, value))
        known = {e.name for e in self.judged.watched.journal} | {name.rpartition(".")[2] for name, _ in held}
        given = {one.upstream.id for one in self.judged.watched.claims}
        line = getattr(statement, "lineno", 0)
        before = {e.target: e.statement.lineno for e in reversed(self.judged.watched.journal) if e.scope is scope}
        before |= {e.name: 0 for e in self.judged.watched.taken if e.scope is scope}
        for name, value in held:
            node = node_of(value, self.judged.watched.graph)
            if type(value) is int and value > 1 and before.get(name, 0) <= line:
                found[name] = Seen(name, (), number=True)
            elif type(known_of(value)) is float and before.get(name, 0) <= line:
                found[name] = Seen(name, ())
            if (
                node is None
                or before.get(name, 0) > line
                or (node.kind == "constant" and node.name is None and is_whole(node.value))
            ):
                continue
            array = np.asarray(self.judged.values[node.id], dtype=np.float64)
            last = name.rpartition(".")[2]
            made = unnamed(node, self.judged.watched.graph)
            behind = made.op is not None and self.judged.is_behind(made.id)
            gradient = made.id in given or any(behind or base in known for base, _ in meanings(last))
            whole = bool(array.size and np.isfinite(array).all() and (array == np.round(array)).all())
            found[name] = Seen(
                name,
                node.shape,
                gradient,
                bool(whole and array.ndim and np.isin(array, (0.0, 1.0)).all()),
                bool(whole and array.ndim == 1 and array.min() >= 0),
                bool(whole and array.ndim == 0 and float(array) > 1),
            )
        counts = [one for one in found.values() if one.number][:MOST_COUNTS]
        arrays = [*[one for one in found.values() if not one.number][:MOST_SEEN], *counts]
        return arrays + [one for one in self.items_near(statement) if one.text not in found]

    def scales(self, statement: ast.stmt) -> tuple[str, ...]:
        """Numbers by which the program multiplies or divides, as templates of e: e / np.sqrt(d), e * hs ** -0.5."""
        scope, _ = self.judged.watched.scopes.get(id(statement), (None, None))
        names = {} if scope is None else scope.names
        if self.scaling is None:
            self.scaling = list(scaling_of(self.judged.watched.syntax.body))
        found = [template for template, part in self.scaling if self.is_scale(part, names)]
        return tuple(dict.fromkeys(found))[:MOST_SCALES]

    def literals(self) -> tuple[str, ...]:
        """The numbers that stand in the program, the rarer ones."""
        found: dict[str, None] = {}
        for statement in self.judged.watched.syntax.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    found[repr(node.value)] = None
        return tuple(found)[:MOST_ITEMS]

    def holders(self, statement: ast.stmt) -> tuple[str, ...]:
        """The lists and dicts that a line sees, by their names."""
        scope, _ = self.judged.watched.scopes.get(id(statement), (None, None))
        held = {} if scope is None else scope.names
        return tuple(name for name, one in held.items() if type(one) in (ListCell, DictCell))[:MOST_ITEMS]

    def layers(self, statement: ast.stmt) -> tuple[str, ...]:
        """The objects beside a line that hand a gradient on."""
        scope, _ = self.judged.watched.scopes.get(id(statement), (None, None))
        held = {} if scope is None else scope.names
        return tuple(name for name, one in held.items() if type(one) is Instance and callable_of(one))[:MOST_ITEMS]

    def is_scale(self, x: ast.expr, names: dict[str, Any]) -> bool:
        """Whether an expression is a number made of numbers that a line sees."""
        calls = [node for node in ast.walk(x) if isinstance(node, ast.Call)]
        if any(ast.unparse(call.func).rpartition(".")[2] not in SCALING for call in calls):
            return False
        called = {id(n) for call in calls for n in ast.walk(call.func)}
        read = [n for n in ast.walk(x) if isinstance(n, ast.Name) and id(n) not in called]
        return bool(read) and all(self.is_single(names.get(n.id)) for n in read)

    def is_single(self, value: Any) -> bool:
        """Whether a value is one number, and none of the backward half's."""
        if isinstance(value, (int, float, Computed)):
            return True
        node = node_of(value, self.judged.watched.graph)
        return node is not None and node.shape == () and node.id < self.judged.loss.id

    def items_near(self, statement: ast.stmt) -> list[Seen]:
        """The items of lists and dicts that the lines around a line read: hs[t], activations[-1]."""
        found: dict[str, Seen] = {}
        held, place = holder_of(self.judged.watched.syntax.body, statement)
        near = range(max(0, place - NEAR_LINES), min(len(held), place + NEAR_LINES))
        for other in (held[k] for k in sorted(near, key=lambda k: abs(k - place))):
            if not isinstance(other, (ast.Assign, ast.AugAssign)):
                continue
            for node in ast.walk(other.value):
                if not isinstance(node, ast.Subscript) or any(isinstance(n, ast.Slice) for n in ast.walk(node.slice)):
                    continue
                if isinstance(node.value, (ast.Name, ast.Attribute)):
                    text = ast.unparse(node)
                    count = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
                    gradient = not count and any(True for _ in meanings(ast.unparse(node.value)))
                    found.setdefault(text, Seen(text, () if count else None, gradient, number=count))
            target = other.targets[0] if isinstance(other, ast.Assign) else other.target
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Subscript):
                text = ast.unparse(target.slice)
                found.setdefault(text, Seen(text, None))
        turns = loop_names(self.judged.watched.syntax.body, statement)
        scope, _ = self.judged.watched.scopes.get(id(statement), (None, None))
        for name, value in scope.names.items() if scope is not None and turns else ():
            node = node_of(value, self.judged.watched.graph)
            if node is None or not any(True for _ in meanings(name)):
                continue
            texts = [f"{name}[{', '.join(turns)}]"] if len(node.shape) == len(turns) else []  # dout[n, f, i, j]
            if len(turns) == 1 and len(node.shape) > 1:
                texts += [f"{name}[:, {turns[0]}]", f"{name}[{turns[0]}]"]  # of samples in steps, or of steps
            for text in texts:
                found.setdefault(text, Seen(text, None, True))
        beside = list(found.values())
        for node in self.items_of_turns(turns):
            text = ast.unparse(node)
            found.setdefault(text, Seen(text, None, any(True for _ in meanings(ast.unparse(node.value)))))
        return [*beside[:MOST_ITEMS], *[one for one in found.values() if one not in beside][:MOST_ITEMS]]

    def items_of_turns(self, turns: list[str]) -> Iterator[ast.Subscript]:
        """What any line reads of a list or dict by a name that runs in a loop around a line, as y[t]."""
        for node in (n for one in self.judged.watched.syntax.body if turns for n in ast.walk(one)):
            if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
                continue
            held, key = node.value, node.slice
            if isinstance(key, ast.BinOp) and isinstance(key.right, ast.Constant):
                key = key.left
            if isinstance(held, (ast.Name, ast.Attribute)) and isinstance(key, ast.Name) and key.id in turns:
                yield node


def known_of(value: Any) -> Any:
    """A number that the program computed as it was read."""
    return value.value if type(value) is Computed else value


def is_whole(value: Value | None) -> bool:
    """Whether a value is one whole number."""
    return isinstance(value, (int, float)) and float(value).is_integer()


def callable_of(one: Instance) -> bool:
    return one.of.find("backward") is not MISSING


def scaling_of(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """What a program multiplies or divides by, calls, powers and names, as a template of e."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
                is_product = isinstance(node.op, ast.Mult)
                for part in (node.right, node.left) if is_product else (node.right,):
                    is_power = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow)
                    if is_power or isinstance(part, (ast.Call, ast.Name)):
                        yield f"e {'*' if is_product else '/'} {ast.unparse(part)}", part


def loop_names(body: Iterable[ast.stmt], statement: ast.stmt) -> list[str]:
    """The names that run in the loops around a line, from the outside in."""
    for one in body:
        if one is statement:
            return []
        inner = [*getattr(one, "body", ()), *getattr(one, "orelse", ())]
        if any(node is statement for child in inner for node in ast.walk(child)):
            mine = [one.target.id] if isinstance(one, ast.For) and isinstance(one.target, ast.Name) else []
            return mine + loop_names(inner, statement)
    return []
