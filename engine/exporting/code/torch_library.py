"""How PyTorch spells the ops."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.definitions import defined
from gradlens.engine.exporting.code.expressions import Expressions, Library, call, negative, same, up_to_sign
from gradlens.engine.exporting.code.literals import attribute, index, literal
from gradlens.engine.exporting.code.shapes import einsum, spread_out, summed_to
from gradlens.engine.graph import Node

torch = "torch"


def chosen(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """torch.where, whose condition is no number."""
    condition = operands[0]
    if not e.is_condition(node.inputs[0]):
        condition = e.own(condition) if e.is_plain(node.inputs[0]) else condition
        condition = ast.Compare(condition, [ast.NotEq()], [ast.Constant(0)])
    return call(torch, "where")(condition, *operands[1:])


def positions(node: Node, shape: tuple[int, ...]) -> np.ndarray:
    """For each element of the result, where it stands in an operand of a shape that is laid out flat."""
    op = node.op
    assert op is not None and op.array is not None
    order = np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape)
    return np.asarray(op.array(order, **node.options)).astype(int)


def whole_numbers(places: np.ndarray) -> ast.expr:
    def listed(items: Any) -> ast.expr:
        return ast.List([listed(one) for one in items]) if isinstance(items, list) else ast.Constant(items)

    return listed(places.tolist())


def picked(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """Elements by their places in the operand laid out flat."""
    places = positions(node, e.shape(node.inputs[0]))
    flat = call(torch, "reshape")(operands[0], literal((-1,)))
    if not places.size:
        return call(torch, "zeros")(literal(places.shape))
    return ast.Subscript(flat, ast.Call(attribute(torch, "tensor"), [whole_numbers(places)], []))


def is_plain_key(key: Any) -> bool:
    """Whether PyTorch reads an index as NumPy does: no steps backward, one list at most."""
    if any(isinstance(one, slice) and one.step is not None and one.step < 0 for one in key):
        return False
    lists = [one for one in key if isinstance(one, tuple)]
    if not lists:
        return True
    is_alone = len(lists) == 1 and not any(isinstance(one, int) for one in key)
    return is_alone and all(isinstance(one, int) for one in lists[0])


def indexed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    if not is_plain_key(node.options["key"]):
        return picked(e, node, operands)
    return ast.Subscript(operands[0], index(node.options["key"]))


PUT = '''def {name}(x, y, places):
    """A copy of x with y at places that are counted in x laid out flat."""
    flat = torch.reshape(x, (-1,)).clone()
    flat[places] = torch.broadcast_to(y, places.shape)
    return torch.reshape(flat, x.shape)'''
SCATTER = '''def {name}(x, places, shape):
    """Zeros with x added at places that are counted in the result laid out flat."""
    flat = torch.zeros(math.prod(shape))
    return torch.reshape(flat.index_put((places,), x, accumulate=True), shape)'''


def key_places(node: Node, shape: tuple[int, ...]) -> ast.expr:
    places = np.asarray(np.arange(int(np.prod(shape))).reshape(shape)[node.options["key"]])
    return ast.Call(
        attribute(torch, "tensor"), [whole_numbers(places)], [ast.keyword("dtype", attribute(torch, "long"))]
    )


def put(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    name = e.sources.add_text("put", PUT)
    return ast.Call(ast.Name(name), [*operands, key_places(node, e.shape(node.inputs[0]))], [])


def scattered(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    e.sources.modules.add("math")
    shape = node.options["shape"]
    name = e.sources.add_text("scatter", SCATTER)
    return ast.Call(ast.Name(name), [operands[0], key_places(node, shape), literal(shape)], [])


def pad_diagonal(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    e.sources.modules.add("math")
    shape = node.options["shape"]
    places = np.arange(min(shape)) * (shape[1] + 1)
    tensor = ast.Call(attribute(torch, "tensor"), [whole_numbers(places)], [])
    return ast.Call(ast.Name(e.sources.add_text("scatter", SCATTER)), [operands[0], tensor, literal(shape)], [])


def reshaped(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return call(torch, "reshape")(operands[0], literal(node.shape))


def transposed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    rank = len(node.shape)
    axes = node.options["axes"] or tuple(range(rank))[::-1]
    if rank == 2 and tuple(axes) == (1, 0):
        return ast.Attribute(operands[0], "T")
    return call(torch, "permute")(operands[0], literal(tuple(axes)))


def product_along(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    axes, keep = node.options["axis"] or (), node.options["keepdims"]
    axes = (axes,) if isinstance(axes, int) else axes
    made = operands[0]
    for axis in sorted(axes, reverse=True):
        made = call(torch, "prod")(made, dim=literal(axis), **({"keepdim": ast.Constant(True)} if keep else {}))
    return made


def accumulated(name: str) -> Any:
    def write(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
        axis, made = node.options["axis"], operands[0]
        if axis is None:
            axis, made = 0, call(torch, "reshape")(made, literal((-1,)))
        if not node.options.get("reverse"):
            return call(torch, name)(made, dim=literal(axis))
        turned = call(torch, "flip")(made, literal((axis,)))
        return call(torch, "flip")(call(torch, name)(turned, dim=literal(axis)), literal((axis,)))

    return write


def flipped(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    axes = node.options["axis"]
    axes = tuple(range(len(node.shape))) if axes is None else (axes,) if isinstance(axes, int) else axes
    return call(torch, "flip")(operands[0], literal(axes))


def dotted(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    ranks = [len(e.shape(id)) for id in node.inputs]
    if 0 in ranks:
        return ast.BinOp(operands[0], ast.Mult(), operands[1])
    if max(ranks) <= 2:
        return ast.BinOp(operands[0], ast.MatMult(), operands[1])
    last = [[ranks[0] - 1], [max(ranks[1] - 2, 0)]]
    return call(torch, "tensordot")(*operands, dims=ast.Tuple([whole_numbers(np.array(one)) for one in last]))


def outer(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    first = e.shape(node.inputs[0]) + (1,) * len(e.shape(node.inputs[1]))
    return ast.BinOp(call(torch, "reshape")(operands[0], literal(first)), ast.Mult(), operands[1])


def long(value: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(value, "long"), [], [])


def taken(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    axis = node.options["axis"]
    if axis is None:
        return ast.Subscript(call(torch, "reshape")(operands[0], literal((-1,))), long(operands[1]))
    places: list[ast.expr] = [*[ast.Slice()] * axis, long(operands[1])]
    return ast.Subscript(operands[0], ast.Tuple(places) if axis else places[0])


def scaled_log(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """logmeanexp: the logarithm of a sum, less that of how many were summed."""
    count = int(np.prod(e.shape(node.inputs[0]))) // max(int(np.prod(node.shape)), 1)
    return ast.BinOp(e.filled(TEMPLATES["logsumexp"], node, operands), ast.Sub(), literal(float(np.log(count))))


def median(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """The mean of the one or two in the middle of the order: torch.median takes the lower of two."""
    shape, axes, keep = e.shape(node.inputs[0]), node.options["axis"], node.options["keepdims"]
    axes = (axes,) if isinstance(axes, int) else tuple(range(len(shape)) if axes is None else axes)
    rest = [a for a in range(len(shape)) if a not in axes]
    count = int(np.prod([shape[a] for a in axes]))
    rows = call(torch, "permute")(operands[0], literal((*rest, *axes)))
    rows = call(torch, "reshape")(rows, literal((*[shape[a] for a in rest], count)))
    order = ast.Subscript(call(torch, "sort")(rows, stable=ast.Constant(True)), ast.Constant(0))
    between = ast.Slice(ast.Constant((count - 1) // 2), ast.Constant(count // 2 + 1))
    middle = ast.Subscript(order, ast.Tuple([ast.Constant(...), between]))
    found = call(torch, "mean")(middle, dim=literal(-1))
    return call(torch, "reshape")(found, literal(node.shape)) if keep else found


def padded(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    widths = tuple(n for pair in reversed(node.options["width"]) for n in pair)
    given = {"value": literal(node.options["value"])} if node.options["value"] else {}
    return call(torch, "nn", "functional", "pad")(operands[0], literal(widths), **given)


def along_axes(name: str) -> Any:
    """A softmax, which PyTorch takes along one axis: along several by the logarithm of the sum."""

    def write(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr | None:
        axis = node.options["axis"]
        if isinstance(axis, int) or len(axis) == 1:
            return None
        log = e.filled("x - torch.logsumexp(x, dim=axis_, keepdim=True)", node, operands)
        return call(torch, "exp")(log) if name == "softmax" else log

    return write


def plain_einsum(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """torch.einsum; where the result names a letter twice by NumPy.  Error: code-unspelled."""
    made = einsum(e, node, operands)
    assert isinstance(made, ast.Call)
    if not isinstance(made.func, ast.Name):
        return made
    if not e.by_hand:
        raise EngineError("code-unspelled", function="einsum", library="PyTorch")
    name = e.sources.add_text("with_numpy", WITH_NUMPY)
    values = ast.Name("values")
    arguments = ast.arguments([], [], ast.arg("values"), [], [], None, [])
    function = ast.Lambda(arguments, ast.Call(made.func, [made.args[0], ast.Starred(values)], []))
    return ast.Call(ast.Name(name), [function, *operands], [])


def of_order(*names: str) -> Any:
    """A function that PyTorch has for the first orders alone."""

    def write(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr | None:
        n = node.options["n"]
        return call(torch, "special", names[n])(*operands) if 0 <= n < len(names) else None

    return write


WITH_NUMPY = '''def {name}(function, *tensors, **options):
    """What a function of NumPy makes of tensors; no gradient passes it."""
    made = function(*[x.detach().numpy() for x in tensors], **options)
    return torch.from_numpy(np.array(made, dtype=np.float64))'''


def fallback(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """An op that PyTorch has not: by its definition, or by NumPy where no gradient needs to pass.

    Error: code-unspelled.
    """
    op = node.op
    assert op is not None
    if op.definition is not None and node.kind not in e.opening:
        return defined(e, node, operands)
    if op.array is None or (op.has_gradient and not e.by_hand):
        raise EngineError("code-unspelled", function=op.name, library="PyTorch")
    function = e.sources.value(op.array, op.name)
    options = [ast.keyword(name, literal(value)) for name, value in node.options.items()]
    return ast.Call(ast.Name(e.sources.add_text("with_numpy", WITH_NUMPY)), [function, *operands], options)


SIGN_OF_GAMMA = "torch.where(x > 0, 1.0, 1.0 - 2.0 * (torch.floor(x) % 2))"
TEMPLATES = {
    **{name: f"torch.{name}(x)" for name in (
        "exp", "log", "sqrt", "square", "sin", "cos", "tan", "tanh", "abs", "sign", "reciprocal", "exp2", "expm1",
        "log2", "log10", "log1p", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "floor", "ceil",
        "trunc", "round", "erf", "erfc", "sinc", "rsqrt", "deg2rad", "rad2deg", "lgamma", "digamma", "erfinv", "i0",
        "sigmoid", "relu", "diag", "tril", "triu", "logdet")},
    **{name: f"torch.{name}(x, y)" for name in (
        "maximum", "minimum", "hypot", "logaddexp", "logaddexp2", "xlogy", "fmod", "copysign")},
    **{name: f"torch.special.{name}(x)" for name in ("ndtr", "ndtri", "log_ndtr", "erfcx", "i1")},
    **{name: f"torch.nn.functional.{name}(x)" for name in (
        "selu", "softsign", "silu", "gelu", "mish", "hardswish", "relu6", "hardtanh", "tanhshrink")},
    **{name: f"torch.logical_{name[8:]}(x != 0, y != 0) * 1.0" for name in ("logical_and", "logical_or")},
    "logical_not": "(x == 0) * 1.0",
    "cbrt": (
        "torch.where(x < 0, -torch.where(x < 0, -x, 1.0) ** (1 / 3), torch.where(x < 0, 1.0, x) ** (1 / 3))"
    ),
    "diff": "torch.diff(x, n=n, dim=axis)",
    "atan2": "torch.atan2(y, x)",
    "clip": "torch.clamp(x, low, high)",
    "stop_gradient": "x.detach()",
    "sec": "1 / torch.cos(x)", "csc": "1 / torch.sin(x)", "cot": "1 / torch.tan(x)", "sech": "1 / torch.cosh(x)",
    "csch": "1 / torch.sinh(x)", "coth": "1 / torch.tanh(x)", "logit": "torch.log(x) - torch.log1p(-x)",
    "log_cosh": "torch.logaddexp(x, -x) - 0.6931471805599453",
    "tgamma": f"torch.exp(torch.lgamma(x)) * {SIGN_OF_GAMMA}",
    "polygamma": "torch.polygamma(n, x)",
    "mod": "torch.remainder(x, y)",
    "floor_divide": "torch.div(x, y, rounding_mode='floor')",
    "heaviside": "torch.where(x > 0, 1.0, torch.where(x < 0, 0.0, torch.where(x == 0, y, x)))",
    "gammainc": "torch.special.gammainc(torch.tensor(a), x)",
    "gammaincc": "torch.special.gammaincc(torch.tensor(a), x)",
    "log_sigmoid": "torch.nn.functional.logsigmoid(x)",
    "leaky_relu": "torch.nn.functional.leaky_relu(x, slope)",
    "elu": "torch.nn.functional.elu(x, alpha)",
    "hardsigmoid": "torch.nn.functional.relu6(x + 3) / 6",
    "celu": "torch.nn.functional.celu(x, alpha)",
    "softplus": "torch.logaddexp(x, torch.zeros_like(x))",
    "gelu_tanh": "torch.nn.functional.gelu(x, approximate='tanh')",
    "prelu": "torch.where(x > 0, x, a * x)",
    "hardshrink": "torch.nn.functional.hardshrink(x, bound)",
    "softshrink": "torch.nn.functional.softshrink(x, bound)",
    "threshold": "torch.nn.functional.threshold(x, threshold, value)",
    "sum": "torch.sum(x, dim=axis, keepdim=keepdims)",
    "mean": "torch.mean(x, dim=axis, keepdim=keepdims)",
    "max": "torch.amax(x, dim=axis, keepdim=keepdims)",
    "min": "torch.amin(x, dim=axis, keepdim=keepdims)",
    "var": "torch.var(x, dim=axis, correction=ddof, keepdim=keepdims)",
    "std": "torch.std(x, dim=axis, correction=ddof, keepdim=keepdims)",
    "root_mean_square": "torch.sqrt(torch.mean(x ** 2, dim=axis, keepdim=keepdims) + eps)",
    "norm": "torch.linalg.vector_norm(x, ord=ord, dim=axis, keepdim=keepdims)",
    "linalg_norm": "torch.linalg.norm(x, ord=ord, dim=axis, keepdim=keepdims)",
    "logsumexp": "torch.logsumexp(x, dim=axis_, keepdim=keepdims)",
    "inv": "torch.linalg.inv(x)", "det": "torch.linalg.det(x)", "cholesky": "torch.linalg.cholesky(x)",
    "solve": "torch.linalg.solve(A, b)", "logabsdet": "torch.linalg.slogdet(x)[1]",
    "eigvalsh": "torch.linalg.eigvalsh(x)", "eigenvectors": "torch.linalg.eigh(x)[1]",
    "svdvals": "torch.linalg.svdvals(x)", "left_vectors": "torch.linalg.svd(x, full_matrices=False)[0]",
    "right_vectors": "torch.linalg.svd(x, full_matrices=False)[2]", "orthonormal": "torch.linalg.qr(x)[0]",
    "triangular": "torch.linalg.qr(x)[1]", "pinv": "torch.linalg.pinv(x)", "expm": "torch.linalg.matrix_exp(x)",
    "cross": "torch.linalg.cross(*torch.broadcast_tensors(x, y))",
    "broadcast_to": "torch.broadcast_to(x, shape)",
    "swapaxes": "torch.swapaxes(x, axis1, axis2)",
    "stack": "torch.stack(values, dim=axis_)",
    "concat": "torch.cat(values, dim=axis_)",
    "trace": "torch.trace(x)" ,
    "tile": "torch.tile(x, reps)",
    "take_along_axis": "torch.take_along_dim(x, (indices % x.shape[axis]).long(), dim=axis)",
    "embedding": "W[indices.long()]",
    "sort": "torch.sort(x, dim=axis, stable=True)[0]",
    "softmax": "torch.softmax(x, dim=axis_)",
    "log_softmax": "torch.log_softmax(x, dim=axis_)",
    "affine": "x @ W + b",
    "unfold": "torch.nn.functional.unfold(x, size, padding=padding, stride=stride)",
    "fold": "torch.nn.functional.fold(x, shape[2:], size, padding=padding, stride=stride)",
}  # fmt: skip
# Where PyTorch takes another derivative at a point without one, or at NaN, an expression that has the one meant.
AT_KINKS = {
    "xlogy": "",  # 0 log 0 has the slope −∞ in its first input, which no expression of PyTorch has
    "relu": "torch.where(x > 0, x, torch.where(torch.isnan(x), x.detach(), 0.0))",
    "maximum": "torch.where(x > y, x, torch.where(x < y, y, torch.where(x == y, (x + y) / 2, (x + y).detach())))",
    "minimum": "torch.where(x < y, x, torch.where(x > y, y, torch.where(x == y, (x + y) / 2, (x + y).detach())))",
    "clip": (
        "torch.where((x >= low) & (x <= high), x, torch.where(torch.isnan(x), x.detach(), torch.clamp(x, low, high)))"
    ),
    "hypot": ("torch.where((x == 0) & (y == 0), 0.0, torch.hypot(torch.where((x == 0) & (y == 0), 1.0, x), y))"),
}
WRITTEN = {
    "identity": same,
    "neg": negative,
    "where": chosen,
    "index": indexed,
    "put": put,
    "scatter": scattered,
    "pad_diagonal": pad_diagonal,
    "reshape": reshaped,
    "ravel": reshaped,
    "squeeze": reshaped,
    "expand_dims": reshaped,
    "transpose": transposed,
    "sum_to": summed_to,
    "spread": spread_out,
    "einsum": plain_einsum,
    "pad": padded,
    "median": median,
    **dict.fromkeys(("left_vectors", "right_vectors", "eigenvectors"), up_to_sign),
    "softmax": along_axes("softmax"),
    "log_softmax": along_axes("log_softmax"),
    "prod": product_along,
    "cumsum": accumulated("cumsum"),
    "cumprod": accumulated("cumprod"),
    "flip": flipped,
    "dot": dotted,
    "outer": outer,
    "take": taken,
    "logmeanexp": scaled_log,
    "bessel_i": of_order("i0", "i1"),
    "scaled_bessel_i": of_order("i0e", "i1e"),
    **dict.fromkeys(("roll", "moveaxis", "repeat", "split"), picked),
}
PYTORCH = Library(
    title="PyTorch",
    module="torch",
    array="tensor",
    number=("torch", "tensor"),
    wraps=True,
    leaf=("requires_grad",),
    axis="dim",
    keepdims="keepdim",
    templates=TEMPLATES,
    at_kinks=AT_KINKS,
    written=WRITTEN,
    fallback=fallback,
)
