"""Training a network: one event a reported step, the same for the same seeds, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradlens.engine.advising.advice import NON_FINITE, Remark
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.evaluation import Evaluator, Samples, Values, samples_of
from gradlens.engine.networks.fields import (
    Field,
    anything,
    choice,
    flag,
    names,
    read_fields,
    sizes,
    whole,
)
from gradlens.engine.networks.initial import checked, initial_values
from gradlens.engine.networks.network import NetworkSpec
from gradlens.engine.networks.optimizers import Slots, read_optimizer
from gradlens.engine.program import Program
from gradlens.engine.traces import Trace
from gradlens.engine.values import Value, is_mapping, shape_of, size_of

REPORTS = 200  # of a training that does not say how often it reports


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to train.

    steps, or epochs: how long.  batch_size: None for all training samples at once.  report_every: None for about 200
      reports.
    trace_at: the steps whose whole trace is wanted; detail, expand: which library functions are open in it.  freeze:
      parameters that do not move.
    predict: further inputs by name, whose outputs every report holds.
    resume: what the end of another run held as "resume", to go on from its parameters as if it had never ended.

    >>> gradlens.TrainingPlan(optimizer={"type": "adam", "lr": 0.01}, epochs=10, batch_size=50).batch_size
    50
    """

    optimizer: object = "sgd"
    steps: int | None = None
    epochs: int | None = None
    batch_size: int | None = None
    shuffle: bool = True
    shuffle_seed: int = 0
    report_every: int | None = None
    trace_at: tuple[int, ...] = ()
    freeze: tuple[str, ...] = ()
    predict: Mapping[str, Value] = field(default_factory=dict[str, Value])
    resume: Mapping[str, Any] | None = None
    detail: str = "fused"
    expand: tuple[str, ...] = ()


RESUME = {"step": Field(whole(0), required=True), "slots": Field(anything)}


def resumed(value: object, place: str) -> dict[str, Any]:
    return read_fields(value, place, RESUME)


PLAN: dict[str, Callable[[object, str], Any]] = {
    "steps": whole(1),
    "epochs": whole(1),
    "batch_size": whole(1),
    "report_every": whole(1),
    "shuffle": flag,
    "shuffle_seed": whole(0),
    "detail": choice("fused", "expanded"),
    "trace_at": sizes(1),
    "freeze": names,
    "expand": names,
    "resume": resumed,
}


def checked_plan(plan: TrainingPlan) -> TrainingPlan:
    """Every field in normal form; None stands for what is usual.  Errors: those of fields."""
    usual, given = TrainingPlan(), {name: getattr(plan, name) for name in PLAN}
    return replace(
        plan,
        **{
            name: getattr(usual, name) if value in (None, (), []) else PLAN[name](value, name)
            for name, value in given.items()
        },
    )


@dataclass(frozen=True, slots=True)
class TrainingLimits:
    """What a training may cost: steps, and floating-point operations of all of it; program: of each of its programs.

    >>> gradlens.TrainingLimits(steps=1_000).steps
    1000
    """

    steps: float = np.inf
    flops: float = np.inf
    program: Limits = field(default_factory=Limits)


