"""A training as a script: data, network, optimizer and steps, and the check of its losses against ours."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.expressions import Library
from gradlens.engine.exporting.code.numpy_library import NUMPY
from gradlens.engine.exporting.code.program import Passes, passes_of
from gradlens.engine.exporting.code.scripts import Section, head, helpers
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.exporting.code.torch_library import PYTORCH
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.networks.optimizers import OPTIMIZERS
from gradlens.engine.networks.training import Training
from gradlens.engine.traces import Trace
from gradlens.engine.values import Value

MOST_TRAINED = 150_000  # numbers of the data
RELATIVE, ABSOLUTE = 1e-6, 1e-9  # how far a loss may be: the steps carry on what round-off leaves
WORDS = {
    "en": {
        "data": "Training data, and the parameters as they begin",
        "network": "The network: its loss and the gradients of its parameters, for a batch of each size",
        "forward": "The network: its loss, for a batch of each size",
        "optimizer": "The optimizer",
        "steps": "The steps",
        "check": "The losses are compared with those of the training, to a relative {relative:g}",
        "step": "step",
        "loss": "loss",
        "differs": "the loss differs at step",
        "machines": (
            "On several machines: wrap the network in torch.nn.parallel.DistributedDataParallel, let each process take"
            " its part of `chosen`, and start it with torchrun."
        ),
    },
    "ko": {
        "data": "학습 데이터와 처음의 매개변수",
        "network": "신경망: 배치 크기마다 손실과 매개변수의 기울기",
        "forward": "신경망: 배치 크기마다 손실",
        "optimizer": "최적화 기법",
        "steps": "단계",
        "check": "손실을 학습할 때의 값과 비교합니다. 상대 오차는 {relative:g}까지입니다",
        "step": "단계",
        "loss": "손실",
        "differs": "손실이 다른 단계:",
        "machines": (
            "여러 컴퓨터에서 학습하려면 신경망을 torch.nn.parallel.DistributedDataParallel로 감싸고, 프로세스마다"
            " `chosen`의 자기 몫만 쓰게 한 다음 torchrun으로 시작합니다."
        ),
    },
}


class Run:
    """A training, run once: what its scripts are made of.

    Errors: code-dropout, code-resumed, value-too-large.
    """

    def __init__(self, training: Training, library: Library, language: Language):
        if training.network.dropouts:
            raise EngineError("code-dropout")
        if training.first != 1:
            raise EngineError("code-resumed")
        self.training = training
        self.data = training.evaluator.batch(slice(0, training.samples.train))
        for name, value in self.data.items():
            if np.size(value) > MOST_TRAINED:
                raise EngineError("value-too-large", name=name, count=int(np.size(value)), limit=MOST_TRAINED)
        self.start = dict(training.parameters)
        self.sources = Sources({"np", "DATA", "parameters", "step"})
        self.traces: dict[int, Trace] = {}
        self.passes: dict[int, Passes] = {}
        last = training.samples.train - (training.batches - 1) * training.batch_size
        for size in sorted({training.batch_size, last}, reverse=True):
            batch = training.evaluator.batch(slice(0, size))
            self.traces[size] = training.program(size, 1).run(batch | self.start)
            self.passes[size] = passes_of(self.traces[size], library, self.sources, language, MOST_TRAINED)
        self.losses = {event["step"]: float(event["loss"]) for event in training.events() if event["event"] == "step"}

    @property
    def trace(self) -> Trace:
        return next(iter(self.traces.values()))


def numpy_training(training: Training, language: Language) -> list[Section]:
    """A training in NumPy alone: the backward pass and the optimizer's rule are written out."""
    run = Run(training, NUMPY, language)
    words = WORDS[language]
    functions: list[str] = []
    for size, passes in run.passes.items():
        named = ", ".join(f"{name!r}: {passes.gradients[name][1]}" for name in run.start)
        functions += [
            f"def gradients_of_{size}({', '.join(passes.names)}):",
            *indented([*passes.forward, *passes.backward]),
            f"    return {passes.output}, {{{named}}}",
            "",
            "",
        ]
    functions.append(f"GRADIENTS = {{{', '.join(f'{size}: gradients_of_{size}' for size in run.passes)}}}")
    optimizer = training.optimizer
    rule = run.sources.add(OPTIMIZERS[optimizer.type].update, optimizer.type)
    written = run.sources.texts.pop()
    slots = ", ".join(f"{slot!r}: np.zeros_like(parameters[name])" for slot in optimizer.slots)
    options = {name: value for name, value in optimizer.options.items() if name != "weight_decay"}
    update = [
        *written.split("\n"),
        "",
        "",
        f"OPTIONS = {options!r}",
        f"WEIGHT_DECAY = {optimizer.options['weight_decay']!r}",
        f"MOVING = {training.moving!r}",
        f"slots = {{name: {{{slots}}} for name in MOVING}}",
    ]
    steps = [
        *loop(training),
        "    loss, gradients = GRADIENTS[len(chosen)](**batch, **parameters)",
        "    losses[step] = float(loss)",
        "    for name in MOVING:",
        "        g = gradients[name] + WEIGHT_DECAY * parameters[name]",
        f"        parameters[name] = parameters[name] - {rule}(g, slots[name], OPTIONS, step)",
    ]
    return [
        head(run.trace, NUMPY, run.sources, language, about="trained"),
        *helpers(NUMPY, run.sources, language),
        Section(words["data"], beginning(run, "np.array")),
        Section(words["network"], functions),
        Section(words["optimizer"], update),
        Section(words["steps"], ["losses = {}", *steps]),
        compared(run, language),
    ]


