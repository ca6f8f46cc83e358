"""Calls: of the program's functions and classes, of ops, and of other libraries' functions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Generator as Steps
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from gradlens.engine.graph import CALL
from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, argument_text, keyword_place
from gradlens.engine.language.calls.iteration import drained, is_iterating
from gradlens.engine.language.calls.named_ops import op_call
from gradlens.engine.language.calls.number_types import NARROW, REAL_TYPES, TYPES
from gradlens.engine.language.calls.operators import NAMES, goes_first, operator_steps
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DictCell,
    Foreign,
    Fresh,
    Function,
    Generator,
    Identity,
    Instance,
    Law,
    ListCell,
    Module,
    Property,
    Scope,
    Super,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.running.groups import CallGroup
from gradlens.engine.language.standard.array_errors import of_array
from gradlens.engine.language.standard.exceptions import (
    by_types,
    called,
    keep_arguments,
    missing,
    raising,
    too_many,
)
from gradlens.engine.language.syntax import Misplaced, source, suggestion
from gradlens.engine.language.values import known_values, value_texts, wide_wholes
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.ops import Op

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

MOST_CALLS = 1_000  # of functions inside one another, as in Python


def call(m: Machine, frame: Frame, function: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> None:
    """Call a value: its result will be on the frame's stack."""
    kind = kind_of(function)
    begin = BEGINNING.get(kind)
    if begin is not None:
        begin(m, frame, function, args, keywords, node)
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
    if kind is Type and function.name in TYPES and function.name not in NARROW:
        name = "float" if function.name in REAL_TYPES else "bool" if "bool" in function.name else "int"
        depth = len(frame.stack)
        call_builtin(m, frame, m.builtin(name), args, keywords, node)
        if name == "int" and len(frame.stack) > depth:
            wide_wholes.note_type(m, frame.stack[-1], function.name)
        return
    if kind is Type and function.name in NARROW:
        raise Misplaced("type-narrow", node, name=source(node.func) if isinstance(node, ast.Call) else function.name)
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
    if type(value) in (Tensor, Fresh):
        return of_array(refused, value)
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


def asking(asked: Asked) -> Steps[Any, Any, Any]:
    found = yield asked
    return found


def keywords_of(m: Machine, value: Any, node: Any) -> dict[str, Any]:
    """The keywords that ** gives."""
    if type(value) is not DictCell or not all(isinstance(key, str) for key in value.items):
        raise Misplaced("not-a-dict", node, got=shown(value))
    return value.items


# ------------------------------------------------------------------ the program's own


def is_of_library(m: Machine, function: Function) -> bool:
    """Whether a function stands in a library's classes as they are written here."""
    return any(function.scope is one for one in (m.layers, m.distributions, m.optimizers))


def owner_name(m: Machine, function: Function, args: list[Any]) -> str:
    """The class that a method is told by: of a library's, that of the object that it is called on."""
    by_object = is_of_library(m, function) and args and type(args[0]) is Instance
    return args[0].of.name if by_object else function.owner.name if function.owner is not None else ""


def bound_arguments(
    m: Machine, function: Function, args: list[Any], keywords: dict[str, Any], node: Any
) -> dict[str, Any]:
    """What the parameters of a function of the program stand for.

    Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument.
    """
    code = function.code
    parameters, defaults = code.parameters, function.defaults
    bound: dict[str, Any] = dict(zip(parameters, args))
    if len(args) <= len(parameters) and bound.keys().isdisjoint(keywords):
        fitting = bound | keywords
        for name, value in defaults.items():
            fitting.setdefault(name, value)
        if fitting.keys() == code.names and code.named:
            return fitting

    def refused(kind: str, place: Any, said: Callable[[str], object], **params: Any) -> Misplaced:
        return refused_arguments(m, function, args, Misplaced(kind, place, **params), said)

    if len(args) > len(parameters):
        if code.rest is None:
            needed = len(parameters) - sum(p in defaults for p in parameters)
            raise refused(
                "too-many-arguments",
                node,
                lambda called: too_many(called, needed, len(parameters), len(args)),
                limit=len(parameters),
                count=len(args),
            )
        bound[code.rest] = tuple(args[len(parameters) :])
    elif code.rest is not None:
        bound[code.rest] = ()
    others: dict[str, Any] = {}
    names = (*parameters, *code.keyword_only)
    for name, value in keywords.items():
        if name in names:
            if name in bound:
                text = f"got multiple values for argument '{name}'"
                raise refused("repeated-argument", keyword_place(node, name), told(text), argument=name)
            bound[name] = value
        elif code.keywords is not None:
            others[name] = value
        else:
            text = f"got an unexpected keyword argument '{name}'"
            near = suggestion(name, names)
            raise refused("unknown-keyword", keyword_place(node, name), told(text), keyword=name, **near)
    if code.keywords is not None:
        bound[code.keywords] = DictCell(others)
    for name in names:
        if name not in bound:
            if name not in defaults:
                group, sort = (parameters, "positional") if name in parameters else (code.keyword_only, "keyword-only")
                wanted = [n for n in group if n not in bound and n not in defaults]
                raise refused("missing-argument", node, without(sort, wanted), argument=name)
            bound[name] = defaults[name]
    return bound


