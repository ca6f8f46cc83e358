"""Whatever is pasted ends: in an answer, or in an error that names the figure and the limit."""

from __future__ import annotations

import pytest

from gradlens import engine
from gradlens.engine import EngineError, Limits
from tests.each import each
from tests.engine.counting import function_calls

LIMITS = Limits(steps=100_000, nodes=5_000, elements=100_000)
LENGTH = 64_000


def ending(text: str, limits: Limits = LIMITS) -> EngineError | None:
    try:
        engine.trace(text, limits=limits)
    except EngineError as error:
        return error
    return None


def doubling_functions(count: int) -> str:
    lines = ["def f0(v): return v"]
    lines += [f"def f{i}(v): return f{i - 1}(f{i - 1}(v))" for i in range(1, count)]
    return "\n".join([*lines, f"x = 2.5\nz = f{count - 1}(x)"])


DOUBLING = {
    "calls": doubling_functions(40),
    "calls of what is known": doubling_functions(40).replace("f39(x)", "x * f39(3)"),
    "lists": "a = [None]\nfor i in range(60):\n    a = a + a\nz = 2.5 * len(a)",
    "lists in place": "a = [None]\nfor i in range(60):\n    a += a\nz = 2.5 * len(a)",
    "lists that extend themselves": "a = [None]\nfor i in range(60):\n    a.extend(a)\nz = 2.5 * len(a)",
    "a list of a list": "a = [1]\nfor i in range(60):\n    a = [a, a]\nz = 2.5 * (a == [a, 1])\nz = str(a)",
    "lists that are compared": "a = [1]\nb = [1]\nfor i in range(60):\n    a, b = [a, a], [b, b]\nz = 2.5 * (a == b)",
    "tuples": "a = (0,)\nfor i in range(60):\n    a = a * 2\nz = 2.5 * len(a)",
    "tuples as keys": "a = (1,)\nfor i in range(60):\n    a = (a, a)\nd = {a: 1}\nz = 2.5 * d[a]",
    "text": "a = 'ab'\nfor i in range(60):\n    a = a + a\nz = 2.5 * len(a)",
    "text that is repeated": "a = 'ab' * 10 ** 9\nz = 2.5 * len(a)",
    "text that is joined": "a = 'ab'\nfor i in range(60):\n    a = a.join([a, a])\nz = 2.5 * len(a)",
    "text that is replaced": "a = 'ab'\nfor i in range(60):\n    a = a.replace('a', 'ab' * 50)\nz = 2.5 * len(a)",
    "text that is filled in": "a = 'ab'\nfor i in range(60):\n    a = f'{a}{a}'\nz = 2.5 * len(a)",
    "text that is formatted": "a = 'ab'\nfor i in range(60):\n    a = '{0}{0}'.format(a)\nz = 2.5 * len(a)",
    "text that is filled in by %": "a = 'ab'\nfor i in range(60):\n    a = '%s%s' % (a, a)\nz = 2.5 * len(a)",
    "text of a given width": "z = 2.5 * len('{:{}}'.format(1, 10 ** 10))",
    "text of a width by %": "z = 2.5 * len('%*d' % (10 ** 10, 1))",
    "text that is padded": "a = 'ab'.zfill(10 ** 10) + 'a'.ljust(10 ** 10)\nz = 2.5 * len(a)",
    "text of a list": "a = [1] * 1000\nfor i in range(300):\n    s = str(a)\nz = 2.5 * len(s)",
    "digits by squares": "def f(n):\n    for i in range(60):\n        n = n * n\n    return n\nz = 2.5 * (f(3) > 1)",
    "digits by powers": "def f(n):\n    return n ** n ** n\nz = 2.5 * (f(9) > 1)",
    "digits by shifts": "def f(n):\n    return n << 10 ** 12\nz = 2.5 * (f(9) > 1)",
    "digits that are written": "def f(n):\n    return len(str(10 ** 4299 * n))\nz = 2.5 * f(1) * f(10 ** 9)",
    "arrays": "a = np.ones(2)\nfor i in range(60):\n    a = np.concatenate([a, a])\nz = a.sum()",
    "nested loops": "\n".join(" " * i + f"for i{i} in range(9):" for i in range(15)) + "\n" + " " * 15 + "x = 2.5",
    "nested comprehensions": "z = 2.5 * len([0 " + " ".join(f"for i{i} in range(9)" for i in range(15)) + "])",
    "comprehensions in comprehensions": "z = 2.5 * len(" + "[" * 12 + "0" + " for i in range(9)]" * 12 + ")",
    "generators": "z = 2.5 * sum(1 " + " ".join(f"for i{i} in range(9)" for i in range(15)) + ")",
    "a generator that never ends": "def g():\n    while True:\n        yield 1\nz = 2.5 * sum(g())",
    "a generator of itself": "def g():\n    yield from g()\nz = 2.5 * sum(g())",
    "a list that grows while it is read": "a = [1]\nfor v in a:\n    a.append(v)\nz = 2.5 * len(a)",
    "sorting": (
        "a = list(range(10 ** 5, 0, -1))\nfor i in range(50):\n    b = sorted(a, key=lambda v: -v)\nz = 2.5 * len(b)"
    ),
    "a long range": "z = 2.5 * len(list(range(10 ** 15)))",
    "a long sum": "z = 2.5 * sum(range(10 ** 15))",
    "a long product": "z = 2.5 * len([0] * 10 ** 15)",
    "dictionaries": "d = {}\nfor i in range(10 ** 9):\n    d[i] = i\nz = 2.5 * len(d)",
    "objects": "class A:\n    def __init__(self): self.a, self.b = [A(), A()]\nz = A()",
    "calls by name": "f = lambda v: v\nfor i in range(60):\n    f = (lambda g: lambda v: g(g(v)))(f)\nz = f(2.5)",
    "arguments": "def f(*a): return a\na = (1,)\nfor i in range(60):\n    a = f(*a, *a)\nz = 2.5 * len(a)",
    "keywords": "def f(**k): return len(k)\nz = 2.5 * f(**{str(i): i for i in range(10 ** 9)})",
    "slices": "a = list(range(1000))\nfor i in range(10 ** 6):\n    b = a[:]\nz = 2.5 * len(b)",
    "zeros": "z = np.zeros((10 ** 6, 10 ** 6)).sum()",
}


