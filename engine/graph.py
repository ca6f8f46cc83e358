"""The graph: nodes, edges, groups. Shapes and work are known here, before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from gradlens.engine.errors import EngineError, Place
from gradlens.engine.estimates import ESTIMATES, Estimate, Passed, estimate_of
from gradlens.engine.ops import Op, Options, Use, use_of
from gradlens.engine.values import Shape, Value, check_places, check_shape, shape_of, size_of, written_size

EDGES = 3  # allowed for a node: most ops have two inputs, but a list has as many as it is long
CONTRIBUTIONS = 8  # such elements allowed for one of a node; all contributions are kept together


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may cost. text_length: characters; nesting: levels; the others count.

    flops: floating-point operations of one forward and one backward pass.
    steps: expressions and statements read, each as often as loops and calls repeat it; a call of a function is CALL of
      them.

    >>> gradlens.trace("y = x * x", {"x": 3.0}, limits=gradlens.Limits(nodes=1))
    Traceback (most recent call last):
        ...
    gradlens.engine.errors.EngineError: The graph has more than 1 node. Use arrays instead of many numbers.
    """

    text_length: float = 2_000_000
    nesting: float = 10_000
    nodes: float = 500_000
    elements: float = 200_000_000
    flops: float = 1e13
    steps: float = 2_000_000

    @property
    def visits(self) -> float:
        """Nodes visited by all passes of one question: as many as fit beside the longest program in the same time, at
        some 10 µs each.
        """
        return 3 * self.nodes


CALL = 100  # steps: a scope and a group take as long as that many expressions
FOREIGN_CALL = 10  # likewise, to find out what another library's call means
UNLIMITED = Limits(*[math.inf] * 6)  # for text of the registry, or written by the engine itself


NO_OPTIONS: Options = {}  # nobody writes to the options of a node or a group


class Leaf:
    """A value that no op made: an input, which has a gradient, or a constant, which has none.

    id: its topological position.  value: a constant's number, or an input's in the text; else None.  place: the text.
    """

    __slots__ = ("differentiable", "group", "id", "kind", "name", "place", "shape", "value")

    op: None = None
    inputs: tuple[int, ...] = ()
    options: Options = NO_OPTIONS

    def __init__(
        self,
        id: int,
        kind: Literal["input", "constant"],
        value: Value | None,
        shape: Shape,
        group: int | None,
        place: Place | None,
    ):
        self.id = id
        self.kind = kind
        self.value = value
        self.shape = shape
        self.group = group
        self.place = place
        self.name: str | None = None
        self.differentiable = kind == "input"

    def __repr__(self) -> str:
        return f"<{self.id}: {self.kind} {self.name or ''}{self.shape}>"


class Operation:
    """A value that an op makes. It holds how it is made, not what it is.

    id: its topological position.  kind: the op's name.  inputs: ids.  place: of the text that made it.
    passing: of its edges in their order, the argnum and whether a gradient passes, as 2 * argnum + passes.
    """

    __slots__ = (
        "differentiable", "group", "id", "inputs", "kind", "name", "op", "options", "passing", "place", "shape", "use",
    )  # fmt: skip

    value: None = None

    def __init__(
        self,
        id: int,
        op: Op,
        inputs: tuple[int, ...],
        made: Estimate,
        group: int | None,
        place: Place | None,
        passing: tuple[int, ...],
        differentiable: bool,
    ):
        self.id = id
        self.op = op
        self.kind = op.name
        self.inputs = inputs
        self.options = made.options
        self.shape = made.shape
        self.group = group
        self.place = place
        self.name: str | None = None
        self.passing = passing
        self.differentiable = differentiable
        self.use = made.use  # where that is None, found when first asked for

    def __repr__(self) -> str:
        return f"<{self.id}: {self.name or ''} = {self.kind}{self.inputs} {self.shape}>"


Node = Leaf | Operation


@dataclass(slots=True, eq=False)
class Edge:
    """One use of a value: source -> target, as argument `argnum`."""

    id: int
    source: int
    target: int
    argnum: int
    differentiable: bool


