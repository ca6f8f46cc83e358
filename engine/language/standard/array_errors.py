"""What NumPy and PyTorch raise where shapes, axes and indices do not fit: the exception, and its text where known.

A text of NumPy's is what NumPy says itself of arrays of those shapes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.objects import Builtin, ClassObject, Instance, Module, Unreachable
from gradlens.engine.language.standard.exceptions import EXCEPTIONS, keep_arguments
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.ops import Op, Options
from gradlens.engine.values import Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def jax_errors() -> dict[str, ClassObject]:
    """The exceptions of jax.errors, none of which is raised here: nothing is traced."""
    found: dict[str, ClassObject] = {}
    for name, base in (
        ("JAXTypeError", "TypeError"),
        ("JAXIndexError", "IndexError"),
        ("JaxRuntimeError", "RuntimeError"),
        ("KeyReuseError", "RuntimeError"),
        ("UnexpectedTracerError", "JAXTypeError"),
        ("ConcretizationTypeError", "JAXTypeError"),
        ("TracerArrayConversionError", "JAXTypeError"),
        ("TracerIntegerConversionError", "JAXTypeError"),
        ("TracerBoolConversionError", "ConcretizationTypeError"),
        ("NonConcreteBooleanIndexError", "JAXIndexError"),
    ):
        found[name] = ClassObject(name, (found.get(base) or EXCEPTIONS[base],), {}, ours=True)
    return found


AXIS_ERROR = ClassObject(
    "AxisError",
    (EXCEPTIONS["ValueError"], EXCEPTIONS["IndexError"]),
    {"__str__": Builtin("__str__", lambda m, call: call.args[0].names["_msg"])},
    ours=True,
)
LINALG_ERROR = ClassObject("LinAlgError", (EXCEPTIONS["ValueError"],), {}, ours=True)
TORCH_LINALG_ERROR = ClassObject("_LinAlgError", (EXCEPTIONS["RuntimeError"],), {}, ours=True)
JAX_ERRORS = jax_errors()
CLASSES = EXCEPTIONS | {"AxisError": AXIS_ERROR, "LinAlgError": LINALG_ERROR}

# By kind, the classes in NumPy and in PyTorch; "-" where there is no such error, or its class depends on more.
RAISED: dict[str, tuple[str, str]] = {
    kind: (numpy, torch)
    for line in """
