"""What the names of a program stand for: values that are known beforehand, and values of the graph.

Whole numbers, floats, booleans, text, None, tuples, ranges, slices and sets are Python's own. All that can be changed
is a cell with identity: names, attributes and items refer to it, so that every alias sees a change.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from gradlens.engine.errors import Place
from gradlens.engine.ops import Op, Options
from gradlens.engine.strides import Layout

if TYPE_CHECKING:
    from gradlens.engine.language.code import Code
    from gradlens.engine.language.dialects.signatures import Signature
    from gradlens.engine.language.machine import Machine


NO_OPTIONS: Options = {}  # nobody writes to the options of a node

# type() of a value of a program; a comparison with it leaves the value's type open to the checker of types, which would
# take a tuple for one of unknown things.
kind_of: Callable[[Any], type[Any]] = type


class Tensor:
    """A number or an array of the graph.

    id: its node; -1 until a value that the text gives becomes one.  known: the whole number or truth that it is known
    to be, else None.
    view: of what it shows a part, if it is a view; writing to it changes that too.
    library: whose array it is, where a call of one has made it.
    is_array: whether a value of shape () is an array that can be changed in place, and no number.
    """

    __slots__ = ("id", "is_array", "known", "library", "replaced", "view", "written")

    def __init__(self, id: int, known: int | bool | None = None, view: View | None = None, library: str = ""):
        self.id = id
        self.library = library
        self.known = known
        self.view = view
        self.is_array = False
        self.written = 0  # how often it was changed in place
        self.replaced = 0  # after how many changes it last got other memory


@dataclass(slots=True)
class View:
    """How a value shows a part of another.

    op, options: what makes it of the base.  seen: of which state of it.  source: the node of the base when it was made.
    known: whether it is certain that it shows the base: another shape may be a copy.  detached: whether it was made
    by a call that cuts gradients.  opaque: whether nothing but that it shows the base is modelled.  checked: after how
    many writes of the program it was last found to show the base as it is.
    """

    base: Tensor
    op: Op
    options: Options
    seen: int
    source: int
    known: bool = False
    detached: bool = False
    opaque: bool = False
    checked: int = -1


@dataclass(frozen=True, slots=True)
class CopyOf:
    """That an array lies in memory as a copy of a node's array does which keeps the order there."""

    id: int


Mark = Layout | int | CopyOf  # how an array lies in memory: so, as that of a node, as a copy of that


class Computed:
    """A number that is known, and how it was computed, for the graph where it becomes a part of that.

    value: Python's.  op, parts, options: of what it is made, numbers, computed ones or tensors; without an op it is a
    constant.  place: of the expression.  name: that it was given.  tensor: what it became in the graph.
    flows: whether a tensor is among what it was made of.  varies: whether it is a number that may be another where the
    same graph is wanted: it flows, or the number that is varied (varying.py) is among what it was made of.
    bits: how many it can have at most, whatever the numbers are that vary in it: 0 of a float, None where it need not
    be a number of this type.
    """

    __slots__ = ("bits", "flows", "name", "op", "options", "parts", "place", "tensor", "value", "varies")

    def __init__(
        self,
        value: int | float | bool,
        op: Op | None,
        parts: tuple[Any, ...],
        place: Any,
        options: Options = NO_OPTIONS,
    ):
        self.value = value
        self.op = op
        self.parts = parts
        self.place = place
        self.options = options
        flows = varies = False
        for part in parts:
            kind = type(part)
            if kind is int or kind is float:
                continue
            if kind is Tensor:
                flows = varies = True
            elif kind is Computed:
                flows, varies = flows or part.flows, varies or part.varies
        self.flows = flows
        self.varies = varies
        self.name: str | None = None
        self.tensor: Tensor | None = None
        self.bits: int | None = None

    def __repr__(self) -> str:
        return repr(self.value)


class ListCell:
    """A list.

    items: None while it is as the text has it.  literal: its numbers as the text has them, however deep.
    tensor: the array of all items, until one of them changes; made_of: the nodes of the items then, which tell whether
    one has changed in itself; seen: after how many writes that was looked at.  name: that it was first given.
    leaf: whether it is an input of the program, and so an array where the program uses no library.
    """

    __slots__ = ("items", "leaf", "literal", "made_of", "name", "place", "seen", "tensor")

    def __init__(self, items: list[Any] | None, *, place: Any = None, literal: list[Any] | None = None):
        self.items = items
        self.place = place
        self.literal = literal
        self.tensor: Tensor | None = None
        self.made_of: tuple[Any, ...] = ()
        self.seen = -1
        self.name: str | None = None
        self.leaf = False