class Group:
    """Nodes that belong together: a call of a function, a loop, or a turn of one.

    op, operands, output: of a library function, what was called, on which nodes, and the node of its result.  options:
      its static arguments.
    call: of a function of the program, its arguments in order: ids of nodes, and as text what was known beforehand;
      else None.
    loop: whether it is a loop or a turn of one, whose nodes stand in the same body as those around it.
    """

    __slots__ = ("call", "id", "label", "loop", "name", "nodes", "op", "operands", "options", "output", "parent")

    def __init__(
        self,
        id: int,
        name: str,
        label: str,
        parent: int | None,
        *,
        op: Op | None = None,
        operands: tuple[int, ...] = (),
        options: Options = NO_OPTIONS,
        call: tuple[int | str, ...] | None = None,
        loop: bool = False,
    ):
        self.id = id
        self.name = name
        self.label = label
        self.parent = parent
        self.nodes: list[int] = []
        self.op = op
        self.operands = operands
        self.options = options
        self.output = -1
        self.call = call
        self.loop = loop


def edges_of(operands: Sequence[Node], made: Estimate) -> Passed:
    """The edges of a node to its operands, as `Operation.passing` has them, and the work of their rules.

    Constants come first, so that walking a node's edges backwards meets the others before them.
    """
    back = made.back
    passing = [
        2 * argnum + (source.differentiable and source.kind != "constant" and back[argnum] is not None)
        for argnum, source in enumerate(operands)
    ]
    passing.sort(key=lambda way: operands[way >> 1].kind != "constant")
    flows = [back[way >> 1] or 0 for way in passing if way & 1]
    return tuple(passing), sum(flows), len(flows)


