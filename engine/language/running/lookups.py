"""What a name means: what the program has given it, else what the language does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language import modules
from gradlens.engine.language.builtins import BUILTINS, LEAVES
from gradlens.engine.language.creation import SIGNATURES, creator
from gradlens.engine.language.dialects.libraries import bare
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.functions.attributes_by_name import OBJECT
from gradlens.engine.language.names import CONSTANTS, OWN
from gradlens.engine.language.objects import MISSING, Foreign, Function, Module, Scope, Tensor, Unreachable
from gradlens.engine.language.running import storing
from gradlens.engine.language.running.frames import Frame
from gradlens.engine.language.standard.exceptions import EXCEPTIONS, unbound
from gradlens.engine.language.syntax import Misplaced, suggestion
from gradlens.engine.language.typed import mathematics
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def lookup(m: Machine, frame: Frame, name: str, node: Any, called: bool = False) -> Any:
    """What a name means: what the program has given it, and only where that is nothing, what the language does.

    Errors: local-name, unknown-name, unknown-function, names-by-text, code-in-text.
    """
    scope: Scope | None = frame.scope
    while scope is not None:
        found = scope.names.get(name, MISSING)
        if found is not MISSING:
            return found
        if name in scope.local or name in scope.names:
            raise Misplaced("local-name", node, name=name).as_in_python(unbound(name, scope is not m.root))
        scope = scope.outer
    if not frame.code.ours:
        if name in m.given and name not in m.deleted:
            return m.input_named(name, node)
        if name in BUILTINS:
            return BUILTINS[name]
    found = m.language_name(name, node, called)
    if found is not MISSING:
        return found
    if frame.code.ours and frame.scope.outer is None and not called:
        raise AssertionError(f"our own text speaks of {name}")
    if name == "__file__":
        return Unreachable(name, node)
    storing.check_name(name, node)
    if called and not frame.code.ours and (typed := mathematics.function_meant(name)) in OPS:
        m.graph.read_as[id(node)] = (node, str(typed))
        return OPS[str(typed)]
    if called:
        if name in modules.OF_THE_TEXT:
            raise Misplaced(modules.OF_THE_TEXT[name], node, function=name)
        functions = [known for known in frame.scope if isinstance(m.found(frame, known), Function)]
        refused = Misplaced("unknown-function", node, name=name, **function_suggestion(name, [*OPS, *functions]))
        raise refused.as_in_python(unbound(name, False), guessed=True)
    known = {*frame.scope, *m.given} - {name}
    refused = Misplaced("unknown-name", node, name=name, **suggestion(name, known))
    raise refused.as_in_python(unbound(name, False), guessed=True)


def found(m: Machine, frame: Frame, name: str) -> Any:
    holder = frame.scope.holder(name)
    return holder.names.get(name) if holder is not None else None


def input_named(m: Machine, name: str, node: Any) -> Tensor:
    """An input that the program uses and does not assign, where it is first read."""
    tensor = Tensor(m.graph.add_input(name, m.given[name], None, node))
    m.root.names[name] = tensor
    m.read_inputs.add(name)
    return tensor


def language_name(m: Machine, name: str, node: Any, called: bool = False) -> Any:
    """What the language calls by a name; MISSING where that is nothing."""
    if name == "__name__":
        return "__main__"
    own = OWN.fullmatch(name)
    if own:
        name = own[1]
    if own or m.frame.code.ours:
        if name in OPS:
            return OPS[name]
        if name in SIGNATURES:
            return creator(name, "")
        if name in CONSTANTS:
            return CONSTANTS[name]
    if own:
        return usual_library(m, name) if name in modules.USUAL else BUILTINS.get(name, MISSING)
    if name in BUILTINS:
        return BUILTINS[name]
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name in OPS:
        return OPS[name]
    if name in SIGNATURES and name != "identity":
        return creator(name, "")
    if name in modules.USUAL:
        return usual_library(m, name)
    if name in LEAVES:
        return LEAVES[name]
    if name in EXCEPTIONS:
        return EXCEPTIONS[name]
    if name == "object":
        return OBJECT
    if name == "NotImplemented":
        return NotImplemented
    if name in modules.OUTSIDE:
        return modules.outside(modules.OUTSIDE[name], node)
    if called and name in modules.OUTSIDE_CALLED:
        return modules.outside(name, node)
    found = bare(name)
    return MISSING if found is None else Foreign(name, found)


def usual_library(m: Machine, name: str) -> Module:
    """The library that a name such as np stands for where nothing imports it."""
    found = m.libraries_meant.get(name)
    if found is None:
        found = m.libraries_meant[name] = Module(modules.USUAL[name], name)
    return found
