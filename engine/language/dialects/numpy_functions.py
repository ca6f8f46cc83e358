"""NumPy's functions that take functions, lists of arrays or any number of them, and the methods of its ufuncs."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# What is known beforehand is of any type until it is asked.
from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator as Steps
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.dialects.reading import read
from gradlens.engine.language.dialects.signatures import table
from gradlens.engine.language.items.numpy_writes import ADDING, WRITES, added_at
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import Builtin, Foreign, ListCell, Tensor, View
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, rooms, value_texts
from gradlens.engine.ops import OPS, Op
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Shape, is_wholes

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def apply(m: Machine, op: str, values: list[Any], options: dict[str, Any], node: Any) -> Tensor:
    made = nodes.apply(m, OPS[op], tuple([nodes.id_of(m, value, node) for value in values]), options, node)
    made.library = "numpy"
    return made


def shape_of(m: Machine, value: Any, node: Any) -> Shape:
    return m.graph.nodes[nodes.id_of(m, value, node)].shape


def bound(call: Call, signature: str, names: str, required: int) -> dict[str, Any]:
    words = names.split()
    return by_name(f"np.{call.name}", signature, words, words[:required], call.args, call.keywords, call.node)


def unsupported(call: Call, argument: str, value: Any) -> Misplaced:
    got = value_texts.text_of(call.text(argument)) if argument in call.keywords else value_texts.shown(value)
    return Misplaced(
        "argument-unsupported", call.node, function=f"np.{call.name.removeprefix('np.')}", argument=argument, got=got
    )


# ------------------------------------------------------------------ lists of arrays


def select(m: Machine, call: Call) -> Any:
    """The first choice whose condition holds, else the default."""
    given = bound(call, SIGNATURES["select"], "condlist choicelist default", 2)
    conditions = m.listed(given["condlist"], call.node)
    choices = m.listed(given["choicelist"], call.node)
    if not conditions or len(conditions) != len(choices):
        raise unsupported(call, "choicelist", given["choicelist"])
    found = given.get("default", 0)
    for condition, choice in zip(reversed(conditions), reversed(choices)):
        found = apply(m, "where", [condition, choice, found], nodes.NO_OPTIONS, call.node)
    return found


def meshgrid(m: Machine, call: Call) -> Any:
    indexing = call.keywords.get("indexing", "xy")
    strange = [name for name in call.keywords if name not in ("indexing", "copy")]
    if strange or indexing not in ("xy", "ij"):
        name = strange[0] if strange else "indexing"
        raise unsupported(call, name, call.keywords[name])
    flat = [apply(m, "reshape", [value], {"shape": (-1,)}, call.node) for value in call.args]
    sizes = [shape_of(m, value, call.node)[0] for value in flat]
    order = list(range(len(flat)))
    if indexing == "xy" and len(flat) > 1:
        order[:2] = [1, 0]
    shape = tuple([sizes[i] for i in order])
    found: list[Any] = []
    for i, value in enumerate(flat):
        along = tuple([sizes[i] if place == i else 1 for place in order])
        row = apply(m, "reshape", [value], {"shape": along}, call.node)
        found.append(apply(m, "broadcast_to", [row], {"shape": shape}, call.node))
        if call.keywords.get("copy") is False:
            show_opaquely(m, found[-1], call.args[i], call.node)
    return ListCell(found, place=call.node)


def show_opaquely(m: Machine, found: Tensor, value: Any, place: Any) -> None:
    """An array that shows others in a way that is not modelled: it may be read, and not be written to."""
    base, op = tensor_of(m, value, place), OPS["broadcast_to"]
    found.view = View(base, op, {"shape": m.graph.nodes[found.id].shape}, base.written, base.id, opaque=True)


def of_torch(run: Callable[[Machine, Call], Any]) -> Callable[[Machine, Call], Any]:
    """The same for tensors, which may come in a list; the axes of meshgrid keep their order where nothing is said."""

    def wrapped(m: Machine, call: Call) -> Any:
        args, keywords = call.args, dict(call.keywords)
        if len(args) == 1 and type(args[0]) in (tuple, ListCell):
            args = list(m.listed(args[0], call.node))
        if run is meshgrid and known_values.plain(m, keywords.setdefault("indexing", "ij"), call.node) is None:
            keywords["indexing"] = "ij"
        made = run(m, replace(call, args=args, keywords=keywords))
        for tensor in [made] if type(made) is Tensor else m.listed(made, call.node):
            tensor.library = "torch"
        return made

    return wrapped


def index_grid(m: Machine, call: Call) -> Any:
    """np.ix_: an index of all rows of one list in all columns of another."""
    found: list[Any] = []
    for i, value in enumerate(call.args):
        items = known_values.plain(m, value, call.text(i))
        if type(items) is not tuple or not is_wholes(items) or any(type(n) is bool for n in items):
            raise Misplaced("index-type", call.text(i))
        part: Any = np.reshape(np.array(items), [len(items) if j == i else 1 for j in range(len(call.args))])
        found.append(known_values.nested(part))
    return tuple(found)


def broadcast_arrays(m: Machine, call: Call) -> Any:
    shape = broadcast("broadcast_arrays", tuple([shape_of(m, value, call.node) for value in call.args]))
    found = tuple([apply(m, "broadcast_to", [value], {"shape": shape}, call.node) for value in call.args])
    for tensor, value in zip(found, call.args):
        show_opaquely(m, tensor, value, call.node)
    return found


def broadcast_shapes(m: Machine, call: Call) -> Any:
    shapes: list[Any] = []
    for i, value in enumerate(call.args):
        found = known_values.plain(m, value, call.text(i))
        found = (found,) if type(found) is int else found
        if not is_wholes(found):
            raise Misplaced(
                "creation-shape", call.text(i), function="broadcast_shapes", signature=SIGNATURES[call.name]
            )
        shapes.append(found)
    return broadcast("broadcast_shapes", tuple(shapes))


def block(m: Machine, call: Call) -> Any:
    """Arrays in rows, or rows of arrays in rows."""
    rows = m.listed(bound(call, SIGNATURES["block"], "arrays", 1)["arrays"], call.node)
    if not rows:
        raise Misplaced("list-empty", call.node, function="np.block")
    nested = [
        type(row) in (ListCell, tuple) and not all(m.is_number(one) for one in m.listed(row, call.node)) for row in rows
    ]
    if not any(nested):
        return joined(m, rows, call)
    parts = [joined(m, m.listed(row, call.node) if deep else [row], call) for row, deep in zip(rows, nested)]
    ranks = [len(shape_of(m, part, call.node)) for part in parts]
    parts = [raised(m, part, max(2, *ranks), call) for part in parts]
    return apply(m, "concat", parts, {"axis": -2}, call.node)


def joined(m: Machine, parts: list[Any], call: Call) -> Any:
    """Arrays side by side, along the last axis."""
    ranks = [len(shape_of(m, part, call.node)) for part in parts]
    return apply(m, "concat", [raised(m, part, max(1, *ranks), call) for part in parts], {"axis": -1}, call.node)


def raised(m: Machine, part: Any, rank: int, call: Call) -> Any:
    shape = shape_of(m, part, call.node)
    if len(shape) >= rank:
        return part
    return apply(m, "reshape", [part], {"shape": (1,) * (rank - len(shape)) + shape}, call.node)


def block_diag(m: Machine, call: Call) -> Any:
    """Matrices along a diagonal, zeros elsewhere; a row or a number is a matrix too."""
    if call.keywords or not call.args:
        raise Misplaced("list-empty", call.node, function=call.name)
    parts = [raised(m, value, 2, call) for value in call.args]
    shapes = [shape_of(m, part, call.node) for part in parts]
    for shape in shapes:
        if len(shape) != 2:
            raise Misplaced("matrix-needed", call.node, function=call.name, shape=str(shape))
    width, before = sum([shape[1] for shape in shapes]), 0
    rows: list[Any] = []
    for part, shape in zip(parts, shapes):
        widths = ((0, 0), (before, width - before - shape[1]))
        rows.append(apply(m, "pad", [part], {"width": widths, "mode": "constant", "value": 0.0}, call.node))
        before += shape[1]
    return apply(m, "concat", rows, {"axis": 0}, call.node)


def multi_dot(m: Machine, call: Call) -> Any:
    first, *others = m.listed(bound(call, SIGNATURES["multi_dot"], "arrays", 1)["arrays"], call.node)
    for other in others:
        first = apply(m, "matmul", [first, other], nodes.NO_OPTIONS, call.node)
    return first


# ------------------------------------------------------------------ functions


def vectorize(m: Machine, call: Call) -> Any:
    """A function of numbers, for each element of arrays."""
    function = bound(call, SIGNATURES["vectorize"], "pyfunc", 1)["pyfunc"]

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        if inner.keywords or not inner.args:
            raise Misplaced("method-arguments", inner.node, name="vectorize", least=1, most="…", count=0)
        shape = broadcast("vectorize", tuple([shape_of(m, value, inner.node) for value in inner.args]))
        flat = [flattened(m, value, shape, inner) for value in inner.args]
        found: list[Any] = []
        for numbers in zip(*flat):
            m.charge(1, inner.node)
            found.append((yield Asked(function, list(numbers))))
        if not found:
            return apply(m, "broadcast_to", [0.0], {"shape": shape}, inner.node)
        if not shape:
            return found[0]
        row = apply(m, "stack", found, {"axis": 0}, inner.node)
        return apply(m, "reshape", [row], {"shape": shape}, inner.node)

    return Builtin("vectorize", run, "vectorize(function)(x)")


def flattened(m: Machine, value: Any, shape: Shape, call: Call) -> list[Any]:
    """All elements of an array that is stretched to a shape, in order."""
    if not shape:
        return [value]
    whole = apply(m, "broadcast_to", [value], {"shape": shape}, call.node)
    row = apply(m, "reshape", [whole], {"shape": (-1,)}, call.node)
    return m.listed(row, call.node)


def apply_along_axis(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    """A function of each row along an axis: what it gives takes the row's place."""
    given = bound(call, SIGNATURES["apply_along_axis"], "func1d axis arr", 3)
    axis = known_values.whole(m, given["axis"], call.text(1), "index-type")
    shape = shape_of(m, given["arr"], call.node)
    if not -len(shape) <= axis < len(shape):
        raise unsupported(call, "axis", given["axis"])
    axis %= len(shape)
    rest = (*shape[:axis], *shape[axis + 1 :])
    last = apply(m, "moveaxis", [given["arr"]], {"source": axis, "destination": -1}, call.node)
    rows = apply(m, "reshape", [last], {"shape": (-1, shape[axis])}, call.node)
    items = m.listed(rows, call.node)
    found: list[Any] = []
    while len(found) < len(items):
        made = yield Asked(given["func1d"], [items[len(found)]])
        found.append(made)
    if not found:
        raise unsupported(call, "arr", given["arr"])
    each = apply(m, "stack", found, {"axis": 0}, call.node)
    inner = shape_of(m, each, call.node)[1:]
    made = apply(m, "reshape", [each], {"shape": (*rest, *inner)}, call.node)
    for i in range(len(inner)):
        places = {"source": len(rest) + i, "destination": axis + i}
        made = apply(m, "moveaxis", [made], places, call.node)
    return made


