"""From the first wrong line to the one that was meant: other lines are put in its place, and the program runs again."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import scaled
from gradlens.engine.diagnosing.backward_code.matching import (
    REARRANGING,
    Judged,
    Known,
    Line,
    is_rearranged,
    is_turned,
    unnamed,
    values_of,
)
from gradlens.engine.diagnosing.backward_code.naming import named
from gradlens.engine.diagnosing.backward_code.replay import Replay, replay_of
from gradlens.engine.diagnosing.backward_code.rewriting import rewritings
from gradlens.engine.diagnosing.backward_code.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.statement_parts import (
    COUNTS,
    FACTORS,
    INNER,
    NAMES,
    PATHS,
    PLAIN,
    TERMS,
    Program,
    Seen,
    base_of,
    copied,
    following,
    is_item,
    is_unpacking,
    placed,
)
from gradlens.engine.diagnosing.backward_code.suspects import suspects_of
from gradlens.engine.diagnosing.backward_code.watching import watch
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits, Node
from gradlens.engine.language.objects import MISSING, Computed, DictCell, Instance
from gradlens.engine.language.outputs.gradient_names import meanings
from gradlens.engine.language.outputs.journal import node_of, statements_by_node
from gradlens.engine.values import Array, Value

STAGES = (PLAIN, COUNTS, PATHS, NAMES, FACTORS, INNER, TERMS)
MOST_SEEN, MOST_COUNTS = 60, 4
MOST_ITEMS, NEAR_LINES, MOST_SCALES = 8, 30, 8
LATER = 6  # lines
NEAR = 12  # lines before the first wrong one that may be to blame


@dataclass(slots=True)
class Repair:
    """A line in another's place.  right: how many lines are right then; whole: whether none is wrong any more."""

    kind: str
    statement: ast.stmt
    made: list[ast.stmt]
    right: set[tuple[int, str, int]]
    wrong: set[tuple[int, str, int]]


