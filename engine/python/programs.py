"""A call of a Python function as a program: the definitions that it needs, what they refer to, and the call itself."""

from __future__ import annotations

import inspect
import keyword
import math
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, cast

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.python.sources import Source, source_of, unwrapped
from gradlens.engine.python.values import (
    PACKAGES,
    array_of,
    attributes_of,
    import_of,
    import_of_member,
    is_array,
    is_listed,
    is_number,
    module_of,
    numbered,
    owner_of,
)

MOST_VALUES = 1_000  # within a value that is written out
DEEPEST = 20


Part: TypeAlias = "tuple[str, tuple[str, int] | None]"  # text, and the file and line where it begins


@dataclass
class CallProgram:
    """text: the program.  inputs: its inputs' values.  arguments: the inputs' names that are arguments of the call, by
    the function's own names for them.  places: of each line of the text, the file and the line that it stands in.
    """

    text: str
    inputs: dict[str, object]
    arguments: dict[str, str]
    places: list[tuple[str, int] | None]

    def place(self, line: int) -> tuple[str, int] | None:
        """File and line of a line of the text, counted from 1; None of one that stands in no file."""
        return self.places[line - 1] if 0 < line <= len(self.places) else None


def program_of(
    function: Callable[..., Any],
    arguments: tuple[object, ...],
    keywords: Mapping[str, object],
    unused: Collection[str] = (),
    backward: Callable[..., Any] | None = None,
    targets: Collection[str] = (),
) -> CallProgram:
    """The program of a call.

    unused: inputs that an earlier writing of it had and nothing needed, such as what a layer keeps of its last call.
    backward: a function that is called behind it with the same arguments; targets: the names that its results get.

    Errors: function-*.  Raises TypeError for what is no function, and for arguments that do not fit it.
    """
    while isinstance(function, partial):
        arguments, keywords = (*function.args, *arguments), {**function.keywords, **keywords}
        function = cast("Callable[..., Any]", function.func)
    function = written_function(function)
    given = bound(function, arguments, keywords)
    gathered = Gathered(reserved={name for _, name, _ in given}, unused=unused)
    called = [gathered.called(one) for one in (function, *([] if backward is None else [written_function(backward)]))]
    written = f"({', '.join(gathered.arguments(given))})"  # behind the definitions, whose names are taken
    if backward is None:
        return gathered.program([called[0] + written])
    return gathered.program([f"L = {called[0]}{written}", f"{', '.join(targets)} = {called[1]}{written}"])


def written_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """What was written, where something stands around it.  Raises TypeError for what is no function."""
    function = unwrapped(function)
    if not callable(function):
        raise TypeError(f"a function is needed, not {type(function).__name__}")
    if isinstance(function, type):
        raise TypeError(f"a function is needed; {function.__name__} is a class")
    return function


def bound(
    function: Callable[..., Any], arguments: tuple[object, ...], keywords: Mapping[str, object]
) -> list[tuple[str, str, object]]:
    """The arguments in the order of the call: how each is given (a prefix as x=), its name, its value."""
    name = getattr(function, "__name__", type(function).__name__)
    signature = inspect.signature(function)
    try:
        given = signature.bind(*arguments, **keywords).arguments
    except TypeError as error:
        wanted = "" if name == "<lambda>" else name
        raise TypeError(f"{wanted}{signature} does not take these arguments: {error}") from None
    found: list[tuple[str, str, object]] = []
    is_behind = False
    for key, value in given.items():
        kind = signature.parameters[key].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            found += [("", f"{key}_{i + 1}", one) for i, one in enumerate(value)]
        elif kind is inspect.Parameter.VAR_KEYWORD:
            found += [(f"{inner}=", inner, one) for inner, one in value.items()]
        else:
            # What comes behind a default that is left as it is, is given by its name.
            is_behind = is_behind or kind is inspect.Parameter.KEYWORD_ONLY or missing_before(signature, key, given)
            found.append((f"{key}=" if is_behind else "", key, value))
    return found


def missing_before(signature: inspect.Signature, key: str, given: Mapping[str, object]) -> bool:
    names = list(signature.parameters)
    return any(name not in given for name in names[: names.index(key)])


