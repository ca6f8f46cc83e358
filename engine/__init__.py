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
from gradlens.engine.networks.data.sets import datasets, load_dataset, prepared
from gradlens.engine.networks.data.table import read_table
from gradlens.engine.networks.evaluation import Samples, samples_of
from gradlens.engine.networks.network import Network, NetworkSpec, build_network, trace_network
from gradlens.engine.networks.training import Training, TrainingLimits, TrainingPlan
from gradlens.engine.ops import OPS
from gradlens.engine.program import Program, compile, trace, write_gradient_program
from gradlens.engine.python.explaining import explain
from gradlens.engine.python.gradient_assertions import check_grad
from gradlens.engine.recorded.comparing import Comparison, compare
from gradlens.engine.recorded.records import Recorded
from gradlens.engine.recorded.trace_files import load
from gradlens.engine.recorded.verifying import Verified, verify
from gradlens.engine.traces import Trace

__all__ = [
    "OPS",
    "Comparison",
    "EngineError",
    "Limits",
    "Network",
    "NetworkSpec",
    "Program",
    "Recorded",
    "Samples",
    "Span",
    "Trace",
    "Training",
    "TrainingLimits",
    "TrainingPlan",
    "Verified",
    "build_network",
    "check",
    "check_grad",
    "check_sweep",
    "compare",
    "compile",
    "datasets",
    "derivation",
    "derivatives",
    "derive",
    "diagnose",
    "explain",
    "load",
    "load_dataset",
    "paths",
    "prepared",
    "read_table",
    "reference",
    "samples_of",
    "trace",
    "trace_network",
    "verify",
    "write_gradient_program",
]
