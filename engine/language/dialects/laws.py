"""scipy.stats: the densities, distribution functions and quantiles of common laws as calls of our ops (signatures.py).

A law is told in its standard form, of y = (x - loc) / scale; Y is y where the law lives, a harmless number elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradlens.engine.language.dialects.signatures import Table, table


@dataclass(frozen=True)
class Standard:
    """A continuous law in its standard form.

    shapes: its parameters.  logpdf, cdf, sf: of y, or of Y inside of `lives`.  ppf: of q.
    lives: where it has a density, and a place in there; "" is everywhere.  below, above: values beside that of cdf.
    logcdf, logsf: where there is a better way than the logarithm.
    """

    logpdf: str
    cdf: str
    sf: str
    ppf: str
    mean: str
    var: str
    shapes: str = ""
    lives: str = ""
    somewhere: str = "1"
    logcdf: str = ""
    logsf: str = ""


POSITIVE = "y >= 0"
WITHIN = "(y >= 0) & (y <= 1)"
CHECKED = "where((q >= 0) & (q <= 1), q, nan)"

CONTINUOUS: Mapping[str, Standard] = {
    "norm": Standard(
        "-Y ** 2 / 2 - 0.9189385332046727",
        cdf="ndtr(Y)",
        sf="ndtr(-Y)",
        ppf="ndtri(q)",
        mean="0",
        var="1",
        logcdf="log_ndtr(Y)",
        logsf="log_ndtr(-Y)",
    ),
    "uniform": Standard(
        "0 * Y", cdf="clip(y, 0, 1)", sf="1 - clip(y, 0, 1)", ppf=CHECKED, mean="1 / 2", var="1 / 12", lives=WITHIN
    ),
    "expon": Standard(
        "-Y", cdf="-expm1(-Y)", sf="exp(-Y)", ppf=f"-log1p(-{CHECKED})", mean="1", var="1", lives=POSITIVE, logsf="-Y"
    ),
    "gamma": Standard(
        "xlogy(a - 1, Y) - Y - lgamma(a)",
        cdf="gammainc(Y, a)",
        sf="gammaincc(Y, a)",
        ppf="gammaincinv(q, a)",
        mean="a",
        var="a",
        shapes="a",
        lives=POSITIVE,
    ),
    "beta": Standard(
        "xlogy(a - 1, Y) + xlogy(b - 1, 1 - Y) + lgamma(a + b) - lgamma(a) - lgamma(b)",
        cdf="betainc(clip(y, 0, 1), a, b)",
        sf="betainc(1 - clip(y, 0, 1), b, a)",
        ppf="betaincinv(q, a, b)",
        mean="a / (a + b)",
        var="a * b / ((a + b) ** 2 * (a + b + 1))",
        shapes="a, b",
        lives=WITHIN,
        somewhere="0.5",
    ),
    "t": Standard(
        "lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * 3.141592653589793) / 2 - (df + 1) / 2 * log1p(Y ** 2 / df)",
        cdf="stdtr(Y, df)",
        sf="stdtr(-Y, df)",
        ppf="stdtrit(q, df)",
        mean="where(df > 1, 0, nan)",
        var="where(df > 2, df / (df - 2), where(df > 1, inf, nan))",
        shapes="df",
    ),
    "laplace": Standard(
        "-abs(Y) - 0.6931471805599453",
        # Cut, not folded, at 0: the slope there is that of both sides.
        cdf="where(Y < 0, exp(clip(Y, -inf, 0)) / 2, 1 - exp(-clip(Y, 0, inf)) / 2)",
        sf="where(Y > 0, exp(-clip(Y, 0, inf)) / 2, 1 - exp(clip(Y, -inf, 0)) / 2)",
        ppf="where(q < 0.5, log(2 * q), -log(2 * (1 - q)))",
        mean="0",
        var="2",
    ),
    "logistic": Standard(
        "log_sigmoid(Y) + log_sigmoid(-Y)",
        cdf="sigmoid(Y)",
        sf="sigmoid(-Y)",
        ppf="logit(q)",
        mean="0",
        var="3.289868133696453",
        logcdf="log_sigmoid(Y)",
        logsf="log_sigmoid(-Y)",
    ),
    "cauchy": Standard(
        "-1.1447298858494002 - log1p(Y ** 2)",
        cdf="atan2(1, -Y) / 3.141592653589793",
        sf="atan2(1, Y) / 3.141592653589793",
        ppf=f"where(q == 0, -inf, where(q == 1, inf, tan(3.141592653589793 * ({CHECKED} - 0.5))))",
        mean="nan",
        var="nan",
    ),
    "lognorm": Standard(
        "-(log(Y) / s) ** 2 / 2 - log(s * Y) - 0.9189385332046727",
        cdf="ndtr(log(Y) / s)",
        sf="ndtr(-log(Y) / s)",
        ppf="exp(s * ndtri(q))",
        mean="exp(s ** 2 / 2)",
        var="expm1(s ** 2) * exp(s ** 2)",
        shapes="s",
        lives="y > 0",
        logcdf="log_ndtr(log(Y) / s)",
        logsf="log_ndtr(-log(Y) / s)",
    ),
    "chi2": Standard(
        "xlogy(df / 2 - 1, Y) - Y / 2 - lgamma(df / 2) - df * 0.34657359027997264",
        cdf="gammainc(Y / 2, df / 2)",
        sf="gammaincc(Y / 2, df / 2)",
        ppf="2 * gammaincinv(q, df / 2)",
        mean="df",
        var="2 * df",
        shapes="df",
        lives=POSITIVE,
    ),
    "halfnorm": Standard(
        "-Y ** 2 / 2 - 0.2257913526447274",
        cdf="erf(Y / 1.4142135623730951)",
        sf="erfc(Y / 1.4142135623730951)",
        ppf=f"1.4142135623730951 * erfinv({CHECKED})",
        mean="0.7978845608028654",
        var="0.3633802276324187",
        lives=POSITIVE,
    ),
    "weibull_min": Standard(
        "log(c) + xlogy(c - 1, Y) - Y ** c",
        cdf="-expm1(-Y ** c)",
        sf="exp(-Y ** c)",
        ppf=f"(-log1p(-{CHECKED})) ** (1 / c)",
        mean="tgamma(1 + 1 / c)",
        var="tgamma(1 + 2 / c) - tgamma(1 + 1 / c) ** 2",
        shapes="c",
        lives=POSITIVE,
        logsf="-Y ** c",
    ),
    "pareto": Standard(
        "log(b) - (b + 1) * log(Y)",
        cdf="1 - Y ** -b",
        sf="Y ** -b",
        ppf=f"(1 - {CHECKED}) ** (-1 / b)",
        mean="where(b > 1, b / (b - 1), inf)",
        var="where(b > 2, b / (b - 2) / (b - 1) ** 2, inf)",
        shapes="b",
        lives="y >= 1",
        logsf="-b * log(Y)",
    ),
    "gumbel_r": Standard(
        "-Y - exp(-Y)",
        cdf="exp(-exp(-Y))",
        sf="-expm1(-exp(-Y))",
        ppf="-log(-log(q))",
        mean="0.5772156649015329",
        var="1.6449340668482264",
        logcdf="-exp(-Y)",
    ),
    "gumbel_l": Standard(
        "Y - exp(Y)",
        cdf="-expm1(-exp(Y))",
        sf="exp(-exp(Y))",
        ppf="log(-log1p(-q))",
        mean="-0.5772156649015329",
        var="1.6449340668482264",
        logsf="-exp(Y)",
    ),
    "halfcauchy": Standard(
        "-0.4515827052894548 - log1p(Y ** 2)",
        cdf="atan2(Y, 1) / 1.5707963267948966",
        sf="atan2(1, Y) / 1.5707963267948966",
        ppf=f"where(q == 1, inf, tan(1.5707963267948966 * {CHECKED}))",
        mean="inf",
        var="inf",
        lives=POSITIVE,
    ),
    "rayleigh": Standard(
        "log(Y) - Y ** 2 / 2",
        cdf="-expm1(-Y ** 2 / 2)",
        sf="exp(-Y ** 2 / 2)",
        ppf="sqrt(-2 * log1p(-q))",
        mean="1.2533141373155001",
        var="0.42920367320510344",
        lives="y >= 0",
        logsf="-Y ** 2 / 2",
    ),
}

# Whether loc and scale are at their defaults, or scale is a number that is known, or flows.
FORMS = (
    ("loc: 0 = 0, scale: 1 = 1", "{x}", "{x}", ""),
    ("loc=0, scale: positive_number = 1", "({x} - loc) / scale", "loc + scale * ({x})", " - log(scale)"),
    (
        "loc=0, scale: array = 1",
        "({x} - loc) / where(scale > 0, scale, nan)",
        "loc + where(scale > 0, scale, nan) * ({x})",
        " - log(scale)",
    ),
)


def continuous(law: Standard) -> Table:
    """The signatures of a law's functions."""
    lines: list[str] = []
    shapes = f"{law.shapes}, " if law.shapes else ""
    inside = f"    inside = {law.lives}\n    Y = where(inside, y, {law.somewhere})\n" if law.lives else "    Y = y\n"

    def within(value: str, beside: str) -> str:
        """A value inside of where the law lives, another beside it; NaN stays."""
        return f"where(inside, {value}, {beside})" if law.lives and "Y" in value else value

    below, above = "where(y != y, nan, y > {end})", "where(y != y, nan, y <= {end})"
    end = "1" if law.lives in (WITHIN, "y >= 1") else "0"
    end = "0" if law.lives == WITHIN else end
    beside = {"cdf": below.format(end=end), "sf": above.format(end=end)}
    values = {
        "logpdf": within(law.logpdf, "where(y != y, nan, -inf)"),
        "cdf": within(law.cdf, beside["cdf"]),
        "sf": within(law.sf, beside["sf"]),
        "logcdf": within(law.logcdf, f"log({beside['cdf']})")
        if law.logcdf
        else f"log({within(law.cdf, beside['cdf'])})",
        "logsf": within(law.logsf, f"log({beside['sf']})") if law.logsf else f"log({within(law.sf, beside['sf'])})",
    }
    for parameters, standard, back, log_scale in FORMS:
        start = f"    y = {standard.format(x='x')}\n{inside}"
        for name, value in values.items():
            added = log_scale if name == "logpdf" else ""
            lines.append(f"def {name}(x: array, {shapes}{parameters}):\n{start}    {value}{added}")
        lines.append(f"def pdf(x: array, {shapes}{parameters}):\n{start}    exp({values['logpdf']}{log_scale})")
        lines.append(f"def ppf(q: array, {shapes}{parameters}): {back.format(x=law.ppf)}")
        lines.append(
            f"def isf(q: array, {shapes}{parameters}):\n    p = q\n    q = 1 - p\n    {back.format(x=law.ppf)}"
        )
    scale = "where(scale > 0, scale, nan)"
    lines.append(f"def mean({shapes}loc=0, scale: array = 1): loc + {scale} * ({law.mean})")
    for loc, added in (("loc: number = 0", ""), ("loc: array = 0", " + 0 * loc")):
        lines.append(f"def var({shapes}{loc}, scale: array = 1): {scale} ** 2 * ({law.var}){added}")
        lines.append(f"def std({shapes}{loc}, scale: array = 1): {scale} * sqrt({law.var}){added}")
    return table("\n".join(lines))


