"""Nothing that a program's numbers give rise to reaches the service's log: it is told in the answer."""

import itertools

from gradlens.app.settings import Settings
from tests.app.serving import serve

NUMBERS = [0.0, -1.0, 5e-324, 1e308, "NaN", "Infinity"]
PROGRAMS = [
    ("y = (a / b) ** a + sqrt(a - b) * log(b) + mod(a, b) + arccos(a)", ()),
    ("y = std(stack([a, b])) + norm(stack([a, b])) + softmax(stack([a, b]))[0]", ()),
    ("y = sum(layer_norm(a * b)) + var(a / b) + logsumexp(a - b)", (2,)),
]


def requests(program, given, shape):
    filled = {name: [number] * 2 if shape else number for name, number in given.items()}
    huge = {name: [1e308] * 2 if shape else 1e308 for name in given}
    asked = {"program": program, "inputs": filled}
    yield "expression", asked | {"direction": huge, "values": "summary"}
    yield "expression", asked | {"detail": "expanded", "values": "full"}
    yield "check", asked
    yield "check", asked | {"method": "complex"}
    yield "check/sweep", asked
    yield "diagnose", asked | {"claims": {"gradients": huge}}
    yield "derive", asked | {"node": "y"}
    yield "paths", asked | {"source": "a"}
    yield "derivatives", asked | {"kind": "jacobian"}
    yield "derivatives", asked | {"kind": "hvp", "direction": huge}
    yield "gradient-program", asked


def networks():
    layers = [{"type": "affine", "units": 2}, {"type": "batch_norm"}, {"type": "softmax"}]
    for number in NUMBERS:
        asked = {"layers": layers, "loss": {"type": "cross_entropy"}, "x": [[number, 1e308]] * 3, "t": [[0, 1]] * 3}
        yield "network", asked
        yield "train", asked | {"steps": 2, "optimizer": {"type": "sgd", "lr": 1e300}, "trace_at": [1]}


def test_hostile_numbers_leave_no_line_in_the_log(capfd):
    with serve(Settings(workers=1)) as client:
        asked = [
            request
            for (program, shape), (a, b) in itertools.product(PROGRAMS, itertools.product(NUMBERS, (0.0, 1e308)))
            for request in requests(program, {"a": a, "b": b}, shape)
        ][::2]  # of eleven to a program, so that each is asked of every other one
        answered = [client.post(f"/api/{path}", json=fields).status_code for path, fields in [*asked, *networks()]]
    assert set(answered) <= {200, 422} and answered.count(200) > len(answered) / 2
    assert capfd.readouterr().err == ""
