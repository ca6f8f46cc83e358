"""Whether a program holds a backward half that somebody wrote by hand, and which loss that differentiates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.objects import Computed, Instance, ListCell
from gradlens.engine.language.outputs.gradient_names import (
    HELD,
    HELD_GRADIENTS,
    LOSSES,
    USUAL_AFTER,
    USUAL_BEFORE,
    completed,
    meanings,
    said_in_comments,
)
from gradlens.engine.language.outputs.journal import Entry, held_number, node_of

ASSIGNED = re.compile(r"(?<!\w)([^\W\d]\w*)(?:\[[^\[\]\n]*\])?\s*(?:[-+*/@]?=(?!=)|,)|['\"](\w+)['\"]\]?\s*[=:]")
NAME = re.compile(r"[^\W\d]\w*")
LETTER = re.compile(r"[dDg](?<!\w.)\w")  # with which such a name begins
WORDS = tuple(word for word in (*USUAL_BEFORE, *USUAL_AFTER) if word.isascii() and len(word) > 1)  # that are in others
OUTER = ("grads", "gradients", "nablas")  # containers of gradients


@dataclass(frozen=True, slots=True)
class Half:
    """A backward half.

    loss: the node that it differentiates.  begins: its place in the journal.  lines: of the text.
    gradients: the nodes that are assigned as such.
    """

    loss: Node
    begins: int
    lines: tuple[int, ...]
    gradients: tuple[Node, ...]


def may_hold(text: str) -> bool:
    """Whether a text assigns to a name that means the gradient of another name in it, or says so in a comment."""
    if text.isascii() and not LETTER.search(text) and not any(word in text for word in WORDS):
        return False  # found without a look at every name
    assigned = {first or second for first, second in ASSIGNED.findall(text)}
    suspects = {name for name in assigned if any(True for _ in bases(name))}
    if not suspects:
        return "∂" in text
    names = set(NAME.findall(text))
    return any(
        name in OUTER or any(base in names or name.startswith("nabla") for base in bases(name)) for name in suspects
    )


def bases(name: str) -> list[str]:
    return [base for base, _ in meanings(name)]


def begins(base: str, name: str) -> bool:
    return name == base or (len(base) < len(name) and name.startswith(base))


def is_number(node: Node) -> bool:
    return node.op is not None and all(n == 1 for n in node.shape)


def is_begun(node: Node) -> bool:
    """Whether a node is zeros to which something is added later."""
    return node.op is None and node.value is not None and not np.any(node.value)


def by_engine(graph: Graph, node: Node) -> bool:
    """Whether a value is a gradient that the program asked for, as by .grad, and that nobody wrote by hand."""
    for _ in range(3):  # a .grad is cut off, and one of several passes a sum
        group = None if node.group is None else graph.groups[node.group]
        if group is not None and group.name == "backward" and group.call is None and not group.loop:
            return True
        if node.kind not in ("stop_gradient", "identity", "add"):
            return False
        node = graph.nodes[node.inputs[0]]
    return False


class GradientNames:
    """Which assignments of a journal are to names that mean a gradient of something that was bound before."""

    def __init__(self, text: str, graph: Graph, journal: list[Entry]):
        self.graph = graph
        self.said = said_in_comments(text)
        self.bound_at: dict[tuple[int, str], int] = {}
        for entry in journal:
            if entry.kind == "name":
                self.bound_at.setdefault((id(entry.scope), entry.name), entry.at)
        self.known = set(graph.inputs)
        self.seen: set[tuple[str, str]] = set()
        self.bases: dict[str, list[str]] = {}

    def holds(self, entry: Entry) -> bool:
        """Told every assignment in its order."""
        place = entry.name, entry.target
        is_new = place not in self.seen and not is_begun(entry.node) and not by_engine(self.graph, entry.node)
        found = is_new and self.means(entry)
        if is_new:
            self.seen.add(place)
        self.known.add(entry.name)
        return found

    def means(self, entry: Entry) -> bool:
        if entry.kind == "item" and isinstance(entry.key, str) and self.of(entry.target):
            return True
        if entry.kind == "item" and isinstance(entry.key, int):
            return self.of_list(entry) is not None
        names = self.of(entry.name)
        if (said := self.said.get(entry.statement.lineno)) is not None:
            names = [said, *names]
        return any(
            base in self.known or (base in entry.scope.names and not self.is_early(entry, base))
            for base in (*names, *self.completed(entry))
        )

    def completed(self, entry: Entry) -> list[str]:
        """The name of a parameter that ends as a gradient's name does: grad_in is of W_in."""
        whole = completed(entry.name, entry.scope.names) if entry.kind in ("name", "change") else None
        return [] if whole is None else [whole]

    def is_early(self, entry: Entry, base: str) -> bool:
        """Whether a name is bound only behind an assignment: c_bar = … before c = … is no gradient of c."""
        return self.bound_at.get((id(entry.scope), base), 0) > entry.at

    def of_list(self, entry: Entry) -> ListCell | None:
        """nabla_w[-1]: the list that the name of the container begins, as of weights."""
        container = entry.name.removeprefix("self.")
        owner = entry.owner.names if type(entry.owner) is Instance else {}
        for base in self.of(container):
            for name, value in (*entry.scope.names.items(), *owner.items()):
                if type(value) is ListCell and name != container and begins(base, name) and value.items is not None:
                    return value
        return None

    def of(self, name: str) -> list[str]:
        if name not in self.bases:
            self.bases[name] = bases(name)
        return self.bases[name]


