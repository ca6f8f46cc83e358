"""Python's math and statistics as calls of our ops (see signatures.py)."""

MATH = """
def log(x): log(x)
def log(x, base): log(x) / log(base)
def hypot(x): abs(x)
def hypot(x, y): hypot(x, y)
def hypot(x, y, z): sqrt(x ** 2 + y ** 2 + z ** 2)
def dist(p: vector, q: same_shape(p)): norm(p - q)
def modf(x: number): {'fractional': x - trunc(x), 'integral': trunc(x)}
def remainder(x: number, y: number): x - round(x / y) * y
def fsum(seq: vector): sum(seq)
def prod(iterable: vector): prod(iterable)
def prod(iterable: vector, *, start): prod(iterable) * start
def sumprod(p: vector, q: vector): dot(p, q)
def fma(x, y, z): x * y + z
def comb(n: number, k: number): combinations(n, k)
def perm(n: number, k: number = None): arrangements(n, k)
def gcd(a, b): greatest_divisor(a, b)
def lcm(a, b): least_multiple(a, b)
def isqrt(n: number): floor(sqrt(n))
def ldexp(x, i: int): x * 2 ** i
def isnan(x): x != x
def isinf(x): abs(x) == inf
def isfinite(x): abs(x) < inf
def isclose(a: number, b: number, *, rel_tol=1e-09, abs_tol=0.0):
    (a == b) | (abs(a - b) <= maximum(rel_tol * maximum(abs(a), abs(b)), abs_tol)) & (abs(a - b) < inf)
"""

STATISTICS = """
def mean(data: vector): mean(data)
def fmean(data: vector, weights=None): mean(data)
def fmean(data: vector, weights: vector): sum(data * weights) / sum(weights)
def geometric_mean(data: vector): exp(mean(log(data)))
def harmonic_mean(data: vector, weights=None): 1 / mean(1 / data)
def harmonic_mean(data: vector, weights: vector): sum(weights) / sum(weights / data)
def median(data: vector): median(data)
def median_low(data: vector): sort(data)[lower_middle(data)]
def median_high(data: vector): sort(data)[upper_middle(data)]
def mode(data): most_common(data)
def multimode(data): all_most_common(data)
def pvariance(data: vector, mu=None): var(data)
def pvariance(data: vector, mu: number): mean((data - mu) ** 2)
def variance(data: at_least_two, xbar=None): var(data, ddof=1)
def variance(data: at_least_two, xbar: number): sum((data - xbar) ** 2) / all_but_one(data)
def pstdev(data: vector, mu=None): std(data)
def pstdev(data: vector, mu: number): sqrt(mean((data - mu) ** 2))
def stdev(data: at_least_two, xbar=None): std(data, ddof=1)
def stdev(data: at_least_two, xbar: number): sqrt(sum((data - xbar) ** 2) / all_but_one(data))
def covariance(x: vector, y: same_shape(x)): sum((x - mean(x)) * (y - mean(y))) / all_but_one(x)
def correlation(x: vector, y: same_shape(x), *, method='linear'):
    a = x - mean(x)
    b = y - mean(y)
    sum(a * b) / sqrt(sum(a * a) * sum(b * b))
def linear_regression(x: vector, y: same_shape(x), *, proportional=False):
    slope = sum((x - mean(x)) * (y - mean(y))) / sum((x - mean(x)) ** 2)
    {'slope': slope, 'intercept': mean(y) - slope * mean(x)}
def quantiles(data: vector, *, n=4, method: 'exclusive' = 'exclusive'):
    rows = sort(data)
    low = take(rows, cut_below(data, n, 0))
    low + (take(rows, cut_above(data, n, 0)) - low) * cut_between(data, n, 0)
def quantiles(data: vector, *, n=4, method: 'inclusive' = 'exclusive'):
    rows = sort(data)
    low = take(rows, cut_below(data, n, 1))
    low + (take(rows, cut_above(data, n, 1)) - low) * cut_between(data, n, 1)
"""
