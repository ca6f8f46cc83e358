"""What the first wrong line gives where another one is a different line: the graph is gone through again from there on.

The program is not read again, so that many lines can be looked at; the one that is taken is then tried in the program.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.known_gradients import same
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.search.line_arithmetic import Line as CarriedOut
from gradlens.engine.diagnosing.backward_code.search.line_names import Names, NotKnown
from gradlens.engine.diagnosing.backward_code.search.program_calls import Callables, callables_of
from gradlens.engine.diagnosing.backward_code.search.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.language.objects import Scope
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.passes.forward import ForwardStep, plan_forward
from gradlens.engine.values import Array, Value

MOST_STEPS = 4_000
FAULTS = (
    ValueError, TypeError, IndexError, KeyError, ZeroDivisionError, OverflowError, AttributeError, NameError,
)  # fmt: skip


@dataclass(slots=True)
class Execution:
    """A line as it was carried out once.

    time: how many entries the journal had.  at: how many nodes there were behind it.  entries: what it assigned.
    """

    time: int
    at: int
    entries: list[Entry]


Plan = list[Execution | ForwardStep]


@dataclass(slots=True)
class Replay:
    """From every line to the first wrong one.

    time: of that one in the journal.  around: the lines by whose calls it was carried out.
    plans: by line, and whether other lines may read what that one does not.
    """

    judged: Judged
    first: Line
    work: SearchWork
    names: Names
    executions: dict[int, list[Execution]]
    steps: dict[int, ForwardStep]
    time: int
    reaching: set[int]
    callables: Callables
    around: set[int]
    torch: bool
    plans: dict[tuple[int, bool], Plan | None] = field(default_factory=dict[tuple[int, bool], "Plan | None"])
    read: dict[int, set[str]] = field(default_factory=dict[int, set[str]])

    def value(self, statement: ast.stmt, made: list[ast.stmt]) -> Array | None:
        """What the first wrong line gives with other lines in a line's place; None where only the program can tell.

        Raises ValueError where they cannot be carried out.
        """
        if id(statement) not in self.read:
            self.read[id(statement)] = set(names_in(statement))
        own = self.read[id(statement)]
        wide = any(name not in own for one in made for name in names_in(one))
        key = id(statement), wide
        if key not in self.plans:
            self.plans[key] = self.plan(statement, wide)
        plan = self.plans[key]
        if plan is None:
            return None
        self.work.replayed(len(plan), self.judged.watched)
        try:
            with np.errstate(all="ignore"):
                return self.result(plan, made)
        except NotKnown:
            return None
        except FAULTS:
            raise ValueError from None

    def is_quick(self, statement: ast.stmt) -> bool:
        """Whether other lines in a line's place can be looked at without a run."""
        for wide in (False, True):
            if (id(statement), wide) not in self.plans:
                self.plans[id(statement), wide] = self.plan(statement, wide)
        return any(self.plans[id(statement), wide] is not None for wide in (False, True))

    def plan(self, statement: ast.stmt, wide: bool) -> Plan | None:
        """The executions of a line and the ops behind them up to the first wrong line, in order; None where the line's
        values are not what is computed here.  wide: those too that did not reach it.
        """
        graph, last = self.judged.watched.graph, self.first.entry.node.id
        if id(statement) in self.around:
            return None
        held = [one for one in self.executions.get(id(statement), ()) if one.time <= self.time]
        if not wide:
            held = [one for one in held if any(entry.node.id in self.reaching for entry in one.entries)]
        made = [entry.node.id for one in held for entry in one.entries]
        if not held or not all(map(self.judged.is_behind, made)) or not self.is_as_computed(statement, held):
            return None
        flows: set[int] = set()
        plan: Plan = []
        waiting = sorted(held, key=lambda one: one.at)
        for node in graph.nodes[waiting[0].at : last + 1]:
            while waiting and waiting[0].at <= node.id:
                one = waiting.pop(0)
                plan.append(one)
                flows.update(entry.node.id for entry in one.entries)
            if not flows.isdisjoint(node.inputs) and (wide or node.id in self.reaching):
                flows.add(node.id)
                plan.append(self.steps[node.id])
        plan += waiting
        return plan if len(plan) <= MOST_STEPS else None

    def is_as_computed(self, statement: ast.stmt, held: list[Execution]) -> bool:
        """Whether the line as it is gives here what it gave in the program."""
        values = self.judged.values
        try:
            with np.errstate(all="ignore"):
                for one in held[:3] + held[-3:]:
                    for entry, value in zip(one.entries, self.carried_out(one, [statement], {}), strict=True):
                        if not same(np.asarray(value, dtype=np.float64), np.asarray(values[entry.node.id])):
                            return False
        except (NotKnown, *FAULTS):
            return False
        return True

    def result(self, plan: Plan, made: list[ast.stmt]) -> Array:
        new: dict[int, Value] = {}
        values, last = self.judged.values, self.first.entry.node.id
        for one in plan:
            if isinstance(one, Execution):
                for entry, value in zip(one.entries, self.carried_out(one, made, new), strict=True):
                    array = np.asarray(value, dtype=np.float64)
                    new[entry.node.id] = array if array.shape else float(array)
            else:
                kernel, target, a, b, more = one
                inputs = (a,) if b is None else (a, b) if more is None else more
                new[target] = kernel(*[new[i] if i in new else values[i] for i in inputs])
        return np.asarray(new[last] if last in new else values[last], dtype=np.float64)

    def carried_out(self, one: Execution, made: list[ast.stmt], new: dict[int, Value]) -> list[Any]:
        """What lines assign to the targets of another one, where that was carried out."""
        entry = one.entries[0]
        line = CarriedOut(self.names, entry.scope, one.time, new, self.torch, self.callables)
        try:
            line.carry_out_all(made)
        finally:
            self.work.replayed(line.steps - len(made), self.judged.watched)
        return [self.assigned(line, entry) for entry in one.entries]

    def assigned(self, line: CarriedOut, entry: Entry) -> Any:
        target = "return" if entry.kind == "return" else entry.target
        if target in line.assigned:
            return line.assigned[target]
        if entry.kind == "return":
            raise NotKnown
        return line.value(ast.parse(target, mode="eval").body)


