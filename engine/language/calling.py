"""Calls: of the program's functions and classes, of ops, and of other libraries' functions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Generator as Steps
from dataclasses import dataclass
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine.graph import CALL, FOREIGN_CALL
from gradlens.engine.language import memory, nodes
from gradlens.engine.language.nodes import shown, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Foreign,
    Fresh,
    Function,
    Generator,
    Given,
    Instance,
    Law,
    ListCell,
    Meant,
    Module,
    Property,
    Scope,
    SetCell,
    Super,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.options import option_of
from gradlens.engine.language.running.groups import CallGroup
from gradlens.engine.language.standard.exceptions import (
    by_types,
    called,
    ended,
    is_end,
    keep_arguments,
    missing,
    raising,
    too_many,
)
from gradlens.engine.language.syntax import Misplaced, source, suggestion
from gradlens.engine.ops import Op
from gradlens.engine.values import Value

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Frame, Machine

# The numbers that a type keeps as they are.
TYPES: dict[str, Callable[[Value], bool]] = {
    **dict.fromkeys(("float", "double", "float64", "float32", "float_", "float16", "half"), lambda value: True),
    **dict.fromkeys(
        ("int", "int64", "int32", "long", "int_", "uint8", "int8", "int16"),
        lambda value: bool(np.all(value == np.trunc(value))),
    ),
    **dict.fromkeys(("bool", "bool_"), lambda value: bool(np.all((value == 0) | (value == 1)))),
}
REAL_TYPES = frozenset(name for name, keeps in TYPES.items() if keeps(np.array(0.5)))
MOST_CALLS = 1_000  # of functions inside one another, as in Python

# What other libraries call an argument: ours, the first that the op has.
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "negative_slope": ("slope",),
    "input": ("x", "y", "indices"),
    "other": ("y",),
    "exponent": ("y",),
    "a": ("x",),
    "x1": ("x",),
    "x2": ("y",),
    "target": ("t",),
    "index": ("indices",),
    "num_classes": ("classes",),
    "weight": ("W", "a"),
    "bias": ("b",),
    "p": ("rate", "ord"),
    "training": ("train",),
    "pad_width": ("width",),
    "constant_values": ("value",),
    "min": ("low",),
    "max": ("high",),
    "a_min": ("low",),
    "a_max": ("high",),
    "lambd": ("bound",),
    "dims": ("reps", "axes", "axis"),
    "shifts": ("shift",),
    "correction": ("ddof",),
    "tensors": ("values",),
    "newshape": ("shape",),
    "end": ("y", "stop"),
    "num": ("count",),
    "steps": ("count",),
    "fill_value": ("value",),
    "N": ("rows",),
    "M": ("columns",),
    "h0": ("y",),
    "kernel_size": ("size",),
    "indices_or_sections": ("sections",),
    "chunks": ("sections",),
}


@dataclass(slots=True)
class Call:
    """A call on its way to a function that the evaluator computes.  node: the call, for places."""

    args: list[Any]
    keywords: dict[str, Any]
    node: Any
    frame: Frame
    name: str = ""

    def text(self, place: int | str) -> Any:
        """The syntax of an argument, by its place or keyword; of the call where that is not known."""
        return argument_text(self.node, place, len(self.args))


def argument_text(node: Any, place: int | str, count: int) -> Any:
    if type(node) is Meant:
        known = node.operands is not None and type(place) is int and place < len(node.operands)
        return node.operands[place] if known else node  # pyright: ignore
    if isinstance(node, ast.Call):
        if isinstance(place, str):
            found = next((k.value for k in node.keywords if k.arg == place), None)
            return found if found is not None else node
        written = node.args
        first = count - len(written)  # the value before the dot of a method comes first
        if first == 1 and place == 0 and type(node.func) is ast.Attribute:
            return node.func.value
        spread = [i for i, a in enumerate(written) if type(a) is ast.Starred]
        if spread:
            return written[min(place, spread[0])] if spread == [len(written) - 1] else node
        at = place - first if first > 0 else place
        return written[at] if 0 <= at < len(written) else node
    return node


def call(m: Machine, frame: Frame, function: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> None:
    """Call a value: its result will be on the frame's stack."""
    kind = kind_of(function)
    if kind is Function:
        call_function(m, frame, function, args, keywords, node)
        return
    if kind is Bound:
        bound = function.function
        if type(bound) is Function:
            call_function(m, frame, bound, [function.self, *args], keywords, node, method=True)
            return
        if type(bound) is Foreign:
            found = m.foreign(bound, [function.self], args, keywords, node)
            frame.stack.append(found)
            return
        call(m, frame, bound, [function.self, *args], keywords, node)
        return
    if kind is Op:
        frame.stack.append(op_call(m, function, args, keywords, node))
        return
    if kind is Foreign:
        m.charge(FOREIGN_CALL, node)
        frame.stack.append(m.foreign(function, [], args, keywords, node))
        return
    if kind is Builtin:
        call_builtin(m, frame, function, args, keywords, node)
        return
    if kind is ClassObject:
        instantiate(m, frame, function, args, keywords, node)
        return
    if kind is Instance:
        call_instance(m, frame, function, args, keywords, node)
        return
    if kind is Unreachable:
        frame.stack.append(m.outside(function, args, keywords, node))
        return
    if kind is Type and function.name == "no_grad" and len(args) == 1:  # @torch.no_grad()
        frame.stack.append(without_gradient(args[0]))
        return
    if kind is Law:
        frame.stack.append(m.frozen_law(function, args, keywords, node))
        return
    if kind is Type and function.name in TYPES:
        name = "float" if function.name in REAL_TYPES else "bool" if "bool" in function.name else "int"
        call_builtin(m, frame, m.builtin(name), args, keywords, node)
        return
    raise not_a_function(m, function, node)