def loss_of(
    graph: Graph, journal: list[Entry], returns: list[tuple[int, Entry]], text: str, given: Node | None
) -> tuple[Node, int] | None:
    """The loss, and the place in the journal where the backward half begins; None where no gradient is written.

    given: the loss, where it is known.  Of a loop of training the last step is meant.
    """
    names = GradientNames(text, graph, journal)
    places = [k for k, entry in enumerate(journal) if names.holds(entry) and (given is None or entry.at > given.id + 1)]
    if not places:
        return None
    place, loss = places[0], given
    if loss is None:
        numbers = [e for e in journal[:place] if is_number(e.node)]
        named = [(k, e) for k, e in enumerate(journal[:place]) if is_number(e.node) and LOSSES.fullmatch(e.name)]
        # What a function loss() returns is meant, where it gives its value no name.
        named += [(k, e) for k, e in returns if k <= place and is_number(e.node) and LOSSES.fullmatch(e.name)]
        named = [e for _, e in sorted(named, key=lambda one: one[1].at)]
        if not named:  # of what is summed up together with its gradient
            made = graph.made_from({journal[place].node.id})
            later = (e for e in journal[place:] if is_number(e.node) and LOSSES.fullmatch(e.name))
            named = [e for e in later if e.node.id not in made][:1]
        if not (named or numbers):
            return None
        first = (named or numbers)[-1]
        targets = {(journal[k].name, journal[k].target) for k in places}
        last = max(k for k, entry in enumerate(journal) if (entry.name, entry.target) in targets)
        again = [
            e
            for e in (*journal[:last], *[e for k, e in returns if k <= last])
            if e.target == first.target and e.function == first.function and is_number(e.node) and e.at >= first.at
        ]
        loss = (again or [first])[-1].node
    begins = next((k for k, e in enumerate(journal) if e.at > loss.id + 1 or (k == place and e.at >= loss.id)), place)
    return loss, begins


def number_of_shares(graph: Graph, journal: list[Entry]) -> tuple[Node, int] | None:
    """Of objects that add up their gradients themselves: the number that is differentiated, whose gradient is 1, and
    where its backward pass begins; None where there are none.
    """
    shares = [entry for entry in journal if entry.kind == "share"]
    if not shares:
        return None
    held = {id(e.holder): e.holder for e in journal if e.kind == "attribute" and e.name in HELD}
    begun = [one for one in held.values() if any(is_one(one.names.get(name), graph) for name in HELD_GRADIENTS)]
    found = [node_of(one.names.get(held_number(one) or ""), graph) for one in begun]
    losses = [node for node in found if node is not None and node.op is not None and node.id < shares[-1].at]
    if not losses:
        return None
    loss = losses[-1]
    begins = next((k for k, e in enumerate(journal) if e.kind == "share" and e.at > loss.id), None)
    return None if begins is None else (loss, begins)


def is_one(value: Any, graph: Graph) -> bool:
    """Whether a value is the number 1, with which a backward pass begins."""
    value = value.value if type(value) is Computed else value
    if type(value) in (int, float):
        return value == 1
    node = node_of(value, graph)
    return node is not None and node.op is None and node.value is not None and bool(np.all(np.equal(node.value, 1.0)))


def upstream_of(graph: Graph, journal: list[Entry], text: str) -> tuple[Node, Node, int] | None:
    """Of a layer by itself: its output, the upstream gradient that is given there, and where its backward half begins;
    None where no array that is given has such a name.
    """
    names = GradientNames(text, graph, journal)
    for entry in journal:
        if entry.node.op is not None or is_begun(entry.node) or entry.kind != "name":
            continue
        for base in names.of(entry.name):
            out = node_of(entry.scope.names.get(base), graph)
            if out is not None and out.op is not None and out.shape == entry.node.shape:
                begins = next((k for k, e in enumerate(journal) if e.at > out.id + 1), len(journal))
                return out, entry.node, begins
    return None


