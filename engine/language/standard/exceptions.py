"""Python's exceptions as classes of the program, and which of our errors Python has too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, Builtin, ClassObject, Generator, Instance, ListCell, kind_of
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# Each class of exceptions with those that it is the base of.
HIERARCHY: dict[str, str] = {
    "BaseException": "Exception GeneratorExit KeyboardInterrupt SystemExit",
    "Exception": (
        "ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError"
        " NameError OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError"
        " TypeError ValueError Warning"
    ),
    "ArithmeticError": "FloatingPointError OverflowError ZeroDivisionError",
    "ImportError": "ModuleNotFoundError",
    "LookupError": "IndexError KeyError",
    "NameError": "UnboundLocalError",
    "OSError": "ConnectionError FileExistsError FileNotFoundError PermissionError TimeoutError",
    "RuntimeError": "NotImplementedError RecursionError",
    "SyntaxError": "IndentationError",
    "ValueError": "UnicodeError",
    "Warning": "DeprecationWarning FutureWarning RuntimeWarning UserWarning",
}


def set_arguments(m: Machine, call: Any) -> None:
    held, *args = call.args
    keep_arguments(held, args)


def keep_arguments(held: Instance, args: list[Any]) -> None:
    """What an exception is called with is what it holds, whatever its class does with it."""
    held.names["args"] = tuple(args)
    if held.of.find("value") is None:
        held.names["value"] = args[0] if args else None


def text_of_exception(m: Machine, call: Any) -> str:
    """str() of an exception: its argument, of which KeyError shows how it is written; of several the tuple."""
    held = call.args[0]
    args = held.names.get("args", ())
    if not args:
        return ""
    if len(args) > 1:
        return m.represented(args, call.node)
    if KEY_ERROR in held.of.lineage():
        return m.represented(args[0], call.node)
    return m.text_form(args[0], call.node)


def represented_exception(m: Machine, call: Any) -> str:
    held = call.args[0]
    args = held.names.get("args", ())
    shown = m.represented(args, call.node)
    return f"{held.of.name}({m.represented(args[0], call.node)})" if len(args) == 1 else f"{held.of.name}{shown}"


def note_added(m: Machine, call: Any) -> None:
    held, note = call.args
    notes = held.names.setdefault("__notes__", ListCell([]))
    notes.items.append(note)


METHODS: dict[str, Any] = {
    "__init__": Builtin("__init__", set_arguments),
    "__str__": Builtin("__str__", text_of_exception),
    "__repr__": Builtin("__repr__", represented_exception),
    "with_traceback": Builtin("with_traceback", lambda m, call: call.args[0]),
    "add_note": Builtin("add_note", note_added),
    "__cause__": None,
    "__context__": None,
    "__traceback__": None,
    "__suppress_context__": False,
}


def classes() -> dict[str, ClassObject]:
    found = {"BaseException": ClassObject("BaseException", (), METHODS, ours=True, native="exception")}
    for base, names in HIERARCHY.items():
        for name in names.split():
            own: dict[str, Any] = {"value": None} if name == "StopIteration" else {}
            found[name] = ClassObject(name, (found[base],), own, ours=True)
    return found


EXCEPTIONS = classes()
EXCEPTIONS["IOError"] = EXCEPTIONS["EnvironmentError"] = EXCEPTIONS["OSError"]
KEY_ERROR = EXCEPTIONS["KeyError"]


def is_exception(value: Any) -> bool:
    """Whether a value is an exception, or a class of them."""
    kind = kind_of(value)
    return (kind is Instance and value.of.native == "exception") or (
        kind is ClassObject and value.native == "exception"
    )


def made(name: str, *args: Any) -> Instance:
    """An exception of Python's."""
    held = Instance(EXCEPTIONS[name])
    keep_arguments(held, list(args))
    return held


class Raised(Misplaced):
    """An exception of the program's on its way to whoever handles it.

    calls: the texts of the calls that it has left so far.
    """

    def __init__(self, exception: Instance, place: Any):
        super().__init__("raised", place)
        self.exception = exception


def raising(name: str, *args: Any) -> Callable[[], Instance]:
    """What Python raises in place of an error of ours."""
    return lambda: made(name, *args)