def not_a_function(m: Machine, value: Any, node: Any) -> Misplaced:
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(value, Module):
        return Misplaced("module-called", node, name=value.text)
    if isinstance(function, ast.Name):
        hidden = m.language_name(function.id, function, called=True) is not MISSING
        refused = Misplaced("function-hidden" if hidden else "not-a-function", node, name=function.id)
    else:
        refused = Misplaced("not-a-function", node, name=source(function))
    return refused.as_in_python(by_types(called, value))


def without_gradient(function: Any) -> Any:
    """A function as torch.no_grad decorates it."""
    if isinstance(function, Function):
        function.cuts = True
    return function


def call_builtin(m: Machine, frame: Frame, function: Builtin, args: list[Any], keywords: Any, node: Any) -> None:
    for value in args if not function.takes_generators else ():
        if type(value) is Generator or (
            type(value) is Instance and is_iterating(function.name, args) and value.of.find("__iter__") is not MISSING
        ):
            m.push_steps(frame, drained(m, function, args, keywords, node, frame))
            return
    found = function.run(m, Call(args, keywords, node, frame, function.name))
    if type(found) is GeneratorType:
        m.push_steps(frame, found)
    else:
        frame.stack.append(found)


def gathered(m: Machine, value: Any, node: Any) -> Steps[Any, Any, Any]:
    """All items of a generator, or of an object that gives some."""
    if type(value) is Instance:
        value = yield from iterator_steps(m, m.frame, value, node)
    if type(value) is Generator:
        items: list[Any] = []
        while (found := (yield value)) is not MISSING:
            items.append(found)
        return ListCell(items)
    return ListCell(m.listed(value, node))


def asking(asked: Asked) -> Steps[Any, Any, Any]:
    found = yield asked
    return found


def next_item(items: Any) -> Steps[Any, Any, Any]:
    """The next item of a generator of the program, or of what gives items by itself."""
    if type(items) is Generator:
        found = yield items
        return found
    return next(items, MISSING)


def is_iterating(name: str, args: list[Any]) -> bool:
    """Whether a function goes through what it is given: max of several objects compares them."""
    return name in ITERATING and (len(args) == 1 or name not in ("max", "min"))


LAZY = ("zip", "enumerate", "map", "filter", "iter")
ITERATING = (
    "sum list tuple set dict zip enumerate sorted max min any all map filter reversed iter reduce extend join array"
).split()


def drained(
    m: Machine, function: Builtin, args: list[Any], keywords: Any, node: Any, frame: Frame
) -> Steps[Any, Any, Any]:
    """A call whose generators have run to their end: what they give is bounded by the steps that they take."""
    if function.name == "next":
        found = yield args[0]
        if found is not MISSING:
            return found
        if len(args) > 1:
            return args[1]
        raise ended(args[0], node)
    if function.name == "iter" and type(args[0]) is Generator:
        return args[0]
    ready: list[Any] = []
    for value in args:
        if type(value) is Instance and is_iterating(function.name, args) and value.of.find("__iter__") is not MISSING:
            value = yield from iterator_steps(m, frame, value, node)
        if type(value) is Generator and function.name not in LAZY:
            items: list[Any] = []
            while (found := (yield value)) is not MISSING:
                items.append(found)
                if function.name in ("any", "all") and m.truth(found, node) == (function.name == "any"):
                    break
            value = iter(items)
        ready.append(value)
    result = function.run(m, Call(ready, keywords, node, frame, function.name))
    if kind_of(result) is GeneratorType:
        result = yield from cast(Steps[Any, Any, Any], result)
    return result


