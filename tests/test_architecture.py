"""The direction of imports: the engine stands alone, the service stands on it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["errors", "values", "shapes", "ops", "names", "nesting", "language", "graph", "dialects", "calls", "scope", "statics", "creation", "foreign_calls", "lists", "expressions", "loops", "statements", "build", "rules", "latex", "reference", "forward", "backward", "tangent", "gradient_program", "patterns", "faults", "cures", "remedies", "advice", "trace", "program", "paths", "derivations", "derivatives", "complex_step", "downstream", "differences", "check", "diagnose", "network", "optimizers", "datasets", "evaluation", "training"]


def imports(path: Path) -> set[str]:
    """Every module that a file imports when it is loaded."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_imports_numpy_and_the_standard_library_alone(path):
    roots = {name.partition(".")[0] for name in imports(path)}
    assert roots <= {"engine", "numpy"} | set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", sorted((ROOT / "engine").glob("[a-z]*.py")), ids=lambda p: p.name)
def test_a_module_of_the_engine_imports_only_what_comes_before_it(path):
    assert path.stem in LAYERS
    for name in imports(path):
        if name.startswith("engine."):
            assert LAYERS.index(name.split(".")[1]) < LAYERS.index(path.stem), f"{path.name} imports {name}"


def test_layout_frames_and_format_never_touch_the_document():
    for name in ("layout", "layered", "frames", "format", "scale", "collapse", "hints"):
        text = (ROOT / "static" / "js" / f"{name}.js").read_text(encoding="utf-8")
        assert "document." not in text and "window." not in text and "d3" not in text.replace("d3.", "d3"), name
