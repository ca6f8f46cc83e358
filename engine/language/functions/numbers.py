"""Python's functions of numbers: abs, round, pow, divmod, int, float, bool."""

from __future__ import annotations

import ast
import math
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.arithmetic import result
from gradlens.engine.language.calling import Asked, asking
from gradlens.engine.language.calls import named_ops
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import MISSING, Bound, Computed, Fresh, Instance, ListCell, Tensor, Unreachable
from gradlens.engine.language.standard.array_errors import of_array
from gradlens.engine.language.standard.exceptions import as_python, by_types, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import dependence, known_values, value_texts, whole_arrays
from gradlens.engine.language.values.number_types import is_whole
from gradlens.engine.language.values.numbers import held_by, is_number, value_of
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.ops import OPS
from gradlens.engine.values import shape_of, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

WRITTEN_NUMBERS = {
    "inf": math.inf,
    "+inf": math.inf,
    "-inf": -math.inf,
    "infinity": math.inf,
    "-infinity": -math.inf,
    "nan": math.nan,
}
DECIMALS = 300  # that round takes: a power of ten beyond is no float


def abs_of(m: Machine, call: Call) -> Any:
    if len(call.args) == 1 and not call.keywords:
        value = call.args[0]
        if is_number(value) and not m.frame.code.ours:
            return Computed(abs(value_of(m, value)), OPS["abs"], (value,), call.node)
        if type(value) is Instance and (found := value.of.find("__abs__")) is not MISSING:
            return asking(Asked(Bound(found, value), []))
    return op_of(m, "abs", call)


def round_of(m: Machine, call: Call) -> Any:
    value, *digits = call.args or [None]
    digits = digits or [call.keywords[k] for k in call.keywords if k == "ndigits"]
    if is_number(value):
        number = value_of(m, value)
        if isinstance(number, float) and not math.isfinite(number):
            return op_of(m, "round", call)
        count = known_values.plain(m, digits[0], call.node) if digits else None
        if count is not None and (type(count) is not int or abs(count) > DECIMALS):
            raise Misplaced(
                "option-integer", call.node, function="round", option="ndigits", got=value_texts.text_of(call.node)
            )
        return Computed(round(number, count), OPS["round"] if count is None else None, (value,), call.node)
    if digits and digits[0] is not None:
        count = known_values.whole(
            m, digits[0], call.text(1), "option-integer", function="round", option="ndigits", got="…"
        )
        if abs(count) > DECIMALS:
            raise Misplaced(
                "option-integer", call.node, function="round", option="ndigits", got=value_texts.text_of(call.node)
            )
        if count == 0:
            return op_of(m, "round", Call(call.args[:1], {}, call.node, call.frame, "round"))
        ten = 10.0**count
        scaled = result(m, ast.Mult, tensor_of(m, value, call.text(0)), ten, call.node)
        made = nodes.apply(m, OPS["round"], (nodes.id_of(m, scaled, call.node),), nodes.NO_OPTIONS, call.node)
        return result(m, ast.Div, made, ten, call.node)
    made = op_of(m, "round", Call(call.args[:1], {}, call.node, call.frame, "round") if digits else call)
    if type(made) is Tensor and m.is_scalar(made) and made.library != "torch":
        m.rounded[made.id] = True
    return made


def pow_of(m: Machine, call: Call) -> Any:
    if len(call.args) == 2 and not call.keywords and not m.frame.code.ours:
        return result(m, ast.Pow, call.args[0], call.args[1], call.node)
    if len(call.args) == 3 and not call.keywords and not m.frame.code.ours:
        return power_modulo(m, call)
    return op_of(m, "pow", call)