def told(text: str) -> Callable[[str], object]:
    """What Python says of a call's arguments, from how it calls the function."""
    return lambda called: raising("TypeError", f"{called}() {text}")


def without(sort: str, wanted: list[str]) -> Callable[[str], object]:
    """What Python says of a call without arguments that it needs."""
    return lambda called: missing(called, sort, wanted)


def refused_arguments(
    m: Machine,
    function: Function,
    args: list[Any],
    refused: Misplaced,
    said: Callable[[str], object],
) -> Misplaced:
    """An error of a call's arguments, with how the function is called."""
    code = function.code
    refused.params |= {"function": code.name, "signature": code.signature}
    called = code.name if function.owner is None else f"{owner_name(m, function, args)}.{code.name}"
    if code.name == "__init__" and is_of_library(m, function) and args and type(args[0]) is Instance:
        name = args[0].of.name  # of a library's class one writes no more than its name
        refused.params |= {"function": name, "signature": code.signature.replace("__init__(self, ", f"{name}(")}
    # In a function within another Python's text names that too.
    return refused.as_in_python(said(called) if function.scope is m.root else None)


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
    kinds = {*map(type, args)}
    lists = ListCell in kinds
    if Fresh in kinds:
        args[:] = [
            tensor_of(m, value, argument_text(node, i, len(args))) if type(value) is Fresh else value
            for i, value in enumerate(args)
        ]
    parameters = code.parameters
    if code.plain and not keywords and len(args) == len(parameters):
        names: dict[str, Any] = dict(zip(parameters, args))
    else:
        names = bound_arguments(m, function, args, keywords, node)
        for name, value in names.items():
            if type(value) is Fresh:
                names[name] = tensor_of(m, value, node)
        args = [names[name] for name in parameters]
        lists = ListCell in map(type, args)
    if not code.ours:
        m.charge(CALL, node)
    m.called.add(function)
    if m.depth >= MOST_CALLS:
        raise Misplaced("recursion", node, name=code.name, limit=MOST_CALLS)
    scope, group, place = Scope(names, function.scope, code.local), frame.group, m.frame.place
    if place is None and code.ours:
        place = node
    if code.kind == "generator":
        frame.stack.append(Generator(type(m.frame)(code, scope, group, node, place, function)))
        return
    if code.name != "lambda" or not code.ours:
        group = CallGroup(group, function, args, 1 if method else 0)
        if lists:
            group.shown = group.arguments(m)
    called = type(m.frame)(code, scope, group, node, place, function, made, dropped, reflected)
    if function.cuts:
        called.cuts = 1
    m.depth += 1
    m.frames.append(called)


def instantiate(
    m: Machine, frame: Frame, owner: ClassObject, args: list[Any], keywords: dict[str, Any], node: Any
) -> None:
    m.steps += 1
    maker = owner.find("__new__")
    if maker is not MISSING and type(maker) is not Builtin:
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
            if type(found) is Function:
                call_function(m, frame, found, [held, *args], keywords, node, method=True)
            else:
                call(m, frame, Bound(found, held), args, keywords, node)
            return
    raise Misplaced("not-called", node, name=value_texts.class_name(held.of)).as_in_python(by_types(called, held))


def call_foreign(m: Machine, frame: Frame, function: Foreign, args: list[Any], keywords: Any, node: Any) -> None:
    frame.stack.append(m.foreign(function, [], args, keywords, node))


def call_bound(m: Machine, frame: Frame, method: Bound, args: list[Any], keywords: Any, node: Any) -> None:
    function = method.function
    kind = kind_of(function)
    if kind is Foreign:
        frame.stack.append(m.foreign(function, [method.self], args, keywords, node))
    elif kind is Function:
        if function.code.name == "backward" and frame.code.kind == "program" and type(method.self) is Instance:
            m.backward_from = m.number_inside(method.self) or m.node_inside(method.self) or m.backward_from
        call_function(m, frame, function, [method.self, *args], keywords, node, method=True)
    else:
        call(m, frame, function, [method.self, *args], keywords, node)


