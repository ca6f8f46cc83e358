"""Arrays of whole numbers: what is written to them, and what makes them of other numbers."""

import numpy as np
import pytest

from gradlens import engine

NUMPY = "import numpy as np\nw = np.array([0.5, 0.2])\n"
TORCH = "import torch\nw = torch.tensor([0.5, 0.2])\n"

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
]
# Programs with what they give, which NumPy 2.4 and PyTorch 2.14 give as well.
KEPT = {
    NUMPY + "a = np.array([1, 2], dtype=float)\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.array([1, 2.0])\na[0] = w[0]": [0.5, 2],
    NUMPY + "a = np.array([1, 2])\na[0] = 7\na += np.array([1, 1])\na *= 2": [16, 6],
    NUMPY + "a = np.array([1, -2])\na[a < 0] = 0": [1, 0],
    NUMPY + "x = np.array([1, 2])\na = x.astype(float)\na[0] = w[0]": [0.5, 2],
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


def test_arrays_of_fractions_and_whole_numbers_that_stay_whole_are_written_to():
    for program, expected in KEPT.items():
        trace = engine.trace(program + "\nL = a * 1.0")
        assert np.allclose(trace.nodes[trace.output].value, expected, rtol=1e-10), program
