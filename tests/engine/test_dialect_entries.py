"""Every entry of the dialect tables of NumPy, SciPy and Python means what it means there: value and gradient."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.language.builtins import BUILTINS
from gradlens.engine.language.dialects.laws import LAWS
from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES
from gradlens.engine.language.dialects.numpy_functions import NUMPY_FUNCTIONS
from tests.each import each
from tests.engine.dialect_entry_calls import (
    LIBRARIES as REAL,
)
from tests.engine.dialect_entry_calls import (
    PRELUDE,
    Call,
    by_hips,
    change,
    directions,
    entries,
    run,
    weights,
)
from tests.engine.numerics import close

TABLED = {
    *(f"{prefix}.{name}" for prefix in ("np", "np.linalg", "math", "statistics") for name in LIBRARIES[prefix]),
    *(f"{prefix}.{name}" for prefix in ("scipy.special", "scipy.linalg", "scipy.stats") for name in LIBRARIES[prefix]),
    *(f"scipy.stats.{law}.{name}" for law, table in LAWS.items() for name in table),
    *(f".{name}" for name in METHOD_TABLES["numpy"]),
    *(
        f"{library.replace('numpy', 'np')}.{name}"
        for library, name in NUMPY_FUNCTIONS
        if not library.startswith("torch")
    ),
    *(name for name in ("abs", "round", "sum", "max", "min", "pow", "divmod") if name in BUILTINS),
}


def lacking(name: str) -> bool:
    """Whether the library of this machine is too old or too new to have a name."""
    held: object = REAL
    for part in name.split("."):
        held = held.get(part) if isinstance(held, dict) else getattr(held, part, None)
        if held is None:
            return "." in name and not name.startswith(".")
    return False


def ours(call: Call, shape: tuple[int, ...] | None) -> engine.Trace:
    """A call as a program: its value, or where its shape is known the weighted sum of that."""
    if shape is None:
        return engine.trace(f"{PRELUDE}z_ = np.array({call.text}) * 1.0\nz_", call.mentioned)
    given = call.mentioned | {"weights_": weights(shape)}
    return engine.trace(f"{PRELUDE}z_ = {call.text}\ny_ = np.sum(z_ * weights_)\ny_", given)


def wrong(call: Call) -> str:
    """What a call gives otherwise than its library; "" where it is the same."""
    try:
        trace = ours(call, None if call.kind else np.shape(run(call.text, call.mentioned)))
    except engine.EngineError as error:
        return "" if call.kind == "!" else f"{error.kind}: {error.detail}"
    if call.kind == "!":
        return "not refused"
    expected = np.asarray(run(call.text, call.mentioned), dtype=float)
    value = trace["z_"].value if not call.kind else trace.nodes[trace.output].value
    if np.shape(value) != expected.shape or not close(value, expected, rtol=1e-9, atol=1e-12):
        return f"{np.asarray(value).tolist()}, not {expected.tolist()}"
    return "" if call.kind else wrong_gradient(call, trace, expected.shape)


def wrong_gradient(call: Call, trace: engine.Trace, shape: tuple[int, ...]) -> str:
    along = directions(call)
    if "t" in along:
        for name, gradient in by_hips(call, shape).items():
            if not close(trace.gradients[name], gradient):
                return f"gradient of {name}: {trace.gradients[name]}, not {gradient}"
        return ""
    slope = sum(float(np.nansum(trace.gradients.get(name, 0.0) * way)) for name, way in along.items())
    expected = change(call, shape)
    return (
        ""
        if not np.isfinite(expected) or close(slope, expected, rtol=2e-6, atol=2e-6)
        else f"slope {slope}, not {expected}"
    )


GROUPS = ("np.linalg.", "np.", ".", "math.", "statistics.", "scipy.special.", "scipy.linalg.", "scipy.stats.", "")


def group_of(name: str) -> str:
    return next(prefix for prefix in GROUPS if name.startswith(prefix))


@each("prefix", GROUPS)
def test_every_call_of_an_entry_gives_what_its_library_gives(prefix):
    found = {
        call.text: said
        for name, calls in entries().items()
        if group_of(name) == prefix and not lacking(name)
        for call in calls
        if (said := wrong(call))
    }
    assert not found


def test_every_entry_has_a_call():
    assert sorted(TABLED - set(entries())) == []


def test_what_is_written_instead_means_the_same():
    call = "np.polyfit(x, y, deg)"
    f = np.array([0.55, -1.6, 2.2, 0.25])
    given = {"f": f, "x": f, "y": f**2 + 1}
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(f"deg = 2\n{call}", given)
    assert caught.value.kind == "not-read-here"
    trace = engine.trace(f"deg = 2\nz = {caught.value.params['instead']}", given)
    assert close(trace["z"].value, np.polyfit(f, f**2 + 1, 2), rtol=1e-9, atol=1e-9)
