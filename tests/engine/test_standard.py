"""The standard library on known values, and classes with methods of Python's own: as CPython has them."""

from __future__ import annotations

import pytest

from gradlens import engine
from tests.engine.fuzz.tables import between_blank_lines
from tests.engine.test_exceptions import DATA, differing, refused


def test_programs_with_the_standard_library_find_what_cpython_finds() -> None:
    assert differing(between_blank_lines((DATA / "standard.txt").read_text())) == []


# Each with the value and the gradient of x = 2.0 by hand.
WITH_GRADIENTS = """
# 14.0 6.0
from dataclasses import dataclass
@dataclass
class Layer:
    w: float
    b: float = 1.0
    def __call__(self, v):
        return self.w * v + self.b
x = 2.0
y = Layer(x)(3.0) + Layer(7.0, x)(0.0) + Layer(x, x)(1.0) + 1.0

# 24.0 18.0
from functools import reduce
from itertools import accumulate
import operator
x = 2.0
y = reduce(operator.mul, [x, 3.0, x]) + list(accumulate([x, x, x, 0.0]))[2]
y = y + reduce(lambda a, b: a + b, [x, x, x])

# 8.0 4.0
from collections import defaultdict, deque, namedtuple
Pair = namedtuple("Pair", "a b")
x = 2.0
d = defaultdict(float)
d["k"] += x
d["k"] += x
q = deque([x], maxlen=1)
p = Pair(b=x, a=3)
y = d["k"] + q[0] + p.b

# 10.5 1.75
from fractions import Fraction
half, n = Fraction(1, 2), 4
third = sum([Fraction(1, k) for k in (3, 6)]) - Fraction("1/6")
x = 2.0
y = half * x + x * float(1 / third - n * half) + x * Fraction(0.75) ** 1 - 0.5 * x * Fraction(-7, 2) / -3.5
z = y + (third < half) + (half == 0.5) + len(str(third)) + len(repr(half)) - 12 - (half != 0.5)

# 18.0 9.0
numbers = iter([1, 2, 3, 0, 5])
x = 2.0
y = x * sum(iter(lambda: next(numbers), 0)) + x * (5).bit_length() + x * (7).bit_count()
n = 10
y = y + x * n.bit_length() - x * int(bin(4), 2) + x * len(hex(255)) - x * len(oct(8)) - x * len(format(x, ".1f"))

# 10.0 1.0
from enum import IntEnum
from functools import lru_cache
class Size(IntEnum):
    SMALL = 2
    LARGE = 8
@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
x = 2.0
y = x + Size.LARGE + 0 * fib(40)

# 12.0 12.0
from functools import lru_cache
@lru_cache(maxsize=None)
def squared(v):
    return v * v
x = 2.0
y = squared(x) + squared(x) + squared(x)

# 6.0 3.0
from typing import NamedTuple
class State(NamedTuple):
    h: float
    t: int = 0
x = 2.0
s = State(x)
for _ in range(2):
    s = s._replace(h=s.h + x, t=s.t + 1)
y = s.h
"""


def test_gradients_go_through_records_containers_and_functions_of_functions() -> None:
    for program in between_blank_lines(WITH_GRADIENTS):
        value, gradient = map(float, program.split("\n")[0].split()[1:])
        trace = engine.trace(program)
        assert trace.nodes[trace.output].value == value, program
        assert trace.gradients["x"] == gradient, program


HOSTILE = """
from itertools import permutations
n = 0
for p in permutations("abcdefghijklmnopqrstuvwxyz" * 2500):
    n += 1

from itertools import product
n = sum(1 for _ in product(range(1000), repeat=1000))

from itertools import product
list(product([0, 1], repeat=10 ** 12))

from itertools import count, cycle
for a in cycle(count()):
    pass

from itertools import repeat
list(repeat(0))

from itertools import combinations
list(combinations(range(10 ** 9), 2))

from itertools import accumulate, count
list(accumulate(count(), lambda a, b: a * b + 2))

from collections import Counter
c = Counter()
while True:
    c.update(list(range(1000)))

from collections import Counter
list(Counter(a=10 ** 12).elements())

from collections import deque
q = deque([1])
while True:
    q.extend(list(q))

from collections import defaultdict
def tree():
    return defaultdict(tree)
t = tree()
while True:
    t = t["a"]

from dataclasses import dataclass
@dataclass
class A:
    x: object
a = A(1)
for _ in range(200):
    a = A([a, a])
len(repr(a))

from dataclasses import dataclass
@dataclass
class A:
    x: object
a, b = A(1), A(1)
for _ in range(200):
    a, b = A([a, a]), A([b, b])
a == b

from dataclasses import dataclass, asdict
@dataclass
class A:
    x: object
a = A(1)
for _ in range(200):
    a = A([a, a])
asdict(a)

from collections import namedtuple
P = namedtuple("P", "x y")
p = P(1, 2)
for _ in range(200):
    p = P(p, p)
hash(p)

import copy
a = (1, 2)
while True:
    a = copy.deepcopy((a, a, [1] * 10000))

from functools import lru_cache
@lru_cache(maxsize=None)
def f(n):
    return f(n + 1)
f(0)

from functools import reduce
reduce(lambda a, b: a + a, range(10 ** 6), "ab")

import heapq
h = []
while True:
    heapq.heappush(h, len(h))

class A:
    def __getattr__(self, name):
        return getattr(self, name + "x")
A().x

class A:
    @property
    def x(self):
        return self.x
A().x

class A:
    def __set_name__(self, owner, name):
        owner.x = type(self)()
        return self.__set_name__(owner, name)
class B:
    a = A()

x = {}
for k in range(10 ** 7):
    x[k] = list(x.keys())

def f(v):
    match v:
        case [a, *rest]:
            return f([a, a, *rest])
f([1])
"""


def test_what_the_standard_library_makes_without_end_ends_within_the_limits() -> None:
    for program in between_blank_lines(HOSTILE):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, limits=engine.Limits(steps=50_000))
        assert caught.value.kind in ("too-many-steps", "recursion", "too-deep", "string"), (program, caught.value)


def test_what_lies_outside_is_outside_in_a_text_too() -> None:
    error = refused("import time\nt = f'{time.time():.2f}'\nx = 2.0\nif len(t) > 3:\n    x = x * 2")
    assert error.kind == "out-of-reach"
    trace = engine.trace("import time\nx = 2.0\ny = x * 3\nprint(f'took {time.time()}')")
    assert trace.gradients["x"] == 3.0


def test_a_named_tuple_that_is_made_by_a_call_of_its_base_is_refused_at_its_line():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("from typing import NamedTuple\nP = NamedTuple('P', [('x', float)])\nx = 2.0\nz = x * 3")
    assert (caught.value.kind, caught.value.span.start_line) == ("not-in-language", 2)
