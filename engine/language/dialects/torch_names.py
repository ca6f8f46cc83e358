"""PyTorch's functions and methods as calls of our ops (see signatures.py)."""

TORCH = """
def sum(input, dim=None, keepdim=False, *, dtype=None): sum(input, dim, keepdim)
def mean(input, dim=None, keepdim=False, *, dtype=None): mean(input, dim, keepdim)
def prod(input, *, dtype=None): prod(input)
def prod(input, dim: int, keepdim=False, *, dtype=None): prod(input, dim, keepdim)
def max(input): max(input)
def max(input, dim: int, keepdim=False): {'values': max(input, dim, keepdim), 'indices': argmax(input, dim, keepdim)}
def max(input, other): maximum(input, other)
def min(input): min(input)
def min(input, dim: int, keepdim=False): {'values': min(input, dim, keepdim), 'indices': argmin(input, dim, keepdim)}
def min(input, other): minimum(input, other)
def amax(input, dim=None, keepdim=False): max(input, dim, keepdim)
def amin(input, dim=None, keepdim=False): min(input, dim, keepdim)
def argmax(input, dim=None, keepdim=False): argmax(input, dim, keepdim)
def argmin(input, dim=None, keepdim=False): argmin(input, dim, keepdim)
def std(input, *, unbiased: True = True): std(input, ddof=1)
def std(input, unbiased: True): std(input, ddof=1)
def std(input, unbiased: False): std(input)
def std(input, dim=None, *, correction=1, keepdim=False): std(input, dim, keepdim, correction)
def std(input, dim, unbiased: True, keepdim=False): std(input, dim, keepdim, 1)
def std(input, dim, unbiased: False, keepdim=False): std(input, dim, keepdim)
def var(input, *, unbiased: True = True): var(input, ddof=1)
def var(input, unbiased: True): var(input, ddof=1)
def var(input, unbiased: False): var(input)
def var(input, dim=None, *, correction=1, keepdim=False): var(input, dim, keepdim, correction)
def var(input, dim, unbiased: True, keepdim=False): var(input, dim, keepdim, 1)
def var(input, dim, unbiased: False, keepdim=False): var(input, dim, keepdim)
def norm(input, p: 'fro' = 'fro', dim=None, keepdim=False, out=None, dtype=None): norm(input, 2, dim, keepdim)
def norm(input, p, dim=None, keepdim=False, out=None, dtype=None): norm(input, p, dim, keepdim)
def logsumexp(input, dim, keepdim=False): logsumexp(input, dim, keepdim)
def median(input: array): sort(ravel(input))[lower_middle(input)]
def median(input: matrix, dim: last_axis(input), keepdim: False = False):
    {'values': sort(input, -1)[:, lower_middle(input, -1)], 'indices': argsort(input, -1)[:, lower_middle(input, -1)]}
def cumsum(input, dim, *, dtype=None): cumsum(input, dim)
def cumprod(input, dim, *, dtype=None): cumprod(input, dim)
def softmax(input, dim: int, dtype=None): softmax(input, dim)
def log_softmax(input, dim: int, dtype=None): log_softmax(input, dim)
def sort(input, dim=-1, descending: False = False, stable=False):
    {'values': sort(input, dim), 'indices': argsort(input, dim)}
def argsort(input, dim=-1, descending: False = False, stable=False): argsort(input, dim)
def take(input, index): take(input, index)
def gather(input: array, dim, index: same_rank(input), *, sparse_grad=False):
    take_along_axis(corner(input, index, dim), index, dim)
def index_select(input, dim, index: vector): take(input, index, dim)
def masked_fill(input, mask, value): where(mask, value, input)
def where(condition, input, other): where(condition, input, other)
def clamp(input, min=None, max=None): clip(input, min, max)
def clip(input, min=None, max=None): clip(input, min, max)
def reshape(input, shape): reshape(input, shape)
def flatten(input: number): reshape(input, (1,))
def flatten(input: array, start_dim=0, end_dim=-1): reshape(input, flattened(input, start_dim, end_dim))
def ravel(input): ravel(input)
def transpose(input, dim0, dim1): swapaxes(input, dim0, dim1)
def swapaxes(input, axis0, axis1): swapaxes(input, axis0, axis1)
def swapdims(input, dim0, dim1): swapaxes(input, dim0, dim1)
def permute(input, dims): transpose(input, dims)
def t(input: at_most_2): transpose(input)
def movedim(input, source, destination): moveaxis(input, source, destination)
def moveaxis(input, source, destination): moveaxis(input, source, destination)
def squeeze(input): squeeze(input)
def squeeze(input, dim): squeeze(input, dim)
def unsqueeze(input, dim): expand_dims(input, dim)
def broadcast_to(input, size): broadcast_to(input, size)
def cat(tensors, dim=0): concat(tensors, dim)
def concat(tensors, dim=0): concat(tensors, dim)
def concatenate(tensors, dim=0): concat(tensors, dim)
def stack(tensors, dim=0): stack(tensors, dim)
def hstack(tensors: numbers): stack(tensors)
def hstack(tensors: vectors): concat(tensors)
def hstack(tensors: matrices): concat(tensors, 1)
def vstack(tensors: vectors): stack(tensors)
def vstack(tensors: matrices): concat(tensors)
def column_stack(tensors: vectors): stack(tensors, 1)
def column_stack(tensors: matrices): concat(tensors, 1)
def chunk(input, chunks, dim=0): split(input, chunks, dim)
def split(tensor: array, split_size_or_sections, dim=0): split(tensor, parts(tensor, split_size_or_sections, dim), dim)
def tile(input, dims): tile(input, dims)
def repeat_interleave(input, repeats, dim=None): repeat(input, repeats, dim)
def flip(input, dims): flip(input, dims)
def fliplr(input: at_least_2): flip(input, 1)
def flipud(input): flip(input, 0)
def roll(input, shifts, dims=None): roll(input, shifts, dims)
def diff(input, n=1, dim=-1, prepend=None, append=None): diff(input, n, dim)
def trace(input: matrix): trace(input)
def diag(input, diagonal=0): diag(input)
def tril(input, diagonal=0): tril(input)
def triu(input, diagonal=0): triu(input)
def dot(input: vector, tensor: vector): dot(input, tensor)
def vdot(input: vector, other: vector): dot(input, other)
def mm(input: matrix, mat2: matrix): matmul(input, mat2)
def mv(input: matrix, vec: vector): matmul(input, vec)
def bmm(input: cube, mat2: cube): matmul(input, mat2)
def matmul(input, other): matmul(input, other)
def outer(input: vector, vec2: vector): outer(input, vec2)
def ger(input: vector, vec2: vector): outer(input, vec2)
def inner(input, other): inner(input, other)
def kron(input, other): kron(input, other)
def addmm(input, mat1: matrix, mat2: matrix, *, beta: 1 = 1, alpha: 1 = 1): addmm(input, mat1, mat2)
def cross(input: vector, other: vector, dim: last_axis(input) = None): cross(input, other)
def cross(input: array, other: same_rank(input), dim: last_axis(input)): cross(input, other)
def tensordot(a, b, dims=2): tensordot(a, b, dims)
def einsum(equation, *operands): einsum(equation, *operands)
def matrix_power(input, n): matrix_power(input, n)
def det(input): det(input)
def logdet(input): logdet(input)
def inverse(input): inv(input)
def cholesky(input, upper: False = False): cholesky(input)
def cholesky(input, upper: True): swapaxes(cholesky(input), -1, -2)
def round(input, *, decimals: 0 = 0): round(input)
def round(input, *, decimals: int): round(input * tens(decimals)) / tens(decimals)
def add(input, other, *, alpha: 1 = 1): input + other
def add(input, other, *, alpha): input + alpha * other
def sub(input, other, *, alpha: 1 = 1): input - other
def sub(input, other, *, alpha): input - alpha * other
def subtract(input, other, *, alpha: 1 = 1): input - other
def div(input, other, *, rounding_mode: None = None): input / other
def div(input, other, *, rounding_mode: 'floor'): floor_divide(input, other)
def div(input, other, *, rounding_mode: 'trunc'): trunc(input / other)
def divide(input, other, *, rounding_mode: None = None): input / other
def pow(input, exponent): input ** exponent
def lerp(input, end, weight): lerp(input, end, weight)
def addcmul(input, tensor1, tensor2, *, value=1): addcmul(input, tensor1, tensor2, value)
def heaviside(input, values): heaviside(input, values)
def logit(input, eps=None): logit(input)
def from_numpy(ndarray): identity(ndarray)
def polygamma(n, input): polygamma(input, n)
def dropout(input, p, train): dropout(input, p, train=train)
def embedding(weight, input): embedding(input, weight)
def celu(input, alpha=1.0): celu(input, alpha)
"""

