"""Libraries: what their names mean here, which of them a program imports, and what lies outside of all."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.builtins import LEAVES
from gradlens.engine.language.calling import without_gradient
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.calls.number_types import CODES, TENSOR_TYPES
from gradlens.engine.language.creation import (
    ARRAYS,
    SIGNATURES,
    TYPES,
    array_of,
    creator,
)
from gradlens.engine.language.dialects import array_walks
from gradlens.engine.language.dialects.frozen_laws import law_named
from gradlens.engine.language.dialects.jax.functions import TAKING, random_function
from gradlens.engine.language.dialects.libraries import LIBRARIES, has_name
from gradlens.engine.language.dialects.numpy_functions import NUMPY_FUNCTIONS
from gradlens.engine.language.dialects.pytorch.batches import NAMES as BATCHING
from gradlens.engine.language.dialects.pytorch.batches import batching_named
from gradlens.engine.language.dialects.pytorch.distributions import NAMES as LAW_NAMES
from gradlens.engine.language.dialects.pytorch.distributions import distribution
from gradlens.engine.language.dialects.pytorch.draws import MULTINOMIAL
from gradlens.engine.language.dialects.random.draws import drawing, is_drawn
from gradlens.engine.language.dialects.random.seeds import (
    BITS,
    GENERATORS,
    new_bits,
    new_generator,
    seeding,
    shuffling,
)
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.functions.number_limits import FORMS as LIMITS
from gradlens.engine.language.functions.number_limits import limits
from gradlens.engine.language.gradients.custom import FUNCTION
from gradlens.engine.language.gradients.functions import differentiating
from gradlens.engine.language.gradients.optimizers import NAMES, optimizer_named
from gradlens.engine.language.layers.beginnings import BEGINNINGS, PLAIN_NAMES, begins
from gradlens.engine.language.layers.classes import CLASSES, module_class
from gradlens.engine.language.layers.micrograd import NEURON_CLASSES, neuron_class
from gradlens.engine.language.layers.parameters import PARAMETER
from gradlens.engine.language.names import PREFIXED_NUMBERS
from gradlens.engine.language.objects import (
    MISSING,
    Builtin,
    DictCell,
    Ended,
    Foreign,
    Instance,
    ListCell,
    Module,
    Type,
    Unreachable,
)
from gradlens.engine.language.running.prints import Plotted
from gradlens.engine.language.standard.exceptions import Raised, made
from gradlens.engine.language.standard.library import STANDARD
from gradlens.engine.language.standard.namespaces import PATHS as NAMESPACES
from gradlens.engine.language.standard.namespaces import namespace_named
from gradlens.engine.language.standard.rationals import rational_class
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

# What a name means before anything is imported: every reader knows these.
USUAL = {
    "np": "numpy",
    "numpy": "numpy",
    "jnp": "jax.numpy",
    "math": "math",
    "statistics": "statistics",
    "torch": "torch",
    "F": "torch.nn.functional",
    "jax": "jax",
    "lax": "jax.lax",
    "scipy": "scipy",
    "special": "scipy.special",
    "nn": "torch.nn",
}
# From where programs for two versions of Python import what is Python's own.
OF_PYTHON = ("builtins", "future.builtins", "past.builtins", "six.moves")
OLD_NAMES = {"xrange": "range", "unicode": "str", "long": "int"}
# Libraries by their usual names, which lie outside; so do complex numbers.
OUTSIDE = {
    "plt": "matplotlib.pyplot",
    "sns": "seaborn",
    "pd": "pandas",
    "tf": "tensorflow",
    "tqdm": "tqdm",
    "complex": "complex",
}
OUTSIDE_CALLED = ("open", "input")  # as names they may be the reader's own, without a value yet
# What is said of these in place of that they lie outside, by the module that they come from.
OUTSIDE_KINDS = {
    "complex": "complex-number",
    "cmath": "complex-number",
    "decimal": "decimal-number",
    "re": "text-pattern",
}
# Functions of Python that would reach a program through its text.
OF_THE_TEXT = {
    "globals": "names-by-text",
    "locals": "names-by-text",
    "eval": "code-in-text",
    "exec": "code-in-text",
}
SPECTRAL = ("numpy", "torch", "jax.numpy", "scipy")  # which have a module fft of transforms to complex numbers
ALIASES = {
    "autograd.numpy": "numpy",
    "cupy": "numpy",
    "autograd.scipy": "scipy",
    "autograd.scipy.special": "scipy.special",
    "autograd.scipy.linalg": "scipy.linalg",
    "autograd.numpy.random": "numpy.random",
    "autograd.scipy.stats": "scipy.stats",
    "jax.scipy.stats": "scipy.stats",
    "jax.scipy.linalg": "scipy.linalg",
    "torch.autograd.function": "torch.autograd",
    "torch.autograd.variable": "torch.autograd",
    "torch.distributions.kl": "torch.distributions",
    "torch.distributions.normal": "torch.distributions",
    "torch.distributions.categorical": "torch.distributions",
    "torch.distributions.bernoulli": "torch.distributions",
    "torch.distributions.multivariate_normal": "torch.distributions",
}
MODULES = STANDARD.keys() | frozenset(
    (
        "numpy numpy.linalg numpy.exceptions numpy.matlib numpy.random numpy.lib numpy.lib.stride_tricks math random"
        " torch torch.nn torch.nn.functional torch.nn.init"
        " torch.special torch.linalg torch.distributions torch.random torch.autograd torch.autograd.functional"
        " torch.func torch.nn.utils torch.optim torch.utils torch.utils.data"
        " torch.optim.lr_scheduler jax jax.numpy jax.numpy.linalg jax.nn jax.lax jax.scipy jax.random"
        " jax.scipy.special scipy scipy.special scipy.stats scipy.linalg statistics autograd functools copy typing"
        " collections itertools dezero dezero.functions dezero.core micrograd micrograd.engine micrograd.nn weakref"
        " __future__ collections.abc numbers fractions"
    ).split()
)
OPTIMIZING = ("torch.optim", "torch.optim.lr_scheduler", "torch.nn.utils")
LIBRARY_OF = {
    "numpy": "numpy",
    "jax": "jax",
    "scipy": "numpy",
    "torch": "torch",
    "math": "math",
    "statistics": "",
}
# What a machine without graphics cards answers.
WITHOUT_DEVICES = {"is_available": False, "is_built": False, "device_count": 0}
# What is for showing, timing and storing: nobody waits for a value of it.
SHOWING = frozenset(
    (
        "matplotlib mpl_toolkits seaborn plotly bokeh IPython ipywidgets tqdm time timeit os sys warnings logging"
        " pickle json PIL pathlib datetime platform gc graphviz networkx torchviz torchsummary pprint argparse tabulate"
        " wandb tensorboardX google"
    ).split()
)
STORING = ("time", "os", "sys", "pickle", "json", "datetime", "logging", "warnings")
# What writes nothing of the program's, whatever it is given.
HARMLESS = SHOWING | frozenset(
    (
        "urllib requests glob shutil io re string sklearn pandas tensorflow torchvision keras dataset common cv2"
        " imageio h5py autograd jax torch scipy numpy dezero skimage"
    ).split()
)
DIFFERENTIATING = ("linearize", "hvp", "vhp", "make_jvp", "make_vjp", "make_hvp", "custom_jvp", "custom_vjp")
PASSING_DECORATORS = (
    "jit",
    "compile",
    "vectorize_no",
    "njit",
    "checkpoint",
    "remat",
    "no_type_check",
)
TYPE_NAMES = (*TYPES, "ndarray", "generic", "Tensor", *TENSOR_TYPES, "dtype")


def module_named(path: str, text: str) -> Module | None:
    path = ALIASES.get(path, path)
    return Module(path, text) if path in MODULES else None


def module_attribute(m: Machine, held: Module, name: str, node: Any, called: bool) -> Any:
    """What library.name means.

    Errors: prefix-needless, prefix-function, creation-array, and those of what lies outside.
    """
    library, text = held.name, f"{held.text}.{name}"
    if name.startswith("_"):
        raise Misplaced("reserved-name", node, name=name)
    path = ALIASES.get(f"{library}.{name}", f"{library}.{name}")
    if path in MODULES:
        return Module(path, text)
    if (found := STANDARD.get(library, {}).get(name, MISSING)) is not MISSING:
        return found
    root = library.partition(".")[0]
    if name in PREFIXED_NUMBERS and library in ("numpy", "math", "torch", "jax.numpy"):
        return PREFIXED_NUMBERS[name]
    if name == "newaxis":
        return None
    if name in ("s_", "index_exp") and library in ("numpy", "jax.numpy"):
        return Module("numpy.s_", text)
    if (found := special(m, held, name, text, node)) is not MISSING:
        return found
    if name in TYPE_NAMES and library in ("numpy", "torch", "jax.numpy") and not (name in ARRAYS and called):
        if called and library == "torch" and name.endswith("Tensor"):
            return array_of(name, library, "torch")
        if called and name in ("float64", "float32", "double") and library != "torch":
            return Foreign(text, LIBRARIES["numpy"]["float64"])
        return Type("int32" if (library, name) == ("torch", "int") else name)
    if name in ARRAYS and library in ("numpy", "torch", "jax.numpy", "dezero", "dezero.core"):
        return array_of(name, held.text, LIBRARY_OF.get(root, ""))
    creates = library in ("numpy", "jax.numpy") or (library == "torch" and name != "identity")
    if name in SIGNATURES and (creates or (library == "math" and name == "factorial")):
        return creator(name, library, LIBRARY_OF[root])
    if library in OPTIMIZING and name in NAMES:
        return optimizer_named(m, name)
    if library == "torch.distributions" and name in LAW_NAMES:
        return distribution(m, name)
    if library == "micrograd.nn" and name in NEURON_CLASSES:
        return neuron_class(m, name)
    if (library, name) == ("fractions", "Fraction"):
        return rational_class(m)
    if library in ("torch.nn", "torch") and name in CLASSES:
        return module_class(m, name)
    table = LIBRARIES.get("jax.nn" if library == "torch.nn" else library)
    if table is not None and name in table:
        return Foreign(text, table[name], library=LIBRARY_OF[root])
    if library == "torch.nn" and name[:1].isupper():
        raise Misplaced("prefix-function", node, prefix=held.text, name=name, **function_suggestion(name, CLASSES))
    if name in OPS and table is not None and not has_name(library, name):
        raise Misplaced("prefix-needless", node, prefix=held.text, name=name, signature=OPS[name].signature)
    if library in ("numpy.random", "random", "torch.random"):
        raise Misplaced("random-numbers", node, name=name)
    if name == "fft" and library in SPECTRAL:
        raise Misplaced("complex-number", node, what=text)
    if (library in STANDARD and table is None) or root in (
        "typing",
        "collections",
        "functools",
        "itertools",
        "copy",
        "numbers",
        "dezero",
        "micrograd",
        "autograd",
        "weakref",
        "fractions",
    ):
        return Unreachable(text, node, silent=root in ("typing", "numbers"))
    known = [*(table or ()), *(SIGNATURES if creates else ())]
    raise Misplaced("prefix-function", node, prefix=held.text, name=name, **function_suggestion(name, known))


def special(m: Machine, held: Module, name: str, text: str, node: Any) -> Any:
    """What is no function of numbers: seeds, draws, contexts, what differentiates; MISSING for all else."""
    library, stream = held.name, held.stream
    if name in ("no_grad", "inference_mode") and library in ("torch", "torch.autograd", "dezero"):
        return Builtin("no_grad", no_grad)
    if name in ("enable_grad", "set_grad_enabled") and library == "torch":
        return Builtin("enable_grad", lambda m, call: Unreachable(text, node))
    if library in ("numpy.random", "torch", "random", "torch.random"):
        if name in ("seed", "manual_seed"):
            return seeding(library.partition(".")[0])
        if name == "shuffle":
            return shuffling(library.partition(".")[0], stream)
        if name == "multinomial" and library == "torch":
            return MULTINOMIAL
        if name in GENERATORS and library == "numpy.random":
            return Builtin(name, new_generator)
        if name in BITS and library == "numpy.random":
            return Builtin(name, new_bits)
        if is_drawn(name, library) and (library != "torch" or name in TORCH_DRAWS):
            return drawing(name, library.partition(".")[0], stream)
    if (found := NUMPY_FUNCTIONS.get((library.replace("jax.numpy", "numpy"), name))) is not None:
        return found
    if (law := law_named(library, name, text)) is not None:
        return law
    if library == "torch.nn.init" and (name in BEGINNINGS or name in PLAIN_NAMES):
        return Builtin(name, begins)
    if library == "torch.autograd" and name == "Function":
        return FUNCTION
    if library == "torch.nn" and name == "Parameter":
        return PARAMETER
    if name in LEAVES and library.partition(".")[0] in ("dezero", "micrograd", "torch"):
        return LEAVES[name]
    if (found := differentiating(library, name)) is not None:
        return found
    if name in DIFFERENTIATING and library.partition(".")[0] in ("jax", "autograd", "torch"):
        return Unreachable(text, node, silent=False, kind="gradient-function")
    if name == "Generator" and library == "torch":
        return Builtin(name, lambda m, call: Module("torch.random", "generator"))
    if (library, name) in LIMITS:
        return limits(library, name)
    if name in ("c_", "r_", "mgrid", "ogrid") and library == "numpy":
        return Module(f"numpy.{name}", text)
    if name in PASSING_DECORATORS and library in ("jax", "functools", "torch", "numba"):
        return Builtin(name, lambda m, call: call.args[0] if call.args else Builtin(name, lambda m, c: c.args[0]))
    if library == "weakref" and name in ("ref", "proxy"):
        return Builtin(name, lambda m, call: referring(call.args[0]) if name == "ref" else call.args[0])
    if library in ("typing", "collections.abc", "numbers", "__future__"):
        return Type(name)
    if name in ("set_printoptions", "seterr", "set_default_dtype", "set_num_threads", "use_deterministic_algorithms"):
        return Builtin(name, lambda m, call: None)
    if name == "testing" and library in ("numpy", "torch"):  # whose checks give nothing
        return Unreachable(text, node, harmless=True, silent=True)
    if name == "errstate" and library == "numpy":
        return Builtin(name, lambda m, call: Unreachable(text, node))
    if name in array_walks.NAMES and library == "numpy":
        return array_walks.walk(m, name)
    if name == "isscalar" and library == "numpy":
        return Builtin(name, is_scalar)
    if library == "torch" and name == "is_grad_enabled":
        return Builtin(name, lambda m, call: not m.frame.cuts)
    if library == "torch" and name == "device":
        return Builtin(name, lambda m, call: Type("cpu"))
    if library == "torch.utils.data" and name in BATCHING:
        return batching_named(m, name)
    if library in ("torch.utils", "torch.utils.data"):
        return Unreachable(text, node)
    if library == "torch" and name in ("cuda", "backends", "save", "load", "hub", "jit", "distributed"):
        return Unreachable(text, node)
    if library == "jax.random":
        return random_function(name)
    if (library, name) in TAKING:
        return TAKING[library, name]
    if library == "jax" and name in (
        "config",
        "debug",
        "pmap",
        "device_put",
        "devices",
        "tree_util",
        "tree_map",
        "tree",
    ):
        return Unreachable(text, node)
    return MISSING


TORCH_DRAWS = ("randn", "rand", "randint", "normal", "randn_like", "rand_like", "randperm")


def referring(held: Any) -> Builtin:
    """weakref.ref(x): nothing is let go of here, so calling it always gives x."""
    return Builtin("ref", lambda m, call: held)


def is_scalar(m: Machine, call: Call) -> bool:
    """np.isscalar: of a number, not of an array of one."""
    value = call.args[0]
    return m.is_number(value) or (m.is_scalar(value) and getattr(value, "library", "") not in ("numpy", "jax"))


def no_grad(m: Machine, call: Call) -> Any:
    """torch.no_grad(): what is made inside has no gradient; as a decorator, what the function gives."""
    return without_gradient(call.args[0]) if call.args else NO_GRAD


NO_GRAD = Type("no_grad")


# ------------------------------------------------------------------ imports


def import_names(m: Machine, frame: Frame, node: ast.Import | ast.ImportFrom) -> None:
    """Bind what an import names. What is not here lies outside, and is said to where it is computed with."""
    scope = frame.scope
    check_installed(m, node)
    m.skip(node)
    if isinstance(node, ast.Import):
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            found = module_named(path, alias.asname or path)
            name = alias.asname or path
            scope.names[name] = found if found is not None else outside(path, node)
        return
    base = node.module or ""
    library = module_named(base, base)
    for alias in node.names:
        if alias.name == "*":
            star(m, frame, library, node)
            continue
        name = alias.asname or alias.name
        of_python = OLD_NAMES.get(alias.name, alias.name)
        if base in OF_PYTHON and of_python in vars(builtins):
            own = m.language_name(of_python, node)
            scope.names[name] = own if own is not MISSING else outside(of_python, node)
            continue
        inner = module_named(f"{base}.{alias.name}", name)
        if inner is not None:
            scope.names[name] = inner
        elif f"{base}.{alias.name}" in NAMESPACES:
            scope.names[name] = namespace_named(m, f"{base}.{alias.name}")
        elif library is None:
            usual = LEAVES.get(alias.name)
            scope.names[name] = (
                usual if usual is not None and not known_outside(base) else outside(f"{base}.{alias.name}", node)
            )
        else:
            found = module_attribute(m, Module(library.name, base), alias.name, node, True)
            if type(found) is Foreign:
                found = Foreign(name, found.signatures, found.other, found.library, found.short)
            scope.names[name] = found


MISSING_MODULE = frozenset(("ImportError", "ModuleNotFoundError", "Exception"))  # what handles one


def check_installed(m: Machine, node: ast.Import | ast.ImportFrom) -> None:
    """Error: ModuleNotFoundError, where the program handles that a library is missing which few have."""
    blocks = [block for block in m.frame.blocks if block.kind == "except"] if m.tries else []
    if not any(block.caught is None or block.caught & MISSING_MODULE for block in blocks):
        return
    paths = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for path in paths:
        root = path.partition(".")[0]
        here = (
            module_named(path, path) is not None
            or path in ALIASES
            or root in {one.partition(".")[0] for one in MODULES}
        )
        if (root in HARMLESS and root != "google") or here or root in sys.stdlib_module_names or root in OF_PYTHON:
            continue
        raise Raised(made("ModuleNotFoundError", f"No module named '{root}'"), node)


def star(m: Machine, frame: Frame, library: Module | None, node: ast.ImportFrom) -> None:
    """from math import *: every name of the library's."""
    if library is None:
        return
    for name in LIBRARIES.get(library.name, {}):
        found = STANDARD.get(library.name, {}).get(name) or Foreign(
            name, LIBRARIES[library.name][name], library=LIBRARY_OF[library.name.partition(".")[0]]
        )
        frame.scope.names.setdefault(name, found)
    for name in LAW_NAMES if library.name == "torch.distributions" else ():
        frame.scope.names.setdefault(name, distribution(m, name))
    for name in (*PREFIXED_NUMBERS, *SIGNATURES, *ARRAYS):
        if library.name in ("numpy", "math", "torch", "jax.numpy") and name not in ("tensor", "identity"):
            if library.name == "math" and name not in PREFIXED_NUMBERS and name != "factorial":
                continue
            frame.scope.names.setdefault(name, module_attribute(m, library, name, node, True))


