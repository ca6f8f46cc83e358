"""Arrays of whole numbers: what is written to them, and what makes them of other numbers."""

import numpy as np
import pytest

from gradlens import engine

NUMPY = "import numpy as np\nw = np.array([0.5, 0.2])\n"
TORCH = "import torch\nw = torch.tensor([0.5, 0.2])\n"

MADE = """
np.array(range(3)) np.vstack([x,x])[0] np.hstack((x,[3,4])) np.concatenate([[1,2],[3]]) np.repeat([1,2],2)
np.tile(x,2) np.repeat(3,4) np.where(x>1,x,0) np.copy(x) np.eye(2,dtype=int)[0] np.array([x,x]).sum(axis=0)
np.outer(x,x)@x x*2 x+x -x x**2 x//2 x%2 np.array([n,n]) np.array([n+1,n*n]) np.sort(x) np.argsort(x)
np.cumsum(x) np.nonzero(w)[0] np.unique(x) np.bincount(x) np.diff(np.array([3,1,2])) np.abs(x) np.maximum(x,2)
np.clip(x,0,2) np.clip(x,0,None) (w>0.3).astype(int) np.array([x,x]).T.flatten() np.pad(x,1)
np.outer([1,2],[3,4])[0] np.zeros_like([1,2]) np.zeros_like(x*2) np.append(x,5) np.take(x,[0,1])
np.round(x,1) np.vander(x)[0] x.round(2) np.nan_to_num(x) np.nanmax([x,x],axis=0) np.polyval(x,x) np.append(x,True)
np.roll(x,1) np.atleast_2d(x)[0] +x x.copy()[::-1] np.where(w>0.3,1,0) np.sum([x,x],axis=0)
"""  # arrays of whole numbers
# Programs of which NumPy or PyTorch cut the fraction of what is written, or refuse it.
CUT = [
    NUMPY + "a = np.array([1, 2])\na[0] = 2.7",
    NUMPY + "a = np.array([1, 2])\na += w",
    NUMPY + "a = np.array([[0 for _ in range(2)] for _ in range(2)])\na[0, 1] = w @ w",
    NUMPY + "n = [0, 0]\na = np.array(n)\na[0] = w @ w",
    NUMPY + "a = np.zeros((2, 2), dtype=int)\na[0] = w",
    NUMPY + "a = np.zeros(2, int)\na[:] = w",
    NUMPY + "a = np.arange(3)\na[1] = w[0]",
    NUMPY + "a = np.full(2, 0)\na[0] = w[0]",
    NUMPY + "a = np.zeros_like(np.array([1, 2]))\na[0] = w[0]",
    NUMPY + "x = np.array([1, 2])\na = np.ones_like(x)\na[0] = w[0]",
    NUMPY + "x = np.array([1, 2])\na = x.copy()\na[0] = w[0]",
    NUMPY + "x = np.array([1, 2, 3, 4])\na = x.reshape(2, 2)[0]\na[0] = w[0]",
    NUMPY + "x = np.array([1, 2])\na = np.stack([x, x])\na[0] = w",
    NUMPY + "a = np.random.randint(0, 9, (2,))\na[a > 3] = 0.5",
    NUMPY + "x = 2.0\na = np.array([1, 2])\na[0] = x",
    TORCH + "a = torch.tensor([1, 2])\na[0] = w[0]",
    TORCH + "a = torch.arange(2)\na[0] = w[0]",
    TORCH + "a = torch.zeros(2, dtype=torch.long)\na[0] = w[0]",
    TORCH + "a = torch.LongTensor([1, 2])\na[0] = w[0]",
    TORCH + "a = torch.tensor([1.0, 2.0]).long()\na[0] = w[0]",
    TORCH + "a = torch.cat([torch.tensor([1]), torch.tensor([3])])\na[0] = w[0]",
    TORCH + "a = (w > 0.3).long()\na[0] = w[0]",
    TORCH + "a = torch.tensor([1, 2])\na *= 0.5",
    TORCH + "a = torch.tensor([1, 2])\na.fill_(0.5)",
    NUMPY + "a = np.array([2, 4])\na += 1.0",
    NUMPY + "a = np.array([2, 4])\na /= 2",
    NUMPY + "k = 3\na = np.array([2, 4])\na[0] = k / 2",
    NUMPY + "a = np.insert(np.array([2, 4]), 1, 0.5)",
    "import jax.numpy as jnp\na = jnp.array([1, 2])\na = a.at[0].set(0.5)",
    *[f"{NUMPY}x = np.array([3, 1])\nn = 3\na = {made}\na[0] = w[0]" for made in MADE.split()],
    NUMPY + "x = np.array([1, 2])\na = x\na[0] = w[0]",
    NUMPY + "a = np.pad(np.array([1, 2]), 1, constant_values=0.5)",
    NUMPY + "c = 0.5\na = np.pad(np.array([1, 2]), 1, constant_values=c)",
    NUMPY + "a = np.reciprocal(np.array([1, 2]))",
    TORCH + "a = torch.nn.functional.pad(torch.tensor([1, 2]), (1, 1), value=0.5)",
    TORCH + "a = torch.nn.functional.one_hot(torch.tensor([1, 0]))\na[0] = w",
]
# Programs with what they give, which NumPy 2.4 and PyTorch 2.14 give as well.
KEPT = {
    NUMPY + "a = np.array([1, 2], dtype=float)\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.array([1, 2.0])\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.array([1, 2])\na[0] = 7\na += np.array([1, 1])\na *= 2": [16, 6],
    NUMPY + "a = np.array([1, -2])\na[a < 0] = 0": [1, 0],
    NUMPY + "x = np.array([1, 2])\na = x.astype(float)\na[0] = w[0]": [0.5, 2],
    NUMPY + "x = np.array([1, 2])\na = np.float64(x)\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.cumsum(np.array([1, 2]), dtype=float)\na[0] = w[0]": [0.5, 3],
    NUMPY + "a = np.fabs(np.array([1, 2]))\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.float_power(np.array([1, 2]), 2)\na[0] = w[0]": [0.5, 4],
    NUMPY + "a = np.rint(np.array([1, 2]))\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.reciprocal(np.array([1.0, 2]))": [1, 0.5],
    NUMPY + "x = np.array([1, 2])\na = x * 1.0\na[0] = w[0]": [0.5, 2],
    NUMPY + "x = np.array([1, 2])\na = np.where(x > 1, x, 0.0)\na[0] = w[0]": [0.5, 2],
    NUMPY + "x = np.array([1, 3])\na = np.clip(x, 0, 2.0)\na[0] = w[0]": [0.5, 2],
    NUMPY + "x = np.array([[1, 2], [3, 4]])\na = x.mean(axis=0)\na[0] = w[0]": [0.5, 3],
    NUMPY + "n = 3.0\na = np.array([n, n])\na[0] = w[0]": [0.5, 3],
    NUMPY + "x = [1, 2]\na = np.array(x, dtype=np.float64)\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.zeros(2)\na[:] = np.array([1, 2])\na[0] = w[0]": [0.5, 2],
    NUMPY + "k = 3\na = np.array([1, 2])\na[0] = k // 2": [1, 2],
    NUMPY + "a = np.array([7, 9])\na -= a.min()\na %= 3\na **= 2\na += 2 * (w > 0.3)": [2, 4],
    NUMPY + "a = (w > 0.1).astype(float) + (w > 0.3).astype(float)": [2, 1],
    NUMPY + "a = np.array(w > 0.1, dtype=float) + np.array(w > 0.3, dtype=float)": [2, 1],
    NUMPY + "a = (w > 0.1).astype(float)\na[0] = w[0]": [0.5, 1],
    TORCH + "a = (w > 0.1).float() + (w > 0.3).float()": [2, 1],
    TORCH + "m = (w > 0.1).to(torch.float32)\na = m + m": [2, 2],
    "import jax.numpy as jnp\na = jnp.array([1, 2]).at[0].set(5)": [5, 2],
    NUMPY + "x = np.array([1, 2])\na = np.array(x, dtype=float)\na[0] = w[0]": [0.5, 2],
    NUMPY + "x = np.array([1, 2])\na = np.zeros_like(x, dtype=float)\na[0] = w[0]": [0.5, 0],
    NUMPY + "x = np.array([1, 2])\na = x / 2\na[0] = w[1]": [0.2, 1],
    NUMPY + "a = np.zeros(2)\na[0] = w[0]": [0.5, 0],
    NUMPY + "a = np.full(2, 0.0)\na[0] = w[0]": [0.5, 0],
    NUMPY + "a = np.full_like(np.array([1, 2]), 1.5)": [1, 1],
    NUMPY + "n = [1, 2]\nn[0] = 0.5\na = np.array(n)": [0.5, 2],
    TORCH + "a = torch.Tensor([1, 2])\na[0] = w[0]": [0.5, 2],
    TORCH + "a = torch.tensor([1, 2]).float()\na[0] = w[0]": [0.5, 2],
    TORCH + "x = torch.tensor([1, 2])\ny = x.float()\ny[0] = w[0]\na = x + y": [1.5, 4],
    TORCH + "x = torch.tensor([1.0, 2.0])\ny = x.float()\ny[0] = 5\na = x + y": [10, 4],
    TORCH + "t = torch.tensor([0, 1])\nassert not t.requires_grad\na = w[t]": [0.5, 0.2],
    TORCH + "a = torch.arange(2.0)\na[0] = w[0]": [0.5, 1],
    TORCH + "a = w * torch.tensor([1.7, -2.7]).to(torch.long)": [0.5, -0.4],
    TORCH + "x = torch.tensor([1.7, -2.7])\na = w * x.to('cpu', dtype=torch.int64)": [0.5, -0.4],
    TORCH + "x = torch.tensor([1.7, -2.7])\na = w * x.long() + x.int() - x.type(torch.LongTensor)": [0.5, -0.4],
    TORCH + "x = torch.tensor([1.7, -2.7])\na = w * x.to('cpu')": [0.85, -0.54],
    TORCH + "a = w * torch.LongTensor([1.7, -2.7])": [0.5, -0.4],
    TORCH + "a = w * torch.IntTensor([1, 2]) * torch.BoolTensor([True, False])": [0.5, 0],
    TORCH + "a = torch.stack([w, w])[torch.arange(2), torch.tensor([0.0, 1.0]).long()]": [0.5, 0.2],
}


