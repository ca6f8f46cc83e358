"""Recurrent layers, step by step, each a function of the program."""

from __future__ import annotations

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.onnx.values import Call, Result, Write, tuple_text
from gradlens.engine.values import Shape

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
ACTIVATIONS = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}
FUNCTIONS = {
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Relu": "relu",
    "Softsign": "softsign",
    "Softplus": "softplus",
}
# The gates of W, R and b lie one behind the other as the standard has them.
STEPS = {
    "RNN": ["h = {0}(x[i] @ W.T + h @ R.T + b[:n] + b[n:])"],
    "LSTM": [  # input, output, forget, cell
        "z = x[i] @ W.T + h @ R.T + b[: 4 * n] + b[4 * n :]",
        "c = {0}(z[:, 2 * n : 3 * n]) * c + {0}(z[:, :n]) * {1}(z[:, 3 * n :])",
        "h = {0}(z[:, n : 2 * n]) * {2}(c)",
    ],
    "GRU": [  # update, reset, hidden
        "a = x[i] @ W.T + b[: 3 * n]",
        "s = h @ R[: 2 * n].T + b[3 * n : 5 * n]",
        "z = {0}(a[:, :n] + s[:, :n])",
        "r = {0}(a[:, n : 2 * n] + s[:, n:])",
        "k = {1}(a[:, 2 * n :] + {inner})",
        "h = z * h + (1 - z) * k",
    ],
}
INNER = ["(r * h) @ R[2 * n :].T + b[5 * n :]", "r * (h @ R[2 * n :].T + b[5 * n :])"]  # linear_before_reset


def recurrent(call: Call) -> list[Result]:
    """x (T, N, d); W (ways, gates · n, d), R (ways, gates · n, n), b (ways, 2 · gates · n); results (T, ways, N, n) of
    all steps, and (ways, N, n) of the last.

    Errors: onnx-attribute, onnx-inputs.
    """
    kind = call.operator.type
    gates = GATES[kind]
    direction = call.take("direction", "forward")
    ways = 2 if direction == "bidirectional" else 1
    if direction not in ("forward", "reverse", "bidirectional"):
        raise call.unsupported("direction", direction)
    x, w = call.shape(0), call.shape(1)
    call.needs(len(x) == 3 and len(w) == 3 and w[0] == ways and w[1] % gates == 0 and w[2] == x[2])
    units = w[1] // gates
    call.needs(call.shape(2) == (ways, gates * units, units))
    call.take("hidden_size", units)
    call.only("layout", 0)
    call.only("input_forget", 0)
    call.only("output_sequence", 0, 1)
    if call.has(4) and not (call.value(4).known is not None and (call.known(4) == x[0]).all()):
        raise EngineError("onnx-attribute", place=call.operator.place, name="sequence_lens", got="…")
    if call.has(7):
        raise EngineError("onnx-attribute", place=call.operator.place, name="P", got="…")
    functions = activations(call, ways)
    before_reset = call.take("linear_before_reset", 0) if kind == "GRU" else 0
    state: Shape = (ways, x[1], units)
    source, weights, outer = call.line(call.text(0), "x"), call.line(call.text(1), "W"), call.line(call.text(2), "R")
    bias = call.line(call.text(3), "b") if call.has(3) else ""
    starts = [call.line(call.text(i), "h0") if call.has(i) and not is_zero(call, i) else "" for i in (5, 6)]
    sequences: list[str] = []
    lasts: list[str] = []
    cells: list[str] = []
    zero = f"zeros({tuple_text(state[1:])})"
    for way in range(ways):
        reverse = way == 1 or direction == "reverse"
        name = call.define(kind.lower(), definition(kind, functions[way], INNER[1 if before_reset else 0], reverse))
        first = [f"{one}[{way}]" if one else zero for one in starts[: 2 if kind == "LSTM" else 1]]
        given = f"{bias}[{way}]" if bias else f"zeros(({2 * gates * units},))"
        arguments = ", ".join([source, f"{weights}[{way}]", f"{outer}[{way}]", given, *first, str(units), str(x[0])])
        results = [call.written.names.fresh(one) for one in (["hs", "h", "c"] if kind == "LSTM" else ["hs", "h"])]
        call.written.lines.append(f"{', '.join(results)} = {name}({arguments})")
        sequences.append(results[0])
        lasts.append(results[1])
        cells += results[2:]
    found: list[Result] = [(f"stack([{', '.join(sequences)}], axis=1)", (x[0], *state))]
    found.append((f"stack([{', '.join(lasts)}], axis=0)", state))
    if kind == "LSTM":
        found.append((f"stack([{', '.join(cells)}], axis=0)", state))
    return found


def is_zero(call: Call, index: int) -> bool:
    """Whether a state is known to begin with zeros, as it does where it is left out."""
    known = call.value(index).known
    return known is not None and not known.any()


def activations(call: Call, ways: int) -> list[list[str]]:
    """The functions of each direction.  Error: onnx-attribute."""
    usual = ACTIVATIONS[call.operator.type]
    names = call.take("activations", list[str]()) if "activations" in call.attributes else usual * ways
    for name in ("activation_alpha", "activation_beta", "clip"):
        if call.attributes.get(name) in ([], None):
            call.attributes.pop(name, None)
    if len(names) != len(usual) * ways or any(name not in FUNCTIONS for name in names):
        raise call.unsupported("activations", names)
    functions = [FUNCTIONS[name] for name in names]
    return [functions[i * len(usual) : (i + 1) * len(usual)] for i in range(ways)]


def definition(kind: str, functions: list[str], inner: str, reverse: bool) -> str:
    """The function of one direction, with its name in braces."""
    cell = ", c" if kind == "LSTM" else ""
    steps = [line.format(*functions, inner=inner) for line in STEPS[kind]]
    return "\n".join(
        [
            f"def {{}}(x, W, R, b, h{cell}, n, steps):",
            "    hs = []",
            f"    for i in {'reversed(range(steps))' if reverse else 'range(steps)'}:",
            *(f"        {line}" for line in steps),
            "        hs.append(h)",
            f"    return stack({'hs[::-1]' if reverse else 'hs'}, axis=0), h{cell}",
        ]
    )


RECURRENT: dict[str, Write] = dict.fromkeys(GATES, recurrent)
