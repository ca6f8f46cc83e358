"""A program that was parsed and built once, ready to run on any inputs of its shapes."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from typing import TypedDict, Unpack, cast

import numpy as np

from gradlens.engine.built_programs import BuiltPrograms
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Edge, Graph, Limits
from gradlens.engine.language.builder import build, build_varied
from gradlens.engine.language.layers.behaviour import Behaviour
from gradlens.engine.language.locations import without_syntax
from gradlens.engine.language.syntax import Syntax, normal_name
from gradlens.engine.language.values.varying import VariedGraph
from gradlens.engine.passes.backward import filled, run_backward
from gradlens.engine.passes.forward import run_forward
from gradlens.engine.passes.gradient_program import GradientProgram, gradient_program_of
from gradlens.engine.passes.plans import Plan
from gradlens.engine.passes.tangent import run_tangents
from gradlens.engine.traces import Run, Trace, shown, still
from gradlens.engine.values import Shape, Value, as_value, shape_of
from gradlens.engine.varied_programs import Question, Varied, VariedPrograms, ruled
from gradlens.engine.written_numbers import Place, Skeleton, Skeletons


class PausedCollector:
    """Without the cyclic collector: it would walk every node again and again, and doubles the time of a build.

    It is one switch for all threads, so the first that pauses it turns it off, and the last turns it on again.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.pausing = 0
        self.was_enabled = False

    def __enter__(self) -> None:
        with self.lock:
            if self.pausing == 0:
                self.was_enabled = gc.isenabled()
                gc.disable()
            self.pausing += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.pausing -= 1
            if self.pausing == 0 and self.was_enabled:
                gc.enable()


paused_collector = PausedCollector()


