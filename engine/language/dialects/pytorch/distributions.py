"""torch.distributions: its laws as classes in the language, made where the first of them is asked for.

inside(test, value): a value where what was observed is possible, NaN elsewhere, where PyTorch raises an error.
no_draw(name): the refusal of draws that are no function of the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.objects import Builtin, Module
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.calling import Call
    from gradlens.engine.language.machine import Machine

TEXT = """
def inside(test, value):
    return torch.where(test, value, nan)

class Distribution:
    @property
    def stddev(self):
        return torch.sqrt(self.variance)
    def perplexity(self):
        return torch.exp(self.entropy())
    def rsample(self, sample_shape=()):
        return no_draw(self)
    def sample(self, sample_shape=()):
        return self.rsample(sample_shape).detach()
    def _expanded(self, value):
        return value
    @property
    def batch_shape(self):
        return self.mean.shape

class Located(Distribution):
    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = torch.broadcast_tensors(torch.as_tensor(loc), torch.as_tensor(scale))
    @property
    def mean(self):
        return self.loc
    @property
    def mode(self):
        return self.loc
    def _standard(self, value):
        return (value - self.loc) / self.scale

class Normal(Located):
    @property
    def variance(self):
        return self.scale ** 2
    @property
    def stddev(self):
        return self.scale
    def log_prob(self, value):
        return -self._standard(value) ** 2 / 2 - torch.log(self.scale) - 0.9189385332046727
    def cdf(self, value):
        return (1 + torch.erf(self._standard(value) / 1.4142135623730951)) / 2
    def icdf(self, value):
        return self.loc + self.scale * torch.erfinv(2 * value - 1) * 1.4142135623730951
    def entropy(self):
        return 1.4189385332046727 + torch.log(self.scale)
    def rsample(self, sample_shape=()):
        return self.loc + self.scale * torch.randn(tuple(sample_shape) + tuple(self.loc.shape))

class LogNormal(Distribution):
    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = torch.broadcast_tensors(torch.as_tensor(loc), torch.as_tensor(scale))
    @property
    def mean(self):
        return torch.exp(self.loc + self.scale ** 2 / 2)
    @property
    def mode(self):
        return torch.exp(self.loc - self.scale ** 2)
    @property
    def variance(self):
        return torch.expm1(self.scale ** 2) * torch.exp(2 * self.loc + self.scale ** 2)
    def log_prob(self, value):
        return Normal(self.loc, self.scale).log_prob(torch.log(value)) - torch.log(value)
    def cdf(self, value):
        return Normal(self.loc, self.scale).cdf(torch.log(value))
    def icdf(self, value):
        return torch.exp(Normal(self.loc, self.scale).icdf(value))
    def entropy(self):
        return 1.4189385332046727 + torch.log(self.scale) + self.loc
    def rsample(self, sample_shape=()):
        return torch.exp(Normal(self.loc, self.scale).rsample(sample_shape))

class HalfNormal(Distribution):
    def __init__(self, scale, validate_args=None):
        self.scale = torch.as_tensor(scale)
    @property
    def mean(self):
        return self.scale * 0.7978845608028654
    @property
    def variance(self):
        return self.scale ** 2 * 0.3633802276324187
    @property
    def mode(self):
        return torch.zeros_like(self.scale)
    def log_prob(self, value):
        return torch.where(value >= 0, Normal(0.0, self.scale).log_prob(value) + 0.6931471805599453, -inf)
    def cdf(self, value):
        return inside(value >= 0, 2 * Normal(0.0, self.scale).cdf(value) - 1)
    def icdf(self, value):
        return Normal(0.0, self.scale).icdf((value + 1) / 2)
    def entropy(self):
        return 1.4189385332046727 + torch.log(self.scale) - 0.6931471805599453
    def rsample(self, sample_shape=()):
        return torch.abs(Normal(0.0, self.scale).rsample(sample_shape))