def test_a_fraction_is_not_written_to_an_array_of_whole_numbers_which_would_cut_it_off():
    for program in CUT:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program + "\nL = (a * 1.0).sum()")
        assert caught.value.kind == "fraction-cut", (program, caught.value)
        assert caught.value.span.start_line == program.count("\n") + 1, program


REFUSED = {  # what PyTorch or NumPy refuses of whole numbers
    TORCH + "a = torch.tensor([1, 2], requires_grad=True)": "whole-tensor",
    TORCH + "a = torch.tensor(3, requires_grad=True)": "whole-tensor",
    TORCH + "a = torch.tensor([1, 2]).requires_grad_()": "whole-tensor",
    TORCH + "a = torch.nn.Parameter(torch.tensor([1, 2]))": "whole-tensor",
    TORCH + "a = torch.tensor([1, 2])\nb = a.mean()": "whole-tensor",
    TORCH + "a = torch.tensor([1, 2])\nb = torch.softmax(a, 0)": "whole-tensor",
    TORCH + "a = (w > 0.3).mean()": "whole-tensor",
    TORCH + "a = torch.tensor([1, 2]) ** -1": "whole-power",
    NUMPY + "a = np.array([1, 2]) ** -1": "whole-power",
    NUMPY + "a = np.array([1, 2]) // np.array([0, 1])": "whole-division",
    NUMPY + "a = np.array([1, 2]) % 0": "whole-division",
    NUMPY + "a = np.mod(np.arange(2), np.arange(2))": "whole-division",
    TORCH + "a = torch.arange(2) // torch.arange(2)": "whole-division",
    NUMPY + "n = 0\na = w * (3 // n)": "raised",
    NUMPY + "a = w * (3 % (2 - 2))": "raised",
}


