"""JAX's functions beyond those of NumPy as calls of our ops (see signatures.py)."""

JAX_NN = """
def relu6(x): relu6(x)
def softmax(x, axis=-1, where=None, initial=None): softmax(x, axis)
def log_softmax(x, axis=-1, where=None, initial=None): log_softmax(x, axis)
def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False, where=None): logsumexp(a, axis, keepdims)
def gelu(x, approximate: True = True): gelu_tanh(x)
def gelu(x, approximate: False = True): gelu(x)
def elu(x, alpha=1.0): elu(x, alpha)
def celu(x, alpha=1.0): celu(x, alpha)
def leaky_relu(x, negative_slope=0.01): leaky_relu(x, negative_slope)
def glu(x, axis=-1): glu(x, axis)
def one_hot(x, num_classes, *, dtype=None, axis: -1 = -1): one_hot(x, num_classes)
def squareplus(x, b=4): (x + sqrt(x ** 2 + b)) / 2
def sparse_plus(x): where(le(x, -1), 0.0, where(ge(x, 1), x, (x + 1) ** 2 / 4))
def log1mexp(x): log(-expm1(-x))
def standardize(x, axis=-1, mean: None = None, variance: None = None, epsilon=1e-05, where=None):
    (x - mean(x, axis, True)) / sqrt(var(x, axis, True) + epsilon)
def dot_product_attention(query: image, key: image, value: image, bias: None = None, mask: None = None, *, scale=None,
        is_causal: False = False):
    swapaxes(matmul(softmax(scores(swapaxes(query, 1, 2), swapaxes(key, 1, 2), scale)), swapaxes(value, 1, 2)), 1, 2)
def dot_product_attention(query: image, key: image, value: image, bias: None = None, mask: None = None, *, scale=None,
        is_causal: True = False):
    swapaxes(seen(swapaxes(value, 1, 2), scores(swapaxes(query, 1, 2), swapaxes(key, 1, 2), scale),
        tril(broadcast_to(1.0, heads_apart(query, key)))), 1, 2)
"""

JAX_NAMES = (
    "log_sigmoid mish relu selu sigmoid silu softplus tanh identity hard_sigmoid=hardsigmoid hard_swish=hardswish"
    " hard_silu=hardswish hard_tanh=hardtanh soft_sign=softsign swish=silu"
)

LAX = """
def clamp(min, x, max): clip(x, min, max)
def concatenate(operands, dimension): concat(operands, dimension)
def batch_matmul(lhs: at_least_3, rhs: at_least_3): matmul(lhs, rhs)
def dot(lhs, rhs): dot(lhs, rhs)
def cumsum(operand, axis: int = 0, reverse: False = False): cumsum(operand, axis)
def dynamic_slice(operand: array, start_indices, slice_sizes): operand[window(operand, start_indices, slice_sizes)]
def expand_dims(array: array, dimensions): reshape(array, lengthened(array, dimensions))
def reshape(operand, new_sizes, dimensions: None = None): reshape(operand, new_sizes)
def transpose(operand, permutation): transpose(operand, permutation)
def select(pred, on_true, on_false): where(pred, on_true, on_false)
def integer_pow(x, y: int): x ** y
"""
LAX_NAMES = (
    "abs add cos div erf exp floor log log1p max=maximum min=minimum mul neg pow reciprocal rsqrt sign sin sqrt square"
    " stop_gradient sub tanh logistic=sigmoid"
)
JAX_OWN_NAMES = "stop_gradient"

JAX_SPECIAL = """
def entr(x): -xlogy(x, x)
def rel_entr(p, q): xlogy(p, p) - xlogy(p, q)
def kl_div(p, q): xlogy(p, p) - xlogy(p, q) - p + q
def xlog1py(x, y): where(eq(x, 0), 0.0, x * log1p(y))
"""