class Program:
    """A text that was parsed and built: its graph, and the plan of its two passes.

    It is what is run, checked, diagnosed, derived, exported and trained.
    skeleton: of its text, where numbers of that are inputs.

    >>> program = gradlens.compile("z = (x + y) ** 2", {"x": (), "y": ()})
    >>> program.gradients({"x": 2.0, "y": 3.0})
    (25.0, {'x': 10.0, 'y': 10.0})
    """

    def __init__(self, syntax: Syntax, graph: Graph):
        self.skeleton: Skeleton | None = None
        self.syntax = syntax
        self.graph = graph
        self.limits = graph.limits
        self.plan = Plan(graph)
        self._leaves: list[Value | None] = [node.value for node in graph.nodes]
        self._blank: list[Value | None] = [None] * len(graph.nodes)
        self._inputs: dict[str, tuple[int, Shape]] = {}
        for node in graph.nodes:
            if node.kind == "input":
                assert node.name is not None
                self._inputs[node.name] = node.id, node.shape
        self._assumptions = graph.assumptions

    @property
    def edges(self) -> list[Edge]:
        """Those that carry a gradient from the output back."""
        return self.plan.edges

    @property
    def text(self) -> str:
        return self.syntax.text

    @property
    def number_lines(self) -> frozenset[int]:
        """The lines of the text on which its inputs have numbers, where these were taken out of it."""
        return frozenset() if self.skeleton is None else frozenset(self.skeleton.lines())

    def __repr__(self) -> str:
        inputs = ", ".join(f"{name}{shape}" for name, (_, shape) in self._inputs.items())
        return f"<Program of {inputs or 'no inputs'}, {len(self.graph.nodes)} nodes:\n{self.text.strip()}>"

    def to(self, output: int) -> Program:
        """The same program with another node, by id, as the output that is differentiated."""
        graph = copy(self.graph)
        graph.output = output
        return Program(self.syntax, graph)

    def begins_with(self, name: str, line: int) -> bool:
        """Whether the value of an input stands in the text at a line, and nothing depends on how it is written."""
        graph = self.graph
        return graph.written.get(name) == line and name not in graph.split and line not in self.syntax.origins

    def written_as(self, skeleton: Skeleton) -> Program:
        """The same program of a text that differs in the numbers of inputs alone."""
        if skeleton.text == self.text or self.skeleton is None:
            return self
        program = copy(self)
        program.syntax = self.syntax.written_as(skeleton.text, self.skeleton.moves(skeleton), skeleton.lines())
        return program

    def with_number(self, varied: Varied[Program], written: str, text: str) -> Program:
        """The same program of a text that has another number in place of one."""
        end = varied.place.start + len(written)
        syntax, graph = varied.syntax(self.syntax, text, end), varied.with_number(written)
        if ruled(graph, varied.leaves):
            return Program(syntax, graph)  # with rules for that number
        program = copy(self)
        program.syntax, program.graph = syntax, graph
        program._leaves = [node.value for node in graph.nodes]
        return program

    def gradient_program(self, seed: object = None) -> GradientProgram:
        """The backward pass as a program in the same language; its outputs are named as `outputs` says."""
        return gradient_program_of(self.graph, None if seed is None else self._seed(seed))

    def forward(self, inputs: Mapping[str, object] | None = None) -> list[Value]:
        """The values of every node, by id."""
        values = self._start(inputs)
        with np.errstate(all="ignore"):
            self._run_forward(values)
        return values

    def run(
        self,
        inputs: Mapping[str, object] | None = None,
        *,
        seed: object = None,
        direction: Mapping[str, object] | None = None,
    ) -> Trace:
        """Both passes, and with a direction the forward mode's, with everything kept."""
        graph = self.graph
        contributions: list[Value | None] = [None] * graph.edge_count
        values, gradients = self._passes(inputs, seed, contributions)
        self.plan.fill_unreached(gradients, contributions)
        if direction is None:
            return Trace(Run(self.syntax, graph, self.plan.edges, values, gradients, contributions))
        passed: list[Value | None] = [None] * graph.edge_count
        tangents = self.tangents(values, self.direction(direction), passed)
        still(graph, tangents, passed)
        return Trace(Run(self.syntax, graph, self.plan.edges, values, gradients, contributions, tangents, passed))

    def _passes(
        self, inputs: Mapping[str, object] | None, seed: object, contributions: list[Value | None] | None
    ) -> tuple[list[Value], list[Value | None]]:
        """The values and the gradients of every node, by id; contributions by edge are filled in, if a list is given.

        Errors: those of inputs, seed and values.
        """
        values, plan = self._start(inputs), self.plan
        gradients = self._blank.copy()
        gradients[self.graph.output] = 1.0 if plan.scalar and seed is None else self._seed(seed)
        if plan.scalar:
            # Python's floats raise no NumPy warnings, and silencing them takes as long as three nodes.
            self._run_forward(values)
            run_backward(plan.backward, values, gradients, contributions)
        else:
            with np.errstate(all="ignore"):
                self._run_forward(values)
                run_backward(plan.backward, values, gradients, contributions)
        return values, gradients

    def tangents(
        self, values: list[Value], direction: Mapping[str, Value], passed: list[Value | None] | None = None
    ) -> list[Value | None]:
        """How every node moves, by id, when the inputs move along a checked direction; None where it stays.

        values: of every node, as `forward` gives them.  passed: filled with what each edge passes on, if given.
        """
        tangents = self._blank.copy()
        for name, value in direction.items():
            tangents[self.graph.inputs[name]] = value
        with np.errstate(all="ignore"):
            run_tangents(self.graph, values, tangents, passed)
        return tangents

    def direction(self, given: Mapping[str, object]) -> dict[str, Value]:
        """A direction by input, checked.

        Errors: unknown-input, input-computed, input-number, input-ragged, direction-shape.
        """
        found: dict[str, Value] = {}
        for name, along in given.items():
            _, shape = self._inputs.get(name) or self._named(name)
            value = as_value(along, name)
            if shape_of(value) != shape:
                raise EngineError("direction-shape", name=name, got=str(shape_of(value)), wanted=str(shape))
            found[normal_name(name)] = value
        return found

    def gradients(
        self, inputs: Mapping[str, object] | None = None, *, seed: object = None
    ) -> tuple[Value, dict[str, Value]]:
        """The output's value, and the gradient of every input by name; nothing kept that is not needed."""
        values, gradients = self._passes(inputs, seed, None)
        graph = self.graph
        for id in self.plan.unreached:
            gradients[id] = filled(0.0, graph.nodes[id].shape)
        found = {name: gradients[id] for name, id in graph.inputs.items()}
        return values[graph.output], cast(dict[str, Value], found)  # those that the pass did not reach are filled

    def _run_forward(self, values: list[Value]) -> None:
        """Fill in every node's value.  Errors: those of values, at the text of their node."""
        try:
            run_forward(self.plan.forward, values)
        except EngineError as error:
            assert error.node is not None
            node = self.graph.nodes[error.node]
            for opened in self.graph.opened(node):
                error = error.within(opened)
            raise error.at(self.syntax.span(node.place)) from None

    def _start(self, inputs: Mapping[str, object] | None) -> list[Value]:
        """The leaves' values in a new list.  Errors: input-*, missing-input."""
        values = self._leaves.copy()
        inputs = inputs or {}
        for name, given in inputs.items():
            if name in self._assumptions:
                self._assume(name, given)
                if name not in self._inputs:
                    continue
            id, shape = self._inputs.get(name) or self._named(name)
            if type(given) is float:
                value, got = given, ()  # without a call, which costs as much as a node
            else:
                value = as_value(given, name)
                got = shape_of(value)
            if got != shape:
                raise EngineError("input-shape", name=name, got=str(got), wanted=str(shape))
            values[id] = value
        if len(inputs) < len(self._inputs) or self._assumptions:
            for name, (id, _) in self._inputs.items():
                if values[id] is None:
                    raise EngineError("missing-input", name=name)
        return cast(list[Value], values)  # the forward pass sets the others before it reads them

    def _assume(self, name: str, given: object) -> None:
        """Error: assumption, where the graph was built for another value of an input."""
        assumed = self._assumptions[name]
        if not np.array_equal(np.asarray(as_value(given, name)), np.asarray(assumed), equal_nan=True):
            raise EngineError("assumption", name=name, assumed=shown(assumed))

    def check_inputs(self, inputs: Mapping[str, Value]) -> None:
        """Errors: unknown-input, input-computed, input-shape, of the inputs that are given."""
        for name, given in inputs.items():
            if name in self._assumptions:
                self._assume(name, given)
                continue
            _, shape = self._inputs.get(name) or self._named(name)
            if shape_of(given) != shape:
                raise EngineError("input-shape", name=name, got=str(shape_of(given)), wanted=str(shape))

    def _named(self, name: str) -> tuple[int, Shape]:
        """The node of an input and its shape, however its name was composed."""
        normal = normal_name(name) if isinstance(name, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
        if normal not in self._inputs:
            raise EngineError("input-computed" if normal in self.graph.names else "unknown-input", name=name)
        return self._inputs[normal]

    def _seed(self, seed: object) -> Value:
        shape = self.graph.nodes[self.graph.output].shape
        if seed is None:
            return filled(1.0, shape)
        value = as_value(seed, "seed")
        if shape_of(value) == shape:
            return value
        if isinstance(value, float):
            return filled(value, shape)
        raise EngineError("seed-shape", got=str(shape_of(value)), wanted=str(shape))


def compile(
    text: str,
    shapes: Mapping[str, Shape] | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    output: str | None = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
    behaviour: Behaviour | None = None,
) -> Program:
    """Parse and build a program once.

    shapes: of the names that it uses and does not assign.  values: of those, where how the graph is built depends on
    them: the program then runs with these values of them only.  output: the name to differentiate, by default the last
    statement's value.  detail: "fused", or "expanded" to open library functions into their definitions.
    expand: the names of those that are opened though detail is "fused".  behaviour: of layers, in a network that is
    trained.
    Errors: EngineError, with its place in the text.

    >>> gradlens.compile("z = x * y", {"x": (2, 3), "y": ()})
    <Program of x(2, 3), y(), 3 nodes:
    z = x * y>
    """
    with paused_collector:
        given = {name: tuple(shape) for name, shape in (shapes or {}).items()}
        for name, value in (values or {}).items():
            given.setdefault(name, shape_of(value))
        syntax, graph = build(
            text,
            given,
            values=values,
            output=output,
            detail=detail,
            expand=expand,
            limits=limits or Limits(),
            behaviour=behaviour,
        )
        if behaviour is not None:
            behaviour.spread(graph)
        return Program(without_syntax(syntax, graph), graph)


built_programs: BuiltPrograms[Program] = BuiltPrograms()
skeletons = Skeletons()
varied_programs: VariedPrograms[Program] = VariedPrograms()


class Building(TypedDict, total=False):
    """How a text is compiled, where one stands for a program: as of `compile`."""

    output: str | None
    detail: str
    expand: Collection[str]
    limits: Limits | None


def subject(
    program: Program | str, inputs: Mapping[str, object] | None, building: Building
) -> tuple[Program, dict[str, Value]]:
    """The program that a question is about, compiled for its inputs where it is a text, and the inputs as values.

    Errors: those of values and of `compile`.  Raises TypeError for what is neither program nor text, for an option that
    `compile` does not have, and for any that is given with a program.
    """
    check_options(building)
    values = {name: as_value(value, name) for name, value in (inputs or {}).items()}
    if isinstance(program, str):
        text = program
        return kept(text, values, building, lambda: compile(text, values=values, **building)), values
    if not isinstance(program, Program):  # pyright: ignore[reportUnnecessaryIsInstance] - whoever calls may not check
        raise TypeError(f"a program or its text is needed, not {type(program).__name__}")
    given = [name for name, value in building.items() if value and value != "fused"]
    if given:
        raise TypeError(f"a program is compiled already: give {', '.join(given)} to compile")
    return program, values


def check_options(building: Building) -> None:
    """Raises TypeError for an option that `compile` does not have."""
    for name in building:
        if name not in Building.__annotations__:
            raise TypeError(
                f'there is no option "{name}": a text is compiled with {", ".join(Building.__annotations__)}'
            )


def kept(text: str, values: dict[str, Value], building: Building, build: Callable[[], Program]) -> Program:
    """What was built for such a text, or what `build` makes."""
    return built_programs.get(
        text,
        values,
        build,
        output=building.get("output"),
        detail=building.get("detail", "fused"),
        expand=building.get("expand", ()),
        limits=building.get("limits") or Limits(),
    )


def with_numbers_given(
    text: str, inputs: Mapping[str, object], building: Building
) -> tuple[Program, dict[str, Value]] | None:
    """The program of a text whose numbers are inputs as well, and all inputs: so one whose number is dragged is not
    built again.  None where no number is, or where a reading of the text as it is has to say what is wrong.
    """
    check_options(building)
    taken = set(inputs)
    for _ in range(2):
        skeleton = skeletons.of(text, taken)
        if not skeleton.numbers:
            return None
        values = {name: as_value(value, name) for name, value in inputs.items()}
        values |= {number.name: number.value for number in skeleton.numbers}

        def build(skeleton: Skeleton = skeleton, values: dict[str, Value] = values) -> Program:
            built = compile(text, values=values, **building)
            built.skeleton = skeleton
            return built

        try:
            built = kept(skeleton.marked, values, building, build)
        except EngineError:
            return None
        if built.syntax.readings:
            return None  # whose places are those of this very text
        others = {one.name for one in skeleton.numbers if not built.begins_with(one.name, one.line)}
        if not others:
            return built.written_as(skeleton), values
        taken |= others
    return None


def with_number_varied(
    text: str, inputs: Mapping[str, object], building: Building
) -> tuple[Varied[Program], Program, dict[str, Value]] | None:
    """The program of a text that differs from one that was built in a number that only values depend on, and all
    inputs.
    """
    check_options(building)
    values = {name: as_value(value, name) for name, value in inputs.items()}
    found = varied_programs.find(text, frozen(building), values)
    if found is None:
        return None
    varied, written = found
    built = varied.question.program.with_number(varied, written, text)
    return varied, built, {**varied.question.values, **values}


def note_question(
    text: str, inputs: Mapping[str, object], building: Building, built: Program, values: Mapping[str, Value]
) -> None:
    """Note a text that was asked for, so that another number of it need not be built."""
    syntax = built.syntax
    if syntax.readings or syntax.shifts or syntax.passed or built.graph.half or "\r" in text or text[:1] == "\ufeff":
        return  # places, or lines that are judged, are those of this very text

    def build(place: Place) -> VariedGraph | None:
        column = len(text[place.begin : place.start].encode())
        shapes = {name: shape_of(value) for name, value in values.items()}
        return build_varied(text, shapes, place.line, column, values=values, **building)

    with paused_collector:
        varied_programs.ask(Question(text, frozen(building), values, frozenset(inputs), built), build)


def frozen(building: Building) -> object:
    """How a text is compiled, to be compared."""
    limits = building.get("limits") or Limits()
    return building.get("output"), building.get("detail", "fused"), frozenset(building.get("expand", ())), limits


def trace(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    seed: object = None,
    direction: Mapping[str, object] | None = None,
    **building: Unpack[Building],
) -> Trace:
    """Run a program both ways.

    program: compiled, or its text, which is then compiled for these inputs; output, detail, expand and limits say how,
    as of `compile`.
    inputs: numbers, nested lists or arrays by name.  seed: the upstream gradient at the output, by default ones;
    a number, or an array of the output's shape.  direction: how the inputs move, by name, each of its input's shape;
    the trace then has the tangent of every node, and inputs left out stay where they are.

    >>> gradlens.trace("y = sum(W @ x)", {"W": [[1, 2], [3, 4]], "x": [1, 1]}).gradients["x"]
    array([4., 6.])
    >>> gradlens.trace("z = x * y", {"x": 2.0, "y": 3.0}, direction={"x": 1.0})["z"].tangent
    3.0
    """
    if isinstance(program, str):
        return traced(program, inputs, seed=seed, direction=direction, **building).trace
    built, values = subject(program, inputs, building)
    return built.run(values, seed=seed, direction=direction)


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace of a text, and what it shares with traces of texts that differ in numbers.

    graph: whose structure it has but for the leaves `changed`, which are other constants there.  lines: those on which
    numbers stand that may differ, behind which the text moves.
    """

    trace: Trace
    graph: Graph
    lines: frozenset[int]
    changed: frozenset[int] = frozenset()


def traced(
    text: str,
    inputs: Mapping[str, object] | None = None,
    *,
    seed: object = None,
    direction: Mapping[str, object] | None = None,
    **building: Unpack[Building],
) -> Traced:
    """The trace of a text; arguments as of `trace`."""
    if (found := with_number_varied(text, inputs or {}, building)) is not None:
        varied, built, values = found
        with suppress(EngineError):  # whose words are those of a reading of this very text, as are those of advice
            made = built.run(values, seed=seed, direction=direction)
            if not made.warnings:
                base = varied.question.program
                if built.plan is not base.plan or varied.told:
                    return Traced(made, made.graph, frozenset())  # with other rules, or other words
                lines = base.number_lines | {varied.place.line}
                return Traced(made, base.graph, lines, frozenset([id for id, _ in varied.leaves]))
    built, values = with_numbers_given(text, inputs or {}, building) or subject(text, inputs, building)
    note_question(text, inputs or {}, building, built, values)
    made = built.run(values, seed=seed, direction=direction)
    return Traced(made, made.graph, built.number_lines)


def write_gradient_program(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    seed: object = None,
    **building: Unpack[Building],
) -> GradientProgram:
    """The backward pass of a program as a program, that the same limits take.

    Arguments as of `trace`; of the inputs only the shapes matter.
    Errors: those of `compile`, seed-shape, gradient-program-too-long.

    >>> print(gradlens.write_gradient_program("y = x ** 2", {"x": 3.0}).program)
    y = x ** 2
    dy = 1
    dx = dy * (2 * x)
    <BLANKLINE>
    """
    program, values = subject(program, inputs, building)
    program.check_inputs(values)
    written = program.gradient_program(seed)
    if len(written.program) > program.limits.text_length:
        raise EngineError(
            "gradient-program-too-long", length=len(written.program), limit=int(program.limits.text_length)
        )
    return written