def test_what_is_of_fractions_alone_is_refused_of_whole_numbers():
    for program, kind in REFUSED.items():
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program + "\nL = (a * 1.0).sum()")
        assert (caught.value.kind, caught.value.span.start_line) == (kind, program.count("\n") + 1), program
    for program in (
        TORCH + "a = torch.tensor([1, 2], dtype=torch.float64, requires_grad=True)",
        TORCH + "a = torch.tensor([1, 2]).float().mean()",
        TORCH + "a = (w > 0.3).float().mean()",
        NUMPY + "a = np.array([1, 2.0]) ** -1",
        NUMPY + "a = np.array([1, 2]).mean() + 2**-1",
        NUMPY + "a = np.array([1.0, 2]) // np.array([0, 1]) + np.array([1, 2]) // 0.0",
    ):
        engine.trace(program + "\nL = (a * 1.0).sum()")


BEYOND = [  # what wraps around in NumPy and PyTorch, in its last line
    NUMPY + "a = np.array([50000, 2], dtype=np.int32)\nb = a * a",
    NUMPY + "a = np.array([2**31 - 1], dtype='i4')\nb = a + 1",
    NUMPY + "n = 3\na = np.arange(5, dtype=np.int32)\nb = a * n * 1000000000",
    NUMPY + "a = np.array([50000, 2]).astype(np.int32)\nb = a @ a",
    NUMPY + "a = np.full(2, 70000, dtype=np.int32)\nb = a[:1] ** 2",
    TORCH + "a = torch.tensor([50000, 2], dtype=torch.int32)\nb = a * a",
    TORCH + "a = torch.tensor([50000.5, 2.0]).int()\nb = a * a",
    TORCH + "a = torch.IntTensor([50000, 2])\nb = a * a",
]
WITHIN = {  # what does not, and what its sum is
    NUMPY + "a = np.array([50000, 2])\nb = a * a": 2500000004,
    NUMPY + "a = np.array([50000, 2], dtype=np.int32)\nb = a.astype(float) ** 2": 2500000004,
    NUMPY + "a = np.array([50000, 2], dtype=np.int32)\nb = a * 50000.0": 2500100000,
    NUMPY + "a = np.array([50000, 2], dtype=np.int32)\nb = a.astype(np.int64) * a": 2500000004,
    NUMPY + "a = np.full(3, 2**30, dtype=np.int32)\nb = np.sum(a)": 3 * 2**30,
    TORCH + "a = torch.tensor([50000, 2], dtype=torch.int32)\nb = a.long() * a": 2500000004,
}