MODULE = """class Network(torch.nn.Module):
    def __init__(self, parameters):
        super().__init__()
        self.values = torch.nn.ParameterDict({name: torch.nn.Parameter(x) for name, x in parameters.items()})

    def forward(self, **batch):
        size = len(next(iter(batch.values())))
        return LOSSES[size](**batch, **self.values)


network = Network(parameters)"""


def pytorch_training(training: Training, language: Language) -> list[Section]:
    """A training in PyTorch, by its own backward pass and optimizer."""
    run = Run(training, PYTORCH, language)
    words = WORDS[language]
    functions: list[str] = []
    for size, passes in run.passes.items():
        functions += [
            f"def loss_of_{size}({', '.join(passes.names)}):",
            *indented(passes.forward),
            f"    return {passes.output}",
            "",
            "",
        ]
    functions.append(f"LOSSES = {{{', '.join(f'{size}: loss_of_{size}' for size in run.passes)}}}")
    optimizer = [
        f"MOVING = {training.moving!r}",
        f"optimizer = torch.optim.{torch_optimizer(training)}",
    ]
    steps = [
        *loop(training),
        "    loss = network(**batch)",
        "    losses[step] = loss.item()",
        "    optimizer.zero_grad()",
        "    loss.backward()",
        "    optimizer.step()",
    ]
    setting = ("import torch", "", "torch.set_default_dtype(torch.float64)")
    return [
        head(run.trace, PYTORCH, run.sources, language, *setting, about="trained"),
        *helpers(PYTORCH, run.sources, language),
        Section(words["data"], beginning(run, "torch.tensor")),
        Section(words["forward"], [*functions, "", "", *MODULE.split("\n")]),
        Section(words["optimizer"], optimizer),
        Section(words["steps"], [f"# {words['machines']}", "losses = {}", *steps]),
        compared(run, language),
    ]


def torch_optimizer(training: Training) -> str:
    """The call of torch.optim that makes the optimizer, whose formulas are ours."""
    kind, o = training.optimizer.type, training.optimizer.options
    names = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam"}
    given: dict[str, Any] = {"lr": o["lr"], "weight_decay": o["weight_decay"]}
    if "momentum" in o:
        given["momentum"] = o["momentum"]
    if kind == "nesterov" and o["momentum"]:
        given["nesterov"] = True
    if "beta1" in o:
        given["betas"] = (o["beta1"], o["beta2"])
    given |= {name: o[name] for name in ("alpha", "eps") if name in o}
    written = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return f"{names.get(kind, 'SGD')}([network.values[name] for name in MOVING], {written})"


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}".rstrip() for part in lines for line in part.split("\n")]


def beginning(run: Run, make: str) -> list[str]:
    """The data and the parameters before the first step."""

    def written(values: dict[str, Value]) -> list[str]:
        return [f"    {name!r}: {make}({numbers(value)})," for name, value in values.items()]

    return ["DATA = {", *written(run.data), "}", "parameters = {", *written(run.start), "}"]


def numbers(value: Value) -> str:
    """Numbers in nested lists, a row a line."""
    array = np.asarray(value)
    text = json.dumps(array.tolist())
    text = text.replace("NaN", "float('nan')").replace("Infinity", "float('inf')")
    return text.replace("], [", "],\n        [") if array.ndim > 1 else text


def loop(training: Training) -> list[str]:
    """The head of the loop over the steps: every epoch is an order of its own."""
    count, size = training.samples.train, training.batch_size
    lines = ["for step in range(1, STEPS + 1):"]
    lines = [f"COUNT, BATCH_SIZE, BATCHES = {count}, {size}, {training.batches}", f"STEPS = {training.steps}", *lines]
    lines.append("    epoch, place = divmod(step - 1, BATCHES)")
    if training.plan.shuffle and training.batches > 1:
        seed = training.plan.shuffle_seed
        lines.append(f"    order = np.random.default_rng([{seed}, epoch]).permutation(COUNT)")
    else:
        lines.append("    order = np.arange(COUNT)")
    return [
        *lines,
        "    chosen = order[place * BATCH_SIZE : (place + 1) * BATCH_SIZE]",
        "    batch = {name: values[chosen] for name, values in DATA.items()}",
    ]


CHECK = """

wrong = []
for step, expected in EXPECTED.items():
    got = losses[step]
    right = abs(got - expected) <= ABSOLUTE + RELATIVE * abs(expected)
    print(f"{step} {{step:<8}}{loss} {{got:<24}}{{expected}}")
    if not right:
        wrong.append(step)
if wrong:
    raise AssertionError(f"{differs} {{wrong[0]}}")
"""


def compared(run: Run, language: Language) -> Section:
    """The losses at the steps that were reported."""
    words = WORDS[language]
    rows = [f"    {step}: {loss!r}," for step, loss in run.losses.items()]
    lines = [f"RELATIVE, ABSOLUTE = {RELATIVE!r}, {ABSOLUTE!r}", "EXPECTED = {", *rows, "}"]
    check = CHECK.format(step=words["step"], loss=words["loss"], differs=words["differs"])
    return Section(words["check"].format(relative=RELATIVE), [*lines, *check.rstrip("\n").split("\n")])
