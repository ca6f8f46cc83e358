"""The direction of imports: the engine stands alone, the service stands on it."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.each import each

ROOT = Path(__file__).parent.parent

# The way of a program through the engine: each module and each package stands on those before it alone.
ENGINE = [
    "errors",
    "values",
    "shapes",
    "strides",
    "ops",
    "estimates",
    "graph",
    "language",
    "latex",
    "passes",
    "advising",
    "traces",
    "written_numbers",
    "built_programs",
    "varied_programs",
    "program",
    "jacobians",
    "checking",
    "deriving",
    "diagnosing",
    "networks",
    "exporting",
    "python",
    "recorded",
]
MOST_NAMES = 20  # of a folder: more hide what its parts are


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports when it is loaded, by its full name."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def below(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def part_of_the_engine(name: str) -> str:
    """The entry of ENGINE that a module's full name belongs to; "" for what is no part of it."""
    return ".".join(name.split(".")[2:3]) if name.startswith("gradlens.engine.") else ""


@each("path", sources("engine"))
def test_the_engine_imports_numpy_and_the_standard_library_alone(path):
    for name in imports(path):
        root = name.partition(".")[0]
        assert root in {"numpy", *sys.stdlib_module_names} or name.startswith("gradlens.engine"), name


@each("path", [path for path in sources("engine") if path != ROOT / "engine" / "__init__.py"])
def test_a_part_of_the_engine_imports_only_what_comes_before_it(path):
    part = path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")
    named = [part_of_the_engine(name) for name in imports(path)]
    assert all(ENGINE.index(name) <= ENGINE.index(part) for name in named if name), named


def test_the_top_of_the_engine_is_the_way_of_a_program():
    listed = {
        path.stem for path in (ROOT / "engine").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert listed == {"__init__", *ENGINE}


def test_every_folder_of_the_engine_and_the_service_can_be_read_at_a_glance():
    folders = {path.parent for path in sources("engine") + sources("app")}
    counts = {below(folder): sum(path.stem != "__init__" for path in folder.glob("*.py")) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MOST_NAMES} == {}


def test_the_parts_of_the_engine_make_no_cycle():
    """Of modules, within a package too."""
    graph = {
        ".".join(("gradlens", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): imports(path)
        for path in sources("engine")
    }
    # What is imported is a module, or a name in one.
    known = {
        name: {found if found in graph else found.rpartition(".")[0] for found in named} & graph.keys()
        for name, named in graph.items()
    }
    done: set[str] = set()
    while ready := {name for name in known if name not in done and known[name] <= done}:
        done |= ready
    assert sorted(set(known) - done) == []


# What loads the engine, and NumPy with it: the computing processes and what the command computes itself, never the
# server.
COMPUTING = {ROOT / "app" / "jobs", ROOT / "app" / "commands"}


@each("path", [path for path in sources("app") if COMPUTING.isdisjoint(path.parents)])
def test_of_the_service_only_the_jobs_import_the_engine(path):
    """In functions neither."""
    named = {
        f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    known = "engine|app\\.jobs" if path == ROOT / "app" / "cli.py" else "engine|app\\.(jobs|commands)"
    assert not [name for name in named if re.match(rf"numpy|gradlens\.({known})\b", name)]


@each("path", [path for name in ("app", "engine") for path in sources(name)])
def test_code_calls_the_engine_and_the_service_by_their_one_name(path):
    assert not {"app", "engine"} & {name.partition(".")[0] for name in imports(path)}


@pytest.mark.parametrize("package", ["app", "engine"])
def test_no_name_is_both_a_module_and_a_function(package):
    """Neither within one package, where the one would hide the other, nor between a module and what it defines."""
    for path in sources(package):
        defined = {
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        }
        assert path.stem not in defined, below(path)
    for folder in {path.parent for path in sources(package)}:
        modules = {path.stem for path in folder.glob("*.py")} | {
            path.name for path in folder.iterdir() if (path / "__init__.py").exists()
        }
        package = ".".join(("gradlens", *folder.relative_to(ROOT).parts))
        named = imports(folder / "__init__.py") if (folder / "__init__.py").exists() else ()
        public = {name.rpartition(".")[2] for name in named if name.rpartition(".")[0] != package}
        assert not modules & public, below(folder)


# The way through the page: each folder stands on those before it alone. main.js puts them together.
PAGE = [
    "lib",
    "service",
    "graph",
    "story",
    "store",
    "embed",
    "program",
    "panels",
    "network",
    "exports",
    "compare",
    "page",
    "main.js",
    "learn",
    "learn.js",
    "embed.js",
    "figure_file.js",
]
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


@each("module", MODULES)
def test_a_module_of_the_page_imports_only_from_the_folders_that_its_own_stands_on(module):
    assert all(PAGE.index(folder) <= PAGE.index(module.parts[0]) for folder in own_imports(module))


def test_every_folder_of_the_page_can_be_read_at_a_glance():
    folders = {module.parent for module in MODULES}
    assert {
        str(folder): count
        for folder in folders
        if (count := sum(module.parent == folder for module in MODULES)) > MOST_MODULES
    } == {}


PURE = [
    module
    for module in MODULES
    if re.match(r"/\*\*((?!\*/).)*\bPure\.", (SCRIPTS / module).read_text(encoding="utf-8"), re.DOTALL)
]


@each("module", PURE)
def test_a_module_that_says_it_is_pure_never_touches_the_document(module):
    assert (
        re.findall(
            r"\b(?:document|window|localStorage|location|navigator)\.|\"d3-(?!path|scale|array|shape)", code_of(module)
        )
        == []
    )


def test_layout_frames_and_format_are_pure():
    assert {
        "graph/frames.js",
        "graph/collapsed_groups.js",
        "graph/gradient_scale.js",
        "graph/labels.js",
        "graph/step_sentence.js",
        "graph/layout/graphviz.js",
        "graph/layout/layered/layered.js",
        "lib/format.js",
        "lib/numbers.js",
    } <= {module.as_posix() for module in PURE}


def test_a_part_of_the_page_knows_only_parts_above_it():
    """Also by way of the functions that it calls: what follows of what is wired below all of them."""
    text = code_of(Path("main.js"))
    blocks = re.findall(
        r"^(?:const (?:\{([^}]+)\}|(\w+)) = |(?:async )?function (\w+))(.*?)(?=^(?:const|let|function|async"
        r" function|start\(\);|\Z))",
        text,
        re.MULTILINE | re.DOTALL,
    )
    bodies = {
        re.split(r"[:,]", unpacked)[0].strip() or name or function: body for unpacked, name, function, body in blocks
    }
    parts = [
        unpacked.split(",")[0].strip() or name
        for unpacked, name, function, body in blocks
        if not function and re.match(r"create\w+\(", body)
    ]
    assert len(parts) > 20

    def known(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """Parts that a part or a function names, itself or by functions that it calls; its own imports aside."""
        named = {
            other for other in bodies if other != name and re.search(rf"(?<![\w.#\"/]){other}\b(?!:| =)", bodies[name])
        }
        return (named & set(parts)).union(*(known(other, seen | {name}) for other in named - set(parts) - seen))

    for place, part in enumerate(parts):
        assert known(part) <= set(parts[: place + 1]), part
