"""torch.autograd.Function: a forward pass with a backward pass of its own, which is a claim about the gradient.

The gradient that is shown is that of the forward pass; the backward pass is held against it where gradients are judged.
"""

from __future__ import annotations

import ast
from collections.abc import Generator as Steps
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import MISSING, Asked, Builtin, ClassObject, Fresh, Function, Instance, Property
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


@dataclass(frozen=True, slots=True)
class Applied:
    """One use of a function with a backward pass of its own.

    first: the first node of its forward pass.  forward, backward: its methods, None where it has none.
    """

    of: ClassObject
    context: Instance
    args: list[Any]
    out: Any
    first: int
    forward: Function | None
    backward: Function | None


def method(owner: ClassObject, name: str) -> Function | None:
    found = owner.find(name)
    found = found.function if type(found) is Property else found
    return found if type(found) is Function else None


def apply(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    """MyFunction.apply(x): its forward pass.  Error: no-attribute, where it has none."""
    owner, *args = call.args
    args = [tensor_of(m, one, call.node) if type(one) is Fresh else one for one in args]
    forward = method(owner, "forward")
    if forward is None:
        raise Misplaced("no-attribute", call.node, name="forward", got=owner.name)
    context = Instance(CONTEXT, {"saved_tensors": (), "needs_input_grad": (True,) * len(args)})
    first = len(m.graph.nodes)
    setup = owner.find("setup_context")
    if setup is MISSING:
        out = yield Asked(forward, [context, *args], dict(call.keywords))
    else:
        out = yield Asked(forward, list(args), dict(call.keywords))
        yield Asked(method(owner, "setup_context"), [context, tuple(args), out])
    m.applied.append(Applied(owner, context, args, out, first, forward, method(owner, "backward")))
    return out


def save_for_backward(m: Machine, call: Call) -> None:
    context, *saved = call.args
    context.names["saved_tensors"] = tuple(tensor_of(m, one, call.node) if type(one) is Fresh else one for one in saved)
    m.writes += 1


def nothing(m: Machine, call: Call) -> None:
    """What decides how PyTorch keeps its own account."""


CONTEXT = ClassObject(
    "Context",
    (),
    {
        "save_for_backward": Builtin("save_for_backward", save_for_backward),
        **{
            name: Builtin(name, nothing)
            for name in ("mark_non_differentiable", "mark_dirty", "set_materialize_grads", "save_for_forward")
        },
    },
    ours=True,
)
FUNCTION = ClassObject("Function", (), {"apply": Property("classmethod", Builtin("apply", apply))}, ours=True)


def backward_lines(body: Sequence[ast.stmt], applied: Sequence[Applied]) -> Iterator[int]:
    """The lines of the backward passes of functions that were used."""
    names = {one.of.name for one in applied}
    for statement in body:
        for part in ast.walk(statement) if isinstance(statement, ast.ClassDef) and statement.name in names else ():
            if isinstance(part, ast.FunctionDef) and part.name == "backward":
                yield from (one.lineno for one in ast.walk(part) if isinstance(one, ast.stmt) and one is not part)
