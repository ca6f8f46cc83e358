"""Expressions of known values, as templates with holes to fill, by the kind of their value; literals, and folds.

A hole stands in angle brackets:

    <int>           an expression of that kind; <int@a,b> may use what is labelled a and b
    <int!>          a variable or literal of that kind, nothing longer
    <+a:int>        a new name, labelled a, which is known after the statement
    <a:int>         a new name that is known inside only: a parameter, a comprehension's variable
    <a=var:int>     a variable of that kind, labelled a; <var:int> without a label
    <a=own:int>     the same, among those that the function at hand may assign
    <a=gone:int>    the same, and afterwards nobody knows it
    <a>             what is labelled a
    <block@a>       one to three statements
    <return>        return with an expression of the kind that the function returns
    <outer>         global or nonlocal: how a function here declares that it assigns its surroundings' names

The kinds: int, float, bool, str; maybe (a whole number or None); ints, strs, pairs, rows (lists of int, str, pair,
ints); pair (of int), tuple (of any number of int); counts, table, groups (dicts from str to int, int to int, str to
ints); set (of int); step (a function from int to int), steps (a list of such); counter (of a loop, read but never
assigned); hidden and name (not read by others); and of what flows to the output node, nodes (a list) and weights (a
dict from str). leaf is a whole number that is an input too, because the program binds its literal to a name. A class is
a kind of its own.
"""

from __future__ import annotations

from tests.engine.fuzz.tables import one_a_line

LITERALS: dict[str, list[str]] = {
    "int": ["0", "1", "2", "3", "4", "5", "6", "7", "12", "-1", "-3", "-7", "True"],
    "digit": ["0", "1", "2", "3", "4"],
    "size": ["1", "2", "3", "4"],
    "divisor": ["2", "3", "5", "7", "-2", "-3"],
    "index": ["0", "0", "1", "-1", "-1", "2"],
    "float": ["0.5", "1.5", "2.0", "-0.25", "3.75", "1e-2", ".5"],
    "bool": ["True", "False"],
    "str": ["'a'", "'bc'", "'W1'", "'b, a'", "''", "'key'", "'한'"],
    "key": ["'a'", "'b'", "'W1'", "'b1'"],
    "maybe": ["None", "None", "3"],
    "ints": ["[]", "[1]", "[3, 1, 2]", "[4, -2, 7, 4]", "[0] * 3"],
    "strs": ["['a', 'b']", "['W1', 'b1', 'W2']", "[]", "list('cab')"],
    "pair": ["(1, 2)", "(3, -1)"],
    "pairs": ["[(1, 2), (0, 5)]", "[]"],
    "tuple": ["()", "(5,)", "(2, 7, 1)"],
    "rows": ["[[1, 2], [3]]", "[[0] * 2] * 2", "[[0, 1], [2, 3], [4, 5]]", "[[]]"],
    "counts": ["{}", "{'a': 1}", "{'a': 1, 'b': 2}", "dict(W1=3, b1=0)", "{'b': 5, 'W1': -2, 'a': 7}"],
    "table": ["{}", "{0: 1, 2: 3}", "{5: -1}"],
    "groups": ["{}", "{'a': [1, 2], 'b': []}", "{'W1': [3]}"],
    "set": ["set()", "{1, 2}", "{3, 5, 8}"],
    "step": ["abs", "int", "(lambda v: v)"],
    "steps": ["[abs, int]", "[lambda v: v + 1]"],
    "node": ["x"],
    "nodes": ["[x]", "[x, 2.0 * x]"],
    "weights": ["{'W1': x, 'b1': 0.5 * x}", "{'a': x}"],
}

# Which variables stand for an expression of a kind, where it is not that kind alone.
READABLE_AS: dict[str, tuple[str, ...]] = {"int": ("int", "counter"), "node": ("node", "leaf"), "size": ("leaf",)}