@each("name", DOUBLING)
def test_a_program_that_doubles_ends_within_the_limits(name):
    error = ending(DOUBLING[name])
    if error is not None:
        assert "limit" not in error.params or str(error.params["limit"])[:1] in error.detail
    allowed = ("digits", "a list of a list", "objects", "tuples as keys", "text of", "a generator of itself")
    assert error is not None or name.startswith(allowed), "nothing so large is computed"


@each(
    "turn",
    [
        "y = y * x",
        "z = 0.0\n    z += x",
        "y = y + np.random.randn()",
        "y = y + np.random.randn(2) * x.sum()",
        "a.append(x)",
        "print(x.sum())",
        "y = max(y, x)",
        "if i == 3:\n        y = y * 2",
    ],
)
def test_a_turn_of_a_loop_costs_the_same_however_many_came_before(turn):
    few, many = (
        function_calls(lambda n=n: engine.compile(f"x = 2.5\ny = x\na = []\nfor i in range({n}):\n    {turn}\ny + x"))
        for n in (200, 800)
    )
    assert many < 4.8 * few


@pytest.mark.parametrize("name", ["calls", "lists", "text", "nested comprehensions", "nested loops", "generators"])
def test_the_figure_and_the_limit_are_told(name):
    error = ending(DOUBLING[name])
    assert error is not None and error.kind in ("too-many-steps", "too-many-nodes")
    assert any(str(figure) in error.detail.replace(",", "") for figure in (int(LIMITS.steps), int(LIMITS.nodes)))