def discrete(shapes: str, place: str, inside: str, logpmf: str, cdf: str, sf: str, mean: str, var: str) -> Table:
    """The signatures of a law of whole numbers.

    place: one of them.  logpmf: of k, which is x where that is one of them.  cdf, sf: of x rounded down.
    """
    start = f"    x = x - loc\n    inside = ({inside}) & (x == floor(x))\n    k = where(inside, x, {place})\n"
    log = f"where(inside, {logpmf}, -inf)"
    return table(
        f"def logpmf(x: array, {shapes}, loc=0):\n{start}    {log}\n"
        f"def pmf(x: array, {shapes}, loc=0):\n{start}    exp({log})\n"
        f"def cdf(x: array, {shapes}, loc=0):\n    x = floor(x - loc)\n    {cdf}\n"
        f"def sf(x: array, {shapes}, loc=0):\n    x = floor(x - loc)\n    {sf}\n"
        f"def mean({shapes}, loc=0): loc + {mean}\n"
        f"def var({shapes}, loc: number = 0): {var}\n"
        f"def std({shapes}, loc: number = 0): sqrt({var})\n"
    )


def added(first: str, logpmf: str, test: str) -> str:
    """The probabilities of the whole numbers i, along a new axis, that a test picks, added."""
    return f"{first}\n    sum(where(i {test} expand_dims(x, -1), exp({logpmf}), 0), -1)"


