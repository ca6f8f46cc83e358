"""NumPy's functions and methods, and those of JAX and SciPy that follow it, as calls of our ops (see signatures.py)."""

NUMPY = """
def clip(a, a_min=None, a_max=None, out=None): clip(a, a_min, a_max)
def round(a, decimals: 0 = 0, out=None): round(a)
def round(a, decimals: int, out=None): round(a * tens(decimals)) / tens(decimals)
def round(a, decimals: int, out=None): round(a / tens_left(decimals)) * tens_left(decimals)
def around(a, decimals: 0 = 0, out=None): round(a)
def around(a, decimals: int, out=None): round(a * tens(decimals)) / tens(decimals)
def around(a, decimals: int, out=None): round(a / tens_left(decimals)) * tens_left(decimals)
def rint(x, out=None, *, where=True): round(x)
def fix(x, out=None): trunc(x)
def positive(x, out=None, *, where=True): identity(x)
def conjugate(x, out=None, *, where=True): identity(x)
def conj(x, out=None, *, where=True): identity(x)
def real(val): identity(val)
def imag(val: array): broadcast_to(0, val.shape)
def float_power(x1, x2, out=None, *, where=True): x1 ** x2
def signbit(x, out=None, *, where=True): copysign(1, x) < 0
def isnan(x, out=None, *, where=True): x != x
def isfinite(x, out=None, *, where=True): abs(x) < inf
def isinf(x, out=None, *, where=True): abs(x) == inf
def isposinf(x, out=None): x == inf
def isneginf(x, out=None): x == -inf
def isreal(x): x == x
def iscomplexobj(x: array): false()
def isrealobj(x: array): true()
def nan_to_num(x: array, copy=True, nan=0.0, posinf=None, neginf=None):
    clip(where(x == x, x, nan), least_float(), largest_float())
def logical_xor(x1, x2, out=None, *, where=True): (x1 != 0) != (x2 != 0)
def bitwise_and(x1: mask, x2: mask, out=None, *, where=True): logical_and(x1, x2)
def bitwise_or(x1: mask, x2: mask, out=None, *, where=True): logical_or(x1, x2)
def bitwise_xor(x1: mask, x2: mask, out=None, *, where=True): x1 != x2
def invert(x: mask, out=None, *, where=True): logical_not(x)
def bitwise_not(x: mask, out=None, *, where=True): logical_not(x)
def fmax(x1: array, x2: array, out=None, *, where=True): where(x1 == x1, where(x2 == x2, maximum(x1, x2), x1), x2)
def fmin(x1: array, x2: array, out=None, *, where=True): where(x1 == x1, where(x2 == x2, minimum(x1, x2), x1), x2)
def divmod(x1, x2, out1=None, out2=None, *, where=True): {'quotient': floor_divide(x1, x2), 'remainder': mod(x1, x2)}
def modf(x: array, out1=None, out2=None, *, where=True): {'fractional': x - trunc(x), 'integral': trunc(x)}
def ldexp(x1, x2, out=None, *, where=True): x1 * 2 ** x2
def gcd(x1, x2, out=None, *, where=True): greatest_divisor(x1, x2)
def lcm(x1, x2, out=None, *, where=True): least_multiple(x1, x2)
def i0(x): i0(x)
def isclose(a: array, b: array, rtol=1e-05, atol=1e-08, equal_nan=False):
    (a == b) | (abs(a - b) <= atol + rtol * abs(b)) & (abs(b) < inf)
def isclose(a: array, b: array, rtol=1e-05, atol=1e-08, *, equal_nan: True):
    (a == b) | (abs(a - b) <= atol + rtol * abs(b)) & (abs(b) < inf) | (a != a) & (b != b)
def allclose(a: array, b: array, rtol=1e-05, atol=1e-08, equal_nan=False):
    min((a == b) | (abs(a - b) <= atol + rtol * abs(b)) & (abs(b) < inf)) != 0
def allclose(a: array, b: array, rtol=1e-05, atol=1e-08, *, equal_nan: True):
    min((a == b) | (abs(a - b) <= atol + rtol * abs(b)) & (abs(b) < inf) | (a != a) & (b != b)) != 0
def array_equal(a1: array, a2: same_shape(a1), equal_nan=False): min(a1 == a2) != 0
def array_equal(a1: array, a2: array, equal_nan=False): false()
def array_equiv(a1, a2): min(a1 == a2) != 0
def dot(a: at_most_2, b: at_most_2, out=None): dot(a, b)
def dot(a: number, b, out=None): a * b
def dot(a, b: number, out=None): a * b
def dot(a: array, b: vector, out=None): tensordot(a, b, 1)
def dot(a: array, b: array, out=None): tensordot(a, b, last_and_next_to_last(b))
def vdot(a, b): dot(ravel(a), ravel(b))
def vecdot(x1, x2, out=None, *, axis=-1): vecdot(x1, x2, axis)
def matvec(x1: at_least_2, x2: vector, out=None): matmul(x1, x2)
def matvec(x1: at_least_2, x2, out=None): matmul(x1, expand_dims(x2, -1))[..., 0]
def vecmat(x1: vector, x2: at_least_2, out=None): matmul(x1, x2)
def vecmat(x1, x2: at_least_2, out=None): matmul(expand_dims(x1, -2), x2)[..., 0, :]
def matmul(x1, x2, out=None): matmul(x1, x2)
def outer(a: vector, b: vector, out=None): outer(a, b)
def outer(a, b, out=None): outer(ravel(a), ravel(b))
def inner(a, b): inner(a, b)
def kron(a, b): kron(a, b)
def cross(a, b, axisa: -1 = -1, axisb: -1 = -1, axisc: -1 = -1, axis: -1 = None): cross(a, b)
def tensordot(a, b, axes=2): tensordot(a, b, axes)
def trace(a: matrix, offset: 0 = 0, axis1: 0 = 0, axis2: 1 = 1, dtype=None, out=None): trace(a)
def trace(a: at_least_2, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    sum(transpose(a, front_axes(a, axis1, axis2))[diagonal_places(a, offset, axis1, axis2)], 0)
def diagonal(a: matrix, offset: 0 = 0, axis1: 0 = 0, axis2: 1 = 1): diag(a)
def diagonal(a: at_least_2, offset=0, axis1=0, axis2=1):
    moveaxis(transpose(a, front_axes(a, axis1, axis2))[diagonal_places(a, offset, axis1, axis2)], 0, -1)
def convolve(a: vector, v: vector, mode: 'full' = 'full'):
    reshape(conv1d(reshape(a, (1, 1, -1)), reshape(flip(v), (1, 1, -1)), 1, all_but_one(v)), -1)
def convolve(a: vector, v: vector, mode):
    full = reshape(conv1d(reshape(a, (1, 1, -1)), reshape(flip(v), (1, 1, -1)), 1, all_but_one(v)), -1)
    full[convolved_from(a, v, mode):convolved_to(a, v, mode)]
def correlate(a: vector, v: vector, mode: 'full'):
    reshape(conv1d(reshape(a, (1, 1, -1)), reshape(v, (1, 1, -1)), 1, all_but_one(v)), -1)
def correlate(a: vector, v: vector, mode='valid'):
    full = reshape(conv1d(reshape(a, (1, 1, -1)), reshape(v, (1, 1, -1)), 1, all_but_one(v)), -1)
    full[correlated_from(a, v, mode):correlated_to(a, v, mode)]
def polyval(p: vector, x: number): sum(p * x ** falling(p))
def polyval(p: vector, x: array): sum(p * expand_dims(x, -1) ** falling(p), -1)
def vander(x: vector, N=None, increasing=False): expand_dims(x, -1) ** powers(x, N, increasing)
def transpose(a, axes=None): transpose(a, axes)
def permute_dims(a, axes=None): transpose(a, axes)
def matrix_transpose(x): swapaxes(x, -1, -2)
def swapaxes(a, axis1, axis2): swapaxes(a, axis1, axis2)
def moveaxis(a, source: int, destination: int): moveaxis(a, source, destination)
def moveaxis(a: array, source, destination): transpose(a, moved_axes(a, source, destination))
def rollaxis(a: array, axis, start=0): transpose(a, rolled_axes(a, axis, start))
def expand_dims(a, axis: int): expand_dims(a, axis)
def expand_dims(a: array, axis): reshape(a, expanded_shape(a, axis))
def squeeze(a, axis=None): squeeze(a, axis)
def reshape(a, shape, order='C', *, copy=None): reshape(a, shape)
def reshape(a, shape, order: 'F', *, copy=None): transpose(reshape(transpose(a), backwards(shape)))
def ravel(a, order='C'): ravel(a)
def ravel(a, order: 'F'): ravel(transpose(a))
def broadcast_to(array, shape, subok=False): broadcast_to(array, shape)
def copy(a, order='K', subok=False): identity(a)
def atleast_1d(a: number): reshape(a, (1,))
def atleast_1d(a: array): a
def atleast_2d(a: number): reshape(a, (1, 1))
def atleast_2d(a: vector): expand_dims(a, 0)
def atleast_2d(a: array): a
def atleast_3d(a: number): reshape(a, (1, 1, 1))
def atleast_3d(a: vector): reshape(a, (1, -1, 1))
def atleast_3d(a: matrix): expand_dims(a, -1)
def atleast_3d(a: array): a
def flip(m, axis=None): flip(m, axis)
def fliplr(m: at_least_2): flip(m, 1)
def flipud(m): flip(m, 0)
def rot90(m: at_least_2, k: turns(1) = 1, axes=(0, 1)):
    swapaxes(flip(m, second_of(axes)), first_of(axes), second_of(axes))
def rot90(m: at_least_2, k: turns(0), axes=(0, 1)): m
def rot90(m: at_least_2, k: turns(2), axes=(0, 1)): flip(m, axes)
def rot90(m: at_least_2, k: turns(3), axes=(0, 1)):
    flip(swapaxes(m, first_of(axes), second_of(axes)), second_of(axes))
def stack(arrays, axis=0, out=None): stack(arrays, axis)
def concatenate(arrays, axis: int = 0, out=None): concat(arrays, axis)
def concatenate(arrays, axis: None, out=None): concat(each(arrays, flat))
def concat(arrays, axis: int = 0, out=None): concat(arrays, axis)
def concat(arrays, axis: None, out=None): concat(each(arrays, flat))
def hstack(tup: numbers): stack(tup)
def hstack(tup: vectors): concat(tup)
def hstack(tup: matrices): concat(tup, 1)
def hstack(tup): concat(each(tup, at_least_1))
def vstack(tup: vectors): stack(tup)
def vstack(tup: matrices): concat(tup)
def vstack(tup): concat(each(tup, at_least_2))
def row_stack(tup: vectors): stack(tup)
def row_stack(tup: matrices): concat(tup)
def row_stack(tup): concat(each(tup, at_least_2))
def dstack(tup): concat(each(tup, at_least_3), 2)
def column_stack(tup: vectors): stack(tup, 1)
def column_stack(tup: matrices): concat(tup, 1)
def column_stack(tup): concat(each(tup, column), 1)
def split(ary: array, indices_or_sections: ints, axis=0): parted(ary, indices_or_sections, axis)
def array_split(ary: array, indices_or_sections: ints, axis=0): nearly_parted(ary, indices_or_sections, axis)
def hsplit(ary: vector, indices_or_sections: ints): parted(ary, indices_or_sections, 0)
def hsplit(ary: array, indices_or_sections: ints): parted(ary, indices_or_sections, 1)
def vsplit(ary: at_least_2, indices_or_sections: ints): parted(ary, indices_or_sections, 0)
def dsplit(ary: at_least_3, indices_or_sections: ints): parted(ary, indices_or_sections, 2)
def unstack(x: array, *, axis=0): unstacked(x, axis)
def diag(v, k: 0 = 0): diag(v)
def diag(v: vector, k: positive_whole): roll(diag(pad(v, widths_after(k))), k, 1)
def diag(v: vector, k: int): roll(diag(pad(v, widths_after(k))), size_of_whole(k), 0)
def diag(v: matrix, k: int): v[diagonal_places(v, k, 0, 1)]
def diagflat(v, k: 0 = 0): diag(ravel(v))
def tril(m, k: 0 = 0): tril(m)
def tril(m: at_least_2, k: int): where(triangle_mask(m, k), m, 0)
def triu(m, k: 0 = 0): triu(m)
def triu(m: at_least_2, k: int): where(triangle_mask(m, one_less(k)), 0, m)
def pad(array, pad_width, mode: 'constant' = 'constant'): pad(array, pad_width, mode)
def pad(array, pad_width, mode: 'constant' = 'constant', *, constant_values: unmoved):
    pad(array, pad_width, mode, same_number(constant_values))
def pad(array: array, pad_width, mode: 'constant' = 'constant', *, constant_values: unmoved):
    where(padded_mask(array, pad_width), pad(array, pad_width), padding_numbers(array, pad_width, constant_values))
def pad(array: array, pad_width, mode: 'constant' = 'constant', *, constant_values: number = 0):
    where(padded_mask(array, pad_width), pad(array, pad_width), constant_values)
def pad(array: array, pad_width, mode: padding_mode): array[padding_places(array, pad_width, mode)]
def tile(A, reps): tile(A, reps)
def repeat(a, repeats: int, axis=None): repeat(a, repeats, axis)
def repeat(a: array, repeats: ints, axis: None = None): take(ravel(a), repeated_places(repeats))
def repeat(a: array, repeats: ints, axis: int): take(a, repeated_places(repeats), axis)
def resize(a: array, new_shape: ints): reshape(take(ravel(a), resized_places(a, new_shape)), new_shape)
def roll(a, shift, axis=None): roll(a, shift, axis)
def diff(a, n=1, axis=-1, prepend=None, append=None): diff(a, n, axis)
def diff(a: array, n=1, axis=-1, prepend: number = 0, append=None):
    diff(concat([broadcast_to(prepend, one_along(a, axis)), a], axis), n, axis)
def diff(a: array, n=1, axis=-1, prepend: same_rank(a) = 0, append=None): diff(concat([prepend, a], axis), n, axis)
def diff(a: array, n=1, axis=-1, prepend=None, append: number = 0):
    diff(concat([a, broadcast_to(append, one_along(a, axis))], axis), n, axis)
def diff(a: array, n=1, axis=-1, prepend=None, append: same_rank(a) = 0): diff(concat([a, append], axis), n, axis)
def ediff1d(ary: array, to_end=None, to_begin=None): diff(ravel(ary))
def ediff1d(ary: array, to_end: array, to_begin=None): concat([diff(ravel(ary)), ravel(to_end)])
def ediff1d(ary: array, to_end: None = None, to_begin: array = 0): concat([ravel(to_begin), diff(ravel(ary))])
def append(arr, values, axis=None): concat([ravel(arr), ravel(values)])
def append(arr, values, axis: int): concat([arr, values], axis)
def insert(arr: vector, obj: int, values: number, axis=None):
    concat([arr[:place_in(arr, obj)], [values], arr[place_in(arr, obj):]])
def insert(arr: at_least_2, obj: int, values: number, axis: int):
    rows = moveaxis(arr, axis, 0)
    row = broadcast_to(values, one_along(rows, 0))
    moveaxis(concat([rows[:place_in(rows, obj)], row, rows[place_in(rows, obj):]]), 0, axis)
def insert(arr: matrix, obj: int, values: vector, axis: int):
    rows = moveaxis(arr, axis, 0)
    row = broadcast_to(values, one_along(rows, 0))
    moveaxis(concat([rows[:place_in(rows, obj)], row, rows[place_in(rows, obj):]]), 0, axis)
def delete(arr: array, obj, axis: None = None): take(ravel(arr), left_places(count_of(arr), obj))
def delete(arr: array, obj, axis: int): take(arr, left_places(size_along(arr, axis), obj), axis)
def take(a, indices, axis=None, out=None, mode='raise'): take(a, indices, axis)
def take(a: array, indices, axis=None, out=None, mode: 'clip' = 'raise'):
    take(a, clip(indices, 0, last_along(a, axis)), axis)
def take(a: array, indices, axis=None, out=None, mode: 'wrap' = 'raise'):
    take(a, mod(indices, last_along(a, axis) + 1), axis)
def take_along_axis(arr: array, indices: same_rank(arr), axis=-1): take_along_axis(arr, indices, axis)
def compress(condition, a, axis: None = None, out=None): take(ravel(a), kept_places(condition, None))
def compress(condition, a: array, axis: int, out=None): take(a, kept_places(condition, size_along(a, axis)), axis)
def extract(condition, arr): take(ravel(arr), flat_places(condition))
def choose(a: vector, choices: vectors, out=None, mode='raise'):
    take_along_axis(stack(choices), expand_dims(a, 0), 0)[0]
def sort(a, axis: int = -1, kind=None, order=None, *, stable=None): sort(a, axis)
def sort(a, axis: None, kind=None, order=None, *, stable=None): sort(ravel(a), 0)
def argsort(a, axis: int = -1, kind=None, order=None, *, stable=None): argsort(a, axis)
def argsort(a, axis: None, kind=None, order=None, *, stable=None): argsort(ravel(a), 0)
def lexsort(keys, axis=-1): key_order(keys)
def searchsorted(a, v, side='left', sorter=None): sorted_places(a, v, side, sorter)
def interp(x, xp: vector, fp: vector, left=None, right=None, period=None):
    at = clip(searchsorted(xp, x, True) - 1, 0, last_interval(xp, fp))
    slope = (take(fp, at + 1) - take(fp, at)) / (take(xp, at + 1) - take(xp, at))
    inner = take(fp, at) + (x - take(xp, at)) * slope
    where(x < xp[0], fp[0], where(x > xp[-1], fp[-1], inner))
def interp(x, xp: vector, fp: vector, left=None, *, right: number, period=None):
    at = clip(searchsorted(xp, x, True) - 1, 0, last_interval(xp, fp))
    slope = (take(fp, at + 1) - take(fp, at)) / (take(xp, at + 1) - take(xp, at))
    inner = take(fp, at) + (x - take(xp, at)) * slope
    where(x < xp[0], fp[0], where(x > xp[-1], right, inner))
def interp(x, xp: vector, fp: vector, left: number, right=None, period=None):
    at = clip(searchsorted(xp, x, True) - 1, 0, last_interval(xp, fp))
    slope = (take(fp, at + 1) - take(fp, at)) / (take(xp, at + 1) - take(xp, at))
    inner = take(fp, at) + (x - take(xp, at)) * slope
    where(x < xp[0], left, where(x > xp[-1], fp[-1], inner))
def interp(x, xp: vector, fp: vector, left: number, right: number, period=None):
    at = clip(searchsorted(xp, x, True) - 1, 0, last_interval(xp, fp))
    slope = (take(fp, at + 1) - take(fp, at)) / (take(xp, at + 1) - take(xp, at))
    inner = take(fp, at) + (x - take(xp, at)) * slope
    where(x < xp[0], left, where(x > xp[-1], right, inner))
def where(condition, x, y): where(condition, x, y)
def where(condition): places(condition)
def nonzero(a): places(a)
def flatnonzero(a): flat_places(a)
def argwhere(a): place_rows(a)
def unique(ar, return_index: False = False, return_inverse: False = False, return_counts: False = False, axis=None):
    take(ravel(ar), first_places(ar))
def unique(ar, return_index: True, return_inverse: False = False, return_counts: False = False, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'indices': first_places(ar)}
def unique(ar, return_index: False = False, return_inverse: True = True, return_counts: False = False, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'inverse_indices': inverse_places(ar)}
def unique(ar, return_index: False = False, return_inverse: False = False, return_counts: True = True, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'counts': how_often(ar)}
def unique(ar, return_index: True, return_inverse: True, return_counts: False = False, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'indices': first_places(ar), 'inverse_indices': inverse_places(ar)}
def unique(ar, return_index: True, return_inverse: False = False, return_counts: True = True, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'indices': first_places(ar), 'counts': how_often(ar)}
def unique(ar, return_index: False = False, return_inverse: True = True, return_counts: True = True, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'inverse_indices': inverse_places(ar), 'counts': how_often(ar)}
def unique(ar, return_index: True, return_inverse: True, return_counts: True, axis=None):
    {'values': take(ravel(ar), first_places(ar)), 'indices': first_places(ar),
        'inverse_indices': inverse_places(ar), 'counts': how_often(ar)}
def isin(element, test_elements, assume_unique=False, invert=False): is_among(element, test_elements, invert)
def in1d(ar1, ar2, assume_unique=False, invert=False): is_among(ar1, ar2, invert)
def intersect1d(ar1, ar2, assume_unique=False, return_indices=False): take(ravel(ar1), common_places(ar1, ar2))
def union1d(ar1, ar2):
    both = concat([ravel(ar1), ravel(ar2)])
    take(both, first_places(both))
def setdiff1d(ar1, ar2, assume_unique=False): take(ravel(ar1), places_alone(ar1, ar2))
def setxor1d(ar1, ar2, assume_unique=False):
    both = concat([ravel(ar1), ravel(ar2)])
    take(both, places_of_one(both, ar1, ar2))
def unravel_index(indices, shape, order='C'): unraveled(indices, shape)
def ravel_multi_index(multi_index, dims, mode='raise', order='C'): raveled(multi_index, dims)
def size(a: array): count_of(a)
def size(a: array, axis: int): size_along(a, axis)
def shape(a: array): a.shape
def ndim(a: array): rank_of_array(a)
def indices(dimensions, dtype=None, sparse=False): grid(dimensions)
def tri(N, M=None, k=0, dtype=None): triangle(N, M, k)
def tril_indices(n, k=0, m=None): triangle_places(n, k, m, False)
def triu_indices(n, k=0, m=None): triangle_places(n, k, m, True)
def tril_indices_from(arr: matrix, k=0): triangle_places_of(arr, k, False)
def triu_indices_from(arr: matrix, k=0): triangle_places_of(arr, k, True)
def diag_indices(n, ndim: 2 = 2): both_places(n)
def diag_indices_from(arr: matrix): both_places_of(arr)
def hamming(M): hamming(M)
def hanning(M): hanning(M)
def blackman(M): blackman(M)
def bartlett(M): bartlett(M)
def kaiser(M, beta): kaiser(M, beta)
def logspace(start: unmoved, stop: unmoved, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    logarithmic(start, stop, num, endpoint, base)
def logspace(start: number, stop: number, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    base ** (start + (stop - start) * fractions(num, endpoint))
def geomspace(start: unmoved, stop: unmoved, num=50, endpoint=True, dtype=None, axis=0):
    geometric(start, stop, num, endpoint)
def geomspace(start: number, stop: number, num=50, endpoint=True, dtype=None, axis=0):
    start * (stop / start) ** fractions(num, endpoint)
def float64(x): identity(x)
def gradient(f: at_least_two, dx: number = 1):
    concat([f[1:2] - f[:1], (f[2:] - f[:-2]) / 2, f[-1:] - f[-2:-1]]) / dx
def gradient(f: at_least_two, x: same_shape(f)):
    before = x[1:-1] - x[:-2]
    after = x[2:] - x[1:-1]
    inner = (before ** 2 * f[2:] + (after ** 2 - before ** 2) * f[1:-1] - after ** 2 * f[:-2])
    first = (f[1:2] - f[:1]) / (x[1:2] - x[:1])
    last = (f[-1:] - f[-2:-1]) / (x[-1:] - x[-2:-1])
    concat([first, inner / (before * after * (before + after)), last])
def piecewise(x: array, condlist: anything, funclist: anything): instead("np.select(condlist, choicelist)")
def partition(a: array, kth: int): instead("np.sort(a)")
def argpartition(a: array, kth: int): instead("np.argsort(a)")
def polyfit(x: vector, y: array, deg: int): instead("np.linalg.lstsq(np.vander(x, deg + 1), y)[0]")
def poly1d(c_or_r: array): instead("np.polyval(c, x)")
"""