TORCH_NAMES = (
    "abs acos acosh asin asinh atan atanh atan2 ceil copysign cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1"
    " floor floor_divide fmod hypot lgamma log log10 log1p log2 logaddexp maximum minimum mul neg prelu rad2deg"
    " reciprocal relu rsqrt selu sigmoid sign sin sinc sinh sqrt square tan tanh trunc xlogy absolute=abs arccos=acos"
    " arccosh=acosh arcsin=asin arcsinh=asinh arctan=atan arctan2=atan2 arctanh=atanh clone=identity"
    " detach=stop_gradient expit=sigmoid fix=trunc gammaln=lgamma multiply=mul ndtr negative=neg psi=digamma"
    " remainder=mod true_divide=div gt ge lt le eq ne greater=gt greater_equal=ge less=lt less_equal=le not_equal=ne"
    " logical_and logical_or logical_not"
)

# What follows the dot of a tensor, where it is not the function with the tensor for its first argument.
TORCH_METHODS = """
def reshape(input, *shape): reshape(input, shape)
def view(input, *shape): reshape(input, shape)
def permute(input, *dims): transpose(input, dims)
def tile(input, *dims): tile(input, dims)
def repeat(input: array, *sizes): tile(input, enough(input, sizes))
def flip(input, *dims): flip(input, dims)
def expand(input: array, *sizes): broadcast_to(input, expanded(input, sizes))
def expand_as(input, other: array): broadcast_to(input, other.shape)
def view_as(input, other: array): reshape(input, other.shape)
def where(input, condition, other): where(condition, input, other)
def polygamma(input, n): polygamma(input, n)
def contiguous(input): identity(input)
def double(input): identity(input)
def float(input): identity(input)
def cpu(input): identity(input)
def numpy(input): identity(input)
def item(input: number): stop_gradient(input)
def item(input): stop_gradient(reshape(input, ()))
"""