@dataclass(slots=True)
class Search:
    """The search for a repair of the first wrong line."""

    judged: Judged
    given: dict[str, Value]
    limits: Limits
    known: Known
    counts: set[int]
    work: SearchWork
    replay: Replay | None = None
    places: list[tuple[ast.stmt, bool]] = field(default_factory=list[tuple[ast.stmt, bool]])
    doubtful: set[int] = field(default_factory=set[int])
    handing: set[int] = field(default_factory=set[int])
    seen_before: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    scaling: list[tuple[str, ast.expr]] | None = None
    complete: bool = True

    def repair(self, first: Line, stages: tuple[int, ...] = STAGES) -> Repair | None:
        """The plainest repair after which every line is right; else the first that mends the first wrong one."""
        lines = self.judged.lines
        was_right = {line.key for line in lines if line.verdict == "right"}
        places = self.places = self.candidates(first)
        best: Repair | None = None
        self.replay = replay_of(self.judged, first, self.work)
        for group, stage in self.rounds(places, stages):
            found = self.stage(stage, group, first, was_right)
            if found is not None and not found.wrong:
                return self.nearer(found, first, was_right)
            if found is not None and (best is None or len(found.wrong) < len(best.wrong)):
                best = found
            if not self.complete:
                return best
        return best

    def rounds(
        self, places: list[tuple[ast.stmt, bool]], stages: tuple[int, ...]
    ) -> Iterator[tuple[list[tuple[ast.stmt, bool]], int]]:
        """Which lines are looked at for which forms.

        One mistake is made where all that is wrong comes from; of several, the first wrong line has its own.  The
        likeliest line has what is right and gives what is no gradient; what may be missing behind a line comes last.
        """
        suspects = suspects_of(self.judged, self.known, self.counts)
        for group in self.by_reach(places):
            late = [one for one in group if one[1] or id(one[0]) in self.handing]
            doubtful = [one for one in group if id(one[0]) in self.doubtful and one not in late]
            suspected = [one for one in group if id(one[0]) in suspects and not is_unpacking(one[0])]
            mine = [*doubtful, *(one for one in suspected if one not in doubtful + late)]
            others = [one for one in group if one not in mine and one not in late]
            for part in (mine, others):
                yield from ((part, stage) for stage in stages if part and stage != TERMS)
            for part in (mine, others):
                yield from ((part, stage) for stage in stages if part and stage == TERMS)
            yield from ((late, stage) for stage in stages if late)

    def by_reach(self, places: list[tuple[ast.stmt, bool]]) -> list[list[tuple[ast.stmt, bool]]]:
        """Places that all wrong lines come from, and the others."""
        graph = self.judged.watched.graph
        made: dict[int, set[int]] = {}
        for line in self.judged.lines:
            made.setdefault(id(line.entry.statement), set()).add(line.entry.node.id)
        for node in graph.nodes[self.judged.loss.id + 1 :]:
            statement = self.judged.watched.statements.get(id(node.place))
            if statement is not None:
                made.setdefault(id(statement), set()).add(node.id)
        wrong = {line.entry.node.id for line in self.judged.lines if line.verdict == "wrong"}
        groups: tuple[list[tuple[ast.stmt, bool]], list[tuple[ast.stmt, bool]]] = ([], [])
        for place in places:
            reached = graph.made_from(made.get(id(place[0]), set()))
            groups[0 if wrong <= reached else 1].append(place)
        return [group for group in groups if group]

    def stage(
        self, stage: int, places: list[tuple[ast.stmt, bool]], first: Line, was_right: set[tuple[int, str, int]]
    ) -> Repair | None:
        best: Repair | None = None
        for statement, after in places:
            own = statement is first.entry.statement
            shape = first.of[0].shape if own and first.of else self.shape_at(statement)
            program = Program(self.scales(statement), self.literals(), self.layers(statement))
            for kind, made in rewritings(statement, stage, self.seen(statement), shape, after, program):
                if self.work.is_spent:
                    self.complete = False
                    return best
                self.work.form()
                if self.comes_out_wrong(statement, made, first):
                    continue
                key = id(statement), "\n".join(map(ast.unparse, made))
                if key in self.seen_before:
                    continue
                self.seen_before.add(key)
                found = self.tried(kind, statement, made, first, was_right)
                if found is None:
                    continue
                if not found.wrong:
                    return found if stage != PLAIN else self.simpler(found, first, was_right)
                if best is None or len(found.wrong) < len(best.wrong):
                    best = found
        return best if stage != TERMS else self.later_terms(first, was_right) or best

    def simpler(self, found: Repair, first: Line, was_right: set[tuple[int, str, int]]) -> Repair:
        """A repair that adds a sign to a line, or one that turns what stands in another."""
        if found.kind != "sign" or length([found.statement]) >= length(found.made):
            return found
        others = [one for one, after in self.places if not after and one is not found.statement]
        for statement in (found.statement, *others):
            for kind, made in rewritings(statement, PLAIN, [], None):
                if kind != "sign" or length(made) > length([statement]) or self.work.is_spent:
                    continue
                self.work.form()
                if not self.comes_out_wrong(statement, made, first):
                    other = self.tried(kind, statement, made, first, was_right)
                    if other is not None and not other.wrong:
                        return other
        return found

    def comes_out_wrong(self, statement: ast.stmt, made: list[ast.stmt], first: Line) -> bool:
        """Whether the first wrong line stays wrong with others in a line's place, where no run is needed to tell."""
        assert self.replay is not None
        if rearranges(statement, first):
            return False
        try:
            value = self.replay.value(statement, made)
        except ValueError:
            return True
        if value is None or first.is_right(value):
            return False
        late = first.scales and any(scaled(value, truth, self.counts) for truth in first.truths)
        return self.known.find(value) is None and not late

    def later_terms(self, first: Line, was_right: set[tuple[int, str, int]]) -> Repair | None:
        """A gradient that is made behind the first wrong line, and should have been added to it there."""
        held, place = holder_of(self.judged.watched.syntax.body, first.entry.statement)
        target = base_of(first.entry.statement)
        if target is None:
            return None
        text, rows = ast.unparse(target), next((n for n in first.entry.node.shape if n > 1), 1)
        for other in held[place + 1 : place + LATER]:
            added = base_of(other)
            if added is None or not any(True for _ in meanings(ast.unparse(added).rpartition(".")[2])):
                continue
            for by in ("", f" / {rows}"):
                for sign in "+-":
                    more = following(f"{text} = {text} {sign} {ast.unparse(added)}{by}", other)
                    found = self.tried("missing-path", other, [copied(other), more], first, was_right)
                    if found is not None and not found.wrong:
                        return found
        return None

    def nearer(self, found: Repair, first: Line, was_right: set[tuple[int, str, int]]) -> Repair:
        """A repair by one more line, where the gradient that it adds was used last before."""
        if found.kind != "missing-path" or len(found.made) != 2:
            return found
        more, target = found.made[1], base_of(found.statement)
        text = "" if target is None else ast.unparse(target)
        read = {node.id for node in ast.walk(more) if isinstance(node, ast.Name)} - {text}
        gradients = {one.text for one in self.seen(found.statement) if one.gradient} & read
        held, place = holder_of(self.judged.watched.syntax.body, found.statement)
        for k in range(place - 1, -1, -1):
            made = base_of(held[k])
            if made is not None and ast.unparse(made) == text and isinstance(held[k], ast.Assign):
                break
            value = getattr(held[k], "value", None)
            names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} if value is not None else set()
            if gradients & names and not gradients & {ast.unparse(made)} if made is not None else False:
                other = self.tried(found.kind, held[k], [copied(held[k]), more], first, was_right)
                return other if other is not None and not other.wrong else found
        return found

    def shape_at(self, statement: ast.stmt) -> Any:
        return next((e.entry.node.shape for e in self.judged.lines if e.entry.statement is statement), None)

    def candidates(self, first: Line) -> list[tuple[ast.stmt, bool]]:
        """The first wrong line, and those before it of which nothing is known, the nearest first; then the right ones
        that these go on from: whether a line may only be missing behind it.
        """
        graph, loss = self.judged.watched.graph, self.judged.loss
        right = [line for line in self.judged.lines if line.verdict == "right"]
        by_chance = {id(line): node for line in right if (node := self.of_other_sign(line)) is not None}
        turned = [one for one in self.judged.lines if one is not first and is_turned(one, self.value_of(one))]
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
                if i > loss.id and i not in settled and i not in seen and len(seen) < 2_000:
                    seen.add(i)
                    pending.append(i)
        for line in self.judged.lines:
            # A line that gives nothing new, such as dz = dh: what it should give is made by another one.
            if line.entry.node.id in seen and (line.verdict != "right" or id(line) in by_chance):
                found.setdefault(id(line.entry.statement), line.entry.statement)
        chosen = {one.entry.node.id for one in right if id(one) in by_chance and by_chance[id(one)].op is None}
        doubtful = self.doubtful = {
            id(line.entry.statement) for line in self.judged.lines if line.entry.node.id in chosen
        }
        inside = self.with_returns(self.inside_first(list(found.values())[:NEAR], seen), seen)
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
        for one in self.calling(first):
            if one not in inside:
                self.handing.add(id(one))
                places.append((one, False))
        return places + [(statement, True) for statement in others.values()]

    def calling(self, first: Line) -> list[ast.stmt]:
        """The line that called the function in which the first wrong one stands."""
        function, journal = first.entry.function, self.judged.watched.journal
        for entry in journal[journal.index(first.entry) :] if function else ():
            if entry.scope is first.entry.scope or not isinstance(entry.statement, (ast.Assign, ast.AugAssign)):
                continue
            calls = [node.func for node in ast.walk(entry.statement.value) if isinstance(node, ast.Call)]
            if any((func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)) == function for func in calls):
                return [entry.statement]
        return []

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
        for entry in (*watched.journal, *(entry for _, entry in watched.returns)):
            makers.setdefault(entry.node.id, {})[id(entry.statement)] = entry.statement
        inside: list[ast.stmt] = []
        handing: list[ast.stmt] = []
        for statement in statements:
            if not isinstance(getattr(statement, "value", None), ast.Call):
                inside.append(statement)
                continue
            nodes = {line.entry.node.id for line in self.judged.lines if line.entry.statement is statement} & seen
            others = [one for id_ in nodes for one in makers.get(id_, {}).values() if one is not statement]
            inside += [one for one in others if not isinstance(getattr(one, "value", None), (ast.Call, ast.Name))]
            (handing if others else inside).append(statement)
        self.handing = {id(one) for one in handing}
        return list({id(one): one for one in inside + handing}.values())

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
        for name, value in held:
            node = node_of(value, self.judged.watched.graph)
            if type(value) is int and value > 1 and before.get(name, 0) <= line:
                found[name] = Seen(name, (), number=True)
            if (
                node is None
                or before.get(name, 0) > line
                or (node.kind == "constant" and node.name is None and is_whole(node.value))
            ):
                continue
            array = np.asarray(self.judged.values[node.id], dtype=np.float64)
            last = name.rpartition(".")[2]
            made = unnamed(node, self.judged.watched.graph)
            behind = made.op is not None and made.id > self.judged.loss.id
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

    def layers(self, statement: ast.stmt) -> tuple[str, ...]:
        """The objects beside a line that hand a gradient on."""
        scope, _ = self.judged.watched.scopes.get(id(statement), (None, None))
        held = {} if scope is None else scope.names
        return tuple(name for name, one in held.items() if type(one) is Instance and callable_of(one))[:MOST_ITEMS]

    def is_scale(self, x: ast.expr, names: dict[str, Any]) -> bool:
        """Whether an expression is a number made of numbers that a line sees."""
        called = {id(n) for call in ast.walk(x) if isinstance(call, ast.Call) for n in ast.walk(call.func)}
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
        for other in held[max(0, place - NEAR_LINES) : place + NEAR_LINES]:
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
            if node is not None and len(node.shape) == len(turns) and any(True for _ in meanings(name)):
                text = f"{name}[{', '.join(turns)}]"  # dout[n, f, i, j]
                found.setdefault(text, Seen(text, None, True))
        return list(found.values())[:MOST_ITEMS]

    def tried(
        self, kind: str, statement: ast.stmt, made: list[ast.stmt], first: Line, was_right: set[tuple[int, str, int]]
    ) -> Repair | None:
        """What comes out with another line: None where it does not run, or the first wrong line stays wrong."""
        syntax, judged = self.judged.watched.syntax, self.judged
        made = [placed(one) for one in made]
        self.work.run(judged.watched)
        statements = judged.watched.statements
        added = statements_by_node(made)
        statements.update(added)
        with Replaced(syntax.body, statement, made):
            try:
                watched = watch(syntax, self.given, self.limits, statements)
                if len(watched.graph.nodes) <= judged.loss.id:
                    return None
                values = values_of(watched.graph, self.given)
            except (EngineError, ValueError, IndexError):
                return None
            finally:
                for one in added:
                    del statements[one]
        if not np.array_equal(values[judged.loss.id], judged.values[judged.loss.id], equal_nan=True):
            return None  # a line that the forward half goes through as well
        entries = [e for e in watched.journal if e.at > judged.loss.id + 1 or e.node.id > judged.loss.id]
        counts: dict[tuple[int, str], int] = {}
        right, wrong = set[tuple[int, str, int]](), set[tuple[int, str, int]]()
        late = set[tuple[int, str, int]]()
        elsewhere = set[tuple[int, str, int]]()  # the gradient of something else, df of what goes into f
        again = {(id(one.entry.scope), one.entry.target) for one in judged.lines if one.verdict == "right"}
        lines = {line.key: line for line in judged.lines}
        latest: dict[str, Line] = {}
        for entry in entries:
            if entry.statement in made and not hasattr(entry.statement, "origin") and entry.target in latest:
                # One more line for the same array: it stands for the one before it.
                line = latest[entry.target]
                value = np.asarray(values[entry.node.id], dtype=np.float64)
                if line.is_right(value):
                    right.add(line.key)
                    wrong.discard(line.key)
                continue
            origin = getattr(entry.statement, "origin", id(entry.statement))
            number = counts[origin, entry.target] = counts.get((origin, entry.target), 0) + 1
            line = lines.get((origin, entry.target, number))
            if line is None:
                continue
            latest[entry.target] = line
            value = np.asarray(values[entry.node.id], dtype=np.float64)
            if line.verdict != "unjudged" or line.of:
                goes_on = line.verdict == "right" or (id(line.entry.scope), line.entry.target) in again
                again_so = bool(line.of) and is_rearranged(replace(line, entry=entry), watched.graph, values)
                if line.of and line.is_right(value):
                    again.add((id(line.entry.scope), line.entry.target))
                if line.is_right(value) or (goes_on and self.known.find(value) is not None) or again_so:
                    right.add(line.key)
                elif (line.scales and any(scaled(value, truth, self.counts) for truth in line.truths)) or (
                    line.verdict == "wrong" and line is not first and is_turned(line, value)
                ):
                    late.add(line.key)
                elif line.verdict in ("wrong", "right"):
                    wrong.add(line.key)
                    if line.of and line.of[0].op is not None and self.known.find(value) is not None:
                        elsewhere.add(line.key)
        if first.key in late and not wrong:
            right.add(first.key)  # divided by the number of samples later
        was_wrong = {line.key for line in judged.lines if line.verdict == "wrong"}
        if first.key in elsewhere and wrong <= elsewhere and was_wrong & right:
            right, wrong = right | elsewhere, set[tuple[int, str, int]]()
        if isinstance(made[0], ast.Pass) and first.entry.statement is statement and not wrong:
            before = [e for e in entries if (e.target, e.function) == (first.entry.target, first.entry.function)]
            if before and first.is_right(np.asarray(values[before[-1].node.id], dtype=np.float64)):
                right.add(first.key)  # a line too many
        if first.key not in right or not was_right <= right | {line.key for line in judged.lines if not line.last}:
            return None
        scope, _ = judged.watched.scopes.get(id(statement), (None, None))
        names = {} if scope is None else scope.names
        return Repair(named(kind, statement, made, judged.watched.graph, names), statement, made, right, wrong)


