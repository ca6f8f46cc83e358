"""Calls: which function is meant, and which argument is which."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from dataclasses import dataclass

from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES, ROOTS, bare, has_name, methods
from gradlens.engine.language.dialects.signatures import Signature
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.names import NUMPY, own_name
from gradlens.engine.language.syntax import ARRAYS, Misplaced, source, suggestion
from gradlens.engine.ops import METHODS, OPS, Op


@dataclass(frozen=True, slots=True)
class Foreign:
    """A function or method of another library, as the call spells it, with its signatures.

    other: the same method's in PyTorch, where a program uses that and NumPy, or neither.
    """

    name: str
    signatures: tuple[Signature, ...]
    other: tuple[Signature, ...] = ()


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

TELLING_SIZES = ("shape", "size", "ndim", "dim", "numel")
# Methods that change an array in place and have no twin of the same name that returns it: what to write, of the array
# and the argument.
IN_PLACE = {
    "copy_": "{1}",
    "zero_": "torch.zeros_like({0})",
    "fill_": "torch.full_like({0}, {1})",
    "fill": "np.full_like({0}, {1})",
    "sort": "np.sort({0})",
}
RANDOM = ("rand", "randn", "randint", "rand_like", "randn_like", "randperm", "normal")


def bind_op(op: Op, node: ast.Call) -> tuple[list[ast.expr] | None, dict[str, ast.expr]]:
    """A call's arguments: the values that a list or any number of arguments holds, if the op takes those, and all else
    by name.
    """
    names = [*op.inputs, *(o.name for o in op.options)]
    arguments = list(node.args)
    required = [*(n for n in op.inputs if n not in op.defaults), *(o.name for o in op.options if o.required)]
    values: list[ast.expr] | None = None
    if op.variadic == "arguments":
        names, required = [o.name for o in op.options], [o.name for o in op.options]
        values, arguments = arguments[1:], arguments[:1]
    elif op.variadic and arguments:
        if not isinstance(arguments[0], (ast.List, ast.Tuple)):
            raise Misplaced("list-needed", arguments[0], function=op.name, signature=op.signature)
        values, arguments = arguments[0].elts, [ast.copy_location(ast.Constant(0), node), *arguments[1:]]
    bound = bind_arguments(op.name, op.signature, names, required, arguments, node)
    for name, default in op.defaults.items():
        given = bound.get(name)
        if given is None or (isinstance(given, ast.Constant) and given.value is None):
            bound[name] = ast.copy_location(literal_number(default), node)
    return values, bound


def literal_number(value: float) -> ast.expr:
    """A number as syntax; an infinity by its name."""
    if value in (float("inf"), float("-inf")):
        name = ast.Name("__inf__")
        return name if value > 0 else ast.UnaryOp(ast.USub(), name)
    return ast.Constant(value)


def named(function: ast.expr, taken: Container[str]) -> Op | Foreign | None:
    """What a name means, with or without a library before it; None where it means nothing, or may be a method.

    taken: the program's names.  Errors: prefix-needless, prefix-function, creation-array, random-numbers.
    """
    prefix, _, name = own_name(function, taken).rpartition(".")
    if not prefix:
        if name in OPS:
            return OPS[name]
        found = bare(name)
        return None if found is None else Foreign(name, found)
    if prefix.partition(".")[0] not in ROOTS:
        return None
    library = LIBRARIES.get(prefix)
    if name in RANDOM or prefix.endswith("random"):
        raise Misplaced("random-numbers", function, name=name)
    if library is None:
        raise Misplaced("prefix-function", function, prefix=prefix, name=name)
    if name in library:
        return Foreign(f"{prefix}.{name}", library[name])
    if name in ARRAYS and prefix in (*NUMPY, "torch"):
        raise Misplaced("creation-array", function, name=f"{prefix}.{name}")
    if name in OPS and not has_name(prefix, name):
        raise Misplaced("prefix-needless", function, prefix=prefix, name=name, signature=OPS[name].signature)
    raise Misplaced("prefix-function", function, prefix=prefix, name=name, **function_suggestion(name, library))


def method(function: ast.Attribute, node: ast.Call, libraries: frozenset[str]) -> Foreign:
    """What x.name() means in a program that uses some libraries.

    Errors: those of an attribute, not-a-function, transpose-nothing.
    """
    name = function.attr
    if name in ("T", "mT", "shape", "ndim"):
        raise Misplaced("not-a-function", node)
    torch_keyword = any(k.arg in ("dim", "keepdim", "unbiased") for k in node.keywords)
    readings = methods(name, libraries, torch_keyword)
    if not readings:
        if name in IN_PLACE:
            raise in_place(function.value, node)
        raise no_attribute(function, libraries)
    if (
        name == "transpose"
        and not libraries & {"numpy", "torch"}
        and [getattr(a, "value", None) for a in node.args] == [0, 1]
    ):
        raise Misplaced("transpose-nothing", node)
    first, *others = readings.values()
    return Foreign(name, first, *others)


def no_value(node: ast.Attribute, taken: Container[str]) -> Misplaced:
    """Why an attribute that is not called is no value.  taken: the program's names."""
    if (found := named(node, taken)) is not None:
        return Misplaced(
            "function-as-value",
            node,
            name=source(node),
            signature=f"{source(node)}{found.signature[len(found.name) :] if isinstance(found, Op) else '(…)'}",
        )
    if node.attr in METHODS or any(node.attr in methods for methods in METHOD_TABLES.values()):
        return Misplaced("function-as-value", node, name=node.attr, signature=f"x.{node.attr}()")
    return no_attribute(node)


