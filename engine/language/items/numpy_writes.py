"""NumPy's functions that write into an array: np.add.at, np.fill_diagonal, np.copyto, np.put, and out= of others."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# What is known beforehand is of any type until it is asked.
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import Call, argument_text, by_name
from gradlens.engine.language.items.keys import known_key, mask_of
from gradlens.engine.language.items.writing import repeated
from gradlens.engine.language.objects import Builtin, Foreign, Fresh, Tensor, become, kind_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import masks, value_texts
from gradlens.engine.ops import OPS
from gradlens.engine.shapes import index_shape
from gradlens.engine.values import Shape, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

ADDING = {"add": "add", "subtract": "sub"}  # whose method at is read, and the op that it is


def apply(m: Machine, op: str, values: list[Any], options: dict[str, Any], node: Any) -> Tensor:
    return nodes.apply(m, OPS[op], tuple([nodes.id_of(m, value, node) for value in values]), options, node)


def shape_of(m: Machine, value: Any, node: Any) -> Shape:
    return m.graph.nodes[nodes.id_of(m, value, node)].shape


def refused(call: Call, argument: str, value: Any) -> Misplaced:
    got = value_texts.text_of(call.text(argument)) if argument in call.keywords else value_texts.shown(value)
    function = f"np.{call.name.removeprefix('np.')}"
    return Misplaced("argument-unsupported", call.node, function=function, argument=argument, got=got)


def arguments(call: Call, names: str, required: int) -> dict[str, Any]:
    words, name = names.split(), call.name.removeprefix("np.")
    given = ", ".join(words[:required])
    return by_name(f"np.{name}", f"np.{name}({given})", words, words[:required], call.args, call.keywords, call.node)


def array_of(m: Machine, value: Any, node: Any) -> Tensor:
    """The array that is written to.  Errors: not-written, read-only."""
    held = written_array(m, value)
    if type(held) is not Tensor:
        raise Misplaced("not-written", node, got=value_texts.shown(held))
    memory.check_written(held, node)
    return held


def written_array(m: Machine, value: Any) -> Any:
    return nodes.tensor_of(m, value, value.place) if type(value) is Fresh else become(value)


def write(m: Machine, held: Tensor, made: Tensor, node: Any, text: Any) -> None:
    """The whole array becomes another of its shape.  text: where the reader speaks of the array."""
    memory.write(m, held, made.id, node)
    if isinstance(text, ast.expr):
        m.name_written(held, text, node)


def first_text(call: Call) -> Any:
    return call.node.args[0] if isinstance(call.node, ast.Call) and call.node.args else None


# ------------------------------------------------------------------ at places


def added_at(m: Machine, call: Call) -> None:
    """np.add.at(a, places, b): added as often as a place is named."""
    given = arguments(call, "a indices b", 3)
    held = array_of(m, given["a"], call.node)
    shape = shape_of(m, held, call.node)
    indices = mask_of(m, given["indices"], call.node)
    if not shape:
        raise refused(call, "indices", indices)
    if kind_of(indices) in (tuple, slice) or masks.is_mask(m, nodes.id_of(m, indices, call.node)):
        added = scattered(m, held, indices, given["b"], call)
    else:
        added = added_rows(m, shape, indices, given["b"], call)
    op = ADDING[call.name.split(".")[-2]]
    write(m, held, apply(m, op, [held, added], nodes.NO_OPTIONS, call.node), call.node, first_text(call))


def added_rows(m: Machine, shape: Shape, indices: Any, b: Any, call: Call) -> Tensor:
    """Rows by their numbers, which may come from the graph."""
    places = shape_of(m, indices, call.node)
    rows = apply(m, "broadcast_to", [b], {"shape": (*places, *shape[1:])}, call.node)
    if len(places) != 1:
        indices = apply(m, "reshape", [indices], {"shape": (size_of(places),)}, call.node)
        rows = apply(m, "reshape", [rows], {"shape": (size_of(places), *shape[1:])}, call.node)
    return apply(m, "index_add", [rows, indices], {"shape": shape, "axis": 0}, call.node)


def scattered(m: Machine, held: Tensor, indices: Any, b: Any, call: Call) -> Tensor:
    """Items by an index of several axes, or where a mask holds."""
    shape = shape_of(m, held, call.node)
    key = known_key(m, held, indices, call.text(1))
    spread = apply(m, "broadcast_to", [b], {"shape": index_shape(shape, key)}, call.node)
    return apply(m, "scatter", [spread], {"key": key, "shape": shape}, call.node)


def fill_diagonal(m: Machine, call: Call) -> None:
    given = arguments(call, "a val wrap", 2)
    held = array_of(m, given["a"], call.node)
    shape = shape_of(m, held, call.node)
    if given.get("wrap") not in (None, False):
        raise refused(call, "wrap", given["wrap"])
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise refused(call, "a", held)
    count = min(shape)
    value = apply(m, "identity", [given["val"]], nodes.NO_OPTIONS, call.node)
    if (wanted := shape_of(m, value, call.node)) not in ((), (count,)):
        raise Misplaced("in-place-shape", call.node, shape=str((count,)), got=str(wanted))
    key = (tuple(range(count)),) * len(shape)
    write(m, held, apply(m, "put", [held, value], {"key": key}, call.node), call.node, first_text(call))


def put(m: Machine, call: Call) -> None:
    """np.put(a, places, values): by places in the array as one row; the values come again where they are fewer."""
    given = arguments(call, "a ind v", 3)
    held = array_of(m, given["a"], call.node)
    shape = shape_of(m, held, call.node)
    size = size_of(shape)
    row = apply(m, "reshape", [held], {"shape": (size,)}, call.node)
    (key,) = known_key(m, row, mask_of(m, given["ind"], call.node), call.text(1))
    places = np.arange(size)[np.asarray(key, dtype=np.int64)].ravel()
    values = apply(m, "reshape", [given["v"]], {"shape": (-1,)}, call.node)
    count = shape_of(m, values, call.node)[0]
    if count == 0 or repeated((size,), (tuple(places.tolist()),)):
        raise refused(call, "ind" if count else "v", given["ind" if count else "v"])
    chosen = apply(m, "index", [values], {"key": (tuple([i % count for i in range(places.size)]),)}, call.node)
    made = apply(m, "put", [row, chosen], {"key": (tuple(places.tolist()),)}, call.node)
    write(m, held, apply(m, "reshape", [made], {"shape": shape}, call.node), call.node, first_text(call))


# ------------------------------------------------------------------ all of an array


def copied(m: Machine, call: Call) -> None:
    """np.copyto(dst, src, where=mask)."""
    given = arguments(call, "dst src casting where", 2)
    chosen(m, call, array_of(m, given["dst"], call.node), given["src"], given.get("where", True))


def masked(m: Machine, call: Call) -> None:
    """np.putmask(a, mask, values): where the mask holds."""
    given = arguments(call, "a mask values", 3)
    held = array_of(m, given["a"], call.node)
    if shape_of(m, given["values"], call.node) not in ((), shape_of(m, held, call.node)):
        raise refused(call, "values", given["values"])
    chosen(m, call, held, given["values"], given["mask"])


def placed(m: Machine, call: Call) -> None:
    """np.place(arr, mask, vals), of one value: several are taken in turn, where the mask holds."""
    given = arguments(call, "arr mask vals", 3)
    held = array_of(m, given["arr"], call.node)
    if size_of(shape_of(m, given["vals"], call.node)) != 1:
        raise refused(call, "vals", given["vals"])
    chosen(m, call, held, apply(m, "reshape", [given["vals"]], {"shape": ()}, call.node), given["mask"])


def chosen(m: Machine, call: Call, held: Tensor, value: Any, condition: Any) -> None:
    """Another value where a condition holds."""
    shape = shape_of(m, held, call.node)
    if condition is True:
        made = apply(m, "broadcast_to", [value], {"shape": shape}, call.node)
    else:
        made = apply(m, "where", [condition, value, held], nodes.NO_OPTIONS, call.node)
    if (got := shape_of(m, made, call.node)) != shape:
        raise Misplaced("in-place-shape", call.node, shape=str(shape), got=str(got))
    write(m, held, made, call.node, first_text(call))


def written_out(m: Machine, function: Foreign, given: list[Any], keywords: dict[str, Any], node: Any) -> Any:
    """A function's result in the array of its argument out, by its argument where only at some places; None where it
    has no such argument, or what it has is not modelled.
    """
    names = function.signatures[0].positional
    at = names.index("out") if "out" in names else len(given)
    kept = {name: value for name, value in keywords.items() if name not in ("out", "where")}
    out: Any = keywords.get("out", given[at] if at < len(given) else None)
    out = written_array(m, out[0] if kind_of(out) is tuple and len(out) == 1 else out)
    if type(out) is not Tensor or len(given) > at + 1 or "out" not in (*names, *function.signatures[0].keyword_only):
        return None
    memory.check_written(out, node)
    made = m.foreign(function, [], given[:at], kept, node)
    shape = shape_of(m, out, node)
    got = shape_of(m, made, node)
    op = function.signatures[0].same
    if got != shape and op is not None and op.elementwise and is_stretched(got, shape):
        made = apply(m, "broadcast_to", [made], {"shape": shape}, node)
    elif got != shape:
        raise Misplaced("in-place-shape", node, shape=str(shape), got=str(got))
    if (where := keywords.get("where", True)) is not True:
        made = apply(m, "where", [where, made, out], nodes.NO_OPTIONS, node)
        if (got := shape_of(m, made, node)) != shape:
            raise Misplaced("in-place-shape", node, shape=str(shape), got=str(got))
    text = next((k.value for k in node.keywords if k.arg == "out"), None) if isinstance(node, ast.Call) else None
    write(m, out, made, node, text if text is not None else argument_text(node, at, len(given)))
    return out


def is_stretched(got: Shape, shape: Shape) -> bool:
    """Whether a shape is one that NumPy stretches to another."""
    behind = shape[len(shape) - len(got) :]
    return len(got) <= len(shape) and all(a in (1, b) for a, b in zip(got, behind, strict=True))


WRITES = {
    name: Builtin(name, run, f"np.{name}({signature})")
    for name, run, signature in (
        ("fill_diagonal", fill_diagonal, "a, val"),
        ("put", put, "a, ind, v"),
        ("copyto", copied, "dst, src"),
        ("putmask", masked, "a, mask, values"),
        ("place", placed, "arr, mask, vals"),
    )
}
