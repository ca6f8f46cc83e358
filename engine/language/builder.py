"""Text to graph: the program is read once, and its graph is built as it is read. Nothing is computed that need not be
known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError, Ours, Span
from gradlens.engine.graph import CALL, UNLIMITED, Graph, Limits, Node
from gradlens.engine.language import nodes
from gradlens.engine.language.binding import is_leaf
from gradlens.engine.language.calling import call_function
from gradlens.engine.language.compiling.compiler import compiled
from gradlens.engine.language.compiling.forms import breaks_off
from gradlens.engine.language.dialects.libraries import spoken
from gradlens.engine.language.gradients.custom import backward_lines
from gradlens.engine.language.layers.behaviour import Behaviour
from gradlens.engine.language.machine import Machine
from gradlens.engine.language.objects import (
    MISSING,
    ClassObject,
    Computed,
    Ended,
    Fresh,
    Function,
    Instance,
    ListCell,
    Scope,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.outputs.backward_half import Half, half_of, left_out, may_hold, stepped_inputs
from gradlens.engine.language.outputs.choice import first_with_gradient, holds_several, passes_gradient
from gradlens.engine.language.outputs.first_calls import calls_of, chained
from gradlens.engine.language.outputs.journal import JournalMachine
from gradlens.engine.language.outputs.last_line import not_shown
from gradlens.engine.language.outputs.starting import offers
from gradlens.engine.language.running.prints import NUMBERS, calls_loss
from gradlens.engine.language.running.turns import turns_taken
from gradlens.engine.language.standard.unwinding import uncaught
from gradlens.engine.language.syntax import (
    Misplaced,
    Syntax,
    is_name,
    levels,
    normal_name,
    parse,
    remedy_error,
    suggestion,
)
from gradlens.engine.language.typed import names_meant
from gradlens.engine.language.values import value_texts
from gradlens.engine.language.values.overflow import check_divisors, check_overflow
from gradlens.engine.language.values.varying import Variation, VariedGraph, variation
from gradlens.engine.language.values.wide_wholes import check_wide
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, Value, size_of

DETAILS = ("fused", "expanded")
MOST_READINGS = 4
TRIED_STEPS = 20_000  # of lines that are tried before they are offered
MOST_TRIED_FLOPS = 5e6
BUDGETS = ("too-many-steps", "too-many-nodes", "too-many-edges", "too-many-elements", "too-much-work")


def build(
    text: str,
    shapes: Mapping[str, Shape],
    *,
    values: Mapping[str, Value] | None = None,
    output: str | None = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
    offering: bool = True,
    behaviour: Behaviour | None = None,
) -> tuple[Syntax, Graph]:
    """Parse a program and build its graph.

    shapes: of the inputs that are given.  values: of those, where they are known: what decides how the graph is built
    is read from them.  output: the name to differentiate, by default the last statement.
    expand: names of the library functions that are opened though detail is "fused".
    offering: whether lines that are offered are tried first.  behaviour: of layers, in a network that is trained.
    Errors: every kind but those of values and seeds.
    """
    if detail not in DETAILS:
        raise EngineError("unknown-detail", detail=str(detail))
    for name in expand:
        if name not in OPS:
            raise EngineError(
                "unknown-function", name=name, **suggestion(name, [n for n, op in OPS.items() if op.definition])
            )
        if OPS[name].definition is None:
            raise EngineError("no-definition", function=name)
    limits = limits or Limits()
    syntax = parse(text, limits.text_length, limits.nesting)
    opened = opened_functions(detail) | set(expand)
    try:
        return built(syntax, shapes, values, output, opened, limits, offering, behaviour=behaviour)
    except EngineError as error:
        if error.kind != "caret-power":
            raise
    syntax = parse(text, limits.text_length, limits.nesting, carets=True)
    return built(syntax, shapes, values, output, opened, limits, offering, behaviour=behaviour)


def build_varied(
    text: str,
    shapes: Mapping[str, Shape],
    line: int,
    column: int,
    *,
    values: Mapping[str, Value],
    output: str | None = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
) -> VariedGraph | None:
    """The graph of a program that can be built, with the number at a place of its text as one that varies; None where
    more than leaves depends on that.
    """
    limits = limits or Limits()
    syntax = parse(text, limits.text_length, limits.nesting)
    varied = variation(syntax.body, line, column)
    if varied is None:
        return None
    try:
        graph = built(syntax, shapes, values, output, opened_functions(detail) | set(expand), limits, False, varied)[1]
    except EngineError:
        return None
    return varied.within(graph)


def built(
    syntax: Syntax,
    shapes: Mapping[str, Shape],
    values: Mapping[str, Value] | None,
    output: str | None,
    opened: Collection[str],
    limits: Limits,
    offering: bool,
    varied: Variation | None = None,
    behaviour: Behaviour | None = None,
) -> tuple[Syntax, Graph]:
    """The graph of a program that was parsed.  varied: the number of it that varies."""
    given, known = check_names(shapes), dict(values or {})
    left = [min(TRIED_STEPS, limits.steps)]  # for all lines that are tried together

    def builds_with(lines: list[str]) -> bool:
        if left[0] <= 0:
            return False
        left[0] -= len(syntax.text) // 8 + CALL
        tried = "\n".join([syntax.text, *lines])
        try:
            graph = build(tried, shapes, values=values, limits=replace(limits, steps=TRIED_STEPS), offering=False)[1]
        except EngineError:
            return False
        return bool(graph.contributing() & set(graph.inputs.values())) and has_result(graph)

    input_numbers: Mapping[str, int] = {}
    tests: frozenset[ast.AST] = frozenset()
    reading, steps = 0, 0
    journaling = output is None and may_hold(syntax.text)
    instead: Graph | EngineError | None = None
    while True:  # again where the output depends on none of the first number of a name, or both of a choice are needed
        machine = (JournalMachine if journaling else Machine)(syntax, given, known, opened, limits, input_numbers)
        machine.chosen_between, machine.steps = tests, steps
        if behaviour is not None:
            behaviour.begin()
            machine.behaviour = behaviour
        if varied is not None:
            machine.variation, machine.varying = varied, varied.number
        try:
            building = Building(machine, reading == MOST_READINGS - 1, builds_with if offering else None)
            graph = building.program(output)
        except BothComputed as again:
            tests, steps, instead = tests | again.tests, machine.steps, again.instead
            continue
        except EngineError as error:
            if instead is None or error.kind in BUDGETS:
                raise
            if isinstance(instead, Graph):
                return syntax, instead
            raise instead from None
        except RecursionError:
            span = syntax.span(machine.place)
            raise EngineError("too-deep", span, limit=levels(limits.nesting)) from None
        finally:
            if varied is not None:
                varied.judge(machine)
            machine.forget()
        if building.settled:
            return syntax, graph
        input_numbers = building.input_numbers
        reading += 1


@cache
def opened_functions(detail: str) -> frozenset[str]:
    """The library functions that become groups: all that have a definition, or those that have nothing else."""
    return frozenset(
        name for name, op in OPS.items() if op.definition is not None and (detail == "expanded" or op.array is None)
    )


def rule_graph(text: str, shapes: Mapping[str, Shape], statics: Mapping[str, object]) -> Graph:
    """A rule of the registry as a graph by itself, with an input for every name of `shapes`, in their order."""
    machine = Machine(Syntax(text, (), ()), {}, {}, opened_functions("fused"), UNLIMITED)
    graph = machine.graph
    names: dict[str, Any] = {name: Tensor(graph.add_input(name, shape, None, None)) for name, shape in shapes.items()}
    code = nodes.registry_code(text)
    machine.frame.code.ours = True
    found = machine.execute(code, Scope(names | dict(statics)), None, None)
    graph.output = nodes.id_of(machine, found, None)
    return graph


def check_names(shapes: Mapping[Any, Shape]) -> dict[str, Shape]:
    """The inputs' shapes by normalised name.  Errors: input-name, reserved-name, input-repeated."""
    checked: dict[str, Shape] = {}
    for name, shape in shapes.items():
        normal = normal_name(name) if isinstance(name, str) else ""
        if not is_name(normal):
            raise EngineError("input-name", name=name)
        if normal.startswith("__"):
            raise EngineError("reserved-name", name=normal)
        if normal in checked:
            raise EngineError("input-repeated", name=normal)
        checked[normal] = shape
    return checked


