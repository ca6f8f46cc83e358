"""PyTorch's functions and methods as calls of our ops (see signatures.py)."""

TORCH = """
def sum(input, dim=None, keepdim=False, *, dtype=None): sum(input, dim, keepdim)
def mean(input, dim=None, keepdim=False, *, dtype=None): mean(input, dim, keepdim)
def prod(input, *, dtype=None): prod(input)
def prod(input, dim: int, keepdim=False, *, dtype=None): prod(input, dim, keepdim)
def max(input): max(input)
def max(input, dim: int, keepdim=False):
    {'values': picked(input, argmax(input, dim, True), dim, keepdim), 'indices': argmax(input, dim, keepdim)}
def max(input, other): maximum(input, other)
def min(input): min(input)
def min(input, dim: int, keepdim=False):
    {'values': picked(input, argmin(input, dim, True), dim, keepdim), 'indices': argmin(input, dim, keepdim)}
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
def median(input: array, dim: int, keepdim=False):
    {'values': sort(input, dim)[middle(input, dim, keepdim)],
        'indices': argsort(input, dim)[middle(input, dim, keepdim)]}
def cumsum(input, dim, *, dtype=None): cumsum(input, dim)
def cumprod(input, dim, *, dtype=None): cumprod(input, dim)
def softmax(input, dim: int, dtype=None): softmax(input, dim)
def log_softmax(input, dim: int, dtype=None): log_softmax(input, dim)
def sort(input, dim=-1, descending: False = False, stable=False):
    {'values': sort(input, dim), 'indices': argsort(input, dim)}
def sort(input, dim=-1, descending: True = False, stable=False):
    {'values': -sort(-input, dim), 'indices': argsort(-input, dim)}
def argsort(input, dim=-1, descending: False = False, stable=False): argsort(input, dim)
def argsort(input, dim=-1, descending: True = False, stable=False): argsort(-input, dim)
def msort(input): sort(input, 0)
def topk(input: array, k, dim=-1, largest: True = True, sorted=True):
    {'values': -sort(-input, dim)[first(input, k, dim)], 'indices': argsort(-input, dim)[first(input, k, dim)]}
def topk(input: array, k, dim=-1, largest: False = True, sorted=True):
    {'values': sort(input, dim)[first(input, k, dim)], 'indices': argsort(input, dim)[first(input, k, dim)]}
def kthvalue(input: array, k, dim=-1, keepdim=False):
    {'values': sort(input, dim)[nth(input, k, dim, keepdim)],
        'indices': argsort(input, dim)[nth(input, k, dim, keepdim)]}
def quantile(input: array, q, dim: None = None, keepdim: False = False, *, interpolation: 'linear' = 'linear'):
    lerp(sort(ravel(input))[before(input, q, dim)], sort(ravel(input))[after(input, q, dim)], between(input, q, dim))
def quantile(input: array, q, dim: int, keepdim: True, *, interpolation: 'linear' = 'linear'):
    lerp(sort(input, dim)[before(input, q, dim)], sort(input, dim)[after(input, q, dim)], between(input, q, dim))
def quantile(input: array, q, dim: int, keepdim: False = False, *, interpolation: 'linear' = 'linear'):
    squeeze(lerp(sort(input, dim)[before(input, q, dim)], sort(input, dim)[after(input, q, dim)],
        between(input, q, dim)), dim)
def cummax(input: array, dim):
    {'values': running(input, dim, latest(of_before(input, dim, -1e999))),
        'indices': moveaxis(latest(of_before(input, dim, -1e999)), -1, dim)}
def cummin(input: array, dim):
    {'values': running(input, dim, latest(of_before(-input, dim, -1e999))),
        'indices': moveaxis(latest(of_before(-input, dim, -1e999)), -1, dim)}
def logcumsumexp(input: array, dim): moveaxis(logsumexp(of_before(input, dim, -1e999), -1), -1, dim)
def aminmax(input, *, dim=None, keepdim=False): {'min': min(input, dim, keepdim), 'max': max(input, dim, keepdim)}
def std_mean(input, dim=None, *, correction=1, keepdim=False):
    (std(input, dim, keepdim, correction), mean(input, dim, keepdim))
def var_mean(input, dim=None, *, correction=1, keepdim=False):
    (var(input, dim, keepdim, correction), mean(input, dim, keepdim))
def nansum(input, dim=None, keepdim=False, *, dtype=None): sum(where(eq(input, input), input, 0.0), dim, keepdim)
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    sum(where(eq(input, input), input, 0.0), dim, keepdim) / sum(eq(input, input), dim, keepdim)
def nan_to_num(input, nan=0.0, posinf: None = None, neginf: None = None):
    clip(where(eq(input, input), input, nan), -3.4028234663852886e38, 3.4028234663852886e38)
def nan_to_num(input, nan=0.0, posinf: None = None, *, neginf: number):
    where(eq(input, -1e999), neginf, clip(where(eq(input, input), input, nan), None, 3.4028234663852886e38))
def nan_to_num(input, nan: number, posinf: None, neginf: number):
    where(eq(input, -1e999), neginf, clip(where(eq(input, input), input, nan), None, 3.4028234663852886e38))
def nan_to_num(input, nan=0.0, *, posinf: number, neginf: None = None):
    where(eq(input, 1e999), posinf, clip(where(eq(input, input), input, nan), -3.4028234663852886e38))
def nan_to_num(input, nan: number, posinf: number, neginf: None = None):
    where(eq(input, 1e999), posinf, clip(where(eq(input, input), input, nan), -3.4028234663852886e38))
def nan_to_num(input, nan=0.0, *, posinf: number, neginf: number):
    where(eq(input, 1e999), posinf, where(eq(input, -1e999), neginf, where(eq(input, input), input, nan)))
def nan_to_num(input, nan: number, posinf: number, neginf: number):
    where(eq(input, 1e999), posinf, where(eq(input, -1e999), neginf, where(eq(input, input), input, nan)))
def bincount(input: vector, weights: None = None, minlength=0): counts(input, minlength)
def bincount(input: vector, weights: vector, minlength=0):
    index_add(weights, whole_places(input), count_shape(input, minlength))
def unique(input, sorted=True, return_inverse: False = False, return_counts: False = False, dim: None = None):
    take(ravel(input), first_places(input))
def unique(input, sorted=True, return_inverse: True = False, return_counts: False = False, dim: None = None):
    {'output': take(ravel(input), first_places(input)), 'inverse_indices': inverse_places(input)}
def unique(input, sorted=True, return_inverse: False = False, return_counts: True = False, dim: None = None):
    {'output': take(ravel(input), first_places(input)), 'counts': how_often(input)}
def unique(input, sorted=True, return_inverse: True = False, return_counts: True = False, dim: None = None):
    {'output': take(ravel(input), first_places(input)), 'inverse_indices': inverse_places(input),
        'counts': how_often(input)}
def searchsorted(sorted_sequence: vector, input, *, right: False = False):
    sorted_places(sorted_sequence, input, 'left', None)
def searchsorted(sorted_sequence: vector, input, *, right: True):
    sorted_places(sorted_sequence, input, 'right', None)
def bucketize(input, boundaries: vector, *, right: False = False): sorted_places(boundaries, input, 'left', None)
def bucketize(input, boundaries: vector, *, right: True): sorted_places(boundaries, input, 'right', None)
def isin(elements, test_elements, *, assume_unique=False, invert=False): is_among(elements, test_elements, invert)
def tril_indices(row: int, col: int, offset: int = 0): stack(triangle_places(row, offset, col, False))
def triu_indices(row: int, col: int, offset: int = 0): stack(triangle_places(row, offset, col, True))
def equal(input: array, other: same_shape(input)): ne(min(eq(input, other)), 0)
def equal(input: array, other: array): false()
def signbit(input): lt(copysign(1.0, input), 0)
def gcd(input, other): greatest_divisor(input, other)
def lcm(input, other): least_multiple(input, other)
def bitwise_and(input: mask, other: mask): logical_and(input, other)
def bitwise_or(input: mask, other: mask): logical_or(input, other)
def bitwise_xor(input: mask, other: mask): ne(input, other)
def bitwise_not(input: mask): logical_not(input)
def conj(input): identity(input)
def real(input): identity(input)
def any(input, dim=None, keepdim=False): gt(sum(ne(input, 0), dim, keepdim), 0)
def all(input, dim=None, keepdim=False): eq(sum(eq(input, 0), dim, keepdim), 0)
def nonzero(input, *, as_tuple: False = False): place_rows(input)
def nonzero(input, *, as_tuple: True): places(input)
def argwhere(input): place_rows(input)
def count_nonzero(input, dim=None): sum(ne(input, 0), dim)
def isnan(input): ne(input, input)
def isinf(input): eq(abs(input), 1e999)
def isfinite(input): lt(abs(input), 1e999)
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False): le(abs(input - other), atol + rtol * abs(other))
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    eq(sum(gt(abs(input - other), atol + rtol * abs(other))), 0)
def logical_xor(input, other): ne(ne(input, 0), ne(other, 0))
def fmax(input, other): where(ne(other, other), input, where(ne(input, input), other, maximum(input, other)))
def fmin(input, other): where(ne(other, other), input, where(ne(input, input), other, minimum(input, other)))
def frac(input): input - trunc(input)
def ldexp(input, other): input * exp2(other)
def float_power(input, exponent): input ** exponent
def rsub(input, other, *, alpha: 1 = 1): other - input
def rsub(input, other, *, alpha): other - alpha * input
def addcdiv(input, tensor1, tensor2, *, value: 1 = 1): input + tensor1 / tensor2
def addcdiv(input, tensor1, tensor2, *, value): input + value * tensor1 / tensor2
def positive(input): identity(input)
def numel(input: array): elements(input)
def dist(input, other, p=2): norm(input - other, p)
def cdist(x1: at_least_2, x2: at_least_2, p=2.0): distance(expand_dims(x1, -2) - expand_dims(x2, -3), p)
def cov(input: vector, *, correction=1): var(input, None, False, correction)
def cov(input: matrix, *, correction=1):
    rest = input - mean(input, 1, True)
    matmul(rest, transpose(rest)) / (columns_of(input) - correction)
def corrcoef(input: matrix):
    rest = input - mean(input, 1, True)
    c = matmul(rest, transpose(rest))
    c / sqrt(outer(diag(c), diag(c)))
def pinverse(input): pinv(input)
def vander(x: vector, N=None, increasing=False): expand_dims(x, -1) ** powers(x, N, increasing)
def rot90(input: at_least_2, k: turns(1) = 1, dims=(0, 1)):
    swapaxes(flip(input, second_of(dims)), first_of(dims), second_of(dims))
def rot90(input: at_least_2, k: turns(0), dims=(0, 1)): identity(input)
def rot90(input: at_least_2, k: turns(2), dims=(0, 1)): flip(input, dims)
def rot90(input: at_least_2, k: turns(3), dims=(0, 1)):
    flip(swapaxes(input, first_of(dims), second_of(dims)), second_of(dims))
def gammainc(input: number, other): gammainc(other, input)
def gammaincc(input: number, other): gammaincc(other, input)
def i0(input): i0(input)
def i1(input): i1(input)
def i0e(input): scaled_bessel_i(input, 0)
def i1e(input): scaled_bessel_i(input, 1)
def bessel_j0(input): bessel_j(input, 0)
def bessel_j1(input): bessel_j(input, 1)
def bessel_y0(input): bessel_y(input, 0)
def bessel_y1(input): bessel_y(input, 1)
def modified_bessel_k0(input): bessel_k(input, 0)
def modified_bessel_k1(input): bessel_k(input, 1)
def scaled_modified_bessel_k0(input): scaled_bessel_k(input, 0)
def scaled_modified_bessel_k1(input): scaled_bessel_k(input, 1)
def spherical_bessel_j0(input): sinc(input / 3.141592653589793)
def zeta(input: array, other): zeta(where(lt(input, 1), -2.0, input), other)
def igamma(input: number, other): gammainc(other, input)
def igammac(input: number, other): gammaincc(other, input)
def mvlgamma(input: number, p: int): sum(lgamma(input - halves(p))) + d_of_multigamma(p)
def equal(input: array, other: same_shape(input)): min(input == other) != 0
def equal(input: array, other: array): false()
def multigammaln(input: number, p: int): sum(lgamma(input - halves(p))) + d_of_multigamma(p)
def trapezoid(y: array, *, dx=1.0, dim=-1): trapezoids(y, dx, dim)
def trapz(y: array, *, dx=1.0, dim=-1): trapezoids(y, dx, dim)
def cumulative_trapezoid(y: array, *, dx=1.0, dim=-1): cumsum(between_ends(y, dx, dim), dim)
def take(input, index): take(input, index)
def gather(input: array, dim, index: same_rank(input), *, sparse_grad=False):
    take_along_axis(corner(input, index, dim), index, dim)
def index_select(input, dim, index: vector): take(input, index, dim)
def take_along_dim(input: array, indices: same_rank(input), dim: int): take_along_axis(input, indices, dim)
def select(input: array, dim, index): input[place(input, dim, index)]
def narrow(input: array, dim, start, length): input[narrowed(input, dim, start, length)]
def masked_select(input: array, mask: mask): input[mask]
def scatter(input: array, dim, index: places, src: number): put(input, src, gathered(input, dim, index))
def scatter(input: array, dim, index: places, src: same_rank(input)):
    put(input, part_of(src, index), once(input, dim, index))
def scatter(input: array, dim, index: places, value: number): put(input, value, gathered(input, dim, index))
def scatter_add(input: array, dim, index: same_rank(input), src: same_rank(input)):
    input + scatter_add(cut_as(src, index), index, shape_of(input), dim)
def index_add(input: array, dim, index: vector, source, *, alpha: 1 = 1):
    input + index_add(source, index, shape_of(input), dim)
def index_add(input: array, dim, index: vector, source, *, alpha):
    input + alpha * index_add(source, index, shape_of(input), dim)
def index_copy(input: array, dim, index: places, source: same_rank(input)):
    put(input, source, places_along(input, dim, index))
def index_fill(input: array, dim, index: places, value: number): put(input, value, places_along(input, dim, index))
def masked_scatter(input: array, mask: fixed, source: array):
    put(input, ravel(source)[as_many(input, mask)], true_places(input, mask))
def masked_fill(input, mask, value): where(mask, value, input)
def where(condition): places(condition)
def where(condition, input, other): where(condition, input, other)
def clamp(input, min=None, max=None): clip(input, min, max)
def clamp_min(input, min): clip(input, min)
def clamp_max(input, max): clip(input, None, max)
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
def movedim(input: array, source: int, destination: int): moveaxis(input, source, destination)
def movedim(input: array, source: ints, destination: ints): transpose(input, moved(input, source, destination))
def moveaxis(input: array, source: int, destination: int): moveaxis(input, source, destination)
def moveaxis(input: array, source: ints, destination: ints): transpose(input, moved(input, source, destination))
def squeeze(input): squeeze(input)
def squeeze(input: array, dim: int): reshape(input, squeezed(input, dim))
def squeeze(input: array, dim: ints): reshape(input, squeezed(input, dim))
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
def row_stack(tensors: vectors): stack(tensors)
def row_stack(tensors: matrices): concat(tensors)
def column_stack(tensors: vectors): stack(tensors, 1)
def column_stack(tensors: matrices): concat(tensors, 1)
def chunk(input: array, chunks, dim=0): [input[part] for part in chunks(input, chunks, dim)]
def split(tensor: array, split_size_or_sections, dim=0):
    [tensor[part] for part in pieces(tensor, split_size_or_sections, dim)]
def tensor_split(input: array, indices_or_sections, dim=0):
    [input[part] for part in sections(input, indices_or_sections, dim)]
def split_with_sizes(input: array, split_sizes: ints, dim=0): [input[part] for part in pieces(input, split_sizes, dim)]
def hsplit(input: vector, indices_or_sections: ints): parted(input, indices_or_sections, 0)
def hsplit(input: array, indices_or_sections: ints): parted(input, indices_or_sections, 1)
def vsplit(input: at_least_2, indices_or_sections: ints): parted(input, indices_or_sections, 0)
def dsplit(input: at_least_3, indices_or_sections: ints): parted(input, indices_or_sections, 2)
def unbind(input: array, dim=0): [input[part] for part in rows(input, dim)]
def unflatten(input: array, dim, sizes): reshape(input, split_axis(input, dim, sizes))
def atleast_1d(input: number): reshape(input, (1,))
def atleast_1d(input: array): identity(input)
def atleast_2d(input: number): reshape(input, (1, 1))
def atleast_2d(input: vector): expand_dims(input, 0)
def atleast_2d(input: at_least_2): identity(input)
def dstack(tensors: matrices): stack(tensors, 2)
def tile(input, dims): tile(input, dims)
def repeat_interleave(input, repeats, dim=None): repeat(input, repeats, dim)
def flip(input, dims): flip(input, dims)
def fliplr(input: at_least_2): flip(input, 1)
def flipud(input): flip(input, 0)
def roll(input, shifts, dims=None): roll(input, shifts, dims)
def diff(input, n=1, dim=-1, prepend=None, append=None): diff(input, n, dim)
def trace(input: matrix): trace(input)
def diag(input, diagonal: 0 = 0): diag(input)
def diag(input: vector, diagonal: int): pad(diag(input), shifted(diagonal))
def diag(input: matrix, diagonal: int): input[diagonal_of(input, diagonal, 0, 1)]
def diagflat(input, offset: 0 = 0): diag(ravel(input))
def adjoint(input: at_least_2): swapaxes(input, -1, -2)
def diagonal(input: array, offset=0, dim1=0, dim2=1):
    transpose(input, last_two(input, dim1, dim2))[diagonal_of(input, offset, dim1, dim2)]
def diag_embed(input: array, offset: 0 = 0, dim1: -2 = -2, dim2: -1 = -1):
    where(diag(broadcast_to(1.0, last_size_of(input))), expand_dims(input, -1), 0.0)
def tril(input, diagonal: 0 = 0): tril(input)
def tril(input: at_least_2, diagonal: int): where(lower(input, diagonal), input, 0.0)
def triu(input, diagonal: 0 = 0): triu(input)
def triu(input: at_least_2, diagonal: int): where(upper(input, diagonal), input, 0.0)
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
def addmm(input, mat1: matrix, mat2: matrix, *, beta=1, alpha=1): beta * input + alpha * matmul(mat1, mat2)
def baddbmm(input, batch1: cube, batch2: cube, *, beta=1, alpha=1): beta * input + alpha * matmul(batch1, batch2)
def addbmm(input, batch1: cube, batch2: cube, *, beta=1, alpha=1):
    beta * input + alpha * sum(matmul(batch1, batch2), 0)
def addmv(input, mat: matrix, vec: vector, *, beta=1, alpha=1): beta * input + alpha * matmul(mat, vec)
def addr(input, vec1: vector, vec2: vector, *, beta=1, alpha=1): beta * input + alpha * outer(vec1, vec2)
def cross(input: vector, other: vector, dim: last_axis(input) = None): cross(input, other)
def cross(input: array, other: same_rank(input), dim: last_axis(input)): cross(input, other)
def cross(input: array, other: same_rank(input), dim: int):
    moveaxis(cross(moveaxis(input, dim, -1), moveaxis(other, dim, -1)), -1, dim)
def tensordot(a, b, dims=2): tensordot(a, b, dims)
def einsum(equation, *operands): einsum(equation, *operands)
def matrix_power(input, n): matrix_power(input, n)
def matrix_exp(input): expm(input)
def det(input): det(input)
def slogdet(input): {'sign': sign(det(input)), 'logabsdet': log(abs(det(input)))}
def logdet(input): logdet(input)
def inverse(input): inv(input)
def cholesky(input, upper: False = False): cholesky(input)
def cholesky(input, upper: True): swapaxes(cholesky(swapaxes(input, -1, -2)), -1, -2)
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
def logit(input, eps: None = None): logit(input)
def logit(input, eps): logit(where(lt(input, eps), eps, where(gt(input, 1 - eps), 1 - eps, input)))
def sgn(input): sign(input)
def entr(input: array):
    inside = where(lt(input, 0), 0.0, input)
    where(lt(input, 0), -inf, -xlogy(inside, inside))
def xlog1py(input: array, other: array):
    nothing = eq(input, 0) & eq(other, -1)
    where(nothing, 0.0, input * log1p(where(nothing, 0.0, other)))
def from_numpy(ndarray): identity(ndarray)
def polygamma(n, input): polygamma(input, n)
def dropout(input, p, train): dropout(input, p, train=train)
def embedding(weight, input): embedding(input, weight)
def celu(input, alpha=1.0): celu(input, alpha)
"""

