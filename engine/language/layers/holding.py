"""What a layer holds: its parameters, its buffers and the layers inside, with their names, as PyTorch counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Generator as Steps
from itertools import chain
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.layers.naming import CONTAINERS, is_layer
from gradlens.engine.language.layers.parameters import is_parameter
from gradlens.engine.language.objects import MISSING, DictCell, Fresh, Instance, Tensor, Unreachable
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Named = tuple[str, Any]


# ------------------------------------------------------------------ one layer


def own_parts(layer: Instance) -> Iterator[Named]:
    """What a layer holds by name. A list of the reader's own is none of its parts, as in PyTorch."""
    for name, value in layer.names.items():
        if name in CONTAINERS and type(value) is DictCell:
            yield from value.items.items()
        else:
            yield name, value


def parts_by_name(m: Machine, layer: Instance, value: Any) -> dict[Any, Any] | None:
    """Where nn.Sequential and its like keep a layer that is given to them as an attribute: it is one of them."""
    kept = layer.names.get(CONTAINERS[0])
    return kept.items if type(kept) is DictCell and is_layer(m, value) and is_layer(m, layer) else None


def part_named(layer: Instance, name: str) -> Any:
    """A layer or a parameter that a list or dictionary of them keeps; MISSING where there is none."""
    for kept in [layer.names.get(container) for container in CONTAINERS]:
        if type(kept) is DictCell and name in kept.items:
            return kept.items[name]
    return MISSING


def layers_by_name(m: Machine, layer: Instance) -> DictCell:
    """layer._modules: the layers that it holds by their names; from here on it keeps them there."""
    held = {name: value for name, value in layer.names.items() if is_layer(m, value)}
    for name in held:
        del layer.names[name]
    found = layer.names[CONTAINERS[0]] = DictCell(dict(held), "OrderedDict")
    return found


def own_parameters(m: Machine, layer: Instance) -> list[Named]:
    return [(name, value) for name, value in own_parts(layer) if is_parameter(m, value)]


def own_buffers(m: Machine, layer: Instance) -> list[Named]:
    return [
        (name, value)
        for name, value in layer.names.items()
        if (id(layer), name) in m.buffers and type(value) in (Fresh, Tensor)
    ]


def own_layers(m: Machine, layer: Instance) -> list[Named]:
    """Each once, however many names it has."""
    seen: set[int] = set()
    found: list[Named] = []
    for name, value in own_parts(layer):
        if is_layer(m, value) and id(value) not in seen:
            seen.add(id(value))
            found.append((name, value))
    return found