@each(
    "text, kind",
    [
        ("def f(n):\n    return f(n + 1)\nz = f(0) * 2.5", "recursion"),
        ("def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nz = f(2000) * 2.5", "recursion"),
        ("f = lambda n: f(n)\nz = f(1)", "recursion"),
        ("def a(n): return b(n)\ndef b(n): return a(n)\nz = a(2.5)", "recursion"),
        ("class A:\n    def __getitem__(self, k): return self[k]\nz = A()[0]", "recursion"),
        ("class A:\n    def __str__(self): return str(self)\nz = len(str(A())) * 2.5", "recursion"),
        ("class A:\n    @property\n    def v(self): return self.v\nz = A().v", "recursion"),
        ("class A:\n    def __eq__(self, o): return [self] == [o]\nz = 2.5 * (A() == A())", "recursion"),
        ("class A:\n    def __contains__(self, o): return o in self\nz = 2.5 * (1 in A())", "recursion"),
        ("class A:\n    def __iter__(self): return (v for v in self)\nz = 2.5 * sum(A())", ""),
        ("a = []\na.append(a)\nz = 2.5 * len(str(a))", ""),
        ("a = []\na.append(a)\nb = []\nb.append(b)\nz = 2.5 * (a == b)", "too-many-steps"),
        ("a = []\na.append(a)\nz = np.sum(a)", ""),
        ("d = {}\nd['d'] = d\nz = 2.5 * len(f'{d}')", ""),
    ],
)
def test_deep_recursion_ends(text, kind):
    error = ending(text)
    assert error is None or kind in error.kind or error.kind in ("too-deep", "too-many-steps"), error.detail
    assert error is not None or not kind


def test_recursion_that_ends_runs():
    trace = engine.trace("def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nx = 2.5\nz = f(400) * x")
    assert trace["z"].value == 1000


# One piece of each construct, repeated until the text is as long as may be; {i} counts.
PIECES = """
x{i} = {i}.5
x = {i}
x += {i}.5
a{i}, b{i} = {i}, 2.5
a.append({i})
d['{i}'] = {i}
def f{i}(v): return v + {i}
f{i} = lambda v: v + {i}
class A{i}: w = {i}
if x: x = {i}
while x < {i}: x = x + 1
for i in range({i}): x = i
try: x = {i}
with torch.no_grad(): x = {i}
import m{i}
from math import *
print({i})
assert x != {i}.5
del x; x = {i}
global g{i}
[v for v in [{i}]]
{{v: v for v in [{i}]}}
(v for v in [{i}])
f'{{x}} {i}'
'text {i}'
# comment {i}
(x := {i})
m = np.ones({i})
a[{i} % 1] = 3
%magic {i}
>>> x = {i}
{i}
x; x
pass
lambda: {i}
x == {i}
not x
-x
raise ValueError({i})
return {i}
yield {i}
break
@f
async def f{i}(): pass
match x:
nonlocal q
\\
$
```
"""
BLOCKS = {"try": "\nfinally: pass", "@f": "\ndef g(): return 1", "match x:": "\n    case 1: pass"}
BEFORE = "x = 1\na = [1]\nd = {}\ndef f(v): return v\n"


@each("piece", PIECES.strip("\n").splitlines(), sample=6)
def test_a_text_of_one_construct_ends_however_long(piece):
    ending_piece = next((more for begin, more in BLOCKS.items() if piece.startswith(begin)), "")
    pieces: list[str] = []
    size = len(BEFORE)
    while size < LENGTH:
        pieces.append(piece.replace("{{", "{").replace("}}", "}").replace("{i}", str(len(pieces))) + ending_piece)
        size += len(pieces[-1]) + 1
    ending(BEFORE + "\n".join(pieces[:-1]) + "\nx * 2.5")
    ending(
        "def main(x=1, a=[1], d={}):\n    "
        + "\n".join(pieces[:-1]).replace("\n", "\n    ")[: LENGTH - 200]
        + "\nmain()"
    )


NESTED = {
    "parentheses": ("(", ")"),
    "lists": ("[", "]"),
    "tuples": ("(", ",)"),
    "sets": ("{", "}"),
    "dictionaries": ("{1: ", "}"),
    "calls": ("f(", ")"),
    "methods": ("a.append(", ")"),
    "indices": ("a[", "]"),
    "signs": ("-", ""),
    "not": ("not ", ""),
    "powers": ("2 ** ", ""),
    "choices": ("1 if x else ", ""),
    "lambdas": ("lambda: ", ""),
    "comprehensions": ("[x for x in ", "]"),
    "texts": ("f'{", "}'"),
    "stars": ("*", ""),
    "walrus": ("(y := ", ")"),
    "slices": ("a[1:", "]"),
    "sums to the right": ("1 + (", ")"),
    "and": ("x and (", ")"),
    "comparisons": ("1 < (", ")"),
}