broadcast ValueError RuntimeError
matmul-shapes ValueError RuntimeError
matmul-scalar ValueError RuntimeError
inner-shapes ValueError RuntimeError
reshape-size ValueError RuntimeError
broadcast-to ValueError RuntimeError
in-place-shape ValueError RuntimeError
concat-shapes ValueError RuntimeError
stack-shapes ValueError RuntimeError
list-empty ValueError -
axes-order ValueError RuntimeError
axis-range AxisError IndexError
axis-of-number AxisError -
axis-repeated ValueError RuntimeError
squeeze-axis ValueError -
split-sections ValueError -
einsum-axes ValueError RuntimeError
einsum-sizes ValueError RuntimeError
tensordot-axes ValueError RuntimeError
cross-shapes ValueError RuntimeError
square-needed LinAlgError RuntimeError
pad-widths ValueError -
linear-shapes - RuntimeError
loss-shapes - RuntimeError
label-shapes - ValueError
channels - RuntimeError
window-too-large - RuntimeError
ragged-list ValueError ValueError
index-range IndexError IndexError
index-count IndexError IndexError
index-type IndexError IndexError
index-text IndexError TypeError
index-lists IndexError IndexError
index-ellipsis IndexError -
mask-shape IndexError IndexError
read-only ValueError -
empty-reduction ValueError -
one-number-needed TypeError ValueError
branch ValueError RuntimeError
not-iterable TypeError TypeError
len-argument TypeError TypeError
not-a-function TypeError TypeError
""".strip().splitlines()
    for kind, numpy, torch in [line.split()]
}
# Functions whose errors of a kind are of another class than RAISED says, or whose arguments NumPy looks at otherwise.
ELSEWHERE = {
    "broadcast": ("cdist", "clamp"),
    "matmul-shapes": ("lstsq",),
    "mask-shape": ("masked_select",),
    "one-number-needed": ("item",),
    "empty-reduction": ("median", "nanmedian", "quantile", "percentile", "nanquantile", "nanpercentile", "ptp"),
}
# Errors of other values too: they are of an array where that was noted.
OF_ARRAYS = (
    "index-type",
    "index-text",
    "one-number-needed",
    "branch",
    "not-iterable",
    "len-argument",
    "not-a-function",
)
REDUCING = frozenset(
    "sum mean max min amax amin std var prod argmax argmin cumsum cumprod sort argsort any all".split()
)
JOINING = frozenset("concatenate concat vstack hstack append dstack".split())


@dataclass(frozen=True, slots=True)
class Failed:
    """The use of an op that does not go.

    library: whose arrays these are; "" where that is not known.  function: of the library, by which it was called.
    """

    op: Op | None = None
    shapes: tuple[Shape, ...] = ()
    options: Options | None = None
    library: str = ""
    function: str = ""


def failed(error: Any, **facts: Any) -> None:
    """Note what is known of an error on its way out; what is noted first stays."""
    before: Failed = error.failed or Failed()
    found = {name: value for name, value in facts.items() if getattr(before, name) in (None, "", ())}
    error.failed = replace(before, **found)


def of_array(error: Misplaced, array: Any) -> Misplaced:
    """The same error, of an array."""
    failed(error, library=array.library)
    return error


def exception_raised(m: Machine, error: Misplaced | EngineError) -> Instance | None:
    """What the library of the arrays raises in place of an error of ours; None where that is not known."""
    if error.kind not in RAISED:
        return None
    if error.failed is None and error.kind in OF_ARRAYS:
        return None
    use: Any = error.failed or Failed()
    library = use.library or library_spoken(m)
    last = use.function.rpartition(".")[2]
    if last in ELSEWHERE.get(error.kind, ()):
        return None
    numpy, torch = RAISED[error.kind]
    name = {"numpy": numpy, "torch": torch, "": numpy if numpy == torch else "-"}.get(library, "-")
    if name == "-" or (library == "torch" and error.kind == "stack-shapes" and is_beyond(use)):
        return None
    place = error.place if isinstance(error, Misplaced) else m.place
    said = TEXTS[library](error, use, last, place) if library in TEXTS else None
    text: Any = Unreachable(f"{name}.args", place) if said is None else said
    exception = Instance(CLASSES[name])
    keep_arguments(exception, [text])
    if name == "AxisError":
        exception.names["args"] = Unreachable(f"{name}.args", place)
        exception.names["_msg"] = text
    return exception


def library_spoken(m: Machine) -> str:
    """The one library whose arrays a program has; "" where it has several, or none."""
    spoken = m.libraries - {"math"}
    if any(type(value) is Module and value.name.startswith("jax") for value in m.root.names.values()):
        return "jax"
    return next(iter(spoken)) if len(spoken) == 1 else ""


def is_beyond(use: Failed) -> bool:
    """Whether the new axis of a stack has no place, which PyTorch tells before the shapes."""
    axis: Any = (use.options or {}).get("axis", 0)
    rank = len(use.shapes[0]) + 1 if use.shapes else 1
    return not -rank <= axis < rank


# ------------------------------------------------------------------ texts


def in_numpy(error: Misplaced | EngineError, use: Failed, function: str, place: Any) -> str | None:
    """What NumPy says; None where the call was of a function that asks it in another way."""
    params = error.params
    match error.kind:
        case "index-range":
            return f"index {params['index']} is out of bounds for axis {params['axis']} with size {params['size']}"
        case "broadcast-to" if is_written(place) and not any(isinstance(k, tuple) for k in key_of(use)):
            shape, wanted = (str(params[name]).replace(" ", "") for name in ("shape", "wanted"))
            return f"could not broadcast input array from shape {shape} into shape {wanted}"
        case "not-iterable":
            return "iteration over a 0-d array"
        case "not-a-function":
            return "'numpy.ndarray' object is not callable"
        case "branch":
            return "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
        case "axis-range" if function in REDUCING and use.op is not None and use.op.name in REDUCING:
            rank = len(use.shapes[0])
            return f"axis {params['axis']} is out of bounds for array of dimension {rank}"
        case "read-only":
            return None if isinstance(place, ast.AugAssign) else "assignment destination is read-only"
        case _:
            run = as_in_numpy(use, function, place)
    if run is None:
        return None
    try:
        run()
    except Exception as raised:
        return str(raised) if type(raised).__name__ == RAISED[error.kind][0] else None
    return None


def is_written(place: Any) -> bool:
    return isinstance(place, ast.Subscript) and isinstance(place.ctx, ast.Store)


def key_of(use: Failed) -> tuple[Any, ...]:
    key: Any = (use.options or {}).get("key", ((),))
    return key


def as_in_numpy(use: Failed, function: str, place: Any) -> Callable[[], Any] | None:
    """The same with arrays of those shapes; None where the text does not show it."""
    if use.op is None or use.options is None:
        return None
    arrays = [np.broadcast_to(0.0, shape) for shape in use.shapes]
    options: Any = use.options
    name = use.op.name
    if isinstance(place, ast.AugAssign) and use.op.shape is None:
        return lambda: np.add(arrays[0], arrays[1], out=np.empty(use.shapes[0]))
    if isinstance(place, (ast.BinOp, ast.Compare)):
        return lambda: (np.matmul if name == "matmul" else np.add)(*arrays[:2])
    if isinstance(place, ast.Subscript) and isinstance(place.ctx, ast.Load):
        return (lambda: arrays[0][options["key"]]) if name == "index" else None
    if f"np.{function}" in use.op.spellings and use.op.shape is None:
        return (
            (lambda: np.where(*arrays)) if name == "where" else (lambda: np.add(*arrays)) if len(arrays) == 2 else None
        )
    if function in JOINING and name == "concat":
        return lambda: np.concatenate(arrays, options["axis"])
    calls: dict[str, Callable[[], Any]] = {
        "matmul": lambda: np.matmul(*arrays),
        "dot": lambda: np.dot(*arrays),
        "stack": lambda: np.stack(arrays, options["axis"]),
        "reshape": lambda: np.reshape(arrays[0], options["shape"]),
        "transpose": lambda: np.transpose(arrays[0], options["axes"]),
        "squeeze": lambda: np.squeeze(arrays[0], options["axis"]),
        "expand_dims": lambda: np.expand_dims(arrays[0], options["axis"]),
        "broadcast_to": lambda: np.broadcast_to(arrays[0], options["shape"]),
    }
    return calls.get(name) if function == name else None


def in_torch(error: Misplaced | EngineError, use: Failed, function: str, place: Any) -> str | None:
    """What PyTorch says, of the errors that programs meet most."""
    params = error.params
    name = use.op.name if use.op is not None else ""
    shapes = use.shapes
    direct = isinstance(place, (ast.BinOp, ast.Compare, ast.AugAssign)) or function == name
    match error.kind:
        case "index-range" if isinstance(place, ast.Subscript) and not isinstance(place.slice, ast.Tuple):
            return f"index {params['index']} is out of bounds for dimension 0 with size {params['size']}"
        case "branch":
            return "Boolean value of Tensor with more than one value is ambiguous"
        case "axis-range" if function in REDUCING | {"transpose", "softmax", "log_softmax"}:
            ends = f"[{params['low']}, {params['high']}]"
            return f"Dimension out of range (expected to be in range of {ends}, but got {params['axis']})"
        case "broadcast" if direct and len(shapes) == 2:
            return torch_sizes(*shapes)
        case "matmul-shapes" if direct and name == "matmul" and max(map(len, shapes)) <= 2:
            return torch_product(*shapes)
        case "reshape-size" if function in ("reshape", "view") and name == "reshape" and use.options is not None:
            wanted: Any = use.options["shape"]
            return f"shape '{list(wanted)}' is invalid for input of size {params['size']}"
        case _:
            return None


def torch_sizes(left: Shape, right: Shape) -> str:
    rank = max(len(left), len(right))
    a, b = (1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right
    at = max(i for i in range(rank) if a[i] != b[i] and 1 not in (a[i], b[i]))
    return f"The size of tensor a ({a[at]}) must match the size of tensor b ({b[at]}) at non-singleton dimension {at}"


def torch_product(left: Shape, right: Shape) -> str:
    if len(left) == len(right) == 1:
        k, n = *left, *right
        numbers = f"expected tensor [{k}] and src [{n}] to have the same number of elements"
        return f"inconsistent tensor size, {numbers}, but got {k} and {n} elements respectively"
    if len(right) == 1:
        return f"size mismatch, got input ({left[0]}), mat ({left[0]}x{left[1]}), vec ({right[0]})"
    rows = left if len(left) == 2 else (1, *left)
    return f"mat1 and mat2 shapes cannot be multiplied ({rows[0]}x{rows[1]} and {right[0]}x{right[1]})"


TEXTS: dict[str, Callable[[Misplaced | EngineError, Failed, str, Any], str | None]] = {
    "numpy": in_numpy,
    "torch": in_torch,
}