class BothComputed(Exception):
    """A program is to be built again, with both of what these tests choose between.  Not an error of the reader's.

    instead: what holds where that cannot be built: the graph with what the numbers choose, or the error that a branch
    depends on what is differentiated.
    """

    def __init__(self, tests: frozenset[ast.AST], instead: Graph | EngineError):
        self.tests, self.instead = tests, instead


def as_mathematics(m: Machine, error: EngineError) -> EngineError:
    """The error of a name without a value; of one that is mathematics, what to write instead."""
    span = error.span
    if error.kind not in ("unknown-name", "unknown-function") or span is None or "suggestion" in error.params:
        return error
    line = m.syntax.text.split("\n")[span.start_line - 1]
    given = names_meant.given_in(m.syntax.text, m.given)
    found = names_meant.meant(line, span.start_column, str(error.params["name"]), given)
    if found is None:
        return error
    whole = Span(span.start_line, found.start, span.start_line, found.end)
    return remedy_error(whole, found.remedy, line[found.start : found.end])


class Building:
    """From a machine that has read nothing to the graph of its program."""

    def __init__(self, machine: Machine, final: bool, builds_with: Callable[[list[str]], bool] | None):
        self.machine = machine
        self.builds_with = builds_with
        self.input_numbers: Mapping[str, int] = machine.input_numbers
        self.settled = final
        self.half: Half | None = None

    def program(self, output: str | None) -> Graph:
        m = self.machine
        graph = m.graph
        try:
            self.read()
            id = self.loss_or_output()
        except Misplaced as error:
            self.check_scaled()
            error = uncaught(m, error)
            turns = turns_taken(m) if error.kind in BUDGETS else {}
            refused = EngineError(error.kind, m.syntax.span(self.place_of(error)), **error.params, **turns)
            raise as_mathematics(m, refused) from None
        except EngineError as error:
            self.check_scaled()
            if error.kind in BUDGETS and (turns := turns_taken(m)):
                raise EngineError(error.kind, error.span or self.span(), **error.params, **turns) from None
            raise error.at(self.span()) from None
        self.unused_inputs()
        graph.skipped = list(m.skipped.values())
        graph.output = id
        if output is None and graph.left_out is None:
            graph.last_line = not_shown(m, id)
        if output is not None:
            name = normal_name(output)
            held = m.root.names.get(name)
            inside = (m.number_inside(held) or held.names.get("data")) if isinstance(held, Instance) else None
            if name not in graph.names and type(inside) in (Tensor, Computed, Fresh, int, float):
                graph.name(nodes.id_of(m, inside, m.last_place), name)
            if name not in graph.names:
                raise EngineError("unknown-output", name=output, **suggestion(name, graph.names))
            graph.output = graph.names[name]
        self.input_numbers = self.first_needed()
        self.settled = self.settled or self.input_numbers == m.input_numbers
        if self.settled:
            self.settle()
            graph.stepped = stepped_inputs(graph, self.half)
            self.leave_half()
        return graph

    def first_needed(self) -> Mapping[str, int]:
        """Which of the numbers that the text gives to a name is the input: the first that the output depends on."""
        m = self.machine
        several = {name: ids for name, ids in m.numbers.items() if len(ids) > 1}
        if not several:
            return m.input_numbers
        needed = m.graph.reaching(m.graph.output) | m.assumed.keys()
        found = dict(m.input_numbers)
        for name, ids in several.items():
            found[name] = next(
                (i for i, id in enumerate(ids) if id in needed and id not in m.graph.begun), found.get(name, 0)
            )
        return {name: number for name, number in found.items() if number}

    def read(self) -> None:
        m = self.machine
        body = m.syntax.body
        code = compiled(body, "program", "program", m.limits.nesting)
        m.own_names = m.graph.taken = code.bound
        said = code.mentions
        m.imported = said.imported
        m.has_classes = said.classes
        m.libraries = spoken(said.imports, said.calls, (code.bound - said.imported) | m.given.keys())
        outermost = type(m.frame)(code, m.root, None, None, None)
        m.frames.append(outermost)
        try:
            m.run(0)
        except Ended:
            m.frame = outermost
            m.frames.clear()

    def loss_or_output(self) -> int:
        """What is differentiated: of a program with a backward half its loss."""
        m = self.machine
        if not isinstance(m, JournalMachine):
            return self.output()
        chosen = m.chosen is not None
        has_value = chosen or m.last is not MISSING or m.several is not None
        last = self.output() if has_value else None
        self.half = half_of(m.graph, m.journal, m.returns, m.syntax.text, last, chosen)
        if self.half is not None:
            m.graph.left_out = None
            return self.half.loss.id
        return self.output() if last is None else last

    def leave_half(self) -> None:
        """A backward half is not drawn: the page checks its lines instead."""
        m, half = self.machine, self.half
        if half is not None:
            m.graph.half = half.lines
            m.graph.leave(left_out(m.graph, half, m.given))
        if m.applied:
            m.graph.half = tuple(sorted({*m.graph.half, *backward_lines(m.syntax.body, m.applied)}))

    def output(self) -> int:
        """The node that is differentiated: what .backward() was called on, or the last value."""
        m = self.machine
        if m.chosen is not None:
            return nodes.id_of(m, m.chosen, m.last_place)
        if m.backward_from is not None:
            return nodes.id_of(m, m.backward_from, m.last_place)
        if m.several is not None and (found := first_with_gradient(m, *m.several)) is not None:
            return self.one_of_several(found, m.several[1])
        shown = self.shown_number()
        if shown is None:
            shown = self.plotted_number()
        if shown is not None:
            return shown
        if m.failed_print is not None and m.failed_print.after is m.last and self.asks_for_print(m.failed_print.line):
            raise m.failed_print.error
        self.check_used()
        if is_leaf(m, m.last) and isinstance(m.syntax.body[-1], ast.FunctionDef):
            called = self.called_function(m.syntax.body[-1])  # with the numbers before it
            if called is not None:
                return called
        if m.last is not MISSING:
            return nodes.id_of(m, self.changed_since(m.last), m.last_place)
        kept = m.unseen[0] if m.unseen is not None else None
        if isinstance(kept, Instance) and type(inside := kept.names.get("data")) in (Tensor, Fresh):
            return nodes.id_of(m, inside, m.unseen[1] if m.unseen else None)
        called = self.called_function()
        if called is not None:
            return called
        outside = [value for value in m.root.names.values() if isinstance(value, Unreachable)]
        if outside and outside[-1].kind == "gradient-function":
            raise Misplaced(outside[-1].kind, outside[-1].place, what=outside[-1].what)
        used = [value for value in outside if not isinstance(value.place, (ast.Import, ast.ImportFrom))]
        if used:
            raise Misplaced(used[-1].kind, used[-1].place, what=used[-1].what)
        if m.unseen is not None:
            return self.no_output(*m.unseen)
        raise EngineError("empty-program")

    def changed_since(self, value: Any) -> Any:
        """What a name has become whose first number is the last value: total = 0, and total += i in a loop."""
        m = self.machine
        if type(value) is not Tensor or (node := m.graph.nodes[value.id]).op is not None or node.name is None:
            return value
        held = m.root.names.get(node.name)
        return held if type(held) is Tensor and m.graph.nodes[held.id].op is not None else value

    def shown_number(self) -> int | None:
        """What a print at the end computes that has a gradient: print("cost:", cost(w)), of a notebook's cell.

        Only where nothing else is computed at the end: the value before it is an input, or an array that a loss is
        taken of. A number comes before an array, which is shown only where there is nothing but inputs.
        """
        m, graph = self.machine, self.machine.graph
        if (
            m.last_print is None
            or m.last_print.after is not m.last
            or not (m.last is MISSING or any(m.last_print.line is one for one in m.syntax.body))
        ):
            return None
        if not self.asks_for_print(m.last_print.line):
            return None
        values = [value.id for value in m.last_print.values if type(value) is Tensor]
        made = m.last_print.made
        numbers, within = (
            [at for at in reversed(ids) if size_of(graph.nodes[at].shape) == 1] for ids in (values, made)
        )
        alone = m.last is MISSING or graph.nodes[nodes.id_of(m, m.last, m.last_place)].op is None
        arrays = list(reversed(values)) if alone else []
        found = self.first_shown([*numbers, *arrays, *within, *(reversed(made) if alone else ())])
        if found is None and alone:
            found = self.told_number(m.last_print.values)
        if found is not None:
            m.skipped.pop(id(m.last_print.line), None)
        return found

    def told_number(self, values: Sequence[Any]) -> int | None:
        """What a print shows that was computed and has no gradient: print(x > 2) is the comparison, as x > 2 is."""
        m = self.machine
        for value in reversed(values):
            if (type(value) is Computed and value.flows) or (m.last is MISSING and type(value) in NUMBERS):
                return nodes.id_of(m, value, m.last_place)
            if type(value) is Tensor and m.graph.nodes[value.id].op is not None:
                return value.id
        return None

    def plotted_number(self) -> int | None:
        """What a figure shows that has a gradient: of plt.plot(x, f(x)), where all else are inputs, f(x)."""
        m, graph = self.machine, self.machine.graph
        plot = m.last_plot
        if plot is None or plot.after is not m.last:
            return None
        if m.last is not MISSING and graph.nodes[nodes.id_of(m, m.last, m.last_place)].op is not None:
            return None
        shown = [
            nodes.id_of(m, value, m.last_place)
            for value in reversed(plot.values)
            if type(value) is Tensor or (type(value) is ListCell and value.items and nodes.is_numeric(m, value))
        ]
        found = self.first_shown(shown)
        if found is not None:
            m.skipped.pop(id(plot.call), None)
        return found

    def first_shown(self, shown: Sequence[int]) -> int | None:
        """The first of these nodes that was computed from an input, and has a gradient."""
        graph = self.machine.graph
        computed = [at for at in shown if graph.nodes[at].op is not None]
        return next((at for at in computed if passes_gradient(self.machine, at, graph.rebound)), None)

    def asks_for_print(self, line: ast.Expr) -> bool:
        """Whether nothing is computed before a print, or an array of which it takes a loss."""
        m = self.machine
        if m.last is MISSING:
            return True
        before = m.graph.nodes[nodes.id_of(m, m.last, m.last_place)]
        return before.op is None or (before.shape != () and calls_loss(line))

    def one_of_several(self, found: tuple[Any, str], place: Any) -> int:
        """One of the values with which a program ends; the page tells which are not differentiated."""
        m = self.machine
        chosen, others = found
        if type(chosen) is Instance:
            chosen = m.number_inside(chosen)
        id = nodes.id_of(m, chosen, place)
        if others:
            m.graph.left_out = id, others
        return id

    def check_used(self) -> None:
        """Error: only-objects, where a program ends with layers or losses and computes nothing with them."""
        m = self.machine
        if m.unseen is None or type(m.unseen[0]) is not Instance or not is_leaf(m, m.last):
            return
        place = m.unseen[1]
        if m.last is not MISSING and getattr(m.last_place, "lineno", 0) >= getattr(place, "lineno", 0):
            return
        values = m.root.names.values()
        if m.last is MISSING and any(type(value) is ClassObject and not value.ours for value in values):
            return  # of a class of the program's own, lines are offered that use it
        for name, value in reversed(m.root.names.items()):
            if type(value) is Instance and (value.of.find("__call__") is not MISSING or m.is_module(value.of)):
                raise Misplaced("only-objects", place, name=name)

    def no_output(self, value: Any, place: Any) -> int:
        """Why a program whose last value is no number has nothing to differentiate; an empty list is an empty array."""
        if type(value) is ListCell:
            return nodes.id_of(self.machine, value, place)
        if kind_of(value) is tuple:
            kind = "no-value" if not value else "value-in-tuple" if len(value) == 1 else "several-values"
            raise Misplaced(kind, place, got=value_texts.text_of(place), count=len(value))
        raise value_texts.no_number(self.machine, value, place)

    def called_function(self, last_line: ast.FunctionDef | None = None) -> int | None:
        """A program that is only functions or classes: the last of them, a function called with inputs of its
        parameters' names.  Errors: only-functions, only-classes, with lines that were tried.

        last_line: the definition with which a program ends that computes nothing before it.
        """
        m = self.machine
        defined = [
            v for v in m.root.names.values() if isinstance(v, Function) or (isinstance(v, ClassObject) and not v.ours)
        ]
        functions = [value for value in defined if isinstance(value, Function)]
        usable = [value for value in defined if value in functions or calls_of(value) is not None]
        if not defined:
            return None
        last = (usable or defined)[-1]
        if isinstance(last, ClassObject):
            names, calls = calls_of(last) or ([], [])
            place = definition(m.syntax.body, last.name)
            missing = [name for name in names if name not in m.given]
            lines = self.offered(calls, missing, place) if calls else []
            raise Misplaced("only-classes", place, name=last.name, lines=Ours("\n".join(lines)))
        function = last
        if function in m.called:
            return None
        code = function.code
        wanted = [name for name in code.parameters if name not in function.defaults]
        by_name = [name for name in code.keyword_only if name not in function.defaults]
        missing = [name for name in (*wanted, *by_name) if name not in m.given and name not in m.root.names]
        if missing:
            written = definition(m.syntax.body, function.name)
            _, calls = calls_of(function) or ([], [])
            asked, calls = chained(missing, calls, written)
            raise Misplaced(
                "only-functions",
                written,
                name=function.name,
                signature=code.signature,
                names=", ".join(missing),
                lines=Ours("\n".join(self.offered(calls, asked, written))),
            )
        if last_line is not None and not (wanted and any(gives_value(node) for node in ast.walk(last_line))):
            return None
        frame = type(m.frame)(compiled([], "program", "program", 1), m.root, None, None, None)
        m.frames.append(frame)
        m.frame = frame
        args = [m.lookup(frame, name, None) for name in wanted]
        keywords = {name: m.lookup(frame, name, None) for name in by_name}
        call_function(
            m, frame, function, args, keywords, ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
        )
        m.run(len(m.frames) - 1)
        m.frame = frame
        found = frame.stack.pop()
        if holds_several(m, found) and (one := first_with_gradient(m, found, None)) is not None:
            return self.one_of_several(one, None)
        return nodes.id_of(m, found, None)

    def offered(self, calls: list[str], missing: list[str], body: ast.AST) -> list[str]:
        """The first lines below the program with which it is built; those that fit best where none of them are."""
        tried = list(offers(calls, missing, body, self.machine.syntax.body, self.machine.libraries))
        if self.builds_with is None:
            return tried[0]
        return next((lines for lines in tried if self.builds_with(lines)), tried[0])

    def place_of(self, error: Misplaced) -> Any:
        frame = self.machine.frame
        return frame.place or error.place

    def span(self) -> Span | None:
        return self.machine.syntax.span(self.machine.frame.place or self.machine.place)

    def unused_inputs(self) -> None:
        m, graph = self.machine, self.machine.graph
        for name, shape in m.given.items():
            if name in graph.inputs or name in graph.known:
                continue
            if name in graph.names:
                raise EngineError("input-computed", m.syntax.span(graph.nodes[graph.names[name]].place), name=name)
            graph.add_input(name, shape, None, None)
            graph.unused.append(name)

    def check_scaled(self) -> None:
        """Error: list-repeat, where a list was scaled by what turned out to be a count."""
        m = self.machine
        for id, place in m.scaled:
            if id in m.assumed:
                raise EngineError("list-repeat", m.syntax.span(place), count=value_texts.text_of(place))

    def settle(self) -> None:
        """What decided how the graph is built: leaves without a path to the output are known, not inputs; a branch on
        one with a path is refused.
        """
        m, graph = self.machine, self.machine.graph
        check_overflow(m)
        check_wide(m)
        check_divisors(m)
        graph.looked = {name: m.values_given[name] for name in m.looked_names if name in m.values_given}
        if not m.assumed and not m.printed:
            return
        self.check_scaled()
        reached = graph.reaching(graph.output)
        differentiated = graph.contributing()
        moving = graph.made_from(
            {node.id for node in graph.nodes if node.kind == "input" and node.id in differentiated}
        )
        cleared: set[Computed] = set()
        places = [place for value, place in m.conditions if leads_from(value, moving, cleared)]
        if places:
            kind = "while-loop" if places[0] in m.endings else "branch"
            if kind == "branch" and breaks_off(m.syntax.body, places[0]):
                kind = "break-on-value"
            refused = EngineError(kind, m.syntax.span(places[0]))
            raise BothComputed(frozenset(places), refused) if m.choices.issuperset(places) else refused
        printed = self.printed()
        shown_only = [name for name, id in graph.inputs.items() if id in printed]
        tests = self.ending_choices(reached) if m.choices else set[ast.AST]()
        graph.assume(m.assumed, reached, m.values_given, printed)
        if shown_only:
            used = {graph.output}.union(*[node.inputs for node in graph.nodes])
            graph.unused += [name for name in shown_only if graph.inputs.get(name, graph.output) not in used]
        if tests:
            raise BothComputed(frozenset(tests), graph)

    def ending_choices(self, reached: set[int]) -> set[ast.AST]:
        """The tests where the way from a number to the output ends: a constant was chosen, as by 0 if x < 0 else x."""
        m, graph = self.machine, self.machine.graph
        ended = {id for id in m.assumed if id not in reached and not self.holds_wholes(graph.nodes[id])}
        made, cleared = graph.made_from(ended), set[Computed]()
        return {place for value, place in m.conditions if place in m.choices and leads_from(value, made, cleared)}

    def holds_wholes(self, node: Node) -> bool:
        """Whether a leaf holds whole numbers, such as labels, or has no value; also what is no leaf."""
        value = self.machine.values_given.get(node.name or "") if node.value is None else node.value
        return value is None or bool(np.all(np.equal(np.floor(value), value)))

    def printed(self) -> set[int]:
        """The nodes that prints alone have made, and no name holds."""
        m = self.machine
        made = {id for ids in m.printed for id in ids}
        held = {value.id for value in m.root.names.values() if type(value) is Tensor}
        return {id for id in made if id not in held or m.graph.nodes[id].name in m.given}