class Laplace(Located):
    @property
    def variance(self):
        return 2 * self.scale ** 2
    @property
    def stddev(self):
        return 1.4142135623730951 * self.scale
    def log_prob(self, value):
        return -torch.log(2 * self.scale) - torch.abs(value - self.loc) / self.scale
    def cdf(self, value):
        return 0.5 - 0.5 * (value - self.loc).sign() * torch.expm1(-(value - self.loc).abs() / self.scale)
    def icdf(self, value):
        return self.loc - self.scale * (value - 0.5).sign() * torch.log1p(-2 * (value - 0.5).abs())
    def entropy(self):
        return 1 + torch.log(2 * self.scale)

class Cauchy(Located):
    @property
    def mean(self):
        return self.loc * nan
    @property
    def variance(self):
        return self.loc * inf
    def log_prob(self, value):
        return -1.1447298858494002 - torch.log(self.scale) - torch.log1p(self._standard(value) ** 2)
    def cdf(self, value):
        return torch.atan(self._standard(value)) / 3.141592653589793 + 0.5
    def icdf(self, value):
        return torch.tan(3.141592653589793 * (value - 0.5)) * self.scale + self.loc
    def entropy(self):
        return 2.5310242469692907 + torch.log(self.scale)

class HalfCauchy(Distribution):
    def __init__(self, scale, validate_args=None):
        self.scale = torch.as_tensor(scale)
    @property
    def mean(self):
        return torch.full_like(self.scale, inf)
    @property
    def mode(self):
        return torch.zeros_like(self.scale)
    @property
    def variance(self):
        return self.scale * inf
    def log_prob(self, value):
        found = Cauchy(0.0, self.scale).log_prob(torch.as_tensor(value)) + 0.6931471805599453
        return torch.where(value >= 0, found, -inf)
    def cdf(self, value):
        return inside(value >= 0, 2 * Cauchy(0.0, self.scale).cdf(value) - 1)
    def icdf(self, value):
        return Cauchy(0.0, self.scale).icdf((value + 1) / 2)
    def entropy(self):
        return Cauchy(0.0, self.scale).entropy() - 0.6931471805599453

class Gumbel(Located):
    @property
    def mean(self):
        return self.loc + self.scale * 0.5772156649015329
    @property
    def variance(self):
        return self.scale ** 2 * 1.6449340668482264
    def log_prob(self, value):
        y = (self.loc - value) / self.scale
        return (y - torch.exp(y)) - torch.log(self.scale)
    def cdf(self, value):
        return torch.exp(-torch.exp(-self._standard(value)))
    def icdf(self, value):
        return self.loc - self.scale * torch.log(-torch.log(value))
    def entropy(self):
        return torch.log(self.scale) + 1.5772156649015329

class Uniform(Distribution):
    def __init__(self, low, high, validate_args=None):
        self.low, self.high = torch.broadcast_tensors(torch.as_tensor(low), torch.as_tensor(high))
    @property
    def mean(self):
        return (self.high + self.low) / 2
    @property
    def variance(self):
        return (self.high - self.low) ** 2 / 12
    @property
    def stddev(self):
        return (self.high - self.low) / 3.4641016151377544
    def log_prob(self, value):
        return inside((value >= self.low) & (value <= self.high), -torch.log(self.high - self.low) + 0 * value)
    def cdf(self, value):
        return torch.clamp((value - self.low) / (self.high - self.low), 0, 1)
    def icdf(self, value):
        return value * (self.high - self.low) + self.low
    def entropy(self):
        return torch.log(self.high - self.low)
    def rsample(self, sample_shape=()):
        return self.low + torch.rand(tuple(sample_shape) + tuple(self.low.shape)) * (self.high - self.low)

class Exponential(Distribution):
    def __init__(self, rate, validate_args=None):
        self.rate = torch.as_tensor(rate)
    @property
    def mean(self):
        return 1 / self.rate
    @property
    def mode(self):
        return torch.zeros_like(self.rate)
    @property
    def variance(self):
        return self.rate ** -2
    @property
    def stddev(self):
        return 1 / self.rate
    def log_prob(self, value):
        return inside(value >= 0, torch.log(self.rate) - self.rate * value)
    def cdf(self, value):
        return inside(value >= 0, -torch.expm1(-self.rate * value))
    def icdf(self, value):
        return -torch.log1p(-value) / self.rate
    def entropy(self):
        return 1 - torch.log(self.rate)
    def rsample(self, sample_shape=()):
        return -torch.log(torch.rand(tuple(sample_shape) + tuple(self.rate.shape))) / self.rate