# What gives another array of the same numbers in memory: writing to one is seen in the other.
TORCH_SHARING = "contiguous cpu detach double float from_numpy numpy".split()

# What changes a tensor in place: what it becomes.
TORCH_IN_PLACE = """
def zero_(input: array): broadcast_to(0.0, input.shape)
def fill_(input: array, value: number): broadcast_to(value, input.shape)
def copy_(input: array, src, non_blocking=False): broadcast_to(src, input.shape)
"""

# Those of the methods that have a twin with a stroke, which changes the tensor in place.
TORCH_IN_PLACE_NAMES = (
    "abs absolute acos acosh add addcmul addmm arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan"
    " atan2 atanh ceil clamp clip copysign cos cosh cumprod cumsum deg2rad digamma div divide eq erf erfc erfinv exp"
    " exp2 expm1 fix floor floor_divide fmod ge greater greater_equal gt heaviside hypot le lerp less less_equal lgamma"
    " log log10 log1p log2 logical_and logical_not logical_or logit lt masked_fill mul multiply ne neg negative"
    " not_equal polygamma pow rad2deg reciprocal relu remainder round rsqrt sigmoid sign sin sinc sinh sqrt square"
    " squeeze sub subtract swapaxes swapdims t tan tanh transpose tril triu true_divide trunc unsqueeze xlogy"
)

