"""What programs of arrays are made of: expressions and statements with names in braces to fill.

What stands for a name in braces is made when it is first asked for, and then the same in the whole template: see
`Filling` in array_half.py.
"""

from __future__ import annotations

from tests.engine.fuzz.tables import between_blank_lines, one_a_line

# Over arrays {a} and {b}; all else follows from the shape of {a}. What stands twice is chosen twice as often.
EXPRESSIONS = one_a_line("""
{a} + {b}
{a} - {b}
{a} * {b}
{a} * {b}
{a} / ({b} ** 2 + 1.0)
{a} @ {b}
{a} @ {b}
-{a}
{a} ** 2
{a} * {c}
{c} * {a}
{a} + {c}
{c} - {a}
{a} / {c}
{a} ** 3
1.0 / (1.0 + np.exp(-{a}))
{a} * {n}
{a} / {n}
np.exp(-{a} ** 2)
np.tanh({a})
np.sin({a})
np.cos({a})
np.sqrt({a} ** 2 + 1.0)
np.log({a} ** 2 + 0.5)
np.exp({a} * 0.1)
np.square({a})
np.abs({a})
abs({a})
np.log1p({a} ** 2)
np.arctan({a})
np.cosh({a} * 0.1)
np.maximum({a}, 0)
np.maximum({a}, {b})
np.minimum({a}, {c})
np.where({a} > {c}, {a}, {b})
np.where({a} > 0, {a}, 0.1 * {a})
{a} * ({a} > {c})
np.clip({a}, -0.9, 0.8)
np.where({mask}, {a}, {b})
{a} * {mask}
({a} > {c}) * {b}
np.multiply({a}, {b})
np.add({a}, {b})
np.subtract({a}, {b})
np.divide({a}, {c})
np.power({a}, 2)
np.negative({a})
np.reciprocal({a} ** 2 + 1)
np.sum({a})
np.sum({a}, axis={axis})
np.sum({a}, axis={axis}, keepdims=True)
{a}.sum()
{a}.sum({axis})
{a}.sum(axis={axis})
np.mean({a})
np.mean({a}, axis={axis})
{a}.mean(axis={axis}, keepdims=True)
np.max({a})
np.max({a}, axis={axis})
{a}.max({axis})
{a}.max()
np.min({a}, axis={axis}, keepdims=True)
np.prod({a}, axis={axis})
np.var({a}, axis={axis})
np.std({a})
{a}.mean()
{a} - np.mean({a}, axis={axis}, keepdims=True)
np.sum({a} * {b})
np.linalg.norm({a})
np.cumsum({a})
np.cumsum({a}, axis={axis})
np.exp({a} - {a}.max()) / np.sum(np.exp({a} - {a}.max()))
np.sum({a}, 0)
np.amax({a}, {axis})
sum({a})
{a}.var()
{a}.std({axis})
np.dot({a}, {b})
{a}.dot({b})
{a}.T @ {b}
{a} @ {b}.T
np.outer({a}, {b})
np.matmul({a}, {b})
np.inner({a}, {b})
{a}.T
np.transpose({a})
{a}.transpose()
{a}.reshape({shape})
{a}.reshape(-1)
np.reshape({a}, ({shape}))
{a}.reshape(({shape}))
{a}.reshape({n}, -1)
{a}.ravel()
{a}.flatten()
np.ravel({a})
{a}[:, None]
{a}[None]
{a}[np.newaxis, :]
np.expand_dims({a}, {axis})
np.squeeze({a}[None])
np.concatenate([{a}, {b}])
np.concatenate(({a}, {b}), axis={axis})
np.stack([{a}, {b}])
np.vstack([{a}, {b}])
np.stack([{a}, {a} * 2.0], axis={axis})
np.hstack([{a}, {b}])
np.array([{a}, {b}])
np.array([{s}, {s2}])
np.column_stack([{a}, {a}])
np.swapaxes({a}, 0, -1)
np.flip({a}, {axis})
np.roll({a}, 1)
np.repeat({a}, 2)
np.tile({a}, 2)
np.diag({a})
np.trace({a})
{a}[{i}]
{a}[{i}]
{a}[{i}, {j}]
{a}[:, {j}]
{a}[{i}][{j}]
{a}[{lo}:{hi}]
{a}[{lo}:]
{a}[:-1]
{a}[::-1]
{a}[..., {j}]
{a}[{i}, :]
{a}[:, {lo}:]
{a}[::2]
{a}[{lo}:, ::-1]
{a}[[{i}, {i2}]]
{a}[{labels}]
{a}[np.arange({len}), {picks}]
{a}[:, [{j}, {j2}]]
{a}[np.array({flags})]
{a}[range({len}), {picks}]
np.take({a}, {i}, axis=0)
np.eye({len})[{labels}] @ {a}
{a}[{labels}, {j}]
np.zeros_like({a}) + {b}
np.ones(({shape})) * {c}
np.ones_like({a}) * {c}
np.full({len}, {c})
np.arange({len}) * {c} + {a}
np.zeros({len}) + {a}
np.linspace(0, 1, {len}) * {a}
np.eye({len}) * {c}
np.eye({len}) + {a}
{a}.copy()
np.copy({a})
np.array({a})
{a}.astype(float)
sum({a}[{k}] * {c} for {k} in range({len}))
sum([{k} * {k} for {k} in {a}])
np.array([{k} * 2.0 for {k} in {a}])
np.array([{k}.sum() for {k} in {a}])
{a} if {a}.ndim > 1 else {b}
{a}.shape[0] * {b}
len({a}) * {b}
{a}.size * {b}
np.einsum('i,i->', {a}, {b})
np.einsum('ij,jk->ik', {a}, {b})
np.array([[{s}, {c}], [{c2}, {s2}]])
np.array([{k} for {k} in {a}[{lo}:]])
float({n}) * {a}
np.pad({a}, 1)
np.sort({a})
np.sum({a}[{a} > {c}])
""")