WIDE = {  # what is beyond the bits of its type, or tells of digits that a float does not hold, in its last line
    "whole-wide": [
        NUMPY + "b = np.arange(1, 30).prod()",
        NUMPY + "b = np.arange(1, 30).cumprod()",
        NUMPY + "b = np.array([2**62, 2**62]).sum()",
        NUMPY + "n = np.array([10, 20])\nb = n ** 15",
        NUMPY + "b = np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 100)",
        NUMPY + "b = np.int64(2) ** 62 * 2",
        NUMPY + "n = np.int64(2) ** 40\nb = n * n",
        NUMPY + "b = np.int32(2) ** 30 * np.int32(4)",
        TORCH + "b = torch.arange(1, 40).prod()",
        "import jax.numpy as jnp\nb = (jnp.arange(100000) ** 2).sum()",
    ],
    "whole-digits": [
        NUMPY + "n = np.array([2**30, 2])\nm = n * n * 3 + 1\nb = m - n * n * 3",
        NUMPY + "n = np.array([2**30, 2])\nm = n * n + 1\nb = m % 7",
        NUMPY + "n = np.sum([2**60, 2**60 + 1, 1])\nb = np.array([n % 7])",
        NUMPY + "n = np.sum([2**60, 2**60 + 1, 1])\nb = np.array([int(n) % 7])",
        NUMPY + "n = np.array([2**60, 2**60 + 1])\nb = np.array([int(n[1]) % 7])",
    ],
    "whole-power": [NUMPY + "b = np.int64(2) ** -1"],
}
NOT_WIDE = {  # what is within, and what its sum is
    NUMPY + "b = np.arange(1, 21).prod()": 2432902008176640000,
    NUMPY + "b = np.arange(1, 30.0).prod()": 8.841761993739702e30,
    NUMPY + "b = np.arange(1, 30).astype(float).prod()": 8.841761993739702e30,
    NUMPY + "b = np.array([1.0]) * int(np.int64(2)) ** 100": 2.0**100,
    NUMPY + "b = np.array([1.0]) * np.int64(2) * 1.5 ** 3": 6.75,
    NUMPY + "b = np.array([1.0]) / np.int64(4)": 0.25,
    "import jax\njax.config.update('jax_enable_x64', True)\nimport jax.numpy as jnp\nb = jnp.arange(100000) ** 2": (
        333328333350000
    ),
}


