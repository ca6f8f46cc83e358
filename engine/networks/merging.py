"""Layers that make one value of several."""

from __future__ import annotations

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import Field, sizes, whole
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Shape

SIGNS = {"add": " + ", "multiply": " * ", "subtract": " - ", "average": " + "}


def refused(draft: Draft) -> EngineError:
    shapes = ", ".join(map(str, draft.shapes))
    return EngineError("merge-shapes", place=draft.place, layer=draft.type, shapes=shapes)


def merge(draft: Draft) -> Shape:
    """Several inputs, element by element."""
    count = len(draft.shapes)
    if len({len(s) for s in draft.shapes}) > 1 or (draft.type == "subtract" and count != 2):
        raise refused(draft)  # the batch's axis of one would meet another axis of the other
    try:
        shape = broadcast(draft.type, tuple(draft.shapes))
    except EngineError:
        raise refused(draft) from None
    names = [f"x{i}" for i in range(1, count + 1)]
    if draft.type in SIGNS:
        draft.result = SIGNS[draft.type].join(names)
        if draft.type == "average":
            draft.result = f"({draft.result}) / {count}"
    else:
        draft.result = names[0]
        for name in names[1:]:
            draft.result = f"{draft.type}({draft.result}, {name})"
    return shape


def concat(draft: Draft) -> Shape:
    first, axis = draft.shapes[0], draft["axis"]
    fits = all(len(s) == len(first) for s in draft.shapes) and -len(first) <= axis < len(first)
    at = axis % len(first) if fits else 0
    if not fits or any(s[:at] + s[at + 1 :] != first[:at] + first[at + 1 :] for s in draft.shapes):
        raise refused(draft)
    draft.result = f"concat([{', '.join(f'x{i}' for i in range(1, len(draft.shapes) + 1))}], axis={axis})"
    return (*first[:at], sum(s[at] for s in draft.shapes), *first[at + 1 :])


def dot(draft: Draft) -> Shape:
    """The products of two inputs, summed over an axis of each, sample by sample."""
    shapes, axes = draft.shapes, draft["axes"]
    if len(shapes) != 2 or {len(s) for s in shapes} not in ({2}, {3}):
        raise refused(draft)
    one, two = shapes
    both = tuple(axis % len(s) for axis, s in zip(axes * 2 if len(axes) == 1 else axes, shapes, strict=False))
    if len(both) != 2 or 0 in both or one[0] != two[0] or one[both[0]] != two[both[1]]:
        raise refused(draft)
    if len(one) == 2:
        draft.result = "sum(x1 * x2, axis=1, keepdims=True)"
        return (one[0], 1)
    left = "x1" if both[0] == 2 else "swapaxes(x1, 1, 2)"
    right = "x2" if both[1] == 1 else "swapaxes(x2, 1, 2)"
    draft.result = f"{left} @ {right}"
    return (one[0], one[3 - both[0]], two[3 - both[1]])


MERGING = {
    **{
        kind: LayerType(merge, inputs=None) for kind in ("add", "multiply", "subtract", "average", "maximum", "minimum")
    },
    "concat": LayerType(concat, {"axis": Field(whole(-32), -1)}, inputs=None),
    "dot": LayerType(dot, {"axes": Field(sizes(-32), required=True)}, inputs=None),
}
