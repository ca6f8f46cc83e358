"""Products of matrices, sums and other reductions."""

from __future__ import annotations

from gradlens.engine.networks.onnx.operators.elementwise import common_shape
from gradlens.engine.networks.onnx.operators.rearranging import ints_of
from gradlens.engine.networks.onnx.values import Call, Result, Write, number_text, tuple_text
from gradlens.engine.values import Shape

# The function, with a place for the array and the options, and the opset since which the axes are an input.
REDUCTIONS = {
    "ReduceL1": ("sum(abs({}){})", 18),
    "ReduceL2": ("norm({}{})", 18),
    "ReduceLogSum": ("log(sum({}{}))", 18),
    "ReduceLogSumExp": ("logsumexp({}{})", 18),
    "ReduceMax": ("max({}{})", 18),
    "ReduceMean": ("mean({}{})", 18),
    "ReduceMin": ("min({}{})", 18),
    "ReduceProd": ("prod({}{})", 18),
    "ReduceSum": ("sum({}{})", 13),
    "ReduceSumSquare": ("sum({} ** 2{})", 18),
}


def product_shape(call: Call, a: Shape, b: Shape) -> Shape:
    """Of a matrix product as NumPy has it.  Error: onnx-inputs."""
    call.needs(len(a) >= 1 and len(b) >= 1 and a[-1] == b[-2 if len(b) > 1 else 0])
    batch = common_shape(call, a[:-2], b[:-2])
    return (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def matmul(call: Call) -> Result:
    return f"{call.text(0)} @ {call.text(1)}", product_shape(call, call.shape(0), call.shape(1))


def gemm(call: Call) -> Result:
    """alpha · A B + beta · C, where A and B may be transposed first."""
    shapes, texts = [call.shape(0), call.shape(1)], [call.text(0), call.text(1)]
    call.needs(len(shapes[0]) == len(shapes[1]) == 2)
    for i, name in enumerate(("transA", "transB")):
        if call.take(name, 0):
            shapes[i], texts[i] = shapes[i][::-1], f"{texts[i]}.T"
    alpha, beta = call.take("alpha", 1.0), call.take("beta", 1.0)
    shape = product_shape(call, *shapes)
    text = " @ ".join(texts)
    if alpha != 1:
        text = f"{number_text(alpha)} * ({text})"
    if call.has(2):
        call.needs(common_shape(call, shape, call.shape(2)) == shape)
        text += f" + {call.text(2)}" if beta == 1 else f" + {number_text(beta)} * {call.text(2)}"
    return text, shape


def einsum(call: Call) -> Result:
    """Errors: onnx-attribute, onnx-inputs."""
    equation = call.take("equation", "").replace(" ", "")
    before, arrow, after = equation.partition("->")
    terms = before.split(",")
    if "." in equation or not all(one.isalpha() or not one for one in (*terms, after)):
        raise call.unsupported("equation", equation)
    call.needs(len(terms) == len(call.inputs))
    sizes: dict[str, int] = {}
    for i, term in enumerate(terms):
        call.needs(len(term) == call.axes(i))
        for letter, n in zip(term, call.shape(i), strict=True):
            call.needs(sizes.setdefault(letter, n) == n)
    if not arrow:
        after = "".join(sorted(one for one in sizes if before.count(one) == 1))
    call.needs(all(one in sizes for one in after))
    texts = ", ".join(call.text(i) for i in range(len(terms)))
    return f"einsum('{before}->{after}', {texts})", tuple(sizes[one] for one in after)


def reduction(call: Call) -> Result:
    form, before = REDUCTIONS[call.operator.type]
    x, kept = call.shape(0), bool(call.take("keepdims", 1))
    given, untouched = ints_of(call, "axes", 1, before), call.take("noop_with_empty_axes", 0)
    if not given and untouched:
        return call.value(0)
    axes = sorted({call.axis(one) for one in given}) if given else list(range(len(x)))
    whole = len(axes) == len(x)
    options = "" if whole else f", axis={axes[0] if len(axes) == 1 else tuple_text(axes)}"
    if kept:
        options += ", keepdims=True"
    return form.format(call.text(0), options), reduced(x, axes, kept), call.value(0).kind


def reduced(x: Shape, axes: list[int], kept: bool) -> Shape:
    return tuple(1 if i in axes else n for i, n in enumerate(x) if kept or i not in axes)


def place_of_largest(call: Call) -> Result:
    axis, kept = call.axis(call.take("axis", 0)), bool(call.take("keepdims", 1))
    call.only("select_last_index", 0)
    function = call.operator.type.lower()
    return f"{function}({call.text(0)}, axis={axis}, keepdims={kept})", reduced(call.shape(0), [axis], kept), "int"


def running_sum(call: Call) -> Result:
    axis = call.axis(int(call.known_number(1)))
    call.only("exclusive", 0)
    backward = ", reverse=True" if call.take("reverse", 0) else ""
    return f"cumsum({call.text(0)}, axis={axis}{backward})", call.shape(0), call.value(0).kind


REDUCING: dict[str, Write] = {
    **dict.fromkeys(REDUCTIONS, reduction),
    "ArgMax": place_of_largest,
    "ArgMin": place_of_largest,
    "CumSum": running_sum,
    "Det": lambda call: (f"det({call.text(0)})", call.shape(0)[:-2]),
    "Einsum": einsum,
    "Gemm": gemm,
    "MatMul": matmul,
}
