"""What the functions and methods of other libraries mean here, and which library a program speaks."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping

import numpy as np

from gradlens.engine.language.dialects.jax.names import (
    JAX_NAMES,
    JAX_NN,
    JAX_OWN_NAMES,
    JAX_SPECIAL,
    LAX,
    LAX_NAMES,
)
from gradlens.engine.language.dialects.laws import SCIPY_STATS
from gradlens.engine.language.dialects.linalg_names import NUMPY_LINALG, SCIPY_LINALG
from gradlens.engine.language.dialects.numpy_names import (
    NUMPY,
    NUMPY_IN_PLACE,
    NUMPY_METHODS,
    NUMPY_WINDOWS,
    OTHER_NUMPY_METHODS,
)
from gradlens.engine.language.dialects.numpy_reductions import NUMPY_REDUCTIONS, OLDER_NAMES
from gradlens.engine.language.dialects.python_names import MATH as MATH_TABLE
from gradlens.engine.language.dialects.python_names import STATISTICS
from gradlens.engine.language.dialects.pytorch.functional import FUNCTIONAL, FUNCTIONAL_NAMES
from gradlens.engine.language.dialects.pytorch.losses import LOSSES
from gradlens.engine.language.dialects.pytorch.names import (
    TORCH,
    TORCH_IN_PLACE,
    TORCH_IN_PLACE_NAMES,
    TORCH_LINALG,
    TORCH_METHODS,
    TORCH_NAMES,
)
from gradlens.engine.language.dialects.scipy_names import SCIPY_NAMES, SCIPY_SPECIAL
from gradlens.engine.language.dialects.signatures import Signature, Table, plain, table, ufunc
from gradlens.engine.language.names import OWN
from gradlens.engine.ops import METHODS, OPS


def registered(library: str) -> Table:
    """What the registry's entries name for a library: elementwise functions that are the same, and signatures."""
    made = ufunc if library == "np" else plain
    same: Table = {}
    lines: list[str] = []
    for op in OPS.values():
        for spelling in op.spellings:
            path, bracket, rest = spelling.partition("(")
            prefix, _, name = path.rpartition(".")
            if prefix == library and bracket:
                lines.append(f"def {name}({rest}")
            elif prefix == library and (op.elementwise or not library):
                same[name] = (made(op),)
    return same | table("\n".join(lines))


numpy_table = registered("np") | table(NUMPY) | table(NUMPY_REDUCTIONS) | {"pow": registered("np")["power"]}
numpy_table |= {older: numpy_table[name] for older, name in OLDER_NAMES.items()}
torch_functional = table(FUNCTIONAL + LOSSES, FUNCTIONAL_NAMES)
torch_own = registered("torch") | table(TORCH, TORCH_NAMES)

# Of F, where torch's function of that name has another order, another result, or no mean over the elements.
OTHERS_IN_TORCH = frozenset(
    (
        "adaptive_max_pool1d binary_cross_entropy_with_logits cosine_embedding_loss hinge_embedding_loss instance_norm"
        " kl_div margin_ranking_loss poisson_nll_loss triplet_margin_loss"
    ).split()
)

LIBRARIES: Mapping[str, Table] = (
    dict.fromkeys(("np", "numpy", "jnp", "jax.numpy"), numpy_table)
    | dict.fromkeys(
        ("np.linalg", "numpy.linalg", "jnp.linalg", "jax.numpy.linalg"), registered("np.linalg") | table(NUMPY_LINALG)
    )
    | {
        "scipy.linalg": table(SCIPY_LINALG),
        "math": registered("math") | table(MATH_TABLE),
        "statistics": table(STATISTICS),
        "numpy.matlib": table("def repmat(a: at_most_2, m, n): tile(a, (m, n))"),
        "numpy.lib.stride_tricks": table(NUMPY_WINDOWS),
        "scipy.stats": SCIPY_STATS,
        "torch.linalg": table(TORCH_LINALG),
    }
    # What stands in one of PyTorch's modules alone means the same after the other's name.
    | dict.fromkeys(
        ("torch", "torch.special"), {n: s for n, s in torch_functional.items() if n not in OTHERS_IN_TORCH} | torch_own
    )
    | dict.fromkeys(("F", "nn.functional", "torch.nn.functional"), torch_own | torch_functional)
    | dict.fromkeys(("jax.nn", "nn"), registered("jax.nn") | table(JAX_NN, JAX_NAMES))
    | dict.fromkeys(
        ("scipy.special", "special"),
        registered("scipy.special") | table(SCIPY_SPECIAL, SCIPY_NAMES),
    )
    | {
        "jax.scipy.special": registered("scipy.special") | table(JAX_SPECIAL) | table(SCIPY_SPECIAL, SCIPY_NAMES),
        "jax": table("", JAX_OWN_NAMES),
    }
    | dict.fromkeys(("jax.lax", "lax"), table(LAX, LAX_NAMES))
)
ROOTS = frozenset(prefix.partition(".")[0] for prefix in LIBRARIES)
TORCH_PREFIXES = frozenset(("torch", "F", "nn.functional", "torch.nn.functional", "torch.special", "torch.linalg"))

