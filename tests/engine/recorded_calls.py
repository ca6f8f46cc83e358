"""What PyTorch and JAX answer to calls of theirs, value and gradient: the figures of data/, and how they are made.

On a machine that has the library, `python -m tests.engine.recorded_calls torch` (or `jax`) writes them anew.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / "data"
Figure = dict[str, Any]  # value, shape and gradients by input; or error, where the library refuses the call

draw = np.random.default_rng(20)


def spread(*shape: int) -> np.ndarray:
    """Numbers that lie apart and are not round, in any order."""
    count = int(np.prod(shape))
    return np.round(draw.permutation(np.linspace(-1.93, 2.11, count)).reshape(shape), 3)


VALUES: dict[str, np.ndarray] = {
    "s": np.array(0.7),
    "v": np.array([0.5, -1.5, 2.0, 0.25]),
    "w": np.array([1.0, 2.0, -0.5, 3.0]),
    "m": np.array([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]]),
    "n": np.array([[1.0, 2.0, 0.4], [-0.5, 0.8, 1.1]]),
    "t": np.array([[1.0, 0.0, 1.0], [0.0, -2.0, 0.0]]),
    "u": np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.7]]),
    "g": np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3]]),
    "h": np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]),
    "q": np.array([[2.0, 0.3, -0.4], [0.5, 1.5, 0.2], [-0.1, 0.2, 1.1]]),
    "r": np.array([[0.2, 1.0, 0.5], [1.3, -0.6, 0.1], [0.7, 0.4, 2.0]]),
    "c": spread(2, 3, 4),
    "d": spread(2, 3, 4),
    "p": spread(2, 2, 4, 5),
    "K": spread(4, 3, 2),
    "L": spread(3, 2, 2, 3),
    "k": np.array([1, 0]),
    "j": np.array([[2, 0, 1], [1, 1, 0]]),
    "a": np.array([[2, 0, 1, 1], [1, 1, 0, 2]]),
}
NAMES = frozenset(VALUES)


def mentioned(call: str) -> dict[str, np.ndarray]:
    """The values that a call reads."""
    tree = ast.parse(call)
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound
    return {name: value for name, value in VALUES.items() if name in read}


def weights(shape: tuple[int, ...]) -> np.ndarray:
    """What a result is multiplied by before it is summed: no two of its elements count alike."""
    return np.round(np.cos(1 + np.arange(int(np.prod(shape)))), 3).reshape(shape)


def rounded(values: Any) -> list[float | str]:
    """Seven digits of each number, as JSON has them."""
    return [float(f"{x:.7g}") if np.isfinite(x) else str(x) for x in np.asarray(values, dtype=float).ravel()]


def run(call: str, names: dict[str, Any]) -> Any:
    """What a line of a table gives: the value of what stands after the last semicolon."""
    tree = ast.parse(call)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(tree, "call", "exec"), names)
    return eval(compile(ast.Expression(last.value), "call", "eval"), names)


def by_torch(call: str) -> Figure:
    import torch  # pyright: ignore[reportMissingImports]

    given = {
        name: torch.tensor(value, requires_grad=value.dtype.kind == "f") for name, value in mentioned(call).items()
    }
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    names = {"torch": torch, "F": torch.nn.functional, "nn": torch.nn, **given}
    try:
        value = run(call, names)
    except Exception as error:
        return {"error": type(error).__name__}
    value = value if isinstance(value, torch.Tensor) else torch.tensor(value)
    shape = tuple(value.shape)
    gradients: dict[str, Any] = {}
    if value.requires_grad:
        try:
            (value * torch.tensor(weights(shape))).sum().backward()
        except RuntimeError:  # it has no derivative of this
            return {"shape": list(shape), "value": rounded(value.detach())}
        gradients = {n: rounded(x.grad.numpy(force=True)) for n, x in given.items() if x.grad is not None}
    return {"shape": list(shape), "value": rounded(value.detach()), "gradients": gradients}


def by_jax(call: str) -> Figure:
    import jax  # pyright: ignore[reportMissingImports]

    jax.config.update("jax_enable_x64", True)
    modules = {
        "jax": jax,
        "jnp": jax.numpy,
        "nn": jax.nn,
        "lax": jax.lax,
        "vmap": jax.vmap,
        "partial": __import__("functools").partial,
        "np": np,
    }
    __import__("jax.scipy.special")
    __import__("jax.scipy.stats")
    given = {name: jax.numpy.asarray(value) for name, value in mentioned(call).items()}
    floats = [name for name in given if VALUES[name].dtype.kind == "f"]

    def loss(*values: Any) -> Any:
        value = run(call, {**modules, **given, **dict(zip(floats, values))})
        return jax.numpy.sum(value * weights(jax.numpy.shape(value)))

    try:
        value = np.asarray(run(call, {**modules, **given}))
    except Exception as error:
        return {"error": type(error).__name__}
    gradients: dict[str, Any] = {}
    if value.dtype.kind == "f" and floats:
        try:
            found = jax.grad(loss, tuple(range(len(floats))))(*[given[name] for name in floats])
        except NotImplementedError:  # it has no derivative of this
            return {"shape": list(value.shape), "value": rounded(value)}
        gradients = {name: rounded(x) for name, x in zip(floats, found)}
    return {"shape": list(value.shape), "value": rounded(value), "gradients": gradients}


LIBRARIES: dict[str, Callable[[str], Figure]] = {"torch": by_torch, "jax": by_jax}


def calls_of(library: str) -> list[str]:
    from tests.engine import jax_calls, torch_calls

    tables = {"torch": torch_calls.CALLS, "jax": jax_calls.CALLS}
    return [line for line in tables[library].splitlines() if line]


def answered(library: str) -> dict[str, Figure]:
    """What the library that is installed answers to every call."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {call: LIBRARIES[library](call) for call in calls_of(library)}


def source_of(library: str) -> str:
    """The release that is installed."""
    return f"{library} {import_module(library).__version__.partition('+')[0]}"


def prelude(library: str) -> str:
    """What stands before a call: which library the program speaks, and its usual names."""
    if library == "torch":
        return "import torch"
    return "import jax\nimport jax.numpy as jnp\nimport jax.scipy.stats\nfrom jax import lax, nn, vmap"


def path_of(library: str) -> Path:
    return DATA / f"{library}_answers.json"


def write(library: str) -> None:
    figures = {"source": source_of(library), "answers": answered(library)}
    with path_of(library).open("w", encoding="utf-8") as file:
        json.dump(figures, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write(name)