BINOMIAL = "lgamma(n + 1) - lgamma({k} + 1) - lgamma(n - {k} + 1) + xlogy({k}, {p}) + xlogy(n - {k}, 1 - {p})"
POISSON = "xlogy({k}, {mu}) - {mu} - lgamma({k} + 1)"
NEGATIVE = "lgamma({k} + {n}) - lgamma({k} + 1) - lgamma({n}) + {n} * log({p}) + xlogy({k}, 1 - {p})"
LONGER = "expand_dims({}, -1)"
MULTIVARIATE = table("""
def logpdf(x, mean: None = None, cov: 1 = 1): -x ** 2 / 2 - 0.9189385332046727
def logpdf(x: array, mean: vector, cov: number = 1):
    rest = x - mean
    -(sum(rest ** 2, -1) / cov + columns_of(x) * (log(cov) + 1.8378770664093453)) / 2
def logpdf(x: array, mean: vector, cov: matrix):
    rest = x - mean
    square = vecdot(rest, matmul(rest, inv(cov)))
    -(square + logabsdet(cov) + columns_of(x) * 1.8378770664093453) / 2
def pdf(x, mean: None = None, cov: 1 = 1): exp(-x ** 2 / 2 - 0.9189385332046727)
def pdf(x: array, mean: vector, cov: number = 1):
    rest = x - mean
    exp(-(sum(rest ** 2, -1) / cov + columns_of(x) * (log(cov) + 1.8378770664093453)) / 2)
def pdf(x: array, mean: vector, cov: matrix):
    rest = x - mean
    square = vecdot(rest, matmul(rest, inv(cov)))
    exp(-(square + logabsdet(cov) + columns_of(x) * 1.8378770664093453) / 2)
""")

