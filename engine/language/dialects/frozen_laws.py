"""Laws of scipy.stats and statistics.NormalDist as values of a program: asked for a function, or given parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.dialects.laws import LAWS
from gradlens.engine.language.objects import Builtin, Foreign, Law
from gradlens.engine.language.syntax import Misplaced, suggestion

if TYPE_CHECKING:
    from gradlens.engine.language.calls.arguments import Call
    from gradlens.engine.language.machine import Machine

OF_PARAMETERS = ("mean", "var", "std", "entropy")
# What statistics.NormalDist calls the functions of scipy.stats.norm.
NORMAL = {"pdf": "pdf", "cdf": "cdf", "inv_cdf": "ppf", "mean": "mean", "stdev": "std", "variance": "var"}
VALUES = ("mean", "stdev", "variance")  # of NormalDist, without parentheses


def law_named(library: str, name: str, text: str) -> Law | None:
    if library == "scipy.stats" and name in LAWS:
        return Law(name, text)
    return Law("NormalDist", text) if library == "statistics" and name == "NormalDist" else None


def frozen(law: Law, args: list[Any], keywords: dict[str, Any], node: Any) -> Law:
    """norm(0, 2): a law with its parameters."""
    if law.args is not None:
        raise Misplaced("not-a-function", node, name=law.text)
    if law.name == "NormalDist":
        keywords = {{"mu": "loc", "sigma": "scale"}.get(name, name): value for name, value in keywords.items()}
    return Law(law.name, law.text, tuple(args), keywords)


def law_attribute(m: Machine, law: Law, name: str, node: Any) -> Any:
    """What follows the dot of a law.  Error: prefix-function."""
    table = LAWS["norm" if law.name == "NormalDist" else law.name]
    known = NORMAL if law.name == "NormalDist" else {one: one for one in table}
    if name not in known or (law.name == "NormalDist" and law.args is None):
        raise Misplaced("prefix-function", node, prefix=law.text, name=name, **suggestion(name, known))
    function = Foreign(f"{law.text}.{name}", table[known[name]], library="numpy")
    args, keywords = law.args, law.keywords
    if args is None:
        return function
    if law.name == "NormalDist" and name in VALUES:
        return m.foreign(function, [], list(args), dict(keywords), node)

    def run(m: Machine, call: Call) -> Any:
        given = [*args, *call.args] if name in OF_PARAMETERS else [*call.args[:1], *args, *call.args[1:]]
        return m.foreign(function, [], given, {**keywords, **call.keywords}, call.node)

    return Builtin(f"{law.text}.{name}", run, f"{law.text}(…).{name}(…)")