def no_attribute(node: ast.Attribute, libraries: frozenset[str] = frozenset()) -> Misplaced:
    """Errors: size-as-value, attribute, with a suggestion that a program of these libraries can call."""
    name = node.attr
    if name in TELLING_SIZES:
        return Misplaced("size-as-value", node, name=name)
    known = [
        word for word in {*METHODS, *METHOD_TABLES["numpy"], *METHOD_TABLES["torch"]} if methods(word, libraries, False)
    ]
    if name.endswith("_") and name.strip("_") not in METHOD_TABLES["torch"]:
        known = []  # PyTorch's, of a name that means something else
    return Misplaced("attribute", node, name=name, **function_suggestion(name, ["T", *known]))


def in_place(value: ast.expr, node: ast.Call) -> Misplaced:
    """Error: in-place, with what to write instead of a method that changes its array."""
    assert isinstance(node.func, ast.Attribute)
    name, array = node.func.attr, source(value) if isinstance(value, ast.Name) else "x"
    return Misplaced(
        "in-place",
        node,
        name=name,
        remedy=f"{array} = {IN_PLACE[name].format(array, source(node.args[0]) if node.args else 'y')}",
    )


def bind_arguments(
    function: str, signature: str, names: list[str], required: list[str], arguments: list[ast.expr], node: ast.Call
) -> dict[str, ast.expr]:
    """A call's arguments by name.  Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument."""
    bound: dict[str, ast.expr] = {}
    if len(arguments) > len(names):
        raise Misplaced(
            "too-many-arguments", node, function=function, limit=len(names), count=len(arguments), signature=signature
        )
    for name, argument in zip(names, arguments):
        if isinstance(argument, ast.Starred):
            raise Misplaced("not-in-language", argument, construct="*")
        bound[name] = argument
    for keyword in node.keywords:
        if keyword.arg is None:
            raise Misplaced("not-in-language", keyword, construct="**")
        name = (
            keyword.arg
            if keyword.arg in names
            else next((n for n in KEYWORDS.get(keyword.arg, ()) if n in names), None)
        )
        if name is None:
            raise Misplaced(
                "unknown-keyword",
                keyword,
                function=function,
                keyword=keyword.arg,
                signature=signature,
                **suggestion(keyword.arg, names),
            )
        if name in bound:
            raise Misplaced("repeated-argument", keyword, function=function, argument=name, signature=signature)
        bound[name] = keyword.value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, function=function, argument=name, signature=signature)
    return bound
