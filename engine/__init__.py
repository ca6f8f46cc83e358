"""gradlens' engine: a typed expression as a computational graph, run forward and backward in NumPy.

>>> trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0}).gradients
{'x': 10.0, 'y': 10.0}
"""

from engine.check import check, check_sweep
from engine.derivations import derivation, derive
from engine.derivatives import derivatives
from engine.diagnose import diagnose
from engine.errors import EngineError, Span
from engine.graph import Limits
from engine.ops import OPS
from engine.paths import paths
from engine.program import Program, compile, trace, write_gradient_program
from engine.reference import reference
from engine.trace import Trace

__all__ = ["OPS", "EngineError", "Limits", "Program", "Span", "Trace", "check", "check_sweep", "compile", "derivation", "derivatives", "derive", "diagnose", "paths", "reference", "trace", "write_gradient_program"]
