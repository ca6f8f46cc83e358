"""Calls of other libraries' functions and methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gradlens.engine import strides
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import FOREIGN_CALL
from gradlens.engine.language import attributes, memory, nodes
from gradlens.engine.language.calls.number_types import INT32, REAL_TYPES
from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES, bare
from gradlens.engine.language.dialects.pytorch.names import TORCH_SHARING
from gradlens.engine.language.dialects.reading import read
from gradlens.engine.language.items.numpy_writes import written_out
from gradlens.engine.language.objects import (
    Foreign,
    Several,
    Tensor,
    Unreachable,
    View,
    become,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import failed
from gradlens.engine.language.standard.number_errors import check_function, check_matrix
from gradlens.engine.language.standard.unwinding import is_trying
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, value_texts, whole_arrays
from gradlens.engine.language.values.numbers import WHOLE
from gradlens.engine.language.values.operands import library_of, outside

if TYPE_CHECKING:
    from gradlens.engine.language.calls.arguments import Call
    from gradlens.engine.language.machine import Machine


def foreign(
    m: Machine, function: Foreign, first: list[Any], args: list[Any], keywords: dict[str, Any], node: Any
) -> Any:
    """A call of another library's function or method.

    Errors: those of its arguments, values-alone, method-ambiguous.
    """
    m.steps += FOREIGN_CALL
    if Unreachable in map(type, args):
        return outside(m, [*first, *args])
    given = [*first, *args] if first else args
    signatures = function.signatures
    if function.name == "float" and not first and "torch" in m.libraries:
        signatures = METHOD_TABLES["torch"]["item"]
    if m.tries:
        check_numbers(m, function, args, node)
    try:
        if function.other:
            found = read_either(m, function, signatures, given, keywords, node)
        else:
            found = read(m, function.name, signatures, given, keywords, node)
    except (Misplaced, EngineError) as error:
        is_into = error.kind == "argument-unsupported" and error.params["argument"] in ("out", "where")
        is_one = not function.other or not m.libraries >= {"numpy", "torch"}  # of two libraries' only one writes
        if is_into and is_one and (found := written_out(m, function, given, keywords, node)) is not None:
            return found
        failed(error, library=function.library or library_of(given[0] if given else None), function=function.name)
        raise
    kind = kind_of(found)
    if kind is Tensor:
        if function.library == "math":
            note_number(m, function, found)
        if "dtype" in keywords:
            note_type(m, function, keywords["dtype"], found)
        finish = FINISHING.get(function.short)
        if finish is not None:
            return finish(m, Called(function, given, args, keywords, node), found)
        if function.library:
            found.library = function.library
    elif kind is Several:
        found.library = function.library
        if m.tries:
            check_parts(m, found, function)
    return found


def check_numbers(m: Machine, function: Foreign, args: list[Any], node: Any) -> None:
    """What Python says of arguments outside of what a function is defined for."""
    if function.library == "math":
        check_function(m, function.short, args, node)
    elif "linalg" in function.name or function.short == "inverse":
        check_matrix(m, function.short, function.library, args, node)


def check_parts(m: Machine, found: Several, function: Foreign) -> None:
    """Results that nobody has asked for are made where the program handles what the call may raise."""
    if not is_trying(m):
        return
    try:
        found.get(next(iter(found.parts)))
    except (Misplaced, EngineError) as error:
        failed(error, library=function.library, function=function.name)
        raise


def read_either(
    m: Machine, function: Foreign, signatures: Any, given: list[Any], keywords: dict[str, Any], node: Any
) -> Any:
    """What a call gives as one library reads it, or as the other does where the first cannot.

    Error: method-ambiguous, in a program that uses both libraries, where they read it differently.
    """
    if not m.libraries >= {"numpy", "torch"}:
        try:
            return read(m, function.name, signatures, given, keywords, node)
        except Misplaced as refusal:
            if m.libraries & {"numpy", "torch"}:
                raise
            try:
                return read(m, function.name, function.other, given, keywords, node)
            except Misplaced:
                raise refusal from None
    state = m.graph.mark()
    found = read(m, function.name, signatures, given, keywords, node)
    made = m.graph.since(state)
    middle = m.graph.mark()
    m.tried = []
    try:
        read(m, function.name, function.other, given, keywords, node)
        same = m.graph.since(middle) == made
    except Misplaced:
        same = False
    m.take_back(middle)
    if not same:
        raise Misplaced("method-ambiguous", node, name=function.name)
    return found


# ------------------------------------------------------------------ what is more than its op


def note_number(m: Machine, function: Foreign, found: Tensor) -> None:
    """The type of a number of the module math's."""
    if function.short in WHOLE:
        m.rounded[found.id] = True
    elif function.short != "prod" and not masks.is_mask(m, found.id):
        whole_arrays.becomes_fractions(m, found.id)
        found.known = None


def note_type(m: Machine, function: Foreign, dtype: Any, found: Tensor) -> None:
    """A type of fractions that a call of NumPy's asks for."""
    fractions = "numpy" in (function.library, found.library) and m.type_name(dtype) in REAL_TYPES
    if fractions and function.short not in CASTS and function.short not in TYPED:
        whole_arrays.becomes_fractions(m, found.id)


