"""The machine that reads a program: its own frames, one counter, one graph that grows.

Nothing of a program's depth costs Python's stack: bodies are flat lists of instructions (code.py), calls are frames in
a list. Every instruction is counted before it is done.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Set
from functools import cached_property
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph, Limits
from gradlens.engine.language import (
    arithmetic,
    attributes,
    binding,
    calling,
    creation,
    indexing,
    memory,
    modules,
    nodes,
)
from gradlens.engine.language.builtins import BUILTINS
from gradlens.engine.language.calling import asking
from gradlens.engine.language.calls import iteration, written_values
from gradlens.engine.language.code import Code
from gradlens.engine.language.compiling.forms import names_of_numbers
from gradlens.engine.language.dialects import foreign_calls, frozen_laws
from gradlens.engine.language.dialects.random.streams import STREAMS, NewNumPy
from gradlens.engine.language.gradients.custom import Applied
from gradlens.engine.language.gradients.stored import Gradients
from gradlens.engine.language.items import iterators, writing
from gradlens.engine.language.layers.behaviour import Behaviour
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Function,
    Generator,
    Given,
    ListCell,
    Mark,
    Module,
    Scope,
    SetCell,
    Tensor,
    Thrown,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.running import (
    classes,
    either,
    generators,
    groups,
    jumping,
    lookups,
    prints,
    turns,
)
from gradlens.engine.language.running.frames import Frame, StackOf, Steps
from gradlens.engine.language.running.groups import LazyGroup
from gradlens.engine.language.standard import (
    containers,
    enumerations,
    iterating,
    matching,
    records,
    typing_names,
    unwinding,
)
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced, Syntax, suggestion
from gradlens.engine.language.values import comparisons, dependence, known_values, numbers, value_texts, varying
from gradlens.engine.strides import Layout
from gradlens.engine.values import Shape, Value, shape_of

ADVANCE = 3  # steps: to go on with a function of the evaluator takes as long as that many expressions


class Machine:
    """One reading of a program.

    given: the shapes of the inputs; values_given: their values, where these are known.  opened: the library functions
    that become groups.  last: what is differentiated; last_of_object: whether it is the data of an object; several:
    the values with which the program ends so far, where those are several, with their place, and whether a name
    was given to them; unseen: the last value that is no number, with its place.
    assumed: nodes whose values decided how the graph is built; assumed_numbers: numbers computed from them that did;
    looked, looked_numbers: values by which the graph is as it is in other ways; looked_names: the inputs that these
    were made from.  bits: by node, the most that a whole number can have, whatever the inputs are.
    choices: tests of `a if test else b` where both could be computed; chosen_between: those where both are.
    conditions: what decided a branch, with its place; endings: the places of those that decide how often a loop runs.
    scaled: what scaled a list.  read_inputs: the inputs that were used before a name was bound.  deleted: by del.
    numbers: the nodes of what the text gives to a name, in order.  input_numbers: which of them is the input, if it is
    not the first; the others are constants.
    """

    REAL_TYPES = creation.REAL_TYPES
    # What works on the machine stands in modules of its own, each for one thing.
    resume = generators.resume
    begin = generators.begin
    gives = generators.gives
    generator_over = generators.generator_over
    resume_for_steps = generators.resume_for_steps
    yields = generators.yields
    generator_ends = generators.generator_ends
    turn_begins = turns.turn_begins
    loop_ends = turns.loop_ends
    group_id = groups.group_id
    forget_groups = groups.forget_groups
    print_begins = prints.print_begins
    binary = arithmetic.binary
    unary = arithmetic.unary
    compare = comparisons.compare
    change = arithmetic.change
    truth = comparisons.truth
    get_item = indexing.get_item
    set_item = writing.set_item
    delete_item = writing.delete_item
    attribute = attributes.attribute
    get_attribute = attributes.get_attribute
    set_attribute = attributes.set_attribute
    call = calling.call
    iterator = iterators.iterator
    listed = iterators.listed
    unpacked = iterators.unpacked
    keywords = calling.keywords_of
    tensor_of = nodes.tensor_of
    current = memory.current
    import_names = modules.import_names
    outside = modules.called_outside
    bind = binding.bind
    bind_fresh = binding.bind_fresh
    tuple_leaf = binding.tuple_leaf
    rows_leaf = binding.rows_leaf
    leaf = binding.leaf
    named = binding.named
    may_rename = binding.may_rename
    name_written = binding.name_written
    name_of_turn = binding.name_of_turn
    turned = binding.turned
    leafy = binding.leafy
    is_written = binding.is_written
    see = binding.see
    node_inside = binding.node_inside
    number_inside = binding.number_inside
    numbers_as_leaves = binding.numbers_as_leaves
    kept = binding.kept
    frozen_law = staticmethod(frozen_laws.frozen)
    foreign = foreign_calls.foreign
    take_back = foreign_calls.take_back
    method_of = foreign_calls.method_of
    library_function = foreign_calls.library_function
    bare_call = foreign_calls.bare_call
    cut = nodes.cut
    look = dependence.look
    values_missing = known_values.values_missing
    is_free = known_values.is_free
    gather = iteration.gather
    iterate = iteration.iterate
    format_value = written_values.format_value
    formatted = written_values.formatted
    key = calling.key
    call_method = calling.call_method
    insert = binding.insert
    give = calling.give
    ends = calling.ends
    call_with = calling.call_with
    represented = written_values.represented
    text_form = written_values.text_form
    expected = unwinding.expected
    attribute_of = attributes.attribute_of
    missing_item = containers.missing_item
    counters_joined = containers.counters_joined
    container_kind = containers.container_kind
    container_type = containers.container_type
    collection_attribute = containers.collection_attribute
    collection_pieces = containers.collection_pieces
    chain_from_iterable = iterating.chain_from_iterable
    check_finished = typing_names.check_finished
    abstract_base = typing_names.abstract_base
    hashed = records.hashed
    fields_of = records.fields_of
    member = enumerations.member
    members = enumerations.members
    member_named = enumerations.member_named
    matched = matching.matched
    plain_member = enumerations.plain_member
    module_attribute = modules.remembered_attribute
    make_class = classes.make_class
    class_made = classes.class_made
    is_module = classes.is_module
    varied = varying.varied
    varied_leaf = varying.varied_leaf
    varying: Any = varying.NOTHING  # the known number that is varied
    variation: varying.Variation | None = None
    behaviour: Behaviour | None = None
    chooses = either.chooses
    one_of = either.one_of
    lookup = lookups.lookup
    found = lookups.found
    input_named = lookups.input_named
    language_name = lookups.language_name

    def __init__(
        self,
        syntax: Syntax,
        given: dict[str, Shape],
        values: Mapping[str, Value],
        opened: Collection[str],
        limits: Limits,
        input_numbers: Mapping[str, int] | None = None,
    ):
        self.syntax = syntax
        self.given = given
        self.values_given = values
        self.opened = opened
        self.limits = limits
        self.graph = Graph(limits)
        self.root = Scope({})
        self.frames: list[Frame | Steps] = []
        self.frame: Frame = Frame(Code("", "program"), self.root, None, None, None)
        self.place: Any = None
        self.steps = 0
        self.depth = 0
        self.writes = 0
        self.last: Any = MISSING
        self.last_place: Any = None
        self.last_of_object = False
        self.unseen: tuple[Any, Any] | None = None
        self.ending: tuple[Any, Any] | None = None  # the value of an expression that is a line of the program
        self.several: tuple[Any, Any, bool] | None = None
        self.called: set[Function] = set()
        self.chosen: Any = None
        self.backward_from: Any = None  # the number of an object of the program on which its own backward() was called
        self.assumed: dict[int, None] = {}  # in the order in which they were
        self.assumed_numbers: dict[Computed, None] = {}
        self.looked: dict[int, bool] = {}  # nodes
        self.looked_numbers: set[Computed] = set()
        self.looked_names: set[str] = set()
        self.bits: dict[int, int] = {}
        self.conditions: list[tuple[Tensor | Computed, Any]] = []
        self.choices: set[ast.AST] = set()
        self.chosen_between: frozenset[ast.AST] = frozenset()
        self.endings: set[ast.AST] = set()
        self.values: dict[int, Value] = {}
        self.masks: dict[int, bool] = {}
        self.wholes: dict[int, bool] = {}  # values of a type of whole numbers
        self.narrow: dict[int, bool] = {}  # values of the type int32
        self.writes_arrays = False  # into texts
        self.named_loosely: set[int] = set()  # inputs that no line gave a name: parameters in a list
        self.number_types: dict[Computed | int, int] = {}  # numbers and nodes of NumPy's types, with their bits
        self.fractions: dict[int, bool] = {}  # values of a type of fractions
        self.rounded: dict[int, bool] = {}  # what Python's int and round, and math.floor, made of a number
        self.counts: dict[int, bool] = {}  # numbers that are whole ones in Python, or may be
        self.item_types: dict[int, Any] = {}  # which items are whole, of lists of the text with numbers of both types
        self.other_types: dict[str, bool] = {}  # by library, whether the text has other types of fractions than usual
        self.averages: dict[int, bool] = {}  # of whole numbers, which Python has as whole ones where they are such
        self.extremes: dict[
            int, list[Any]
        ] = {}  # of numbers of several types: of what they are the largest or smallest
        self.typed: dict[int, bool] = {}  # values of which it was noted by which numbers they are of such a type
        self.laid: dict[int, Mark] = {}  # how arrays lie in memory, or as which others, where no op tells it
        self.layouts: dict[int, Layout | None] = {}
        self.moving: dict[int, bool] = {}  # whether a node depends on an input, of those that were asked for
        self.libraries_meant: dict[str, Module] = {}  # of names such as np that nothing imports
        self.definitions: dict[tuple[Any, ...], groups.Opened] = {}  # of ops, by the shapes of their operands
        self.methods: dict[tuple[str, str, bool, bool], Any] = {}  # of arrays: what their names mean
        self.claimed: dict[int, LazyGroup | None] = {}
        self.groups_made: list[LazyGroup] = []
        self.read_inputs: set[str] = set()
        self.deleted: set[str] = set()
        self.input_numbers: Mapping[str, int] = input_numbers or {}
        self.numbers: dict[str, list[int]] = {}
        self.scaled: list[tuple[int, Any]] = []
        self.layers: Scope | None = None
        self.neurons: Scope | None = None
        self.rationals: Scope | None = None
        self.parameters: set[Tensor] = set()  # of layers
        # the layers that hold buffers, by their identities and the names, and whether each belongs to their state
        self.buffers: dict[tuple[int, str], tuple[Any, bool]] = {}
        self.distributions: Scope | None = None
        self.optimizers: Scope | None = None
        self.batching: Scope | None = None
        self.part_names: dict[int, tuple[dict[Any, Any], str]] = {}  # of what dictionaries of layers keep
        self.namespaces: Scope | None = None
        self.gradients = Gradients()
        self.attributes: dict[Tensor, dict[str, Any]] = {}  # what tensors hold under names of the reader
        self.applied: list[Applied] = []  # uses of functions with a backward pass of their own
        self.turn_place: Any = None
        self.seed = 0
        self.drawn = 0
        self.streams: dict[str, NewNumPy] = {}
        self.draw_names: dict[str, int] = {}  # how many inputs were tried by a function's name
        self.printed: list[range] = []  # the ids of the nodes that prints made
        self.printed_values: list[Any] = []  # of the last print
        self.written_out: list[Tensor] = []  # what has become text since the last print began
        self.last_print: prints.Shown | None = None
        self.last_plot: prints.Plotted | None = None
        self.failed_print: prints.Failed | None = None
        self.ending_prints = prints.ending_prints(syntax.body)
        self.skipped: dict[int, Any] = {}  # by its id: once, however often a loop comes by
        self.libraries: frozenset[str] = frozenset()
        self.has_classes = False
        self.own_names: frozenset[str] = frozenset()
        self.imported: Set[str] = frozenset()
        self.tried: list[Any] | None = None  # values that became nodes in a reading that is taken back
        self.identities: dict[int, tuple[int, Any]] = {}
        self.weights: dict[int, int] = {}
        self.tries = False  # whether the program has come to a try

    @cached_property
    def number_names(self) -> frozenset[str]:
        """The names that the program itself gives numbers."""
        return names_of_numbers(self.syntax.body, self.own_names - self.imported)

    # ------------------------------------------------------------ running

    def execute(self, code: Code, scope: Scope, group: LazyGroup | None, place: Any) -> Any:
        """Run a body to its end, and return what it gives; a body of ours keeps the place of the call."""
        bottom = len(self.frames)
        frame = Frame(code, scope, group, place, place if code.ours else None)
        self.frames.append(frame)
        before, self.last = self.last, MISSING
        try:
            self.run(bottom)
        finally:
            found, self.last = self.last, before
        return found

    def run(self, bottom: int) -> None:
        """Go on until no frame above `bottom` is left."""
        while len(self.frames) > bottom:
            try:
                self.work(bottom)
            except (Misplaced, EngineError) as error:
                unwinding.handle(self, bottom, error)

    def work(self, bottom: int) -> None:
        frames = self.frames
        most = self.limits.steps
        while len(frames) > bottom:
            frame = frames[-1]
            if type(frame) is Steps:
                self.advance(frame)
                continue
            self.frame = frame
            for do, arg, node in frame.rest:
                self.place = node
                self.steps = steps = self.steps + 1
                if steps > most:
                    raise Misplaced("too-many-steps", node, limit=int(most))
                do(self, frame, arg, node)
                if not frames or frames[-1] is not frame:
                    break
            else:
                raise AssertionError("a body without an end")

    def advance(self, steps: Steps) -> None:
        """Go on with a function of the evaluator: until it asks for a call, or is done."""
        self.charge(ADVANCE, steps.node)
        frame = self.below(steps)
        self.frame = frame
        try:
            asked = steps.generator.send(steps.given)
        except StopIteration as stopped:
            self.steps_done(steps, stopped.value)
            return
        self.asked(steps, asked)

    def steps_done(self, steps: Steps, value: Any) -> None:
        self.frames.remove(steps) if self.frames[-1] is not steps else self.frames.pop()
        if steps.waiting is not None:
            self.generator_ends(steps)
            return
        self.receive(value)

    def asked(self, steps: Steps, asked: Any) -> None:
        """What a function of the evaluator asks for before it goes on."""
        steps.given = None
        if type(asked) is Given:
            self.frames.pop()
            self.gives(steps, asked.value)
            return
        if type(asked) is Generator:
            self.resume_for_steps(asked)
            return
        if type(asked) is Thrown:
            self.begin(asked.generator, None, self.place)
            self.frame = asked.generator.frame
            raise asked.error
        assert type(asked) is Asked
        frame = self.below(steps)
        calling.call(self, StackOf(self, steps, frame), asked.function, asked.args, asked.keywords, steps.node)

    def below(self, steps: Steps) -> Frame:
        for frame in reversed(self.frames):
            if type(frame) is Frame:
                return frame
        raise AssertionError("steps without a frame")

    def step(self) -> None:
        """One instruction of whatever stands on top."""
        frame = self.frames[-1]
        if isinstance(frame, Steps):
            self.advance(frame)
            return
        self.frame = frame
        do, arg, node = next(frame.rest)
        self.charge(1, node)
        self.place = node
        do(self, frame, arg, node)

    def receive(self, value: Any) -> None:
        """What was called has given a value to what stands on top now."""
        top = self.frames[-1]
        if type(top) is Steps:
            top.given = value
        else:
            top.stack.append(value)

    def push_steps(self, frame: Frame, generator: Any) -> None:
        self.frames.append(Steps(generator, self.place))

    # ------------------------------------------------------------ counting

    def charge(self, count: int, place: Any) -> None:
        """Count steps before they are done.  Error: too-many-steps."""
        self.steps += count
        if self.steps > self.limits.steps:
            raise Misplaced("too-many-steps", place or self.place, limit=int(self.limits.steps))

    def weight(self, node: ast.List) -> int:
        """The numbers that a list holds; counted only where it is read again, since a text is bounded by itself."""
        key = id(node)
        if key not in self.weights:
            self.weights[key] = 0
            return 0
        if not self.weights[key]:
            self.weights[key] = sum(isinstance(part, ast.expr) for part in ast.walk(node))
        return self.weights[key]

    def constant(self, value: Value, place: Any) -> int:
        frame = self.frame
        self.place = frame.place or place
        group = frame.group
        inside = None if group is None else group.id if group.id >= 0 else self.group_id(group)
        return self.graph.add_constant(value, inside, self.place)

    # ------------------------------------------------------------ names

    # ------------------------------------------------------------ what the text does beside computing

    def skip(self, node: Any) -> None:
        """A line that computes nothing."""
        if self.frame.place is None and node is not None:
            self.skipped[id(node)] = node

    def cuts_gradients(self, manager: Any) -> bool:
        return manager is modules.NO_GRAD

    def is_known(self, value: Any) -> bool:
        """Whether a value is known without a look at the graph."""
        kind = kind_of(value)
        if kind is Computed:
            return not dependence.flows(value)
        return kind not in (Tensor, Fresh, Unreachable)

    def text_of(self, place: Any) -> str:
        return value_texts.text_of(place)

    def comprehend(self, frame: Frame, code: Code, iterator: Any, node: Any) -> None:
        scope = frame.scope
        if frame.code.kind == "class" and scope.outer is not None:
            scope = scope.outer
        inner = Frame(code, Scope({}, scope, code.local), frame.group, node, frame.place)
        inner.outside = frame.outside if frame.code.kind == "comprehension" else scope
        inner.function = frame.function
        inner.collected = {} if code.name == "dict" else set() if code.name == "set" else []
        inner.stack.append(iterator)
        if code.name == "iterator":
            frame.stack.append(Generator(inner))
        else:
            self.frames.append(inner)

    def lazy(self, steps: Any, node: Any) -> Generator:
        """What a function of the evaluator gives, one by one as it is asked for."""
        return Generator(Steps(steps, node))

    def done(self, steps: Any, node: Any) -> Any:
        """What a function of the evaluator gives, where whoever needs it cannot wait."""
        bottom, frame = len(self.frames), self.frame
        self.frames.append(Steps(steps, node))
        self.run(bottom)
        self.frame = frame
        top = self.frames[-1]
        return top.given if isinstance(top, Steps) else top.stack.pop()

    def answer(self, function: Any, args: list[Any], node: Any) -> Any:
        """What a function gives, where whoever needs it cannot wait."""
        return self.done(asking(Asked(function, args)), node)

    # ------------------------------------------------------------ classes

    # ------------------------------------------------------------ what instructions ask for

    def shown(self, value: Any) -> str:
        return value_texts.shown(value)

    def builtin(self, name: str) -> Any:
        return BUILTINS[name]

    def type_name(self, value: Any) -> str | None:
        return modules.type_name(value)

    def no_key(self, key: Any, names: list[str], node: Any) -> Misplaced:
        shown = value_texts.shown(key)
        refused = Misplaced("unknown-key", node, key=shown, **(suggestion(key, names) if isinstance(key, str) else {}))
        return refused.as_in_python(raising("KeyError", key))

    def is_input(self, value: Any) -> bool:
        """Whether a value holds something that a gradient is shown of."""
        pending = [value]
        while pending:
            one = pending.pop()
            kind = kind_of(one)
            if kind is Tensor or kind is Fresh:
                return True
            if kind is Computed and dependence.flows(one):
                return True
            if kind is tuple:
                pending += one
            elif kind is ListCell:
                pending += one.items or []
                if one.leaf:
                    return True
            elif kind is DictCell:
                pending += one.items.values()
            elif kind is DictView:
                pending.append(one.held)
            elif kind is DequeCell or kind is SetCell:
                pending += one.items
        return False

    def is_dropped(self, frame: Any) -> bool:
        """Whether nobody takes the result of the call that a frame makes: it is a statement by itself."""
        return type(frame) is Frame and frame.code.instructions[frame.at][0] in (jumping.last, jumping.drop)

    def is_number(self, value: Any) -> bool:
        return numbers.is_number(value)

    def is_scalar(self, value: Any) -> bool:
        if type(value) is Fresh:
            return shape_of(value.value) == ()
        return type(value) is Tensor and self.graph.nodes[value.id].shape == ()

    def is_flowing(self, items: list[Any]) -> bool:
        """Whether known numbers were computed from inputs of the program."""
        return any(type(item) is Tensor or (type(item) is Computed and dependence.flows(item)) for item in items)

    def stream(self, library: str) -> NewNumPy:
        """The random numbers of a library, the same in every run of a program."""
        if library not in STREAMS:
            self.drawn += 1
            return NewNumPy([self.seed, self.drawn])
        if library not in self.streams:
            self.streams[library] = STREAMS[library](0 if self.behaviour is None else self.behaviour.seed)
        return self.streams[library]

    def identity(self, held: Any) -> int:
        key = id(held)
        if key not in self.identities:
            self.identities[key] = (len(self.identities) + 1, held)
        return self.identities[key][0]

    def forget(self) -> None:
        """Let go of functions and scopes, which refer to one another: only the collector would free such a cycle."""
        self.root.names.clear()
        self.frames.clear()
