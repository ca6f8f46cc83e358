"""A call of another library, read by its signatures: the expression in the language that it means."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import copy
from operator import itemgetter
from typing import Protocol, cast

from gradlens.engine.language.dialects.signatures import (
    HELPERS,
    LISTS,
    RANKS,
    SHAPES,
    STATICS,
    Held,
    OpCall,
    Signature,
)
from gradlens.engine.language.statics import Known
from gradlens.engine.language.syntax import Misplaced, names_real, source, suggestion
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, is_tuple, is_wholes

# One library's keyword by another's name, where both mean the same.
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "axis": ("dim", "dims"),
    "dim": ("axis", "dims", "axes"),
    "dims": ("axis", "dim", "axes", "reps"),
    "keepdims": ("keepdim",),
    "keepdim": ("keepdims",),
    "ddof": ("correction",),
    "correction": ("ddof",),
    "min": ("a_min",),
    "max": ("a_max",),
    "a_min": ("min",),
    "a_max": ("max",),
    "input": ("a", "x", "A", "tensor"),
    "a": ("input", "x"),
    "x": ("input", "a"),
    "other": ("b", "x2", "y"),
    "x1": ("x", "input"),
    "x2": ("y", "other"),
    "axes": ("dims",),
    "p": ("ord",),
    "ord": ("p",),
    "newshape": ("shape",),
    "weight": ("a",),
    "exponent": ("y",),
    "values": ("y",),
    "end": ("y",),
}


class Reader(Protocol):
    """What reading a call asks of the builder."""

    @property
    def known(self) -> Known: ...

    def hold(self, node: ast.expr) -> ast.Name:
        """An expression as a node with a name of its own."""
        ...

    def shape_of_name(self, name: str) -> Shape | None: ...


def read(
    function: str,
    signatures: tuple[Signature, ...],
    first: list[ast.expr],
    node: ast.Call,
    reader: Reader,
    held: dict[int, ast.Name],
) -> ast.expr:
    """The expression that a call means: by the first signature that its arguments fit.

    function: as the reader spells it, for errors.  first: the value before the dot of a method.
    held: arguments that have a node already, by identity, for whoever reads the same call again.
    Errors: those of a call's arguments, argument-unsupported, argument-shape.
    """
    errors: list[tuple[bool, int, Misplaced]] = []
    for signature in signatures:
        reading = Reading(function, signature, node, reader, held)
        try:
            return reading.expression([*first, *node.args])
        except Misplaced as error:
            errors.append((error.kind.startswith("argument-"), reading.fitting, error))
    # What a nearer signature says of an argument is more to the point than that another has fewer of them.
    of_argument = [(fitting, error) for is_argument, fitting, error in errors if is_argument]
    raise max(of_argument, key=itemgetter(0))[1] if of_argument else errors[-1][2]


class Reading:
    """One call by one signature.

    held: arguments that have a node already, by identity.  fitting: how many arguments were found to fit.
    """

    def __init__(self, function: str, signature: Signature, node: ast.Call, reader: Reader, held: dict[int, ast.Name]):
        self.function, self.signature, self.node, self.reader, self.held = function, signature, node, reader, held
        self.bound: dict[str, ast.expr] = {}
        self.given: dict[str, ast.expr] = {}
        self.rest: list[ast.expr] = []
        self.fitting = 0

    def expression(self, arguments: list[ast.expr]) -> ast.expr:
        signature = self.signature
        self.bind(arguments)
        given = self.given = dict(self.bound)
        for name in signature.names:
            if name not in given and name in signature.defaults:
                self.bound[name] = signature.defaults[name]
        for name, argument in given.items():
            if name in signature.annotations:
                self.check(name, argument, signature.annotations[name])
            elif not signature.uses[name]:
                self.needless(name, argument)
            self.fitting += 1
        for name, argument in self.bound.items():
            if (
                signature.uses[name] > 1
                and not isinstance(argument, (ast.Name, ast.Constant))
                and self.static(argument) is NotImplemented
            ):
                self.bound[name] = self.hold(argument)
        return self.filled(signature.body)

    def bind(self, arguments: list[ast.expr]) -> None:
        signature, node = self.signature, self.node
        facts = {
            "function": self.function,
            "signature": self.function.rpartition(".")[0] + "." * ("." in self.function) + signature.text,
        }
        for argument in arguments:
            if isinstance(argument, ast.Starred):
                raise Misplaced("not-in-language", argument, construct="*")
        count = len(signature.positional)
        if len(arguments) > count and signature.rest is None:
            raise Misplaced("too-many-arguments", node, limit=count, count=len(arguments), **facts)
        self.bound = dict(zip(signature.positional, arguments))
        self.rest = arguments[count:]
        for keyword in node.keywords:
            if keyword.arg is None:
                raise Misplaced("not-in-language", keyword, construct="**")
            name = next(
                (
                    n
                    for n in (keyword.arg, *KEYWORDS.get(keyword.arg, ()))
                    if n in signature.names or n == signature.rest
                ),
                None,
            )
            if name is None:
                raise Misplaced(
                    "unknown-keyword", keyword, keyword=keyword.arg, **facts, **suggestion(keyword.arg, signature.names)
                )
            if name in self.bound:
                raise Misplaced("repeated-argument", keyword, argument=name, **facts)
            if name == signature.rest:
                self.rest = [keyword.value]
            else:
                self.bound[name] = keyword.value
        for name in signature.names:
            if name not in self.bound and name not in signature.defaults:
                raise Misplaced("missing-argument", node, argument=name, **facts)
        if signature.rest is not None and not self.rest:
            raise Misplaced("missing-argument", node, argument=signature.rest, **facts)

    def check(self, name: str, argument: ast.expr, wanted: ast.expr) -> None:
        """Errors: argument-unsupported, argument-shape, where an argument is not what the signature is for."""
        static = self.static(argument)
        fits = False
        match wanted:
            case ast.Name("int"):
                fits = type(static) is int
            case ast.Name("ints"):
                fits = type(static) is int or is_wholes(static)
            case ast.Name("real"):
                fits = names_real(argument)
            case ast.Name("truth"):
                fits = isinstance(argument, (ast.Name, ast.Attribute)) and source(argument).rpartition(".")[2] in (
                    "bool",
                    "bool_",
                )
            case ast.Name(kind) if kind in LISTS:
                if isinstance(argument, (ast.List, ast.Tuple)) and argument.elts:
                    parts = [self.hold(part) for part in argument.elts]
                    self.bound[name] = ast.copy_location(ast.List([*parts]), argument)
                    fits = all(LISTS[kind](len(self.shape(part))) for part in parts)
            case ast.Name(kind):
                self.bound[name] = value = self.hold(argument)
                fits = RANKS[kind](len(self.shape(value)))
            case ast.Call(ast.Name(kind), [ast.Name(other)]) if kind in SHAPES:
                self.bound[name] = value = self.hold(argument)
                fits = SHAPES[kind](self.shape(value), self.shape(self.named(other)))
            case ast.Call(ast.Name(kind), [ast.Name(other)]):
                fits = STATICS[kind](static, self.shape(self.named(other)))
            case _:
                constant = ast.literal_eval(wanted)
                fits = (
                    type(static) in (type(constant), *((float,) if type(constant) is int else ()))
                    and static == constant
                )
        if fits:
            return
        held = self.bound[name]
        shape = self.reader.shape_of_name(held.id) if isinstance(held, ast.Name) else None
        if shape is None:
            raise self.unsupported(name, argument)
        raise Misplaced("argument-shape", argument, function=self.function, argument=name, shape=str(shape))

    def needless(self, name: str, argument: ast.expr) -> None:
        """Error: argument-unsupported, for what the body does not speak of, unless it is the default, or says what
        holds here anyway.
        """
        default = self.signature.defaults.get(name)
        same = default is not None and ast.dump(default) == ast.dump(argument)
        nothing = isinstance(argument, ast.Constant) and argument.value is None
        if not (
            same
            or nothing
            or (name == "dtype" and names_real(argument))
            or name in ("inplace", "sparse_grad", "stable", "check_finite", "_stacklevel")
        ):
            raise self.unsupported(name, argument)

    def unsupported(self, name: str, argument: ast.expr) -> Misplaced:
        return Misplaced("argument-unsupported", argument, function=self.function, argument=name, got=source(argument))

    def static(self, node: ast.expr) -> object:
        return self.reader.known.static(node)

    def shape(self, name: ast.Name) -> Shape:
        return self.reader.shape_of_name(name.id) or ()

    def named(self, parameter: str) -> ast.Name:
        """What a parameter is bound to, by a name that has a shape."""
        argument = self.bound[parameter]
        return argument if isinstance(argument, ast.Name) else self.hold(argument)

    def hold(self, node: ast.expr) -> ast.Name:
        """An argument as a node, made once however many signatures ask for it."""
        if isinstance(node, ast.Name) and node in self.held.values():
            return node
        if id(node) not in self.held:
            self.held[id(node)] = self.reader.hold(node)
        return self.held[id(node)]

    def filled(self, node: ast.expr) -> ast.expr:
        """The body with the arguments in their places."""
        match node:
            case ast.Name(name) if name in self.bound:
                return self.bound[name]
            case ast.Name(name) if name == self.signature.rest:
                return self.all_the_rest()
            case ast.Call(ast.Name(name), parts) if name in HELPERS:
                return self.computed(name, parts)
            case ast.Call(ast.Name(name), parts, keywords) if name in OPS:
                arguments: list[ast.expr] = []
                for part in parts:
                    arguments += self.rest if isinstance(part, ast.Starred) else [self.filled(part)]
                named = [ast.copy_location(ast.keyword(k.arg, self.filled(k.value)), self.node) for k in keywords]
                call = ast.copy_location(OpCall(ast.Name(name), arguments, named), self.node)
                call.inner = True
                return call
            case _:
                pass
        filled = copy(node)
        filled.inner = True  # pyright: ignore[reportAttributeAccessIssue] - a mark of ours: no text of the reader's
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(filled, field, self.filled(value))
            elif isinstance(value, list):
                parts = cast(list[object], value)
                setattr(filled, field, [self.filled(part) if isinstance(part, ast.expr) else part for part in parts])
        return ast.copy_location(filled, self.node)

    def all_the_rest(self) -> ast.expr:
        """Sizes that need no parentheses: one argument that holds several is all of them."""
        if len(self.rest) == 1 and (
            isinstance(self.rest[0], (ast.Tuple, ast.List)) or is_tuple(self.static(self.rest[0]))
        ):
            return self.rest[0]
        return ast.copy_location(ast.Tuple(self.rest), self.node)

    def computed(self, name: str, parts: list[ast.expr]) -> ast.expr:
        """What a helper makes of shapes and of what is known beforehand."""
        values: list[object] = []
        for part in parts:
            argument = self.filled(part)
            if isinstance(argument, ast.Name) and (shape := self.reader.shape_of_name(argument.id)) is not None:
                values.append(Held(argument, shape))
            else:
                values.append(self.static(argument))
        try:
            found = HELPERS[name](*values)
        except (ValueError, TypeError, IndexError) as error:
            first, *spoken = [part.id for part in parts if isinstance(part, ast.Name)]
            # An axis comes last; what does not fit otherwise comes right after the value.
            at_fault = [*(reversed(spoken) if isinstance(error, IndexError) else spoken), first]
            given = dict(self.given)
            if self.signature.rest is not None and self.rest:
                given[self.signature.rest] = self.all_the_rest()
            name = next((name for name in at_fault if name in given), first)
            raise self.unsupported(name, given.get(name, self.node)) from None
        if isinstance(found, ast.expr):
            return ast.fix_missing_locations(ast.copy_location(found, self.node))
        made = ast.parse(repr(found), mode="eval").body
        for part in ast.walk(made):
            ast.copy_location(part, self.node)
        return made
