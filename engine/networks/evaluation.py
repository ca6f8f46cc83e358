"""What a network says of samples: its programs for batches of any size, its loss, and its right answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.language.layers.behaviour import Mode
from gradlens.engine.networks.network import Network, NetworkSpec, build_network, right, targets
from gradlens.engine.program import Program
from gradlens.engine.values import Array, Value, shape_of, size_of

AT_ONCE = 500  # samples evaluated at most, and never more than a batch: what passes the budget there passes it here

Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Samples:
    """Inputs by name and targets, all with the samples along the first axis; the first `train` are for training.

    classes: the names of those that the targets tell apart, where they do.

    >>> gradlens.Samples({"x": np.zeros((4, 2))}, np.array([0, 1, 1, 0]), train=3).count
    4
    """

    x: Mapping[str, Array]
    t: Array
    train: int
    classes: Sequence[str] | None = None

    @property
    def count(self) -> int:
        return shape_of(self.t)[0]

    def inputs(self, chosen: slice | NDArray[np.int64]) -> Values:
        return {name: value[chosen] for name, value in self.x.items()}


def samples_of(
    x: Mapping[str, Value], t: Value, train: int | None = None, classes: Sequence[str] | None = None
) -> Samples:
    """Samples from arrays; a single one gets its batch's axis.  Errors: data-empty, sample-count, split-size.

    >>> gradlens.samples_of({"x": np.zeros((4, 2))}, np.array([0, 1, 1, 0]), train=3).train
    3
    """
    if all(len(shape_of(value)) < 2 for value in x.values()):
        x, t = {name: np.asarray(value)[None] for name, value in x.items()}, np.asarray(t)[None]
    counts = [shape_of(value)[0] if shape_of(value) else 0 for value in (*x.values(), t)]
    if not min(counts):
        raise EngineError("data-empty")
    for count in counts:
        if count != counts[0]:
            raise EngineError("sample-count", left=counts[0], right=count)
    if train is not None and not 1 <= train <= counts[0]:
        raise EngineError("split-size", train=train, test=max(counts[0] - train, 0), samples=counts[0])
    arrays = {name: np.asarray(value) for name, value in x.items()}
    return Samples(arrays, np.asarray(t), train or counts[0], classes)


class Evaluator:
    """A network beside its samples, without the parameters' values.

    predict: further inputs by name, whose outputs every evaluation holds.  batch_size: of a training step.
    step: the first of the training.
    Errors: those of specifications and programs, training-loss, and unknown-input, missing-input and input-shape for
      `predict`.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        samples: Samples,
        predict: Mapping[str, Value],
        batch_size: int,
        step: int,
        limits: Limits,
    ):
        self.spec, self.samples, self.predict, self.batch_size, self.limits = spec, samples, predict, batch_size, limits
        self.chunk = min(batch_size, AT_ONCE)
        self.programs: dict[tuple[str, int], tuple[Network, Program]] = {}
        self.network = self.build("train", batch_size, step)[0]
        loss = self.network.loss
        if loss is None or loss.reduction == "none":
            raise EngineError("training-loss")
        self.loss = loss
        self._check_predict()

    @cached_property
    def t(self) -> Array:
        """Every sample's target, of the output's shape.  Errors: too-many-elements, and those of targets."""
        output = (self.samples.count, *self.network.output_shape[1:])
        if size_of(output) > self.limits.elements:
            raise EngineError("too-many-elements", count=size_of(output), limit=int(self.limits.elements))
        return np.asarray(targets(self.samples.t, output, self.loss, self.samples.classes))

    def program(self, mode: Mode, size: int, step: int = 0) -> Program:
        return self.build(mode, size, step)[1]

    def build(self, mode: Mode, size: int, step: int) -> tuple[Network, Program]:
        """The network for a batch of a size, built once; where it drops, once a step."""
        key = (mode, size)
        if key not in self.programs or (mode == "train" and self.programs[key][0].dropouts):
            network = build_network(
                self.spec,
                {name: (size, *shape_of(value)[1:]) for name, value in self.samples.x.items()},
                mode=mode,
                step=step,
                limits=self.limits,
            )
            self.programs[key] = network, network.compile(limits=self.limits)
        return self.programs[key]

    def batch(self, chosen: slice | NDArray[np.int64]) -> Values:
        """Inputs and targets of some samples, by the names of the program."""
        return self.samples.inputs(chosen) | {"t": self.t[chosen]}

    @property
    def flops(self) -> int:
        """Floating-point operations of one evaluation."""
        counts = (self.samples.train, self.samples.count - self.samples.train, self._predicted)
        found = sum(
            self.program("evaluate", size).graph.forward_flops for count in counts for size in self._chunks(count)
        )
        if self.network.statistics:
            found += self._measured * self.program("measure", self.batch_size).graph.forward_flops
        return found

    def evaluated(self, parameters: Values) -> dict[str, object]:
        """Loss (without penalties) and share of right answers on training and held-out samples, without dropout."""
        given = parameters | self._statistics(parameters)
        samples = self.samples
        train = self._evaluate(0, samples.train, given)
        found: dict[str, object] = {"accuracy": train["accuracy"], "train": train}
        if samples.count > samples.train:
            found["test"] = self._evaluate(samples.train, samples.count, given)
        if self.predict:
            found["predictions"] = self._predictions(given)
        return found

    def _evaluate(self, first: int, last: int, given: Values) -> dict[str, float | None]:
        total = hits = 0.0
        loss, samples = self.loss, last - first
        for count in self._chunks(samples):
            batch = self.batch(slice(first, first + count))
            first += count
            y, value = self._outputs(batch, count, given)
            total += value * (count if loss.reduction == "mean" else 1)
            hits += count * (right(y, batch["t"], loss) or 0.0)
        return {
            "loss": total / samples if loss.reduction == "mean" else total,
            "accuracy": None if loss.decides is None else hits / samples,
        }

    def _outputs(self, batch: Values, count: int, given: Values) -> tuple[Value, float]:
        """The network's output, and its loss without penalties."""
        program = self.program("evaluate", count)
        values = program.forward(batch | given)
        names = program.graph.names
        return values[names["y"]], float(values[names.get("data_loss", names["loss"])])

    def _predictions(self, given: Values) -> Value:
        parts: list[Value] = []
        first = 0
        for count in self._chunks(self._predicted):
            batch: Values = {name: np.asarray(value)[first : first + count] for name, value in self.predict.items()}
            batch["t"] = np.zeros((count, *self.network.output_shape[1:]))  # the program has a loss, which nobody reads
            parts.append(self._outputs(batch, count, given)[0])
            first += count
        return np.concatenate(parts)

    def _statistics(self, parameters: Values) -> Values:
        """Means and variances for normalisation in evaluation, averaged over batches.

        Ioffe and Szegedy 2015, algorithm 2.
        """
        found: Values = {statistic.name: np.zeros(statistic.shape) for statistic in self.network.statistics}
        if not found:
            return found
        program = self.program("measure", self.batch_size)
        groups, nodes = {group.name: group for group in program.graph.groups}, program.graph.nodes
        for number in range(self._measured):
            values = program.forward(
                self.batch(slice(number * self.batch_size, (number + 1) * self.batch_size)) | parameters
            )
            for statistic in self.network.statistics:
                node = next(
                    nodes[id]
                    for id in (
                        groups[statistic.layer].nodes if statistic.layer else [program.graph.names[statistic.local]]
                    )
                    if nodes[id].name == statistic.local
                )
                elements = size_of(nodes[node.inputs[0]].shape) // size_of(node.shape)
                unbiased = elements / max(elements - 1, 1) if node.kind == "var" else 1.0
                found[statistic.name] += values[node.id] * unbiased / self._measured
        return found

    @property
    def _measured(self) -> int:
        """How many batches normalisation's means and variances are taken from."""
        return max(1, min(self.samples.train, AT_ONCE) // self.batch_size)

    @property
    def _predicted(self) -> int:
        return shape_of(next(iter(self.predict.values())))[0] if self.predict else 0

    @property
    def predicted_elements(self) -> int:
        """Numbers of the outputs at `predict`."""
        return self._predicted * size_of(self.network.output_shape[1:])

    def _chunks(self, count: int) -> list[int]:
        """The sizes in which samples are evaluated."""
        return [min(self.chunk, count - start) for start in range(0, count, self.chunk)]

    def _check_predict(self) -> None:
        x = self.samples.x
        for name, value in self.predict.items():
            if name not in x:
                raise EngineError("unknown-input", name=name)
            wanted = shape_of(x[name])[1:]
            if shape_of(value) == () or shape_of(value)[1:] != wanted:
                raise EngineError(
                    "input-shape",
                    name=f"predict.{name}",
                    got=str(shape_of(value)),
                    wanted=f"(N, {', '.join(map(str, wanted))})",
                )
        missing = [name for name in x if name not in self.predict]
        if self.predict and missing:
            raise EngineError("missing-input", name=missing[0])
