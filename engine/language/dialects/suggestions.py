"""Names of functions that are not ours: what a reader may have meant by one."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable

import numpy as np

from gradlens.engine.language.syntax import suggestion
from gradlens.engine.language.typed.mathematics import same_letters

# What a name means here; never a guess.
MEANT = {
    "crossentropyloss": "softmax_cross_entropy",
    "mseloss": "mse",
    "bceloss": "binary_cross_entropy",
    "bcewithlogitsloss": "sigmoid_cross_entropy",
    "l1loss": "mae",
    "huberloss": "huber",
    "smoothl1loss": "smooth_l1",
    "lrelu": "leaky_relu",
    "sgn": "sign",
    "arg_max": "argmax",
    "arg_min": "argmin",
    "power": "pow",
    "ln": "log",
    "summation": "sum",
    "average": "mean",
    "avg": "mean",
    "matrix_multiply": "matmul",
    "determinant": "det",
}
# Functions of PyTorch, JAX and SciPy whose names are near to one of ours, and that are others.
ELSEWHERE = frozenset(
    (
        "Bilinear EmbeddingBag Hardtanh MaxUnpool2d Unflatten addbmm addmv addr arcsine bdtr berp bilinear cfloat coshm"
        " cosm dgamma dstack erfcinv erfcx erfi exp1 expi expm expn fdtr fx gammainc gammasgn gdtr ger gmean grad gstd"
        " hmean hstack igamma is_contiguous iv jacobian kerp linear_cross_entropy logcumsumexp loggamma logical_xor_"
        " logm lu max_unpool2d misc mode mood msort mvlgamma mvn nbdtr ndtri new os pdtr pinverse pmean radian rgamma"
        " rrelu rsub saddmm signm sin_ sinhm sinm smm sqrtm t take_along_dim tan_ tanhm tanm tmax tmean tmin to tstd"
        " tvar unflatten unsqueeze vstack "
        # SciPy's special functions
        " agm airy bei ber berp besselpoly dawsn ellipe ellipj ellipk erfi exp1 expi expn fresnel hankel1 hankel2 i0e"
        " i1e iti0k0 iv ive j0 j1 jn jv jve k0 k0e k1 k1e kei ker kn kv kve lambertw lpmv modstruve owens_t shichi sici"
        " spence sph_harm struve wofz wrightomega y0 y1 yn yv yve zeta zetac"
        " ccol_indices col_indices crow_indices dim quantized row_indices split_with_sizes_copy"
        " DType MaxUnpool1d PixelUnshuffle indices_copy max_unpool1d pdist types multilabel_margin_loss"
        " pixel_unshuffle quantized_max_pool1d quantized_max_pool2d"
    ).split()
)
KNOWN_ELSEWHERE = (
    ELSEWHERE
    | frozenset(dir(builtins))
    | frozenset(dir(math))
    | frozenset(dir(np))
    | frozenset(dir(np.linalg))
    | frozenset(dir(np.ndarray))
)


def function_suggestion(name: str, known: Iterable[str]) -> dict[str, str]:
    """The function that a name means, as an error's parameter: the same letters, or a slip of the keys, but never
    another library's function.
    """
    known = list(known)
    if name.endswith("_"):  # PyTorch's functions of such names change their argument
        return suggestion(name, [word for word in known if word.endswith("_")])
    meant = MEANT.get(same_letters(name)) or MEANT.get(name)
    if meant in known:
        return {"suggestion": meant}
    if name in KNOWN_ELSEWHERE:
        known = [word for word in known if same_letters(word) == same_letters(name)]
    return suggestion(name, known)
