"""What other libraries call the ops: names, keywords, the order of arguments and defaults, where the meaning is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.ops import OPS


@dataclass(frozen=True, slots=True)
class Spelling:
    """An op under another name.  order: of positional arguments, and defaults: of options, where they differ from ours."""

    op: str
    order: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)


def table(same: str, other: Mapping[str, str | Spelling]) -> dict[str, Spelling]:
    """A library's names: those that are ours too, and the others."""
    return {name: Spelling(name) for name in same.split()} | {
        name: found if isinstance(found, Spelling) else Spelling(found) for name, found in other.items()
    }


def registered(prefix: str) -> dict[str, Spelling]:
    """The names that the registry's entries carry for a library."""
    return {s.rpartition(".")[2]: Spelling(op.name) for op in OPS.values() for s in op.spellings if s.rpartition(".")[0] == prefix}


NUMPY, NUMPY_LINALG, MATH = registered("np"), registered("np.linalg"), registered("math")

# Not kl_div (of logarithms there), nor median (the lower of two there).
TORCH = table(
    "abs acos acosh add addcmul addmm argmax argmin argsort asin asinh atan atan2 atanh ceil celu cholesky clip concat copysign cos cosh cross cumprod "
    "cumsum deg2rad det diag diff digamma div dot dropout einsum elu embedding erf erfc erfinv exp exp2 expm1 flip floor floor_divide fmod gelu "
    "glu hardshrink hardsigmoid hardswish hardtanh heaviside hypot inner inv kron leaky_relu lerp lgamma linear log log10 log1p log2 log_softmax "
    "logaddexp logdet logit logsumexp matmul matrix_power max maximum mean min minimum mish mul neg nll_loss norm one_hot outer pow "
    "prelu prod rad2deg ravel reciprocal relu relu6 reshape roll round rsqrt selu sigmoid sign silu sin sinc sinh "
    "softmax softmin softplus softshrink softsign solve sqrt square squeeze stack sub sum swapaxes take_along_axis tan tanh tanhshrink "
    "tensordot threshold tile trace tril triu trunc vecdot where xlogy binary_cross_entropy",
    {
        "arccos": "acos", "arcsin": "asin", "arctan": "atan", "arctan2": "atan2", "arccosh": "acosh", "arcsinh": "asinh", "arctanh": "atanh", "absolute": "abs", "amax": "max",
        "amin": "min", "bmm": "matmul", "broadcast_to": "broadcast_to", "cat": "concat", "chunk": "split", "clamp": "clip", "clone": "identity", "contiguous": "identity", "detach": "stop_gradient", "item": "identity", "concatenate": "concat", "divide": "div",
        "expit": "sigmoid", "fix": "trunc", "flatten": "ravel", "gammaln": "lgamma", "ger": "outer", "logsigmoid": "log_sigmoid",
        "masked_fill": Spelling("where", ("y", "condition", "x")), "mm": "matmul", "multiply": "mul", "mv": "matmul", "negative": "neg", "permute": "transpose", "psi": "digamma", "remainder": "mod",
        "repeat_interleave": "repeat", "subtract": "sub", "swapdims": "swapaxes", "t": "transpose", "transpose": "swapaxes", "true_divide": "div", "unsqueeze": "expand_dims", "view": "reshape",
        "cross_entropy": "softmax_cross_entropy", "binary_cross_entropy_with_logits": "sigmoid_cross_entropy", "mse_loss": "mse", "l1_loss": "mae",
        "huber_loss": "huber", "smooth_l1_loss": "smooth_l1",
        "cosine_similarity": Spelling("cosine_similarity", defaults={"axis": 1}), "normalize": Spelling("normalize", ("x", "ord", "axis", "eps"), {"axis": 1}),
        "gather": Spelling("take_along_axis", ("x", "axis", "indices")), "index_select": Spelling("take", ("x", "axis", "indices")), "take": "take",
        "moveaxis": "moveaxis", "movedim": "moveaxis", "polygamma": Spelling("polygamma", ("n", "x")),
        # Bessel's correction is PyTorch's default.
        "std": Spelling("std", ("x", "axis"), {"ddof": 1.0}), "var": Spelling("var", ("x", "axis"), {"ddof": 1.0}),
    },
)
JAX_NN = table(
    "celu elu glu leaky_relu log_sigmoid log_softmax logsumexp mish one_hot relu relu6 selu sigmoid silu softmax softplus tanh identity",
    {
        "gelu": "gelu_tanh",  # its default there is the approximation
        "hard_sigmoid": "hardsigmoid", "hard_swish": "hardswish", "hard_silu": "hardswish", "hard_tanh": "hardtanh", "soft_sign": "softsign", "swish": "silu",
    },
)
SCIPY_SPECIAL = table(
    "digamma erf erfc erfinv exp2 expm1 log1p logit logsumexp ndtr sinc xlogy cbrt",
    {
        "expit": "sigmoid", "log_expit": "log_sigmoid", "gammaln": "lgamma", "gamma": "tgamma", "psi": "digamma", "polygamma": Spelling("polygamma", ("n", "x")),
        # Over all elements by default there.
        "softmax": Spelling("softmax", defaults={"axis": None}), "log_softmax": Spelling("log_softmax", defaults={"axis": None}),
    },
)
LAX = table("stop_gradient rsqrt", {"logistic": "sigmoid"})

LIBRARIES: Mapping[str, Mapping[str, Spelling]] = (
    dict.fromkeys(("np", "numpy", "jnp", "jax.numpy"), NUMPY)
    | dict.fromkeys(("np.linalg", "numpy.linalg", "jnp.linalg", "jax.numpy.linalg", "scipy.linalg", "torch.linalg"), NUMPY_LINALG)
    | {"math": MATH}
    | dict.fromkeys(("torch", "F", "nn.functional", "torch.nn.functional", "torch.special"), TORCH)
    | dict.fromkeys(("jax.nn", "nn"), JAX_NN)
    | dict.fromkeys(("scipy.special", "special", "jax.scipy.special"), SCIPY_SPECIAL)
    | dict.fromkeys(("jax.lax", "lax", "jax"), LAX)
)
BARE = registered("") | {"float": Spelling("identity"), "gamma": Spelling("tgamma"), "logistic": Spelling("sigmoid")}

# What other libraries call an argument: ours, the first that the op has.
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "dim": ("axis",), "keepdim": ("keepdims",), "negative_slope": ("slope",), "input": ("x", "y", "indices"), "other": ("y",), "exponent": ("y",),
    "a": ("x",), "x1": ("x",), "x2": ("y",), "target": ("t",), "index": ("indices",), "num_classes": ("classes",), "weight": ("W", "a"), "bias": ("b",),
    "p": ("rate", "ord"), "training": ("train",), "pad_width": ("width",), "constant_values": ("value",), "min": ("low",), "max": ("high",),
    "a_min": ("low",), "a_max": ("high",), "lambd": ("bound",), "dims": ("reps", "axes", "axis"), "shifts": ("shift",), "correction": ("ddof",), "tensors": ("values",),
    "newshape": ("shape",), "end": ("y",), "h0": ("y",), "kernel_size": ("size",), "indices_or_sections": ("sections",), "chunks": ("sections",),
}


def spelled(name: str) -> Spelling | None:
    """What a bare name means that is no op of ours: another name of ours, NumPy's, or PyTorch's."""
    return BARE.get(name) or NUMPY.get(name) or TORCH.get(name)