class Gamma(Distribution):
    def __init__(self, concentration, rate, validate_args=None):
        self.alone = torch.as_tensor(concentration)
        self.concentration, self.rate = torch.broadcast_tensors(self.alone, torch.as_tensor(rate))
    @property
    def mean(self):
        return self.concentration / self.rate
    @property
    def variance(self):
        return self.concentration / self.rate ** 2
    @property
    def mode(self):
        return torch.clamp((self.concentration - 1) / self.rate, min=0)
    def log_prob(self, value):
        a, b = self.concentration, self.rate
        return inside(value >= 0, torch.xlogy(a, b) + torch.xlogy(a - 1, value) - b * value - torch.lgamma(a))
    def cdf(self, value):
        return inside(value >= 0, torch.special.gammainc(self.alone, self.rate * value))
    def entropy(self):
        a = self.concentration
        return a - torch.log(self.rate) + torch.lgamma(a) + (1 - a) * torch.digamma(a)

class InverseGamma(Distribution):
    def __init__(self, concentration, rate, validate_args=None):
        self.concentration, self.rate = torch.broadcast_tensors(torch.as_tensor(concentration), torch.as_tensor(rate))
    @property
    def mean(self):
        return torch.where(self.concentration > 1, self.rate / (self.concentration - 1), inf)
    @property
    def mode(self):
        return self.rate / (self.concentration + 1)
    @property
    def variance(self):
        a, b = self.concentration, self.rate
        return torch.where(a > 2, b ** 2 / ((a - 1) ** 2 * (a - 2)), inf)
    def log_prob(self, value):
        a, b = self.concentration, self.rate
        found = torch.xlogy(a, b) - (a + 1) * torch.log(value) - b / value - torch.lgamma(a)
        return inside(value > 0, found)
    def entropy(self):
        a, b = self.concentration, self.rate
        return a + torch.log(b) + torch.lgamma(a) - (1 + a) * torch.digamma(a)

class Pareto(Distribution):
    def __init__(self, scale, alpha, validate_args=None):
        self.scale, self.alpha = torch.broadcast_tensors(torch.as_tensor(scale), torch.as_tensor(alpha))
    @property
    def mean(self):
        a = self.alpha.clamp(min=1)
        return a * self.scale / (a - 1)
    @property
    def mode(self):
        return self.scale
    @property
    def variance(self):
        a = self.alpha.clamp(min=2)
        return self.scale ** 2 * a / ((a - 1) ** 2 * (a - 2))
    def log_prob(self, value):
        a = self.alpha
        return inside(value >= self.scale, torch.log(a) + a * torch.log(self.scale) - (a + 1) * torch.log(value))
    def cdf(self, value):
        return inside(value >= self.scale, 1 - (self.scale / value) ** self.alpha)
    def icdf(self, value):
        return self.scale * (1 - value) ** (-1 / self.alpha)
    def entropy(self):
        return torch.log(self.scale / self.alpha) + (1 + 1 / self.alpha)

class Weibull(Distribution):
    def __init__(self, scale, concentration, validate_args=None):
        self.scale, self.concentration = torch.broadcast_tensors(
            torch.as_tensor(scale), torch.as_tensor(concentration))
    @property
    def mean(self):
        return self.scale * torch.exp(torch.lgamma(1 + 1 / self.concentration))
    @property
    def mode(self):
        c = self.concentration
        return self.scale * ((c - 1) / c) ** (1 / c)
    @property
    def variance(self):
        c = 1 / self.concentration
        return self.scale ** 2 * (torch.exp(torch.lgamma(1 + 2 * c)) - torch.exp(2 * torch.lgamma(1 + c)))
    def log_prob(self, value):
        c, y = self.concentration, value / self.scale
        return inside(value > 0, torch.log(c / self.scale) + (c - 1) * torch.log(y) - y ** c)
    def cdf(self, value):
        return inside(value > 0, -torch.expm1(-(value / self.scale) ** self.concentration))
    def icdf(self, value):
        return self.scale * (-torch.log1p(-value)) ** (1 / self.concentration)
    def entropy(self):
        c = 1 / self.concentration
        return 0.5772156649015329 * (1 - c) + torch.log(self.scale * c) + 1