def call_op(m: Machine, frame: Frame, op: Op, args: list[Any], keywords: Any, node: Any) -> None:
    frame.stack.append(op_call(m, op, args, keywords, node))


# What begins a call, by the type of what is called.
BEGINNING: dict[type[Any], Callable[[Machine, Frame, Any, list[Any], dict[str, Any], Any], None]] = {
    Foreign: call_foreign,
    Bound: call_bound,
    Op: call_op,
    Function: call_function,
    Builtin: call_builtin,
    ClassObject: instantiate,
    Instance: call_instance,
}


def call_method(
    m: Machine, frame: Frame, held: Instance, name: str, args: list[Any], node: Any, dropped: bool = False
) -> None:
    found = held.of.find(name)
    if type(found) is Builtin:
        call(m, frame, Bound(found, held), args, {}, node)
        return
    if type(found) is not Function:
        raise Misplaced("no-operator", node, name=name, got=value_texts.class_name(held.of))
    call_function(m, frame, found, [held, *args], {}, node, method=True, dropped=dropped)


def operator_call(m: Machine, frame: Frame, sign: type[ast.operator], a: Any, b: Any, node: Any) -> None:
    """a + b where one of them is an object of the program's classes."""
    if sign not in NAMES:
        raise Misplaced("bits", node, got=source(node) if isinstance(node, ast.expr) else "…")
    names = NAMES[sign]
    right_first = goes_first(a, b, names[1])
    if type(a) is Instance and not right_first and type(found := a.of.find(names[0])) is Function:
        call_function(m, frame, found, [a, b], {}, node, method=True, reflected=(names, a, b))
    else:
        m.push_steps(frame, operator_steps(m, names, a, b, node))


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


# ------------------------------------------------------------------ items, text and keys


PLAIN_KEYS = frozenset({str, int, float, bool})
HASHED = 2**61 - 1  # from here on many numbers have the same hash, and each is compared with those before it
LARGE_KEY = 200  # steps
RECORDS = frozenset({"tuple", "record"})  # classes whose objects are keys by what they hold


def key(m: Machine, value: Any, node: Any) -> Any:
    """A value as the key of a dictionary: what is known.  Error: not-a-key."""
    kind = kind_of(value)
    if kind in PLAIN_KEYS or value is None:
        if type(value) is int and not -HASHED < value < HASHED:
            m.charge(LARGE_KEY, node)
        if m.writes_arrays:
            value_texts.check_text(m, value, node)
        return value
    if kind is Instance:
        return object_key(m, value, node)
    if kind is Computed or kind is Tensor:
        found = known_values.known_number(m, value, node)
        if type(found) is not Tensor:
            return key(m, found, node)
    if kind is tuple:
        m.charge(2 * len(value) + 2, node)
        return tuple([m.key(part, node) for part in value])
    if kind in (ClassObject, Function, Builtin, Type, Identity):
        return value
    raise Misplaced("not-a-key", node, got=value_texts.shown(value)).as_in_python(by_types(hash, value))


def object_key(m: Machine, held: Instance, node: Any) -> Instance:
    """An object as a key: itself, or what it holds where its class is a record.  Error: not-a-key."""
    native = held.of.native
    if native in RECORDS:
        if held.hashed is None:
            held.hashed = m.hashed(held, node)
        m.charge(held.weight, node)
        return held
    if native == "enum" or held.of.find("__eq__") is MISSING:
        return held
    told = held.of.find("__hash__") is MISSING
    said = raising("TypeError", f"unhashable type: '{held.of.name}'") if told else None
    raise Misplaced("not-a-key", node, got=value_texts.shown(held)).as_in_python(said)


COMPUTING = (Computed, tuple)  # types of what a function may have computed beforehand


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
    kind = frame.code.kind
    if kind == "function" and type(value) in COMPUTING and not frame.code.ours:
        value = made_here(m, value)
    m.frames.pop()
    if kind == "function":
        m.depth -= 1
        if frame.dropped:
            return
        if frame.made is not MISSING:
            value = frame.made
        elif type(value) is Fresh:
            m.frame = frame
            value = tensor_of(m, value, value.place)
        elif value is NotImplemented and frame.reflected is not None:
            m.place = frame.node
            m.push_steps(frame, operator_steps(m, *frame.reflected, frame.node, True))
            return
    elif kind == "generator":
        frame.waiting[0].value = value  # pyright: ignore
        m.generator_ends(frame)
        return
    m.receive(value)


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