def as_python(run: Callable[[], Any]) -> Callable[[], Instance | None]:
    """What Python raises in place of an error of ours, by what it says itself where it does the same; None where it
    raises nothing.
    """

    def exception() -> Instance | None:
        try:
            run()
        except Exception as error:
            return made(type(error).__name__, *error.args)
        return None

    return exception


def by_types(run: Callable[..., Any], *values: Any) -> Callable[[], Instance | None]:
    """The same, where what Python says tells the types of values alone."""
    return as_python(lambda: run(*map(standing_in, values)) if all(map(type_name, values)) else None)


def called(value: Any) -> Any:
    return value()


def no_attribute(value: Any, name: str) -> Callable[[], Instance | None]:
    kind = type_name(value)
    return raising("AttributeError", f"'{kind}' object has no attribute '{name}'") if kind else lambda: None


def unbound(name: str, local: bool) -> Callable[[], Instance]:
    """What Python says of a name without a value."""
    if local:
        text = f"cannot access local variable '{name}' where it is not associated with a value"
        return raising("UnboundLocalError", text)
    return raising("NameError", f"name '{name}' is not defined")


def unpacking(count: int, got: int, least: bool = False) -> Callable[[], Instance]:
    """What Python says where names and values differ in number."""
    if got < count:
        wanted = f"at least {count}" if least else count
        return raising("ValueError", f"not enough values to unpack (expected {wanted}, got {got})")
    return raising("ValueError", f"too many values to unpack (expected {count})")


def missing(name: str, kind: str, wanted: list[str]) -> Callable[[], Instance]:
    """What Python says of arguments that are not given.  kind: "positional" or "keyword-only"."""
    quoted = [f"'{one}'" for one in wanted]
    last = f"{', and ' if len(quoted) > 2 else ' and '}{quoted[-1]}" if len(quoted) > 1 else quoted[0]
    listed = ", ".join(quoted[:-1]) + last if len(quoted) > 1 else last
    s = "s" if len(quoted) > 1 else ""
    return raising("TypeError", f"{name}() missing {len(quoted)} required {kind} argument{s}: {listed}")


def too_many(name: str, least: int, most: int, count: int) -> Callable[[], Instance]:
    takes = f"from {least} to {most}" if least < most else str(most)
    s = "s" if most != 1 or least < most else ""
    verb = "was" if count == 1 else "were"
    return raising("TypeError", f"{name}() takes {takes} positional argument{s} but {count} {verb} given")


def standing_in(value: Any) -> Any:
    """A value of Python's own that has the same type, for what Python says of types."""
    name = type_name(value)
    plain: dict[str, Any] = {
        "list": [],
        "tuple": (),
        "dict": {},
        "set": set(),
        "NoneType": None,
        "int": 1,
        "float": 1.5,
        "bool": True,
    }
    if name in plain:
        return plain[name]
    if name == "str":
        return value
    if name == "function":
        return lambda: None
    if name == "generator":
        return (item for item in ())
    return type(name, (), {})()


def type_name(value: Any) -> str:
    """The name of a value's type in Python; "" where that is not known."""
    kind = kind_of(value)
    if kind is Instance:
        return value.of.name
    if kind in (int, float, bool, str, tuple, range):
        return kind.__name__
    if value is None:
        return "NoneType"
    known = {"ListCell": "list", "DictCell": "dict", "SetCell": "set", "Function": "function", "Generator": "generator"}
    if kind is ClassObject:
        return "type"
    if kind.__name__ == "Computed":
        return kind_of(value.value).__name__
    return known.get(kind.__name__, "")


def exception_of(error: Any) -> Instance | None:
    """The exception that an error of ours is in Python; None where it is a refusal of ours alone."""
    if type(error) is Raised:
        return error.exception
    python = getattr(error, "python", None)
    if python is not None and not isinstance(python, Instance):
        python = error.python = python()
    return python


def is_one(exception: Instance, name: str) -> bool:
    return EXCEPTIONS[name] in exception.of.lineage()


def is_end(error: Any) -> bool:
    """Whether an error says that there are no more items."""
    exception = exception_of(error)
    return exception is not None and is_one(exception, "StopIteration")


def ended(generator: Any, node: Any) -> Misplaced:
    """StopIteration, with what the generator returned."""
    value = generator.value if type(generator) is Generator and generator.value is not None else MISSING
    args = () if value is MISSING else (value,)
    return Misplaced("iterator-ended", node).as_in_python(raising("StopIteration", *args))