# {x} is an array that they write to or look at, {v} one of one axis, {m} one of two; the shapes of the others follow
# from it.  {e} is any expression, {s} a number, {fit} fits into the array, {rowfit} into a row of it.
BIND = between_blank_lines("""
{new} = {e}

{new} = {e}

{new} = {e}

{new} = {s}

{x} = {e}

{x} = {x} + {fit}

{new}, {new2} = {e}, {s}

{new}, {new2} = {e}, {x}
{new2} = {new2} * {c}

{new} = {new2} = {x}

{x}, {new} = {e}, {x}

{new} = np.array({values})

{new} = {c}

{new} = {size}

{new} = np.array({labels})

{new} = {x} > {c}

{new} = np.zeros({len})

{new} = np.zeros_like({x})

{new} = np.ones(({shape}))

{new} = {x}.shape[0]

{new} = len({x})

{new}, {new2} = {m}.shape
""")

WRITE = between_blank_lines("""
{x} += {fit}

{x} -= {c} * {fit}

{x} *= {c}

{x} /= {c}

{x} **= 2

{x} *= {fit}

{x} += {x}

{x} -= {x}.mean()

{v}[{i}] = {s}

{v}[{i}] += {s}

{v}[{i}] *= {c}

{v}[{lo}:{hi}] = {c}

{v}[{lo}:] = {v}[{lo}:] * {c}

{v}[::2] += {c}

{v}[[{i}, {i2}]] = {c}

{v}[::-1] = {fit}

{v}[:] = {fit}

{v}[1:] = {v}[:-1]

{v}[1:] += {v}[:-1]

{x}[...] = {c}

{x}[:] = {fit}

{m}[{i}, {j}] = {s}

{m}[{i}, {j}] += {s}

{m}[{i}][{j}] = {s}

{m}[{i}] = {rowfit}

{m}[{i}] += {rowfit}

{m}[{i}] *= {c}

{m}[:, {j}] = {c}

{m}[:, {j}] += {c}

{m}[:, {j}] *= {s}

{m}[{lo}:, {j}] = {c}

{m}[:, ::2] -= {c}

{m}[{i}, :] = {rowfit}

{m}[{i}], {m}[{i2}] = {m}[{i2}].copy(), {m}[{i}].copy()

{m}[np.arange({len}), {picks}] -= {c}

{m}[range({len}), {picks}] = {c}

{m}[[{i}, {i2}]] = {rowfit}

{m}[np.array({labels})] = {c}

{m}[np.arange({len}), np.array({picks})] *= {c}

{m}[:, [{j}]] += {c}

{x}[{x} > {c}] = {c2}

{x}[{x} < {c}] *= {c2}

{x}[{x} > {c}] += {c2}

{x}[{mask}] = {c}

{new} = {x} > {c}
{x}[{new}] = {c2}

{new} = {x} <= {c}
{new2} = {x}.copy()
{new2}[{new}] = 0.0

{new} = np.array({flags})
{x}[{new}] *= {c}

{new} = {x} > {c}
{new2} = {x}[~{new}]

{x}[{mask}] -= {c}

{x}[~({x} > {c})] = 0.0

{v}[{i}], {v}[{i2}] = {v}[{i2}], {v}[{i}]

{x}[np.array({flags})] = {c}

{x}[{i}] = {x}[{i2}]

{x}[{i}] -= 0.1 * {x}[{i2}]

np.add.at({v}, {labels}, {c})

{v}[{i}] = {n}

{x}.fill({c})

{x}[{lo}:{hi}] *= {c}

{m}.T[{j}] = {c}

{m}.reshape(-1)[{i}] = {c}
""")