def layers_in(m: Machine, layer: Any, place: Any, prefix: str = "") -> list[Named]:
    """A layer and those inside of it, each before what it holds, and each once."""
    found: list[Named] = []
    pending: list[Named] = [(prefix, layer)]
    seen: set[int] = set()
    while pending:
        path, one = pending.pop()
        if id(one) in seen:
            continue
        m.charge(1 + len(one.names) // 8, place)
        seen.add(id(one))
        found.append((path, one))
        pending += [(joined(path, name), inner) for name, inner in reversed(own_layers(m, one))]
    return found


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def same_array(m: Machine, value: Any) -> Any:
    """What tells whether two names are of one parameter."""
    value = value.tensor if type(value) is Fresh and value.tensor is not None else value
    return id(memory.named_array(value) if type(value) is Tensor else value)


def members(
    m: Machine, layer: Any, own: Callable[[Machine, Instance], list[Named]], place: Any, deep: bool = True
) -> list[Named]:
    """The parameters or buffers of a layer and of those inside of it by their names, each once."""
    found: list[Named] = []
    seen: set[int] = set()
    for path, one in layers_in(m, layer, place) if deep else [("", layer)]:
        for name, value in own(m, one):
            if (same := same_array(m, value)) not in seen:
                seen.add(same)
                found.append((joined(path, name), value))
    m.charge(len(found), place)
    return found


# ------------------------------------------------------------------ methods


def given_in(call: Call, **defaults: Any) -> dict[str, Any]:
    """The arguments of a method of a layer, with their defaults."""
    signature = f"{call.name}({', '.join(f'{name}={value!r}' for name, value in defaults.items())})"
    return defaults | by_name(call.name, signature, list(defaults), [], call.args[1:], call.keywords, call.node)


def named_members(
    own: Callable[[Machine, Instance], list[Named]], names: bool
) -> Callable[[Machine, Call], Iterator[Any]]:
    def run(m: Machine, call: Call) -> Iterator[Any]:
        given = given_in(call, prefix="", recurse=True) if names else given_in(call, recurse=True)
        deep = known_values.plain(m, given["recurse"], call.node) is not False
        prefix = given.get("prefix", "")
        found = members(m, call.args[0], own, call.node, deep)
        tensors = [(joined(prefix, name), nodes.tensor_of(m, value, call.node)) for name, value in found]
        return chain(tensors if names else [tensor for _, tensor in tensors])

    return run


def buffers_of(names: bool) -> Callable[[Machine, Call], Any]:
    listed = named_members(own_buffers, names)

    def run(m: Machine, call: Call) -> Any:
        return unreachable_state(call) if keeps_running_numbers(m, call) else listed(m, call)

    return run


def modules(m: Machine, call: Call) -> Iterator[Any]:
    given_in(call)
    return chain([one for _, one in layers_in(m, call.args[0], call.node)])


def named_modules(m: Machine, call: Call) -> Iterator[Any]:
    given = given_in(call, memo=None, prefix="")
    return chain(layers_in(m, call.args[0], call.node, given["prefix"]))


def children(m: Machine, call: Call) -> Iterator[Any]:
    given_in(call)
    return chain([one for _, one in own_layers(m, call.args[0])])


def named_children(m: Machine, call: Call) -> Iterator[Any]:
    given_in(call)
    return chain(own_layers(m, call.args[0]))


def trains(m: Machine, call: Call) -> Any:
    """layer.train() and layer.eval(), of it and of those inside of it."""
    layer, *mode = call.args
    on = call.name == "train" and (not mode or known_values.plain(m, mode[0], call.node) is not False)
    for _, one in layers_in(m, layer, call.node):
        one.names["training"] = on
    m.writes += 1
    return layer


def applied(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    """layer.apply(function): of those inside first."""
    layer, function = call.args
    pending: list[tuple[Any, bool]] = [(layer, False)]
    while pending:
        one, ready = pending.pop()
        m.charge(1, call.node)
        if ready:
            yield Asked(function, [one])
        else:
            pending.append((one, True))
            pending += [(inner, False) for _, inner in reversed(own_layers(m, one))]
    return layer


def clear_gradients(m: Machine, call: Call) -> None:
    for _, one in members(m, call.args[0], own_parameters, call.node):
        m.gradients.set(nodes.tensor_of(m, one, call.node), None)


def freezes(m: Machine, call: Call) -> Any:
    """layer.requires_grad_(False): its parameters get no gradient."""
    wanted = known_values.plain(m, given_in(call, requires_grad=True)["requires_grad"], call.node)
    for _, one in members(m, call.args[0], own_parameters, call.node):
        m.gradients.require(m, nodes.tensor_of(m, one, call.node), wanted is not False, call.node)
    return call.args[0]


# ------------------------------------------------------------------ its state


def unreachable_state(call: Call) -> Unreachable:
    return Unreachable(f"{call.name}()", call.node)


def keeps_running_numbers(m: Machine, call: Call) -> bool:
    """Whether a layer inside counts its batches: what it knows of them is no array that could be written to."""
    return any("batches" in one.names for _, one in layers_in(m, call.args[0], call.node) if one.of.ours)


def state(m: Machine, call: Call) -> Any:
    """state_dict(): the arrays of a layer by their names, which show its memory and pass no gradient."""
    if keeps_running_numbers(m, call):
        return unreachable_state(call)
    given_in(call)
    found: dict[Any, Any] = {}
    for path, one in layers_in(m, call.args[0], call.node):
        for name, value in (*own_parameters(m, one), *kept_buffers(m, one)):
            tensor = nodes.tensor_of(m, value, call.node)
            found[joined(path, name)] = memory.shown_part(m, tensor, OPS["stop_gradient"], nodes.NO_OPTIONS, call.node)
    m.charge(len(found), call.node)
    return DictCell(found, "OrderedDict")


def kept_buffers(m: Machine, layer: Instance) -> list[Named]:
    return [(name, value) for name, value in own_buffers(m, layer) if m.buffers[id(layer), name][1]]


def load_state(m: Machine, call: Call) -> Any:
    """load_state_dict(state): the numbers of a dictionary are written into the arrays of those names.

    Errors: key-missing and in-place-shape, where the names or shapes are not those of the layer.
    """
    given = given_in(call, state_dict=None, strict=True)
    source = given["state_dict"]
    if type(source) is not DictCell or keeps_running_numbers(m, call):
        return unreachable_state(call)
    wanted = [
        (joined(path, name), value)
        for path, one in layers_in(m, call.args[0], call.node)
        for name, value in (*own_parameters(m, one), *kept_buffers(m, one))
    ]
    strict = known_values.plain(m, given["strict"], call.node) is not False
    names = {name for name, _ in wanted}
    for name in (*names, *source.items) if strict else ():
        if name not in source.items or name not in names:
            raise m.no_key(name, [k for k in source.items if isinstance(k, str)], call.node)
    for name, value in wanted:
        if name in source.items:
            tensor, new = nodes.tensor_of(m, value, call.node), source.items[name]
            shape, got = (m.graph.nodes[nodes.id_of(m, one, call.node)].shape for one in (tensor, new))
            if shape != got:
                raise Misplaced("in-place-shape", call.node, shape=str(shape), got=str(got))
            memory.renew(m, tensor, new, call.node)
    return None


REGISTERED = {  # what each method calls the value
    "register_buffer": "tensor",
    "register_parameter": "param",
    "add_module": "module",
    "register_module": "module",
}


def register(m: Machine, call: Call) -> None:
    """self.register_buffer("mask", mask), register_parameter, add_module: an attribute by its name."""
    word = REGISTERED[call.name]
    names = ["name", word, *(["persistent"] if word == "tensor" else [])]
    signature = f"{call.name}({', '.join(names)}{'=True' * (word == 'tensor')})"
    held, *args = call.args
    given = by_name(call.name, signature, names, names[:2], args, call.keywords, call.node)
    name, value = given["name"], given[word]
    if type(name) is not str or not name.isidentifier():
        raise Misplaced("attribute-by-text", call.node, name=call.name)
    if word == "tensor":
        value = nodes.tensor_of(m, value, call.node) if type(value) is Fresh else value
        m.buffers[id(held), name] = held, known_values.plain(m, given.get("persistent", True), call.node) is not False
    parts = parts_by_name(m, held, value)
    (held.names if parts is None else parts)[name] = m.kept(value, name, call.node)
    m.writes += 1


def begin(m: Machine, call: Call) -> None:
    return None


def itself(m: Machine, call: Call) -> Any:
    return call.args[0]


METHODS: dict[str, Callable[[Machine, Call], Any]] = {
    "register_buffer": register,
    "register_parameter": register,
    "add_module": register,
    "register_module": register,
    "__init__": begin,
    "parameters": named_members(own_parameters, False),
    "named_parameters": named_members(own_parameters, True),
    "buffers": buffers_of(False),
    "named_buffers": buffers_of(True),
    "modules": modules,
    "named_modules": named_modules,
    "children": children,
    "named_children": named_children,
    "zero_grad": clear_gradients,
    "requires_grad_": freezes,
    "apply": applied,
    "train": trains,
    "eval": trains,
    "to": itself,
    "cuda": itself,
    "cpu": itself,
    "double": itself,
    "float": itself,
    "state_dict": state,
    "load_state_dict": load_state,
}