TORCH_NAMES = (
    "abs acos acosh asin asinh atan atanh atan2 ceil copysign cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1"
    " floor floor_divide fmod hypot lgamma log log10 log1p log2 logaddexp maximum minimum mul neg rad2deg"
    " erfcx ndtri log_ndtr modified_bessel_i0=i0 modified_bessel_i1=i1"
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
def reshape_as(input, other: array): reshape(input, other.shape)
def unfold(input: array, dimension, size, step):
    stack([moveaxis(input[part], dimension, -1) for part in windows(input, dimension, size, step)], dimension)
def bool(input): ne(input, 0)
def type(input, dtype: real): identity(input)
def type(input, dtype: truth): ne(input, 0)
def type(input, dtype: whole_type): trunc(input)
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
def fill_diagonal_(input: matrix, fill_value: number): where(diag(broadcast_to(1.0, side(input))), fill_value, input)
"""

# Those of the methods that have a twin with a stroke, which changes the tensor in place.
TORCH_IN_PLACE_NAMES = (
    "abs absolute acos acosh add addcdiv addcmul addmm baddbmm clamp_max clamp_min index_add index_copy index_fill"
    " masked_fill masked_scatter scatter scatter_add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh"
    " atan atan2 atanh ceil clamp clip copysign cos cosh cumprod cumsum deg2rad digamma div divide eq erf erfc erfinv"
    " exp exp2 expm1 fix floor floor_divide fmod ge greater greater_equal gt heaviside hypot le lerp less less_equal"
    " lgamma log log10 log1p log2 logical_and logical_not logical_or logit lt masked_fill mul multiply ne neg negative"
    " not_equal polygamma pow rad2deg reciprocal relu remainder round rsqrt sigmoid sign sin sinc sinh sqrt square"
    " squeeze sub subtract swapaxes swapdims t tan tanh transpose tril triu true_divide trunc unsqueeze xlogy"
)

TORCH_LINALG = """
def norm(A: matrix, ord: 'fro', dim=None, keepdim=False, *, dtype=None): linalg_norm(A, None, dim, keepdim)
def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None): linalg_norm(A, ord, dim, keepdim)
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None): norm(x, ord, dim, keepdim)
def det(A): det(A)
def matrix_exp(A): expm(A)
def vander(x: vector, *, N=None): expand_dims(x, -1) ** powers(x, N, True)
def inv(A): inv(A)
def cholesky(A, *, upper: False = False): cholesky(A)
def cholesky(A, *, upper: True): swapaxes(cholesky(swapaxes(A, -1, -2)), -1, -2)
def slogdet(A): {'sign': sign(det(A)), 'logabsdet': log(abs(det(A)))}
def diagonal(A: array, *, offset=0, dim1=-2, dim2=-1):
    transpose(A, last_two(A, dim1, dim2))[diagonal_of(A, offset, dim1, dim2)]
