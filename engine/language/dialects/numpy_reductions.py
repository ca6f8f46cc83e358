"""NumPy's sums, extremes, orders and statistics as calls of our ops (see signatures.py)."""

NUMPY_REDUCTIONS = """
def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True): sum(a, axis, keepdims)
def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial: number = 0, where=True):
    sum(a, axis, keepdims) + initial
def sum(a: array, axis=None, dtype=None, out=None, keepdims=False, initial: number = 0, where: mask = True):
    sum(where(broadcast_to(where, a.shape), a, 0), axis, keepdims) + initial
def mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True): mean(a, axis, keepdims)
def mean(a: array, axis=None, dtype=None, out=None, keepdims=False, *, where: mask = True):
    chosen = broadcast_to(where, a.shape)
    sum(where(chosen, a, 0), axis, keepdims) / sum(chosen, axis, keepdims)
def average(a, axis=None, weights=None, returned=False, *, keepdims=False): mean(a, axis, keepdims)
def average(a: array, axis=None, weights=None, returned: True = False, *, keepdims=False):
    {'average': mean(a, axis, keepdims), 'sum_of_weights': counted(a, axis, keepdims)}
def average(a: array, axis=None, weights: array = None, returned=False, *, keepdims=False):
    w = broadcast_to(reshape(weights, along(a, weights, axis)), a.shape)
    sum(a * w, axis, keepdims) / sum(w, axis, keepdims)
def average(a: array, axis=None, weights: array = None, returned: True = False, *, keepdims=False):
    w = broadcast_to(reshape(weights, along(a, weights, axis)), a.shape)
    total = sum(w, axis, keepdims)
    {'average': sum(a * w, axis, keepdims) / total, 'sum_of_weights': total}
def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True): prod(a, axis, keepdims)
def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial: number = 1, where=True):
    prod(a, axis, keepdims) * initial
def prod(a: array, axis=None, dtype=None, out=None, keepdims=False, initial: number = 1, where: mask = True):
    prod(where(broadcast_to(where, a.shape), a, 1), axis, keepdims) * initial
def max(a, axis=None, out=None, keepdims=False, initial=None, where=True): max(a, axis, keepdims)
def max(a, axis=None, out=None, keepdims=False, initial: number = None, where=True):
    maximum(max(a, axis, keepdims), initial)
def max(a: array, axis=None, out=None, keepdims=False, *, initial: number, where: mask = True):
    maximum(max(where(broadcast_to(where, a.shape), a, initial), axis, keepdims), initial)
def min(a, axis=None, out=None, keepdims=False, initial=None, where=True): min(a, axis, keepdims)
def min(a, axis=None, out=None, keepdims=False, initial: number = None, where=True):
    minimum(min(a, axis, keepdims), initial)
def min(a: array, axis=None, out=None, keepdims=False, *, initial: number, where: mask = True):
    minimum(min(where(broadcast_to(where, a.shape), a, initial), axis, keepdims), initial)
def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None):
    var(a, axis, keepdims, ddof)
def var(a: array, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where: mask = True, mean=None):
    chosen = broadcast_to(where, a.shape)
    middle = sum(where(chosen, a, 0), axis, True) / sum(chosen, axis, True)
    sum(where(chosen, a - middle, 0) ** 2, axis, keepdims) / (sum(chosen, axis, keepdims) - ddof)
def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None):
    std(a, axis, keepdims, ddof)
def std(a: array, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where: mask = True, mean=None):
    chosen = broadcast_to(where, a.shape)
    middle = sum(where(chosen, a, 0), axis, True) / sum(chosen, axis, True)
    sqrt(sum(where(chosen, a - middle, 0) ** 2, axis, keepdims) / (sum(chosen, axis, keepdims) - ddof))
def median(a, axis: one_axis = None, out=None, overwrite_input=False, keepdims=False): median(a, axis, keepdims)
def median(a: array, axis: ints = None, out=None, overwrite_input=False, keepdims=False):
    reshape(median(reshape(transpose(a, merged_axes(a, axis)), merged_shape(a, axis)), -1), reduced(a, axis, keepdims))
def quantile(a: array, q: fixed, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False):
    rows = sort(reshape(transpose(a, merged_axes(a, axis)), merged_shape(a, axis)), -1)
    low = take(rows, ranks_below(a, q, axis, method), -1)
    high = take(rows, ranks_above(a, q, axis, method), -1)
    found = low + (high - low) * between_ranks(a, q, axis, method)
    reshape(moveaxis(found, -1, 0), quantile_shape(a, q, axis, keepdims))
def percentile(a: array, q: fixed, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False):
    rows = sort(reshape(transpose(a, merged_axes(a, axis)), merged_shape(a, axis)), -1)
    low = take(rows, ranks_below(a, q, axis, method, 100), -1)
    high = take(rows, ranks_above(a, q, axis, method, 100), -1)
    found = low + (high - low) * between_ranks(a, q, axis, method, 100)
    reshape(moveaxis(found, -1, 0), quantile_shape(a, q, axis, keepdims))
def ptp(a: array, axis=None, out=None, keepdims=False): max(a, axis, keepdims) - min(a, axis, keepdims)
def argmax(a, axis=None, out=None, *, keepdims=False): argmax(a, axis, keepdims)
def argmin(a, axis=None, out=None, *, keepdims=False): argmin(a, axis, keepdims)
def any(a, axis=None, out=None, keepdims=False, *, where=True): max(a != 0, axis, keepdims) != 0
def all(a, axis=None, out=None, keepdims=False, *, where=True): min(a != 0, axis, keepdims) != 0
def count_nonzero(a, axis=None, *, keepdims=False): sum(a != 0, axis, keepdims)
def cumsum(a, axis=None, dtype=None, out=None): cumsum(a, axis)
def cumprod(a, axis=None, dtype=None, out=None): cumprod(a, axis)
def cumulative_sum(x: vector, *, axis: last_axis(x) = None, dtype=None, out=None): cumsum(x, 0)
def cumulative_sum(x: array, *, axis: int, dtype=None, out=None): cumsum(x, axis)
def cumulative_sum(x: vector, *, axis: last_axis(x) = -1, dtype=None, out=None, include_initial: True):
    concat([[0], cumsum(x, 0)])
def cumulative_sum(x: array, *, axis: int, dtype=None, out=None, include_initial: True):
    concat([broadcast_to(0, one_along(x, axis)), cumsum(x, axis)], axis)
def cumulative_prod(x: vector, *, axis: last_axis(x) = None, dtype=None, out=None): cumprod(x, 0)
def cumulative_prod(x: array, *, axis: int, dtype=None, out=None): cumprod(x, axis)
def cumulative_prod(x: vector, *, axis: last_axis(x) = -1, dtype=None, out=None, include_initial: True):
    concat([[1], cumprod(x, 0)])
def nansum(a: array, axis=None, dtype=None, out=None, keepdims=False): sum(where(a == a, a, 0), axis, keepdims)
def nanprod(a: array, axis=None, dtype=None, out=None, keepdims=False): prod(where(a == a, a, 1), axis, keepdims)
def nanmean(a: array, axis=None, dtype=None, out=None, keepdims=False):
    there = a == a
    sum(where(there, a, 0), axis, keepdims) / sum(there, axis, keepdims)
def nanvar(a: array, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    there = a == a
    middle = sum(where(there, a, 0), axis, True) / sum(there, axis, True)
    sum(where(there, a - middle, 0) ** 2, axis, keepdims) / (sum(there, axis, keepdims) - ddof)
def nanstd(a: array, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    there = a == a
    middle = sum(where(there, a, 0), axis, True) / sum(there, axis, True)
    norm(where(there, a - middle, 0), 2, axis, keepdims) / sqrt(sum(there, axis, keepdims) - ddof)
def nanmax(a: array, axis=None, out=None, keepdims=False):
    there = a == a
    where(max(there, axis, keepdims), max(where(there, a, -inf), axis, keepdims), nan)
def nanmin(a: array, axis=None, out=None, keepdims=False):
    there = a == a
    where(max(there, axis, keepdims), min(where(there, a, inf), axis, keepdims), nan)
def nanargmax(a: array, axis=None, out=None, *, keepdims=False): argmax(where(a == a, a, -inf), axis, keepdims)
def nanargmin(a: array, axis=None, out=None, *, keepdims=False): argmin(where(a == a, a, inf), axis, keepdims)
def nancumsum(a: array, axis=None, dtype=None, out=None): cumsum(where(a == a, a, 0), axis)
def nancumprod(a: array, axis=None, dtype=None, out=None): cumprod(where(a == a, a, 1), axis)
def nanmedian(a, axis: None = None, out=None, overwrite_input=False): median(take(ravel(a), present(a)))
def nanquantile(a: array, q: fixed, axis: None = None, out=None, overwrite_input=False, method='linear',
        keepdims=False):
    rows = take(sort(ravel(a)), sorted_present(a))
    low = take(rows, ranks_below(rows, q, axis, method), -1)
    step = take(rows, ranks_above(rows, q, axis, method), -1) - low
    found = low + step * between_ranks(rows, q, axis, method)
    reshape(found, quantile_shape(a, q, axis, keepdims))
def nanpercentile(a: array, q: fixed, axis: None = None, out=None, overwrite_input=False, method='linear',
        keepdims=False):
    rows = take(sort(ravel(a)), sorted_present(a))
    low = take(rows, ranks_below(rows, q, axis, method, 100), -1)
    step = take(rows, ranks_above(rows, q, axis, method, 100), -1) - low
    found = low + step * between_ranks(rows, q, axis, method, 100)
    reshape(found, quantile_shape(a, q, axis, keepdims))
def cov(m: vector, y=None, rowvar=True, bias=False, ddof=None): var(m, None, False, divided_by(bias, ddof))
def cov(m: vector, y: vector, rowvar=True, bias=False, ddof=None):
    both = stack([m, y])
    rest = both - mean(both, 1, True)
    matmul(rest, transpose(rest)) / fewer(m, 0, bias, ddof)
def cov(m: matrix, y=None, rowvar: True = True, bias=False, ddof=None):
    rest = m - mean(m, 1, True)
    matmul(rest, transpose(rest)) / fewer(m, 1, bias, ddof)
def cov(m: matrix, y=None, rowvar: False = False, bias=False, ddof=None):
    rest = m - mean(m, 0, True)
    matmul(transpose(rest), rest) / fewer(m, 0, bias, ddof)
def cov(m: matrix, y: matrix, rowvar: True = True, bias=False, ddof=None):
    both = concat([m, y])
    rest = both - mean(both, 1, True)
    matmul(rest, transpose(rest)) / fewer(m, 1, bias, ddof)
def corrcoef(x: vector, y: vector, rowvar=True):
    both = stack([x, y])
    rest = both - mean(both, 1, True)
    c = matmul(rest, transpose(rest))
    c / sqrt(outer(diag(c), diag(c)))
def corrcoef(x: matrix, y=None, rowvar: True = True):
    rest = x - mean(x, 1, True)
    c = matmul(rest, transpose(rest))
    c / sqrt(outer(diag(c), diag(c)))
def corrcoef(x: matrix, y=None, rowvar: False = False):
    rest = x - mean(x, 0, True)
    c = matmul(transpose(rest), rest)
    c / sqrt(outer(diag(c), diag(c)))
def corrcoef(x: matrix, y: matrix, rowvar: True = True):
    both = concat([x, y])
    rest = both - mean(both, 1, True)
    c = matmul(rest, transpose(rest))
    c / sqrt(outer(diag(c), diag(c)))
def histogram(a, bins: int = 10, range: None = None, density=None, weights=None):
    {'hist': bin_counts(a, bins, range, density),
     'bin_edges': min(a) + (max(a) - min(a)) * bin_fractions(a, bins)}
def histogram(a, bins=10, range=None, density=None, weights=None):
    {'hist': bin_counts(a, bins, range, density), 'bin_edges': bin_edges_known(a, bins, range)}
def histogram(a, bins=10, range=None, density=None, weights: array = None):
    {'hist': index_add(ravel(weights), bin_places(a, bins, range), bins_and_one(bins))[:-1],
     'bin_edges': bin_edges_known(a, bins, range)}
def histogram_bin_edges(a, bins: array = 10, range=None, weights=None): bin_edges_known(a, bins, range)
def bincount(x, weights=None, minlength=0): counts(x, minlength)
def bincount(x, weights: vector = None, minlength=0): index_add(weights, whole_places(x), count_shape(x, minlength))
def digitize(x, bins, right=False): bins_of(x, bins, right)
def trapezoid(y: array, x=None, dx=1.0, axis=-1):
    rows = moveaxis(y, axis, -1)
    sum((rows[..., 1:] + rows[..., :-1]) * (dx / 2), -1)
def trapezoid(y: array, x: vector, dx=1.0, axis=-1):
    rows = moveaxis(y, axis, -1)
    sum((rows[..., 1:] + rows[..., :-1]) * (diff(x) / 2), -1)
def trapezoid(y: array, x: same_shape(y), dx=1.0, axis=-1):
    rows = moveaxis(y, axis, -1)
    sum((rows[..., 1:] + rows[..., :-1]) * (diff(moveaxis(x, axis, -1)) / 2), -1)
"""

OLDER_NAMES = {"amax": "max", "amin": "min", "trapz": "trapezoid"}
