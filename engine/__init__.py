"""gradlens' engine: a typed expression as a computational graph, run forward and backward in NumPy.

>>> trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0}).gradients
{'x': 10.0, 'y': 10.0}
"""

import importlib
from typing import TYPE_CHECKING, Any

from gradlens.engine.errors import EngineError, Span
from gradlens.engine.graph import Limits
from gradlens.engine.ops import OPS
from gradlens.engine.program import Program, compile, trace, write_gradient_program
from gradlens.engine.traces import Trace

if TYPE_CHECKING:
    from gradlens.engine.checking.gradient_check import check, check_sweep
    from gradlens.engine.deriving.derivations import derivation, derive
    from gradlens.engine.deriving.graph_paths import paths
    from gradlens.engine.deriving.op_reference import reference
    from gradlens.engine.diagnosing.diagnosis import diagnose
    from gradlens.engine.jacobians import derivatives
    from gradlens.engine.networks.data.sets import datasets, load_dataset, prepared
    from gradlens.engine.networks.data.table import read_table
    from gradlens.engine.networks.evaluation import Samples, samples_of
    from gradlens.engine.networks.network import Network, NetworkSpec, build_network, trace_network
    from gradlens.engine.networks.onnx.reading import read_onnx
    from gradlens.engine.networks.training import Training, TrainingLimits, TrainingPlan
    from gradlens.engine.networks.weights import read_weights, write_weights
    from gradlens.engine.python.explaining import explain
    from gradlens.engine.python.gradient_assertions import check_grad
    from gradlens.engine.recorded.comparing import Comparison, compare
    from gradlens.engine.recorded.records import Recorded
    from gradlens.engine.recorded.trace_files import load
    from gradlens.engine.recorded.verifying import Verified, verify

# What is loaded when it is first asked for, by its module: most programs ask for none of it.
LATER = {
    "Comparison": "recorded.comparing",
    "Network": "networks.network",
    "NetworkSpec": "networks.network",
    "Recorded": "recorded.records",
    "Samples": "networks.evaluation",
    "Training": "networks.training",
    "TrainingLimits": "networks.training",
    "TrainingPlan": "networks.training",
    "Verified": "recorded.verifying",
    "build_network": "networks.network",
    "check": "checking.gradient_check",
    "check_grad": "python.gradient_assertions",
    "check_sweep": "checking.gradient_check",
    "compare": "recorded.comparing",
    "datasets": "networks.data.sets",
    "derivation": "deriving.derivations",
    "derivatives": "jacobians",
    "derive": "deriving.derivations",
    "diagnose": "diagnosing.diagnosis",
    "explain": "python.explaining",
    "load": "recorded.trace_files",
    "load_dataset": "networks.data.sets",
    "paths": "deriving.graph_paths",
    "prepared": "networks.data.sets",
    "read_onnx": "networks.onnx.reading",
    "read_table": "networks.data.table",
    "read_weights": "networks.weights",
    "reference": "deriving.op_reference",
    "samples_of": "networks.evaluation",
    "trace_network": "networks.network",
    "verify": "recorded.verifying",
    "write_weights": "networks.weights",
}

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
    "read_onnx",
    "read_table",
    "read_weights",
    "reference",
    "samples_of",
    "trace",
    "trace_network",
    "verify",
    "write_gradient_program",
    "write_weights",
]


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module 'gradlens.engine' has no attribute {name!r}")
    return getattr(importlib.import_module(f"gradlens.engine.{LATER[name]}"), name)