@dataclass
class Gathered:
    """What a program needs before its last line.

    reserved: names of arguments, which those have first.  unused: as of `program_of`.
    names: what each of its names stands for.  parts: its lines, with the place of the first of them.
    made: the name of what is written already, by its id.  free: the names that the definitions take from outside.
    """

    reserved: set[str]
    unused: Collection[str]
    names: dict[str, object] = field(default_factory=dict[str, object])
    imports: list[str] = field(default_factory=list[str])
    parts: list[Part] = field(default_factory=list[Part])
    inputs: dict[str, object] = field(default_factory=dict[str, object])
    names_of_arguments: dict[str, str] = field(default_factory=dict[str, str])
    free: set[str] = field(default_factory=set[str])
    made: dict[int, str] = field(default_factory=dict[int, str])
    kept: list[object] = field(default_factory=list[object])  # what `made` knows by its id must not go
    count: int = 0
    is_argument: bool = False

    def called(self, function: Callable[..., Any]) -> str:
        """The expression that is called."""
        if isinstance(function, types.MethodType):
            owner: object = function.__self__
            if isinstance(owner, type):
                return f"{self.definition(owner, owner.__name__)}.{function.__name__}"
            return f"{self.instance(owner, 'self_', 0)}.{function.__name__}"
        if isinstance(function, types.FunctionType):
            if (owner := owner_of(function)) is not None:
                return f"{self.definition(owner, owner.__name__)}.{function.__name__}"
            return self.definition(function, "f" if function.__name__ == "<lambda>" else function.__name__)
        if module_of(type(function)) in {*PACKAGES, "builtins"}:
            raise EngineError("function-no-source", name=getattr(function, "__name__", type(function).__name__))
        return self.instance(function, "self_", 0)

    def arguments(self, given: list[tuple[str, str, object]]) -> list[str]:
        """The arguments of a call as they are written, numbers and arrays by the names of inputs."""
        written: list[str] = []
        for prefix, name, value in given:
            if is_array(value) or is_number(value) or is_listed(value):
                own = self.names_of_arguments[name] = self.fresh(name, is_argument=True)
                self.leaf(own, value)
                written.append(f"{prefix}{self.as_tensor(own, value)}")
            else:
                self.is_argument = True  # of what a list or a dictionary holds, the floats too
                written.append(f"{prefix}{self.expression(value, name, 0)}")
                self.is_argument = False
        return written

    def program(self, calls: list[str]) -> CallProgram:
        """The whole program, with these as its last lines."""
        head: list[Part] = [(line, None) for line in dict.fromkeys(self.imports)]
        parts = [*head, *self.parts, *[(call, None) for call in calls]]
        places: list[tuple[str, int] | None] = []
        for text, place in parts:
            places += [place and (place[0], place[1] + i) for i in range(text.rstrip("\n").count("\n") + 1)]
        text = "".join(f"{text.rstrip()}\n" for text, _ in parts)
        return CallProgram(text, self.inputs, self.names_of_arguments, places)

    # ---- definitions

    def definition(self, found: types.FunctionType | type, name: str) -> str:
        """The name under which a function or class of the reader's own is defined: its own one, or of a lambda `name`.

        Errors: function-no-source, function-two-meanings.
        """
        if id(found) in self.made:
            return self.made[id(found)]
        own = self.fresh(name) if found.__name__ == "<lambda>" else found.__name__
        self.know(own, found)
        self.made[id(found)] = own
        source = source_of(found, own)
        self.free.update(source.free)
        for free in source.free:
            self.take(free, source)
        self.parts.append((source.text, (source.file, source.line)))
        return own

    def take(self, name: str, source: Source) -> None:
        """A name that a definition takes from around it."""
        if name not in source.scope:
            return  # built in, or none: which is told where it is used
        value = source.scope[name]
        line = import_of_member(value, name)
        if line is None and callable(value):
            value = unwrapped(value)
        if self.names.get(name) is value and value is not None:
            return
        if isinstance(value, types.ModuleType):
            self.know(name, value)
            self.imports.append(import_of(value, name))
        elif line is not None:
            self.know(name, value)
            self.imports.append(line)
        elif isinstance(value, (types.FunctionType, type)) and module_of(value) not in PACKAGES:
            if (own := self.definition(value, name)) != name:
                self.know(name, value)
                self.parts.append((f"{name} = {own}", None))
        elif is_array(value):
            self.know(name, value)
            self.inputs[name] = array_of(value)
            self.made.setdefault(id(value), name)
            if (tensor := self.as_tensor(name, value)) != name:
                self.parts.append((f"{name} = {tensor}", None))
        else:
            self.know(name, value)
            self.parts.append((f"{name} = {self.expression(value, name, 0)}", None))

    def know(self, name: str, value: object) -> None:
        """Note what a name stands for.  Error: function-two-meanings, where it stands for something else already."""
        if name in self.names and self.names[name] is not value:
            raise EngineError("function-two-meanings", name=name)
        self.names[name] = value
        self.kept.append(value)

    def fresh(self, wanted: str, is_argument: bool = False) -> str:
        """A name that the program does not use for anything else."""
        taken = self.names.keys() | self.inputs.keys() | self.free | (set() if is_argument else self.reserved)
        name, count = wanted, 1
        while name in taken or keyword.iskeyword(name):
            count += 1
            name = f"{wanted}_{count}"
        return name

    # ---- values

    def leaf(self, name: str, value: object) -> None:
        """A number or an array as an input: a finite number stands in the text, where it can be changed."""
        self.know(name, value)
        if is_number(value):
            number = cast("int | float", value.item() if isinstance(value, np.generic) else value)
            if math.isfinite(number):
                self.parts.append((f"{name} = {number!r}", None))
                return
        self.inputs[name] = array_of(value)

    def as_tensor(self, name: str, value: object) -> str:
        """An input as it is used: a tensor's methods are PyTorch's, also where nothing else of a program is."""
        if module_of(type(value)) != "torch":
            return name
        torch = sys.modules["torch"]
        known = next((one for one, meant in self.names.items() if meant is torch), None)
        if known is None:
            known = self.fresh("torch")
            self.know(known, torch)
            self.imports.append(import_of(torch, known))
        return f"{known}.as_tensor({name})"

    def expression(self, value: object, name: str, depth: int) -> str:
        """A value as it is written.  Error: function-object."""
        self.count += 1
        if depth > DEEPEST or self.count > MOST_VALUES:
            raise EngineError("function-object", name=name, got=type(value).__name__)
        if is_array(value):
            if id(value) not in self.made:
                self.made[id(value)] = self.fresh(name)
                if self.made[id(value)] in self.unused:
                    self.know(self.made[id(value)], value)
                    return "None"
                self.leaf(self.made[id(value)], value)
            return self.as_tensor(self.made[id(value)], value)
        within = partial(self.expression, depth=depth + 1)
        match value:
            case None | bool() | int() | str() | range() | slice():
                return repr(value)
            case float() if self.is_argument and depth and math.isfinite(value):
                own = self.fresh(name, is_argument=True)
                self.leaf(own, value)
                return own
            case float():
                return repr(value) if math.isfinite(value) else f'float("{value}")'
            case np.generic():
                return self.expression(value.item(), name, depth + 1)
            case list():
                return f"[{', '.join(within(one, numbered(name, i)) for i, one in enumerate(value))}]"
            case tuple():
                return f"({''.join(within(one, numbered(name, i)) + ', ' for i, one in enumerate(value))})"
            case OrderedDict():
                self.imports.append("from collections import OrderedDict")
                return f"OrderedDict([{', '.join(f'({key!r}, {one})' for key, one in self.items(value, depth))}])"
            case dict():
                return f"{{{', '.join(f'{key!r}: {one}' for key, one in self.items(value, depth))}}}"
            case types.FunctionType():
                return self.definition(value, name if value.__name__ == "<lambda>" else value.__name__)
            case _:
                return self.instance(value, name, depth)

    def items(self, value: Mapping[Any, Any], depth: int) -> Iterator[tuple[object, str]]:
        for key, one in value.items():
            if not isinstance(key, (str, int)):
                raise EngineError("function-object", name=str(key), got=type(key).__name__)
            yield key, self.expression(one, key if str(key).isidentifier() else f"value_{key}", depth + 1)

    def instance(self, value: object, name: str, depth: int) -> str:
        """An object of a class of the reader's own: one without a beginning, to which its attributes are given."""
        if id(value) in self.made:
            return self.made[id(value)]
        kind = type(value)
        if module_of(kind) in {"builtins", *sys.stdlib_module_names} or any(
            module_of(one) in PACKAGES for one in kind.__mro__
        ):
            raise EngineError("function-object", name=name.rstrip("_"), got=kind.__name__)
        owner = self.definition(kind, kind.__name__)
        empty, made = self.fresh(f"{owner}_"), self.fresh(name)
        self.know(empty, None)
        self.know(made, value)
        self.made[id(value)] = made
        self.parts.append((f"class {empty}({owner}):\n    def __init__(self):\n        pass", None))
        self.parts.append((f"{made} = {empty}()", None))
        for key, one in attributes_of(value):
            try:
                written = self.expression(one, key, depth + 1)
            except EngineError as error:
                if error.kind != "function-object":
                    raise
                continue  # what it is is told where it is used
            self.parts.append((f"{made}.{key} = {written}", None))
        return made