ALIAS = between_blank_lines("""
{new} = {x}

{new} = {x}
{new} += {fit}

{new} = {x}
{new} = {new} + {fit}

{new} = {x}
{new}[{i}] = {c}

{new} = {x}
{x} *= {c}

{new} = {x}
{x} = {x} * {c}
{new} += {c2}

{new} = {x}.copy()
{new}[{i}] = {c}

{new} = {x}.copy()
{x} += {fit}

{new} = {x}[:]
{new}[{i}] = {c}

{new} = {m}[{i}]
{new}[{j}] = {s}

{new} = {m}[{i}]
{new} += {rowfit}

{new} = {m}[{i}]
{new} *= {c}
{m}[{i}, {j}] = {c2}

{new} = {m}[{i}]
{m}[{i}] = {c}

{new} = {m}[:, {j}]
{new}[{i}] = {s}

{new} = {m}[:, {j}]
{new} -= {c}

{new} = {m}[:, {j}]
{m} *= {c}

{new} = {m}[{lo}:, {lo}:]
{new} += {c}

{new} = {v}[{lo}:{hi}]
{new} *= {c}

{new} = {v}[::-1]
{new}[0] = {c}

{new} = {v}[{lo}:]
{new2} = {new}[::-1]
{new2}[0] = {c}

{new} = {v}[::2]
{v}[0] = {c}

{new} = {m}.T
{new}[{j}] = {c}

{new} = {m}.T
{m}[{i}, {j}] = {c}

{new} = {m}.reshape(-1)
{new}[{i}] = {c}

{new} = {m}.ravel()
{new} += {c}

{new} = {m}.flatten()
{new} += {c}

{new} = {x}[None]
{new}[0, {i}] = {c}

{new} = {v}[:, None]
{new} *= {c}

{new} = {m}[[{i}, {i2}]]
{new} += {c}

{new} = {x}[{labels}]
{new} *= {c}

{new} = {x}[{x} > {c}]
{new} += {c2}

{new} = np.array({x})
{new}[{i}] = {c}

{new} = np.asarray({x})
{new}[{i}] = {c}

{new} = {x} * 1.0
{new} += {c}

{new}, {new2} = {m}[{i}], {m}[{i2}]
{new} += {new2}

{new} = [{x}, {x}]
{new}[0] += {c}

{new} = ({x}, {c})
{new}[0][{i}] = {c2}

{new} = {m}[{i}, {j}]
{m}[{i}, {j}] += {c}
{new} += {c2}

{new} = {v}[{i}]
{new} += {c}

{new} = np.transpose({m})
{new} *= {c}

{new} = {x}.copy()
{new2} = {new}
{new2} -= {fit}

{new} = {x}
del {new}

{new} = [{k} for {k} in {m}]
{new}[{i}][{j}] = {c}

{new} = list({m})
{new}[{i}] *= {c}

{new} = np.stack([{x}, {x}])
{new}[0] += {c}
""")