PRODUCTIONS: dict[str, list[str]] = {
    "int": one_a_line("""
<int> + <int>
<int> - <int>
<int> * <int>
<int> // <divisor>
<int> % <divisor>
-<int>
+<int>
<int> ** 2
(-<int>) ** 3
<digit> ** <digit>
<int> - (<int> - <int>)
2 ** -1 and <int>
abs(<int>)
min(<int>, <int>)
max(<int>, <int>, <int>)
max(<ints>, default=<int>)
len(<ints>)
len(<str>)
len(<counts>)
len(<set>)
len(<rows>)
len(<tuple>)
len(range(<int>))
sum(<ints>)
sum(<tuple>)
sum(<set>)
sum(<counts>.values())
sum(<ints>, <int>)
sum(<int@v> for <v:int> in <ints>)
sum(<bool@v> for <v:int> in <ints>)
sum(map(<step>, <ints>))
<ints>[<index>]
<tuple>[<index>]
<pair>[0]
<pair>[-1]
<rows>[<index>][<index>]
(<ints> or [7])[0]
<counts>[<key>]
<counts>.get(<key>, <int>)
<table>.get(<int>, <int>)
<counts>.pop(<key>, <int>)
int(<float>)
int(<bool>)
round(<float>)
int(str(<int>))
int('12')
int(<float> // 1)
<int> if <bool> else <int>
<int> or <int>
<int> and <int>
<bool> + <bool>
<bool> * <int>
<str>.count(<key>)
<str>.find('b')
<ints>.count(<int>)
<ints>.index(<int>)
<tuple>.count(<int>)
<step>(<int>)
<step>(<step>(<int>))
(lambda <v:int>: <int@v>)(<int>)
<steps>[<index>](<int>)
(lambda <v:int>, <w:int>=<int>: <int@v,w>)(<int>)
(lambda *<v:tuple>: <int@v>)(<int>, <int>)
(<+t:int> := <int>) + <t>
divmod(<int>, <divisor>)[0]
sum(divmod(<int>, <divisor>))
range(1, 9, 2)[<index>]
0 if <m=var:maybe> is None else <m>
<m=var:maybe> if <m> is not None else <int>
(<maybe> or <int>)
next(iter(<ints>))
next((v for v in <ints> if v > <int>), <int>)
sorted(<ints>)[<index>]
max(<counts>.values())
sum(a * b for a, b in zip(<ints>, <ints>))
sum(i * v for i, v in enumerate(<ints>))
sum(map(len, <rows>))
sum(v for r in <rows> for v in r)
sum(a - b for a, b in <pairs>)
max(<ints>, key=lambda v: v % 3)
max(<strs>, key=len).count('a')
min(<counts>, key=<d=var:counts>.get).count('a')
len({v % 3 for v in <ints>})
{'a': <int>, 'b': <int>}[<key>]
(<int>, <int>)[<bool>]
[<int>, <int>, <int>][<digit> % 3]
ord('a') - 97 + <int>
"""),
    "float": one_a_line("""
<int> / <divisor>
float(<int>)
<float> + <float>
<float> * <float>
<float> - <int>
-<float>
<float> / <divisor>
<int> * <float>
round(<float>, 2)
abs(<float>)
min(<float>, <float>)
<float> if <bool> else <float>
float('2.5')
float('-1e-1')
sum([<float>, <float>])
<float> ** 2
<float> // <divisor>
<float> % <divisor>
sum(<ints>) / max(1, len(<ints>))
<divisor> ** -1
float(<bool>)
math.sqrt(<int> ** 2 + 1)
math.floor(<float>) + <float>
math.exp(-abs(<float>))
math.pi * <float>
"""),
    "bool": one_a_line("""
<int> < <int>
<int> <= <int>
<int> > <int>
<int> >= <int>
<int> == <int>
<int> != <int>
<int> < <int> <= <int>
<int> < <int> > <int>
<float> < <int>
<float> >= <float>
<int> == <float>
not <bool>
<bool> and <bool>
<bool> or <bool>
not (<bool> and <bool>)
<bool> is True
<bool> != <bool>
<int> in <ints>
<int> not in <tuple>
<key> in <counts>
<int> in <set>
'a' in <str>
<int> in range(<int>)
<maybe> is None
<maybe> is not None
isinstance(<int>, int)
isinstance(<maybe>, (int, float))
isinstance(<ints>, list)
isinstance(<str>, (str, list))
isinstance(<float>, int)
isinstance(<bool>, int)
bool(<ints>)
bool(<str>)
bool(<int>)
any(<ints>)
all(<ints>)
callable(<step>)
not <ints>
any(<bool@v> for <v:int> in <ints>)
all(<bool@v> for <v:int> in <tuple>)
<str> == <str>
<str> < <str>
<ints> == <ints>
<tuple> < <tuple>
<pair> == (<int>, <int>)
<str>.startswith('W')
<str>.endswith(('1', 'a'))
<str>.isdigit()
<set> <= <set>
<counts> == <counts>
<int> == <bool>
<a=var:ints> is <a>
<ints> < <ints>
"""),
    "str": one_a_line('''
<str> + <str>
<str> * <size>
<str>.upper()
<str>.lower()
<str>.strip()
<str>[1:]
<str>[::-1]
str(<int>)
str(<bool>)
str(<float>)
str(<ints>)
str(<tuple>)
'+'.join(<strs>)
''.join(sorted(<str>))
f"""k{<int!>}"""
f"""{<int!>:03d}-{<str!>}"""
f"""{<float!>:.2f}"""
f"""{<str!>!r}"""
f"""{<int!> + 1}{{}}"""
<str>.replace('a', 'bb')
<str> if <bool> else <str>
<strs>[<index>]
'W' + str(<int>)
'%d' % <int>
'{}:{}'.format(<int>, <key>)
<str>.split(',')[0]
<str>.title()
<str> or 'none'
<str>.zfill(3)
'x'.join(str(<int@v>) for <v:int> in <ints>)
<str>.rjust(4, '.')
max(<str> + 'a')
repr(<str>)
'_'.join(<counts>)
'''),
    "maybe": one_a_line("""
<int>
None
<table>.get(<int>)
<int> if <bool> else None
<counts>.get(<key>)
"""),
    "ints": one_a_line("""
[<int>, <int>]
[<int>, <int>, <int>]
[<int>] * <digit>
<ints> + <ints>
list(range(<digit>))
[<int@v> for <v:int> in <ints>]
[<int@v> for <v:int> in <ints> if <bool@v>]
[<v:int> for <v> in <ints> if <bool@v> if <bool@v>]
[<int@v,w> for <v:int> in range(<size>) for <w:int> in <ints>]
[<int@v,w> for <v:int> in range(3) for <w:int> in range(<v>)]
[<int@v,w> for <v:int>, <w:int> in zip(<ints>, <ints>)]
[<int@v,w> for <v:int>, <w:int> in enumerate(<ints>)]
[<int@k,v> for <k:str>, <v:int> in <counts>.items()]
[v for r in <rows> for v in r]
[len(k) for k in <counts>]
sorted(<ints>)
sorted(<ints>, reverse=True)
sorted(<ints>, key=lambda <v:int>: <int@v>)
list(reversed(<ints>))
<ints>[1:]
<ints>[:-1]
<ints>[::-1]
<ints>[::2]
<ints>[:<digit>]
<ints>[<index>:<index>]
<ints>[-2:]
list(<tuple>)
list(map(<step>, <ints>))
list(filter(lambda <v:int>: <bool@v>, <ints>))
list(filter(None, <ints>))
list(<counts>.values())
sorted(<set>)
[*<ints>, <int>]
[*range(<digit>), *<tuple>]
<ints>.copy()
list(<ints>)
list(map(lambda a, b: a + b, <ints>, <ints>))
[a for a, b in <pairs>]
[a - b for (a, b) in <pairs>]
list(<table>)
<rows>[<index>]
sum(<rows>, [])
<groups>.get(<key>, [])
[<int>] if <bool> else <ints>
sorted({*<ints>})
[g(<int>) for g in <steps>]
[(<v:int> := <int>) for _ in range(2)]
[len(s) for s in <strs>]
list(map(len, <strs>))
[v if v > <int> else -v for v in <ints>]
[v for v in <ints> if v not in <tuple>]
list(dict.fromkeys(<ints>))
list(range(<digit>, <digit> + 4))
list(range(<digit> + 3, 0, -2))
[ord(c) % 7 for c in <str>]
[int(c) for c in '4071']
"""),
    "strs": one_a_line("""
[<str>, <str>]
<strs> + [<str>]
<strs>[1:]
sorted(<counts>)
list(<counts>)
list(<counts>.keys())
[f'W{v}' for v in <ints>]
[<v:str> + 'x' for <v> in <strs>]
<str>.split('a')
[str(v) for v in <ints>]
list(<str>)
sorted(<strs>, key=len)
sorted(set(<str>))
list(map(str, <ints>))
'a b  c'.split()
"""),
    "pair": one_a_line("""
(<int>, <int>)
divmod(<int>, <divisor>)
tuple([<int>, <int>])
<pair>[::-1]
(*<pair>,)
min([<pair>, <pair>])
<pair> if <bool> else <pair>
max(enumerate(<ints>), key=lambda p: p[1])
(<pair>[1], <int>)
"""),
    "pairs": one_a_line("""
list(zip(<ints>, <ints>))
list(enumerate(<ints>))
[(<int@v>, <v>) for <v:int> in <ints>]
[<pair>, <pair>]
sorted(<pairs>)
sorted(<pairs>, key=lambda p: (p[1], p[0]))
list(<table>.items())
list(zip(range(3), <tuple>))
list(zip(*[<ints>, <ints>]))
<pairs>[::-1]
[(b, a) for a, b in <pairs>]
list(enumerate(<ints>, 1))
"""),
    "tuple": one_a_line("""
(<int>,)
(<int>, <int>, <int>)
tuple(<ints>)
<tuple> + (<int>,)
<tuple>[1:]
<tuple> * 2
(*<ints>, <int>)
tuple(<int@v> for <v:int> in <ints>)
tuple(sorted(<tuple>))
<tuple>[::-1]
tuple(map(<step>, <tuple>))
<pair>
"""),
    "rows": one_a_line("""
[<ints>, <ints>]
[[<int>] * 2 for _ in range(<size>)]
[[<int@v,w> for <v:int> in range(2)] for <w:int> in range(<size>)]
[[<int>] * 2] * 2
[list(r) for r in <rows>]
[r[:] for r in <rows>]
<rows>[1:]
<rows> + [<ints>]
list(<groups>.values())
[list(p) for p in zip(*<rows>)]
sorted(<rows>)
[r[::-1] for r in <rows>]
[list(p) for p in <pairs>]
"""),
    "counts": one_a_line("""
{<key>: <int>, <key>: <int>}
{**<counts>, <key>: <int>}
dict(zip(<strs>, <ints>))
dict(a=<int>, b=<int>)
{<k:str>: <int@v> for <v:int>, <k> in enumerate(<strs>)}
{<k:str>: <int@v> for <k>, <v:int> in <counts>.items() if <bool@v>}
<counts>.copy()
dict(<counts>)
{c: <s=var:str>.count(c) for c in <s>}
dict(sorted(<counts>.items()))
{f'W{<i>}': <int@i> for <i:int> in range(<size>)}
<counts> | {<key>: <int>}
dict([(<key>, <int>)])
dict.fromkeys(<strs>, <int>)
"""),
    "table": one_a_line("""
{<int>: <int>, <int>: <int>}
{<v:int>: <int@v> for <v> in <ints>}
dict(enumerate(<ints>))
dict(zip(<ints>, <ints>))
dict(<pairs>)
{b: a for a, b in <table>.items()}
{len(s): i for i, s in enumerate(<strs>)}
{**<table>, <int>: <int>}
"""),
    "groups": one_a_line("""
{<key>: <ints>, <key>: <ints>}
{k: [v] for k, v in <counts>.items()}
dict(zip('ab', <rows>))
{k: v[:] for k, v in <groups>.items()}
{k: [] for k in <strs>}
dict.fromkeys(<strs>, [<int>])
dict(<groups>)
"""),
    "set": one_a_line("""
{<int>, <int>}
set(<ints>)
{<int@v> for <v:int> in <ints>}
<set> | <set>
<set> & <set>
<set> - <set>
<set> ^ <set>
<set>.union(<ints>)
set(range(<digit>))
{v for v in <ints> if v % 2}
set(<table>)
<set>.copy()
"""),
    "step": one_a_line("""
lambda <v:int>: <int@v>
lambda <v:int>, <w:int>=<int>: <int@v,w>
<steps>[<index>]
<step> if <bool> else <step>
"""),
    "steps": one_a_line("""
[lambda <v:int>: <int@v> + i for i in range(<size>)]
[lambda <v:int>, i=i: <int@v> * i for i in range(<size>)]
[<step>, <step>]
<steps> + [<step>]
<steps>[::-1]
list({'f': <step>}.values())
(<steps> * 2)[:3]
"""),
    "digit": one_a_line("""
len(<ints>) % 4
<var:leaf> % 4
<counter>
"""),
    "size": one_a_line("""
len(<ints>) % 3 + 1
"""),
    "index": one_a_line("""
len(<ints>) % 2
-len(<str>) % 2
"""),
    "key": one_a_line("""
f'W{<size>}'
<str>[:1] or 'a'
list(<counts>)[<index>]
"""),
    "node": one_a_line("""
<node> + <node>
<node> - <node>
<node> * <node>
<node> * <int>
<int> * <node>
<node> / <divisor>
-<node>
<node> + <float>
<float> * <node> + <int>
<node> ** 2
<node> ** <size>
<int> - <node>
1 / (<node> ** 2 + 1)
<node> if <bool> else <node>
<nodes>[<index>]
sum(<nodes>)
<weights>['W1']
<weights>.get('b1', <node>)
+<node>
sum(<weights>.values())
sum(w * k for k, w in enumerate(<nodes>))
(lambda t: t * t + <int>)(<node>)
(<node>, <node>)[<bool>]
sum([<node>, <float>, <node>])
sum((<node@k> for <k:int> in range(<size>)), <node>)
<step>(<int>) * <node>
<nodes>[-1]
np.tanh(<node>)
np.exp(-<node> ** 2)
math.sin(<node>)
<float> * np.sin(<node>)
(<+t:node> := <node>) * <t>
next(iter(<nodes>))
sum(a * b for a, b in zip(<nodes>, <ints>))
<int> * <float> + <node>
{'k': <node>}['k']
"""),
    "nodes": one_a_line("""
[<node>, <node>]
[<node> * k for k in <ints>]
<nodes> + [<node>]
<nodes>[::-1]
[<node>] * 2
list(<weights>.values())
[t * t for t in <nodes>]
[t for k, t in enumerate(<nodes>) if k % 2 == 0]
list(map(lambda t: 2 * t, <nodes>))
<nodes>[1:]
[<node@k> for <k:int> in range(<size>)]
[*<nodes>, <node>]
[t + k for t, k in zip(<nodes>, range(5))]
list(<nodes>)
"""),
    "weights": one_a_line("""
{'W1': <node>, 'b1': <node>}
{**<weights>, 'W1': <node>}
{f'W{<k>}': <node@k> for <k:int> in range(1, 3)}
dict(<weights>)
{k: 0.5 * w for k, w in <weights>.items()}
dict(W1=<node>, a=<node>)
dict(zip(('W1', 'b1'), (<node>, <node>)))
"""),
}

