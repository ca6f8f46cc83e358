"""SciPy's special functions and descriptive statistics as calls of our ops (see signatures.py)."""

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
