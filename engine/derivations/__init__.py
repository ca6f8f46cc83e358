"""Why each rule holds: derivations in steps that are expressions of the language, each checked against the one before."""

from __future__ import annotations

from engine.derivations.activations import ACTIVATIONS
from engine.derivations.calculus import ARITHMETIC, ELEMENTARY, SPECIAL
from engine.derivations.layers import IMAGES, LOSSES, NORMALISATIONS, SOFTMAXES
from engine.derivations.products import MATRICES, PRODUCTS
from engine.derivations.reductions import MOVING, REDUCTIONS
from engine.derivations.step import Derivations

DERIVATIONS: Derivations = {
    **ARITHMETIC, **ELEMENTARY, **SPECIAL, **ACTIVATIONS, **REDUCTIONS, **PRODUCTS, **MATRICES, **MOVING, **SOFTMAXES, **NORMALISATIONS, **LOSSES, **IMAGES,
}