def test_whole_numbers_beyond_their_type_or_a_float_are_refused_at_their_place():
    for kind, programs in WIDE.items():
        for program in programs:
            with pytest.raises(engine.EngineError) as caught:
                engine.trace(program + "\nL = (b * w[0]).sum()" if "w =" in program else program)
            assert caught.value.kind == kind, program
            assert caught.value.span.start_line == program.count("\n") + 1, program
    for program, expected in NOT_WIDE.items():
        found = engine.trace(program + "\nL = b.sum()")
        assert np.isclose(found.nodes[found.output].value, expected, rtol=1e-15), program


TYPES = """
np.array([1,2]).dtype==np.int64|np.array([1,2]).dtype==int|np.array([1,2]).dtype=='int64'|np.array([1,2]).dtype==float
(w>0.3).dtype==bool|w.dtype==np.float64|w.dtype==float|w.dtype==int|w.dtype=='float64'|w.dtype.kind=='f'|len(str(w.dtype))
(w>0.3).dtype.kind=='b'|np.arange(3).dtype.name=='int64'|np.argmax(w).dtype==int|w.dtype==np.arange(3).dtype|w.dtype!=int
"""


def test_the_type_of_an_array_is_what_numpy_gives():
    for text in TYPES.strip().replace("\n", "|").split("|"):
        expected = eval(text, {"np": np, "w": np.array([0.5, 0.2])})
        trace = engine.trace(f"{NUMPY}q = {text}\nL = w * (1.0 * q)")
        assert trace.nodes[trace.output].value[0] == 0.5 * expected, text
    for text, expected in {"torch.long": 0, "torch.float32": 1, "torch.float": 1}.items():
        for sign in ("==", "is"):
            trace = engine.trace(f"{TORCH}q = w.dtype {sign} {text}\nL = w * (1.0 * q)")
            assert trace.nodes[trace.output].value[0] == 0.5 * expected, text


GRIDS = {
    "np.mgrid[0:1:5j]": [0, 0.25, 0.5, 0.75, 1],
    "np.mgrid[0:1:0.5] / 2": [0, 0.25],
    "np.mgrid[0:2, 0:1:3j][1]": [[0, 0.5, 1], [0, 0.5, 1]],
    "sum(np.ogrid[0:1:3j, 0:2:2j])": [[0, 2], [0.5, 2.5], [1, 3]],
    "np.r_[0:1:3j, 5.0]": [0, 0.5, 1, 5],
}


