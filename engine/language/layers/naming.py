"""The names of weights by the attributes that lead to them: layers.0.weight of PyTorch is layers_0_weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.graph import Leaf
from gradlens.engine.language.objects import DictCell, Fresh, Instance, Tensor

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

CONTAINERS = ("_modules", "_parameters")  # where our lists and dictionaries of layers keep what they are made of


def name_parts(m: Machine, held: Instance, name: str, place: Any) -> None:
    """Name the weights that an object holds and that are no input yet; of a layer those of the layers inside, too."""
    pending: list[tuple[str, Any]] = [(name, held)]
    seen: set[int] = set()
    while pending:
        path, one = pending.pop()
        if type(one) is Fresh:
            one.name = path if one.tensor is None else one.name
            continue
        if type(one) is Tensor and one.id in m.named_loosely:
            rename(m, one.id, path)
            continue
        if type(one) is not Instance or id(one) in seen or (one is not held and not is_layer(m, one)):
            continue
        seen.add(id(one))
        m.charge(1 + len(one.names) // 8, place)
        for part, inner in one.names.items():
            if part in CONTAINERS and type(inner) is DictCell and is_layer(m, one):
                m.part_names[id(inner.items)] = inner.items, path
                m.charge(len(inner.items) // 8, place)
                pending += [(f"{path}_{key}", item) for key, item in inner.items.items()]
            elif type(inner) is Fresh or is_layer(m, one):
                pending.append((f"{path}_{part}", inner))


def rename(m: Machine, id: int, path: str) -> None:
    """Give an input that no line named the name that leads to it, unless that is another's."""
    graph = m.graph
    node = graph.nodes[id]
    before = node.name
    if before is None or graph.inputs.get(before) != id or path in graph.names or path in m.own_names:
        return
    if path in m.given and m.given[path] != node.shape:
        return
    m.named_loosely.discard(id)
    m.charge(len(graph.inputs) // 8, m.place)
    graph.inputs = {path if name == before else name: held for name, held in graph.inputs.items()}  # in their order
    del graph.names[before]
    graph.name(id, path)
    if before in graph.drawn:
        graph.drawn[graph.drawn.index(before)] = path
    if path in m.given and isinstance(node, Leaf):
        node.value = None
        graph.drawn = [name for name in graph.drawn if name != path]


def is_layer(m: Machine, value: Any) -> bool:
    return type(value) is Instance and m.layers is not None and m.layers.names["Module"] in value.of.lineage()


def name_within(m: Machine, held: dict[Any, Any], key: str) -> str:
    """The name of what a dictionary keeps by a key: of layers, with the names that lead to it."""
    kept = m.part_names.get(id(held))
    return key if kept is None else f"{kept[1]}_{key}"