class Chi2(Gamma):
    def __init__(self, df, validate_args=None):
        self.df = torch.as_tensor(df)
        self.alone = self.df / 2
        self.concentration, self.rate = torch.broadcast_tensors(self.alone, torch.as_tensor(0.5))

class Beta(Distribution):
    def __init__(self, concentration1, concentration0, validate_args=None):
        self.concentration1, self.concentration0 = torch.broadcast_tensors(
            torch.as_tensor(concentration1), torch.as_tensor(concentration0))
    @property
    def mean(self):
        return self.concentration1 / (self.concentration1 + self.concentration0)
    @property
    def variance(self):
        a, b = self.concentration1, self.concentration0
        return a * b / ((a + b) ** 2 * (a + b + 1))
    @property
    def mode(self):
        a, b = self.concentration1, self.concentration0
        return inside((a > 1) & (b > 1), (a - 1) / (a + b - 2))
    def log_prob(self, value):
        a, b = self.concentration1, self.concentration0
        found = torch.xlogy(a - 1, value) + torch.xlogy(b - 1, 1 - value)
        return inside((value >= 0) & (value <= 1), found + torch.lgamma(a + b) - torch.lgamma(a) - torch.lgamma(b))
    def entropy(self):
        a, b = self.concentration1, self.concentration0
        common = torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
        return common - (a - 1) * torch.digamma(a) - (b - 1) * torch.digamma(b) + (a + b - 2) * torch.digamma(a + b)

class Dirichlet(Distribution):
    def __init__(self, concentration, validate_args=None):
        self.concentration = torch.as_tensor(concentration)
    @property
    def mean(self):
        return self.concentration / self.concentration.sum(-1, True)
    @property
    def variance(self):
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total ** 2 * (total + 1))
    def log_prob(self, value):
        a = self.concentration
        return torch.xlogy(a - 1, value).sum(-1) + torch.lgamma(a.sum(-1)) - torch.lgamma(a).sum(-1)
    def entropy(self):
        a, total = self.concentration, self.concentration.sum(-1)
        mixed = ((a - 1) * torch.digamma(a)).sum(-1)
        return torch.lgamma(a).sum(-1) - torch.lgamma(total) - (a.shape[-1] - total) * torch.digamma(total) - mixed

class StudentT(Distribution):
    def __init__(self, df, loc=0.0, scale=1.0, validate_args=None):
        self.df, self.loc, self.scale = torch.broadcast_tensors(
            torch.as_tensor(df), torch.as_tensor(loc), torch.as_tensor(scale))
    @property
    def mean(self):
        return torch.where(self.df > 1, self.loc, nan)
    @property
    def variance(self):
        many = torch.where(self.df > 2, self.df, 3.0)
        found = self.scale ** 2 * many / (many - 2)
        return torch.where(self.df > 2, found, torch.where(self.df > 1, inf, nan))
    def log_prob(self, value):
        y, n = (value - self.loc) / self.scale, self.df
        norm = torch.log(self.scale) + torch.log(n) / 2 + 0.5723649429247001 + torch.lgamma(n / 2)
        return -(n + 1) / 2 * torch.log1p(y ** 2 / n) - norm + torch.lgamma((n + 1) / 2)
    @property
    def mode(self):
        return self.loc
    def entropy(self):
        n = self.df
        beta = torch.lgamma(n / 2) + 0.5723649429247001 - torch.lgamma((n + 1) / 2)
        mixed = (n + 1) / 2 * (torch.digamma((n + 1) / 2) - torch.digamma(n / 2))
        return torch.log(self.scale) + mixed + torch.log(n) / 2 + beta