def is_whole(value: Value | None) -> bool:
    """Whether a value is one whole number."""
    return isinstance(value, (int, float)) and float(value).is_integer()


def callable_of(one: Instance) -> bool:
    return one.of.find("backward") is not MISSING


def rearranges(statement: ast.stmt, first: Line) -> bool:
    """Whether the first wrong line gives a gradient another form under its own name: then its numbers tell nothing."""
    value = getattr(statement, "value", None)
    if statement is not first.entry.statement or value is None:
        return False
    nodes = list(ast.walk(value))
    return any(isinstance(n, ast.Attribute) and n.attr in REARRANGING for n in nodes) and any(
        isinstance(n, ast.Name) and n.id == first.entry.target for n in nodes
    )


def length(statements: list[ast.stmt]) -> int:
    return sum(len(ast.unparse(one)) for one in statements)


class Replaced:
    """A statement with others in its place, for a while."""

    def __init__(self, body: tuple[ast.stmt, ...], statement: ast.stmt, made: list[ast.stmt]):
        self.statement, self.made = statement, made
        self.holder: list[ast.stmt] | None = None
        self.body = body

    def __enter__(self) -> None:
        self.holder, self.place = holder_of(self.body, self.statement)
        self.holder[self.place : self.place + 1] = self.made

    def __exit__(self, *_: object) -> None:
        assert self.holder is not None
        self.holder[self.place : self.place + len(self.made)] = [self.statement]


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


def holder_of(body: Any, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
    """The list that a statement stands in, and its place there."""
    pending: list[Any] = [body]
    while pending:
        held = pending.pop()
        for place, one in enumerate(held):
            if one is statement:
                return held, place
            inner: list[Any] = [getattr(one, name, None) for name in ("body", "orelse", "finalbody")]
            pending += [body for body in inner if isinstance(body, list)]
    raise AssertionError("a statement that stands nowhere")
