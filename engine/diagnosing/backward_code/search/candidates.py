"""Which lines may be to blame for the first wrong one, the likeliest first."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import counts_of, scaled
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import is_item, is_unpacking
from gradlens.engine.diagnosing.backward_code.gradients import unnamed
from gradlens.engine.diagnosing.backward_code.known_gradients import Known, same
from gradlens.engine.diagnosing.backward_code.line_meanings import Resolver
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import is_turned
from gradlens.engine.diagnosing.backward_code.search.suspects import is_misnamed, recomputed
from gradlens.engine.graph import Node
from gradlens.engine.values import Array

NEAR = 12  # lines before the first wrong one that may be to blame


@dataclass(slots=True)
class Candidates:
    """The lines that the first wrong one may come from.

    suspects: the lines that are likely to be wrong, by their identity.
    doubtful: those that are right by chance, perhaps.
    naming: those that give items of the forward half other names.
    handing: those that hand on what a function gives.  calling: those that seem to call one with a wrong gradient.
    """

    judged: Judged
    known: Known
    suspects: set[int]
    doubtful: set[int] = field(default_factory=set[int])
    handing: set[int] = field(default_factory=set[int])
    calling: set[int] = field(default_factory=set[int])
    naming: list[ast.stmt] = field(default_factory=list[ast.stmt])

    def places(self, first: Line) -> list[tuple[ast.stmt, bool]]:
        """The first wrong line, and those before it of which nothing is known, the nearest first; then the right ones
        that these go on from: whether a line may only be missing behind it.
        """
        graph = self.judged.watched.graph
        right = [line for line in self.judged.lines if line.verdict == "right"]
        by_chance = {id(line): node for line in right if (node := self.of_other_sign(line)) is not None}
        by_chance |= {id(line): line.of[0] for line in right if is_misnamed(self.judged, line)}
        others = [one for one in self.judged.lines if one.entry.target != first.entry.target]
        turned = [one for one in others if one.last and is_turned(one, self.value_of(one))]
        turned = [one for one in turned if id(one.entry.statement) not in self.suspects]
        settled = {line.entry.node.id for line in [*right, *turned] if id(line) not in by_chance}
        statements = self.judged.watched.statements
        found: dict[int, ast.stmt] = {}
        found[id(first.entry.statement)] = first.entry.statement
        pending, seen = [first.entry.node.id], {first.entry.node.id}
        while pending:
            id_ = max(pending)
            pending.remove(id_)
            node = graph.nodes[id_]
            statement = statements.get(id(node.place)) if node.place is not None else None
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)):
                found.setdefault(id(statement), statement)
            for i in node.inputs:
                if self.judged.is_behind(i) and i not in settled and i not in seen and len(seen) < 2_000:
                    seen.add(i)
                    pending.append(i)
        into = self.reached(seen)
        for line in self.judged.lines:
            # A line that gives nothing new, such as dz = dh: what it should give is made by another one.
            id_ = line.entry.node.id
            is_idle = id_ in seen | into and line.verdict == "right" and self.changes_nothing(line.entry.statement)
            if is_idle or (id_ in seen and (line.verdict != "right" or id(line) in by_chance)):
                found.setdefault(id(line.entry.statement), line.entry.statement)
        chosen = {one.entry.node.id for one in right if id(one) in by_chance and by_chance[id(one)].op is None}
        doubtful = self.doubtful = {
            id(line.entry.statement) for line in self.judged.lines if line.entry.node.id in chosen
        }
        doubtful |= {id(one) for one in found.values() if self.changes_nothing(one)}
        for entry in self.judged.watched.journal:
            if entry.node.id in self.judged.forward and entry.statement is not first.entry.statement:
                found.pop(id(entry.statement), None)  # with another line there would be another loss
        self.naming = self.that_name(first, list(found.values()))
        found.update((id(one), one) for one in self.naming)
        near = [
            one
            for place, one in enumerate(found.values())
            if place < NEAR or id(one) in self.suspects or one in self.naming
        ]
        inside = self.with_returns(self.inside_first(near, seen), seen)
        by_numbers = [
            line.entry.statement for line in right if not line.of and line.entry.node.id in self.reached(seen)
        ]
        places = [(one, False) for one in sorted(inside, key=lambda one: id(one) not in doubtful)]
        places += [(one, False) for one in dict.fromkeys(by_numbers) if one not in inside]
        reached = self.reached(seen)
        others = {
            id(line.entry.statement): line.entry.statement
            for line in right
            if line.entry.node.id in reached and id(line.entry.statement) not in found
        }
        caller = self.judged.watched.callers.get(first.entry.scope)
        if caller is not None and caller not in inside:
            self.handing.add(id(caller))
            places.append((caller, False))
        for one in self.handed_wrong(first):
            self.calling.add(id(one))
            self.handing.discard(id(one))
        return places + [(statement, True) for statement in others.values()]

    def that_name(self, first: Line, statements: list[ast.stmt]) -> list[ast.stmt]:
        """The lines that only give items of the forward half other names, which some read: x, h = xs[k], hs[k]."""
        read = {n.id for one in statements for n in ast.walk(one) if isinstance(n, ast.Name)}
        journal, forward = self.judged.watched.journal, self.judged.forward
        found: dict[int, ast.stmt] = {}
        for entry in journal:
            value = getattr(entry.statement, "value", None)
            if entry.scope is not first.entry.scope or entry.at <= self.judged.loss.id or entry.name not in read:
                continue
            items = value.elts if isinstance(value, ast.Tuple) else [value]
            if entry.node.id in forward and all(isinstance(one, ast.Subscript) for one in items):
                found[id(entry.statement)] = entry.statement
        return list(found.values())

    def changes_nothing(self, statement: ast.stmt) -> bool:
        """Whether a line is to change an array, and leaves it as it is: dx[range(n), y] -= 0."""
        made = [one.entry.node for one in self.judged.lines if one.entry.statement is statement]
        return (isinstance(statement, ast.AugAssign) or is_item(statement)) and any(
            bool(node.inputs) and np.array_equal(self.judged.values[node.id], self.judged.values[node.inputs[0]])
            for node in made
        )

    def suspected(self, first: Line) -> ast.stmt | None:
        """The one line that is likely to be wrong of those that the first wrong one comes from, where there is one."""
        watched = self.judged.watched
        before = watched.graph.reaching(first.entry.node.id)
        journal = [entry for entry in watched.journal if not isinstance(entry.statement, ast.Return)]
        journal = [e for e in journal if e.node.id not in self.judged.forward and not is_unpacking(e.statement)]
        entries = [e for e in journal if id(e.statement) in self.suspects]
        found = {id(entry.statement): entry.statement for entry in entries if entry.node.id in before}
        again = recomputed(self.judged)
        if (values := next((one for place, one in found.items() if place in again), None)) is not None:
            return values
        return None if len(found) != 1 or id(first.entry.statement) in found else next(iter(found.values()))

    def handed_wrong(self, first: Line) -> list[ast.stmt]:
        """The line that called the function of the first wrong one, where it hands on a gradient of something else, or
        none at all.
        """
        watched, judged = self.judged.watched, self.judged
        taken = [one for one in watched.taken if one.scope is first.entry.scope and judged.is_behind(one.node.id)]
        resolver = Resolver(watched, judged.loss, judged.loss) if taken else None
        values: list[Array] = []
        for one in taken:
            _, nodes = ("", []) if resolver is None else resolver.meant(replace(one, kind="name"))
            value = np.asarray(judged.values[one.node.id], dtype=np.float64)
            values += [value] if nodes else []
            truths = [*[judged.truths[n.id] for n in nodes if n.id in judged.truths], *self.parts_of(nodes)]
            if not truths or not value.any():
                continue
            if any(same(value, truth) or is_scaled(value, truth, judged) for truth in truths):
                continue
            made_there = watched.statements.get(id(one.node.place)) is one.statement
            sources = one.node.inputs if made_there else (one.node.id,)
            held = [np.asarray(judged.values[id], dtype=np.float64) for id in sources if judged.is_behind(id)]
            if any(self.known.find(array) is not None for array in held):
                return [one.statement]
        return [taken[0].statement] if values and not any(value.any() for value in values) else []

    def parts_of(self, nodes: list[Node]) -> list[Array]:
        """What comes back to nodes from each of their uses."""
        ids = {node.id for node in nodes}
        found = [(edge.source, self.judged.contributions[edge.id]) for edge in self.judged.watched.graph.edges]
        return [np.asarray(part, dtype=np.float64) for source, part in found if source in ids and part is not None]

    def reached(self, seen: set[int]) -> set[int]:
        """What goes into some nodes."""
        return {i for id in seen for i in self.judged.watched.graph.nodes[id].inputs}

    def with_returns(self, statements: list[ast.stmt], seen: set[int]) -> list[ast.stmt]:
        """Lines, and with them those that return what they made under its name: behind the line that made it, or before
        it where that changed what another had made.
        """
        watched = self.judged.watched
        found, reached = list(statements), self.reached(seen)
        for _, entry in watched.returns:
            statement = entry.statement
            value = getattr(statement, "value", None)
            if statement in found or not isinstance(value, (ast.Name, ast.Attribute)):
                continue
            makers = [e.statement for e in watched.journal if e.node.id == entry.node.id and e.scope is entry.scope]
            if entry.node.id not in seen | reached:
                continue
            places = [found.index(one) for one in makers if one in found]
            if not places:
                found.append(statement)
            else:
                changes = not isinstance(found[places[0]], ast.Assign) or is_item(found[places[0]])
                found.insert(places[0] + (0 if changes else 1), statement)
        return found

    def value_of(self, line: Line) -> Array:
        return np.asarray(self.judged.values[line.entry.node.id], dtype=np.float64)

    def of_other_sign(self, line: Line) -> Node | None:
        """Of a line that is right by its numbers alone, and would be with its sign turned round too, the node whose
        gradient it is: a leaf where labels stand in the place of what is compared with them, t - y.
        """
        value, graph = self.value_of(line), self.judged.watched.graph
        if line.is_right(value):
            return None
        found, turned = self.known.find(value), self.known.find(-value)
        if found is None or turned is None or unnamed(graph.nodes[turned], graph).op is None:
            return None
        return unnamed(graph.nodes[found], graph)

    def inside_first(self, statements: list[ast.stmt], seen: set[int]) -> list[ast.stmt]:
        """Lines, those that hand on what a function gives behind its own: dout = layer.backward(dout)."""
        watched = self.judged.watched
        makers: dict[int, dict[int, ast.stmt]] = {}
        assigned = {(entry.node.id, id(entry.scope)) for entry in watched.journal}
        returns = [entry for _, entry in watched.returns]
        made_there = [entry for entry in returns if (entry.node.id, id(entry.scope)) not in assigned]
        for entry in (*made_there, *watched.journal, *returns):
            makers.setdefault(entry.node.id, {})[id(entry.statement)] = entry.statement
        inside: list[ast.stmt] = []
        handing: list[ast.stmt] = []
        for statement in statements:
            if not isinstance(getattr(statement, "value", None), ast.Call):
                inside.append(statement)
                continue
            nodes = {line.entry.node.id for line in self.judged.lines if line.entry.statement is statement} & seen
            several = [list(makers[id_].values()) for id_ in nodes if id_ in makers]
            others = [one for held in several if held[0] is not statement for one in held if one is not statement]
            inside += [one for one in others if not isinstance(getattr(one, "value", None), (ast.Call, ast.Name))]
            (handing if others else inside).append(statement)
        self.handing = {id(one) for one in handing}
        return list({id(one): one for one in inside + handing}.values())


def is_scaled(value: Array, truth: Array, judged: Judged) -> bool:
    """Whether a value is a gradient times a number of samples."""
    return scaled(value, truth, counts_of(judged.watched.graph, judged.loss))