class Odds(Distribution):
    def _take(self, probs, logits):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        self.given = torch.as_tensor(logits if probs is None else probs)
        self.by_logits = probs is None
    @property
    def probs(self):
        return torch.sigmoid(self.given) if self.by_logits else self.given
    @property
    def logits(self):
        if self.by_logits:
            return self.given
        p = torch.clamp(self.given, 2.220446049250313e-16, 0.9999999999999998)
        return torch.log(p) - torch.log1p(-p)

class Bernoulli(Odds):
    def __init__(self, probs=None, logits=None, validate_args=None):
        self._take(probs, logits)
    @property
    def mean(self):
        return self.probs
    @property
    def variance(self):
        return self.probs * (1 - self.probs)
    def log_prob(self, value):
        found = value * F.logsigmoid(self.logits) + (1 - value) * F.logsigmoid(-self.logits)
        return inside((value == 0) | (value == 1), found)
    def entropy(self):
        p, l = self.probs, self.logits
        return -(p * F.logsigmoid(l) + (1 - p) * F.logsigmoid(-l))

class Binomial(Odds):
    def __init__(self, total_count=1, probs=None, logits=None, validate_args=None):
        self._take(probs, logits)
        self.total_count = torch.as_tensor(total_count)
    @property
    def mean(self):
        return self.total_count * self.probs
    @property
    def variance(self):
        return self.total_count * self.probs * (1 - self.probs)
    def log_prob(self, value):
        n = self.total_count
        ways = torch.lgamma(n + 1.0) - torch.lgamma(value + 1.0) - torch.lgamma(n - value + 1.0)
        odds = value * F.logsigmoid(self.logits) + (n - value) * F.logsigmoid(-self.logits)
        return inside((value >= 0) & (value <= n), ways + odds)

class Geometric(Odds):
    def __init__(self, probs=None, logits=None, validate_args=None):
        self._take(probs, logits)
    @property
    def mean(self):
        return 1 / self.probs - 1
    @property
    def variance(self):
        return (1 / self.probs - 1) / self.probs
    def log_prob(self, value):
        return inside(value >= 0, torch.xlogy(value, 1 - self.probs) + torch.log(self.probs))
    def entropy(self):
        p, l = self.probs, self.logits
        return -(p * F.logsigmoid(l) + (1 - p) * F.logsigmoid(-l)) / p

class Poisson(Distribution):
    def __init__(self, rate, validate_args=None):
        self.rate = torch.as_tensor(rate)
    @property
    def mean(self):
        return self.rate
    @property
    def variance(self):
        return self.rate
    def log_prob(self, value):
        return inside(value >= 0, torch.xlogy(value, self.rate) - self.rate - torch.lgamma(value + 1.0))

class Categorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        if logits is None:
            self.probs = probs / probs.sum(-1, True)
            self.logits = torch.log(torch.clamp(self.probs, 2.220446049250313e-16, 0.9999999999999998))
        else:
            self.logits = F.log_softmax(logits, -1)
            self.probs = F.softmax(logits, -1)
    @property
    def mean(self):
        return self.probs[..., 0] * nan
    @property
    def variance(self):
        return self.probs[..., 0] * nan
    def log_prob(self, value):
        value = torch.as_tensor(value)
        if len(self.logits.shape) == 1:
            return self.logits[value]
        if value.shape != self.logits.shape[:-1]:
            value = value + torch.zeros(self.logits.shape[:-1], dtype=torch.long)
        return torch.gather(self.logits, -1, torch.unsqueeze(value, -1)).squeeze(-1)
    def entropy(self):
        return -(self.probs * self.logits).sum(-1)

class OneHotCategorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        self._categorical = Categorical(probs, logits)
    @property
    def probs(self):
        return self._categorical.probs
    @property
    def logits(self):
        return self._categorical.logits
    @property
    def mean(self):
        return self.probs
    @property
    def variance(self):
        return self.probs * (1 - self.probs)
    def log_prob(self, value):
        return (value * self.logits).sum(-1)
    def entropy(self):
        return self._categorical.entropy()

