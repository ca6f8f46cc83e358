"""Functions that differentiate functions: grad of JAX and autograd, autograd.grad of PyTorch, and their kin."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator as Steps
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.gradients.backward import Backward
from gradlens.engine.language.objects import (
    NO_OPTIONS,
    Builtin,
    Computed,
    DictCell,
    Fresh,
    ListCell,
    Tensor,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.ops import OPS
from gradlens.engine.values import size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Result = Steps[Any, Any, Any]


def mapped(m: Machine, value: Any, change: Callable[[Any], Any], place: Any) -> Any:
    """A value with every number and array in it changed: tuples, lists and dictionaries keep their form."""
    kind = kind_of(value)
    if kind is tuple:
        m.charge(len(value), place)
        return tuple([mapped(m, part, change, place) for part in value])
    if kind is ListCell:
        items = nodes.opened_list(m, value)
        m.charge(len(items), place)
        return ListCell([mapped(m, part, change, place) for part in items])
    if kind is DictCell:
        m.charge(len(value.items), place)
        return DictCell({key: mapped(m, part, change, place) for key, part in value.items.items()})
    return change(value)


def watched(m: Machine, value: Any, place: Any) -> Any:
    """An argument as a value of its own: paths to it through anything but the call are not counted."""
    if type(value) not in (Tensor, Fresh, Computed, int, float):
        return value
    tensor = nodes.tensor_of(m, value, place)
    made = nodes.apply(m, OPS["identity"], (tensor.id,), NO_OPTIONS, place)
    m.graph.nodes[made.id].differentiable = True
    made.library = tensor.library
    return made


def gradient_in(m: Machine, one: Backward, place: Any) -> Callable[[Any], Any]:
    """The gradient of a pass at a watched value; zeros where no path leads there."""

    def gradient(value: Any) -> Any:
        if type(value) is not Tensor:
            return value
        found = one.gradient(m, value.id, place)
        if found is None:
            shape = m.graph.nodes[value.id].shape
            found = m.constant(np.zeros(shape) if shape else 0.0, place)
        return Tensor(found, library=value.library)

    return gradient


def places_of(m: Machine, chosen: Any, call: Call) -> tuple[int, ...]:
    """The positions of the arguments to differentiate by.  Error: gradient-arguments."""
    known = known_values.plain(m, chosen, call.node)
    places: tuple[Any, ...] = known if kind_of(known) is tuple else (known,)
    if not places or not all(type(place) is int for place in places):
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    return places


def options(call: Call, names: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The function to differentiate, and what else the call says, by name.  Error: gradient-arguments."""
    given = dict(zip(names, call.args)) | call.keywords
    if names[0] not in given or any(name not in (*names, *IGNORED) for name in given):
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    return given[names[0]], given


IGNORED = ("holomorphic", "allow_int", "create_graph", "strict", "vectorize", "strategy", "outer_jacobian_strategy")


class Differentiated:
    """A call of a differentiated function on its way: its watched arguments, and where they stand."""

    def __init__(self, m: Machine, chosen: Any, call: Call, inner: Call):
        self.several = kind_of(known_values.plain(m, chosen, call.node)) is tuple
        self.args = list(inner.args)
        self.places = places_of(m, chosen, call)
        for place in self.places:
            if not -len(self.args) <= place < len(self.args):
                raise Misplaced("gradient-arguments", inner.node, what=call.name)
            self.args[place] = mapped(m, self.args[place], lambda v: watched(m, v, inner.node), inner.node)

    def gradients(self, m: Machine, one: Backward, place: Any) -> Any:
        found = [mapped(m, self.args[i], gradient_in(m, one, place), place) for i in self.places]
        return tuple(found) if self.several else found[0]