LOOP = between_blank_lines("""
{new} = np.zeros({len})
for {k} in range({len}):
    {new}[{k}] = {item}

{new} = np.zeros({len})
for {k} in range({len}):
    {new}[{k}] += {item}
    {new}[0] += {c}

{new} = np.empty({len})
for {k} in range({len}):
    {new}[{k}] = {item}

{new} = np.zeros(({rows}, {cols}))
for {k} in range({rows}):
    for {l} in range({cols}):
        {new}[{k}, {l}] = {cell}

{new} = np.zeros_like({m})
for {k} in range({rows}):
    {new}[{k}] = {m}[{k}] * ({k} + {c})

{new} = np.zeros({cols})
for {k} in range({rows}):
    {new} += {m}[{k}] * {c}

{new} = 0.0
for {k} in range({len}):
    {new} += {item}

{new} = 0
for {k} in {v}:
    {new} = {new} * {c} + {k}

{new} = {s}
for {k} in range({n}):
    {new} = {new} * 0.5 + {k}

for {k} in range({len}):
    {x}[{k}] = {x}[{k}] * {c}

for {k} in range(1, {len}):
    {v}[{k}] += 0.5 * {v}[{k} - 1]

for {k} in range({len}):
    if {k} % 2 == 0:
        {x}[{k}] *= {c}
    else:
        {x}[{k}] -= {c2}

for {k} in range({len}):
    if {k} == 1:
        continue
    {x}[{k}] = {c}

for {new} in {m}:
    {new} *= {c}

for {new} in {m}:
    {new} = {new} * {c}

for {new} in {m}:
    {new}[{j}] = {c}

for {new} in {m}.T:
    {new} += {c}

for {k}, {new} in enumerate({m}):
    {new} += {k}

for {k}, {new} in enumerate({v}):
    {v}[{k}] = {new} * {new}

for {new}, {new2} in zip({m}, {v}):
    {new} += {new2}

for {new}, {new2} in zip({v}, {v}[::-1]):
    {new} += {new2}

{new} = []
for {k} in range({len}):
    {new}.append({item})
{new2} = np.array({new})

{new} = []
for {k} in {m}:
    {new}.append({k} * {c})
{new2} = np.stack({new})

{new} = []
for {k} in {m}:
    {new}.append({k})
{new}[{i}][{j}] = {c}
{new2} = np.concatenate({new})

{new} = [{item} for {k} in range({len})]
{new2} = sum({new})

{new} = np.array([{item} for {k} in range({len})])

{new} = np.array([[{cell} for {l} in range({cols})] for {k} in range({rows})])

{new} = [np.sum({k} ** 2) for {k} in {m}]
{new}[{i}] += {c}

{new} = [{x}]
for {k} in range({n}):
    {new}.append(np.tanh({new}[-1]))
{new2} = {new}[-1] + {new}[0]

{new} = {x}
for {k} in range({n}):
    {new} = {new} - 0.1 * {fit}

{new} = {x}
for {k} in range({n}):
    {new} -= 0.1 * {x}

{new} = {x}.copy()
{k} = 0
while {k} < {size}:
    {new} = {new} * 0.5 + {x}
    {k} += 1
""")

