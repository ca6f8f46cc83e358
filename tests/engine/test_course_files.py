"""What whole files of courses hold beside their computation, and where a training in them ends."""

from __future__ import annotations

import re

import pytest

from gradlens import engine

# What a file says beside its computation: the value and the gradient of x are those without it.
BESIDE = [
    "from __future__ import print_function, division\nfrom builtins import range, object, str",
    "from builtins import object\nfrom past.builtins import xrange\nfor i in xrange(2):\n    pass",
    "from six.moves import range as turns, zip\nfor i, j in zip(turns(2), [1.0, 2.0]):\n    pass",
    'from builtins import object\nclass Empty(object):\n    pass\n__author__ = "me"',
    '__author__ = "me"\n__version__ = 1.5\n__all__ = ["f", "g"]',
    "import string\nassert len(string.printable) == 100 and string.octdigits == '01234567'",
]


def test_what_a_file_says_beside_its_computation_changes_nothing():
    for lines in BESIDE:
        trace = engine.trace(f"{lines}\nx = 3.0\ny = x * x")
        assert (trace.nodes[trace.output].value, trace.gradients) == (9.0, {"x": 6.0}), lines
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("__x__ = 2.0\ny = __x__ * 3")
    assert caught.value.kind == "reserved-name"


TRAINING = """import torch
import torch.nn as nn
model = nn.Sequential(nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 1))
x, t = torch.ones(4, 20), torch.zeros(4, 1)
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(5000):
    for batch in range(2):
        optimizer.zero_grad()
        loss = ((model(x) - t) ** 2).mean()
        loss.backward()
        optimizer.step()
"""
# A loop that is too long for some limit: its line, what says how many turns it takes, the limits.
TOO_LONG = [
    ("too-many-elements", TRAINING, 6, "5000", {"elements": 100_000}),
    ("too-many-nodes", TRAINING, 6, "5000", {"nodes": 2_000}),
    ("too-many-nodes", "x = 2.0\nfor i in range(900):\n    x = x * 1.1\ny = x", 2, "900", {"nodes": 300}),
    ("too-much-work", "for i in range(900):\n    x = x @ x\ny = x", 1, "900", {"flops": 1e6}),
    (
        "too-many-steps",
        "def f(x):\n    for i in range(10**6):\n        pass\n    return x\ny = f(x)",
        2,
        "10**6",
        {"steps": 1e4},
    ),
    ("too-many-steps", "k = 0\nwhile k < 90000:\n    k += 1\ny = x * k", 2, "90000", {"steps": 1e4}),
]


@pytest.mark.parametrize(("kind", "program", "line", "turns", "limits"), TOO_LONG)
def test_a_loop_that_uses_up_a_limit_is_named_with_a_number_of_turns_that_fits(kind, program, line, turns, limits):
    bounds = engine.Limits(**limits)
    given = {} if "x" in re.findall(r"^x\b", program, re.MULTILINE) and "x @" not in program else {"x": [[1.0] * 9] * 9}
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, given, limits=bounds)
    error = caught.value
    assert (error.kind, error.params["line"]) == (kind, line)
    assert f"The loop in line {line} " in error.detail and error.detail.endswith(
        f"for example {error.params['turns']}."
    )
    assert 0 < error.params["turns"] < error.params["turn"]
    engine.trace(program.replace(turns, str(error.params["turns"]), 1), given, limits=bounds)


def test_an_array_that_is_too_large_in_the_first_turn_is_not_said_to_be_a_loop():
    for program in ("for i in range(3):\n    y = x * np.ones(3000)", "y = x * np.ones(3000)"):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, {"x": 1.0}, limits=engine.Limits(elements=2000))
        assert caught.value.kind == "too-many-elements" and "turns" not in caught.value.params


def test_a_break_that_depends_on_a_value_is_refused_where_it_is_decided():
    program = "x = 2.0\ny = x * x\nfor i in range(3):\n    y = y * x\n    if y > 10:\n        print(y)\n        break\n"
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program)
    error = caught.value
    assert error.kind == "break-on-value"
    assert error.span is not None and (error.span.start_line, error.span.start_column) == (5, 7)
    trace = engine.trace(program.split("    if")[0])
    assert (trace.nodes[trace.output].value, trace.gradients) == (32.0, {"x": 80.0})


