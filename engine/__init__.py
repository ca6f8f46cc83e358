"""gradlens' engine: a typed expression as a computational graph, run forward and backward in NumPy.

>>> trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0}).gradients
{'x': 10.0, 'y': 10.0}
"""

from gradlens.engine.checking.gradient_check import check, check_sweep
from gradlens.engine.deriving.derivations import derivation, derive
from gradlens.engine.deriving.graph_paths import paths
from gradlens.engine.deriving.op_reference import reference
from gradlens.engine.diagnosing.diagnosis import diagnose
from gradlens.engine.errors import EngineError, Span
from gradlens.engine.graph import Limits
from gradlens.engine.jacobians import derivatives
from gradlens.engine.ops import OPS
from gradlens.engine.program import Program, compile, trace, write_gradient_program
from gradlens.engine.traces import Trace

__all__ = [
    "OPS",
    "EngineError",
    "Limits",
    "Program",
    "Span",
    "Trace",
    "check",
    "check_sweep",
    "compile",
    "derivation",
    "derivatives",
    "derive",
    "diagnose",
    "paths",
    "reference",
    "trace",
    "write_gradient_program",
]
