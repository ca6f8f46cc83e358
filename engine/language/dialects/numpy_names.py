"""NumPy's functions and methods, and those of JAX and SciPy that follow it, as calls of our ops (see signatures.py)."""

NUMPY = """
def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True): sum(a, axis, keepdims)
def mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True): mean(a, axis, keepdims)
def average(a, axis=None, weights=None, returned=False, *, keepdims=False): mean(a, axis, keepdims)
def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True): prod(a, axis, keepdims)
def max(a, axis=None, out=None, keepdims=False, initial=None, where=True): max(a, axis, keepdims)
def min(a, axis=None, out=None, keepdims=False, initial=None, where=True): min(a, axis, keepdims)
def amax(a, axis=None, out=None, keepdims=False, initial=None, where=True): max(a, axis, keepdims)
def amin(a, axis=None, out=None, keepdims=False, initial=None, where=True): min(a, axis, keepdims)
def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None):
    var(a, axis, keepdims, ddof)
def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None):
    std(a, axis, keepdims, ddof)
def median(a, axis=None, out=None, overwrite_input=False, keepdims=False): median(a, axis, keepdims)
def argmax(a, axis=None, out=None, *, keepdims=False): argmax(a, axis, keepdims)
def argmin(a, axis=None, out=None, *, keepdims=False): argmin(a, axis, keepdims)
def cumsum(a, axis=None, dtype=None, out=None): cumsum(a, axis)
def cumprod(a, axis=None, dtype=None, out=None): cumprod(a, axis)
def clip(a, a_min=None, a_max=None, out=None): clip(a, a_min, a_max)
def round(a, decimals: 0 = 0, out=None): round(a)
def round(a, decimals: int, out=None): round(a * tens(decimals)) / tens(decimals)
def around(a, decimals: 0 = 0, out=None): round(a)
def around(a, decimals: int, out=None): round(a * tens(decimals)) / tens(decimals)
def dot(a, b, out=None): dot(a, b)
def vdot(a, b): dot(ravel(a), ravel(b))
def matmul(x1, x2): matmul(x1, x2)
def outer(a: vector, b: vector, out=None): outer(a, b)
def outer(a, b, out=None): outer(ravel(a), ravel(b))
def inner(a, b): inner(a, b)
def kron(a, b): kron(a, b)
def cross(a, b, axisa: -1 = -1, axisb: -1 = -1, axisc: -1 = -1, axis: -1 = None): cross(a, b)
def tensordot(a, b, axes=2): tensordot(a, b, axes)
def einsum(subscripts, *operands): einsum(subscripts, *operands)
def trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None): trace(a)
def transpose(a, axes=None): transpose(a, axes)
def permute_dims(a, axes=None): transpose(a, axes)
def matrix_transpose(x): swapaxes(x, -1, -2)
def swapaxes(a, axis1, axis2): swapaxes(a, axis1, axis2)
def moveaxis(a, source, destination): moveaxis(a, source, destination)
def expand_dims(a, axis): expand_dims(a, axis)
def squeeze(a, axis=None): squeeze(a, axis)
def reshape(a, shape, order='C', *, copy=None): reshape(a, shape)
def ravel(a, order='C'): ravel(a)
def broadcast_to(array, shape, subok=False): broadcast_to(array, shape)
def copy(a, order='K', subok=False): identity(a)
def flip(m, axis=None): flip(m, axis)
def fliplr(m: at_least_2): flip(m, 1)
def flipud(m): flip(m, 0)
def stack(arrays, axis=0, out=None): stack(arrays, axis)
def concatenate(arrays, axis=0, out=None): concat(arrays, axis)
def concat(arrays, axis=0, out=None): concat(arrays, axis)
def hstack(tup: numbers): stack(tup)
def hstack(tup: vectors): concat(tup)
def hstack(tup: matrices): concat(tup, 1)
def vstack(tup: vectors): stack(tup)
def vstack(tup: matrices): concat(tup)
def column_stack(tup: vectors): stack(tup, 1)
def column_stack(tup: matrices): concat(tup, 1)
def diag(v, k=0): diag(v)
def tril(m, k=0): tril(m)
def triu(m, k=0): triu(m)
def pad(array, pad_width, mode='constant', *, constant_values=0): pad(array, pad_width, mode, constant_values)
def tile(A, reps): tile(A, reps)
def repeat(a, repeats, axis=None): repeat(a, repeats, axis)
def split(ary, indices_or_sections, axis=0): split(ary, indices_or_sections, axis)
def roll(a, shift, axis=None): roll(a, shift, axis)
def diff(a, n=1, axis=-1, prepend=None, append=None): diff(a, n, axis)
def ptp(a: array, axis=None, out=None, keepdims=False): max(a, axis, keepdims) - min(a, axis, keepdims)
def take(a, indices, axis=None, out=None, mode='raise'): take(a, indices, axis)
def take_along_axis(arr: array, indices: same_rank(arr), axis=-1): take_along_axis(arr, indices, axis)
def sort(a, axis=-1, kind=None, order=None, *, stable=None): sort(a, axis)
def argsort(a, axis=-1, kind=None, order=None, *, stable=None): argsort(a, axis)
def where(condition, x, y): where(condition, x, y)
def float64(x): identity(x)
"""

