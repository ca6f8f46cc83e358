"""Functions and classes of known values, as templates with holes to fill: known_expressions.py tells the holes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Definition:
    """A function or a class, and what it makes possible.

    gives: by kind, expressions that may be used once it stands there; "statement": statements, "fold": of an object,
    a number that tells all of it.  Labels in them are filled when it is defined.
    returns: the kind of what a return inside gives; None where there is none to add.
    """

    text: str
    gives: dict[str, list[str]] = field(default_factory=dict)
    returns: str | None = None


FUNCTIONS = [
    Definition(
        """
def <+f:name>(<a:int>):
    <block@a>
    return <int@a>
""",
        {"int": ["<f>(<int>)"], "step": ["<f>"]},
        "int",
    ),
    Definition(
        """
def <+f:name>(<a:int>):
    return <int@a>
""",
        {"int": ["<f>(<int>)"], "step": ["<f>"], "ints": ["list(map(<f>, <ints>))"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>, <b:int>=<int>):
    <block@a,b>
    return <int@a,b>
""",
        {
            "int": [
                "<f>(<int>)",
                "<f>(<int>, <int>)",
                "<f>(<int>, <b>=<int>)",
                "<f>(<b>=<int>, <a>=<int>)",
                "<f>(*<pair>)",
                "<f>(**{'<a>': <int>})",
            ]
        },
        "int",
    ),
    Definition(
        """
def <+f:name>(<a:int>, <s:ints>=[]):
    <s>.append(<int@a>)
    return <int@a,s>
""",
        {"int": ["<f>(<int>)", "<f>(<int>, <ints>)", "<f>(<int>, <s>=<ints>)"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>, <d:counts>={}):
    <d>[<key>] = <d>.get('a', 0) + <int@a>
    return len(<d>) + <d>.get('a', 0)
""",
        {"int": ["<f>(<int>)"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>, <m:maybe>=None):
    if <m> is None:
        <m> = <int@a>
    return <int@a,m>
""",
        {"int": ["<f>(<int>)", "<f>(<int>, <int>)", "<f>(<int>, <m>=None)"]},
    ),
    Definition(
        """
def <+f:name>(*<r:tuple>):
    <block@r>
    return <int@r>
""",
        {"int": ["<f>()", "<f>(<int>)", "<f>(<int>, <int>, <int>)", "<f>(*<ints>)", "<f>(<int>, *<ints>)"]},
        "int",
    ),
    Definition(
        """
def <+f:name>(<a:int>, *<r:tuple>, <k:int>=<int>, **<o:counts>):
    return <int@a,r,k,o>
""",
        {
            "int": [
                "<f>(<int>)",
                "<f>(<int>, <int>, <k>=<int>)",
                "<f>(<int>, <k>=1, more=<int>)",
                "<f>(*<ints>, **<counts>)",
                "<f>(<int>, **{'<k>': 2})",
            ]
        },
    ),
    Definition(
        """
def <+f:name>(**<o:counts>):
    <block@o>
    return <int@o>
""",
        {
            "int": ["<f>()", "<f>(a=<int>)", "<f>(a=<int>, b=<int>)", "<f>(**<counts>)"],
            "counts": ["(lambda **o: o)(a=<int>, b=<int>)"],
        },
        "int",
    ),
    Definition(
        """
def <+f:name>(<a:int>, /, <b:int>, *, <c:int>=<int>):
    return <int@a,b,c>
""",
        {"int": ["<f>(<int>, <int>)", "<f>(<int>, <b>=1, <c>=<int>)"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>):
    return (<int@a>, <int@a>)
""",
        {"pair": ["<f>(<int>)"], "int": ["<f>(<int>)[0]"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>):
    if <bool@a>:
        return <int@a>
""",
        {"maybe": ["<f>(<int>)"]},
        "maybe",
    ),
    Definition(
        """
def <+f:name>(<s:ints>):
    for <i:int>, <v:int> in enumerate(<s>):
        if <bool@i,v>:
            return <int@i,v>
    return <int@s>
""",
        {"int": ["<f>(<ints>)", "<f>([])"]},
    ),
    Definition(
        """
def <+f:name>(<s:ints>, <d:counts>):
    <s>.append(<int@s,d>)
    <d>['a'] = <int@s,d>
    <s> = [<int>]
""",
        {"statement": ["<f>(<var:ints>, <var:counts>)", "<+m:maybe> = <f>(<ints>, <var:counts>)"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>):
    if <n> <= 1:
        return <int@n>
    return <n> * <f>(<n> - 1)
""",
        {"int": ["<f>(<digit>)"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>):
    return <n> if <n> < 2 else <f>(<n> - 1) + <f>(<n> - 2)
""",
        {"int": ["<f>(<digit>)", "<f>(7)"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>, <b:int>):
    return <a> if <b> == 0 else <f>(<b>, <a> % <b>)
""",
        {"int": ["<f>(<int>, <int>)"]},
    ),
    Definition(
        """
def <+f:name>(<s:rows>):
    <t:int> = 0
    for <r:hidden> in <s>:
        <t> += <f>(<r>) if isinstance(<r>, list) else <r>
    return <t>
""",
        {"int": ["<f>(<ints>)", "<f>(<rows>)", "<f>([<ints>, [<int>, <rows>]])"]},
    ),
    Definition(
        """
def <+f:name>(<s:ints>):
    if not <s>:
        return 0
    <a:int>, *<b:ints> = <s>
    return <a> - <f>(<b>)
""",
        {"int": ["<f>(<ints>)", "<f>(<tuple>)"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>, <m:table>={}):
    if <n> not in <m>:
        <m>[<n>] = <n> if <n> < 2 else <f>(<n> - 1) + <f>(<n> - 2)
    return <m>[<n>]
""",
        {"int": ["<f>(9)", "<f>(<digit>)"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>):
    return <n> == 0 or <g:name>(<n> - 1)

def <g>(<n>):
    return <n> != 0 and <f>(<n> - 1)
""",
        {"bool": ["<f>(<digit>)"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>):
    def <g:name>(<b:int>):
        return <int@a,b>
    return <g>
""",
        {"int": ["<f>(<int>)(<int>)"], "step": ["<f>(<int>)"], "steps": ["[<f>(v) for v in <ints>] + [<step>]"]},
    ),
    Definition(
        """
def <+f:name>(<a:int>):
    return lambda <b:int>: <int@a,b>
""",
        {"int": ["<f>(<int>)(<int>)"], "step": ["<f>(<int>)"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>=0):
    def <g:name>(<a:int>=1):
        nonlocal <n>
        <n> += <int@a>
        return <n>
    return <g>
""",
        {"statement": ["<+p:hidden> = <f>()\n<+q:int> = <p>() + <p>(<int>) * <p>()"], "int": ["<f>(<int>)()"]},
    ),
    Definition(
        """
def <+f:name>():
    <outer> <a=own:int>
    <a> += <int>
    return <a>
""",
        {"int": ["<f>()", "<f>() + <f>()", "<a> + <f>()"]},
    ),
    Definition(
        """
def <+f:name>():
    <outer> <a=own:node>
    <a> = <a> * <node>
""",
        {"statement": ["<f>()"]},
    ),
    Definition(
        """
def <+f:name>():
    return <var:int>
""",
        {"int": ["<f>()"]},
    ),
    Definition(
        """
def <+f:name>(<b:int>):
    return [<a=own:int>, <b>]

<a> = <int>
""",
        {"ints": ["<f>(<int>)"]},
    ),
    Definition(
        """
def <+f:name>(<g:step>, <a:int>):
    return <g>(<g>(<a>))
""",
        {"int": ["<f>(<step>, <int>)", "<f>(<a>=<int>, <g>=<step>)"]},
    ),
    Definition(
        """
def <+f:name>(*<g:steps>):
    def <h:name>(<v:int>):
        for <k:step> in <g>:
            <v> = <k>(<v>)
        return <v>
    return <h>
""",
        {"step": ["<f>(<step>, <step>)", "<f>()", "<f>(*<steps>)"]},
    ),
    Definition(
        """
<+s:steps> = []
for <+i:counter> in range(<size>):
    <s>.append(lambda <v:int>: <v> * <i> + <int@v>)
""",
        {"ints": ["[g(<int>) for g in <s>]"]},
    ),
    Definition(
        """
<+s:steps> = []
for <+i:counter> in range(<size>):
    def <g:name>(<v:int>, <k:int>=<i>):
        return <int@v,k> + <i>
    <s>.append(<g>)
""",
        {"ints": ["[g(<int>) for g in <s>]"]},
    ),
    Definition(
        """
def <+f:name>(<n:int>):
    for <i:counter> in range(<n> % 5):
        <block@i,n>
        yield <int@i,n>
""",
        {
            "ints": ["list(<f>(<int>))", "[v + 1 for v in <f>(<digit>)]", "sorted(<f>(3))"],
            "int": ["sum(<f>(<int>))", "next(<f>(3))", "next(<f>(0), <int>)"],
            "statement": [
                "<g:hidden> = <f>(4)\n<+a:int> = next(<g>)\n<+b:ints> = list(<g>)",
                "for <+v:int> in <f>(<digit>):\n    <block@v>",
            ],
        },
    ),
    Definition(
        """
def <+f:name>(<s:ints>):
    yield <int@s>
    yield from <s>
    for <v:int> in <s>:
        if <bool@v>:
            return
        yield -<v>
""",
        {"ints": ["list(<f>(<ints>))", "[*<f>(<tuple>)]"], "tuple": ["tuple(<f>(<ints>))"]},
    ),
    Definition(
        """
def <+f:name>():
    <i:int> = 0
    while True:
        <i> += 1
        yield <i> * <int>
""",
        {
            "statement": ["for <+v:int> in <f>():\n    if abs(<v>) >= 0 and <v> != 1:\n        break\n    <block@v>"],
            "pairs": ["list(zip(<f>(), <ints>))"],
            "int": ["next(<f>())"],
        },
    ),
    Definition(
        """
def <+f:name>(<t:node>):
    return <node@t>
""",
        {"node": ["<f>(<node>)", "<f>(<t>=<node>)"], "nodes": ["list(map(<f>, <nodes>))", "[<f>(t) for t in <nodes>]"]},
    ),
    Definition(
        """
def <+f:name>(<t:node>, <k:int>=<int>, *<r:nodes>):
    <block@k>
    return <node@t,k> + sum(<r>)
""",
        {
            "node": [
                "<f>(<node>)",
                "<f>(<node>, <int>)",
                "<f>(<node>, <int>, <node>, <node>)",
                "<f>(<node>, *[1, *<nodes>])",
            ]
        },
    ),
    Definition(
        """
def <+f:name>(<t:node>, <k:int>):
    return <t> if <k> <= 0 else <f>(<t> * <float> + <k>, <k> - 1)
""",
        {"node": ["<f>(<node>, <digit>)"]},
    ),
    Definition(
        """
def <+f:name>(<p:weights>, <t:node>):
    for <k:str> in <p>:
        <t> = <t> * 0.5 + <p>[<k>]
    return <t>, <p>
""",
        {"node": ["<f>(<weights>, <node>)[0]"], "statement": ["<+a:node>, <+b:weights> = <f>(<weights>, <node>)"]},
    ),
    Definition(
        """
def <+f:name>(<t:node>):
    <s:nodes> = []
    for <k:counter> in range(<size>):
        <s>.append(<node@t,k>)
    return <s>
""",
        {"nodes": ["<f>(<node>)"], "node": ["sum(<f>(<node>))"]},
    ),
    Definition(
        """
def <+f:name>(<t:node>):
    def <g:name>(<u:node>):
        return <node@t,u>
    return <g>(<t>) + <g>(<node@t>)
""",
        {"node": ["<f>(<node>)"]},
    ),
    Definition(
        """
def <+f:name>(<t:node>):
    for <k:counter> in range(<size>):
        yield <node@t,k>
""",
        {"nodes": ["list(<f>(<node>))"], "node": ["sum(<f>(<node>))"]},
    ),
]

CLASSES = [
    Definition(
        """
class <+C:name>:
    unit = <int>

    def __init__(self, <a:int>, <b:int>=<int>):
        self.a = <int@a,b>
        self.b = [<b>]

    def total(self, <k:int>=1):
        self.b.append(<int@k>)
        return self.a * <k> + len(self.b) * self.unit

    def moved(self, <m:int>):
        self.a += <int@m>
        return self
""",
        {
            "<C>": ["<C>(<int>)", "<C>(<int>, <int>)", "<C>(<int>, <b>=<int>)", "<C>(<int>).moved(<int>)"],
            "int": [
                "<<C>>.a",
                "<<C>>.total()",
                "<<C>>.total(<int>)",
                "<C>.unit",
                "<<C>>.unit",
                "<<C>>.moved(<int>).moved(1).a",
            ],
            "ints": ["<<C>>.b"],
            "bool": ["isinstance(<<C>>, <C>)", "isinstance(<int>, <C>)", "<p=var:<C>> is <p>"],
            "step": ["<<C>>.total", "<C>(<int>).total"],
            "statement": [
                "<+p:<C>> = <C>(<int>, <int>)",
                "<var:<C>>.a = <int>",
                "<var:<C>>.a -= <int>",
                "<var:<C>>.b += [<int>]",
                "<var:<C>>.moved(<int>)",
                "<+q:<C>> = <p=var:<C>>\n<q>.a += <int>",
                "<C>.unit = <int>",
                "<C>.unit += 1",
                "<var:<C>>.unit += <int>",
                "<var:<C>>.b[0] = <int>",
                "for <+q:<C>> in [<<C>>, <<C>>]:\n    <q>.moved(<int>)",
            ],
            "fold": ["<it>.a + 2 * sum(<it>.b) + 3 * <it>.unit", "<it>.total(2)"],
        },
    ),
    Definition(
        """
class <+C:name>:
    def __init__(self, <a:int>, <b:int>):
        self.a, self.b = <a>, <b>

    def __add__(self, other):
        return <C>(self.a + other.a, self.b - other.b)

    def __mul__(self, <k:int>):
        return <C>(self.a * <k>, <int@k>)

    def __rmul__(self, <k>):
        return self * <k>

    def __neg__(self):
        return <C>(-self.a, -self.b)

    def __eq__(self, other):
        return self.a == other.a and self.b == other.b

    def __lt__(self, other):
        return (self.a, self.b) < (other.a, other.b)

    def __len__(self):
        return abs(self.a) % 5

    def __getitem__(self, <i:int>):
        return (self.a, self.b)[<i>]

    def __call__(self, <v:int>):
        return <v> * self.a + <int@v>

    def __contains__(self, <w:int>):
        return <w> in (self.a, self.b)

    def __bool__(self):
        return self.a > self.b
""",
        {
            "<C>": [
                "<C>(<int>, <int>)",
                "<<C>> + <<C>>",
                "<<C>> * <int>",
                "<int> * <<C>>",
                "-<<C>>",
                "max(<<C>>, <<C>>)",
            ],
            "int": ["<<C>>.b", "<<C>>[0]", "<<C>>[-1]", "len(<<C>>)", "<<C>>(<int>)", "sorted([<<C>>, <<C>>])[0].a"],
            "bool": ["<<C>> == <<C>>", "<<C>> != <<C>>", "<int> in <<C>>", "bool(<<C>>)", "not <<C>>", "<<C>> < <<C>>"],
            "step": ["<<C>>"],
            "statement": [
                "<+p:<C>> = <<C>>",
                "<own:<C>> += <<C>>",
                "if <<C>>:\n    <block>",
                "<+p:<C>> = sum([<<C>>, <<C>>], <<C>>)",
            ],
            "fold": ["<it>.a + 2 * <it>.b", "<it>[0] - 3 * <it>[1] + len(<it>)"],
        },
    ),
    Definition(
        """
class <+C:name>:
    made = []

    def __init__(self, <a:int>):
        self._a = <a>
        <C>.made.append(<a>)

    @property
    def a(self):
        return self._a + <int>

    @property
    def twice(self):
        return 2 * self.a

    @staticmethod
    def helper(<k:int>, <m:int>=2):
        return <int@k,m>

    @classmethod
    def of(cls, <s:ints>):
        return cls(sum(<s>))

class <+D:name>(<C>):
    def __init__(self, <b:int>):
        super().__init__(<int@b>)
        self.b = <b>

    @property
    def a(self):
        return super().a - self.b

    def __str__(self):
        return 'D' + str(self.b)
""",
        {
            "<C>": ["<C>(<int>)", "<C>.of(<ints>)", "<<D>>"],
            "<D>": ["<D>(<int>)", "<D>.of(<ints>)"],
            "int": [
                "<<C>>.a",
                "<<C>>.twice",
                "<<D>>.a",
                "<<D>>.twice",
                "<<D>>.b",
                "<C>.helper(<int>)",
                "<<D>>.helper(<int>, <int>)",
                "len(<C>.made)",
                "sum(<D>.made)",
            ],
            "bool": ["isinstance(<<D>>, <C>)", "isinstance(<<C>>, <D>)", "issubclass(<D>, <C>)", "type(<<D>>) is <D>"],
            "str": ["str(<<D>>)", 'f"""{<<D>!>}"""'],
            "step": ["<C>.helper"],
            "statement": ["<+p:<C>> = <<C>>", "<+p:<D>> = <<D>>", "<var:<D>>.b += <int>", "<C>.made.clear()"],
            "fold": ["<it>.twice + len(<it>.made)"],
        },
    ),
    Definition(
        """
class <+C:name>:
    def __init__(self, <w:node>, <k:int>=<int>):
        self.w = <w>
        self.k = <k>
        self.seen = {}

    def __call__(self, <t:node>):
        self.seen['t'] = <t>
        return self.forward(<t>)

    def forward(self, <t>):
        return self.w * <t> + self.k

    def step(self):
        self.w -= 0.1 * self.seen.get('t', self.w)

class <+D:name>(<C>):
    def forward(self, <u:node>):
        return super().forward(<node@u>) * self.w
""",
        {
            "<C>": ["<C>(<node>)", "<C>(<node>, <int>)", "<C>(<w>=<node>, <k>=<int>)", "<<D>>"],
            "<D>": ["<D>(<node>, <int>)"],
            "node": [
                "<<C>>(<node>)",
                "<<C>>.w",
                "<<D>>(<node>)",
                "<<D>>.forward(<node>)",
                "sum(g(<node>) for g in [<<C>>, <<D>>])",
            ],
            "int": ["<<C>>.k", "len(<<C>>.seen)"],
            "nodes": ["[g(t) for g, t in zip([<<C>>, <<D>>], <nodes>)]"],
            "statement": [
                "<+p:<C>> = <C>(<node>, <int>)",
                "<+p:<D>> = <D>(<node>)",
                "<var:<C>>.step()",
                "<var:<D>>.step()",
                "<+a:node> = <node>\nfor <g:hidden> in [<<C>>, <<D>>]:\n    <a> = <g>(<a>)",
                "<var:<C>>.k += <int>",
                "<var:<C>>.w = <node>",
            ],
            "fold": ["<it>.w + <it>.k", "<it>(2.0)"],
        },
    ),
    Definition(
        """
class <+C:name>:
    def __init__(self):
        self.items = []

    def push(self, <v:int>):
        self.items.append(<int@v>)
        return self

    def pop(self):
        return self.items.pop() if self.items else <int>

    def __iter__(self):
        for <i:int> in self.items:
            yield <i>

    def __setitem__(self, <k:int>, <w:int>):
        self.items[<k>] = <w>
""",
        {
            "<C>": ["<C>()", "<C>().push(<int>)", "<C>().push(<int>).push(<int>)"],
            "int": ["<<C>>.pop()", "sum(<<C>>)", "len(<<C>>.items)"],
            "ints": ["list(<<C>>)", "[<int@v> for <v:int> in <<C>>]", "<<C>>.items"],
            "statement": [
                "<+p:<C>> = <<C>>",
                "<var:<C>>.push(<int>)",
                "<var:<C>>[0] = <int>",
                "for <+v:int> in <<C>>:\n    <block@v>",
            ],
            "fold": ["sum(<it>) + 2 * len(<it>.items)"],
        },
    ),
]