FUNCTIONAL = """
def leaky_relu(input, negative_slope=0.01, inplace=False): leaky_relu(input, negative_slope)
def relu(input, inplace=False): relu(input)
def relu6(input, inplace=False): relu6(input)
def elu(input, alpha=1.0, inplace=False): elu(input, alpha)
def celu(input, alpha=1.0, inplace=False): celu(input, alpha)
def selu(input, inplace=False): selu(input)
def silu(input, inplace=False): silu(input)
def mish(input, inplace=False): mish(input)
def hardsigmoid(input, inplace=False): hardsigmoid(input)
def hardswish(input, inplace=False): hardswish(input)
def hardtanh(input, min_val: -1 = -1.0, max_val: 1 = 1.0, inplace=False): hardtanh(input)
def gelu(input, approximate: 'none' = 'none'): gelu(input)
def gelu(input, approximate: 'tanh'): gelu_tanh(input)
def glu(input, dim=-1): glu(input, dim)
def softplus(input, beta: 1 = 1.0, threshold=20.0): softplus(input)
def hardshrink(input, lambd=0.5): hardshrink(input, lambd)
def softshrink(input, lambd=0.5): softshrink(input, lambd)
def threshold(input, threshold, value, inplace=False): threshold(input, threshold, value)
def softmax(input, dim: int, _stacklevel=3, dtype=None): softmax(input, dim)
def softmax(input: at_most_2, dim: None = None): softmax(input)
def log_softmax(input, dim: int, _stacklevel=3, dtype=None): log_softmax(input, dim)
def log_softmax(input: at_most_2, dim: None = None): log_softmax(input)
def softmin(input, dim: int, _stacklevel=3, dtype=None): softmin(input, dim)
def normalize(input, p=2.0, dim=1, eps=1e-12, out=None): normalize(input, p, dim, eps)
def cosine_similarity(x1: array, x2: same_shape(x1), dim=1, eps=1e-08): cosine_similarity(x1, x2, dim, eps)
def linear(input, weight): linear(input, weight)
def linear(input, weight, bias): linear(input, weight, bias)
def layer_norm(input: array, normalized_shape: last_size(input), weight=None, bias=None, eps=1e-05):
    layer_norm(input, eps)
def rms_norm(input: array, normalized_shape: last_size(input), weight=None, *, eps): rms_norm(input, eps)
def one_hot(tensor, num_classes): one_hot(tensor, num_classes)
def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    embedding(input, weight)
def dropout(input, p=0.5, training=True, inplace=False): dropout(input, p, train=training)
def conv1d(input, weight, bias: None = None, stride=1, padding=0, dilation: 1 = 1, groups: 1 = 1):
    conv1d(input, weight, stride, padding)
def conv1d(input, weight, bias: vector, stride=1, padding=0, dilation: 1 = 1, groups: 1 = 1):
    conv1d(input, weight, stride, padding) + reshape(bias, (-1, 1))
def conv2d(input, weight, bias: None = None, stride=1, padding=0, dilation: 1 = 1, groups: 1 = 1):
    conv2d(input, weight, stride, padding)
def conv2d(input, weight, bias: vector, stride=1, padding=0, dilation: 1 = 1, groups: 1 = 1):
    conv2d(input, weight, stride, padding) + reshape(bias, (-1, 1, 1))
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation: 1 = 1, ceil_mode=False, return_indices=False):
    max_pool2d(input, kernel_size, kernel_size, padding)
def max_pool2d(input, kernel_size, stride: ints, padding=0, dilation: 1 = 1, ceil_mode=False, return_indices=False):
    max_pool2d(input, kernel_size, stride, padding)
def avg_pool2d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
        divisor_override=None):
    avg_pool2d(input, kernel_size, kernel_size, padding)
def avg_pool2d(input, kernel_size, stride: ints, padding=0, ceil_mode=False, count_include_pad=True,
        divisor_override=None):
    avg_pool2d(input, kernel_size, stride, padding)
def unfold(input, kernel_size, dilation: 1 = 1, padding=0, stride=1): unfold(input, kernel_size, stride, padding)
def pad(input: array, pad, mode='constant', value=0): pad(input, padded_axes(input, pad), mode, value)
def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0, is_causal=False, scale=None,
        enable_gqa=False):
    attention(query, key, value)
def mse_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', weight=None): mse(input, target)
def mse_loss(input, target, size_average=None, reduce=None, reduction: 'sum' = 'sum', weight=None):
    sum((input - target) ** 2)
def mse_loss(input, target, size_average=None, reduce=None, reduction: 'none' = 'none', weight=None):
    (input - target) ** 2
def l1_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', weight=None): mae(input, target)
def l1_loss(input, target, size_average=None, reduce=None, reduction: 'sum' = 'sum', weight=None):
    sum(abs(input - target))
def l1_loss(input, target, size_average=None, reduce=None, reduction: 'none' = 'none', weight=None): abs(input - target)
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', beta=1.0):
    smooth_l1(input, target, beta)
def huber_loss(input, target, reduction: 'mean' = 'mean', delta=1.0, weight=None): huber(input, target, delta)
def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction: 'mean' = 'mean'):
    binary_cross_entropy(input, target)
def binary_cross_entropy(input: array, target: array, weight=None, size_average=None, reduce=None,
        reduction: 'sum' = 'sum'):
    -sum(xlogy(target, input) + xlogy(1 - target, 1 - input))
def binary_cross_entropy(input: array, target: array, weight=None, size_average=None, reduce=None,
        reduction: 'none' = 'none'):
    -(xlogy(target, input) + xlogy(1 - target, 1 - input))
def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None,
        reduction: 'mean' = 'mean', pos_weight=None):
    sigmoid_cross_entropy(input, target)
def cross_entropy(input: at_most_2, target, weight=None, size_average=None, ignore_index=-100, reduce=None,
        reduction: 'mean' = 'mean', label_smoothing=0.0):
    softmax_cross_entropy(input, target)
def nll_loss(input: at_most_2, target: classes(input), weight=None, size_average=None, ignore_index=-100, reduce=None,
        reduction: 'mean' = 'mean'):
    nll_loss(input, target)
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction: 'mean' = 'mean', log_target=False):
    mean(xlogy(target, target) - target * input)
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction: 'sum' = 'sum', log_target=False):
    sum(xlogy(target, target) - target * input)
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction: 'batchmean' = 'batchmean',
        log_target=False):
    sum(mean(xlogy(target, target) - target * input, 0))
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction: 'none' = 'none', log_target=False):
    xlogy(target, target) - target * input
"""

FUNCTIONAL_NAMES = "prelu softsign tanhshrink logsigmoid=log_sigmoid sigmoid tanh"

TORCH_LINALG = """
def norm(A: matrix, ord: 'fro', dim=None, keepdim=False, *, dtype=None): linalg_norm(A, None, dim, keepdim)
def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None): linalg_norm(A, ord, dim, keepdim)
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None): norm(x, ord, dim, keepdim)
def det(A): det(A)
def inv(A): inv(A)
def cholesky(A, *, upper: False = False): cholesky(A)
def cholesky(A, *, upper: True): swapaxes(cholesky(A), -1, -2)
def solve(A: array, B: vector, *, left=True): solve(A, B)
def solve(A: array, B: same_rank(A), *, left=True): solve(A, B)
def matrix_power(A, n): matrix_power(A, n)
def matmul(input, other): matmul(input, other)
def cross(input: array, other: same_rank(input), *, dim: last_axis(input) = -1): cross(input, other)
def vecdot(x, y, *, dim=-1): vecdot(x, y, dim)
"""
