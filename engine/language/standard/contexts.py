"""The module contextlib: what `with` is given."""

from __future__ import annotations

from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, Asked, Bound, Builtin, ClassObject, Generator, Instance, Thrown
from gradlens.engine.language.standard.exceptions import Raised, exception_of, made
from gradlens.engine.language.standard.unwinding import is_handled
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def context_manager(m: Machine, call: Any) -> Builtin:
    """@contextmanager: a generator whose one item is what `with` gives."""
    (function,) = call.args

    def run(m: Machine, inner: Any) -> Steps[Any, Any, Instance]:
        generator = yield Asked(function, inner.args, inner.keywords)
        return Instance(MANAGER, {"gen": generator})

    return Builtin(m.shown(function), run)


def enter_generator(m: Machine, call: Any) -> Steps[Any, Any, Any]:
    generator = call.args[0].names["gen"]
    item = (yield generator) if type(generator) is Generator else MISSING
    if item is MISSING:
        raise Raised(made("RuntimeError", "generator didn't yield"), call.node)
    return item


def exit_generator(m: Machine, call: Any) -> Steps[Any, Any, bool]:
    held, _, exception, _ = call.args
    generator = held.names["gen"]
    if exception is None:
        if (yield generator) is not MISSING:
            raise Raised(made("RuntimeError", "generator didn't stop"), call.node)
        return False
    try:
        found = yield Thrown(generator, Raised(exception, call.node))
    except Misplaced as error:
        found = exception_of(error)
        wrapped = exception.of.name == "StopIteration" and found is not None and found.names.get("__cause__")
        if found is exception or wrapped is exception:
            return False
        raise
    if found is not MISSING:
        raise Raised(made("RuntimeError", "generator didn't stop after throw()"), call.node)
    return True


def keep_classes(m: Machine, call: Any) -> None:
    held, *classes = call.args
    held.names["classes"] = tuple(classes)


def suppressed(m: Machine, call: Any) -> bool:
    held, _, exception, _ = call.args
    return exception is not None and is_handled(m, exception, held.names["classes"], None, call.node)


def keep_first(m: Machine, call: Any) -> None:
    held, *given = call.args
    held.names["held"] = given[0] if given else call.keywords.get("enter_result")


def first_kept(m: Machine, call: Any) -> Any:
    return call.args[0].names["held"]


def close_kept(m: Machine, call: Any) -> Steps[Any, Any, None]:
    held = call.args[0].names["held"]
    yield Asked(Bound(held.of.find("close"), held), [])


def nothing(m: Machine, call: Any) -> None:
    return None


def manager(name: str, begins: Any, ends: Any, made: Any = None) -> ClassObject:
    names: dict[str, Any] = {"__enter__": Builtin("__enter__", begins), "__exit__": Builtin("__exit__", ends)}
    if made is not None:
        names["__init__"] = Builtin("__init__", made)
    return ClassObject(name, (), names, ours=True)


MANAGER = manager("_GeneratorContextManager", enter_generator, exit_generator)
CONTEXTLIB: dict[str, Any] = {
    "contextmanager": Builtin("contextmanager", context_manager),
    "suppress": manager("suppress", nothing, suppressed, keep_classes),
    "nullcontext": manager("nullcontext", first_kept, nothing, keep_first),
    "closing": manager("closing", first_kept, close_kept, keep_first),
    "AbstractContextManager": ClassObject("AbstractContextManager", (), {}),
}
