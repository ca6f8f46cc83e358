"""Recurrent layers on sequences (N, T, d), step by step in the language."""

from __future__ import annotations

from gradlens.engine.networks.fields import Field, anything, choice, flag, number, whole
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape

GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}
OUTER = ("U", "Ur")  # weights of the state
SQUASHING = ("sigmoid", "hardsigmoid", "tanh", "relu", "linear", "hard_sigmoid_2", "softsign", "elu", "selu", "softmax")
# What Keras 2 calls hard_sigmoid, by ours: 0.2 z + 0.5 from 0 to 1.
FORMS = {"linear": "{}", "hard_sigmoid_2": "hardsigmoid(1.2 * ({}))"}


def squashed(function: str, text: str) -> str:
    return FORMS.get(function, f"{function}({{}})").format(text)


def recurrent_layer(draft: Draft) -> Shape:
    """Elman 1990; Hochreiter and Schmidhuber 1997, with the gates in the order input, forget, cell, output; Cho et al.
    2014, with the gates in the order update, reset, state.

    W (d, gates · units), U (units, gates · units), b (gates · units), or (2, gates · units) of a GRU that resets after
    the product.  A second input (N, T) tells with 0 which steps leave the state as it is; hides_masked: and give zeros.
    initial: the inputs after the first are the state, and the cell, that the first step begins with.
    states: the state and the cell after the last step stand behind what the layer gives, as further steps of it.
    """
    x, units, gates = draft.shape, draft["units"], GATES[draft.type]
    begun = (2 if draft.type == "lstm" else 1) if draft["initial"] else 0
    masked = is_masked(draft)
    states = draft.shapes[1 : 1 + begun]
    draft.needs(
        len(x) == 3 and states == [(x[0], units)] * begun and draft.shapes[1 + begun :] == [x[:2]] * masked,
        "(N, T, d)" + f", {begun} × (N, {units})" * (begun > 0),
    )
    draft.lines += ["x = x1"] if len(draft.shapes) > 1 else []
    draft.lines += [f"m = x{begun + 2}"] if masked else []
    ways = ("", "r") if draft["bidirectional"] else ("",)
    twice = draft.type == "gru" and draft["reset_after"]
    results: list[str] = []
    for way in ways:
        draft.parameter(f"W{way}", (x[2], gates * units), x[2], gates * units)
        draft.parameter(f"U{way}", (units, gates * units), units, gates * units, init=draft["recurrent_init"])
        if draft["bias"]:
            draft.parameter(f"b{way}", (2, gates * units) if twice else (gates * units,), init="zeros")
        results.append(written(draft, way, units, twice))
    merge = draft["merge"] if draft["bidirectional"] else "concat"
    if merge == "concat":
        draft.result = results[0] if len(results) == 1 else f"concat([{', '.join(results)}], axis=-1)"
    else:
        draft.result = {"sum": "{} + {}", "mul": "{} * {}", "ave": "({} + {}) / 2"}[merge].format(*results)
    last = units * (len(ways) if merge == "concat" else 1)
    if draft["states"]:
        kept = ["h", "c"] if draft.type == "lstm" else ["h"]
        shown = results[0] if draft["sequences"] else f"expand_dims({results[0]}, 1)"
        draft.result = f"concat([{', '.join([shown, *(f'expand_dims({one}, 1)' for one in kept)])}], axis=1)"
        return (x[0], (x[1] if draft["sequences"] else 1) + len(kept), units)
    return (*x[:2], last) if draft["sequences"] else (x[0], last)


def is_masked(draft: Draft) -> bool:
    return len(draft.shapes) > 1 + ((2 if draft.type == "lstm" else 1) if draft["initial"] else 0)


def one_step(draft: Draft) -> Shape:
    """One step of a sequence (N, T, d): (N, d).  at: from 0, or from the end below it."""
    x, at = draft.shape, draft["at"]
    draft.needs(len(x) == 3 and -x[1] <= at < x[1], "(N, T, d)")
    draft.result = f"x[:, {at}]"
    return (x[0], x[2])