def half_of(
    graph: Graph,
    journal: list[Entry],
    returns: list[tuple[int, Entry]],
    text: str,
    last: int | None,
    chosen: bool,
    strict: bool = True,
) -> Half | None:
    """The backward half of a program.

    last: the node that is the program's value, None where that is none.  chosen: whether the program differentiates it.
    strict: whether the program's own value has to be a part of the half, or the loss.
    """
    found = loss_of(graph, journal, returns, text, graph.nodes[last] if chosen and last is not None else None)
    if found is None:
        return None
    loss, begins = found
    reached = graph.reaching(loss.id)
    forward: dict[str, set[int]] = {name: {id} for name, id in graph.inputs.items()}
    for entry in journal:
        if entry.node.id <= loss.id:
            forward.setdefault(entry.name, set()).add(entry.node.id)
    names = GradientNames(text, graph, journal)

    def is_gradient(entry: Entry) -> bool:
        if (entry.node.op is None and not is_begun(entry.node)) or by_engine(graph, entry.node):
            return False
        if entry.kind == "item" and isinstance(entry.key, str) and names.of(entry.target):
            return True
        if entry.kind == "item" and isinstance(entry.key, int):
            held = names.of_list(entry)
            nodes = () if held is None else [node_of(one, graph) for one in held.items or ()]
            return any(node is not None and node.id in reached for node in nodes)
        said = names.said.get(entry.statement.lineno)
        of = names.of(entry.name) if said is None else [said, *names.of(entry.name)]
        of = of if any(base in forward for base in of) else [*of, *names.completed(entry)]
        return any(not names.is_early(entry, base) and not reached.isdisjoint(forward.get(base, ())) for base in of)

    behind = [entry for entry in journal[begins:] if entry.node.id > loss.id or is_gradient(entry)]
    gradients = [entry for entry in behind if is_gradient(entry)]
    if not gradients:
        return None
    if not chosen:
        distinct = {(entry.name, entry.target) for entry in gradients}
        if len(distinct) < 2 and not LOSSES.fullmatch(loss.name or ""):
            return None
        if all(loss.id in graph.reaching(entry.node.id) for entry in gradients[:3] + gradients[-3:]):
            return None  # differences of losses: a numeric gradient
        if strict and last is not None and last > loss.id and is_number(graph.nodes[last]):
            ends = [entry for entry in behind if entry.node.id == last]
            updated = {base for entry in gradients for base in names.of(entry.name)}
            if ends and not any(is_gradient(entry) or entry.name in updated for entry in ends):
                return None  # something else is computed behind it
            if not ends:
                return None
    written = [entry for entry in journal if is_gradient(entry)]
    lines = tuple(sorted({entry.statement.lineno for entry in (*written, *behind)}))
    return Half(loss, begins, lines, tuple(entry.node for entry in written))


def told_lines(lines: tuple[int, ...], most: int = 4) -> str:
    """Lines as ranges: 10–21, 25."""
    ranges: list[list[int]] = []
    for line in lines:
        if ranges and line <= ranges[-1][1] + 2:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in ranges]
    return ", ".join(told if len(told) <= most else [*told[:most], "…"])


def left_out(graph: Graph, half: Half, given: Mapping[str, Any]) -> set[int]:
    """The nodes of a backward half, and those that it alone uses; inputs that have no value in the text stay."""
    loss, reached = half.loss.id, graph.reaching(half.loss.id)
    left = (graph.made_from(kept_ids(graph, half.gradients)) | {node.id for node in graph.nodes[loss + 1 :]}) - reached
    uses: dict[int, bool] = {}  # whether what stays uses a node too
    for node in reversed(graph.nodes):
        if node.id not in left and node.id not in reached and uses.get(node.id) is False:
            left.add(node.id)
        for i in node.inputs:
            uses[i] = uses.get(i, False) or node.id not in left
    return {id for id in left if (node := graph.nodes[id]).op or node.name in graph.written or node.name not in given}


def kept_ids(graph: Graph, nodes: Iterable[Node]) -> set[int]:
    """The ids of those nodes that the graph still has."""
    return {node.id for node in nodes if node.id < len(graph.nodes) and graph.nodes[node.id] is node}


def stepped_inputs(graph: Graph, half: Half | None) -> dict[str, int]:
    """By input that a loop updates, the node that it was in the last step before the output: where no gradient flows
    through the updates, or where they are made with a backward half.
    """
    if half is None and all(node.kind != "stop_gradient" for node in graph.nodes):
        return {}
    updated = updated_inputs(graph)
    pending = {name for name, id in graph.inputs.items() if graph.names.get(name, id) != id} | {*updated.values()}
    if not pending:
        return {}
    flowing = graph.contributing()
    by_half = set[int]() if half is None else graph.made_from(kept_ids(graph, half.gradients))
    cut = {name for name in pending if graph.inputs[name] not in flowing}
    found: dict[str, int] = {}
    for node in reversed(graph.nodes[: graph.output]):
        name = updated.get(node.id, node.name)
        is_later = name in pending and name not in found and node.id in flowing and node.op is not None
        if is_later and (node.id in by_half or (name in cut and node.kind == "stop_gradient")):
            found[str(name)] = node.id
    for id in {*found.values()}:
        graph.stop_at(id)
    return found


def updated_inputs(graph: Graph) -> dict[int, str]:
    """By node of new values, the input that was given them, under whatever name that was done."""
    found = {id: name for name, id in graph.inputs.items()}
    for id, before in graph.renewed.items():
        if before in found:
            found[id] = found[before]
    return {id: name for id, name in found.items() if id in graph.renewed}
