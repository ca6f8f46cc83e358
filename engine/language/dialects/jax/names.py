"""JAX's functions beyond those of NumPy as calls of our ops (see signatures.py)."""

JAX_NN = """
def relu6(x): relu6(x)
def softmax(x, axis=-1, where=None, initial=None): softmax(x, axis)
def log_softmax(x, axis=-1, where=None, initial=None): log_softmax(x, axis)
def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False, where=None): logsumexp(a, axis, keepdims)
def logsumexp(a: array, axis=None, b: array = None, keepdims=False, return_sign=False, where=None):
    largest = stop_gradient(max(a, axis, True))
    reshape(log(sum(b * exp(a - largest), axis, True)) + largest, reduced(a, axis, keepdims))
def gelu(x, approximate: True = True): gelu_tanh(x)
def gelu(x, approximate: False = True): gelu(x)
def elu(x, alpha=1.0): elu(x, alpha)
def celu(x, alpha=1.0): celu(x, alpha)
def leaky_relu(x, negative_slope=0.01): leaky_relu(x, negative_slope)
def glu(x, axis=-1): glu(x, axis)
def one_hot(x, num_classes, *, dtype=None, axis: -1 = -1): one_hot(x, num_classes)
def one_hot(x, num_classes, *, dtype=None, axis: int): moveaxis(one_hot(x, num_classes), -1, axis)
def squareplus(x, b=4): (x + sqrt(x ** 2 + b)) / 2
def sparse_plus(x): where(le(x, -1), 0.0, where(ge(x, 1), x, (x + 1) ** 2 / 4))
def sparse_sigmoid(x): clip(x + 1, 0, 2) / 2
def log1mexp(x): log(-expm1(-x))
def logmeanexp(x: array, axis=None, where=None, keepdims=False):
    logsumexp(x, axis, keepdims) - log(sum(broadcast_to(1.0, x.shape), axis, keepdims))
def standardize(x, axis=-1, mean: None = None, variance: None = None, epsilon=1e-05, where=None):
    (x - mean(x, axis, True)) / sqrt(var(x, axis, True) + epsilon)
def dot_product_attention(query: image, key: image, value: image, bias: None = None, mask: None = None, *, scale=None,
        is_causal: False = False):
    swapaxes(matmul(softmax(scores(swapaxes(query, 1, 2), swapaxes(key, 1, 2), scale)), swapaxes(value, 1, 2)), 1, 2)
def dot_product_attention(query: image, key: image, value: image, bias: array, mask: None = None, *, scale=None,
        is_causal: False = False):
    swapaxes(matmul(softmax(scores(swapaxes(query, 1, 2), swapaxes(key, 1, 2), scale) + bias),
        swapaxes(value, 1, 2)), 1, 2)
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
def round(x, rounding_method: 0 = 0): copysign(floor(abs(x) + 0.5), x)
def round(x, rounding_method: 1): round(x)
def is_finite(x): lt(abs(x), inf)
def convert_element_type(operand, new_dtype: real): identity(operand)
def igamma(a: number, x): gammainc(x, a)
def igammac(a: number, x): gammaincc(x, a)
def betainc(a: number, b: number, x): betainc(x, a, b)
def zeta(x: array, q): zeta(where(lt(x, 1), -2.0, x), q)
def bessel_i0e(x): scaled_bessel_i(x, 0)
def bessel_i1e(x): scaled_bessel_i(x, 1)
def argmax(operand, axis: int, index_dtype: whole_type): argmax(operand, axis)
def argmin(operand, axis: int, index_dtype: whole_type): argmin(operand, axis)
def cumprod(operand, axis: int = 0, reverse: False = False): cumprod(operand, axis)
def cumsum(operand, axis: int = 0, reverse: True = False): flip(cumsum(flip(operand, axis), axis), axis)
def cumprod(operand, axis: int = 0, reverse: True = False): flip(cumprod(flip(operand, axis), axis), axis)
def cummax(operand: array, axis: int = 0, reverse: False = False):
    running(operand, axis, latest(of_before(operand, axis, -1e999)))
def cummin(operand: array, axis: int = 0, reverse: False = False):
    -running(-operand, axis, latest(of_before(-operand, axis, -1e999)))
def reduce_sum(operand, axes): sum(operand, axes)
def reduce_prod(operand, axes): prod(operand, axes)
def reduce_max(operand, axes): max(operand, axes)
def reduce_min(operand, axes): min(operand, axes)
def sort(operand, dimension: int = -1, is_stable=True): sort(operand, dimension)
def top_k(operand: array, k: int, *, axis=-1):
    {'values': -sort(-operand, axis)[first(operand, k, axis)],
     'indices': argsort(-operand, axis)[first(operand, k, axis)]}
def squeeze(array: array, dimensions): reshape(array, squeezed(array, dimensions))
def split(operand: array, sizes: ints, axis=0): [operand[part] for part in pieces(operand, sizes, axis)]
def slice(operand: array, start_indices: ints, limit_indices: ints, strides=None):
    operand[slice_of(operand, start_indices, limit_indices, strides)]
def slice_in_dim(operand: array, start_index, limit_index, stride=1, axis=0):
    operand[slice_along(operand, start_index, limit_index, stride, axis)]
def dynamic_slice_in_dim(operand: array, start_index: int, slice_size: int, axis=0):
    operand[window_along(operand, start_index, slice_size, axis)]
def index_in_dim(operand: array, index: int, axis=0, keepdims: True = True): operand[place_along(operand, index, axis)]
def index_in_dim(operand: array, index: int, axis=0, keepdims: False = True): operand[place(operand, axis, index)]
def rev(operand, dimensions): flip(operand, dimensions)
def tile(operand, reps): tile(operand, reps)
def broadcast(operand: array, sizes: ints): broadcast_to(operand, led(operand, sizes))
def broadcast_in_dim(operand: array, shape: ints, broadcast_dimensions: ints):
    broadcast_to(reshape(operand, spread_over(operand, shape, broadcast_dimensions)), shape)
def select_n(which: mask, on_false, on_true): where(which, on_true, on_false)
def conv(lhs: image, rhs: image, window_strides, padding: 'VALID'): conv2d(lhs, rhs, same_strides(window_strides), 0)
def conv(lhs: image, rhs: image, window_strides: (1, 1), padding: 'SAME'): convolution(lhs, rhs, 1, 'same', 1, 1)
def conv_general_dilated(lhs: image, rhs: image, window_strides, padding: 'VALID', lhs_dilation: None = None,
        rhs_dilation: None = None, dimension_numbers: None = None, feature_group_count: 1 = 1):
    conv2d(lhs, rhs, same_strides(window_strides), 0)
def conv_general_dilated(lhs: image, rhs: image, window_strides: (1, 1), padding: 'SAME', lhs_dilation: None = None,
        rhs_dilation: None = None, dimension_numbers: None = None, feature_group_count: 1 = 1):
    convolution(lhs, rhs, 1, 'same', 1, 1)
def conv_general_dilated(lhs: image, rhs: image, window_strides, padding: 'VALID', lhs_dilation: None = None,
        rhs_dilation: None = None, dimension_numbers: ('NHWC', 'HWIO', 'NHWC') = None, feature_group_count: 1 = 1):
    transpose(conv2d(transpose(lhs, (0, 3, 1, 2)), transpose(rhs, (3, 2, 0, 1)), same_strides(window_strides), 0),
        (0, 2, 3, 1))
def conv_general_dilated(lhs: image, rhs: image, window_strides: (1, 1), padding: 'SAME', lhs_dilation: None = None,
        rhs_dilation: None = None, dimension_numbers: ('NHWC', 'HWIO', 'NHWC') = None, feature_group_count: 1 = 1):
    transpose(convolution(transpose(lhs, (0, 3, 1, 2)), transpose(rhs, (3, 2, 0, 1)), 1, 'same', 1, 1), (0, 2, 3, 1))
def collapse(operand: array, start_dimension: int, stop_dimension: None = None):
    reshape(operand, flattened(operand, start_dimension, -1))
def collapse(operand: array, start_dimension: int, stop_dimension: int):
    reshape(operand, flattened(operand, start_dimension, before_axis(stop_dimension)))
def cumlogsumexp(operand: array, axis: int = 0, reverse: False = False):
    moveaxis(logsumexp(of_before(operand, axis, -1e999), -1), -1, axis)
"""
LAX_NAMES = (
    "acos acosh asin asinh atan atan2 atanh cbrt ceil cosh digamma eq erfc exp2 expm1 ge gt le lgamma lt ne sinh tan"
    " erf_inv=erfinv rem=fmod"
    " abs add cos div erf exp floor log log1p max=maximum min=minimum mul neg pow reciprocal rsqrt sign sin sqrt square"
    " stop_gradient sub tanh logistic=sigmoid"
)
JAX_OWN_NAMES = "stop_gradient"

JAX_SPECIAL = """
def bessel_jn(z: array, *, v: int, n_iter=50): stack([bessel_j(z, order) for order in orders(v)])
"""