def grad_of(m: Machine, call: Call) -> Builtin:
    """grad(f), value_and_grad(f) and elementwise_grad(f): a function that gives the gradient of f.

    Errors: gradient-arguments, gradient-not-scalar.
    """
    argnums = "argnum" if call.name == "elementwise_grad" else "argnums"
    function, given = options(call, ("fun", argnums, "has_aux") if "func" not in call.keywords else ("func", argnums))
    chosen = given.get("argnums", given.get("argnum", 0))

    def run(m: Machine, inner: Call) -> Result:
        asked = Differentiated(m, chosen, call, inner)
        value: Any = yield Asked(function, list(asked.args), dict(inner.keywords))
        value, *others = value if given.get("has_aux") and kind_of(value) is tuple else (value,)
        m.see(value, inner.node)
        output = nodes.tensor_of(m, value, inner.node)
        if m.graph.nodes[output.id].shape and call.name != "elementwise_grad":
            raise Misplaced("gradient-not-scalar", inner.node, what=value_texts.text_of(inner.node))
        found = asked.gradients(m, Backward(m, output.id, keeps=True), inner.node)
        if call.name == "value_and_grad":
            return ((value, others[0]) if others else value, found)
        if call.name == "grad_and_value":
            return (found, (value, others[0]) if others else value)
        return (found, others[0]) if others else found

    return Builtin(value_texts.text_of(call.node), run)


def jacobian_of(m: Machine, call: Call) -> Builtin:
    """jacobian(f): a function that gives the derivative of every element of f by every one of its argument."""
    function, given = options(call, ("fun", "argnums"))
    chosen = given.get("argnums", given.get("argnum", 0))

    def run(m: Machine, inner: Call) -> Result:
        asked = Differentiated(m, chosen, call, inner)
        value: Any = yield Asked(function, list(asked.args), dict(inner.keywords))
        m.see(value, inner.node)
        return jacobian(m, asked, value, inner.node)

    return Builtin(value_texts.text_of(call.node), run)


def jacobian(m: Machine, asked: Differentiated, value: Any, place: Any) -> Any:
    """A row of gradients for each element of a value, in the value's shape."""
    output = nodes.tensor_of(m, value, place)
    shape = m.graph.nodes[output.id].shape
    if not shape:
        return asked.gradients(m, Backward(m, output.id, keeps=True), place)
    rows: list[Any] = []
    for i in range(size_of(shape)):
        seed = np.zeros(shape)
        seed.flat[i] = 1
        rows.append(asked.gradients(m, Backward(m, output.id, True, m.constant(seed, place)), place))
    return stacked(m, rows, shape, place)


def stacked(m: Machine, rows: list[Any], shape: tuple[int, ...], place: Any) -> Any:
    """Values of one form, each for an element of an array of `shape`, as arrays of all."""
    first = cast(Any, rows[0] if rows else None)
    if kind_of(first) is tuple:
        return tuple([stacked(m, list(parts), shape, place) for parts in zip(*rows)])
    if kind_of(first) is ListCell:
        return ListCell(
            [stacked(m, list(parts), shape, place) for parts in zip(*[nodes.opened_list(m, row) for row in rows])]
        )
    if kind_of(first) is DictCell:
        return DictCell({k: stacked(m, [row.items[k] for row in rows], shape, place) for k in first.items})
    ids = tuple([nodes.id_of(m, row, place) for row in rows])
    whole = nodes.apply(m, OPS["stack"], ids, {"axis": 0}, place)
    wanted = (*shape, *m.graph.nodes[ids[0]].shape)
    if m.graph.nodes[whole.id].shape != wanted:
        whole = nodes.apply(m, OPS["reshape"], (whole.id,), {"shape": wanted}, place)
    whole.library = getattr(first, "library", "")
    return whole


def hessian_of(m: Machine, call: Call) -> Builtin:
    """hessian(f): the Jacobian of its gradient."""
    inner = grad_of(m, Call(call.args, call.keywords, call.node, call.frame, "grad"))
    return jacobian_of(m, Call([inner, *call.args[1:]], call.keywords, call.node, call.frame, call.name))