def keywords_of(m: Machine, value: Any, node: Any) -> dict[str, Any]:
    """The keywords that ** gives."""
    if type(value) is not DictCell or not all(isinstance(key, str) for key in value.items):
        raise Misplaced("not-a-dict", node, got=shown(value))
    return value.items


# ------------------------------------------------------------------ the program's own


def bound_arguments(
    m: Machine, function: Function, args: list[Any], keywords: dict[str, Any], node: Any
) -> dict[str, Any]:
    """What the parameters of a function of the program stand for.

    Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument.
    """
    code = function.code
    parameters = code.parameters
    bound: dict[str, Any] = dict(zip(parameters, args))
    facts = {"function": code.name, "signature": code.signature}
    called = code.name if function.owner is None else f"{function.owner.name}.{code.name}"
    told = function.scope is m.root  # else Python's text names the function around it too
    if len(args) > len(parameters):
        if code.rest is None:
            said = too_many(
                called, len(parameters) - sum(p in function.defaults for p in parameters), len(parameters), len(args)
            )
            refused = Misplaced("too-many-arguments", node, limit=len(parameters), count=len(args), **facts)
            raise refused.as_in_python(said if told else None)
        bound[code.rest] = tuple(args[len(parameters) :])
    elif code.rest is not None:
        bound[code.rest] = ()
    others: dict[str, Any] = {}
    names = (*parameters, *code.keyword_only)
    for name, value in keywords.items():
        place = keyword_place(node, name)
        if name in names:
            if name in bound:
                said = raising("TypeError", f"{called}() got multiple values for argument '{name}'")
                raise Misplaced("repeated-argument", place, argument=name, **facts).as_in_python(said if told else None)
            bound[name] = value
        elif code.keywords is not None:
            others[name] = value
        else:
            said = raising("TypeError", f"{called}() got an unexpected keyword argument '{name}'")
            refused = Misplaced("unknown-keyword", place, keyword=name, **facts, **suggestion(name, names))
            raise refused.as_in_python(said if told else None)
    if code.keywords is not None:
        bound[code.keywords] = DictCell(others)
    for name in names:
        if name not in bound:
            if name not in function.defaults:
                by_place = name in parameters
                wanted = [
                    n
                    for n in (parameters if by_place else code.keyword_only)
                    if n not in bound and n not in function.defaults
                ]
                said = missing(called, "positional" if by_place else "keyword-only", wanted)
                raise Misplaced("missing-argument", node, argument=name, **facts).as_in_python(said if told else None)
            bound[name] = function.defaults[name]
    return bound


def keyword_place(node: Any, name: str) -> Any:
    written = node.keywords if isinstance(node, ast.Call) else []
    return next((k for k in written if k.arg == name), node)


def call_function(
    m: Machine,
    frame: Frame,
    function: Function,
    args: list[Any],
    keywords: dict[str, Any],
    node: Any,
    method: bool = False,
    made: Any = MISSING,
    dropped: bool = False,
    reflected: tuple[tuple[str, str], Any, Any] | None = None,
) -> None:
    """Begin a call of a function of the program; what it returns will be on the stack.

    made: what is on the stack instead, as of __init__.  dropped: nothing is.  reflected: the names of an operator's
    methods and its operands, which are asked the other way round where it gives NotImplemented.
    """
    code = function.code
    for i, value in enumerate(args):
        if type(value) is Fresh:
            args[i] = tensor_of(m, value, argument_text(node, i, len(args)))
    parameters = code.parameters
    if code.plain and not keywords and len(args) == len(parameters):
        names: dict[str, Any] = dict(zip(parameters, args))
    else:
        names = bound_arguments(m, function, args, keywords, node)
        for name, value in names.items():
            if type(value) is Fresh:
                names[name] = tensor_of(m, value, node)
        args = [names[name] for name in parameters]
    m.charge(0 if code.ours else CALL, node)
    m.called.add(function)
    if m.depth >= MOST_CALLS:
        raise Misplaced("recursion", node, name=code.name, limit=MOST_CALLS)
    scope, group = Scope(names, function.scope, code.local), frame.group
    if code.kind == "generator":
        waiting = m.new_frame(code, scope, group, node)
        waiting.function = function
        frame.stack.append(Generator(waiting))
        return
    if code.name != "lambda" or not code.ours:
        group = CallGroup(m, group, function, args, int(method or made is not MISSING))
    called = m.new_frame(code, scope, group, node)
    called.function, called.made, called.dropped, called.cuts = function, made, dropped, int(function.cuts)
    called.reflected = reflected
    m.depth += 1
    m.frames.append(called)