class Graph:
    """Nodes in topological order, the edges between them, and the names of inputs.

    inputs: name -> id.  output: id of the node to differentiate.
    made_for: the ops by the nodes that make class indices one-hot for them.
    taken: the names that the program binds, to whatever.  drawn: the inputs that were drawn at random.
    assumptions: the inputs whose values decided how the graph is built, with those values.  known: those of them that
    the output does not depend on, which are no nodes.
    looked: the inputs by whose values the graph is as it is in other ways, as a label of a group.
    written: the inputs whose values the text has as numbers, with the lines; split: those of them that were taken apart
    as a list.
    left_out: of a program that ends with several values, the node of that which is differentiated, and the others in
    words.
    read_as: names of functions in another spelling, by the id of their syntax: their places and what they mean.
    skipped: places of the text that compute nothing: imports, prints, calls of what draws.
    renewed: by node of an array's new values that no gradient passes into, the node that the array was before.
    half: the lines of a backward half that was written by hand, and is no part of the graph.
    stepped: by input that a loop updates, the node that it was in the last step.
    unwritten: by node of an array whose items are nothing before they are written, the function that made it.
    last_line: what a program ends with as text, where another value is differentiated.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self.most_edges = EDGES * limits.nodes
        self.most_nodes, self.most_elements, self.most_flops = limits.nodes, limits.elements, limits.flops
        self.nodes: list[Node] = []
        self.edge_count = 0
        self._edges: list[Edge] = []  # as many as were asked for
        self.groups: list[Group] = []
        self.made_for: dict[int, str] = {}
        self.read_as: dict[int, tuple[Place, str]] = {}
        self.names: dict[str, int] = {}
        self.taken: frozenset[str] = frozenset()
        self.inputs: dict[str, int] = {}
        self.unused: list[str] = []
        self.drawn: list[str] = []
        self.zeros: set[int] = set()  # numbers of names that are zeros and that nothing uses yet
        self.zero_parts: dict[int, int] = {}  # by node, the zeros of which it is a part
        self.zero_uses: dict[int, list[int]] = {}  # by zeros, the nodes of such parts
        self.begun: set[int] = set()  # such zeros that something was then added to
        self.rebound: set[int] = set()  # constants whose name has another number as its input
        self.known: dict[str, Leaf] = {}
        self.assumptions: dict[str, Value] = {}
        self.looked: dict[str, Value] = {}
        self.written: dict[str, int] = {}
        self.split: set[str] = set()
        self.skipped: list[Place] = []
        self.renewed: dict[int, int] = {}
        self.half: tuple[int, ...] = ()
        self.stepped: dict[str, int] = {}
        self.unwritten: dict[int, str] = {}
        self.last_line = ""
        self.output = -1
        self.left_out: tuple[int, str] | None = None
        self.elements = 0
        self.forward_flops = 0
        self.backward_flops = 0
        self.contributions = 0  # elements of those that are larger than their upstream
        self.held_bytes: int | None = None  # about how many, once it is built and that was asked

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes and {self.edge_count} edges>"

    @property
    def edges(self) -> list[Edge]:
        """The uses of all values, in the order of the nodes that use them; made when they are asked for."""
        if len(self._edges) != self.edge_count:
            edges: list[Edge] = []
            for node in self.nodes:
                if node.op is not None:
                    id, inputs = node.id, node.inputs
                    for way in node.passing:
                        edges.append(Edge(len(edges), inputs[way >> 1], id, way >> 1, way & 1 == 1))
            self._edges = edges
        return self._edges

    def stop_at(self, id: int) -> None:
        """Let no gradient pass through a node that is no leaf."""
        node = self.operation(id)
        node.passing = tuple([way & ~1 for way in node.passing])
        self._edges = []

    def add_input(self, name: str, shape: Shape, value: Value | None, place: Place | None) -> int:
        """A leaf with a gradient. Returns its id."""
        leaf = self._add_leaf(Leaf(len(self.nodes), "input", value, shape, None, place))
        self.name(leaf.id, name)
        self.inputs[name] = leaf.id
        return leaf.id

    def add_constant(self, value: Value, group: int | None, place: Place | None) -> int:
        """A number of the text: a leaf without a gradient. Returns its id."""
        return self._add_leaf(Leaf(len(self.nodes), "constant", value, shape_of(value), group, place)).id

    def add_number(self, value: float, group: int | None, place: Place | None) -> int:
        """The same of a single number."""
        id = len(self.nodes)
        self.elements = elements = self.elements + 1
        if elements > self.most_elements or id >= self.most_nodes:
            self._refuse()
        self.nodes.append(Leaf(id, "constant", value, (), group, place))
        if group is not None:
            self.groups[group].nodes.append(id)
        return id

    def add_op(self, op: Op, inputs: tuple[int, ...], options: Options, group: int | None, place: Place | None) -> int:
        """An op's result, checked and counted. Returns its id.  Errors: those of the shape rule, and the budgets."""
        nodes = self.nodes
        count = len(inputs)
        if count == 2:  # as most have: without a loop, which takes as long as the rest
            first, second = nodes[inputs[0]], nodes[inputs[1]]
            shapes = first.shape, second.shape
            made = ESTIMATES.get((op.name, shapes, ())) if not options else None
            if made is None or made.op is not op:
                made = estimate_of(op, shapes, options)
            case = first.differentiable, second.differentiable, first.kind == "constant", second.kind == "constant"
            passed = made.passed.get(case)
            if passed is None:
                passed = made.passed[case] = edges_of((first, second), made)
        elif count == 1:
            first = nodes[inputs[0]]
            made = estimate_of(op, (first.shape,), options)
            case = first.differentiable, first.kind == "constant"
            passed = made.passed.get(case)
            if passed is None:
                passed = made.passed[case] = edges_of((first,), made)
        else:
            operands = [nodes[i] for i in inputs]
            made = estimate_of(op, tuple([source.shape for source in operands]), options)
            passed = edges_of(operands, made)
        passing, flops, flowing = passed
        target = len(nodes)
        node = Operation(target, op, inputs, made, group, place, passing, flowing > 0)
        is_plain = made.is_plain
        if not is_plain and not made.size:
            check_places(made.shape, self.limits.elements)
        self.elements = elements = self.elements + made.elements
        if elements > self.most_elements or target >= self.most_nodes:
            self._refuse()
        nodes.append(node)
        if group is not None:
            self.groups[group].nodes.append(target)
        self.forward_flops = forward = self.forward_flops + made.flops
        if not is_plain and made.held:
            self._hold(made.held)
        if self.zeros:
            self._use_zeros(node)
        self.edge_count = edges = self.edge_count + count
        if edges > self.most_edges:
            raise EngineError("too-many-edges", limit=int(self.most_edges))
        self.backward_flops = backward = self.backward_flops + flops
        if not is_plain and made.delivered:
            for _ in range(flowing):
                self._deliver(made.delivered)
            backward = self.backward_flops
        if forward + backward > self.most_flops:
            raise EngineError("too-much-work", count=forward + backward, limit=int(self.most_flops))
        return target

    def _add_leaf(self, leaf: Leaf) -> Leaf:
        """Errors: too-many-axes, empty-too-large, and the budgets."""
        shape, group = leaf.shape, leaf.group
        if shape:
            check_shape(shape, self.limits.elements)
        self.elements = elements = self.elements + (written_size(shape) if shape else 1)
        if elements > self.most_elements or leaf.id >= self.most_nodes:
            self._refuse()
        self.nodes.append(leaf)
        if group is not None:
            self.groups[group].nodes.append(leaf.id)
        return leaf

    def _refuse(self) -> NoReturn:
        """Errors: too-many-elements, too-many-nodes."""
        if self.elements > self.most_elements:
            raise EngineError("too-many-elements", count=self.elements, limit=int(self.most_elements))
        raise EngineError("too-many-nodes", limit=int(self.most_nodes))

    def _hold(self, shapes: tuple[Shape, ...]) -> None:
        """Errors: empty-too-large, too-many-elements, for arrays that an op holds for a while."""
        for shape in shapes:
            check_places(shape, self.limits.elements)
            if size_of(shape) > self.limits.elements:
                raise EngineError("too-many-elements", count=size_of(shape), limit=int(self.limits.elements))

    def _deliver(self, size: int) -> None:
        """Count a contribution that is larger than the upstream: an element of a long array has a gradient as long as
        that.  Error: too-many-elements.
        """
        self.backward_flops += size
        self.contributions += size
        if self.contributions > CONTRIBUTIONS * self.limits.elements:
            raise EngineError(
                "too-many-elements", count=self.elements + self.contributions, limit=int(self.limits.elements)
            )

    def name(self, id: int, name: str) -> None:
        """Bind a name to a node; a name bound again names its last node."""
        node = self.nodes[id]
        node.name = name
        self.names[name] = id
        if not node.differentiable and node.op is not None and node.op.has_gradient:
            # A value worth a name is worth a gradient, though it be made of constants.
            node.differentiable = True

    def _use_zeros(self, node: Operation) -> None:
        """Note a use of zeros: a part of them is zeros too, and what is written to them is no use."""
        for argnum, source in enumerate(node.inputs):
            root = self.zero_parts.get(source, source)
            if root not in self.zeros:
                continue
            if node.kind == "index":
                self.zero_parts[node.id] = root
                self.zero_uses.setdefault(root, []).append(node.id)
            elif not (node.kind == "put" and argnum == 0):
                self.zeros.discard(root)

    def begin_sum(self, id: int) -> None:
        """Zeros that are added to before anything else uses them are a constant: where a sum begins, not a question."""
        id = self.zero_parts.get(id, id)
        if id not in self.zeros:
            return
        for part in self.zero_uses.pop(id, ()):
            self.stop_at(part)
            self.nodes[part].differentiable = False
        leaf = self.nodes[id]
        self.zeros.discard(id)
        self.begun.add(id)
        leaf.kind = "constant"  # pyright: ignore[reportAttributeAccessIssue]
        leaf.differentiable = False
        if leaf.name is not None and self.inputs.get(leaf.name) == id:
            del self.inputs[leaf.name]

    def mark(self) -> tuple[Any, ...]:
        """The state of the graph, to which it can be taken back."""
        return (
            len(self.nodes), self.edge_count, len(self.groups), self.elements, self.forward_flops, self.backward_flops,
            self.contributions, dict(self.names), dict(self.inputs), len(self.drawn),
        )  # fmt: skip

    def back_to(self, mark: tuple[Any, ...]) -> None:
        """Forget what was made since."""
        nodes, self.edge_count, groups = mark[:3]
        self.elements, self.forward_flops, self.backward_flops, self.contributions = mark[3:7]
        del self.nodes[nodes:], self.groups[groups:], self.drawn[mark[9] :]
        self._edges = []
        self.names, self.inputs = mark[7], mark[8]
        self.zeros = {id for id in self.zeros if id < nodes}
        self.zero_parts = {id: root for id, root in self.zero_parts.items() if id < nodes}
        self.zero_uses = {id: [part for part in uses if part < nodes] for id, uses in self.zero_uses.items()}
        for group in self.groups:
            while group.nodes and group.nodes[-1] >= nodes:
                group.nodes.pop()
        for facts in (self.made_for, self.unwritten):
            for id in [id for id in facts if id >= nodes]:
                del facts[id]

    def since(self, mark: tuple[Any, ...]) -> list[tuple[object, ...]]:
        """What was made since, with ids counted from there."""
        start = mark[0]
        return [
            (
                node.kind,
                str(node.value),
                tuple([i - start if i >= start else -i - 1 for i in node.inputs]),
                str(node.options),
            )
            for node in self.nodes[start:]
        ]

    def reaching(self, id: int) -> set[int]:
        """The node and all that it is made from."""
        found = {id}
        pending = [id]
        while pending:
            for i in self.nodes[pending.pop()].inputs:
                if i not in found:
                    found.add(i)
                    pending.append(i)
        return found

    def contributing(self) -> set[int]:
        """The output and the nodes that a gradient reaches from it."""
        found = {self.output}
        for node in reversed(self.nodes[: self.output + 1]):
            if node.op is not None and node.id in found:
                found.update([node.inputs[way >> 1] for way in node.passing if way & 1])
        return found

    def made_from(self, leaves: set[int]) -> set[int]:
        """The nodes that any of these leaves flows into, and the leaves."""
        found = set(leaves)
        for node in self.nodes:
            if not found.isdisjoint(node.inputs):
                found.add(node.id)
        return found

    def assume(
        self, assumed: Collection[int], reached: set[int], values: Mapping[str, Value], spare: Collection[int] = ()
    ) -> None:
        """Keep what decided how the graph is built.

        Inputs among it that the output does not depend on are no nodes, nor is arithmetic on them alone.
        spare: nodes that are none where nothing else uses them.
        """
        decided: set[int] = set()  # made from inputs
        for id in sorted(assumed):
            node = self.nodes[id]
            if node.kind == "input" or id in self.begun or id in self.rebound or not decided.isdisjoint(node.inputs):
                decided.add(id)
            if node.kind == "input" and isinstance(node, Leaf) and node.name is not None:
                value = node.value if node.value is not None else values.get(node.name)
                if value is not None:
                    self.assumptions[node.name] = value
        used: set[int] = set()
        dropped: set[int] = set()
        for node in reversed(self.nodes):
            id = node.id
            if id in reached:  # as all that it is made from
                continue
            if id not in used:
                spared = id in spare and not (node.kind == "input" and node.name not in self.drawn)
                if id in decided or spared or (id in assumed and node.name is None):
                    dropped.add(id)
                    continue
            used.update(node.inputs)
        if dropped:
            self._drop(dropped, spare)

    def leave(self, left: set[int]) -> None:
        """Take out nodes that come after the output; a name that was bound again there names what it did before."""
        if not left:
            return
        self._drop(left, left)
        self.written = {name: line for name, line in self.written.items() if name in self.inputs or name in self.known}
        for node in self.nodes:
            if node.name is not None and node.name in self.taken:
                self.names[node.name] = node.id
        self.unused += [name for name, id in self.inputs.items() if id > self.output and name not in self.unused]

    def _drop(self, dropped: set[int], spare: Collection[int]) -> None:
        """Take nodes out that no other node uses."""
        for id in dropped:
            node = self.nodes[id]
            if id not in spare and node.kind == "input" and isinstance(node, Leaf) and node.name is not None:
                self.known[node.name] = node
        place: dict[int, int] = {}
        kept: list[Node] = []
        for node in self.nodes:
            if node.id not in dropped:
                place[node.id] = len(kept)
                kept.append(node)
        shown = {id: self.nodes[id].name or "…" for id in dropped}
        placed = place.__getitem__
        for number, node in enumerate(kept):
            node.id = number
            if type(node) is Operation:
                node.inputs = tuple(map(placed, node.inputs))
        self.nodes = kept
        self.edge_count = sum([len(node.inputs) for node in kept])
        self._edges = []
        for group in self.groups:
            group.nodes = [place[id] for id in group.nodes if id in place]
            if group.op is not None:
                group.operands = tuple([place.get(id, -1) for id in group.operands])
                group.output = place.get(group.output, -1)
            if group.call is not None:
                group.call = tuple(
                    [place.get(one, shown.get(one, "…")) if isinstance(one, int) else one for one in group.call]
                )
        self.made_for = {place[id]: name for id, name in self.made_for.items() if id in place}
        self.unwritten = {place[id]: name for id, name in self.unwritten.items() if id in place}
        self.names = {name: place[id] for name, id in self.names.items() if id in place}
        self.inputs = {name: place[id] for name, id in self.inputs.items() if id in place}
        self.drawn = [name for name in self.drawn if name in self.inputs]
        self.renewed = {
            place[id]: place[before] for id, before in self.renewed.items() if id in place and before in place
        }
        self.stepped = {name: place[id] for name, id in self.stepped.items()}
        self.output = place[self.output]
        if self.left_out is not None:
            self.left_out = place.get(self.left_out[0], -1), self.left_out[1]
        self._drop_groups()

    def _drop_groups(self) -> None:
        """Take out groups that hold no nodes."""
        held = {group.id for group in self.groups if group.nodes}
        for group in reversed(self.groups):
            if group.id in held and group.parent is not None:
                held.add(group.parent)
        place = {id: number for number, id in enumerate(sorted(held))}
        self.groups = [group for group in self.groups if group.id in held]
        for group in self.groups:
            group.id = place[group.id]
            group.parent = None if group.parent is None else place[group.parent]
        for node in self.nodes:
            node.group = None if node.group is None else place[node.group]

    def whole_inputs(self) -> set[str]:
        """The inputs that must be whole numbers, because elements are chosen by them: labels, tokens, places."""
        chosen = {
            node.inputs[i]
            for node in self.nodes
            if node.op is not None
            for i, name in enumerate(node.op.inputs)
            if name in node.op.whole
        }
        for node in reversed(self.nodes):
            if node.op is not None and node.id in chosen:
                chosen.update([node.inputs[way >> 1] for way in node.passing if way & 1])  # in another shape
        return {name for name, id in self.inputs.items() if id in chosen}

    def body(self, group: int | None) -> int | None:
        """The call in whose body the nodes of a group stand; None for the program's own."""
        while group is not None and self.groups[group].loop:
            group = self.groups[group].parent
        return group

    def opened(self, node: Node) -> Iterator[str]:
        """The ops in whose definitions a node stands, or for whose labels it was made, from the inside out."""
        if node.id in self.made_for:
            yield self.made_for[node.id]
        group = node.group
        while group is not None:
            if self.groups[group].op is not None:
                yield self.groups[group].name
            group = self.groups[group].parent

    def use(self, node: Operation) -> Use:
        """How the node uses its op: what rules and kernels are chosen by."""
        if node.use is None:
            nodes = self.nodes
            op, shapes = node.op, tuple([nodes[i].shape for i in node.inputs])
            constants = (
                tuple([self.number(i) if name in op.numbers else None for i, name in zip(node.inputs, op.inputs)])
                if op.numbers
                else ()
            )
            node.use = use_of(op, shapes, node.options, constants, node.shape)
        return node.use

    def use_at(self, id: int) -> Use:
        """How the op at a node that is no leaf is used."""
        return self.use(self.operation(id))

    def operation(self, id: int) -> Operation:
        """A node that is no leaf."""
        node = self.nodes[id]
        assert node.op is not None, f"node {id} is a leaf"
        return node

    def number(self, id: int) -> float | None:
        """The single number in the text that a node is, else None."""
        node = self.nodes[id]
        return node.value if node.kind == "constant" and isinstance(node.value, float) else None
