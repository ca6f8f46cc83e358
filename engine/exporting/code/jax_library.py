"""How JAX spells the ops: as NumPy does, where it has the same function."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.definitions import defined
from gradlens.engine.exporting.code.expressions import Expressions, Library, call, negative, same, up_to_sign
from gradlens.engine.exporting.code.literals import attribute, literal, place
from gradlens.engine.exporting.code.shapes import einsum, spread_out, summed_to
from gradlens.engine.graph import Node

jnp = "jnp"


def chosen(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """jnp.where, whose condition is no number."""
    condition = operands[0]
    if not e.is_condition(node.inputs[0]):
        condition = ast.Compare(condition, [ast.NotEq()], [ast.Constant(0)])
    return call(jnp, "where")(condition, *operands[1:])


def indexed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.Subscript(operands[0], key_of(node))


def places(items: Any) -> ast.expr:
    def listed(one: Any) -> ast.expr:
        return ast.List([listed(each) for each in one]) if isinstance(one, tuple) else literal(one)

    return ast.Call(attribute("np", "array"), [listed(items)], [])


def put(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """x.at[key].set(y)"""
    at = ast.Subscript(ast.Attribute(call(jnp, "asarray")(operands[0]), "at"), key_of(node))
    return ast.Call(ast.Attribute(at, "set"), [operands[1]], [])


def scattered(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    zeros = call(jnp, "zeros")(literal(node.options["shape"]))
    return ast.Call(ast.Attribute(ast.Subscript(ast.Attribute(zeros, "at"), key_of(node)), "add"), [operands[0]], [])


def key_of(node: Node) -> ast.expr:
    """What stands in the brackets of an index, its lists as arrays: JAX asks for those."""
    key = node.options["key"]
    parts = [places(one) if isinstance(one, tuple) else place(one) for one in key]
    return ast.Tuple(parts) if len(parts) != 1 or isinstance(parts[0], ast.Slice) else parts[0]


def pad_diagonal(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    shape = node.options["shape"]
    diagonal = call("np", "arange")(ast.Constant(min(shape)))
    at = ast.Subscript(ast.Attribute(call(jnp, "zeros")(literal(shape)), "at"), ast.Tuple([diagonal, diagonal]))
    return ast.Call(ast.Attribute(at, "set"), [operands[0]], [])


def reshaped(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return call(jnp, "reshape")(operands[0], literal(node.shape))


def transposed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    axes = node.options["axes"]
    if axes is None or tuple(axes) == tuple(range(len(node.shape)))[::-1]:
        return ast.Attribute(operands[0], "T")
    return call(jnp, "transpose")(operands[0], literal(tuple(axes)))


def accumulated(name: str) -> Any:
    def write(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
        axis, made = node.options["axis"], operands[0]
        if axis is None:
            axis, made = 0, call(jnp, "reshape")(made, literal((-1,)))
        if not node.options.get("reverse"):
            return call(jnp, name)(made, axis=literal(axis))
        turned = call(jnp, "flip")(made, literal(axis))
        return call(jnp, "flip")(call(jnp, name)(turned, axis=literal(axis)), literal(axis))

    return write


def unfolded(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """Every window of an image as a column."""
    options = node.options
    patches = call("jax", "lax", "conv_general_dilated_patches")(
        operands[0],
        literal(options["size"]),
        literal(options["stride"]),
        literal(tuple((n, n) for n in options["padding"])),
    )
    return call(jnp, "reshape")(patches, literal(node.shape))


def outer(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    first = e.shape(node.inputs[0]) + (1,) * len(e.shape(node.inputs[1]))
    return ast.BinOp(call(jnp, "reshape")(operands[0], literal(first)), ast.Mult(), operands[1])


def taken(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    axis = node.options["axis"]
    which = call(jnp, "asarray")(operands[1], attribute("int"))
    if axis is None:
        return ast.Subscript(call(jnp, "reshape")(operands[0], literal((-1,))), which)
    return ast.Subscript(operands[0], ast.Tuple([*[ast.Slice()] * axis, which]) if axis else which)


def scaled_log(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """logmeanexp: the logarithm of a sum, less that of how many were summed."""
    count = int(np.prod(e.shape(node.inputs[0]))) // max(int(np.prod(node.shape)), 1)
    return ast.BinOp(e.filled(TEMPLATES["logsumexp"], node, operands), ast.Sub(), literal(float(np.log(count))))


def of_order(*names: str) -> Any:
    """A function that JAX has for the first orders alone."""

    def write(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr | None:
        n = node.options["n"]
        return call("jax", "scipy", "special", names[n])(*operands) if 0 <= n < len(names) else None

    return write


def dropped(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """The mask of dropout, which depends on the shape alone."""
    op = node.op
    assert op is not None
    function = e.sources.value(op.array, op.name)
    options = [ast.keyword(name, literal(value)) for name, value in node.options.items()]
    return ast.Call(function, [call("np", "zeros")(literal(node.shape))], options)


WITH_NUMPY = '''def {name}(function, *arrays, **options):
    """What a function of NumPy makes of arrays; no gradient passes it."""
    return jnp.asarray(function(*[np.asarray(x, dtype=np.float64) for x in arrays], **options))'''


def fallback(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """An op that JAX has not under NumPy's name: by its definition, or by NumPy where no gradient needs to pass.

    Error: code-unspelled.
    """
    op = node.op
    assert op is not None
    if isinstance(op.array, np.ufunc):
        name = op.array.__name__
        return call(jnp, {"absolute": "abs"}.get(name, name))(*operands)
    if op.definition is not None and node.kind not in e.opening:
        return defined(e, node, operands)
    if op.array is None or not e.by_hand:
        raise EngineError("code-unspelled", function=op.name, library="JAX")
    function = e.sources.value(op.array, op.name)
    options = [ast.keyword(name, literal(value)) for name, value in node.options.items()]
    return ast.Call(ast.Name(e.sources.add_text("with_numpy", WITH_NUMPY)), [function, *operands], options)


SPECIAL = "jax.scipy.special"
TEMPLATES = {
    **{name: f"jax.nn.{name}(x)" for name in (
        "sigmoid", "relu", "log_sigmoid", "selu", "softplus", "silu", "mish", "relu6")},
    **{name: f"{SPECIAL}.{name}(x)" for name in ("erf", "erfc", "digamma", "erfinv", "i0", "i1", "ndtr", "ndtri",
        "log_ndtr", "expi", "exp1")},
    **{name: f"jnp.logical_{name[8:]}(x != 0, y != 0) * 1.0" for name in ("logical_and", "logical_or")},
    **{name: f"jnp.{name}(x)" for name in ("round", "sinc", "diag", "tril", "triu", "trace")},
    **{name: f"jnp.{name}(x, axis=axis, keepdims=keepdims)" for name in (
        "sum", "mean", "max", "min", "prod")},
    "logical_not": "(x == 0) * 1.0",
    "atan2": "jnp.arctan2(y, x)",
    "xlogy": f"{SPECIAL}.xlogy(x, y)",
    "clip": "jnp.clip(x, low, high)",
    "stop_gradient": "jax.lax.stop_gradient(x)",
    "reciprocal": "1 / x",
    "sec": "1 / jnp.cos(x)", "csc": "1 / jnp.sin(x)", "cot": "1 / jnp.tan(x)", "sech": "1 / jnp.cosh(x)",
    "csch": "1 / jnp.sinh(x)", "coth": "1 / jnp.tanh(x)", "logit": "jnp.log(x) - jnp.log1p(-x)",
    "rsqrt": "jax.lax.rsqrt(jnp.asarray(x))",
    "log_cosh": "jnp.logaddexp(x, -x) - 0.6931471805599453",
    "lgamma": f"{SPECIAL}.gammaln(x)",
    "tgamma": f"jnp.exp({SPECIAL}.gammaln(x)) * jnp.where(x > 0, 1.0, 1.0 - 2.0 * (jnp.floor(x) % 2))",
    "polygamma": f"{SPECIAL}.polygamma(n, x)",
    "floor_divide": "jnp.floor(x / y)",
    "heaviside": "jnp.where(x > 0, 1.0, jnp.where(x < 0, 0.0, jnp.where(x == 0, y, x)))",
    "copysign": "jnp.copysign(x, y)",
    "gammainc": f"{SPECIAL}.gammainc(a, x)", "gammaincc": f"{SPECIAL}.gammaincc(a, x)",
    "betainc": f"{SPECIAL}.betainc(a, b, x)",
    "leaky_relu": "jnp.where(x > 0, x, slope * x)",
    "elu": "jax.nn.elu(x, alpha)",
    "celu": "jax.nn.celu(x, alpha)",
    "softsign": "x / (1 + jnp.abs(x))",
    "gelu": "jax.nn.gelu(x, approximate=False)",
    "gelu_tanh": "jax.nn.gelu(x, approximate=True)",
    "hardsigmoid": "jax.nn.relu6(x + 3) / 6", "hardswish": "jax.nn.hard_swish(x)", "hardtanh": "jax.nn.hard_tanh(x)",
    "prelu": "jnp.where(x > 0, x, a * x)",
    "hardshrink": "jnp.where(jnp.abs(x) > bound, x, 0.0)",
    "softshrink": "jnp.where(x > bound, x - bound, jnp.where(x < -bound, x + bound, 0.0))",
    "tanhshrink": "x - jnp.tanh(x)",
    "threshold": "jnp.where(x > threshold, x, value)",
    "var": "jnp.var(x, axis=axis, ddof=ddof, keepdims=keepdims)",
    "std": "jnp.std(x, axis=axis, ddof=ddof, keepdims=keepdims)",
    "root_mean_square": "jnp.sqrt(jnp.mean(x ** 2, axis=axis, keepdims=keepdims) + eps)",
    "norm": "jnp.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)",
    "linalg_norm": "jnp.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)",
    "logsumexp": f"{SPECIAL}.logsumexp(x, axis=axis, keepdims=keepdims)",
    "argmax": "jnp.argmax(x, axis=axis, keepdims=keepdims) * 1.0",
    "argmin": "jnp.argmin(x, axis=axis, keepdims=keepdims) * 1.0",
    "dot": "jnp.dot(x, y)",
    "inv": "jnp.linalg.inv(x)", "det": "jnp.linalg.det(x)", "logdet": "jnp.linalg.slogdet(x)[1]",
    "cholesky": "jnp.linalg.cholesky(x)", "solve": "jnp.linalg.solve(A, b)",
    "logabsdet": "jnp.linalg.slogdet(x)[1]", "eigvalsh": "jnp.linalg.eigvalsh(x)",
    "eigenvectors": "jnp.linalg.eigh(x)[1]", "svdvals": "jnp.linalg.svd(x, compute_uv=False)",
    "left_vectors": "jnp.linalg.svd(x, full_matrices=False)[0]",
    "right_vectors": "jnp.linalg.svd(x, full_matrices=False)[2]", "orthonormal": "jnp.linalg.qr(x)[0]",
    "triangular": "jnp.linalg.qr(x)[1]", "pinv": "jnp.linalg.pinv(x)", "expm": "jax.scipy.linalg.expm(x)",
    "cross": "jnp.cross(x, y)",
    "broadcast_to": "jnp.broadcast_to(x, shape)",
    "swapaxes": "jnp.swapaxes(x, axis1, axis2)",
    "flip": "jnp.flip(x, axis)",
    "stack": "jnp.stack(values, axis=axis_)",
    "concat": "jnp.concatenate(values, axis=axis_)",
    "tile": "jnp.tile(x, reps)", "repeat": "jnp.repeat(x, repeats, axis=axis)",
    "roll": "jnp.roll(x, shift, axis=axis)", "moveaxis": "jnp.moveaxis(x, source, destination)",
    "diff": "jnp.diff(x, n=n, axis=axis)",
    "pad": "jnp.pad(x, width, constant_values=value)",
    "split": "jnp.stack(jnp.split(x, sections, axis=axis))",
    "first_winner": "jax.nn.one_hot(jnp.argmax(x, axis=axis_), x.shape[axis_], axis=axis_)",
    "take_along_axis": "jnp.take_along_axis(x, jnp.asarray(indices, int), axis=axis)",
    "one_hot": "jax.nn.one_hot(jnp.asarray(indices, int), classes)",
    "embedding": "W[jnp.asarray(indices, int)]",
    "sort": "jnp.sort(x, axis=axis)",
    "argsort": "jnp.argsort(x, axis=axis) * 1.0",
    "searchsorted": "jnp.searchsorted(a, v) * 1.0",
    "median": "jnp.median(x, axis=axis, keepdims=keepdims)",
    "softmax": "jax.nn.softmax(x, axis=axis_)",
    "log_softmax": "jax.nn.log_softmax(x, axis=axis_)",
    "affine": "x @ W + b",
}  # fmt: skip
# Where JAX takes another derivative at a point without one, an expression that has the one meant; "": there is none.
AT_KINKS = {
    "abs": "jnp.where(x == 0, 0 * x, jnp.abs(x))",
    "clip": "jnp.where((x >= low) & (x <= high), x, jnp.clip(x, low, high))",
    "xlogy": "",  # 0 log 0 has the slope −∞ in its first input, which no expression of JAX has
    "pow": "",
    "norm": "",
    "linalg_norm": "",
    "std": "",
    "hypot": "jnp.where((x == 0) & (y == 0), 0.0, jnp.hypot(jnp.where((x == 0) & (y == 0), 1.0, x), y))",
    "atan2": (
        "jnp.where((x == 0) & (y == 0), jax.lax.stop_gradient(jnp.arctan2(y, x)),"
        " jnp.arctan2(y, jnp.where((x == 0) & (y == 0), 1.0, x)))"
    ),
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
    "einsum": einsum,
    "cumsum": accumulated("cumsum"),
    "cumprod": accumulated("cumprod"),
    "outer": outer,
    "unfold": unfolded,
    **dict.fromkeys(("left_vectors", "right_vectors", "eigenvectors"), up_to_sign),
    "take": taken,
    "logmeanexp": scaled_log,
    "dropout_mask": dropped,
    "bessel_i": of_order("i0", "i1"),
    "scaled_bessel_i": of_order("i0e", "i1e"),
}
JAX = Library(
    title="JAX",
    module="jnp",
    number=("jnp", "float64"),
    templates=TEMPLATES,
    at_kinks=AT_KINKS,
    written=WRITTEN,
    fallback=fallback,
)
