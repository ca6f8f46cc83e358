"""Seeds and generators: np.random.seed(0), np.random.default_rng(seed), and what shuffles in place by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.dialects.random.streams import STREAMS, NewNumPy, OldNumPy, Seed
from gradlens.engine.language.items.numpy_writes import array_of, first_text, write
from gradlens.engine.language.objects import Builtin, Fresh, ListCell, Module, Tensor, Type
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

MOST_BITS = 4_096  # of a seed
GENERATORS = ("default_rng", "RandomState", "Generator")
BITS: dict[str, type[np.random.BitGenerator]] = {
    "PCG64": np.random.PCG64,
    "PCG64DXSM": np.random.PCG64DXSM,
    "MT19937": np.random.MT19937,
    "Philox": np.random.Philox,
    "SFC64": np.random.SFC64,
}


def shuffling(library: str, stream: NewNumPy | None) -> Builtin:
    """np.random.shuffle(items): in place."""

    def run(m: Machine, call: Call) -> None:
        cell = call.args[0] if call.args else None
        source = stream or m.stream(library)
        if type(cell) is ListCell:
            items = nodes.opened_list(m, cell)
            cell.items = [items[i] for i in source.order(len(items))]
            nodes.list_changed(m, cell)
            return
        if library != "numpy" or len(call.args) != 1 or call.keywords or type(cell) not in (Tensor, Fresh):
            raise Misplaced("not-written", call.node, got=value_texts.shown(cell))
        held = array_of(m, cell, call.node)
        shape = m.graph.nodes[held.id].shape
        if not shape:
            raise Misplaced("not-written", call.node, got=value_texts.shown(cell))
        key = {"key": (tuple(source.order(shape[0])),)}
        write(m, held, nodes.apply(m, OPS["index"], (held.id,), key, call.node), call.node, first_text(call))

    return Builtin("shuffle", run, "shuffle(items)")


def seeding(library: str) -> Builtin:
    """np.random.seed(0): what its library draws from here on is drawn anew."""

    def run(m: Machine, call: Call) -> Any:
        if library in STREAMS:
            m.streams[library] = STREAMS[library](seed_given(m, call, library))
        else:
            seed = known_values.plain(m, call.args[-1], call.node) if call.args else 0
            m.seed, m.drawn = abs(seed) % 2**32 if type(seed) is int else 0, 0
        return Type("generator")

    return Builtin("seed", run, "seed(number)")


def new_generator(m: Machine, call: Call) -> Any:
    """np.random.default_rng(seed) and np.random.RandomState(seed), each with numbers of its own."""
    value = given_seed(call)
    if call.name != "RandomState" and type(value) is Module and type(value.stream) is NewNumPy:
        return value
    if call.name == "Generator":
        raise Misplaced("creation-number", call.node, function=call.name, signature="Generator(PCG64(seed))")
    make = NewNumPy if call.name == "default_rng" else OldNumPy
    return Module("numpy.random", "rng", make(seed_given(m, call, "numpy" if make is OldNumPy else "")))


def new_bits(m: Machine, call: Call) -> Any:
    """np.random.PCG64(seed), of which a generator is made."""
    return Module("numpy.random", "rng", NewNumPy(BITS[call.name](seed_given(m, call, ""))))


def given_seed(call: Call) -> Any:
    value = (
        call.args[-1] if call.args else next((call.keywords[k] for k in ("seed", "a", "x") if k in call.keywords), None)
    )
    return next(iter(call.keywords.values()), None) if value is None else value


def seed_given(m: Machine, call: Call, library: str) -> Any:
    """A seed as the library takes it; 0 where there is none, so that a program draws the same in every run.

    library: "numpy" for the older functions of NumPy, whose seeds have 32 bits, "random" for Python's, else "".
    Error: creation-number, for what is no seed.
    """
    value = given_seed(call)
    if value is None:
        return 0
    signature = f"{call.name}(seed)"
    found: Any
    if type(value) in (Tensor, Fresh, ListCell, tuple, range):
        held = np.asarray(known_values.known_array(m, value, call.node))
        found = int(held) if held.shape == () and held == np.trunc(held) else held
    else:
        found = known_values.plain(m, value, call.node)
    if library == "random":
        if isinstance(found, (str, float, int)) and not (type(found) is int and found.bit_length() > MOST_BITS):
            return found
        raise Misplaced("creation-number", call.node, function=call.name, signature=signature)
    seed: Seed
    if isinstance(found, (bool, int)):
        seed = int(found)
        is_seed = seed >= 0 and seed.bit_length() <= (32 if library else MOST_BITS)
    else:
        parts = np.ravel(found) if isinstance(found, np.ndarray) and found.ndim == 1 else np.array([-1.0])
        is_seed = bool(parts.size and np.all((parts >= 0) & (parts < 2**32) & (parts == np.trunc(parts))))
        seed = [int(part) for part in parts]
    if not is_seed:
        raise Misplaced("creation-number", call.node, function=call.name, signature=signature)
    return seed