def instantiate(
    m: Machine, frame: Frame, owner: ClassObject, args: list[Any], keywords: dict[str, Any], node: Any
) -> None:
    m.charge(1, node)
    if type(maker := owner.find("__new__")) is not Builtin and maker is not MISSING:
        m.push_steps(frame, newly_made(m, maker, owner, args, keywords, node))
        return
    made = Instance(owner)
    if owner.unfinished:
        m.check_finished(owner, node)
    if owner.native == "enum" and (member := m.member(owner, args, node)) is not MISSING:
        frame.stack.append(member)
        return
    if owner.native == "exception":
        args = [
            tensor_of(m, a, argument_text(node, i, len(args))) if type(a) is Fresh else a for i, a in enumerate(args)
        ]
        keep_arguments(made, args)
    found = owner.find("__init__")
    if type(found) is Function:
        call_function(m, frame, found, [made, *args], keywords, node, method=True, made=made)
        return
    if type(found) is Builtin:
        m.push_steps(frame, made_by(m, found, made, args, keywords, node, frame))
        return
    elif args or keywords:
        raise Misplaced(
            "too-many-arguments",
            node,
            function=owner.name,
            limit=0,
            count=len(args) + len(keywords),
            signature=f"{owner.name}()",
        ).as_in_python(raising("TypeError", f"{owner.name}() takes no arguments"))
    frame.stack.append(made)


def newly_made(
    m: Machine, maker: Any, owner: ClassObject, args: list[Any], keywords: dict[str, Any], node: Any
) -> Steps[Any, Any, Any]:
    """An object that the class's own __new__ makes."""
    maker = maker.function if type(maker) is Property else maker
    made = yield Asked(maker, [owner, *args], dict(keywords))
    if type(made) is Instance and owner in made.of.lineage():
        if made.of.native == "exception" and "args" not in made.names:
            keep_arguments(made, args)
        if (found := owner.find("__init__")) is not MISSING:
            yield Asked(Bound(found, made), list(args), dict(keywords))
    return made


def made_by(
    m: Machine, function: Builtin, made: Instance, args: list[Any], keywords: Any, node: Any, frame: Frame
) -> Steps[Any, Any, Instance]:
    """What an __init__ of ours makes of an object."""
    found = function.run(m, Call([made, *args], keywords, node, frame, function.name))
    if type(found) is GeneratorType:
        yield from found
    return made


def call_instance(m: Machine, frame: Frame, held: Instance, args: list[Any], keywords: Any, node: Any) -> None:
    for name in ("__call__", "forward"):
        found = held.of.find(name)
        if found is not MISSING and (name == "__call__" or m.is_module(held.of)):
            call(m, frame, Bound(found, held), args, keywords, node)
            return
    raise Misplaced("not-called", node, name=held.of.name).as_in_python(by_types(called, held))


def call_method(
    m: Machine, frame: Frame, held: Instance, name: str, args: list[Any], node: Any, dropped: bool = False
) -> None:
    found = held.of.find(name)
    if type(found) is Builtin:
        call(m, frame, Bound(found, held), args, {}, node)
        return
    if type(found) is not Function:
        raise Misplaced("no-operator", node, name=name, got=held.of.name)
    call_function(m, frame, found, [held, *args], {}, node, method=True, dropped=dropped)


def operator_call(m: Machine, frame: Frame, sign: type[ast.operator], a: Any, b: Any, node: Any) -> None:
    """a + b where one of them is an object of the program's classes."""
    from gradlens.engine.language.arithmetic import NAMES

    if sign not in NAMES:
        raise Misplaced("bits", node, got=source(node) if isinstance(node, ast.expr) else "…")
    names = NAMES[sign]
    if type(a) is Instance and type(found := a.of.find(names[0])) is Function:
        call_function(m, frame, found, [a, b], {}, node, method=True, reflected=(names, a, b))
    else:
        m.push_steps(frame, operator_steps(m, names, a, b, node))