def gives_value(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and node.value is not None


def leads_from(value: Tensor | Computed, moving: set[int], cleared: set[Computed]) -> bool:
    """Whether a number was computed from any of these nodes.  cleared: those that were found not to be."""
    pending: list[Any] = [value]
    while pending:
        one = pending.pop()
        if type(one) is Tensor and one.id in moving:
            return True
        if type(one) is Computed and one.flows and one not in cleared:
            cleared.add(one)
            pending += one.parts
    return False


def has_result(graph: Graph) -> bool:
    """Whether the output is finite with the values that the text gives, where that is soon known."""
    if graph.forward_flops > MOST_TRIED_FLOPS:
        return True
    values: dict[int, Value] = {}
    with np.errstate(all="ignore"):
        for node in graph.nodes[: graph.output + 1]:
            if node.op is None:
                if node.value is None:
                    return False
                values[node.id] = node.value
                continue
            assert node.op.array is not None, node.op.name
            try:
                values[node.id] = node.op.array(*[values[i] for i in node.inputs], **node.options)
            except EngineError:
                return False
    return bool(np.all(np.isfinite(values[graph.output])))


def definition(body: tuple[ast.stmt, ...], name: str) -> ast.stmt:
    """The statement that gives a function or a class its name."""
    for statement in reversed(body):
        for node in ast.walk(statement):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                return node
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                return node
    return body[-1]