def known_outside(path: str) -> bool:
    return path.partition(".")[0] in HARMLESS


def outside(path: str, node: Any) -> Unreachable:
    root = path.partition(".")[0]
    kind = OUTSIDE_KINDS.get(root, "out-of-reach")
    return Unreachable(path, node, harmless=known_outside(path), silent=root in SHOWING, kind=kind)


def called_outside(m: Machine, function: Unreachable, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
    """A call of what lies outside: nothing here, unless it may write to what it is given."""
    made = function.depends and not function.silent  # of what lies outside and a value of the graph
    what = value_texts.text_of(node.func) if isinstance(node, ast.Call) and not made else function.what
    if function.what == "sys.exit":
        raise Ended
    asked = what.rpartition(".")[2]
    first, _, part = function.what.partition(".")
    library = m.root.names.get(first)  # import torch as t
    full = f"{library.name}.{part}" if type(library) is Module else function.what
    if full.startswith(("torch.cuda", "torch.backends")) and asked in WITHOUT_DEVICES:
        return WITHOUT_DEVICES[asked]
    if function.what.partition(".")[0] in ("tqdm", "trange") and args:
        return args[0] if not what.endswith("trange") else range(known_values.whole(m, args[0], node, "range-bounds"))
    values = [*args, *keywords.values()]
    if not function.harmless and function.kind == "out-of-reach":
        for value in values:
            if type(value) in (ListCell, DictCell, Instance):
                raise Misplaced("out-of-reach", node, what=what)
    root, _, inner = function.what.partition(".")
    if function.silent and root not in STORING and inner != "testing" and m.is_input(tuple(values)):
        m.last_plot = Plotted(values, m.last, node)
    m.skip(node)
    depends = function.depends or any(m.is_input(value) for value in values)
    return Unreachable(what, node, function.harmless, function.silent, depends, function.kind)


def type_name(value: Any) -> str | None:
    """The name of a type of numbers; None for what is none."""
    if isinstance(value, Type) or (isinstance(value, Builtin) and value.name in ("float", "int", "bool")):
        return TENSOR_TYPES.get(value.name, value.name)
    return CODES.get(value, value) if isinstance(value, str) else None


def remembered_attribute(m: Machine, held: Module, name: str, node: Any, called: bool) -> Any:
    known = held.known[called]
    found = known.get(name, MISSING)
    if found is MISSING:
        found = module_attribute(m, held, name, node, called)
        if type(found) is not Unreachable:  # which tells its place
            known[name] = found
    return found