class NegativeBinomial(Odds):
    def __init__(self, total_count, probs=None, logits=None, validate_args=None):
        self.total_count = torch.as_tensor(total_count)
        self._take(probs, logits)
    @property
    def mean(self):
        return self.total_count * torch.exp(self.logits)
    @property
    def variance(self):
        return self.mean / torch.sigmoid(-self.logits)
    def log_prob(self, value):
        n = self.total_count
        odds = n * F.logsigmoid(-self.logits) + value * F.logsigmoid(self.logits)
        return odds - (-torch.lgamma(n + value) + torch.lgamma(1 + value) + torch.lgamma(n * 1.0))

class MixtureSameFamily(Distribution):
    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
    @property
    def _shares(self):
        return self.mixture_distribution.probs
    @property
    def mean(self):
        return (self._shares * self.component_distribution.mean).sum(-1)
    @property
    def variance(self):
        among = self._shares * (self.component_distribution.mean - self.mean.unsqueeze(-1)) ** 2
        return (self._shares * self.component_distribution.variance).sum(-1) + among.sum(-1)
    def log_prob(self, value):
        parts = self.component_distribution.log_prob(torch.as_tensor(value).unsqueeze(-1))
        return torch.logsumexp(parts + torch.log_softmax(self.mixture_distribution.logits, -1), -1)
    def cdf(self, value):
        return (self.component_distribution.cdf(torch.as_tensor(value).unsqueeze(-1)) * self._shares).sum(-1)

class MultivariateNormal(Distribution):
    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None):
        self.loc = loc
        if scale_tril is not None:
            self.scale_tril = scale_tril
        elif covariance_matrix is not None:
            self.scale_tril = torch.linalg.cholesky(covariance_matrix)
        else:
            self.scale_tril = torch.linalg.cholesky(torch.linalg.inv(precision_matrix))
    @property
    def covariance_matrix(self):
        return self.scale_tril @ self.scale_tril.transpose(-2, -1)
    @property
    def mean(self):
        return self.loc
    @property
    def variance(self):
        return (self.scale_tril ** 2).sum(-1)
    def _half_log_det(self):
        return torch.log(torch.diagonal(self.scale_tril, 0, -2, -1)).sum(-1)
    def log_prob(self, value):
        rest = value - self.loc
        square = ((rest @ torch.linalg.inv(self.scale_tril).transpose(-2, -1)) ** 2).sum(-1)
        return -(self.loc.shape[-1] * 1.8378770664093453 + square) / 2 - self._half_log_det()
    def entropy(self):
        return self.loc.shape[-1] / 2 * 2.8378770664093453 + self._half_log_det()
    def rsample(self, sample_shape=()):
        draw = torch.randn(tuple(sample_shape) + tuple(self.loc.shape))
        return self.loc + (self.scale_tril @ draw.unsqueeze(-1)).squeeze(-1)

class Independent(Distribution):
    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
    def _added(self, value):
        return value.sum(tuple(range(-self.reinterpreted_batch_ndims, 0)))
    @property
    def mean(self):
        return self.base_dist.mean
    @property
    def variance(self):
        return self.base_dist.variance
    def log_prob(self, value):
        return self._added(self.base_dist.log_prob(value))
    def entropy(self):
        return self._added(self.base_dist.entropy())
    def rsample(self, sample_shape=()):
        return self.base_dist.rsample(sample_shape)