def operator_steps(
    m: Machine, names: tuple[str, str], a: Any, b: Any, node: Any, asked: bool = False
) -> Steps[Any, Any, Any]:
    """The methods of both objects, until one gives a value.  asked: whether the first gave none already."""
    for held, other, name in ((a, b, names[0]), (b, a, names[1])):
        if name == names[0] and asked:
            continue
        if type(held) is Instance and (found := held.of.find(name)) is not MISSING:
            result = yield Asked(Bound(found, held), [other])
            if result is not NotImplemented:
                return result
    held = a if type(a) is Instance else b
    refused = Misplaced("no-operator", node, name=names[0], got=held.of.name)
    raise refused.as_in_python(by_types(getattr(operator, names[0]), a, b))


def compare_steps(m: Machine, sign: type[ast.cmpop], a: Any, b: Any, node: Any) -> Steps[Any, Any, Any]:
    """a < b where one of them is an object of the program's classes: by its own method, or that of the other."""
    from gradlens.engine.language.arithmetic import COMPARED

    name = COMPARED[sign]
    for held, other, wanted in ((a, b, name), (b, a, MIRRORED.get(name, name))):
        if type(held) is not Instance:
            continue
        found = held.of.find(wanted)
        negated = found is MISSING and wanted == "__ne__"
        found = held.of.find("__eq__") if negated else found
        if found is MISSING:
            continue
        answer = yield Asked(Bound(found, held), [other])
        if answer is not NotImplemented:
            return not m.truth(answer, node) if negated else answer
    if name in ("__eq__", "__ne__"):
        return (a is b) == (name == "__eq__")
    held = a if type(a) is Instance else b
    refused = Misplaced("no-operator", node, name=name, got=held.of.name)
    raise refused.as_in_python(by_types(getattr(operator, name), a, b))


MIRRORED = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}


