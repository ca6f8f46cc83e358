"""Every public name has a docstring with an example, and every example gives what it says."""

from __future__ import annotations

import doctest

import numpy as np

import gradlens

NAMES = [name for name in gradlens.__all__ if name != "OPS"]  # a table


def test_every_public_name_has_an_example_that_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where examples save
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(verbose=False)
    told: list[str] = []
    for name in NAMES:
        [found] = finder.find(getattr(gradlens, name), name, module=False, globs={"gradlens": gradlens, "np": np})
        assert found.examples, f"{name} has no example"
        runner.run(found, out=told.append)
    methods = finder.find(gradlens.Trace.save, "save", module=False, globs={"gradlens": gradlens})
    for found in [*methods, *finder.find(gradlens, "gradlens", globs={})]:
        runner.run(found, out=told.append)
    assert not told, "".join(told)


def test_every_public_name_says_its_types():
    for name in NAMES:
        public = getattr(gradlens, name)
        said = (public.__init__ if isinstance(public, type) else public).__annotations__
        code = getattr(public.__init__ if isinstance(public, type) else public, "__code__", None)
        if code is not None:
            arguments = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]) - {"self"}
            assert arguments <= said.keys(), name