METHOD_TABLES: Mapping[str, Table] = {
    "numpy": {name: numpy_table[name] for name in NUMPY_METHODS.split()} | table(OTHER_NUMPY_METHODS),
    "torch": {n: s for n, s in (torch_functional | torch_own).items() if n != "numel"} | table(TORCH_METHODS),
}
# Those of arrays that nothing changes: NumPy's own writes into the array that it is called on.
JAX_METHODS: Table = {"sort": numpy_table["sort"]}
# What changes an array in place, and the value that it takes: NumPy's with the name of a function that gives it.
IN_PLACE: Mapping[str, Table] = {
    "numpy": table(NUMPY_IN_PLACE),
    "torch": {f"{name}_": METHOD_TABLES["torch"][name] for name in TORCH_IN_PLACE_NAMES.split()}
    | table(TORCH_IN_PLACE),
}
# x.transpose(-2, -1) is PyTorch's where NumPy's would be an error, or nothing at all; (0, 1) of a matrix is neither's.
BARE_TRANSPOSE = table("""
def transpose(a: at_least_3, dim0: int, dim1: int): swapaxes(a, dim0, dim1)
def transpose(a: matrix, dim0: 0, dim1: 1): refuse("transpose-nothing")
def transpose(a: matrix, dim0: -2, dim1: -1): swapaxes(a, dim0, dim1)
""")["transpose"]
BARE = registered("") | {
    "gamma": (plain(OPS["tgamma"]),),
    "logistic": (plain(OPS["sigmoid"]),),
    "float": METHOD_TABLES["numpy"]["item"][:2],
}

# Names of our ops that these libraries use for functions with another meaning or other arguments: there the prefix
# cannot be left out.
OTHERWISE: Mapping[str, frozenset[str]] = (
    dict.fromkeys(
        TORCH_PREFIXES,
        frozenset(
            (
                "batch_norm eigvalsh fold i0 i1 index_add kl_div pinv put scatter scatter_add searchsorted"
                " solve svdvals zeta"
            ).split()
        ),
    )
    | dict.fromkeys(("scipy.special", "special", "jax.scipy.special"), frozenset(("huber", "kl_div", "entr")))
    | dict.fromkeys(("jax.lax", "lax"), frozenset(OPS))
    | {"scipy.linalg": frozenset(OPS)}
)


IMPORTED = {
    "numpy": "numpy",
    "jax": "numpy",
    "scipy": "numpy",
    "autograd": "numpy",
    "cupy": "numpy",
    "torch": "torch",
    "math": "math",
    "statistics": "math",
}


def spoken(imports: Iterable[str], calls: Iterable[tuple[str, ...]], taken: Container[str]) -> frozenset[str]:
    """The libraries that a program calls: "numpy" (with JAX and SciPy, which follow it), "torch", "math".

    imports: modules.  calls: what stands before the dot of what is called, as names.
    taken: the program's own names, whatever library they are called like.
    """
    roots = {module.partition(".")[0] for module in imports}
    found = {IMPORTED[root] for root in roots if root in IMPORTED}
    for first, *rest in filter(None, calls):
        own = OWN.fullmatch(first)
        prefix = "" if first in taken else ".".join([own[1] if own else first, *rest])
        if prefix == "nn":  # PyTorch's, where it is not imported from JAX
            found.add("numpy" if "jax" in roots and "torch" not in roots else "torch")
        elif prefix in LIBRARIES:
            found.add("torch" if prefix in TORCH_PREFIXES else "math" if prefix in ("math", "statistics") else "numpy")
    return frozenset(found)


def bare(name: str) -> tuple[Signature, ...] | None:
    """What a name without a prefix means that is no op of ours: another name of ours, NumPy's, or PyTorch's."""
    return BARE.get(name) or numpy_table.get(name) or LIBRARIES["torch"].get(name)


def methods(name: str, libraries: frozenset[str], torch_keyword: bool) -> dict[str, tuple[Signature, ...]]:
    """What x.name() may mean in a program: one reading, or NumPy's and PyTorch's where it uses both, or neither.

    torch_keyword: whether the call has a keyword that PyTorch alone knows.
    """
    readings = {library: signatures[name] for library, signatures in METHOD_TABLES.items() if name in signatures}
    if "numpy" not in readings and name in METHODS and "torch" not in libraries:
        return {"": (plain(OPS[name]),)}
    if len(readings) == 2 and not ("numpy" in libraries and "torch" in libraries):
        torch = "torch" in libraries or ("numpy" not in libraries and torch_keyword)
        if name == "transpose" and not libraries & {"torch", "numpy"}:
            return {"numpy": (*BARE_TRANSPOSE, *readings["numpy"])}
        if not torch and not libraries & {"torch", "numpy"}:
            return readings
        return {"torch": readings["torch"]} if torch else {"numpy": readings["numpy"]}
    return readings


def changing(name: str, libraries: frozenset[str]) -> dict[str, tuple[Signature, ...]]:
    """What x.name() writes into x: by each library whose method it may be."""
    spoken = libraries & {"numpy", "torch"} or IN_PLACE.keys()
    return {library: IN_PLACE[library][name] for library in sorted(spoken) if name in IN_PLACE[library]}


def has_name(prefix: str, name: str) -> bool:
    """Whether a library has a function of that name, with whatever meaning."""
    modules = {
        "np": np,
        "numpy": np,
        "jnp": np,
        "jax.numpy": np,
        "np.linalg": np.linalg,
        "numpy.linalg": np.linalg,
        "jnp.linalg": np.linalg,
        "math": math,
    }
    return name in vars(modules[prefix]) if prefix in modules else name in OTHERWISE.get(prefix, ())