LAWS: Mapping[str, Table] = {name: continuous(law) for name, law in CONTINUOUS.items()} | {
    "bernoulli": discrete(
        "p",
        "0",
        "(x >= 0) & (x <= 1)",
        "xlogy(k, p) + xlogy(1 - k, 1 - p)",
        "where(x < 0, 0, where(x < 1, 1 - p, 1))",
        "where(x < 0, 1, where(x < 1, p, 0))",
        "p",
        "p * (1 - p)",
    ),
    "binom": discrete(
        "n, p",
        "0",
        "(x >= 0) & (x <= n)",
        BINOMIAL.format(k="k", p="p"),
        added("i = up_to(n)", BINOMIAL.format(k="i", p="expand_dims(p, -1)"), "<="),
        added("i = up_to(n)", BINOMIAL.format(k="i", p="expand_dims(p, -1)"), ">"),
        "n * p",
        "n * p * (1 - p)",
    ),
    "poisson": discrete(
        "mu",
        "0",
        "x >= 0",
        POISSON.format(k="k", mu="mu"),
        added("i = up_to_largest(x)", POISSON.format(k="i", mu="expand_dims(mu, -1)"), "<="),
        "i = up_to_largest(x)\n    1 - " + added("", POISSON.format(k="i", mu="expand_dims(mu, -1)"), "<=").strip(),
        "mu",
        "mu",
    ),
    "geom": discrete(
        "p",
        "1",
        "x >= 1",
        "xlogy(k - 1, 1 - p) + log(p)",
        "where(x < 1, 0, -expm1(xlogy(where(x < 1, 1, x), 1 - p)))",
        "where(x < 1, 1, exp(xlogy(where(x < 1, 1, x), 1 - p)))",
        "1 / p",
        "(1 - p) / p ** 2",
    ),
    "nbinom": discrete(
        "n, p",
        "0",
        "x >= 0",
        NEGATIVE.format(k="k", n="n", p="p"),
        added("i = up_to_largest(x)", NEGATIVE.format(k="i", n=LONGER.format("n"), p=LONGER.format("p")), "<="),
        "i = up_to_largest(x)\n    1 - "
        + added("", NEGATIVE.format(k="i", n=LONGER.format("n"), p=LONGER.format("p")), "<=").strip(),
        "n * (1 - p) / p",
        "n * (1 - p) / p ** 2",
    ),
    "multivariate_normal": MULTIVARIATE,
}
# Of laws whose entropy is that of their standard form and the logarithm of their scale.
ENTROPIES = {
    "norm": 1.4189385332046727,
    "expon": 1,
    "uniform": 0,
    "laplace": 1.6931471805599454,
    "logistic": 2,
    "cauchy": 2.5310242469692907,
    "gumbel_r": 1.5772156649015329,
    "gumbel_l": 1.5772156649015329,
    "halfcauchy": 1.8378770664093453,
    "halfnorm": 0.7257913526447274,
    "rayleigh": 0.9420342421707937,
}
for name, entropy in ENTROPIES.items():
    LAWS[name].update(table(f"def entropy(loc: number = 0, scale: array = 1): log(scale) + {entropy}"))