def test_a_grid_with_a_count_for_its_step_holds_both_ends():
    for text, expected in GRIDS.items():
        found = engine.trace(f"{NUMPY}a = {text}\nL = a * 1.0")
        assert np.allclose(found.nodes[found.output].value, expected), text
    trace = engine.trace(f"{NUMPY}a = np.mgrid[0:1:0.5]\na[0] = w[0]\nL = a * 1.0")
    assert trace.nodes[trace.output].value.tolist() == [0.5, 0.5]
    for text, kind in {"np.mgrid[0:2]": "fraction-cut", "[1.0, 2.0][0:2:1j]": "index-type"}.items():
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"{NUMPY}a = {text}\na[0] = w[0]\nL = np.sum(a)")
        assert caught.value.kind == kind, text


def test_a_number_of_32_bits_that_becomes_larger_is_refused_at_its_place():
    for program in BEYOND:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program + "\nL = (b * 1.0).sum()")
        assert caught.value.kind == "whole-overflow", program
        assert caught.value.span.start_line == program.count("\n") + 1, program
    for program, expected in WITHIN.items():
        found = engine.trace(program + "\nL = (b * 1.0).sum()")
        assert found.nodes[found.output].value == expected, program


HELD = "v = np.array([1.0, 2.0, 3.0])\nm = np.array([[1.0, 2.0], [3.0, 4.0]])\n"
NO_PLACES = """
np.array([0.0,2.0]) np.zeros(2) np.arange(3.0) np.arange(3)/1 np.floor(w) (v>1.5).astype(float) np.linspace(0,2,3)
np.array([1,0])*1.0 np.unique(np.array([0.0,2.0])) v.sum()/3 np.array([1.0,0.0,1.0]) 2.0
"""  # what is of a type of fractions, though its values may be whole
PLACES = """
np.array([0,2]) np.zeros(2,dtype=int) np.arange(3) np.arange(4)//2 np.floor(w).astype(int) (v>1.5).astype(int)
np.array([1,0])*1 np.unique(np.array([0,2])) int(v.sum()/3) v>1.5 np.array([1.0,0.0,1.0])>0 np.argmax(v) np.argsort(-v)
np.nonzero(v>1.5)[0] np.sum(v>1.5) round(v.mean()) len(v)//2 np.indices((2,2))[0] np.array([1.0,0.0]).astype(int)
"""


def test_what_is_of_fractions_is_no_index():
    for places in NO_PLACES.split():
        for line in (f"b = {places}\na = v[b]", f"b = {places}\nv[b] = 1.0\na = v"):
            with pytest.raises(engine.EngineError) as caught:
                engine.trace(f"{NUMPY}{HELD}{line}\nL = np.sum(a)")
            assert caught.value.kind == "index-fractions", places
    for places in PLACES.split():
        found = engine.trace(f"{NUMPY}{HELD}b = {places}\nL = np.sum(v[b])")
        assert np.isfinite(found.nodes[found.output].value), places
    for line in ("m[np.arange(2), w.round()]", "m[w * 1.0, 0]", "v[np.array([0.0, 2.0])]", "np.take(v, [0, 1])[w]"):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"{NUMPY}{HELD}L = np.sum({line})")
        assert caught.value.kind == "index-fractions", line
    found = engine.trace("import numpy as np\nv = np.array([1.0, 2.0])\nL = np.sum(v[b])", {"b": [1.0, 1.0]})
    assert found.nodes[found.output].value == 4.0  # an input that the text does not write


def test_arrays_of_fractions_and_whole_numbers_that_stay_whole_are_written_to():
    for program, expected in KEPT.items():
        trace = engine.trace(program + "\nL = a * 1.0")
        assert np.allclose(trace.nodes[trace.output].value, expected, rtol=1e-10), program