# What follows the dot of an array: these are the functions, with the array for their first argument.
NUMPY_METHODS = (
    "sum mean prod max min var std argmax argmin cumsum cumprod clip round dot trace swapaxes squeeze ravel copy take"
    " repeat argsort"
)
OTHER_NUMPY_METHODS = """
def reshape(a, *shape): reshape(a, shape)
def transpose(a): transpose(a)
def transpose(a, *axes): transpose(a, axes)
def flatten(a, order='C'): ravel(a)
def item(a: number): identity(a)
def item(a): reshape(a, ())
def astype(a, dtype: real): identity(a)
def astype(a, dtype: truth): ne(a, 0)
"""

NUMPY_IN_PLACE = """
def fill(a: array, value: number): broadcast_to(value, a.shape)
def sort(a, axis=-1, kind=None, order=None, *, stable=None): sort(a, axis)
"""

NUMPY_LINALG = """
def norm(x: matrix, ord: 'fro', axis=None, keepdims=False): linalg_norm(x, None, axis, keepdims)
def norm(x, ord=None, axis=None, keepdims=False): linalg_norm(x, ord, axis, keepdims)
def vector_norm(x, *, axis=None, keepdims=False, ord=2): norm(x, ord, axis, keepdims)
def inv(a): inv(a)
def det(a): det(a)
def cholesky(a, *, upper: False = False): cholesky(a)
def cholesky(a, *, upper: True): swapaxes(cholesky(a), -1, -2)
def solve(a: array, b: vector): solve(a, b)
def solve(a: array, b: same_rank(a)): solve(a, b)
def matrix_power(a, n): matrix_power(a, n)
def vecdot(x1, x2, *, axis=-1): vecdot(x1, x2, axis)
def matmul(x1, x2): matmul(x1, x2)
def outer(x1: vector, x2: vector): outer(x1, x2)
def cross(x1, x2, *, axis: -1 = -1): cross(x1, x2)
def tensordot(x1, x2, *, axes=2): tensordot(x1, x2, axes)
def matrix_transpose(x): swapaxes(x, -1, -2)
def trace(x: matrix, *, offset=0, dtype=None): trace(x)
"""

SCIPY_LINALG = """
def norm(a: matrix, ord: 'fro', axis=None, keepdims=False, check_finite=True): linalg_norm(a, None, axis, keepdims)
def norm(a, ord=None, axis=None, keepdims=False, check_finite=True): linalg_norm(a, ord, axis, keepdims)
def inv(a, overwrite_a=False, check_finite=True): inv(a)
def det(a, overwrite_a=False, check_finite=True): det(a)
def cholesky(a, lower: True, overwrite_a=False, check_finite=True): cholesky(a)
def cholesky(a, lower: False = False, overwrite_a=False, check_finite=True): swapaxes(cholesky(a), -1, -2)
def solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True): solve(a, b)
"""

SCIPY_SPECIAL = """
def softmax(x, axis=None): softmax(x, axis)
def log_softmax(x, axis=None): log_softmax(x, axis)
def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False): logsumexp(a, axis, keepdims)
def polygamma(n, x): polygamma(x, n)
"""

SCIPY_NAMES = (
    "digamma erf erfc erfinv exp2 expm1 log1p logit ndtr round softplus sinc xlogy cbrt expit=sigmoid"
    " log_expit=log_sigmoid gammaln=lgamma gamma=tgamma psi=digamma"
)

JAX_NN = """
def softmax(x, axis=-1, where=None, initial=None): softmax(x, axis)
def log_softmax(x, axis=-1, where=None, initial=None): log_softmax(x, axis)
def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False, where=None): logsumexp(a, axis, keepdims)
def gelu(x, approximate: True = True): gelu_tanh(x)
def gelu(x, approximate: False): gelu(x)
def elu(x, alpha=1.0): elu(x, alpha)
def celu(x, alpha=1.0): celu(x, alpha)
def leaky_relu(x, negative_slope=0.01): leaky_relu(x, negative_slope)
def glu(x, axis=-1): glu(x, axis)
def one_hot(x, num_classes, *, dtype=None, axis=-1): one_hot(x, num_classes)
"""

JAX_NAMES = (
    "log_sigmoid mish relu relu6 selu sigmoid silu softplus tanh identity hard_sigmoid=hardsigmoid hard_swish=hardswish"
    " hard_silu=hardswish hard_tanh=hardtanh soft_sign=softsign swish=silu"
)
LAX_NAMES = "stop_gradient rsqrt logistic=sigmoid"

MATH = """
def log(x): log(x)
def log(x, base): log(x) / log(base)
"""
