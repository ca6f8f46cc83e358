"""Operators that move, choose and repeat elements."""

from __future__ import annotations

import numpy as np

from gradlens.engine.networks.onnx.operators.elementwise import common_shape
from gradlens.engine.networks.onnx.values import Call, Result, Value, Write, known_value, number_text, tuple_text
from gradlens.engine.values import Shape, size_of


def ints_of(call: Call, name: str, index: int, before: int) -> list[int] | None:
    """A list that was an attribute before an opset, and is an input since."""
    if call.opset < before:
        return call.ints(name)
    return call.known_ints(index) if call.has(index) else None


def reshape(call: Call) -> Result:
    x, wanted = call.shape(0), call.known_ints(1)
    if not call.take("allowzero", 0):
        call.needs(all(n != 0 or i < len(x) for i, n in enumerate(wanted)))
        wanted = [x[i] if n == 0 else n for i, n in enumerate(wanted)]
    call.needs(wanted.count(-1) <= 1 and min(wanted, default=0) >= -1)
    rest = size_of(tuple(n for n in wanted if n != -1))
    shape = tuple(size_of(x) // rest if n == -1 and rest else n for n in wanted)
    call.needs(size_of(shape) == size_of(x))
    return moved(call, f"reshape({call.text(0)}, {tuple_text(shape)})", shape)


def moved(call: Call, text: str, shape: Shape) -> Result:
    """The same elements in another shape; where that is no other one, the same value."""
    if shape == call.shape(0):
        return call.value(0)
    return text, shape, call.value(0).kind


def flatten(call: Call) -> Result:
    x, given = call.shape(0), call.take("axis", 1)
    axis = call.axis(given, len(x) + (given == len(x)))
    shape = (size_of(x[:axis]), size_of(x[axis:]))
    return moved(call, f"reshape({call.text(0)}, {shape})", shape)


def transpose(call: Call) -> Result:
    x = call.shape(0)
    axes = call.ints("perm") or list(range(len(x)))[::-1]
    call.needs(sorted(axes) == list(range(len(x))))
    shape = tuple(x[a] for a in axes)
    if axes == sorted(axes):
        return call.value(0)
    text = f"{call.text(0)}.T" if axes == [1, 0] else f"transpose({call.text(0)}, {tuple_text(axes)})"
    return text, shape, call.value(0).kind


def squeeze(call: Call) -> Result:
    x = call.shape(0)
    given = ints_of(call, "axes", 1, 13)
    axes = {call.axis(one) for one in given} if given is not None else {i for i, n in enumerate(x) if n == 1}
    call.needs(all(x[axis] == 1 for axis in axes))
    shape = tuple(n for i, n in enumerate(x) if i not in axes)
    return moved(call, f"reshape({call.text(0)}, {tuple_text(shape)})", shape)


def unsqueeze(call: Call) -> Result:
    x, given = call.shape(0), ints_of(call, "axes", 1, 13) or []
    total = len(x) + len(given)
    axes = {call.axis(one, total) for one in given}
    call.needs(len(axes) == len(given))
    sizes = iter(x)
    shape = tuple(1 if i in axes else next(sizes) for i in range(total))
    return moved(call, f"reshape({call.text(0)}, {tuple_text(shape)})", shape)


def concat(call: Call) -> Result:
    shapes = [call.shape(i) for i in range(len(call.inputs))]
    axis = call.axis(call.take("axis", 1 if call.opset < 4 else 0))
    call.needs(all(len(s) == len(shapes[0]) and without(s, axis) == without(shapes[0], axis) for s in shapes))
    shape = tuple(sum(s[axis] for s in shapes) if i == axis else n for i, n in enumerate(shapes[0]))
    texts = ", ".join(call.text(i) for i in range(len(shapes)))
    return f"concat([{texts}], axis={axis})", shape, call.value(0).kind


def without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def split(call: Call) -> list[Result]:
    x = call.shape(0)
    axis = call.axis(call.take("axis", 0))
    sizes = ints_of(call, "split", 1, 13)
    parts = len(call.operator.outputs)
    call.only("num_outputs", parts)
    if sizes is None:
        each = -(-x[axis] // parts)
        sizes = [each] * (parts - 1) + [x[axis] - each * (parts - 1)]
    call.needs(sum(sizes) == x[axis] and len(sizes) == parts and min(sizes) >= 0)
    name, found, at = call.line(call.text(0)), list[Result](), 0
    for size in sizes:
        shape = tuple(size if i == axis else n for i, n in enumerate(x))
        found.append((f"{name}[{colons(axis)}{at}:{at + size}]", shape, call.value(0).kind))
        at += size
    return found


def colons(axis: int) -> str:
    return ":, " * axis


def slice_(call: Call) -> Result:
    x = call.shape(0)
    if call.opset < 10:
        starts, ends, given, steps = call.ints("starts") or [], call.ints("ends") or [], call.ints("axes"), None
    else:
        starts, ends = call.known_ints(1), call.known_ints(2)
        given = call.known_ints(3) if call.has(3) else None
        steps = call.known_ints(4) if call.has(4) else None
    axes = [call.axis(one) for one in given] if given is not None else list(range(len(starts)))
    steps = steps or [1] * len(starts)
    call.needs(len(starts) == len(ends) == len(axes) == len(steps) and 0 not in steps and len(axes) <= len(x))
    keys: list[str] = [":"] * len(x)
    shape = list(x)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        first, last, _ = slice(start, end, step).indices(x[axis])
        shape[axis] = len(range(first, last, step))
        keys[axis] = f"{first}:{'' if last < 0 else last}{'' if step == 1 else f':{step}'}"
        if shape[axis] == 0:
            keys[axis] = "0:0"
    while keys and keys[-1] == ":":
        keys.pop()
    return moved_by(call, keys, tuple(shape))


def moved_by(call: Call, keys: list[str], shape: Shape) -> Result:
    if all(key in (":", f"0:{n}") for key, n in zip(keys, call.shape(0), strict=False)):
        return call.value(0)
    return f"{call.text(0)}[{', '.join(keys)}]", shape, call.value(0).kind


def gather(call: Call) -> Result:
    """At places that are known, or rows that whole numbers name."""
    x, places = call.shape(0), call.value(1)
    axis = call.axis(call.take("axis", 0))
    shape = (*x[:axis], *places.shape, *x[axis + 1 :])
    kind = call.value(0).kind
    if places.known is not None:
        call.needs(bool((-x[axis] <= places.known).all() and (places.known < x[axis]).all()))
        if places.known.ndim == 0:
            return f"{call.text(0)}[{colons(axis)}{places.known.item()}]", shape, kind
        if places.known.size <= 1_000:
            return f"take({call.text(0)}, {places.known.tolist()}, axis={axis})", shape, kind
    return f"take({call.text(0)}, {call.text(1)}, axis={axis})", shape, kind


def gather_elements(call: Call) -> Result:
    x, places = call.shape(0), call.shape(1)
    axis = call.axis(call.take("axis", 0))
    call.needs(len(places) == len(x))
    cut = "".join(f":{n}, " if i != axis and n < x[i] else ":, " for i, n in enumerate(places)).rstrip(", ")
    source = call.text(0) if without(places, axis) == without(x, axis) else f"{call.text(0)}[{cut}]"
    return f"take_along_axis({source}, {call.text(1)}, axis={axis})", places, call.value(0).kind


def expand(call: Call) -> Result:
    shape = common_shape(call, call.shape(0), tuple(call.known_ints(1)))
    return moved(call, f"broadcast_to({call.text(0)}, {tuple_text(shape)})", shape)


def tile(call: Call) -> Result:
    x, times = call.shape(0), call.known_ints(1)
    call.needs(len(times) == len(x) and min(times, default=1) >= 1)
    shape = tuple(n * m for n, m in zip(x, times, strict=True))
    return moved(call, f"tile({call.text(0)}, {tuple_text(times)})", shape)


def pad(call: Call) -> Result:
    """By a number, or by what is there; less than 0 is cut off."""
    x, mode = call.shape(0), call.take("mode", "constant")
    if call.opset < 11:
        widths, value = call.ints("pads") or [], call.take("value", 0.0)
        axes = list(range(len(x)))
    else:
        widths = call.known_ints(1)
        value = call.known_number(2) if call.has(2) else 0.0
        axes = [call.axis(one) for one in call.known_ints(3)] if call.has(3) else list(range(len(x)))
    call.needs(len(widths) == 2 * len(axes) and mode in ("constant", "reflect", "edge", "wrap"))
    around = [(0, 0)] * len(x)
    for axis, before, after in zip(axes, widths[: len(axes)], widths[len(axes) :], strict=True):
        around[axis] = before, after
    shape = tuple(n + a + b for n, (a, b) in zip(x, around, strict=True))
    call.needs(min(shape, default=1) >= 0)
    text = call.text(0)
    if any(min(one) < 0 for one in around):
        kept = [f"{max(-a, 0)}:{n - max(-b, 0)}" for n, (a, b) in zip(x, around, strict=True)]
        text = f"{text}[{', '.join(kept)}]"
    if mode == "constant":
        added = tuple_text([str((max(a, 0), max(b, 0))) for a, b in around])  # type: ignore[arg-type]  # texts of pairs
        result = (
            f"pad({text}, {added}, value={number_text(float(value))})" if any(max(one) > 0 for one in around) else text
        )
        return moved(call, result, shape) if text == call.text(0) else (result, shape, call.value(0).kind)
    for axis, (before, after) in enumerate(around):
        if max(before, after) > 0:
            n = x[axis] + min(before, 0) + min(after, 0)
            call.needs(n >= 1 and max(before, after) <= 10_000 and (mode != "reflect" or max(before, after) < n))
            places = np.pad(np.arange(n), (max(before, 0), max(after, 0)), mode).tolist()
            text = f"take({text}, {places}, axis={axis})"
    return moved(call, text, shape)


def triangle(call: Call) -> Result:
    if call.has(1) and call.known_number(1):
        raise call.unsupported("k", call.known_number(1))
    return f"{'triu' if call.take('upper', 1) else 'tril'}({call.text(0)})", call.shape(0), call.value(0).kind


def one_hot(call: Call) -> Result:
    """Classes on the last axis unless it is another one."""
    x, classes, values = call.shape(0), int(call.known_number(1)), call.known(2)
    axis = call.axis(call.take("axis", -1), len(x) + 1)
    call.needs(values.shape == (2,) and 1 <= classes <= 100_000)
    text = f"one_hot({call.text(0)}, {classes})"
    if axis != len(x):
        text = f"moveaxis({text}, -1, {axis})"
    off, on = values.tolist()
    if (off, on) != (0, 1):
        text = f"{number_text(off)} + {number_text(on - off)} * {text}"
    return text, (*x[:axis], classes, *x[axis:])


def depth_to_space(call: Call) -> Result:
    x, block, mode = call.shape(0), call.take("blocksize", 0), call.take("mode", "DCR")
    call.needs(len(x) == 4 and block >= 1 and x[1] % block**2 == 0 and mode in ("DCR", "CRD"))
    n, c, h, w = x
    if mode == "DCR":
        parts, order = (n, block, block, c // block**2, h, w), (0, 3, 4, 1, 5, 2)
    else:
        parts, order = (n, c // block**2, block, block, h, w), (0, 1, 4, 2, 5, 3)
    shape = (n, c // block**2, h * block, w * block)
    return f"reshape(transpose(reshape({call.text(0)}, {parts}), {order}), {shape})", shape


def space_to_depth(call: Call) -> Result:
    x, block = call.shape(0), call.take("blocksize", 0)
    call.needs(len(x) == 4 and block >= 1 and x[2] % block == 0 and x[3] % block == 0)
    n, c, h, w = x
    parts, shape = (n, c, h // block, block, w // block, block), (n, c * block**2, h // block, w // block)
    return f"reshape(transpose(reshape({call.text(0)}, {parts}), (0, 3, 5, 1, 2, 4)), {shape})", shape


def constant(call: Call) -> Result:
    """A number or whole numbers as they are; an array of other numbers is a weight, by the name of the result."""
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if name in call.attributes:
            found = call.attributes.pop(name)
            if found is None:
                raise call.unsupported(name, found)
            value = known_value(
                np.array(found, np.float64 if "float" in name else np.int64) if name != "value" else found
            )
            if value.kind == "float" and value.shape:
                return Value("", value.shape, "float", value.known, call.operator.outputs[0])
            return value
    raise call.unfit()


REARRANGING: dict[str, Write] = {
    "Concat": concat,
    "Constant": constant,
    "DepthToSpace": depth_to_space,
    "Expand": expand,
    "Flatten": flatten,
    "Gather": gather,
    "GatherElements": gather_elements,
    "OneHot": one_hot,
    "Pad": pad,
    "Reshape": reshape,
    "Shape": lambda call: shape_value(call),
    "Size": lambda call: known_value(np.int64(size_of(call.shape(0)))),
    "Slice": slice_,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Squeeze": squeeze,
    "Tile": tile,
    "Transpose": transpose,
    "Trilu": triangle,
    "Unsqueeze": unsqueeze,
}


def shape_value(call: Call) -> Result:
    x = call.shape(0)
    start, end = call.take("start", 0), call.take("end", len(x))
    return known_value(np.array(x[start:end], np.int64))