@dataclass(slots=True)
class Called:
    """A call of a library's function.  given: its arguments, with the value before the dot of a method as the first."""

    function: Foreign
    given: list[Any]
    args: list[Any]
    keywords: dict[str, Any]
    node: Any

    @property
    def operand(self) -> Tensor | None:
        """The array that it is of, where that is a node."""
        held = become(self.given[0]) if self.given else None
        return held if type(held) is Tensor else None

    def is_of_numpy(self, found: Tensor) -> bool:
        return "numpy" in (self.function.library, found.library)

    def are_whole(self, m: Machine, count: int = 1) -> bool:
        """Whether its first arguments are of a type of whole numbers."""
        values = [become(value) for value in self.given[:count]]
        return all(whole_arrays.is_whole(m, nodes.id_of(m, value, self.node)) for value in values)

    def by_library(self, found: Tensor) -> Tensor:
        """The result as an array of the library's."""
        found.library = self.function.library or found.library
        return found


def laid_in_order(m: Machine, called: Called, found: Tensor) -> Tensor:
    """x.flatten() and x.copy(): memory of its own, in the order that is asked for."""
    name = called.function.name
    if name in ("flatten", "copy") and found.library != "torch":
        found.view = None
        given = called.keywords.get("order", called.args[0] if called.args else "C")
        order = known_values.plain(m, given, called.node)
        shape = m.graph.nodes[found.id].shape
        if name == "flatten" or order == "C":
            m.laid[found.id] = strides.own(shape)
        elif order == "F":
            m.laid[found.id] = strides.fortran(shape)
    return called.by_library(found)


