"""Objects that are known by their fields: those of namedtuple and of the module dataclasses."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any, NamedTuple

from gradlens.engine.graph import CALL
from gradlens.engine.language import nodes
from gradlens.engine.language.arithmetic import list_result
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.indexing import item
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Property,
    SetCell,
    Tensor,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import (
    EXCEPTIONS,
    Raised,
    as_python,
    made,
    missing,
    raising,
    too_many,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.comparisons import compared, contains, equal

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

ORDER: dict[str, type[ast.cmpop]] = {"__lt__": ast.Lt, "__le__": ast.LtE, "__gt__": ast.Gt, "__ge__": ast.GtE}


class Bare(NamedTuple):
    """What Python says of a named tuple that is written to."""

    x: int


def refused(kind: str, text: str, node: Any) -> Misplaced:
    """An exception of Python's, which the program may handle."""
    return Raised(made(kind, text), node)


def bound_fields(
    call: Call, called: str, names: list[str], defaults: Any, only_named: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What a constructor is called with, by field.  Errors: those of a function of the program."""
    args = call.args[1:]
    wrong = {"function": called.partition(".")[0], "signature": f"{called.partition('.')[0]}({', '.join(names)})"}
    if len(args) > len(names):
        least = sum(name not in defaults for name in names)
        said = too_many(called, least + 1, len(names) + 1, len(args) + 1)
        facts = {**wrong, "limit": len(names), "count": len(args)}
        raise Misplaced("too-many-arguments", call.node, **facts).as_in_python(said)
    bound = dict(zip(names, args))
    for name, value in call.keywords.items():
        if name not in names and name not in only_named:
            said = raising("TypeError", f"{called}() got an unexpected keyword argument '{name}'")
            raise Misplaced("unknown-keyword", call.node, keyword=name, **wrong).as_in_python(said)
        if name in bound:
            said = raising("TypeError", f"{called}() got multiple values for argument '{name}'")
            raise Misplaced("repeated-argument", call.node, argument=name, **wrong).as_in_python(said)
        bound[name] = value
    for wanted, kind in ((names, "positional"), (only_named, "keyword-only")):
        if absent := [name for name in wanted if name not in bound and name not in defaults]:
            said = missing(called, kind, absent)
            raise Misplaced("missing-argument", call.node, argument=absent[0], **wrong).as_in_python(said)
    return bound


def settled(m: Machine, name: str, value: Any, node: Any) -> Any:
    """A value as a field keeps it."""
    value = m.kept(value, name, node)
    return m.tensor_of(value, value.place) if type(value) is Fresh and not value.name else value


# ------------------------------------------------------------------ named tuples


def fields_of(m: Machine | None, held: Instance) -> tuple[Any, ...]:
    """The values of a named tuple, in order."""
    return tuple([held.names[name] for name in held.of.find("_fields")])


def as_tuple(value: Any) -> Any:
    return fields_of(None, value) if type(value) is Instance and value.of.native == "tuple" else value


def named_tuple(name: str, fields: tuple[str, ...], defaults: dict[str, Any]) -> ClassObject:
    return ClassObject(name, (TUPLE,), {"_fields": fields, "_field_defaults": DictCell(defaults)}, native="tuple")


def new_tuple(m: Machine, call: Call) -> None:
    held = call.args[0]
    fields = held.of.find("_fields")
    if fields is MISSING:
        raise Misplaced("not-in-language", call.node, construct="NamedTuple(…)")
    names, defaults = list(fields), held.of.find("_field_defaults").items
    bound = bound_fields(call, f"{held.of.name}.__new__", names, defaults)
    for name in names:
        held.names[name] = settled(m, name, bound.get(name, defaults.get(name)), call.node)


def of_tuple(run: Callable[[Machine, tuple[Any, ...], Any], Any]) -> Callable[[Machine, Call], Any]:
    """What a named tuple does as the tuple that it is."""
    return lambda m, call: run(m, as_tuple(call.args[0]), call.node)


def of_tuples(run: Callable[[Machine, Any, Any, Any], Any]) -> Callable[[Machine, Call], Any]:
    """What it does with another value."""
    return lambda m, call: run(m, as_tuple(call.args[0]), as_tuple(call.args[1]), call.node)


def order_tuples(sign: type[ast.cmpop]) -> Callable[[Machine, Call], Any]:
    def run(m: Machine, call: Call) -> Any:
        a, b = map(as_tuple, call.args)
        return compared(m, sign, a, b, call.node) if kind_of(b) is tuple else NotImplemented

    return run


def same_tuples(m: Machine, call: Call) -> Any:
    a, b = map(as_tuple, call.args)
    return equal(m, a, b, call.node) if kind_of(b) is tuple else NotImplemented


def fields_written(m: Machine, call: Call, values: list[tuple[str, Any]]) -> Steps[Any, Any, str]:
    """P(x=1, y=2)."""
    parts: list[str] = []
    for name, value in values:
        m.charge(1, call.node)
        parts.append(f"{name}={m.represented(value, call.node)}")
    m.charge(sum(map(len, parts)) // 8, call.node)
    return f"{call.args[0].of.name}({', '.join(parts)})"
    yield


def tuple_written(m: Machine, call: Call) -> Steps[Any, Any, str]:
    held = call.args[0]
    return (yield from fields_written(m, call, [(name, held.names[name]) for name in held.of.find("_fields")]))


def replaced_fields(m: Machine, call: Call) -> Instance:
    (held,) = call.args
    unknown = [name for name in call.keywords if name not in held.names]
    if unknown:
        raise refused("ValueError", f"Got unexpected field names: {unknown!r}", call.node)
    return Instance(held.of, {**held.names, **call.keywords})


def tuple_from(m: Machine, call: Call) -> Steps[Any, Any, Instance]:
    owner, items = call.args
    return (yield Asked(owner, m.listed(items, call.node)))


def tuple_set(m: Machine, call: Call) -> None:
    held, name, _ = call.args
    known = name in held.names
    said = as_python(lambda: setattr(Bare(0), "x" if known else "y", 1))
    if not known:
        said = raising("AttributeError", f"'{held.of.name}' object has no attribute '{name}'")
    raise Misplaced("not-written", call.node, got=f"{held.of.name}.{name}").as_in_python(said)


def methods(table: dict[str, Callable[[Machine, Call], Any]]) -> dict[str, Any]:
    return {name: Builtin(name, run) for name, run in table.items()}


TUPLE = ClassObject(
    "tuple",
    (),
    {
        **methods(
            {
                "__init__": new_tuple,
                "__iter__": of_tuple(lambda m, held, node: iter(held)),
                "__len__": of_tuple(lambda m, held, node: len(held)),
                "__getitem__": of_tuples(lambda m, held, key, node: item(m, held, key, node)),
                "__contains__": of_tuples(lambda m, held, value, node: contains(m, held, value, node)),
                "__add__": of_tuples(lambda m, a, b, node: list_result(m, ast.Add, a, b, node)),
                "__radd__": of_tuples(lambda m, b, a, node: list_result(m, ast.Add, a, b, node)),
                "__mul__": of_tuples(lambda m, a, b, node: list_result(m, ast.Mult, a, b, node)),
                "__rmul__": of_tuples(lambda m, a, b, node: list_result(m, ast.Mult, a, b, node)),
                "__eq__": same_tuples,
                "__repr__": tuple_written,
                "__setattr__": tuple_set,
                "_replace": replaced_fields,
                "_asdict": lambda m, call: DictCell(
                    {name: call.args[0].names[name] for name in call.args[0].of.find("_fields")}
                ),
                "count": of_tuples(lambda m, held, value, node: sum(equal(m, one, value, node) for one in held)),
                **{name: order_tuples(sign) for name, sign in ORDER.items()},
            }
        ),
        "_make": Property("classmethod", Builtin("_make", tuple_from)),
    },
    ours=True,
    native="tuple",
)


def named_tuple_of(m: Machine, call: Call) -> ClassObject:
    """namedtuple("Point", "x y")."""
    name, fields, *_ = call.args
    names = fields.replace(",", " ").split() if type(fields) is str else m.listed(fields, call.node)
    check_fields(names, call.node)
    given = call.keywords.get("defaults")
    defaults = m.listed(given, call.node) if given is not None else []
    return named_tuple(name, tuple(names), dict(zip(names[len(names) - len(defaults) :], defaults)))


def typed_tuple_of(m: Machine, call: Call) -> ClassObject:
    """NamedTuple("Point", [("x", int), ("y", int)])."""
    name, fields = call.args
    names = [m.unpacked(field, 2, call.node)[0] for field in m.listed(fields, call.node)]
    check_fields(names, call.node)
    return named_tuple(name, tuple(names), {})


def check_fields(names: list[Any], node: Any) -> None:
    for name in names:
        if type(name) is not str or not name.isidentifier():
            raise refused("ValueError", f"Type names and field names must be valid identifiers: {name!r}", node)
        if name.startswith("_"):
            raise refused("ValueError", f"Field names cannot start with an underscore: {name!r}", node)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise refused("ValueError", f"Encountered duplicate field name: {name!r}", node)
        seen.add(name)


def tuple_class(m: Machine, owner: ClassObject, node: Any) -> ClassObject:
    """class Point(NamedTuple): with its fields as annotations."""
    if "_fields" in owner.names or owner.find("_fields") is not MISSING:
        return owner
    fields = tuple(annotations_of(owner))
    check_fields(list(fields), node)
    defaults = {name: owner.names.pop(name) for name in fields if name in owner.names}
    owner.written()
    owner.names |= {"_fields": fields, "_field_defaults": DictCell(defaults)}
    return owner


def annotations_of(owner: ClassObject) -> dict[str, str]:
    """The names that the body of a class annotates, with the text of their types."""
    found = owner.names.get("__annotations__")
    return {name: text.name for name, text in found.items.items()} if type(found) is DictCell else {}


NAMED_TUPLE = ClassObject("NamedTuple", (TUPLE,), {}, ours=True, native="tuple", builds=tuple_class)


def hashed(m: Machine, held: Instance, node: Any) -> Any:
    """What a record or a named tuple is as the key of a dictionary."""
    fields = m.key(fields_of(m, held) if held.of.native == "tuple" else compared_fields(held), node)
    held.weight = 1 + weight(fields)
    return fields if held.of.native == "tuple" else (held.of, fields)


def weight(key: Any) -> int:
    """How much there is in a key to compare."""
    if kind_of(key) is tuple:
        return 1 + sum(map(weight, key))
    return key.weight if type(key) is Instance else 1


# ------------------------------------------------------------------ dataclasses

FIELD = ClassObject("Field", (), {}, ours=True)
FROZEN = ClassObject("FrozenInstanceError", (EXCEPTIONS["AttributeError"],), {}, ours=True)
KEEP = ("init", "repr", "compare")


def field(m: Machine, call: Call) -> Instance:
    names = {name: call.keywords.get(name, MISSING) for name in ("default", "default_factory")}
    for name in KEEP:
        names[name] = m.truth(call.keywords.get(name, True), call.node)
    names["kw_only"] = m.truth(call.keywords.get("kw_only", False), call.node)
    unknown = call.keywords.keys() - {*names, "hash", "metadata"}
    if call.args or unknown:
        keyword = next(iter(unknown), "")
        raise Misplaced("unknown-keyword", call.node, keyword=keyword, function="field", signature="field(default=…)")
    return Instance(FIELD, names)


def dataclass(m: Machine, call: Call) -> Any:
    options = {name: m.truth(value, call.node) for name, value in call.keywords.items()}
    if call.args:
        return data_class(m, call.args[0], options, call.node)
    return Builtin("dataclass", lambda m, inner: data_class(m, inner.args[0], options, inner.node))


def data_class(m: Machine, owner: ClassObject, options: dict[str, bool], node: Any) -> ClassObject:
    """What @dataclass makes of a class: fields by its annotations, and the methods that it does not have itself."""
    fields: dict[str, Instance] = {}
    for base in reversed(owner.lineage()[1:]):
        fields |= base.names.get("__dataclass_fields__", {})
    for name, text in annotations_of(owner).items():
        if text.startswith(("ClassVar", "typing.ClassVar")):
            continue
        fields[name] = own_field(m, owner, name, options.get("kw_only", False), node)
    check_order(fields, node)
    names = owner.names
    names["__dataclass_fields__"] = fields
    frozen = options.get("frozen", False)
    made_here: dict[str, Callable[[Machine, Call], Any]] = {}
    if options.get("init", True):
        made_here["__init__"] = new_object
    if options.get("repr", True):
        made_here["__repr__"] = object_written
    if options.get("eq", True):
        made_here["__eq__"] = same_objects
    if options.get("order", False):
        made_here |= {name: order_objects(sign) for name, sign in ORDER.items()}
    for name, run in made_here.items():
        if name not in names:
            names[name] = Builtin(name, run)
    if frozen:
        owner.written()
        names["__setattr__"] = Builtin("__setattr__", frozen_set)
        names["__delattr__"] = Builtin("__delattr__", frozen_set)
    if frozen or options.get("unsafe_hash", False):
        owner.native = owner.native or "record"
    return owner


def own_field(m: Machine, owner: ClassObject, name: str, only_named: bool, node: Any) -> Instance:
    given = owner.names.get(name, MISSING)
    if type(given) is Instance and given.of is FIELD:
        found = given
        owner.written()
        if given.names["default"] is MISSING:
            del owner.names[name]
        else:
            owner.names[name] = given.names["default"]
    else:
        if type(given) is Computed:
            given = given.value if not given.varies else given
        found = Instance(FIELD, {**dict.fromkeys(KEEP, True), "default": given, "default_factory": MISSING})
        found.names["kw_only"] = only_named
    default = found.names["default"]
    if type(default) in (ListCell, DictCell, SetCell, Tensor, Fresh):
        kinds: dict[Any, str] = {ListCell: "list", DictCell: "dict", SetCell: "set"}
        kind = kinds.get(type(default), "numpy.ndarray")
        text = f"mutable default <class '{kind}'> for field {name} is not allowed: use default_factory"
        raise refused("ValueError", text, node)
    found.names["name"] = name
    return found


def check_order(fields: dict[str, Instance], node: Any) -> None:
    """Error: TypeError of the program's, for a field without a default after one with."""
    before = ""
    for name, one in fields.items():
        if not one.names["init"] or one.names["kw_only"]:
            continue
        if has_default(one):
            before = name
        elif before:
            raise refused("TypeError", f"non-default argument {name!r} follows default argument", node)


def has_default(one: Instance) -> bool:
    return one.names["default"] is not MISSING or one.names["default_factory"] is not MISSING


def fields_by_name(held: Any) -> dict[str, Instance]:
    owner = held.of if type(held) is Instance else held
    found: Any = owner.find("__dataclass_fields__") if type(owner) is ClassObject else MISSING
    return {} if found is MISSING else found


def new_object(m: Machine, call: Call) -> Steps[Any, Any, None]:
    held = call.args[0]
    fields = fields_by_name(held)
    taken = {name: one for name, one in fields.items() if one.names["init"]}
    names = [name for name, one in taken.items() if not one.names["kw_only"]]
    only_named = tuple([name for name, one in taken.items() if one.names["kw_only"]])
    defaults = {name for name, one in taken.items() if has_default(one)}
    bound = bound_fields(call, f"{held.of.name}.__init__", names, defaults, only_named)
    for name, one in fields.items():
        if name in bound:
            value = bound[name]
        elif one.names["default_factory"] is not MISSING:
            value = yield Asked(one.names["default_factory"], [])
        elif one.names["default"] is not MISSING:
            value = one.names["default"]
        else:
            continue
        held.names[name] = settled(m, name, value, call.node)
    m.writes += 1
    if (after := held.of.find("__post_init__")) is not MISSING:
        yield Asked(Bound(after, held), [])


def compared_fields(held: Instance) -> tuple[Any, ...]:
    return tuple([held.names.get(name) for name, one in fields_by_name(held).items() if one.names["compare"]])


def object_written(m: Machine, call: Call) -> Steps[Any, Any, str]:
    held = call.args[0]
    shown = [(name, held.names.get(name)) for name, one in fields_by_name(held).items() if one.names["repr"]]
    return (yield from fields_written(m, call, shown))


def same_objects(m: Machine, call: Call) -> Any:
    a, b = call.args
    if type(b) is not Instance or b.of is not a.of:
        return NotImplemented
    return equal(m, compared_fields(a), compared_fields(b), call.node)


def order_objects(sign: type[ast.cmpop]) -> Callable[[Machine, Call], Any]:
    def run(m: Machine, call: Call) -> Any:
        a, b = call.args
        if type(b) is not Instance or b.of is not a.of:
            return NotImplemented
        return compared(m, sign, compared_fields(a), compared_fields(b), call.node)

    return run


def frozen_set(m: Machine, call: Call) -> None:
    held, name, *value = call.args
    text = f"cannot {'assign to' if value else 'delete'} field {name!r}"
    said = lambda: Instance(FROZEN, {"args": (text,)})  # noqa: E731
    raise Misplaced("not-written", call.node, got=f"{held.of.name}.{name}").as_in_python(said)


def check_record(held: Any, name: str, node: Any) -> None:
    if not (type(held) is Instance and fields_by_name(held)):
        text = f"{name}() should be called on dataclass instances"
        raise refused("TypeError", text, node)


def as_dictionary(m: Machine, call: Call) -> DictCell:
    check_record(call.args[0], "asdict", call.node)
    return inner_parts(m, call.args[0], lambda pairs: DictCell(dict(pairs)), call.node)


def as_plain_tuple(m: Machine, call: Call) -> Any:
    check_record(call.args[0], "astuple", call.node)
    return inner_parts(m, call.args[0], lambda pairs: tuple([value for _, value in pairs]), call.node)


def inner_parts(m: Machine, value: Any, make: Callable[[list[tuple[str, Any]]], Any], node: Any) -> Any:
    """Objects with fields, however deep in lists, tuples and dictionaries, as what `make` makes of the fields."""
    m.charge(1, node)
    kind = kind_of(value)
    if kind is Instance and fields_by_name(value):
        return make([(name, inner_parts(m, value.names.get(name), make, node)) for name in fields_by_name(value)])
    if kind is ListCell:
        return ListCell([inner_parts(m, part, make, node) for part in nodes.opened_list(m, value)])
    if kind is tuple:
        return tuple([inner_parts(m, part, make, node) for part in value])
    if kind is DictCell:
        return DictCell({key: inner_parts(m, part, make, node) for key, part in value.items.items()})
    return value


def replaced(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    held = call.args[0]
    check_record(held, "replace", call.node)
    m.charge(CALL // 2, call.node)  # an object is made by what is no function of the program
    given = {name: held.names.get(name) for name, one in fields_by_name(held).items() if one.names["init"]}
    return (yield Asked(held.of, [], given | call.keywords))


def fields_listed(m: Machine, call: Call) -> tuple[Instance, ...]:
    return tuple(fields_by_name(call.args[0]).values())


DATACLASSES: dict[str, Any] = {
    **methods(
        {
            "dataclass": dataclass,
            "field": field,
            "asdict": as_dictionary,
            "astuple": as_plain_tuple,
            "replace": replaced,
            "fields": fields_listed,
            "is_dataclass": lambda m, call: bool(fields_by_name(call.args[0])),
        }
    ),
    "FrozenInstanceError": FROZEN,
    "MISSING": MISSING,
}