class DictCell:
    """A dictionary.

    kind: "dict", or of the module collections "defaultdict", "Counter", "OrderedDict".  factory: of a defaultdict, what
    makes an item that is asked for and not there.
    """

    __slots__ = ("factory", "items", "kind")

    def __init__(self, items: dict[Any, Any], kind: str = "dict", factory: Any = None):
        self.items = items
        self.kind = kind
        self.factory = factory


class DequeCell:
    """A deque."""

    __slots__ = ("items",)

    def __init__(self, items: deque[Any]):
        self.items = items


@dataclass(eq=False, slots=True)
class DictView:
    """What keys(), values() and items() give: what the dictionary holds whenever it is asked.  kind: which of them."""

    held: DictCell
    kind: str

    def items(self) -> list[Any]:
        return list(self.live())

    def live(self) -> Iterator[Any]:
        held = self.held.items
        return iter(held if self.kind == "keys" else held.values() if self.kind == "values" else held.items())


class SetCell:
    """A set of known values."""

    __slots__ = ("items",)

    def __init__(self, items: set[Any]):
        self.items = items


@dataclass(eq=False, slots=True)
class Fresh:
    """An array that the text gives and that is no node yet: a leaf where it is bound to a name, else a constant.

    drawn: by which function, where it is random.  whole: whether it is of whole numbers.  mask: of True and False.
    name: of the input that it becomes.  written: whether the text has these numbers as they are, in this order.
    varies: whether it is the number that is varied, or holds that; place_varied: at which place of the array.
    parameter: whether nn.Parameter has made it.
    fractions: whether it is of a type of fractions for certain.  narrow: whether it is of the type int32.
    unwritten: by which function it was made, where its items are nothing before they are written, as by np.empty.
    """

    value: Any
    place: Any
    drawn: str = ""
    tensor: Tensor | None = None
    cell: ListCell | None = None
    whole: bool = False
    name: str = ""
    library: str = ""
    mask: bool = False
    layout: Mark | None = None
    written: bool = False
    varies: bool = False
    parameter: bool = False
    fractions: bool = False
    narrow: bool = False
    unwritten: str = ""
    place_varied: int = -1


def become(value: Any) -> Any:
    """What an array of the text has become; any other value is itself.

    Once an array is a node it may have been written to, and its first numbers are those of the past.
    """
    return value.tensor if type(value) is Fresh and value.tensor is not None else value


