"""SciPy's special functions and descriptive statistics as calls of our ops (see signatures.py)."""

SCIPY_SPECIAL = """
def softmax(x, axis=None): softmax(x, axis)
def log_softmax(x, axis=None): log_softmax(x, axis)
def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False): logsumexp(a, axis, keepdims)
def logsumexp(a: array, axis=None, b: array = None, keepdims=False, return_sign=False):
    largest = stop_gradient(max(a, axis, True))
    reshape(log(sum(b * exp(a - largest), axis, True)) + largest, reduced(a, axis, keepdims))
def polygamma(n, x): polygamma(x, n)
def gammasgn(x): where(x > 0, 1, where(floor(x) == x, nan, 1 - 2 * mod(floor(x), 2)))
def rgamma(z): 1 / tgamma(z)
def loggamma(z: array): where(z > 0, lgamma(z), nan)
def multigammaln(a: number, d: int): sum(lgamma(a - halves(d))) + d_of_multigamma(d)
def beta(a: array, b: array):
    c = a + b
    sign = gamma_sign(a) * gamma_sign(b) * gamma_sign(c)
    sign * exp(lgamma(a) + lgamma(b) - lgamma(c))
def betaln(a, b): lgamma(a) + lgamma(b) - lgamma(a + b)
def gammainc(a: number, x): gammainc(x, a)
def gammaincc(a: number, x): gammaincc(x, a)
def gammaincinv(a: number, y): gammaincinv(y, a)
def betainc(a: number, b: number, x): betainc(x, a, b)
def betaincinv(a: number, b: number, y): betaincinv(y, a, b)
def stdtr(df: number, t): stdtr(t, df)
def stdtrit(df: number, p): stdtrit(p, df)
def chdtr(v: number, x): gammainc(x / 2, v / 2)
def chdtrc(v: number, x): gammaincc(x / 2, v / 2)
def gdtr(a, b: number, x): gammainc(a * x, b)
def fdtr(dfn: number, dfd: number, x): betainc(dfn * x / (dfd + dfn * x), dfn / 2, dfd / 2)
def pdtr(k: number, m): gammaincc(m, floor(k) + 1)
def bdtr(k: number, n: number, p): betainc(1 - p, n - floor(k), floor(k) + 1)
def zeta(x: array, q: None = None):
    below = where(x < 0, x, -1)
    turned = 6.283185307179586 ** below / 3.141592653589793 * sin(1.5707963267948966 * below) * tgamma(1 - below)
    where(x < 0, turned * zeta(1 - below), zeta(where(x < 0, 2, x)))
def zeta(x: array, q): zeta(where(x < 1, -2, x), q)
def expn(n: int, x): expn(x, n)
def j0(x): bessel_j(x, 0)
def j1(x): bessel_j(x, 1)
def jv(v: int, z): bessel_j(z, v)
def jn(v: int, z): bessel_j(z, v)
def y0(x): bessel_y(x, 0)
def y1(x): bessel_y(x, 1)
def yn(n: int, x): bessel_y(x, n)
def yv(v: int, z): bessel_y(z, v)
def iv(v: int, z): bessel_i(z, v)
def ive(v: int, z): scaled_bessel_i(z, v)
def i0e(x): scaled_bessel_i(x, 0)
def i1e(x): scaled_bessel_i(x, 1)
def k0(x): bessel_k(x, 0)
def k1(x): bessel_k(x, 1)
def kn(n: int, x): bessel_k(x, n)
def kv(v: int, z): bessel_k(z, v)
def k0e(x): scaled_bessel_k(x, 0)
def k1e(x): scaled_bessel_k(x, 1)
def kve(v: int, z): scaled_bessel_k(z, v)
def erfcinv(y): -ndtri(y / 2) / 1.4142135623730951
def xlog1py(x: array, y: array):
    nothing = (x == 0) & (y == -1)
    where(nothing, 0, x * log1p(where(nothing, 0, y)))
def entr(x: array): where(x > 0, -xlogy(x, where(x > 0, x, 1)), where(x == 0, 0, -inf))
def rel_entr(x: array, y: array):
    inside = (x > 0) & (y > 0)
    where(inside, where(inside, x, 1) * log(where(inside, x, 1) / where(inside, y, 1)),
          where((x == 0) & (y >= 0), 0, inf))
def kl_div(x: array, y: array):
    inside = (x > 0) & (y > 0)
    where(inside, where(inside, x, 1) * log(where(inside, x, 1) / where(inside, y, 1)) - x + y,
          where((x == 0) & (y >= 0), y, inf))
def huber(delta: array, r: array):
    size = abs(r)
    where(delta < 0, inf, where(size <= delta, r ** 2 / 2, delta * (size - delta / 2)))
def pseudo_huber(delta: array, r: array): where(delta < 0, inf, delta ** 2 * (sqrt(1 + (r / delta) ** 2) - 1))
def boxcox(x, lmbda: 0): log(x)
def boxcox(x, lmbda): expm1(lmbda * log(x)) / lmbda
def boxcox1p(x, lmbda: 0): log1p(x)
def boxcox1p(x, lmbda): expm1(lmbda * log1p(x)) / lmbda
def inv_boxcox(y, lmbda: 0): exp(y)
def inv_boxcox(y, lmbda): exp(log1p(lmbda * y) / lmbda)
def exprel(x: array): where(x == 0, 1, expm1(x) / where(x == 0, 1, x))
def exp10(x): 10 ** x
def cosm1(x): -2 * sin(x / 2) ** 2
def powm1(x: array, y): where(x > 0, expm1(y * log(where(x > 0, x, 1))), x ** y - 1)
def sindg(x): sin(deg2rad(x))
def cosdg(x): cos(deg2rad(x))
def tandg(x): tan(deg2rad(x))
def cotdg(x): 1 / tan(deg2rad(x))
def radian(d, m, s): deg2rad(d + m / 60 + s / 3600)
def comb(N, k, *, exact=False, repetition=False): combinations(N, k)
def comb(N: number, k: number, *, exact: True = False): combinations(N, k)
def comb(N, k, *, exact=False, repetition: True = False): combinations(N + k - 1, k)
def perm(N, k, exact=False): arrangements(N, k)
def perm(N: number, k: number, exact: True = False): arrangements(N, k)
def factorial(n, exact=False): factorials(n, 1)
def factorial(n: number, exact: True = False): factorials(n, 1)
def factorial2(n, exact=False): factorials(n, 2)
def binom(x: array, y: array):
    rest = x - y + 1
    sign = gamma_sign(x + 1) * gamma_sign(y + 1) * gamma_sign(rest)
    sign * exp(lgamma(x + 1) - lgamma(y + 1) - lgamma(rest))
def poch(z: array, m: array): gamma_sign(z) * gamma_sign(z + m) * exp(lgamma(z + m) - lgamma(z))
"""

SCIPY_NAMES = (
    "digamma erf erfc erfcx erfinv exp2 expm1 log1p logit ndtr ndtri log_ndtr round softplus sinc xlogy cbrt"
    " expit=sigmoid log_expit=log_sigmoid gammaln=lgamma gamma=tgamma psi=digamma"
)
