"""There is one name, gradlens: in a checkout, installed and editable, and whatever else stands on the path."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import gradlens
from tests.app.serving import wait_until
from tests.installed import ROOT, answers, build_editable, build_wheel, serve_command, unpack

SQUARE = {"program": "z = (x + y) ** 2", "inputs": {"x": 2, "y": 3}}


def told(code: str, path: Path, cwd: Path) -> list:
    """The JSON that some code prints with `path` before others."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_name_and_the_command_leave_numpy_unloaded_and_so_does_the_server():
    """NumPy reads how many threads it may use when it is loaded, and the command sets that before."""
    code = (
        "import json, sys, gradlens, gradlens.app.cli\n"
        "from gradlens.app.main import create_app\n"
        "create_app().openapi()\n"
        "print(json.dumps([name for name in sys.modules if name in ('numpy', 'gradlens.engine', 'gradlens.app.jobs')]))"
    )
    assert told(code, ROOT, ROOT) == []


def test_every_public_name_is_the_engines_own():
    from gradlens import engine

    assert sorted(gradlens.__all__) == sorted(engine.__all__)
    for name in gradlens.__all__:
        assert getattr(gradlens, name) is getattr(engine, name)
    assert set(gradlens.__all__) <= set(dir(gradlens))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = gradlens.nothing


@pytest.mark.parametrize("readme", ["app/README.md", "app/README.ko.md"])
def test_the_code_of_the_readme_runs(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    [block] = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "import gradlens" in block)
    names: dict = {}
    exec(block, names)
    assert names["trace"]["z"].value == 25.0 and names["trace"].gradients == {"x": 10.0, "y": 10.0}


# ---- what others have on the path


def test_a_foreign_app_and_a_foreign_engine_harm_neither_the_command_nor_its_workers(foreign):
    """The checkout's path is all that an editable install adds.  With several workers: tests/app/test_cli.py."""
    with serve_command(["--reload"], cwd=foreign, path=[foreign, ROOT]) as client:
        assert client.post("/api/expression", json=SQUARE).json()["gradients"] == {"x": 10.0, "y": 10.0}


@pytest.mark.slow
@pytest.mark.parametrize("options", [["--workers", "2"], ["--reload"]], ids=lambda options: options[0])
def test_nor_where_it_is_built_and_installed(foreign, installed, options):
    with serve_command(options, cwd=foreign, path=[foreign, installed]) as client:
        assert client.post("/api/expression", json=SQUARE).json()["gradients"] == {"x": 10.0, "y": 10.0}
        assert client.get("/").status_code == 200


# ---- what is installed


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The files that pip puts into site-packages."""
    return unpack(build_wheel(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("site"))


@pytest.mark.slow
def test_pip_puts_one_folder_its_own_record_and_the_command_into_place(tmp_path):
    wheel = build_wheel(tmp_path / "wheel")
    site = tmp_path / "site"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(site)]
    subprocess.run([sys.executable, *install, str(wheel)], check=True)
    [record] = site.glob("*.dist-info")
    assert {path.name for path in site.iterdir()} == {"gradlens", record.name, "bin"}
    assert {path.name for path in (site / "bin").iterdir()} == {"gradlens"}


@pytest.mark.slow
def test_an_installed_gradlens_is_whole_and_imports_no_checkout(installed, foreign):
    code = (
        "import json, gradlens, gradlens.app.cli, gradlens.engine\n"
        "found = [gradlens.__file__, gradlens.app.cli.__file__, gradlens.engine.__file__]\n"
        "print(json.dumps([*found, gradlens.trace('y = x * x', {'x': 3.0}).gradients['x']]))"
    )
    *files, gradient = told(code, installed, foreign)
    assert all(Path(file).is_relative_to(installed / "gradlens") for file in files) and gradient == 6.0


def test_an_editable_install_is_the_checkouts_path_and_nothing_else(tmp_path):
    site = unpack(build_editable(tmp_path / "wheel"), tmp_path / "site")
    [path_file] = [path for path in site.iterdir() if path.suffix != ".dist-info"]
    assert path_file.suffix == ".pth" and path_file.read_text("utf-8").split() == [str(ROOT)]


# ---- as whoever knows FastAPI starts it


def test_uvicorn_starts_the_app_of_a_checkout_by_the_path_of_its_file():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "uvicorn",
                "app.main:app",
                "--fd",
                str(listener.fileno()),
                "--log-level",
                "critical",
            ],
            pass_fds=[listener.fileno()],
            cwd=ROOT,
            env=os.environ | {"GRADLENS_WORKERS": "1"},
        )
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=url, timeout=30) as client:
            wait_until(lambda: answers(client))
            assert client.post("/api/expression", json=SQUARE).json()["gradients"] == {"x": 10.0, "y": 10.0}
    finally:
        server.terminate()
        server.wait()


def test_what_uvicorn_imports_by_that_path_is_one_module_and_no_second_copy():
    """Where app/main.py is imported as app.main, all that it needs has its one name still."""
    code = (
        "import json, sys, app.main\n"
        "from fastapi import FastAPI\n"
        "assert isinstance(app.main.app, FastAPI)\n"
        "print(json.dumps([name for name in sys.modules if name.partition('.')[0] in ('app', 'engine')]))"
    )
    assert sorted(told(code, ROOT, ROOT)) == ["app", "app.main"]