def leading_steps(draft: Draft) -> Shape:
    """A sequence (N, T, d) without its last steps."""
    x, without = draft.shape, draft["without"]
    draft.needs(len(x) == 3 and x[1] > without, "(N, T, d)")
    draft.result = f"x[:, :{x[1] - without}]"
    return (x[0], x[1] - without, x[2])


def written(draft: Draft, way: str, units: int, twice: bool) -> str:
    """The lines of one direction.  Returns the name of its result."""
    backward = bool(way) != draft["backward"]
    steps = draft.shape[1]
    state, cell, kept, result = f"h{way}", f"c{way}", f"hs{way}", f"y{way}"
    begun = ["x2", "x3"] if draft["initial"] else [f"zeros((x.shape[0], {units}))"] * 2
    first = [f"{state} = {begun[0]}"]
    if draft.type == "lstm":
        first.append(f"{cell} = {begun[1]}")
    order = f"range({steps - 1}, -1, -1)" if backward else f"range({steps})"
    rate, writer = draft["recurrent_dropout"], draft.writer
    writer.dropouts += 1 if rate else 0
    if rate and writer.drops:
        seed = writer.dropout_seed + writer.dropouts
        first.append(f"d{way} = dropout_mask({state}, rate={rate!r}, seed={seed})")
    if draft.type == "gru" and not twice:
        first += [f"U1{way} = U{way}[:, :{2 * units}]", f"U2{way} = U{way}[:, {2 * units}:]"]
    draft.lines += [*first, f"{kept} = []", f"for i in {order}:"]
    lines = step(draft, way, units, twice)
    if rate and writer.drops:
        lines = [f"{state} = {state} * d{way}" if draft.type != "lstm" else f"hd{way} = {state} * d{way}", *lines]
        lines = [line.replace(f"{state} @", f"hd{way} @") if draft.type == "lstm" else line for line in lines]
    if is_masked(draft):
        kept_states = [state, cell] if draft.type == "lstm" else [state]
        before = [f"{one}0 = {one}" for one in kept_states]
        lines = [*before, *lines, *(f"{one} = where(m[:, i:i + 1] > 0, {one}, {one}0)" for one in kept_states)]
    draft.lines += [f"    {line}" for line in lines]
    given = f"{state} * m[:, i:i + 1]" if draft["hides_masked"] and is_masked(draft) else state
    draft.lines.append(f"    {kept}.append({given})")
    if draft["sequences"]:
        # A layer that only goes backwards gives its states in that order; one of both ways in that of the input.
        turned = f"{kept}[::-1]" if way and backward else kept
        draft.lines.append(f"{result} = stack({turned}, axis=1)")
        return result
    return state


def step(draft: Draft, way: str, units: int, twice: bool) -> list[str]:
    """The lines of one step, from x[:, i] and the state to the next state."""
    h, c, w, u, b = f"h{way}", f"c{way}", f"W{way}", f"U{way}", f"b{way}"
    act, gate = draft["activation"], draft.fields.get("gate", "")
    bias = draft["bias"]

    def part(name: str, number: int) -> str:
        return f"{name}[:, {number * units}:{(number + 1) * units}]"

    if draft.type == "simple_rnn":
        return [f"{h} = {squashed(act, f'x[:, i] @ {w} + {h} @ {u}' + (f' + {b}' if bias else ''))}"]
    if draft.type == "lstm":
        return [
            f"z = x[:, i] @ {w} + {h} @ {u}" + (f" + {b}" if bias else ""),
            f"{c} = {squashed(gate, part('z', 1))} * {c}"
            f" + {squashed(gate, part('z', 0))} * {squashed(act, part('z', 2))}",
            f"{h} = {squashed(gate, part('z', 3))} * {squashed(act, c)}",
        ]
    lines = [f"a = x[:, i] @ {w}" + (f" + {b}[0]" if twice and bias else f" + {b}" if bias else "")]
    if twice:
        lines.append(f"s = {h} @ {u}" + (f" + {b}[1]" if bias else ""))
        inner = "r * " + part("s", 2)
    else:
        lines.append(f"s = {h} @ U1{way}")
        inner = f"(r * {h}) @ U2{way}"
    return [
        *lines,
        f"z = {squashed(gate, part('a', 0) + ' + ' + part('s', 0))}",
        f"r = {squashed(gate, part('a', 1) + ' + ' + part('s', 1))}",
        f"{h} = z * {h} + (1 - z) * {squashed(act, part('a', 2) + ' + ' + inner)}",
    ]