# A layer, and what is done with it: its weights stand where the reader makes it.
LAYERS = {
    "nn.Linear(3, 2)": "layer(x)",
    "nn.LSTM(3, 2, dropout=0.5)": "layer(x)[0]",  # dropout stands between layers, of which this is one
    "nn.GRU(3, 2, bidirectional=True)": "layer(x)[0]",
    "nn.Embedding(5, 3)": "layer(torch.tensor([1, 2]))",
    "nn.Conv1d(4, 2, 1)": "layer(x)",
    "nn.LayerNorm(3)": "layer(x)",
}


def test_the_weights_of_a_layer_stand_at_the_call_that_makes_it():
    for made, used in LAYERS.items():
        lines = ["import torch", "import torch.nn as nn", "x = torch.ones(4, 4, 3)", f"layer = {made}", f"y = {used}"]
        program = "\n".join([*lines, "z = (y * y).sum()"])
        trace = engine.trace(program)
        places = {
            node.name: node.place.lineno for node in trace.graph.nodes if node.kind == "input" and node.name != "x"
        }
        assert places and set(places.values()) == {4}, (made, places)
    between = "import torch.nn as nn\nlayer = nn.LSTM(3, 2, 2, dropout=0.5)\ny = layer(x)[0]"
    with pytest.raises(engine.EngineError, match="Dropout"):
        engine.trace(between, {"x": [[[1.0] * 3]]})


# What lies outside, with a value of the graph at the end: the line that is refused.
COMPUTED_WITH = [
    ("import argparse\nargs = argparse.ArgumentParser().parse_args()\ny = x * x\nL = y * args.lr", 4),
    ("import argparse\nargs = argparse.ArgumentParser().parse_args()\ny = x * x\nL = y * args.lr\nL.backward()", 5),
    ('import pickle\nnet = pickle.load(open("w.pkl", "rb"))\nL = x * net["W1"]', 3),
    ('import json\nrate = json.load(open("c.json"))["rate"]\nL = x * x\nL = L + rate * x\nprint(L)', 4),
    ('import json\nc = json.load(open("c.json"))\nL = x * x\nL += c["rate"] * x', 4),
    ('import json\nc = json.load(open("c.json"))\ndef f(x):\n    return x * c["rate"]\nL = f(x)', 5),
    ('import os\nL = x * float(os.environ["RATE"])', 2),
    (
        'import pickle\nimport numpy as np\nW = pickle.load(open("w"))\na = np.dot(x, W)\nL = 1 / (1 + np.exp(-a))',
        5,
    ),
    (
        'from PIL import Image\nimport numpy as np\nimage = np.array(Image.open("a.png")) / 255\nL = (image * x).sum()',
        4,
    ),
    ("import time\nL = x * time.time()", 2),
    ("import time\nL = x * x\nL += time.time()", 3),
    ("import math, time\nL = x * math.sin(time.time())", 2),
    ("import time\nstart = time.time()\nL = x / (time.time() - start)", 3),
    ("from datetime import datetime\nL = x * datetime.now().timestamp()", 2),
    ("L = x * float(input())", 1),
]
# What lies outside, and nobody waits for it.
NOT_WAITED_FOR = [
    "import time\nbegun = time.time()\nn = 4\nL = x * x\nelapsed = (time.time() - begun) / n\nprint(L / elapsed)",
    'import json\nL = x * x\nlog = {"L": L}\njson.dump(log, open("log.json", "w"))',
    'import json\nc = json.load(open("c.json"))\ny = x * c["rate"]\nL = x * x',
    "import matplotlib.pyplot as plt\nL = x * x\nfig, ax = plt.subplots()\nax.set_ylim(0, L * 2)\nplt.show()",
    'import os\nseed = int(os.environ.get("SEED", 0))\nL = x * x',
    "import numpy as np\nL = x * x\nnp.testing.assert_allclose(L, 9.0, rtol=1e-5)",
]


def test_a_result_that_needs_a_file_or_an_argument_is_not_left_out_in_silence():
    for program, line in COMPUTED_WITH:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, {"x": 3.0})
        assert caught.value.kind == "out-of-reach", program
        assert caught.value.span is not None and caught.value.span.start_line == line, program
    for program in NOT_WAITED_FOR:
        trace = engine.trace(program, {"x": 3.0})
        assert (trace.nodes[trace.output].value, trace.gradients["x"]) == (9.0, 6.0), program
