"""Networks of nothing and plans that nobody means: an answer or a problem, never an internal error.

The jobs run in this process, as the workers run them: what would end a worker ends the test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from gradlens import engine
from gradlens.app.jobs import make_jobs
from gradlens.app.pool.worker import answer
from gradlens.app.settings import Settings
from gradlens.engine.networks.network import NetworkSpec
from gradlens.engine.networks.training import Training, TrainingPlan, samples_of
from tests.each import each

SETTINGS = Settings()
JOBS = make_jobs(SETTINGS)
HOSTILE = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    0.5,
    -0.0,
    1e-320,
    1e308,
    -1e308,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    2**64 - 1,
    -(2**63),
    10**30,
    "NaN",
    "Infinity",
    "",
    "x",
    "W1",
    "relu",
    "가",
    "1e400",
    "nn.Sequential()",
    [],
    [[]],
    [0],
    [-1],
    [1, 2, 3],
    [None],
    ["NaN"],
    [[[]]],
    [2**63 - 1] * 3,
    {},
    {"type": "relu"},
    {"x": []},
    {"": 0},
    {"type": {"type": []}},
    [{}] * 3,
    [[[[[[0]]]]]],
]
NETWORK = {
    "layers": [{"type": "affine", "units": 2}, "tanh", {"type": "affine", "units": 2}],
    "loss": "mse",
    "x": [[0, 1], [1, 0], [1, 1]],
    "t": [[0, 1], [1, 0], [1, 1]],
}
TRAINING = NETWORK | {"steps": 2, "optimizer": {"type": "sgd", "lr": 0.1}, "batch_size": 2}


def status(job: str, request: object) -> int:
    """As a worker answers it, to its last line."""
    found, content = answer(JOBS[job], json.dumps(request).encode(), SETTINGS.memory_mb)
    if isinstance(content, Iterator):
        found, _ = answer(lambda body: b"".join(content), b"", SETTINGS.memory_mb)
    return found


EMPTY = {
    "an identity": "nn.Sequential(nn.Identity())",
    "a sequence of nothing": "nn.Sequential()",
    "nested": "nn.Sequential(nn.Sequential(nn.Identity(), nn.Identity()))",
    "a dropout": "nn.Sequential(nn.Dropout())",
    "a flatten": "nn.Sequential(nn.Flatten())",
    "an input layer": {
        "class_name": "Sequential",
        "config": {"layers": [{"class_name": "InputLayer", "config": {"batch_shape": [None, 2]}}]},
    },
    "a linear activation": {
        "class_name": "Sequential",
        "config": {"layers": [{"class_name": "Activation", "config": {"activation": "linear"}}]},
    },
    "a functional input": {
        "class_name": "Functional",
        "config": {
            "layers": [{"class_name": "InputLayer", "name": "i", "config": {"name": "i"}, "inbound_nodes": []}],
            "output_layers": [["i", 0, 0]],
        },
    },
    "no layers": [],
    "no text": "",
    "spaces": "  ",
    "no object": {},
    "no configuration": {"class_name": "Sequential", "config": {"layers": []}},
    "an empty residual": [{"type": "residual", "layers": []}],
}


@each("case", EMPTY)
def test_a_network_without_anything_to_learn_runs_or_is_told(case):
    layers = EMPTY[case]
    runs = case not in ("no layers", "no text", "spaces", "no object", "no configuration", "an empty residual")
    for job, request in (
        ("network", NETWORK),
        ("train", TRAINING),
        ("train", TRAINING | {"loss": "softmax_cross_entropy", "epochs": 3, "steps": None}),
    ):
        assert status(job, request | {"layers": layers}) == (200 if runs else 422)


@each(
    "name",
    [
        "steps",
        "epochs",
        "batch_size",
        "report_every",
        "shuffle",
        "shuffle_seed",
        "trace_at",
        "freeze",
        "optimizer",
        "detail",
        "resume",
    ],
)
def test_a_plan_for_the_engine_alone_is_checked_too(name):
    samples = samples_of({"x": engine.values.as_value([[0.0], [1.0]], "x")}, engine.values.as_value([0.0, 1.0], "t"))
    for value in [*HOSTILE, float("nan"), float("inf"), 10**5000, -(10**5000)]:
        if name in ("steps", "epochs") and isinstance(value, (int, float)) and value > 10:
            continue  # as long as the caller's limits allow
        try:
            training = Training(
                NetworkSpec([{"type": "affine", "units": 1}], "mse"), samples, TrainingPlan(**{"steps": 1, name: value})
            )
            list(training.events())
        except engine.EngineError:
            pass