class Scope:
    """What names mean in one body: of the program, a function, a comprehension or a class.

    local: the names that it binds somewhere, so that they mean nothing outside it, as in Python.
    outer: the scope in which it stands.
    """

    __slots__ = ("local", "names", "outer")

    def __init__(self, names: dict[str, Any], outer: Scope | None = None, local: frozenset[str] = frozenset()):
        self.names = names
        self.outer = outer
        self.local = local

    def holder(self, name: str) -> Scope | None:
        """The scope that gives a name its meaning, from the inside out."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names and name not in scope.local:
            scope = scope.outer
        return scope

    def __contains__(self, name: str) -> bool:
        return self.holder(name) is not None

    def __iter__(self) -> Iterator[str]:
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.outer


@dataclass(eq=False, slots=True)
class Function:
    """A function of the program.

    defaults: by parameter, made where it was defined.  owner: its class, for super().  cuts: whether what it gives has
    no gradient, as torch.no_grad decorates it.
    """

    code: Code
    defaults: dict[str, Any]
    scope: Scope
    owner: ClassObject | None = None
    cuts: bool = False
    called: str = ""  # by @wraps
    abstract: bool = False

    @property
    def name(self) -> str:
        if self.called:
            return self.called
        return self.code.name


@dataclass(eq=False, slots=True)
class ClassObject:
    """A class of the program, or of ours.

    native: what of Python's its objects are, as "exception"; that of its bases where it says nothing.
    """

    name: str
    bases: tuple[Any, ...]
    names: dict[str, Any]
    ours: bool = False
    native: str = ""
    builds: Callable[[Machine, ClassObject, Any], ClassObject] | None = None  # what becomes of a class below it
    unfinished: tuple[str, ...] = ()  # what an abstract class leaves to others
    judged: int = -1  # after how many writes to classes it was found out how its objects are written to
    plainly: bool = False
    asked: list[ClassObject] | None = None  # the class and its bases, in the order in which they are asked
    layer: bool | None = None  # whether its objects are layers, once that was asked

    def __post_init__(self) -> None:
        for base in self.bases:
            if isinstance(base, ClassObject):
                self.native = self.native or base.native
                self.builds = self.builds or base.builds

    writes: ClassVar[int] = 0  # to classes: what was found out of one before is found out again

    def written(self) -> None:
        """What the class holds has changed in a way that decides how its objects are written to."""
        ClassObject.writes += 1

    @property
    def writes_plainly(self) -> bool:
        """Whether what is given to an attribute of its objects is kept by them as it is."""
        if self.judged != ClassObject.writes:
            self.judged = ClassObject.writes
            self.plainly = not any(
                name == "__setattr__" or type(value) in (Property, Instance)
                for one in self.lineage()
                for name, value in one.names.items()
            )
        return self.plainly

    def find(self, name: str) -> Any:
        """What the class or one of its bases holds under a name, else MISSING."""
        for one in self.asked or self.lineage():
            found = one.names.get(name, MISSING)
            if found is not MISSING:
                return found
        return MISSING

    def lineage(self) -> list[ClassObject]:
        """The class and its bases, in the order in which they are asked."""
        if self.asked is not None:
            return self.asked
        bases = [base for base in self.bases if isinstance(base, ClassObject)]
        found: list[ClassObject] = [self]
        waiting = [base.lineage() for base in bases]
        if len(bases) > 1:
            found += merged([*waiting, bases])
        elif bases:
            found += waiting[0]
        self.asked = found
        return found


def merged(orders: list[list[ClassObject]]) -> list[ClassObject]:
    """The classes of several orders in one that keeps all of them, as Python's C3 does.

    Where there is none, the class that has waited longest comes next; Python refuses such a class.
    """
    found: list[ClassObject] = []
    places = [0] * len(orders)
    later = Counter(one for order in orders for one in order[1:])  # how often a class stands behind another
    while True:
        heads = [order[at] for order, at in zip(orders, places) if at < len(order)]
        if not heads:
            return list(dict.fromkeys(found))
        taken = next((one for one in heads if not later[one]), heads[0])
        found.append(taken)
        for i, order in enumerate(orders):
            if places[i] < len(order) and order[places[i]] is taken:
                places[i] += 1
                if places[i] < len(order):
                    later[order[places[i]]] -= 1


def no_names() -> dict[str, Any]:
    """A new dictionary: dict[str, Any]() takes as long as all else of a small object."""
    return {}


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the program."""

    of: ClassObject
    names: dict[str, Any] = field(default_factory=no_names)
    hashed: Any = None  # what it is as a key, where that is not itself
    weight: int = 1  # how much there is in that to compare

    def __eq__(self, other: object) -> bool:
        if self.hashed is None:
            return self is other
        return self.hashed == (other.hashed if isinstance(other, Instance) else other)

    def __hash__(self) -> int:
        return id(self) if self.hashed is None else hash(self.hashed)


@dataclass(eq=False, slots=True)
class Bound:
    """A method with the object that stands before its dot."""

    function: Any
    self: Any


@dataclass(eq=False, slots=True)
class Property:
    """What @property, @staticmethod and @classmethod make of a function.  setter: of @x.setter."""

    kind: str
    function: Any
    setter: Any = None


@dataclass(eq=False, slots=True)
class Super:
    """super(): an object, asked from the class after one of its own on."""

    of: ClassObject
    self: Any