def power_modulo(m: Machine, call: Call) -> Computed:
    """pow(x, y, z) of known whole numbers."""
    x, y, z = [
        known_values.whole(m, value, call.text(i), "option-integer", function="pow", option=name, got=shown(value))
        for i, (name, value) in enumerate(zip("xyz", call.args))
    ]
    m.charge((y.bit_length() * z.bit_length() * z.bit_length()) // 4096, call.node)
    try:
        return Computed(pow(x, y, z), None, tuple(call.args), call.node)
    except ValueError as error:
        refused = Misplaced("not-a-whole-number", call.node, got=value_texts.text_of(call.node))
        raise refused.as_in_python(raising("ValueError", *error.args)) from None


def divmod_of(m: Machine, call: Call) -> Any:
    a, b = expect(call, 2, 2)
    return result(m, ast.FloorDiv, a, b, call.node), result(m, ast.Mod, a, b, call.node)


def op_of(m: Machine, name: str, call: Call) -> Any:
    return named_ops.op_call(m, OPS[name], call.args, dict(call.keywords), call.node)


def int_of(m: Machine, call: Call) -> Any:
    if not call.args:
        return 0
    value = call.args[0]
    if type(value) is str:
        bases = [*call.args[1:], *[call.keywords[name] for name in call.keywords if name == "base"]]
        base = known_values.plain(m, bases[0], call.node) if bases else 10
        m.charge(len(value) // 8, call.node)
        try:
            return int(value, base) if len(value) <= 4_300 else 1 // 0
        except (ValueError, TypeError, ZeroDivisionError) as error:
            refused = Misplaced("not-a-whole-number", call.node, got=repr(value))
            if isinstance(error, ValueError):
                refused.as_in_python(raising("ValueError", *error.args))
            raise refused from None
    if is_number(value) and type(value) is not Tensor:
        number = value_of(m, value)
        if isinstance(number, float) and not math.isfinite(number):
            refused = Misplaced("not-a-whole-number", call.node, got=shown(number))
            raise refused.as_in_python(as_python(lambda: int(number)))
        return Computed(int(number), OPS["trunc"] if dependence.flows(value) else None, (value,), call.node)
    if type(value) is Unreachable:
        return value
    if type(value) is Instance and (found := value.of.find("__int__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    try:
        tensor = tensor_of(m, value, call.text(0))
    except Misplaced as error:
        raise error.as_in_python(by_types(int, value)) from None
    if type(value) is ListCell:
        shape = str(m.graph.nodes[tensor.id].shape)
        raise Misplaced("one-number-needed", call.node, name="int", shape=shape).as_in_python(by_types(int, value))
    shape = m.graph.nodes[nodes.id_of(m, tensor, call.node)].shape
    if shape not in ((), (1,)):
        raise of_array(Misplaced("one-number-needed", call.node, name="int", shape=str(shape)), tensor)
    if shape:
        tensor = nodes.apply(m, OPS["reshape"], (tensor.id,), {"shape": ()}, call.node)
    try:
        found = known_values.known_number(m, tensor, call.text(0))
    except Misplaced as error:
        if error.kind != "value-needed":
            raise
        made = nodes.apply(m, OPS["trunc"], (tensor.id,), nodes.NO_OPTIONS, call.node)
        m.rounded[made.id] = True
        return made
    if isinstance(found, float) and not math.isfinite(found):
        raise Misplaced("not-a-whole-number", call.node, got=shown(found))
    return Computed(int(found), OPS["trunc"], (tensor,), call.node)


def float_of(m: Machine, call: Call) -> Any:
    if not call.args:
        return 0.0
    value = call.args[0]
    if type(value) is str:
        text = value.strip().lower()
        if text in WRITTEN_NUMBERS:
            return WRITTEN_NUMBERS[text]
        try:
            return float(text)
        except ValueError as error:
            refused = Misplaced("not-a-number", call.node, got=repr(value))
            raise refused.as_in_python(raising("ValueError", *error.args)) from None
    if is_number(value):
        number = held_by(value)
        if type(number) is float:
            return value
        try:
            made = Computed(float(number), OPS["identity"] if dependence.flows(value) else None, (value,), call.node)
        except OverflowError:
            dependence.look(m, value)
            return math.inf if number > 0 else -math.inf
        if made.varies:
            made.bits = 0 if dependence.most_bits(m, value) is not None else None
            if made.bits is None:
                dependence.look(m, value)
        return made
    if type(value) is Instance and (found := value.of.find("__float__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    if type(value) in (Tensor, Fresh):
        known = type(value) is Fresh
        shape = shape_of(value.value) if known else m.graph.nodes[nodes.id_of(m, value, call.node)].shape
        if size_of(shape) != 1:
            raise of_array(Misplaced("one-number-needed", call.node, name="float", shape=str(shape)), value)
    try:
        found = m.bare_call("float", call)
    except Misplaced as error:
        if error.python is None and type(value) not in (Tensor, Fresh, ListCell):
            error.as_in_python(by_types(float, value))
        raise
    if type(found) is Tensor and found.library != "torch" and m.is_scalar(found) and is_whole(m, found.id):
        if type(value) is Tensor and value.id == found.id:
            found = nodes.apply(m, OPS["identity"], (found.id,), nodes.NO_OPTIONS, call.node)
        whole_arrays.becomes_fractions(m, found.id)
    return found


def bool_of(m: Machine, call: Call) -> Any:
    if call.args and type(held := call.args[0]) is Instance:
        for name in ("__bool__", "__len__"):
            if (found := held.of.find(name)) is not MISSING:
                return asked_truth(m, Asked(Bound(found, held), []), call)
    return m.truth(call.args[0], call.text(0)) if call.args else False


def asked_truth(m: Machine, asked: Asked, call: Call) -> Steps[Any, Any, Any]:
    found = yield asked
    return m.truth(found, call.node)