def kl_divergence(p, q):
    if isinstance(p, Independent) and isinstance(q, Independent):
        return p._added(kl_divergence(p.base_dist, q.base_dist))
    if isinstance(p, Normal) and isinstance(q, Normal):
        ratio = (p.scale / q.scale) ** 2
        return (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - torch.log(ratio)) / 2
    if isinstance(p, LogNormal) and isinstance(q, LogNormal):
        return kl_divergence(Normal(p.loc, p.scale), Normal(q.loc, q.scale))
    if isinstance(p, HalfNormal) and isinstance(q, HalfNormal):
        return kl_divergence(Normal(0.0, p.scale), Normal(0.0, q.scale))
    if isinstance(p, Laplace) and isinstance(q, Laplace):
        ratio, apart = p.scale / q.scale, torch.abs(p.loc - q.loc)
        return -torch.log(ratio) + apart / q.scale + ratio * torch.exp(-apart / p.scale) - 1
    if isinstance(p, Exponential) and isinstance(q, Exponential):
        ratio = q.rate / p.rate
        return ratio - torch.log(ratio) - 1
    if isinstance(p, Bernoulli) and isinstance(q, Bernoulli):
        a, b = F.logsigmoid(p.logits) - F.logsigmoid(q.logits), F.logsigmoid(-p.logits) - F.logsigmoid(-q.logits)
        return p.probs * a + (1 - p.probs) * b
    if isinstance(p, Categorical) and isinstance(q, Categorical):
        return (p.probs * (p.logits - q.logits)).sum(-1)
    if isinstance(p, Poisson) and isinstance(q, Poisson):
        return p.rate * (torch.log(p.rate) - torch.log(q.rate)) - (p.rate - q.rate)
    if isinstance(p, Geometric) and isinstance(q, Geometric):
        return -p.entropy() - torch.log1p(-q.probs) / p.probs - q.logits
    if isinstance(p, OneHotCategorical) and isinstance(q, OneHotCategorical):
        return (p.probs * (p.logits - q.logits)).sum(-1)
    if isinstance(p, Gamma) and isinstance(q, Gamma):
        a, b = p.concentration, q.concentration
        logs = b * torch.log(p.rate / q.rate) + torch.lgamma(b) - torch.lgamma(a)
        return logs + (a - b) * torch.digamma(a) + (q.rate - p.rate) * (a / p.rate)
    if isinstance(p, Beta) and isinstance(q, Beta):
        a, b, c, d = p.concentration1, p.concentration0, q.concentration1, q.concentration0
        logs = torch.lgamma(c) + torch.lgamma(d) + torch.lgamma(a + b) - torch.lgamma(c + d) - torch.lgamma(a)
        mixed = (a - c) * torch.digamma(a) + (b - d) * torch.digamma(b) + (c + d - a - b) * torch.digamma(a + b)
        return logs - torch.lgamma(b) + mixed
    if isinstance(p, Dirichlet) and isinstance(q, Dirichlet):
        a, b = p.concentration, q.concentration
        logs = torch.lgamma(a.sum(-1)) - torch.lgamma(b.sum(-1)) + (torch.lgamma(b) - torch.lgamma(a)).sum(-1)
        return logs + ((a - b) * (torch.digamma(a) - torch.digamma(a.sum(-1)).unsqueeze(-1))).sum(-1)
    if isinstance(p, MultivariateNormal) and isinstance(q, MultivariateNormal):
        mixed = torch.linalg.solve(q.scale_tril, p.scale_tril)
        rest = torch.linalg.solve(q.scale_tril, (q.loc - p.loc).unsqueeze(-1))
        squares = (mixed ** 2).sum((-2, -1)) + (rest ** 2).sum((-2, -1))
        return q._half_log_det() - p._half_log_det() + (squares - p.loc.shape[-1]) / 2
    return no_divergence(p, q)
"""
UNNAMED = ("Located", "Odds", "inside")  # of the text, and not of PyTorch
NAMES = frozenset(re.findall(r"^(?:class|def) (\w+)", TEXT, re.MULTILINE)) - {*UNNAMED}


def no_draw(m: Machine, call: Call) -> Any:
    raise Misplaced("random-numbers", call.node, name=f"{call.args[0].of.name}.sample")


def no_divergence(m: Machine, call: Call) -> Any:
    names = ", ".join([m.shown(one) for one in call.args])
    raise Misplaced("argument-unsupported", call.node, function="kl_divergence", argument="p, q", got=names)


HELPERS: dict[str, Callable[[Machine, Call], Any]] = {"no_draw": no_draw, "no_divergence": no_divergence}


def distribution(m: Machine, name: str) -> Any:
    """A law of torch.distributions, or kl_divergence."""
    if m.distributions is None:
        helpers: dict[str, Any] = {name: Builtin(name, run) for name, run in HELPERS.items()}
        names = {"torch": Module("torch", "torch"), "F": Module("torch.nn.functional", "F"), **helpers}
        m.distributions = nodes.defined(m, TEXT, names)
    return m.distributions.names[name]
