"""Functions of the module math that give whole numbers where they are given such: prod, gcd, lcm."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.arithmetic import computed
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import Builtin, Computed, Fresh, Tensor, Unreachable
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.numbers import is_number, value_of
from gradlens.engine.language.values.operands import is_array

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def product_of(m: Machine, call: Call) -> Any:
    """math.prod: of known numbers in turn, as Python multiplies them; of others as one op of all."""
    function = m.library_function("math", "prod")
    if len(call.args) != 1 or call.keywords.keys() - {"start"} or type(call.args[0]) in (Tensor, Fresh, Unreachable):
        return m.foreign(function, [], call.args, call.keywords, call.node)
    if is_array(m, call.args[0]):
        return m.foreign(function, [], call.args, call.keywords, call.node)
    items = m.listed(call.args[0], call.text(0))
    total: Any = call.keywords.get("start", 1)
    if not items:
        return total
    known = all(is_number(item) for item in (*items, total))
    if known:
        for item in items:
            total = computed(m, ast.Mult, total, item, call.node)
            if not is_number(total):
                break
        if is_number(total) and not m.is_flowing(items):
            return total
    made = m.foreign(function, [], [tuple(items)], call.keywords, call.node)
    if known and type(made) is Tensor and is_number(total) and type(value_of(m, total)) is int:
        made.known = value_of(m, total)
    return made


def of_wholes(name: str, run: Callable[..., int]) -> Builtin:
    """A function of any number of known whole numbers; of two others as the library's."""

    def whole_of(m: Machine, call: Call) -> Any:
        if call.keywords or any(type(value) in (Tensor, Fresh, Unreachable) for value in call.args):
            return m.foreign(m.library_function("math", name), [], call.args, call.keywords, call.node)
        numbers = [
            known_values.whole(m, value, call.text(i), "index-whole", function=name, argument="a", got="…")
            for i, value in enumerate(call.args)
        ]
        m.charge(sum(number.bit_length() for number in numbers) // 64, call.node)
        return Computed(run(*numbers), None, tuple(call.args), call.node)

    return Builtin(name, whole_of, f"math.{name}(a, b, …)")


MATH: dict[str, Any] = {
    "prod": Builtin("prod", product_of, "math.prod(iterable)"),
    "gcd": of_wholes("gcd", math.gcd),
    "lcm": of_wholes("lcm", math.lcm),
}