def vjp_of(m: Machine, call: Call) -> Result:
    """jax.vjp(f, *args): the value, and the function from an upstream gradient to the gradients of the arguments."""
    asked, value = yield from called(m, call, call.args[1:])
    output = nodes.tensor_of(m, value, call.node)

    def pull(m: Machine, inner: Call) -> Any:
        return asked.gradients(m, seeded(m, output, inner), inner.node)

    return value, Builtin(f"{value_texts.text_of(call.node)}[1]", pull)


def seeded(m: Machine, output: Tensor, call: Call) -> Backward:
    """A pass that begins with the one argument of a call.  Error: gradient-arguments."""
    if len(call.args) != 1:
        raise Misplaced("gradient-arguments", call.node, what=value_texts.text_of(call.node))
    seed = nodes.id_of(m, call.args[0], call.node)
    if m.graph.nodes[seed].shape != m.graph.nodes[output.id].shape:
        raise Misplaced("gradient-arguments", call.node, what=value_texts.text_of(call.node))
    return Backward(m, output.id, True, seed)


def called(m: Machine, call: Call, given: list[Any]) -> Steps[Any, Any, tuple[Differentiated, Any]]:
    """A function called with watched arguments, all of which are differentiated by."""
    if not call.args or call.keywords or not given:
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    inner = Call(given, {}, call.node, call.frame, call.name)
    asked = Differentiated(m, tuple(range(len(given))), call, inner)
    value: Any = yield Asked(call.args[0], list(asked.args))
    m.see(value, call.node)
    return asked, value


def jvp_of(m: Machine, call: Call) -> Result:
    """jax.jvp(f, args, directions): the value, and how it moves along the directions.

    The pullback is linear in the upstream u, so its own pullback along the directions is the pushforward.
    """
    if len(call.args) != 3 or not all(kind_of(one) is tuple or kind_of(one) is ListCell for one in call.args[1:]):
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    primals, directions = listed(m, call.args[1]), listed(m, call.args[2])
    asked, value = yield from called(m, call, primals)
    output = nodes.tensor_of(m, value, call.node)
    shape = m.graph.nodes[output.id].shape
    upstream = watched(m, Tensor(m.constant(np.zeros(shape) if shape else 0.0, call.node)), call.node)
    gradients = asked.gradients(m, Backward(m, output.id, True, upstream.id), call.node)
    moved: list[int] = []
    for gradient, direction in zip(gradients, directions, strict=True):
        ids = (nodes.id_of(m, gradient, call.node), nodes.id_of(m, direction, call.node))
        product = nodes.apply(m, OPS["mul"], ids, NO_OPTIONS, call.node).id
        if m.graph.nodes[product].shape:
            product = nodes.apply(m, OPS["sum"], (product,), SUM, call.node).id
        moved.append(product)
    total = moved[0]
    for product in moved[1:]:
        total = nodes.apply(m, OPS["add"], (total, product), NO_OPTIONS, call.node).id
    found = gradient_in(m, Backward(m, total, True), call.node)(upstream)
    return value, found


SUM = {"axis": None, "keepdims": False}


def applied(make: Callable[[Machine, Call], Builtin]) -> Callable[[Machine, Call], Result]:
    """PyTorch's jacobian(f, x): the function and its arguments in one call."""

    def run(m: Machine, call: Call) -> Result:
        function, given = options(call, ("func", "inputs"))
        inputs: Any = given.get("inputs")
        arguments = list(inputs) if kind_of(inputs) is tuple else [inputs]
        several = {"argnums": tuple(range(len(arguments)))} if kind_of(inputs) is tuple else {}
        made = make(m, Call([function], several, call.node, call.frame, call.name))
        return (yield Asked(made, arguments))

    return run