SCIPY_STATS = table("""
def zscore(a: array, axis=0, ddof=0): (a - mean(a, axis, True)) / std(a, axis, True, ddof)
def gmean(a, axis=0): exp(mean(log(a), axis))
def hmean(a: array, axis=0): 1 / mean(1 / a, axis)
def skew(a: array, axis=0):
    rest = a - mean(a, axis, True)
    mean(rest ** 3, axis) / mean(rest ** 2, axis) ** 1.5
def kurtosis(a: array, axis=0):
    rest = a - mean(a, axis, True)
    mean(rest ** 4, axis) / mean(rest ** 2, axis) ** 2 - 3
def kurtosis(a: array, axis=0, fisher: False = True):
    rest = a - mean(a, axis, True)
    mean(rest ** 4, axis) / mean(rest ** 2, axis) ** 2
def sem(a: array, axis: int = 0, ddof=1): std(a, axis, False, ddof) / size_along(a, axis) ** 0.5
def entropy(pk: array, qk=None, base=None, axis=0):
    p = pk / sum(pk, axis, True)
    -sum(xlogy(p, p), axis)
def entropy(pk: array, qk: array = None, base=None, axis=0):
    p = pk / sum(pk, axis, True)
    q = qk / sum(qk, axis, True)
    sum(xlogy(p, p) - xlogy(p, q), axis)
def pearsonr(x: vector, y: same_shape(x)):
    a = x - mean(x)
    b = y - mean(y)
    {'statistic': sum(a * b) / sqrt(sum(a * a) * sum(b * b)), 'pvalue': refuse("p-value")}
def linregress(x: vector, y: same_shape(x)):
    a = x - mean(x)
    slope = sum(a * (y - mean(y))) / sum(a * a)
    {'slope': slope, 'intercept': mean(y) - slope * mean(x),
     'rvalue': sum(a * (y - mean(y))) / sqrt(sum(a * a) * sum((y - mean(y)) ** 2)),
     'pvalue': refuse("p-value"), 'stderr': refuse("p-value")}
""")