FUNCTION = between_blank_lines("""
def {f}({p}):
    return {body1}
{new} = {f}({x})

def {f}({p}, {q}):
    return {body2}
{new} = {f}({x}, {y})

def {f}({p}, {q}={c}):
    return {p} * {q} + {c2}
{new} = {f}({x}) + {f}({x}, {q}={c})

def {f}({p}):
    {p}[{i}] = {c}
    return {p}
{new} = {f}({x})

def {f}({p}):
    {p} += {c}
{f}({x})

def {f}({p}):
    {p} = {p} + {c}
    return {p}
{new} = {f}({x})

def {f}({p}):
    {p} = {p}.copy()
    {p}[{i}] *= {c}
    return {p}
{new} = {f}({x})

def {f}({p}):
    return {p}[{lo}:]
{new} = {f}({x})
{new} *= {c}

def {f}({p}, {q}):
    {new} = {body2}
    return {new}, {p}
{new}, {new2} = {f}({x}, {y})

def {f}({p}):
    def {g}({q}):
        return {body2}
    return {g}
{new} = {f}({x})({y})

def {f}({p}):
    return {p} * {s}
{x} = {x} + {c}
{new} = {f}({x})

def {f}():
    return {x} * {c}
{x} = {x} + {c}
{new} = {f}()

def {f}():
    {x}[{i}] = {c}
{f}()

{f} = lambda {p}: {body1}
{new} = {f}({x})

{f} = [lambda {p}: {p} * {k} for {k} in range(3)]
{new} = {f}[0]({x}) + {f}[1]({x})

def {f}({p}, {q}=np.zeros({n})):
    {q} += {c}
    return np.sum({p}) * {q}
{new} = {f}({x})
{new2} = {f}({x})

def {f}({p}, {q}):
    for {k} in range({q}):
        {p} = {p} * 0.5 + {c}
    return {p}
{new} = {f}({x}, {n})

def {f}({p}, train=True):
    if train:
        return {body1}
    return {p}
{new} = {f}({x}) + {f}({x}, train=False)

def {f}({p}, *{q}):
    return {p} + sum({q})
{new} = {f}({x}, {x}, {c})

def {f}({g}, {p}):
    return {g}({g}({p}))
{new} = {f}(lambda {q}: np.tanh({q}) + {c}, {x})
""")

OBJECT = between_blank_lines("""
{new} = {{'W': {x}, 'b': {y}}}

{new} = {{'W': {x}, 'b': {y}}}
{new}['W'] += {fit}

{new} = {{'W': {x}, 'b': {y}}}
{new}['W'] = {new}['W'] * {c}

{new} = {{'W': {x}, 'b': {y}}}
{new}['W'][{i}] = {c}

{new} = {{}}
{new}['W1'] = {x}
{new}['b1'] = {x}.copy()
for {k} in {new}:
    {new}[{k}] -= 0.1 * {new}[{k}]

{new} = {{'a': {x}.copy(), 'b': {x}}}
for {k}, {new2} in {new}.items():
    {new2} *= {c}

{new} = {{'a': {x}.copy(), 'b': {x}}}
for {k}, {new2} in {new}.items():
    {new}[{k}] = {new2} * {c}

{new} = {{}}
for {k} in range(1, 3):
    {new}[f'W{{{k}}}'] = {x} * {k}
{new2} = {new}['W1'] + {new}['W2']

{new} = {{k: v * {c} for k, v in {{'W': {x}, 'b': {y}}}.items()}}

{new} = {{'W': {x}, 'b': {y}}}
{new2} = sum(np.sum(v ** 2) for v in {new}.values())

{new} = dict(W={x}, b={y})
{new2} = {new}.copy()
{new2}['W'] += {c}
{new2}['b'] = {new2}['b'] * {c2}

class {C}:
    def __init__(self, W, b):
        self.W = W
        self.b = b
    def forward(self, x):
        self.x = x
        return {method}
{o} = {C}({x}, {y})
{new} = {o}.forward({y2})

class {C}:
    def __init__(self, W):
        self.params = {{'W': W}}
        self.grads = {{'W': np.zeros_like(W)}}
    def update(self, lr=0.1):
        for key in self.params:
            self.params[key] -= lr * self.grads[key]
{o} = {C}({x})
{o}.grads['W'][...] = {fit}
{o}.update()
{new} = {o}.params['W']

class {C}:
    def __init__(self):
        self.mask = None
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out
    def backward(self, dout):
        dout[self.mask] = 0
        return dout
{o} = {C}()
{new} = {o}.forward({x})
{new2} = {o}.backward({x} * {c})

class {C}:
    def __init__(self, W):
        self.W = W
    def __call__(self, x):
        return self.W * x
{o} = {C}({x})
{o}.W += {c}
{new} = {o}({c2})
""")