def told(value: float) -> str:
    return f"where(x != {value!r}, 1, 0)"


def mask(draft: Draft) -> Shape:
    """1 at the steps of words (N, T), or of a sequence (N, T, d), that are not all of one value; else 0."""
    x = draft.shape
    draft.needs(len(x) in (2, 3), "(N, T)")
    draft.result = told(draft["value"]) if len(x) == 2 else f"max({told(draft['value'])}, axis=-1)"
    return x[:2]


def masked_steps(draft: Draft) -> Shape:
    """Zeros in the place of steps that are all of one value."""
    draft.needs(len(draft.shape) == 3, "(N, T, d)")
    draft.result = f"x * max({told(draft['value'])}, axis=-1, keepdims=True)"
    return draft.shape


def masked_mean(draft: Draft) -> Shape:
    """The mean of the steps of a sequence (N, T, d) at which a mask (N, T) is not 0."""
    x, keepdims = draft.shape, draft["keepdims"]
    draft.needs(len(x) == 3 and len(draft.shapes) == 2 and draft.shapes[1] == x[:2], "(N, T, d) and (N, T)")
    draft.lines.append("m = expand_dims(x2, -1)")
    draft.result = f"sum(x1 * m, axis=1, keepdims={keepdims}) / sum(m, axis=1, keepdims={keepdims})"
    return (x[0], 1, x[2]) if keepdims else (x[0], x[2])


def repeat(draft: Draft) -> Shape:
    """(N, d) as a sequence of the same: (N, T, d)."""
    x, count = draft.shape, draft["count"]
    draft.needs(len(x) == 2, "(N, d)")
    draft.result = f"stack([x] * {count}, axis=1)"
    return (x[0], count, x[1])


COMMON = {
    "units": Field(whole(1), required=True),
    "activation": Field(choice(*SQUASHING), "tanh"),
    "sequences": Field(flag, False),
    "hides_masked": Field(flag, False),
    "initial": Field(flag, False),
    "states": Field(flag, False),
    "backward": Field(flag, False),
    "bidirectional": Field(flag, False),
    "merge": Field(choice("concat", "sum", "mul", "ave"), "concat"),
    "recurrent_dropout": Field(number(0, below=1), 0.0),
    "bias": Field(flag, True),
    "bias_init": Field(choice(*INITS)),
    "bias_std": Field(number(0)),
    "bias_gain": Field(number(0)),
    "init": Field(choice(*INITS)),
    "gain": Field(number(0)),
    "std": Field(number(0)),
    "recurrent_init": Field(choice(*INITS), "orthogonal"),
    "l1": Field(number(0)),
    "l2": Field(number(0)),
    **{f"{symbol}{way}": Field(anything) for symbol in "WUb" for way in ("", "r")},
}
GATE = {"gate": Field(choice(*SQUASHING), "sigmoid")}

RECURRENT = {
    "simple_rnn": LayerType(recurrent_layer, COMMON, more=2),
    "lstm": LayerType(recurrent_layer, COMMON | GATE, more=3),
    "gru": LayerType(recurrent_layer, COMMON | GATE | {"reset_after": Field(flag, True)}, more=2),
    "step": LayerType(one_step, {"at": Field(whole(-100_000), required=True)}),
    "leading_steps": LayerType(leading_steps, {"without": Field(whole(1), required=True)}),
    "mask": LayerType(mask, {"value": Field(number(), 0.0)}),
    "masked": LayerType(masked_steps, {"value": Field(number(), 0.0)}),
    "masked_mean": LayerType(masked_mean, {"keepdims": Field(flag, False)}, inputs=2),
    "repeat_vector": LayerType(repeat, {"count": Field(whole(1), required=True)}),
}
assert all(name in OPS for name in SQUASHING if name not in FORMS)
