"""See how every gradient arises: a typed expression as a computational graph, run forward and backward in NumPy.

>>> import gradlens
>>> gradlens.trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0}).gradients
{'x': 10.0, 'y': 10.0}

The engine is gradlens.engine, the service gradlens.app, and gradlens.torch records what PyTorch computes. In a checkout
they are in the folders beside this file; in a wheel this file is gradlens/__init__.py, and the folders are inside.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlens.engine import (
        OPS,
        Comparison,
        EngineError,
        Limits,
        Network,
        NetworkSpec,
        Program,
        Recorded,
        Samples,
        Span,
        Trace,
        Training,
        TrainingLimits,
        TrainingPlan,
        Verified,
        build_network,
        check,
        check_grad,
        check_sweep,
        compare,
        compile,
        datasets,
        derivation,
        derivatives,
        derive,
        diagnose,
        explain,
        load,
        load_dataset,
        paths,
        prepared,
        read_onnx,
        read_table,
        read_weights,
        reference,
        samples_of,
        trace,
        trace_network,
        verify,
        write_gradient_program,
        write_weights,
    )

__version__ = "0.2.0"
PARTS = ("app", "engine", "torch")
FOLDER = Path(__file__).resolve().parent
# gradlens.torch stands where no `import torch` finds it.
__path__ = [str(FOLDER), str(FOLDER / "engine" / "recorded" / "frameworks")]

# Of gradlens.engine, which is loaded when one of them is first asked for: NumPy reads how many threads it may use
# when it is loaded, and the command sets that before.
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
    if name in PARTS:
        return importlib.import_module(f"gradlens.{name}")
    if name not in __all__:
        raise AttributeError(f"module 'gradlens' has no attribute {name!r}")
    return getattr(importlib.import_module("gradlens.engine"), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *PARTS, "__all__", "__doc__", "__file__", "__name__", "__path__", "__version__"})