def matrix_norm(A: at_least_2, ord: 'fro' = 'fro', dim=(-2, -1), keepdim=False, *, dtype=None):
    linalg_norm(A, None, dim, keepdim)
def matrix_norm(A: at_least_2, ord, dim=(-2, -1), keepdim=False, *, dtype=None): linalg_norm(A, ord, dim, keepdim)
def solve_triangular(A: at_least_2, B: same_rank(A), *, upper: False, left=True, unitriangular=False): solve(tril(A), B)
def solve_triangular(A: at_least_2, B: same_rank(A), *, upper: True, left=True, unitriangular=False): solve(triu(A), B)
def solve(A: array, B: vector, *, left=True): solve(A, B)
def solve(A: array, B: same_rank(A), *, left=True): solve(A, B)
def matrix_power(A, n): matrix_power(A, n)
def matmul(input, other): matmul(input, other)
def cross(input: array, other: same_rank(input), *, dim: last_axis(input) = -1): cross(input, other)
def cross(input: array, other: same_rank(input), *, dim: int):
    moveaxis(cross(moveaxis(input, dim, -1), moveaxis(other, dim, -1)), -1, dim)
def vecdot(x, y, *, dim=-1): vecdot(x, y, dim)
def eigh(A, UPLO='L'): {'eigenvalues': eigvalsh(A), 'eigenvectors': eigenvectors(A)}
def eigvalsh(A, UPLO='L'): eigvalsh(A)
def svdvals(A): svdvals(A)
def svd(A, full_matrices: False = True): {'U': left_vectors(A), 'S': svdvals(A), 'Vh': right_vectors(A)}
def svd(A: square_matrix, full_matrices: True = True):
    {'U': left_vectors(A), 'S': svdvals(A), 'Vh': right_vectors(A)}
def svd(A: tall_matrix, full_matrices: True = True):
    {'U': refuse("svd-full"), 'S': svdvals(A), 'Vh': right_vectors(A)}
def svd(A: at_least_2, full_matrices: True = True):
    {'U': left_vectors(A), 'S': svdvals(A), 'Vh': refuse("svd-full")}
def qr(A, mode: 'reduced' = 'reduced'): {'Q': orthonormal(A), 'R': triangular(A)}
def pinv(A): pinv(A)
def lstsq(A: matrix, B: matrix): {'solution': matmul(pinv(A), B)}
def cond(A: matrix, p: None = None): max(svdvals(A)) / min(svdvals(A))
def cond(A: matrix, p: 2): max(svdvals(A)) / min(svdvals(A))
"""
