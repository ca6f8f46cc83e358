"""The direction of imports: the engine stands alone, the service stands on it."""

from __future__ import annotations

import ast
import re
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


@pytest.mark.parametrize("path", sorted(path for path in (ROOT / "engine").rglob("*.py") if path.parent.name != "engine" or path.stem != "__init__"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_of_the_engine_imports_only_what_comes_before_it(path):
    """A folder's modules stand where the folder does, and may import one another."""
    inside, layer = path.parent.name != "engine", path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")
    assert layer in LAYERS
    for name in imports(path):
        if name.startswith("engine."):
            assert LAYERS.index(name.split(".")[1]) < LAYERS.index(layer) + inside, f"{path.name} imports {name}"


# The way through the page: each folder stands on those before it alone. main.js puts them together.
PAGE = ["lib", "service", "graph", "store", "program", "panels", "network", "page", "main.js"]
SCRIPTS = ROOT / "static" / "js"
MODULES = sorted(path.relative_to(SCRIPTS) for path in SCRIPTS.rglob("*.js"))
MOST_MODULES = 16  # of a folder: more hide what its parts are


def code_of(module: Path) -> str:
    """A module without its comments, where types of any folder may be named."""
    return re.sub(r"/\*.*?\*/", "", (SCRIPTS / module).read_text(encoding="utf-8"), flags=re.DOTALL)


def own_imports(module: Path) -> set[str]:
    """The folders, below static/js, of what a module imports at once or later."""
    paths = re.findall(r"""(?:from|import)\s*\(?\s*"(\.[^"]+)\"""", code_of(module))
    return {(SCRIPTS / module.parent / path).resolve().relative_to(SCRIPTS).parts[0] for path in paths}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_of_the_page_imports_only_from_the_folders_that_its_own_stands_on(module):
    assert all(PAGE.index(folder) <= PAGE.index(module.parts[0]) for folder in own_imports(module))


def test_every_folder_of_the_page_can_be_read_at_a_glance():
    folders = {module.parent for module in MODULES}
    assert {str(folder): count for folder in folders if (count := sum(module.parent == folder for module in MODULES)) > MOST_MODULES} == {}


PURE = [module for module in MODULES if re.search(r"\bPure\.", re.match(r"/\*\*.*?\*/", (SCRIPTS / module).read_text(encoding="utf-8"), re.DOTALL)[0])]


@pytest.mark.parametrize("module", PURE, ids=str)
def test_a_module_that_says_it_is_pure_never_touches_the_document(module):
    assert re.findall(r"\b(?:document|window|localStorage|location|navigator)\.|\"d3-(?!path|scale|array|shape)", code_of(module)) == []


def test_layout_frames_and_format_are_pure():
    assert {"graph/frames.js", "graph/collapsed_groups.js", "graph/gradient_scale.js", "graph/labels.js", "graph/step_sentence.js", "graph/layout/graphviz.js", "graph/layout/layered.js", "lib/format.js", "lib/numbers.js"} <= {module.as_posix() for module in PURE}


def test_a_part_of_the_page_knows_only_parts_above_it():
    """Also by way of the functions that it calls: what follows of what is wired below all of them."""
    text = code_of(Path("main.js"))
    blocks = re.findall(r"^(?:const (?:\{([^}]+)\}|(\w+)) = |(?:async )?function (\w+))(.*?)(?=^(?:const|let|function|async function|start\(\);|\Z))", text, re.MULTILINE | re.DOTALL)
    bodies = {re.split(r"[:,]", unpacked)[0].strip() or name or function: body for unpacked, name, function, body in blocks}
    parts = [unpacked.split(",")[0].strip() or name for unpacked, name, function, body in blocks if not function and re.match(r"create\w+\(", body)]
    assert len(parts) > 20

    def known(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """Parts that a part or a function names, itself or by functions that it calls; its own imports aside."""
        named = {other for other in bodies if other != name and re.search(rf"(?<![\w.#\"/]){other}\b(?!:| =)", bodies[name])}
        return (named & set(parts)).union(*(known(other, seen | {name}) for other in named - set(parts) - seen))

    for place, part in enumerate(parts):
        assert known(part) <= set(parts[: place + 1]), part