def from_function(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    given = bound(call, SIGNATURES["fromfunction"], "function shape dtype", 2)
    sizes = known_values.plain(m, given["shape"], call.text(1))
    sizes = (sizes,) if type(sizes) is int else sizes
    if not is_wholes(sizes) or any(n < 0 for n in sizes):
        raise Misplaced("creation-shape", call.text(1), function=call.name, signature=SIGNATURES[call.name])
    rooms.check_room(m, (len(sizes), *sizes))
    places = [Tensor(m.constant(np.asarray(grid, dtype=np.float64), call.node)) for grid in np.indices(sizes)]
    return (yield Asked(given["function"], places))


def einsum(m: Machine, call: Call) -> Any:
    """np.einsum, also with its subscripts as lists: einsum(a, [0, 1], b, [1, 2], [0, 2])."""
    args = list(call.args)
    for name in ("optimize", "dtype", "casting", "order"):
        call.keywords.pop(name, None)
    if args and type(args[0]) is not str and len(args) > 1:
        operands, lists = args[: len(args) // 2 * 2 : 2], args[1::2]
        out = args[-1] if len(args) % 2 else None
        terms = [letters(m, one, call) for one in lists]
        text = ",".join(terms) + ("" if out is None else f"->{letters(m, out, call)}")
        args = [text, *operands]
    return m.foreign(Foreign("np.einsum", EINSUM), [], args, call.keywords, call.node)


def letters(m: Machine, value: Any, call: Call) -> str:
    found = known_values.plain(m, value, call.node)
    parts: list[str] = []
    for one in found if type(found) is tuple else [NotImplemented]:
        if one is ...:
            parts.append("...")
        elif type(one) is int and 0 <= one < 26:
            parts.append(chr(ord("a") + one))
        else:
            raise unsupported(call, "subscripts", value)
    return "".join(parts)


EINSUM = table("def einsum(subscripts, *operands): einsum(subscripts, *operands)")["einsum"]

SIGNATURES = {
    "select": "np.select(condlist, choicelist, default=0)",
    "meshgrid": "np.meshgrid(x, y, …, indexing='xy')",
    "ix_": "np.ix_([0, 1], [0, 2])",
    "broadcast_arrays": "np.broadcast_arrays(x, y, …)",
    "broadcast_shapes": "np.broadcast_shapes((2, 1), (1, 3), …)",
    "block": "np.block([[A, B], [C, D]])",
    "vectorize": "np.vectorize(function)(x)",
    "apply_along_axis": "np.apply_along_axis(function, axis, x)",
    "fromfunction": "np.fromfunction(function, shape)",
    "einsum": "np.einsum(subscripts, x, …)",
    "multi_dot": "np.linalg.multi_dot([A, B, C])",
    "block_diag": "block_diag(A, B, …)",
}
RUNS: dict[str, Callable[[Machine, Call], Any]] = {
    "select": select,
    "meshgrid": meshgrid,
    "ix_": index_grid,
    "broadcast_arrays": broadcast_arrays,
    "broadcast_shapes": broadcast_shapes,
    "block": block,
    "vectorize": vectorize,
    "apply_along_axis": apply_along_axis,
    "fromfunction": from_function,
    "einsum": einsum,
    "multi_dot": multi_dot,
    "block_diag": block_diag,
}
MODULES = {"multi_dot": "numpy.linalg", "block_diag": "scipy.linalg"}  # where they stand; the others in numpy
NUMPY_FUNCTIONS: dict[tuple[str, str], Builtin] = {
    (MODULES.get(name, "numpy"), name): Builtin(name, run, SIGNATURES[name]) for name, run in RUNS.items()
} | {
    **{("numpy", name): function for name, function in WRITES.items()},
    ("torch", "meshgrid"): Builtin("meshgrid", of_torch(meshgrid), "torch.meshgrid(x, y, …, indexing='ij')"),
    ("torch", "broadcast_tensors"): Builtin(
        "broadcast_tensors", of_torch(broadcast_arrays), "torch.broadcast_tensors(x, y, …)"
    ),
    ("torch.linalg", "multi_dot"): Builtin("multi_dot", multi_dot, "torch.linalg.multi_dot([A, B, C])"),
    ("torch", "block_diag"): Builtin("block_diag", of_torch(block_diag), "torch.block_diag(A, B, …)"),
}

# ------------------------------------------------------------------ methods of ufuncs

REDUCTIONS = table("""
def add(array, axis=0, dtype=None, out=None, keepdims=False): sum(array, axis, keepdims)
def multiply(array, axis=0, dtype=None, out=None, keepdims=False): prod(array, axis, keepdims)
def maximum(array, axis=0, dtype=None, out=None, keepdims=False): max(array, axis, keepdims)
def minimum(array, axis=0, dtype=None, out=None, keepdims=False): min(array, axis, keepdims)
def logical_and(array, axis=0, dtype=None, out=None, keepdims=False): min(array != 0, axis, keepdims) != 0
def logical_or(array, axis=0, dtype=None, out=None, keepdims=False): max(array != 0, axis, keepdims) != 0
def logaddexp(array, axis=0, dtype=None, out=None, keepdims=False): logsumexp(array, axis, keepdims)
""")
ACCUMULATIONS = table("""
def add(array, axis=0, dtype=None, out=None): cumsum(array, axis)
def multiply(array, axis=0, dtype=None, out=None): cumprod(array, axis)
""")
RUNNING = ("maximum", "minimum")


def ufunc_method(m: Machine, function: Foreign, method: str) -> Builtin | None:
    """np.add.reduce and the like; None where a function has no such method here."""
    name = function.name.rpartition(".")[2]
    op = function.signatures[0].same if function.signatures else None
    if op is None or not op.elementwise or len(op.inputs) != 2:
        return None
    spelled = f"{function.name}.{method}"

    def run(m: Machine, call: Call) -> Any:
        if method == "outer":
            return outer(m, call, function)
        if method == "at":
            return added_at(m, call)
        if method == "accumulate" and name in RUNNING:
            return running(m, call, op)
        signatures = (REDUCTIONS if method == "reduce" else ACCUMULATIONS)[name]
        found = read(m, spelled, signatures, call.args, call.keywords, call.node)
        found.library = "numpy"
        return found

    known = {
        "reduce": name in REDUCTIONS,
        "accumulate": name in ACCUMULATIONS or name in RUNNING,
        "outer": True,
        "at": name in ADDING,
    }
    return Builtin(spelled, run, f"{spelled}(…)") if known.get(method) else None


def outer(m: Machine, call: Call, function: Foreign) -> Any:
    """Each element of the first with each of the second."""
    a, b = (
        (by_name(call.name, f"{call.name}(A, B)", ["A", "B"], ["A", "B"], call.args, call.keywords, call.node))["A"],
        call.args[1] if len(call.args) > 1 else call.keywords["B"],
    )
    shape = shape_of(m, a, call.node) + (1,) * len(shape_of(m, b, call.node))
    first = apply(m, "reshape", [a], {"shape": shape}, call.node)
    return m.foreign(function, [], [first, b], {}, call.node)


def running(m: Machine, call: Call, op: Op) -> Any:
    """The largest or smallest so far, along the first axis."""
    given = by_name(
        call.name, f"{call.name}(array, axis=0)", ["array", "axis"], ["array"], call.args, call.keywords, call.node
    )
    axis = known_values.whole(m, given.get("axis", 0), call.node, "index-type")
    shape = shape_of(m, given["array"], call.node)
    if not -len(shape) <= axis < len(shape):
        raise unsupported(call, "axis", axis)
    front = apply(m, "moveaxis", [given["array"]], {"source": axis, "destination": 0}, call.node)
    found: list[Any] = []
    for row in m.listed(front, call.node):
        found.append(row if not found else apply(m, op.name, [found[-1], row], nodes.NO_OPTIONS, call.node))
    made = apply(m, "stack", found, {"axis": 0}, call.node) if found else front
    return apply(m, "moveaxis", [made], {"source": 0, "destination": axis}, call.node)
