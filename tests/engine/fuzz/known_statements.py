"""Statements of known values, as templates with holes to fill: known_expressions.py tells the holes."""

from __future__ import annotations

from tests.engine.fuzz.known_expressions import PRODUCTIONS
from tests.engine.fuzz.tables import between_blank_lines

BIND = [
    *(f"<+a:{kind}> = <{kind}>" for kind in PRODUCTIONS if kind not in ("digit", "size", "index", "key")),
    *("<+a:int> = <int>", "<+a:ints> = <ints>", "<+a:counts> = <counts>", "<+a:node> = <node>"),
    *between_blank_lines("""
<+a:int>: int = <int>

<+a:ints> = <+b:ints> = <ints>

<+a:int>, <+b:int> = <int>, <int>

<+a:int>, <+b:int> = <pair>

[<+a:int>, <+b:node>] = <int>, <node>

<+a:int>, *<+b:ints> = <ints>

*<+b:ints>, <+a:int> = <tuple>

<+a:int>, *_, <+b:int> = <ints>

(<+a:int>, <+b:int>), <+c:int> = <pair>, <int>

(<+a:int>, *<+b:ints>), <+c:str> = <ints>, <str>

<a=own:int>, <b=own:int> = <b>, <a>

<a=own:node>, <b=own:node> = <b>, <a> + <b>

<own:int> = <int>

<own:ints> = <ints>

<own:node> = <node>

<own:str> = <str>

<own:maybe> = <maybe>
"""),
]

AUGMENT = between_blank_lines("""
<own:int> += <int>

<own:int> -= <int>

<own:int> *= <int>

<own:int> //= <divisor>

<own:int> %= <divisor>

<own:int> **= 2

<own:float> /= <divisor>

<own:float> += <int>

<own:float> *= <float>

<own:str> += <str>

<own:ints> += <ints>

<own:ints> *= <digit>

<own:set> |= <set>

<own:set> -= <set>

<own:counts> |= <counts>

<own:node> += <node>

<own:node> *= <node>

<own:node> -= <int>

<own:node> /= <divisor>

<own:leaf> += <node>

<own:tuple> += (<int>,)

<own:nodes> += [<node>]

<own:bool> &= <bool>

<var:ints>[<index>] += <int>

<var:rows>[<index>][<index>] -= <int>

<var:rows>[<index>] += [<int>]

<var:counts>[<key>] += <int>

<var:weights>['W1'] *= <node>

<var:nodes>[<index>] += <node>

<var:groups>[<key>] += [<int>]

<+b:ints> = <a=var:ints>
<b> += [<int>]

<+b:ints> = <a=var:ints>
<b> = <b> + [<int>]

<+b:ints> = <a=var:ints>
<b>[<index>] = <int>

<+b:ints> = <a=var:ints>[:]
<b>.append(<int>)

<+b:ints> = <a=own:ints>
<a> = <a> + [<int>]
<b>.append(<int>)

<+b:ints> = <a=own:ints>
<a> += (<int>,)
<b>.append(<int>)

<+b:rows> = [[<int>] * 2] * 2
<b>[0][1] = <int>

<+b:rows> = [[<int>] * 2 for _ in range(2)]
<b>[0][1] = <int>

<+b:rows> = <var:rows>.copy()
<b>[0].append(<int>)

<+b:ints> = <a=var:rows>[<index>]
<b>.append(<int>)

<+b:ints> = <a=var:groups>[<key>]
<b>.append(<int>)

<+b:int> = <a=own:int>
<a> += <int>

<+b:node> = <a=own:node>
<a> += <node>

<+b:nodes> = <a=var:nodes>
<b>.append(<node>)

<+b:tuple> = <a=own:tuple>
<a> += (<int>,)

<+b:rows> = [<a=var:ints>, <a>]
<b>[0].append(<int>)

<+b:groups> = {'a': <a=var:ints>}
<b>['a'].append(<int>)
""")

MUTATE = between_blank_lines("""
<var:ints>.append(<int>)

<var:ints>.extend(<ints>)

<var:ints>.extend(range(<digit>))

<var:ints>.insert(<index>, <int>)

<var:ints>.pop()

<+a:int> = <var:ints>.pop()

<+a:int> = <var:ints>.pop(0)

<var:ints>.reverse()

<var:ints>.sort()

<var:ints>.sort(reverse=True)

<var:ints>.sort(key=lambda <v:int>: <int@v>)

<var:ints>.clear()

<a=var:ints>.remove(<a>[0])

<var:ints>[<index>] = <int>

<var:ints>[1:2] = <ints>

<var:ints>[:0] = [<int>]

<var:ints>[len(<a=var:ints>):] = <a>

del <var:ints>[<index>]

del <var:ints>[:1]

del <gone:int>

<var:rows>[<index>] = <ints>

<var:rows>.append(<ints>)

<a=var:ints>[0], <a>[-1] = <a>[-1], <a>[0]

<var:rows>[<index>][<index>] = <int>

<var:pairs>.append(<pair>)

del <gone:ints>

<var:counts>[<key>] = <int>

<var:counts>.update({<key>: <int>})

<var:counts>.update(a=<int>)

<var:counts>.pop(<key>, None)

<+a:int> = <var:counts>.pop(<key>)

<var:counts>.setdefault(<key>, <int>)

<+a:int> = <var:counts>.setdefault(<key>, <int>)

del <var:counts>[<key>]

<d=var:counts>[<key>] = <d>.get(<key>, 0) + 1

<var:counts>.clear()

<var:table>[<int>] = <int>

<var:groups>.setdefault(<key>, []).append(<int>)

<var:groups>[<key>] = <ints>

<var:counts>.update(<counts>)

<var:table>.popitem()

<var:set>.add(<int>)

<var:set>.discard(<int>)

<var:set>.update(<ints>)

<var:steps>.append(<step>)

<var:strs>.append(<str>)

<var:nodes>.append(<node>)

<var:nodes>[<index>] = <node>

<+a:node> = <var:nodes>.pop()

<var:weights>['b1'] = <node>

<var:nodes>.extend(<nodes>)

<var:nodes>.reverse()

<var:nodes>.insert(0, <node>)

<var:weights>.update(W1=<node>)
""")