# What tells a value, as a number: <it> is its name.
FOLDS: dict[str, list[str]] = {
    "int": ["<it>", "<it> % 7", "0.5 * <it>"],
    "counter": ["<it>"],
    "float": ["<it>", "round(<it>, 6)"],
    "bool": ["(2 if <it> else 3)", "int(<it>)", "<it> * 2"],
    "str": ["len(<it>)", "len(<it>) + <it>.count('a')", "sum(ord(c) % 9 for c in <it>)"],
    "maybe": ["(7 if <it> is None else <it>)", "(<it> or 0)"],
    "ints": [
        "sum(<it>)",
        "sum(<it>) + len(<it>)",
        "sum(i * v for i, v in enumerate(<it>))",
        "sum([(i + 1) * v for i, v in enumerate(<it>)])",
    ],
    "tuple": ["sum(<it>)", "sum(i * v for i, v in enumerate(<it>, 1))", "len(<it>)"],
    "pair": ["<it>[0] - 2 * <it>[1]"],
    "strs": ["sum(len(s) for s in <it>)", "len(''.join(<it>))", "sum(map(len, <it>)) + len(<it>)"],
    "pairs": ["sum(a - 2 * b for a, b in <it>)", "sum(i * (a + b) for i, (a, b) in enumerate(<it>))"],
    "rows": [
        "sum(sum(r) for r in <it>)",
        "sum(i * sum(r) + len(r) for i, r in enumerate(<it>))",
        "sum(map(sum, <it>))",
    ],
    "counts": [
        "sum(<it>.values())",
        "sum(len(k) * v for k, v in <it>.items())",
        "sum(i * v for i, v in enumerate(<it>.values()))",
    ],
    "table": ["sum(k - 2 * v for k, v in <it>.items())", "sum(<it>) + sum(<it>.values())"],
    "groups": ["sum(sum(v) + len(v) for v in <it>.values())"],
    "set": ["sum(<it>)", "len(<it>)", "sum(sorted(<it>)[:2])"],
    "step": ["<it>(3)", "<it>(2) + <it>(0)"],
    "steps": ["sum(f(2) for f in <it>)", "sum([f(k) for k, f in enumerate(<it>)])"],
    "node": ["<it>"],
    "leaf": ["<it>", "2 * <it>"],
    "nodes": ["sum(<it>)", "sum(k * t for k, t in enumerate(<it>))"],
    "weights": ["sum(<it>.values())", "sum(len(k) * w for k, w in <it>.items())"],
}
