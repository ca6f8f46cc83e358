"""The layers of a Keras model in order, each in the layout of axes that it needs here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.layers import ACTIVATIONS
from gradlens.engine.networks.specs.foreign import Spec
from gradlens.engine.networks.writing import FAMILIES, RESERVED, usable

NAMING = {"batch_norm", "concat"}  # they name the axis that they work along
KEEPING = (
    NAMING
    | {"dropout", "rescale", "add", "multiply", "subtract", "average", "maximum", "minimum"}
    | {op.name for op in ACTIVATIONS if op.shape is None}
)  # axes may stand in any order
MASKED = ("simple_rnn", "lstm", "gru")  # they leave out steps
PASSING = KEEPING - {"batch_norm"} | {
    "affine",
    "layer_norm",
    "spatial_dropout",
    "time_distributed",
    "identity",
    "leading_steps",
}
OTHERWISE = ("batch_norm", "attention", "dot_attention", "dot")  # they would leave out steps in a way of their own
OURS = re.compile(rf"({'|'.join(FAMILIES)}|h)\d+|[xF]")  # what this package calls parameters and values


def plain_name(name: str) -> str:
    return re.sub(r"\W|^(?=\d)", "_", name)


@dataclass(slots=True)
class Layers:
    """Layers in order, with the axes turned where it is needed.

    Keras holds images as (N, H, W, C) by default, and here convolutions take (N, C, H, W).
    taken: names.  turned: our names of values whose channels come first as they do not there -> the order of axes that
    leads back.  known: transposes, by source and order.  masks: by name of a sequence, what is 0 at the steps that are
    left out.  made: the layer that was made first of a part of the file.
    """

    taken: set[str]
    specs: list[Spec] = field(default_factory=list[Spec])
    turned: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    known: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict[tuple[str, tuple[int, ...]], str])
    masks: dict[str, str] = field(default_factory=dict[str, str])
    made: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])

    def free(self, wanted: str) -> str:
        """A name for a layer: the one that is wanted, or one like it."""
        if wanted in RESERVED or OURS.fullmatch(wanted) or not usable(wanted):
            wanted = f"{wanted.lstrip('_') or 'a'}_layer"
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name

    def add(self, spec: Spec, wanted: str, inputs: list[str], part: tuple[str, int]) -> str:
        """A layer, told in Keras's layout.

        part: of the file; where a layer was made of it already, its parameters are shared.  Returns the layer's name.
        """
        spec = dict(spec)
        order = spec.pop("channels_first_order", None)
        reduces = spec.pop("reduces", False)
        hidden = spec.pop("makes_mask", None)
        mask = self.mask_of(spec, inputs)
        if mask is not None and spec["type"] == "global_avg_pool":
            spec, order = {"type": "masked_mean", "keepdims": spec["keepdims"]}, None
        if "inner" in spec:
            spec["layers"] = chain_of(spec.pop("inner"))
        ways = [self.turned.get(source) for source in inputs]
        way = None
        if order is not None:
            way = tuple(sorted(range(len(order)), key=order.__getitem__))
            inputs = [
                source if found == way else self.transposed(self.own(source), order)
                for source, found in zip(inputs, ways, strict=True)
            ]
        elif spec["type"] in KEEPING and len(set(ways)) == 1:
            way = ways[0]
        else:
            inputs = [self.own(source) for source in inputs]
        if way and spec["type"] in NAMING and isinstance(axis := spec["axis"], int) and -len(way) <= axis < len(way):
            spec["axis"] = way[axis]
        if mask is not None and spec["type"] in (*MASKED, "masked_mean"):
            inputs = [*inputs, mask]
        if hidden is not None:
            mask = self.free(f"{wanted}_mask")
            self.specs.append({"type": "mask", "value": hidden, "name": mask, "input": inputs})
        name = self.free(wanted)
        if mask is not None and (hidden is not None or spec["type"] in PASSING or spec.get("sequences")):
            self.masks[name] = mask
        if part in self.made:
            spec["shares"] = self.made[part]
        self.made.setdefault(part, name)
        self.specs.append(spec | {"name": name, "input": inputs})
        if way and not reduces:
            self.turned[name] = way
        return name

    def mask_of(self, spec: Spec, inputs: list[str]) -> str | None:
        """What tells the steps that are left out.  Error: spec-unsupported, where a layer would do something else."""
        told = {self.masks.get(source) for source in inputs}
        found = told - {None}
        joins_steps = spec["type"] == "concat" and (None in told or spec["axis"] not in (-1, 2))
        if found and (len(found) > 1 or spec["type"] in OTHERWISE or joins_steps):
            raise EngineError("spec-unsupported", place=spec["type"], option="mask", got=", ".join(map(str, found)))
        return next(iter(found), None)

    def own(self, source: str) -> str:
        """A value in Keras's own layout."""
        way = self.turned.get(source)
        return source if way is None else self.transposed(source, way)

    def transposed(self, source: str, order: tuple[int, ...]) -> str:
        name = self.known.get((source, order))
        if name is None:
            name = self.free(f"{source}_{'back' if source in self.turned else 'turned'}")
            self.known[source, order] = name
            self.specs.append({"type": "transpose", "axes": list(order), "name": name, "input": [source]})
        return name

    def ending_with(self, outputs: list[str]) -> list[Spec]:
        """All of them, with the output in Keras's own layout as the last; several in an entry of their own."""
        outputs = [self.own(output) for output in dict.fromkeys(outputs)]
        named = {spec["name"] for spec in self.specs}
        for at, output in enumerate(outputs):
            if output not in named:  # an input
                outputs[at] = self.free(f"{output}_itself")
                self.specs.append({"type": "identity", "name": outputs[at], "input": [output]})
        if len(outputs) > 1 or outputs[0] in self.masks:
            return [*self.specs, {"type": "outputs", "input": outputs, "masked": outputs[0] in self.masks}]
        if self.specs[-1]["name"] != outputs[0]:
            self.specs.append({"type": "identity", "input": outputs})
        return self.specs


def chain_of(specs: list[Spec]) -> list[Spec]:
    """Layers inside another, one after the other, with the axes turned where it is needed."""
    graph = Layers({"x"})
    name = "x"
    for number, spec in enumerate(specs, 1):
        name = graph.add(spec, f"inner_{number}", [name], ("", number))
    found = graph.ending_with([name])
    return [{key: value for key, value in spec.items() if key not in ("name", "input")} for spec in found]