def replay_of(judged: Judged, first: Line, work: SearchWork) -> Replay:
    watched = judged.watched
    steps = {step[1]: step for step in plan_forward(watched.graph)}
    body = watched.syntax.body
    return Replay(
        judged,
        first,
        work,
        Names(watched, judged.values),
        executions_of(judged),
        steps,
        watched.journal.index(first.entry),
        watched.graph.reaching(first.entry.node.id),
        callables_of(body),
        {id(one) for one in callers_of(watched, first)},
        any(isinstance(one, (ast.Import, ast.ImportFrom)) and "torch" in ast.unparse(one) for one in body),
    )


def callers_of(watched: Watched, line: Line) -> list[ast.stmt]:
    """The lines by whose calls a line was carried out, from the inside out."""
    found: list[ast.stmt] = []
    scope: Scope | None = line.entry.scope
    while scope is not None and (caller := watched.callers.get(scope)) is not None and caller not in found:
        found.append(caller)
        scope, _ = watched.scopes.get(id(caller), (None, None))
    return found


def executions_of(judged: Judged) -> dict[int, list[Execution]]:
    """By line, how it was carried out."""
    found: dict[int, list[Execution]] = {}
    last: Execution | None = None
    for time, entry in enumerate(judged.watched.journal):
        if entry.kind == "share":
            last = None
            continue
        again = last is not None and last.entries[-1].statement is entry.statement
        if again and last is not None and last.entries[0].scope is entry.scope and len(last.entries) < targets(entry):
            last.entries.append(entry)
            continue
        last = Execution(time, entry.at, [entry])
        found.setdefault(id(entry.statement), []).append(last)
    for time, entry in judged.watched.returns:
        found.setdefault(id(entry.statement), []).append(Execution(time, entry.at, [entry]))
    return found


def targets(entry: Entry) -> int:
    """How many targets the line of an entry has."""
    statement = entry.statement
    if not isinstance(statement, ast.Assign):
        return 1
    return sum(len(one.elts) if isinstance(one, ast.Tuple) else 1 for one in statement.targets)


def names_in(statement: ast.stmt) -> Iterator[str]:
    """What a line reads: names, and with their objects attributes and items."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, (ast.Name, ast.Attribute)):
            yield ast.unparse(node)
    if isinstance(statement, ast.AugAssign):
        yield "+="