CONTROL = between_blank_lines("""
if <bool>:
    <block>

if <bool>:
    <block>
else:
    <block>

if <bool>:
    <block>
elif <bool>:
    <block>
else:
    <block>

if <ints>:
    <block>
elif <str> and not <int>:
    <block>

if (<+a:int> := <int>) > <int>:
    <block@a>

if <maybe> is None:
    pass
else:
    <block>

for <+i:counter> in range(<size>):
    <block@i>

for <+i:counter> in range(<digit>, <digit> + 4, <size>):
    <block@i>

for <+i:counter> in range(<digit> + 2, -1, -2):
    <block@i>

for <+v:int> in <ints>:
    <block@v>

for <+v:int> in <tuple>:
    <block@v>
else:
    <block>

for <+v:int> in <ints>:
    if <bool@v>:
        break
    <block@v>
else:
    <block>

for <+v:int> in <ints>:
    if <bool@v>:
        continue
    <block@v>

for <+i:int>, <+v:int> in enumerate(<ints>):
    <block@i,v>

for <+i:int>, <+v:str> in enumerate(<strs>, <int>):
    <block@i,v>

for <+k:str>, <+v:int> in <counts>.items():
    <block@k,v>

for <+k:str>, <+v:int> in sorted(<counts>.items()):
    <block@k,v>

for <+k:str> in <counts>:
    <block@k>

for <+k:str> in list(<d=var:counts>):
    <d>[<k>] += <int>

for <+k:str> in sorted(<weights>):
    <block@k>

for <+v:int> in <counts>.values():
    <block@v>

for <+a:int>, <+b:int> in zip(<ints>, <ints>):
    <block@a,b>

for <+i:int>, (<+a:int>, <+b:int>) in enumerate(zip(<ints>, <tuple>)):
    <block@i,a,b>

for <+a:int>, *<+b:ints> in <rows>:
    <block@a,b>

for <+c:str> in <str>:
    <block@c>

for <+v:int> in reversed(<ints>):
    <block@v>

for <+v:int> in sorted(<set>):
    <block@v>

for <+r:ints> in <rows>:
    <r>.append(<int@r>)

for <+r:ints> in <rows>:
    for <+v:int> in <r>:
        <block@r,v>

for <+k:str>, <+v:ints> in <groups>.items():
    <v>.append(<int@k,v>)

for <+i:counter> in range(len(<a=var:ints>)):
    <a>[<i>] = <int@i>

for _ in range(<size>):
    <block>

for <+t:node> in <nodes>:
    <block@t>

for <+k:str>, <+t:node> in <weights>.items():
    <block@k,t>

for <+k:counter> in range(<size>):
    <a=own:node> = <a> * 0.5 + <int@k>

for <+k:counter> in range(<size>):
    <var:nodes>.append(<node@k>)

for <+i:counter> in range(<size>):
    for <+j:counter> in range(<i>):
        if <bool@i,j>:
            break
        <block@i,j>

<+i:counter> = 0
while <i> < <size>:
    <i> += 1
    <block@i>

<+i:counter> = 0
while True:
    <i> += 1
    if <i> > <size>:
        break
    <block@i>

<+i:counter> = 0
while <i> < 4:
    <i> += 1
    if <bool@i>:
        continue
    <block@i>
else:
    <block>

<i:hidden> = len(<ints>) % 5
while <i> > 0:
    <i> -= 1
    <block>

<a=var:ints>.append(<int>)
while <a>:
    <own:int> += <a>.pop()

<a=own:ints> = <ints>
while len(<a>) < 5 and <bool>:
    <a>.append(<int>)

<+a:int>, <+b:int> = len(<str>) + 12, len(<ints>) + 3
while <b>:
    <a>, <b> = <b>, <a> % <b>

try:
    <block>
except ValueError:
    <block>

try:
    <block>
except (KeyError, IndexError) as error:
    <block>
else:
    <block>
finally:
    <block>

try:
    <block>
finally:
    <block>

assert <bool>

assert <bool>, <str>

pass
""")

IN_LOOP = between_blank_lines("""
if <bool>:
    break

if <bool>:
    continue

if <bool>:
    <block>
    continue
""")

IN_FUNCTION = between_blank_lines("""
if <bool>:
    <return>

for <v:int> in <ints>:
    if <bool@v>:
        <return>
""")
