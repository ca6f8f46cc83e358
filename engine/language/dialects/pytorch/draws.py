"""torch.multinomial: places drawn by their chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.creation import fresh, tagged
from gradlens.engine.language.objects import Builtin
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.rooms import check_draws

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

SIGNATURE = "multinomial(input, num_samples, replacement=False)"


def multinomial(m: Machine, call: Call) -> Any:
    """Of each row of chances so many places.  Errors: creation-number, value-needed."""
    names = ["input", "num_samples", "replacement"]
    keywords = {name: value for name, value in call.keywords.items() if name != "generator"}
    given = by_name("multinomial", SIGNATURE, names, names[:2], call.args, keywords, call.node)
    chances = np.asarray(known_values.known_array(m, given["input"], call.node), dtype=np.float64)
    count = known_values.plain(m, given["num_samples"], call.node)
    again = known_values.plain(m, given.get("replacement", False), call.node)
    sums = chances.sum(-1, keepdims=True) if chances.ndim in (1, 2) and chances.size else np.zeros(1)
    fits = type(count) is int and count > 0 and bool(np.all(chances >= 0)) and bool(np.all(np.isfinite(sums)))
    if not fits or not np.all(sums > 0) or (not again and count > np.count_nonzero(chances, -1).min()):
        refused = Misplaced("creation-number", call.node, function="multinomial", signature=SIGNATURE)
        raise refused.as_in_python(raising("RuntimeError", "invalid multinomial distribution"))
    shape = (*chances.shape[:-1], count)
    check_draws(m, (*shape, chances.shape[-1]))
    stream = m.stream("torch")
    rows = np.reshape(chances / sums, (-1, chances.shape[-1]))
    drawn = [stream.choice(chances.shape[-1], (count,), bool(again), row) for row in rows]
    found = fresh(np.reshape(np.asarray(drawn, dtype=np.float64), shape), call, "multinomial")
    found.whole = True
    return tagged(found, "torch")


MULTINOMIAL = Builtin("multinomial", multinomial, SIGNATURE)