def autograd_grad(m: Machine, call: Call) -> Any:
    """torch.autograd.grad(outputs, inputs): a gradient for each input.

    Errors: gradient-arguments, gradient-not-scalar, gradient-no-path.
    """
    names = ("outputs", "inputs", "grad_outputs", "retain_graph", "create_graph", "only_inputs", "allow_unused")
    given = dict(zip(names, call.args)) | call.keywords
    if "outputs" not in given or "inputs" not in given or any(name not in names for name in given):
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    outputs, inputs = listed(m, given["outputs"]), listed(m, given["inputs"])
    weights = listed(m, given.get("grad_outputs")) or [None] * len(outputs)
    if len(weights) != len(outputs):
        raise Misplaced("gradient-arguments", call.node, what=call.name)
    keeps = bool(given.get("create_graph"))
    passes: list[Backward] = []
    for output, weight in zip(outputs, weights):
        id = nodes.id_of(m, output, call.node)
        shape = m.graph.nodes[id].shape
        seed = None if weight is None else nodes.id_of(m, weight, call.node)
        if shape and seed is None:
            if size_of(shape) != 1:
                raise Misplaced("gradient-not-scalar", call.node, what=value_texts.text_of(call.node))
            seed = m.constant(np.ones(shape), call.node)
        if seed is not None and m.graph.nodes[seed].shape != shape:
            raise Misplaced("gradient-arguments", call.node, what=call.name)
        passes.append(Backward(m, id, keeps, seed))
    m.see(outputs[0], call.node)
    found: list[Any] = []
    for one in inputs:
        tensor = nodes.tensor_of(m, one, call.node)
        node = m.gradients.node_at(m, tensor, 0) if tensor not in m.gradients.before else tensor.id
        parts = [part for p in passes if (part := p.gradient(m, node, call.node)) is not None]
        if not parts and not given.get("allow_unused"):
            raise Misplaced("gradient-no-path", call.node, what=value_texts.text_of(call.node))
        whole = parts[0] if parts else None
        for part in parts[1:]:
            whole = nodes.apply(m, OPS["add"], (whole, part), NO_OPTIONS, call.node).id  # pyright: ignore
        if whole is not None and not keeps:
            whole = nodes.apply(m, OPS["stop_gradient"], (whole,), NO_OPTIONS, call.node).id
        found.append(None if whole is None else Tensor(whole, library=tensor.library))
    return tuple(found)


def listed(m: Machine, value: Any) -> list[Any]:
    if value is None:
        return []
    if kind_of(value) is tuple:
        return list(value)
    if kind_of(value) is ListCell and value.tensor is None:
        return list(nodes.opened_list(m, value))
    return [value]


GRAD = Builtin("grad", grad_of, "grad(function)")
JACOBIAN = Builtin("jacobian", jacobian_of, "jacobian(function)")
HESSIAN = Builtin("hessian", hessian_of, "hessian(function)")
OF_FUNCTIONS = {
    **{name: replace(GRAD, name=name) for name in ("grad", "value_and_grad", "elementwise_grad", "grad_and_value")},
    **{name: replace(JACOBIAN, name=name) for name in ("jacobian", "jacfwd", "jacrev")},
    "hessian": HESSIAN,
}
FUNCTIONS: dict[tuple[str, str], Builtin] = {
    **{(library, name): found for library in ("jax", "autograd", "torch.func") for name, found in OF_FUNCTIONS.items()},
    **{
        (library, name): Builtin(name, run, f"{name}(function, …)")
        for library in ("jax", "torch.func")
        for name, run in (("vjp", vjp_of), ("jvp", jvp_of))
    },
    ("torch.autograd", "grad"): Builtin("torch.autograd.grad", autograd_grad, "torch.autograd.grad(outputs, inputs)"),
    ("torch.autograd.functional", "jacobian"): Builtin("jacobian", applied(jacobian_of), "jacobian(function, inputs)"),
    ("torch.autograd.functional", "hessian"): Builtin("hessian", applied(hessian_of), "hessian(function, inputs)"),
}


def differentiating(library: str, name: str) -> Builtin | None:
    """What library.name differentiates; None for what is not here."""
    root = library.partition(".")[0]
    return FUNCTIONS.get((library if root == "torch" else root, name))
