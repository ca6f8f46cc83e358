"""Programs run by CPython itself: their last value `z`, and its gradients by dual numbers, autograd or differences.

A program that raises, runs long, makes large numbers, branches on an input or stands near a kink is unfit: there is
nothing to compare.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import math
import operator
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

autograd: Any = importlib.import_module("autograd")
anp: Any = importlib.import_module("autograd.numpy")

LARGEST = 1e9  # of any number in a program of known values: floats hold such whole numbers and their products
LONGEST = 100  # of any text or container
MOST_LINES = 5000  # that are executed
LARGEST_ELEMENT = 1e4  # of an array
STEP = 2e-4  # of a difference, relative to the element
SAME = 1e-5  # how far autograd may lie from differences; where it is further, a rule of its own is wrong
SMOOTH = 1e-6  # how far slopes by different steps, and on both sides, may lie apart, relative to what is computed
NUMBER = (int, float)


class Unfit(Exception):
    """A program that is not compared, and why."""


@dataclass
class Expected:
    """What the engine should find: the last value, and the gradients of inputs by name.

    scale: the size of the numbers that rounding is measured by.
    """

    value: float
    gradients: dict[str, Any] = field(default_factory=dict)
    scale: float = 1.0


BUILTINS = {
    name: getattr(builtins, name)
    for name in """__build_class__ abs all any bool callable dict divmod enumerate filter float frozenset
    int isinstance issubclass iter len list map max min next object ord pow print property range repr reversed round set
    slice sorted staticmethod classmethod str sum super tuple type zip ArithmeticError AssertionError AttributeError
    Exception IndexError KeyError LookupError NameError RuntimeError StopIteration TypeError ValueError
    ZeroDivisionError""".split()
}


def namespace_of(modules: dict[str, Any]) -> dict[str, Any]:
    """The global names of a program; modules: what it may import, by name.

    np and math are there without an import, too: cells are pasted without their first lines.
    """

    def imported(name: str, *how: Any) -> Any:
        return modules[name] if name in modules else importlib.__import__(name, *how)  # NumPy's own, late ones

    names = {"np": modules["numpy"], "math": modules["math"]}
    return {"__builtins__": BUILTINS | {"__import__": imported}, "__name__": "__main__", **names}


def check_size(value: object) -> None:
    """Raises Unfit for what is too large for a program of known values."""
    if isinstance(value, Dual):
        value = value.value
    if isinstance(value, NUMBER):
        if not abs(value) <= LARGEST:
            raise Unfit("a large number")
    elif isinstance(value, str | list | tuple | dict | set) and len(value) > LONGEST:
        raise Unfit("a long value")


def check_sizes(names: dict[str, object]) -> None:
    for name, value in names.items():
        if not name.startswith("__"):
            check_size(value)
            if type(value).__module__ == "__main__":
                for held in getattr(value, "__dict__", {}).values():
                    check_size(held)


def run(tree: ast.Module, namespace: dict[str, Any]) -> None:
    """Execute a program.  Raises Unfit where it raises, runs long or makes large numbers, after whatever line."""
    lines = 0

    def traced(frame: types.FrameType, event: str, _: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != "<program>":
            return None
        lines += 1
        if lines > MOST_LINES:
            raise Unfit("a long run")
        check_sizes(frame.f_locals)
        return traced

    before = sys.gettrace()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            code = compile(tree, "<program>", "exec")
            sys.settrace(traced)
            exec(code, namespace)
        except Unfit:
            raise
        except Exception as error:
            raise Unfit(f"{type(error).__name__}: {error}") from None
        finally:
            sys.settrace(before)
    check_sizes(namespace)


# Dual numbers: the known half

# Operators with their two local derivatives, from the operands and the result.
Locals = Callable[[Any, Any], tuple[float, float]]
ARITHMETIC: dict[str, tuple[Callable[[Any, Any], Any], Locals]] = {
    "+": (operator.add, lambda x, y: (1.0, 1.0)),
    "-": (operator.sub, lambda x, y: (1.0, -1.0)),
    "*": (operator.mul, lambda x, y: (y, x)),
    "/": (operator.truediv, lambda x, y: (1 / y, -x / y**2)),
    "//": (operator.floordiv, lambda x, y: (0.0, 0.0)),
    "%": (operator.mod, lambda x, y: (1.0, -(x // y))),
}


def arithmetic(sign: str, a: Any, b: Any) -> Any:
    """Of two dual numbers, or one and a plain number."""
    x, y = (v.value if isinstance(v, Dual) else v for v in (a, b))
    if not (isinstance(x, NUMBER) and isinstance(y, NUMBER)):
        return NotImplemented
    compute, locals_of = ARITHMETIC[sign]
    z = compute(x, y)
    slopes: dict[str, float] = {}
    for v, local in zip((a, b), locals_of(x, y)):
        if isinstance(v, Dual):
            for name, slope in v.slopes.items():
                slopes[name] = slopes.get(name, 0.0) + local * slope
    return Dual(z, slopes)


class Dual:
    """A number that flows to the output, with its slope by each input.

    It has no truth, compares with nothing and is not converted, so that a program whose way depends on it raises.
    A whole number among them is read where Python takes an index: in range, an index, a slice, a repetition.
    """

    __array_priority__ = 1000  # NumPy's numbers leave the arithmetic to it
    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __init__(self, value: float, slopes: dict[str, float]):
        self.value = value
        self.slopes = slopes

    def through(self, value: float, local: float) -> Dual:
        return Dual(value, {name: local * slope for name, slope in self.slopes.items()})

    def __index__(self) -> int:
        return operator.index(self.value)  # pyright: ignore[reportArgumentType]

    def __repr__(self) -> str:
        return repr(self.value)

    def __format__(self, how: str) -> str:
        return format(self.value, how)

    def __add__(self, other: Any) -> Any:
        return arithmetic("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return arithmetic("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return arithmetic("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return arithmetic("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return arithmetic("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return arithmetic("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return arithmetic("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return arithmetic("/", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return arithmetic("//", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return arithmetic("//", other, self)

    def __mod__(self, other: Any) -> Any:
        return arithmetic("%", self, other)

    def __rmod__(self, other: Any) -> Any:
        return arithmetic("%", other, self)

    def __pow__(self, exponent: Any) -> Any:
        if not isinstance(exponent, NUMBER):
            return NotImplemented  # of a moving exponent there is a slope only over positive numbers
        return self.through(self.value**exponent, exponent * self.value ** (exponent - 1) if exponent else 0.0)

    def __neg__(self) -> Dual:
        return self.through(-self.value, -1.0)

    def __pos__(self) -> Dual:
        return self

    def __abs__(self) -> Dual:
        if not self.value:
            raise TypeError("a kink")
        return self.through(abs(self.value), math.copysign(1.0, self.value))

    def refused(self, *_: object) -> Any:
        raise TypeError("an input decides the way")

    __bool__ = __int__ = __float__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = refused

    def exp(self) -> Dual:
        return self.through(math.exp(self.value), math.exp(self.value))

    def log(self) -> Dual:
        return self.through(math.log(self.value), 1 / self.value)

    def sqrt(self) -> Dual:
        return self.through(math.sqrt(self.value), 0.5 / math.sqrt(self.value))

    def sin(self) -> Dual:
        return self.through(math.sin(self.value), math.cos(self.value))

    def cos(self) -> Dual:
        return self.through(math.cos(self.value), -math.sin(self.value))

    def tanh(self) -> Dual:
        return self.through(math.tanh(self.value), 1 - math.tanh(self.value) ** 2)


class DualMath:
    """The functions of `math` that programs use, of dual numbers too."""

    pi, e = math.pi, math.e
    floor, ceil, gcd = math.floor, math.ceil, math.gcd

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        plain = getattr(math, name)
        return lambda x: getattr(x, name)() if isinstance(x, Dual) else plain(x)


PLAIN = {"numpy": np, "math": math}
DUAL = {"numpy": np, "math": DualMath()}


def outside_functions(body: list[ast.stmt]) -> Iterator[ast.Assign]:
    """The assignments of a module in the order of the text, in branches and loops too, not in functions and classes."""
    for statement in body:
        if isinstance(statement, ast.Assign):
            yield statement
        elif not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                yield from outside_functions(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from outside_functions(handler.body)


def is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in NUMBER


def is_array(node: ast.expr) -> bool:
    """Whether it is a number, or a list or tuple of such."""
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(map(is_array, node.elts))
    return is_number(node)


def bound_literals(tree: ast.Module) -> Iterator[ast.Assign]:
    """The statements that bind a number or a list of numbers to names outside functions: those are inputs.

    A zero that is then added to is not: it becomes a constant.
    """
    summed = {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    for statement in outside_functions(tree.body):
        zero = isinstance(statement.value, ast.Constant) and statement.value.value == 0
        names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
        if is_array(statement.value) and not (zero and names <= summed):
            yield statement


def moving(name: str, value: Any) -> Any:
    """A literal as dual numbers."""
    if isinstance(value, list | tuple):
        return type(value)(moving("", item) for item in value)
    return Dual(value, {name: 1.0} if name else {})


def with_moving_literals(text: str) -> ast.Module:
    """A program in which what binds an input calls `__moving__`."""
    tree = ast.parse(text)
    stores = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    at_top = {id(statement) for statement in tree.body}
    for statement in bound_literals(tree):
        (target, *others) = statement.targets
        once = not others and isinstance(target, ast.Name) and stores.count(target.id) == 1 and id(statement) in at_top
        name = target.id if once and isinstance(target, ast.Name) and is_number(statement.value) else ""
        call = ast.Call(ast.Name("__moving__", ast.Load()), [ast.Constant(name)], [])
        ast.copy_location(call, statement.value)
        ast.fix_missing_locations(call)
        call.args.append(statement.value)
        statement.value = call
    return tree


def known_expected(text: str) -> Expected:
    """The value of z in a program of known values, and its gradient by each number that is bound once at the top."""
    tree = ast.parse(text)
    plain, dual = namespace_of(PLAIN), namespace_of(DUAL) | {"__moving__": moving}
    run(tree, plain)
    moved = with_moving_literals(text)
    run(moved, dual)
    try:
        value, z = plain["z"], dual["z"]
    except KeyError:
        raise Unfit("no z") from None
    if not (isinstance(z, Dual) and isinstance(value, NUMBER) and abs(z.value - value) <= 1e-9 * max(1, abs(value))):
        raise Unfit("z does not follow from an input, or another way is taken with one")
    names = {
        node.args[0].value
        for node in ast.walk(moved)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__moving__"
        if isinstance(node.args[0], ast.Constant)
    }
    slopes = {name: z.slopes.get(name, 0.0) for name in names if isinstance(name, str) and name}
    if not all(map(math.isfinite, slopes.values())) or "x" not in z.slopes:
        raise Unfit("no gradient by x")
    scale = max(1.0, abs(value), *map(abs, slopes.values()))
    return Expected(float(value), slopes, scale)


# Autograd and differences: the array half


def is_float_array(node: ast.expr) -> bool:
    return is_array(node) and all(
        isinstance(constant.value, float) for constant in ast.walk(node) if isinstance(constant, ast.Constant)
    )


def array_literal(value: ast.expr) -> ast.expr | None:
    """The numbers of a float, or of a call of np.array that lists floats."""
    if is_number(value) and is_float_array(value):
        return value
    match value:
        case ast.Call(args=[ast.List() as items], keywords=[]) if ast.unparse(value.func) == "np.array":
            return items if is_float_array(items) else None
        case _:
            return None


def with_given_literals(tree: ast.Module) -> tuple[ast.Module, dict[str, Any]]:
    """A copy in which the first value of each named array of floats is looked up in `__given__`, and those values."""
    tree = ast.parse(ast.unparse(tree))
    given: dict[str, Any] = {}
    bound: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if (literal := array_literal(statement.value)) is not None:
                value = ast.literal_eval(literal)
                if name in given:
                    raise Unfit("two inputs of one name")
                # What begins with zeros is no input but a constant, where it is then filled.
                if name not in bound and np.any(value):
                    given[name] = value if isinstance(value, float) else np.array(value)
                    statement.value = ast.parse(f"__given__({name!r})", mode="eval").body
            case _:
                pass
        bound |= {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
    return ast.fix_missing_locations(tree), given


def writes_in_place(tree: ast.Module) -> bool:
    """Whether an array may be written: autograd has no rule for that."""
    return any(
        isinstance(node, ast.AugAssign)
        or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.Attribute) and node.attr in ("fill", "put", "sort"))
        for node in ast.walk(tree)
    )


def check_arrays(names: dict[str, Any]) -> None:
    for name, value in names.items():
        if not name.startswith("__") and isinstance(value, float | np.ndarray):
            values = np.asarray(value)
            if isinstance(value, np.ndarray) and value.shape == ():
                raise Unfit("an array without axes, which is a number that aliases")
            if values.dtype.kind not in "fib" or not np.all(np.abs(values) <= LARGEST_ELEMENT):
                raise Unfit("an array of something else than numbers, or with large ones")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def array_expected(text: str) -> Expected:
    """The value of z in a program of arrays, and its gradient by each named array of floats and each named float."""
    tree = ast.parse(text)
    namespace = namespace_of(PLAIN)
    run(tree, namespace)
    check_arrays(namespace)
    z = namespace.get("z")
    if not isinstance(z, float | np.ndarray) or np.shape(z) != ():
        raise Unfit("no number z")
    moved, given = with_given_literals(tree)
    code = compile(moved, "<program>", "exec")
    if not given:
        raise Unfit("no named array")
    with quiet():
        gradients = difference_gradients(code, given)  # which find out whether a kink is near
        exact = None if writes_in_place(tree) else autograd_gradients(code, given)
    if exact and all(np.allclose(exact[name], gradients[name], rtol=SAME, atol=SAME) for name in given):
        gradients = exact
    if not all(np.all(np.isfinite(gradient)) for gradient in gradients.values()):
        raise Unfit("a gradient that is no number")
    # A name whose first number the output does not depend on stands for a later one.
    stores = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    gradients = {name: found for name, found in gradients.items() if stores.count(name) == 1 or np.any(found)}
    scale = max(1.0, abs(float(z)), *(float(np.max(np.abs(gradient))) for gradient in gradients.values()))
    return Expected(float(z), gradients, scale)


def autograd_gradients(code: types.CodeType, given: dict[str, Any]) -> dict[str, Any] | None:
    """Exact ones; None where autograd does not know a function of the program."""

    def z_of(values: list[Any]) -> Any:
        namespace = namespace_of(PLAIN | {"numpy": anp})
        namespace["__given__"] = dict(zip(given, values)).__getitem__
        exec(code, namespace)
        return namespace["z"]

    try:
        return dict(zip(given, autograd.grad(z_of)(list(given.values()))))
    except Exception:
        return None


def difference_gradients(code: types.CodeType, given: dict[str, Any]) -> dict[str, Any]:
    """Raises Unfit near a kink, where differences with two steps disagree."""

    def z_of(name: str, value: Any) -> float:
        namespace = namespace_of(PLAIN)
        values = given | {name: value}
        namespace["__given__"] = lambda asked: np.copy(values[asked]) if np.ndim(values[asked]) else values[asked]
        exec(code, namespace)
        return float(namespace["z"])

    def moved(value: Any, index: tuple[int, ...], by: float) -> Any:
        if index == ():
            return value + by
        value = value.copy()
        value[index] += by
        return value

    gradients: dict[str, Any] = {}
    try:
        z = z_of("", None)
        for name, value in given.items():
            found = np.zeros(np.shape(value))
            for index in np.ndindex(np.shape(value)):
                h = STEP * max(1.0, abs(value[index] if index else value))
                found[index] = slope(lambda by: z_of(name, moved(value, index, by)), z, h)  # noqa: B023 - called at once
            gradients[name] = found if np.ndim(value) else float(found)
    except Unfit:
        raise
    except Exception as error:
        raise Unfit(f"a step away: {type(error).__name__}: {error}") from None
    return gradients


def slope(f: Callable[[float], float], middle: float, h: float) -> float:
    """By five points, twice.  Raises Unfit where the two disagree, or the slopes to the left and to the right do."""
    at = {k: f(k * h) for k in (-2, -1, -0.5, 0.5, 1, 2)}
    coarse, fine = ((8 * (at[k] - at[-k]) - (at[2 * k] - at[-2 * k])) / (12 * k * h) for k in (1, 0.5))
    # What is left of the difference between right and left, of which the part that falls with h is taken off.
    jump = (2 * (at[0.5] + at[-0.5] - 2 * middle) / 0.5 - (at[1] + at[-1] - 2 * middle)) / h
    if not max(abs(coarse - fine), abs(jump)) <= SMOOTH * max(1.0, abs(fine), abs(middle)):
        raise Unfit("a kink")
    return fine


EXPECTED: dict[str, Callable[[str], Expected]] = {"known": known_expected, "array": array_expected}