def real_part(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.real of real numbers is the same memory."""
    held = called.given[0]
    return held if called.function.library == "numpy" and type(held) is Tensor else called.by_library(found)


def diagonal(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.diagonal(m, 1) shows the matrix, though it is made of a copy of places here; torch.diag copies."""
    base = called.given[0]
    is_shown = found.view is not None and found.view.base is base
    copies = called.function.short == "diag" and "torch" in (found.library, called.function.library)
    if type(base) is Tensor and not is_shown and not copies and len(m.graph.nodes[base.id].shape) > 1:
        show(m, base, found)
    return called.by_library(found)


def windows(m: Machine, called: Called, found: Tensor) -> Tensor:
    """The windows of an array show it, as its diagonals do; those of images, columns of F.unfold, do not."""
    if type(base := called.given[0]) is Tensor and m.graph.nodes[found.id].kind != "unfold":
        show(m, base, found)
    return called.by_library(found)


def show(m: Machine, base: Tensor, found: Tensor) -> None:
    """How NumPy's lie in one memory is not modelled: neither may be written to and the other be read."""
    if (op := m.graph.nodes[found.id].op) is not None:
        found.view = View(base, op, nodes.NO_OPTIONS, base.written, base.id, opaque=True)
        if base.library == "torch":
            memory.lay_places(m, found, found.view, m.place)


def average(m: Machine, called: Called, found: Tensor) -> Tensor:
    """statistics.median of whole numbers, which may be one."""
    note_average(m, called, found)
    return called.by_library(found)


def note_average(m: Machine, called: Called, found: Tensor) -> None:
    """Note that an average of Python's is of whole numbers."""
    if called.function.name not in ("statistics.mean", "statistics.median"):
        return
    if whole_arrays.is_whole(m, nodes.id_of(m, called.args[0], called.node)):
        m.averages[found.id] = True


def becoming_fractions(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.rint and the like give fractions, though they are whole."""
    if "dtype" not in called.keywords and called.is_of_numpy(found):
        whole_arrays.becomes_fractions(m, found.id)
    return called.by_library(found)


def kept_whole(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.around and the like of whole numbers give such, by what the graph has fractions for."""
    count = 2 if called.function.short == "polyval" else 1
    if called.is_of_numpy(found) and called.are_whole(m, count):
        m.wholes[found.id] = True
    return called.by_library(found)


def padded(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.pad of whole numbers has whole numbers around them.  Error: fraction-cut."""
    node = m.graph.nodes[found.id]
    if node.op is not None and float(cast(float, node.options.get("value", 0.0))) % 1:
        held = nodes.id_of(m, called.given[0], called.node)
        whole_arrays.check_kept(m, held, value_texts.text_of(called.node), called.node)
    if called.is_of_numpy(found) and called.are_whole(m) and not whole_arrays.are_whole(m, found.id):
        raise Misplaced("fraction-cut", called.node, got=value_texts.text_of(called.node))
    return called.by_library(found)


def reciprocal(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.reciprocal of whole numbers cuts.  Error: fraction-cut."""
    if called.is_of_numpy(found) and called.are_whole(m):
        raise Misplaced("fraction-cut", called.node, got=value_texts.text_of(called.node))
    return called.by_library(found)


def one_hot(m: Machine, called: Called, found: Tensor) -> Tensor:
    """F.one_hot gives whole numbers."""
    if called.function.library == "torch":
        m.wholes[found.id] = True
    return called.by_library(found)


def inserted(m: Machine, called: Called, found: Tensor) -> Tensor:
    """np.insert into an array of whole numbers, whose type stays.  Error: fraction-cut."""
    operand = called.operand
    if operand is not None and whole_arrays.is_whole(m, operand.id):
        if not whole_arrays.are_whole(m, found.id):
            raise Misplaced("fraction-cut", called.node, got=value_texts.text_of(called.node))
        whole_arrays.look_at_numbers(m, found.id)
        m.wholes[found.id] = True
    return called.by_library(found)


def of_fractions(m: Machine, called: Called, found: Tensor) -> Tensor:
    """mean and the like, of which PyTorch has none of whole numbers."""
    note_average(m, called, found)
    operand = called.operand
    if operand is not None and "dtype" not in called.keywords:
        whole_arrays.check_fractions(m, operand, f"{called.function.short}()", called.node)
    return called.by_library(found)


def recast(m: Machine, called: Called, found: Tensor) -> Tensor:
    """x.astype(float) of whole numbers is one of fractions."""
    if is_same(m, found):
        whole_arrays.becomes_fractions(m, found.id)
    return called.by_library(found)


def cast_to_type(m: Machine, called: Called, found: Tensor) -> Tensor:
    """x.astype(t), whose argument is the type."""
    if m.graph.nodes[found.id].kind == "trunc":
        m.wholes[found.id] = True
        m.narrow[found.id] = INT32 in map(m.type_name, (*called.args, *called.keywords.values()))
    return recast(m, called, found)


def shared(m: Machine, called: Called, found: Tensor) -> Tensor:
    """x.detach() and the like show the tensor; x.float() does where that has the type already."""
    name, held, operand = called.function.short, called.given[0] if called.given else None, called.operand
    whole = operand is not None and whole_arrays.is_whole(m, operand.id)
    if name in CASTS and is_same(m, found):
        whole_arrays.becomes_fractions(m, found.id)
    op = m.graph.nodes[found.id].op
    if name == "contiguous" and type(held) is Tensor and lies_apart(m, held):
        m.laid[found.id] = strides.own(m.graph.nodes[found.id].shape)
    elif type(held) is Tensor and op is not None and not (whole and name in REAL_TYPES):
        found.view = View(held, op, nodes.NO_OPTIONS, held.written, held.id)
        found.view.detached = name == "detach"
        m.laid[found.id] = held.id
    if name == "numpy":
        found.library = "numpy"
        return found
    return called.by_library(found)


def lies_apart(m: Machine, held: Tensor) -> bool:
    """Whether the elements of a tensor do not lie in order, so that contiguous() copies them."""
    layout = memory.layout_of(m, held.id)
    return layout is not None and not layout.is_contiguous


def number_alone(m: Machine, called: Called, found: Tensor) -> Tensor:
    """x.item(): a number of no library's."""
    found.view, found.is_array, found.library = None, False, ""
    return found


def is_same(m: Machine, found: Tensor) -> bool:
    return m.graph.nodes[found.id].kind == "identity"


CASTS = ("float", "double", "half", "float64", "float32")
TYPED = ("astype", "type")
FINISHING: Mapping[str, Callable[[Machine, Called, Tensor], Tensor]] = {
    **dict.fromkeys(("flatten", "copy"), laid_in_order),
    "real": real_part,
    **dict.fromkeys(("diag", "diagonal"), diagonal),
    **dict.fromkeys(("sliding_window_view", "unfold"), windows),
    "insert": inserted,
    "median": average,
    "pad": padded,
    "reciprocal": reciprocal,
    "one_hot": one_hot,
    **dict.fromkeys("round around vander nan_to_num nanmax nanmin polyval".split(), kept_whole),
    **dict.fromkeys("fabs float_power ldexp rint".split(), becoming_fractions),
    **dict.fromkeys(("mean", "std", "var", "softmax", "log_softmax"), of_fractions),
    **dict.fromkeys(TYPED, cast_to_type),
    **dict.fromkeys(CASTS, recast),
    **dict.fromkeys(TORCH_SHARING, shared),
    "item": number_alone,
}


def take_back(m: Machine, mark: tuple[Any, ...]) -> None:
    """Forget the nodes since a state of the graph, and what was known of them."""
    m.graph.back_to(mark)
    m.forget_groups(mark[2])
    for value in m.tried or ():
        value.tensor = None
    m.tried = None
    m.gradients.forget(mark[0])
    for known in (*nodes.facts(m), m.assumed):
        for id in [id for id in known if id >= mark[0]]:
            del known[id]


def method_of(m: Machine, tensor: Tensor, call: Call) -> Any:
    """A method of an array, called."""
    bound = attributes.tensor_attribute(m, tensor, call.name, call.node.func, call.node)
    return m.foreign(bound.function, [tensor], call.args[1:], call.keywords, call.node)


def library_function(m: Machine, library: str, name: str) -> Foreign:
    return Foreign(name, LIBRARIES[library][name], library=library)


def bare_call(m: Machine, name: str, call: Call) -> Any:
    found = bare(name)
    assert found is not None
    return m.foreign(Foreign(name, found), [], call.args, call.keywords, call.node)