@dataclass(frozen=True, slots=True)
class Module:
    """A library or a part of it by its full name, such as numpy.linalg.

    stream: the random numbers of a generator of its own, as np.random.default_rng(0) makes it.
    known: what its names were found to mean in this program, where they are called and where not.
    """

    name: str
    text: str
    stream: Any = None
    known: Mapping[bool, dict[str, Any]] = field(
        default_factory=lambda: {True: {}, False: {}}, init=False, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that is another one in every run of Python: of which is known only whether it equals another.

    name: the function that gives it, id or hash.
    """

    name: str
    value: int

    def __str__(self) -> str:
        return str(self.value)

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class RandomKey:
    """A key of JAX's random numbers.  path: its seed, and which part of which split it is."""

    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A function of another library as the program spells it, with its signatures.

    other: those of a method that another library reads otherwise.  short: its name at home, with nothing before a dot;
    where empty, the end of the name.
    """

    name: str
    signatures: tuple[Signature, ...]
    other: tuple[Signature, ...] = ()
    library: str = ""
    short: str = ""

    def __post_init__(self) -> None:
        if not self.short:
            object.__setattr__(self, "short", self.name.rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of Python's, or another that the evaluator computes itself.

    run: (machine, call) -> the value, or a generator that asks for calls of the program's functions.
    """

    name: str
    run: Callable[[Machine, Any], Any]
    signature: str = ""
    takes_generators: bool = False  # as they are, not the items that they give


@dataclass(eq=False, slots=True)
class Unreachable:
    """What lies outside: a file, a plot, a library that is not modelled. It may be passed about, not computed with.

    harmless: whether it writes to nothing that it is given.  silent: whether nobody waits for its value, as of a plot.
    depends: whether it was made from a value of the graph.  kind: of the error where it is computed with.
    """

    what: str
    place: Place
    harmless: bool = True
    silent: bool = True
    depends: bool = False
    kind: str = "out-of-reach"


@dataclass(eq=False, slots=True)
class Generator:
    """A generator of the program: a frame that waits, or a function of the evaluator that gives items one by one."""

    frame: Any
    done: bool = False
    running: bool = False
    begun: bool = False
    takes: bool = False  # whether what it is sent is what yield is worth, where it waits
    value: Any = None  # what it returned


@dataclass(eq=False, slots=True)
class Given:
    """An item that a function of the evaluator gives, which then waits for the next to be asked for."""

    value: Any


@dataclass(slots=True)
class Asked:
    """What a function of the evaluator asks the machine to call."""

    function: Any
    args: list[Any]
    keywords: dict[str, Any] = field(default_factory=no_names)


@dataclass(slots=True)
class Thrown:
    """What a function of the evaluator asks a generator to go on with: an error at the place where it waits."""

    generator: Generator
    error: Exception


class Meant:
    """The place of what a call of another library means: the call, and the text of each operand where that is known.

    texts: those, or what finds them in the call.  place: the call, or the statement that gives the result a name.
    inner: whether it stands inside of what the call means, so that the reader wrote no such thing.
    """

    __slots__ = ("call", "found", "inner", "place", "texts")

    def __init__(self, call: Any, texts: list[Any] | Callable[[Any], list[Any]] | None, inner: bool):
        self.call: Any = call.call if kind_of(call) is Meant else call
        self.texts = texts
        self.found: list[Any] | None = None  # the texts, where they had to be found
        self.inner = inner
        self.place: Place = self.call

    @property
    def operands(self) -> list[Any] | None:
        if not callable(self.texts):
            return self.texts
        if self.found is None:
            self.found = self.texts(self.call)
        return self.found

    @property
    def lineno(self) -> int:
        return self.place.lineno

    @property
    def col_offset(self) -> int:
        return self.place.col_offset

    @property
    def end_lineno(self) -> int | None:
        return self.place.end_lineno

    @property
    def end_col_offset(self) -> int | None:
        return self.place.end_col_offset

    def within(self, statement: Place) -> Meant:
        """The same in a statement that gives the result a name."""
        made = Meant(self.call, self.texts, self.inner)
        made.place = statement
        return made

    def located(self, location: Callable[[Any], Any]) -> Meant:
        """The same with locations instead of syntax; of what is not the reader's, no more than where it stands."""
        call, texts = location(self.call), self.texts
        if self.inner or texts is None:
            made = Meant(call, None, self.inner)
        else:
            made = Meant(call, texts if callable(texts) else [location(text) for text in texts], False)
        made.place = call if self.place is self.call else location(self.place)
        return made


@dataclass(eq=False, slots=True)
class Several:
    """Results of a call that go by name and by place.

    parts: what makes each; made: those that were asked for.  library: whose arrays they are.
    """

    function: str
    parts: dict[str, Callable[[], Any]]
    made: dict[str, Any] = field(default_factory=dict[str, Any])
    library: str = ""

    def get(self, name: str) -> Any:
        if name not in self.made:
            found = self.made[name] = self.parts[name]()
            if type(found) is Tensor:
                found.library = self.library or found.library
        return self.made[name]


class Ended(Exception):
    """The program ends where it stands, by sys.exit().  Not an error of the reader's."""


@dataclass(frozen=True, slots=True)
class Law:
    """A law of scipy.stats, or one with its parameters: norm, norm(0, 2).  text: as the program spells it."""

    name: str
    text: str
    args: tuple[Any, ...] | None = None
    keywords: Any = None


@dataclass(frozen=True, slots=True)
class Type:
    """A type of numbers, such as np.float64.  array: of the array that was asked for its type, the library."""

    name: str
    array: str = ""


class Missing:
    """No value."""

    def __repr__(self) -> str:
        return "<missing>"


MISSING = Missing()


@dataclass(eq=False, slots=True)
class At:
    """x.at of JAX, and x.at[key]."""

    tensor: Tensor
    key: Any = MISSING


Known = int | float | bool | str | None