NUMPY_WINDOWS = """
def sliding_window_view(x: array, window_shape, axis=None, *, subok=False, writeable=False):
    take(ravel(x), shown_windows(x, window_shape, axis))
"""

# What follows the dot of an array: these are the functions, with the array for their first argument.
NUMPY_METHODS = (
    "sum mean prod max min var std argmax argmin cumsum cumprod clip round dot trace swapaxes squeeze ravel copy take"
    " repeat argsort any all diagonal nonzero searchsorted conj conjugate"
)
OTHER_NUMPY_METHODS = """
def reshape(a, *shape, order: 'C'): reshape(a, shape)
def reshape(a, *shape, order: 'F'): transpose(reshape(transpose(a), backwards(shape)))
def reshape(a, *shape): reshape(a, shape)
def view(a): a
def transpose(a): transpose(a)
def transpose(a, *axes): transpose(a, axes)
def flatten(a, order='C'): ravel(a)
def flatten(a, order: 'F'): ravel(transpose(a))
def item(a: number): identity(a)
def item(a): reshape(a, ())
def item(a: array, *places: ints): a[place_of(a, places)]
def astype(a, dtype: real): identity(a)
def astype(a, dtype: truth): ne(a, 0)
def astype(a, dtype: whole_type): trunc(a)
def compress(a, condition, axis: None = None, out=None): take(ravel(a), kept_places(condition, None))
def compress(a: array, condition, axis: int, out=None): take(a, kept_places(condition, size_along(a, axis)), axis)
"""

NUMPY_IN_PLACE = """
def fill(a: array, value: number): broadcast_to(value, a.shape)
def sort(a, axis=-1, kind=None, order=None, *, stable=None): sort(a, axis)
"""