def charge_format(m: Machine, text: str, mark: str, values: Sequence[Any], node: Any) -> None:
    """Count what is filled in.  Error: text-format, for a width that fills the memory, written or given as a value."""
    if any(len(digits) > 3 for digits in "".join(c if c.isdigit() else " " for c in text).split()):
        raise Misplaced("text-format", node)
    given_width = "*" in text if mark == "%" else any("{" in part.partition("}")[0] for part in text.split(":")[1:])
    if given_width and any(isinstance(value, int) and abs(value) > 999 for value in values):
        raise Misplaced("text-format", node)
    longest = max([len(value) for value in values if isinstance(value, str)], default=0)
    m.charge((len(text) + text.count(mark) * longest) // 8, node)


def percent(m: Machine, text: str, values: Any, node: Any) -> str:
    """text % values."""
    parts: list[Any] = list(values) if kind_of(values) is tuple else [values]
    given: tuple[Any, ...] = tuple([python_value(m, part, node) for part in parts])
    charge_format(m, text, "%", given, node)
    try:
        return text % (given if kind_of(values) is tuple else given[0])
    except (TypeError, ValueError, OverflowError):
        raise Misplaced("text-format", node) from None


def python_value(m: Machine, value: Any, node: Any) -> Any:
    """A value for text: a number of the graph by what it is known to be."""
    if type(value) in (Tensor, Computed):
        found = nodes.known_number(m, value, node)
        return "array" if type(found) is Tensor else found
    if type(value) in (int, float, bool, str) or value is None:
        return value
    return text_form(m, value, node)


def text_method(held: Instance, represents: bool) -> Function | Builtin | None:
    """The method by which an object gives its text."""
    for name in ("__repr__",) if represents else ("__str__", "__repr__"):
        if isinstance(found := held.of.find(name), (Function, Builtin)):
            return found
    return None


def text_form(m: Machine, value: Any, node: Any) -> str:
    """str(value) of a known value."""
    kind = kind_of(value)
    if kind is str:
        return value
    if kind is Instance and (found := text_method(value, False)) is not None:
        return m.done(asking(Asked(Bound(found, value), [])), node)
    return represented(m, value, node)


class Text(str):
    """A piece of a text that is written out."""


class Closed:
    """The end of a list or a dictionary that is written out."""

    def __init__(self, cell: Any):
        self.cell = cell


COMMA, COLON = Text(", "), Text(": ")


def represented(m: Machine, value: Any, node: Any) -> str:
    """repr(value) of a known value, as deep as it goes."""
    out: list[str] = []
    pending: list[Any] = [value]
    held: set[int] = set()  # lists and dictionaries around what is written
    while pending:
        one = pending.pop()
        m.charge(1, node)
        kind = kind_of(one)
        if kind is Text:
            out.append(one)
        elif kind is Closed:
            held.discard(id(one.cell))
        elif kind in (Tensor, Computed):
            found = nodes.known_number(m, one, node)
            out.append("array(…)" if type(found) is Tensor else repr(found))
        elif kind in (ListCell, DictCell, DequeCell) and id(one) in held:
            out.append("{...}" if kind is DictCell else "[...]")
        elif kind in (ListCell, DictCell, SetCell, DictView, DequeCell, tuple):
            opening, parts, closing = pieces(m, one)
            if kind in (ListCell, DictCell, DequeCell):
                held.add(id(one))
                pending.append(Closed(one))
            pending += [Text(closing), *reversed(parts), Text(opening)]
        elif kind in (int, float, bool, str, range, slice) or one is None:
            m.charge(len(cast(str, one)) // 8 if kind is str else 0, node)
            out.append(repr(one))
        elif kind is Instance and (found := text_method(one, True)) is not None:
            out.append(m.answer(Bound(found, one), [], node))
        elif kind is Unreachable:
            raise Misplaced("out-of-reach", node, what=one.what)
        else:
            out.append(f"<{shown(one)}>")
    return "".join(out)


def pieces(m: Machine, value: Any) -> tuple[str, list[Any], str]:
    """How a container is written: its brackets, and its items with what stands between them."""
    kind = kind_of(value)
    parts: list[Any] = []
    if kind is DictCell and value.kind != "dict":
        return m.collection_pieces(value)
    if kind is DictCell:
        for key, item in value.items.items():
            parts += [key, COLON, item, COMMA]
        return "{", parts[:-1], "}"
    if kind is DequeCell:
        return m.collection_pieces(value)
    items: Any = (
        nodes.opened_list(m, value) if kind is ListCell else value if kind is tuple else m.listed(value, m.place)
    )
    for item in items:
        parts += [item, COMMA]
    if kind is ListCell:
        return "[", parts[:-1], "]"
    if kind is DictView:
        return f"dict_{value.kind}([", parts[:-1], "])"
    if kind is SetCell:
        return ("{", parts[:-1], "}") if parts else ("set(", [], ")")
    return "(", parts[:-1], ",)" if len(parts) == 2 else ")"


# ------------------------------------------------------------------ attributes of objects


def class_attribute(m: Machine, frame: Frame, held: Any, owner: ClassObject, name: str, node: Any) -> Any:
    """What object.name means by its class: a method bound to it, a property's value, or MISSING."""
    found = owner.find(name)
    kind = kind_of(found)
    if kind is Function or kind is Builtin or (kind is Instance and found.of.native == "function"):
        return Bound(found, held)
    if kind is Property:
        if found.kind == "property":
            return Asked(found.function, [held])
        return Bound(found.function, owner) if found.kind == "classmethod" else found.function
    if kind is Instance and (getter := found.of.find("__get__")) is not MISSING:
        return Asked(getter, [found, held, owner])
    return found


def super_attribute(held: Super, name: str) -> Any:
    lineage = held.self.of.lineage() if type(held.self) is Instance else held.of.lineage()
    after = lineage[lineage.index(held.of) + 1 :] if held.of in lineage else []
    for one in after:
        if name in one.names:
            found = one.names[name]
            return Bound(found, held.self) if type(found) in (Function, Builtin) else found
    return MISSING


# ------------------------------------------------------------------ ops by their own names


def op_call(m: Machine, op: Op, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
    """An op called by its own name and in its own order."""
    if any(type(a) is Unreachable for a in args):
        return next(a for a in args if type(a) is Unreachable)
    values, bound, texts = bound_op(m, op, args, keywords, node)
    options = {
        o.name: option_of(m, op, o, bound[o.name], texts.get(o.name, node)) if o.name in bound else o.default
        for o in op.options
    }
    operands = [bound[name] for name in op.inputs] if values is None else values
    places = [texts.get(name, node) for name in op.inputs] if values is None else list_texts(texts, values, node)
    ids = tuple([nodes.id_of(m, value, place) for value, place in zip(operands, places)])
    return memory.result_of(m, op, ids, options, node, operands)


def list_texts(texts: dict[str, Any], values: list[Any], node: Any) -> list[Any]:
    written = texts.get("values")
    if isinstance(written, (ast.List, ast.Tuple)) and len(written.elts) == len(values):
        return list(written.elts)
    return [written if written is not None else node] * len(values)


def bound_op(
    m: Machine, op: Op, args: list[Any], keywords: dict[str, Any], node: Any
) -> tuple[list[Any] | None, dict[str, Any], dict[str, Any]]:
    """A call's arguments: the values that a list or any number of arguments holds, if the op takes those; all else by
    name; and the text of each.
    """
    names, required = op.parameters, op.required
    values: list[Any] | None = None
    texts: dict[str, Any] = {}
    given = list(args)
    places = [argument_text(node, i, len(args)) for i in range(len(args))]
    if op.variadic == "arguments":
        names = required = tuple([o.name for o in op.options])
        values, given = given[1:], given[:1]
    elif op.variadic:
        if "values" in keywords or "tensors" in keywords:
            given = [keywords.pop("values", None) or keywords.pop("tensors"), *given]
            places = [node, *places]
        if given:
            first = given[0]
            if type(first) not in (ListCell, tuple) and not hasattr(first, "__next__"):
                raise Misplaced("list-needed", places[0], function=op.name, signature=op.signature)
            values = m.listed(first, places[0])
            texts["values"] = places[0]
            given = [0, *given[1:]]
            if not values:
                raise Misplaced("list-empty", places[0], function=op.name)
    bound = by_name(op.name, op.signature, names, required, given, keywords, node)
    for name, place in zip(names, places):
        texts.setdefault(name, place)
    for name in keywords:
        mine = name if name in names else next((n for n in KEYWORDS.get(name, ()) if n in names), name)
        texts[mine] = argument_text(node, name, 0)
    for name, default in op.defaults.items():
        if bound.get(name) is None:
            bound[name] = default
    return values, bound, texts


def by_name(
    function: str,
    signature: str,
    names: Sequence[str],
    required: Sequence[str],
    args: list[Any],
    keywords: dict[str, Any],
    node: Any,
) -> dict[str, Any]:
    """A call's arguments by name.  Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument."""
    facts = {"function": function, "signature": signature}
    if len(args) > len(names):
        raise Misplaced("too-many-arguments", node, limit=len(names), count=len(args), **facts)
    bound: dict[str, Any] = dict(zip(names, args))
    for keyword, value in keywords.items():
        place = keyword_place(node, keyword)
        name = keyword if keyword in names else next((n for n in KEYWORDS.get(keyword, ()) if n in names), None)
        if name is None:
            raise Misplaced("unknown-keyword", place, keyword=keyword, **facts, **suggestion(keyword, names))
        if name in bound:
            raise Misplaced("repeated-argument", place, argument=name, **facts)
        bound[name] = value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, argument=name, **facts)
    return bound


# ------------------------------------------------------------------ items, text and keys


def gather(m: Machine, frame: Frame, node: Any) -> None:
    """What lies on the stack as a list, where it is a generator or an object that gives items."""
    value = frame.stack[-1]
    if type(value) is Generator or type(value) is Instance:
        frame.stack.pop()
        m.push_steps(frame, gathered(m, value, node))


def iterate(m: Machine, frame: Frame, value: Any, node: Any) -> None:
    """The iterator of a value, on the frame's stack."""
    if type(value) is Instance:
        m.push_steps(frame, iterator_steps(m, frame, value, node))
        return
    frame.stack.append(m.iterator(frame, value, node))


def iterator_steps(m: Machine, frame: Frame, value: Any, node: Any) -> Steps[Any, Any, Any]:
    """What an object of the program's gives its items by."""
    while type(value) is Instance:
        found = value.of.find("__iter__")
        if found is MISSING:
            break
        given = yield Asked(Bound(found, value), [])
        if type(given) is Instance and given.of.find("__next__") is not MISSING:
            return m.lazy(items_of_object(m, given), node)
        value = given
    return m.iterator(frame, value, node)


def items_of_object(m: Machine, held: Instance) -> Steps[Any, Any, None]:
    """The items that an object gives by __next__, until it raises StopIteration."""
    while True:
        try:
            item = yield Asked(Bound(held.of.find("__next__"), held), [])
        except Misplaced as error:
            if not is_end(error):
                raise
            return
        yield Given(item)


def format_value(m: Machine, frame: Frame, value: Any, spec: Any, conversion: int, node: Any) -> None:
    if type(value) is Unreachable or type(spec) is Unreachable:
        frame.stack.append(value if type(value) is Unreachable else spec)
        return
    if type(value) is Instance and conversion < 0 and (found := value.of.find("__format__")) is not MISSING:
        call(m, frame, Bound(found, value), [spec], {}, node)
        return
    if type(value) is Instance and (found := text_method(value, conversion == ord("r"))) is not None:
        m.push_steps(frame, formatted_object(m, Bound(found, value), spec, node))
        return
    frame.stack.append(m.formatted(value, spec, conversion, node))


def formatted_object(m: Machine, method: Bound, spec: str, node: Any) -> Steps[Any, Any, str]:
    """The text of an object of the program's, by a format."""
    text = yield Asked(method, [])
    return formatted(m, text, spec, -1, node)


def formatted(m: Machine, value: Any, spec: str, conversion: int, node: Any) -> str:
    known = python_value(m, value, node)
    if conversion == ord("r"):
        known = represented(m, value, node)
    elif conversion == ord("s"):
        known = text_form(m, value, node)
    if any(len(digits) > 3 for digits in "".join(c if c.isdigit() else " " for c in spec).split()):
        raise Misplaced("text-format", node)
    try:
        return format(known, spec)
    except (ValueError, TypeError, OverflowError):
        raise Misplaced("text-format", node) from None


def key(m: Machine, value: Any, node: Any) -> Any:
    """A value as the key of a dictionary: what is known.  Error: not-a-key."""
    kind = kind_of(value)
    if kind in (str, int, float, bool) or value is None:
        return value
    if kind in (Computed, Tensor):
        found = nodes.known_number(m, value, node)
        if type(found) is not Tensor:
            return found
    if kind is tuple:
        m.charge(len(value), node)
        return tuple([m.key(part, node) for part in value])
    if kind is Instance and value.of.native in ("tuple", "record"):
        if value.hashed is None:
            value.hashed = m.hashed(value, node)
        m.charge(value.weight, node)
        return value
    if kind in (ClassObject, Function, Builtin, Type):
        return value
    if kind is Instance and (value.of.native == "enum" or value.of.find("__eq__") is MISSING):
        return value
    said = by_types(hash, value)
    if kind is Instance:
        told = value.of.find("__hash__") is MISSING
        said = raising("TypeError", f"unhashable type: '{value.of.name}'") if told else None
    raise Misplaced("not-a-key", node, got=nodes.shown(value)).as_in_python(said)


def made_here(m: Machine, value: Any) -> Any:
    """What a function returns, of nodes in its own group: a number that it computed of an input is one of them."""
    if kind_of(value) is tuple:
        parts: list[Any] = list(value)
        return tuple([nodes.computed_node(m, p) if isinstance(p, Computed) and p.flows else p for p in parts])
    return nodes.computed_node(m, value) if isinstance(value, Computed) and value.flows else value


def give(m: Machine, frame: Frame, value: Any) -> None:
    """A body is done, and gives a value."""
    if frame.cuts:
        value = m.cut(value)
    if frame.code.kind == "function" and not frame.code.ours:
        value = made_here(m, value)
    m.frames.pop()
    if frame.code.kind == "comprehension":
        m.receive(value)
        return
    if frame.code.kind == "generator":
        frame.waiting[0].value = value  # pyright: ignore
        m.generator_ends(frame)
        return
    m.depth -= 1
    if type(value) is Fresh and not frame.dropped:
        m.frame = frame
        value = tensor_of(m, value, value.place)
    if frame.dropped:
        return
    if value is NotImplemented and frame.reflected is not None:
        m.place = frame.node
        m.push_steps(frame, operator_steps(m, *frame.reflected, frame.node, True))
        return
    m.receive(value if frame.made is MISSING else frame.made)


def ends(m: Machine, frame: Frame) -> None:
    """A body is at its end without a value."""
    kind = frame.code.kind
    if kind == "program":
        m.frames.pop()
        return
    if kind == "class":
        m.frames.pop()
        m.receive(m.class_made(frame))
        return
    m.give(frame, None)


def call_with(m: Machine, frame: Frame, function: Any, args: list[Any], node: Any) -> None:
    call(m, frame, function, args, {}, node)