@each("name", NESTED, sample=4)
@each("count", [50, 200, 8_000])
def test_a_construct_in_itself_ends_however_deep(name, count):
    begin, end = NESTED[name]
    count = min(count, (LENGTH - 200) // (len(begin) + len(end)))
    ending(BEFORE + "z = " + begin * count + "x" + end * count)


CHAINED = [
    "x + ",
    "x * ",
    "x ** ",
    "x < ",
    "x and ",
    "x or ",
    "x, ",
    "x @ ",
    "x = ",
    "x.T",
    "x[0]",
    "x()",
    "f(x)",
    "x ",
]


@each("piece", CHAINED, sample=6)
def test_a_construct_after_itself_ends_however_long(piece):
    count = (LENGTH - 200) // len(piece)
    ending(BEFORE + "z = " + piece * count + "x")
    ending(BEFORE + "z = x" + piece.strip() * count)
    ending(BEFORE + piece * count + "x")


@each(
    "block",
    [
        "if x:",
        "for i in [1]:",
        "while x:",
        "def f():",
        "class A:",
        "with torch.no_grad():",
        "try:",
        "else:",
        "match x:",
    ],
)
@each("depth", [15, 60, 300])
def test_blocks_in_blocks_end_however_deep(block, depth):
    body = "\n".join(" " * i + block for i in range(depth)) + "\n" + " " * depth + "x = 2.5"
    if block == "try:":
        body += "".join("\n" + " " * i + "finally:\n" + " " * (i + 1) + "x = 1.5" for i in range(depth - 1, -1, -1))
    ending(BEFORE + body + "\nx * 2")


def test_what_leaves_many_blocks_of_try_stands_in_the_code_once():
    returns = "\n".join(f"        if v == {i}: return {i}" for i in range(1200))
    lasts = "\n".join("        v = 1" for _ in range(1200))
    assert ending(f"def f(v):\n    try:\n{returns}\n    finally:\n{lasts}\nz = 2.5 * f(3)", Limits()) is None


# What takes more with everything that is there already; each item as it comes or goes is counted with that.
GROWING = {
    "a = []\nfor i in range(10**5): a.insert(0, i)",
    "a = list(range(9000))\nwhile a: a.pop(0)",
    "a = [1] * 9000\nwhile a: del a[0]",
    "a = [1] * 9000\nfor i in range(9000): a[0:1] = [1, 2]",
    "d = {}\nfor i in range(10**4): d[i * (2**61 - 1)] = i",
    "s = set()\nfor i in range(10**4): s.add(i * (2**61 - 1))",
    "a = []\nfor i in range(10**5): a = [a]",
    "a = list(zip(range(10**9), range(10**9)))",
    "a = 1\nfor i in range(60): a = [a, a]\nb = str(a)",
    "from itertools import count\na = sum(count())",
}


def test_what_grows_with_what_is_there_is_counted_with_it():
    few = engine.Limits(steps=40_000)
    for program in GROWING:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"x = 1.0\n{program}\ny = x", limits=few)
        assert caught.value.kind == "too-many-steps", program
        assert caught.value.span is not None, program


def test_what_holds_itself_and_what_is_asked_of_a_range_ends():
    with pytest.raises(engine.EngineError, match="nested"):
        engine.trace("a = []\na.append(a)\nb = []\nb.append(b)\nx = 1.0\ny = x * (a == b)")
    assert engine.trace("x = 2.0\ny = x * (0.5 in range(10**18)) + (3.0 in range(10**18))").values[-1] == 1.0
    twins = "".join(
        f"class A{i}(A{i - 1}, B{i - 1}): pass\nclass B{i}(A{i - 1}, B{i - 1}): pass\n" for i in range(1, 60)
    )
    assert engine.trace(f"class A0:\n    k = 3\nclass B0: pass\n{twins}x = 2.0\ny = x * A59.k").values[-1] == 6.0


def test_a_whole_number_of_too_many_digits_to_write_is_told_without_them():
    """What Python does not write out, in what a call and an error show."""
    running = "from itertools import accumulate\nn = list(accumulate(range(1, 10**6), lambda a, b: a * b))[-1]"
    for program in (running, f"def f(a): return 1\nn = f({hex(16**5000)})", "n = {}[16 ** 3600]"):
        with pytest.raises(engine.EngineError):
            engine.trace(f"{program}\nx = 1.0\ny = x * n * m", limits=engine.Limits(steps=200_000))
