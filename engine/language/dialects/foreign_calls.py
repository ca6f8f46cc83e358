"""Calls of other libraries' functions and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gradlens.engine import strides
from gradlens.engine.errors import EngineError
from gradlens.engine.language import attributes, nodes
from gradlens.engine.language.calls.number_types import INT32, REAL_TYPES
from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES, bare
from gradlens.engine.language.dialects.pytorch.names import TORCH_SHARING
from gradlens.engine.language.dialects.reading import read
from gradlens.engine.language.objects import (
    Foreign,
    Several,
    Tensor,
    Unreachable,
    View,
    become,
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
    if first:
        m.charge(10, node)
    if Unreachable in map(type, args):
        return outside(m, [*first, *args])
    signatures = function.signatures
    if function.name == "float" and not first and "torch" in m.libraries:
        signatures = METHOD_TABLES["torch"]["item"]
    given = [*first, *args]
    if m.tries:
        name = function.name.rpartition(".")[2]
        if function.library == "math":
            check_function(m, name, args, node)
        elif "linalg" in function.name or name == "inverse":
            check_matrix(m, name, function.library, args, node)
    both = bool(function.other) and m.libraries >= {"numpy", "torch"}
    state = m.graph.mark() if both else None
    try:
        found = read_either(m, function, signatures, given, keywords, node)
    except (Misplaced, EngineError) as error:
        failed(error, library=function.library or library_of(given[0] if given else None), function=function.name)
        raise
    if state is not None:
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
    if type(found) is Tensor:
        if function.name in ("flatten", "copy") and found.library != "torch":
            found.view = None
            order = known_values.plain(m, keywords.get("order", args[0] if args else "C"), node)
            shape = m.graph.nodes[found.id].shape
            if function.name == "flatten" or order == "C":
                m.laid[found.id] = strides.own(shape)
            elif order == "F":
                m.laid[found.id] = strides.fortran(shape)
        name = function.name.rpartition(".")[2]
        if function.library == "math" and name in WHOLE:
            m.rounded[found.id] = True
        elif function.library == "math" and name != "prod" and not masks.is_mask(m, found.id):
            whole_arrays.becomes_fractions(m, found.id)
            found.known = None
        elif function.name in AVERAGES and whole_arrays.is_whole(m, nodes.id_of(m, args[0], node)):
            m.averages[found.id] = True
        if name == "real" and function.library == "numpy" and type(given[0]) is Tensor:
            return given[0]  # of real numbers the same memory
        op = m.graph.nodes[found.id].op
        if (
            name == "pad"
            and op is not None
            and float(cast(float, m.graph.nodes[found.id].options.get("value", 0.0))) % 1
        ):
            whole_arrays.check_kept(m, nodes.id_of(m, given[0], node), value_texts.text_of(node), node)
        if name == "one_hot" and function.library == "torch":
            m.wholes[found.id] = True
        if function.library == "numpy" or found.library == "numpy":
            keep_type(m, name, found, given, keywords, node)
        if (
            name in ("diag", "diagonal")
            and "torch" not in (found.library, function.library)
            and (found.view is None or found.view.base is not given[0])
        ):
            show_opaquely(m, given[0], found)
        operand = become(given[0]) if given else None
        typed = name == "insert" or name in TORCH_SHARING  # whose result depends on the type
        whole = typed and type(operand) is Tensor and whole_arrays.is_whole(m, operand.id)
        if name in CASTS and op is not None and op.name == "identity":
            whole_arrays.becomes_fractions(m, found.id)
        if whole and name == "insert":  # into an array of whole numbers, whose type stays
            if not whole_arrays.are_whole(m, found.id):
                raise Misplaced("fraction-cut", node, got=value_texts.text_of(node))
            whole_arrays.look_at_numbers(m, found.id)
            m.wholes[found.id] = True
        if name in OF_FRACTIONS and type(operand) is Tensor and "dtype" not in keywords:
            whole_arrays.check_fractions(m, operand, f"{name}()", node)
        if name in ("astype", "type") and op is not None and op.name == "trunc":
            m.wholes[found.id] = True
            m.narrow[found.id] = INT32 in map(m.type_name, (*args, *keywords.values()))
        if name in TORCH_SHARING and type(given[0]) is Tensor and op is not None and not (whole and name in REAL_TYPES):
            found.view = View(given[0], op, nodes.NO_OPTIONS, given[0].written, given[0].id)
            found.view.detached = name == "detach"
            m.laid[found.id] = given[0].id
        if name == "item":
            found.view, found.is_array = None, False
            found.library = ""
            return found
        found.library = "numpy" if name == "numpy" else function.library or found.library
    elif type(found) is Several:
        found.library = function.library
        if m.tries:
            check_parts(m, found, function)
    return found


# What NumPy gives of whole numbers: such, by what the graph has fractions for; or fractions, though they are whole.
KEEPING = frozenset("round around vander nan_to_num nanmax nanmin polyval".split())
BECOMING = frozenset("fabs float_power ldexp rint".split())


def keep_type(m: Machine, name: str, found: Tensor, given: list[Any], keywords: dict[str, Any], node: Any) -> None:
    """Note the type of a result of NumPy's that its op does not tell.  Error: fraction-cut."""
    typed = m.type_name(keywords["dtype"]) in REAL_TYPES if "dtype" in keywords else name in BECOMING
    if typed and name not in CASTS:
        whole_arrays.becomes_fractions(m, found.id)
    if name not in KEEPING and name not in ("pad", "reciprocal"):
        return
    values = [become(value) for value in given[: 2 if name == "polyval" else 1]]
    if not all(whole_arrays.is_whole(m, nodes.id_of(m, value, node)) for value in values):
        return
    if name in KEEPING:
        m.wholes[found.id] = True
    elif name == "reciprocal" or not whole_arrays.are_whole(m, found.id):
        raise Misplaced("fraction-cut", node, got=value_texts.text_of(node))


AVERAGES = ("statistics.mean", "statistics.median")
CASTS = frozenset("astype float double half type float64 float32".split())
OF_FRACTIONS = ("mean", "std", "var", "softmax", "log_softmax")  # of which PyTorch has none of whole numbers


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
    """What a call gives as one library reads it, or as the other does where the first cannot."""
    try:
        return read(m, function.name, signatures, given, keywords, node)
    except Misplaced as refusal:
        if not function.other or m.libraries & {"numpy", "torch"}:
            raise
        try:
            return read(m, function.name, function.other, given, keywords, node)
        except Misplaced:
            raise refusal from None


def show_opaquely(m: Machine, base: Any, found: Tensor) -> None:
    """np.diagonal(m, 1) shows the matrix, though it is made of a copy of places here."""
    op = m.graph.nodes[found.id].op
    if type(base) is Tensor and op is not None and len(m.graph.nodes[base.id].shape) > 1:
        found.view = View(base, op, nodes.NO_OPTIONS, base.written, base.id, opaque=True)


def take_back(m: Machine, mark: tuple[Any, ...]) -> None:
    """Forget the nodes since a state of the graph, and what was known of them."""
    m.graph.back_to(mark)
    m.forget_groups(mark[2])
    for value in m.tried or ():
        value.tensor = None
    m.tried = None
    m.gradients.forget(mark[0])
    for known in (
        m.claimed,
        m.values,
        m.masks,
        m.wholes,
        m.narrow,
        m.fractions,
        m.rounded,
        m.averages,
        m.counts,
        m.extremes,
        m.typed,
        m.moving,
        m.looked,
        m.bits,
        m.laid,
        m.layouts,
    ):
        for id in [id for id in known if id >= mark[0]]:
            del known[id]  # pyright: ignore


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