class Training:
    """A training that was checked and whose budget is known; `events` runs it.

    Errors: those of specifications, data and budgets, all before anything is computed.

    >>> xor = gradlens.samples_of({"x": np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])}, np.array([0, 1, 1, 0]))
    >>> layers = [{"type": "affine", "units": 8}, "tanh", {"type": "affine", "units": 2}]
    >>> spec = gradlens.NetworkSpec(layers, loss="softmax_cross_entropy")
    >>> *_, end = gradlens.Training(spec, xor, gradlens.TrainingPlan("adam", steps=50)).events()
    >>> end["reason"]
    'steps'
    """

    def __init__(
        self, spec: NetworkSpec, samples: Samples, plan: TrainingPlan, limits: TrainingLimits = TrainingLimits()
    ):
        plan = checked_plan(plan)
        self.spec, self.samples, self.plan, self.limits = spec, samples, plan, limits
        self.optimizer = read_optimizer(plan.optimizer)
        self.batch_size = min(plan.batch_size or samples.train, samples.train)
        self.batches = -(-samples.train // self.batch_size)
        self.steps = self._steps(limits.steps)
        self.report_every = plan.report_every or -(-self.steps // REPORTS)
        self.first = 1 + (0 if plan.resume is None else plan.resume["step"])
        self.evaluator = Evaluator(spec, samples, plan.predict, self.batch_size, self.first, limits.program)
        self.network = self.evaluator.network
        self.parameter_names = [p.name for p in self.network.parameters]
        for name in plan.freeze:
            if name not in self.parameter_names:
                raise EngineError("unknown-parameter", name=name, **suggestion(name, self.parameter_names))
        self.moving = [p.name for p in self.network.parameters if not p.frozen and p.name not in plan.freeze]
        for step in plan.trace_at:
            if not self.first <= step < self.first + self.steps:
                raise EngineError("training-trace", got=step, first=self.first, last=self.first + self.steps - 1)
        self.flops = self._flops()
        if self.flops > limits.flops:
            raise EngineError("training-work", count=self.flops, limit=int(limits.flops))
        self.t = self.evaluator.t
        self.parameters, self.slots = self._start()

    # ---------------------------------------------------------- before it runs

    def _steps(self, limit: float) -> int:
        """Errors: training-length, training-steps."""
        plan = self.plan
        epochs = None if plan.epochs is None else plan.epochs * self.batches
        steps = epochs if plan.steps is None else plan.steps
        if steps is None:
            raise EngineError("training-length")
        if steps > limit:
            raise EngineError("training-steps", steps=steps, limit=int(limit))
        return steps

    def _flops(self) -> int:
        """Floating-point operations of the whole training, evaluation included."""
        sizes = [self.batch_size] * (self.batches - 1) + [self.samples.train - (self.batches - 1) * self.batch_size]
        graphs = {size: self.program(size, self.first).graph for size in sorted(set(sizes))}
        epoch = sum(graphs[size].forward_flops + graphs[size].backward_flops for size in sizes)
        reports = self.steps // self.report_every + 2
        return -(-self.steps * epoch // self.batches) + reports * self.evaluator.flops

    def _start(self) -> tuple[Values, dict[str, Slots]]:
        """Parameters and what the optimizer remembers of them.

        Errors: unknown-parameter, layer-weights, training-state, training-extra.
        """
        resume = self.plan.resume or {}
        parameters = initial_values(self.network.parameters, self.spec.init_seed, self.spec.parameters)
        slots = {name: self.optimizer.start(parameters[name]) for name in self.moving}
        kept = _mapping(resume.get("slots"))
        for name in slots if resume else ():
            for slot, value in slots[name].items():
                found = _mapping(kept.get(name)).get(slot)
                if found is None:
                    raise EngineError("training-state", name=f"{name}.{slot}", wanted=str(shape_of(value)))
                slots[name][slot] = checked(found, f"resume.slots.{name}.{slot}", shape_of(value))
        for p in self.network.parameters if resume else ():
            if p.name not in self.spec.parameters:
                raise EngineError("training-state", name=f"parameters.{p.name}", wanted=str(p.shape))
        self._check_kept(kept, slots)
        return parameters, slots

    @property
    def resumed_elements(self) -> int:
        """Numbers that a further training starts from: parameters, and what the optimizer remembers of them."""
        slots = [value for slots in self.slots.values() for value in slots.values()]
        return sum(size_of(shape_of(value)) for value in (*self.parameters.values(), *slots))

    @property
    def kept_elements(self) -> int:
        """Numbers that the end holds: those, and the last outputs at `predict`."""
        return self.resumed_elements + self.evaluator.predicted_elements

    def _check_kept(self, kept: Mapping[str, Any], slots: dict[str, Slots]) -> None:
        """Nothing that another optimizer or network remembers is dropped; a parameter may have been frozen since.

        Error: training-extra.
        """
        for name, given in kept.items():
            if name not in self.parameter_names:
                raise EngineError("training-extra", name=name)
            for slot in _mapping(given) if name in slots else ():
                if slot not in slots[name]:
                    raise EngineError("training-extra", name=f"{name}.{slot}")

    # -------------------------------------------------------------- the events

    def events(self, expired: Callable[[], bool] = lambda: False) -> Iterator[dict[str, Any]]:
        """Start, steps and end, as the contract has them; a step's "trace" is a Trace.

        expired: asked after every step whether the time is up.
        """
        yield {
            "event": "start",
            "program": self.network.text,
            "parameters": dict(self.parameters),
            "steps": self.steps,
            "batch_size": self.batch_size,
            "batches_per_epoch": self.batches,
            "samples": {"train": self.samples.train, "test": self.samples.count - self.samples.train},
            "flops": self.flops,
            "loss_function": self.evaluator.loss.type,
            "warnings": self.network.remarks,
        }
        last = self.first + self.steps - 1
        step, reason = self.first, "steps"
        while True:
            inputs = self.batch(step)
            program = self.program(shape_of(inputs["t"])[0], step)
            loss, gradients = program.gradients(inputs | self.parameters)
            if not _finite(loss) or not all(_finite(gradients[name]) for name in self.moving):
                yield self.diverged(step, program, inputs, loss)
                return
            updates = {
                name: self.optimizer.update(self.parameters[name], gradients[name], self.slots[name], step)
                for name in self.moving
            }
            if step == self.first or step == last or step % self.report_every == 0:
                yield self.report(step, loss, gradients, updates)
            if step in self.plan.trace_at:
                yield {"event": "trace", "step": step, "trace": self.trace(step, inputs), "updates": self.told(updates)}
            for name, update in updates.items():
                self.parameters[name] = self.parameters[name] - update
            if step == last:
                break
            if expired():
                reason = "budget"
                break
            step += 1
        values = program.forward(inputs | self.parameters)
        loss = values[program.graph.output]
        if not _finite(loss):
            yield self.diverged(step + 1, program, inputs, loss)
            return
        yield {
            "event": "end",
            "reason": reason,
            "step": step,
            "loss": loss,
            **self.evaluator.evaluated(self.parameters),
            "parameters": dict(self.parameters),
            "resume": {"step": step, "slots": self.slots},
        }

    def program(self, size: int, step: int) -> Program:
        return self.evaluator.program("train", size, step)

    def trace(self, step: int, inputs: Values) -> Trace:
        """A step both ways, before its update, in the detail that is wanted."""
        network, program = self.evaluator.build("train", shape_of(inputs["t"])[0], step)
        if self.plan.detail != "fused" or self.plan.expand:
            program = network.compile(detail=self.plan.detail, expand=self.plan.expand, limits=self.limits.program)
        trace = program.run(inputs | self.parameters)
        trace.warnings += network.remarks
        return trace

    def batch(self, step: int) -> Values:
        """The samples of one step: every epoch is an order of its own, drawn from the seed and the epoch's number."""
        epoch, place = divmod(step - 1, self.batches)
        first = place * self.batch_size
        chosen = slice(first, min(first + self.batch_size, self.samples.train))
        if self.plan.shuffle and self.batches > 1:
            order = np.random.default_rng([self.plan.shuffle_seed, epoch]).permutation(self.samples.train)
            return self.evaluator.batch(order[chosen])
        return self.evaluator.batch(chosen)

    def report(self, step: int, loss: Value, gradients: Values, updates: Values) -> dict[str, object]:
        """A step's figures: the loss of its batch and the share of right answers, both before its update."""
        return {
            "event": "step",
            "step": step,
            "epoch": (step - 1) // self.batches + 1,
            "loss": loss,
            **self.evaluator.evaluated(self.parameters),
            "gradient_norms": {p.name: _norm(gradients[p.name]) for p in self.network.parameters},
            "update_ratios": {name: self.ratio(name, update) for name, update in updates.items()},
        }

    def ratio(self, name: str, update: Value) -> float | None:
        """The size of an update against that of its parameter; None where that is 0."""
        size = _norm(self.parameters[name])
        return _norm(update) / size if size else None

    def told(self, updates: Values) -> dict[str, dict[str, Any]]:
        """By parameter: what a step adds to it, how many of its elements rise and fall, and the ratio of the sizes."""
        return {
            name: {
                "added": 0.0 - update,
                "rising": int(np.count_nonzero(np.less(update, 0))),
                "falling": int(np.count_nonzero(np.greater(update, 0))),
                "ratio": self.ratio(name, update),
            }
            for name, update in updates.items()
        }

    def diverged(self, step: int, program: Program, inputs: Values, loss: Value) -> dict[str, object]:
        """The end of a training whose numbers left the finite ones: the step, and the first node to blame."""
        trace = program.run(inputs | self.parameters)
        remark: Remark | None = next((w for w in trace.warnings if w.kind in NON_FINITE), None)
        group = None if remark is None or remark.node is None else trace.graph.nodes[remark.node].group
        return {
            "event": "end",
            "reason": "diverged",
            "step": step,
            "loss": loss,
            "warning": remark,
            "layer": None if group is None else trace.graph.groups[group].name,
            "parameters": dict(self.parameters),
        }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}


def _finite(value: Value) -> bool:
    return bool(np.isfinite(value).all())


def _norm(value: Value) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(value))


__all__ = ["Samples", "Training", "TrainingLimits", "TrainingPlan", "samples_of"]
