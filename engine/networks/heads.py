"""What a network ends in, beside what its loss expects of it: the loss that fits, and what a careful teacher would
remark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gradlens.engine.advising.advice import Remark
from gradlens.engine.networks.convolutions import CONVOLUTIONS
from gradlens.engine.networks.layers import ACTIVATIONS
from gradlens.engine.networks.losses import LOSSES, Loss
from gradlens.engine.networks.writing import Layer
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape

# kind: the sentence
KINDS = {
    "head-twice": (
        "The network ends in {layer}, which {loss} would apply once more. {instead} is computed instead: it takes the"
        " outputs as they are."
    ),
    "head-logarithm": (
        "The network ends in {layer}, so its outputs are logarithms, and {loss} would take their logarithm once more."
        " {instead} is computed instead: for such outputs it is the loss that is meant."
    ),
    "head-range": (
        "{loss} applies {function} itself and takes any numbers, but the network ends in {layer}, whose outputs lie in"
        " {range}: some probabilities are out of reach. Leave that layer out."
    ),
    "head-distribution": (
        "{loss} takes probabilities that add up to 1 over the last axis, and the network ends in {layer}, which does"
        " not see to that. End it in softmax, or choose softmax_cross_entropy."
    ),
    "head-probability": (
        "{loss} takes probabilities from 0 to 1, and the network ends in {layer}, whose outputs can lie elsewhere. End"
        " it in sigmoid, or choose sigmoid_cross_entropy."
    ),
    "one-class": (
        "The last axis of the output has one element, and softmax of a single element is always 1, so nothing is"
        " learnt. Give it one element a class, or take sigmoid and binary_cross_entropy."
    ),
    "several-outputs": (
        "The network gives several outputs: {outputs}. The loss compares the first of them with the targets; the others"
        " are computed, too, and lead to no loss."
    ),
    "masked-loss": (
        "The network leaves out steps that are padded, and Keras leaves them out of the loss, too. Here the loss takes"
        " every step."
    ),
    "same-noise": (
        "The model draws random numbers when it is called: {names}. Here they are drawn once, and every step takes the"
        " same ones."
    ),
    "class-axis": (
        "{loss} takes the classes along the last axis, but {layer} leaves the channels along axis 1 of the output's"
        " shape {shape}. Add a transpose layer with the axes {axes}."
    ),
}
# The loss that is meant, by the one that is named and the layer that the network ends in.  Keras does so as well.
FITTING = {(op.name, op.fuses[0]): (op.fuses[1], "head-twice") for op in OPS.values() if op.fuses} | {
    ("cross_entropy", "log_softmax"): ("softmax_cross_entropy", "head-logarithm"),
}
MOVING = ("flatten", "reshape", "transpose", "identity")  # the numbers stay as they are
IN_PLACE = {"identity", "dropout", "rescale", "batch_norm"} | {
    op.name for op in ACTIVATIONS
}  # the axes stay as they are
CHANNELLED = tuple(name for name in CONVOLUTIONS if not name.startswith("global"))


@dataclass(frozen=True, slots=True)
class Head:
    """The layer that makes the output's numbers.

    layer: None where none does.  moved: whether layers that only move numbers come after it.  channelled: the
      convolution
    or pooling whose axes the output has.
    """

    layer: Layer | None
    moved: bool
    channelled: Layer | None


def head_of(chain: list[Layer]) -> Head:
    """chain: the layers that lead to the output one by one, the last first."""
    layer = next((layer for layer in chain if layer.type not in MOVING), None)
    after = chain[: len(chain) if layer is None else chain.index(layer)]
    placing = next((layer for layer in chain if layer.type not in IN_PLACE), None)
    return Head(
        layer,
        any(one.type != "identity" for one in after),
        placing if placing is not None and placing.type in CHANNELLED else None,
    )


def interval(layer: Layer | None) -> str:
    """In which a layer's outputs lie, where that is less than all numbers; else empty."""
    return OPS[layer.type].words.values if layer is not None and layer.type in OPS else ""


def several_outputs(names: Iterable[str] = ()) -> Remark:
    """That only the first output is compared with targets.  names: of the outputs, where the others have some."""
    params = {"outputs": ", ".join(names) or "y, …"}
    return Remark("several-outputs", KINDS["several-outputs"].format(**params), params)


def masked_loss() -> Remark:
    return Remark("masked-loss", KINDS["masked-loss"], {})


def same_noise(names: Iterable[str]) -> Remark:
    params = {"names": ", ".join(names)}
    return Remark("same-noise", KINDS["same-noise"].format(**params), params)


def fitted(loss: Loss, chain: list[Layer], output: Shape) -> tuple[Loss, list[Remark]]:
    """The loss that is meant, and what there is to remark."""
    head = head_of(chain)
    kind = head.layer.type if head.layer is not None else None
    classes = LOSSES[loss.type].decides == "classes"
    name = head.layer.name if head.layer is not None else ""
    axis = head.layer.axis if head.layer is not None else None
    over_last = kind in ("softmax", "log_softmax") and not head.moved and axis == len(output) - 1
    found: list[Remark] = []

    def remark(kind: str, **params: str) -> None:
        found.append(Remark(kind, KINDS[kind].format(**params), params))

    if output and output[-1] == 1 and (loss.type == "softmax_cross_entropy" or (kind == "softmax" and over_last)):
        remark("one-class")
    if classes and len(output) > 2 and head.channelled is not None:
        axes = (0, *range(2, len(output)), 1)
        remark("class-axis", loss=loss.type, layer=head.channelled.name, shape=str(output), axes=str(list(axes)))
    instead, why = FITTING.get((loss.type, kind or ""), (None, ""))
    if instead is not None and not head.moved and (over_last or kind == "sigmoid"):
        remark(why, loss=loss.type, layer=name, instead=instead)
        return replace(loss, type=instead), found
    applied = op.fuses[0] if (op := OPS.get(loss.type)) is not None and op.fuses else None
    bounding = next(
        (layer for layer in chain if layer.type not in (*MOVING, "dropout")), None
    )  # what is dropped while it trains is there when it predicts
    bounds = interval(bounding)
    if applied and bounding and bounds and (applied == "sigmoid" or "∞" not in bounds):
        remark("head-range", loss=loss.type, function=applied, layer=bounding.name, range=bounds)
    elif loss.type == "cross_entropy" and kind is not None and not (kind == "softmax" and (over_last or head.moved)):
        remark("head-distribution", loss=loss.type, layer=name)
    elif loss.type == "binary_cross_entropy" and kind is not None and interval(head.layer) not in ("(0, 1)", "[0, 1]"):
        remark("head-probability", loss=loss.type, layer=name)
    return loss, found
