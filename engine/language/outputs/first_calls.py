"""The lines that call a function or use a class of which only the definition is there."""

from __future__ import annotations

import ast

from gradlens.engine.language.code import Code
from gradlens.engine.language.objects import ClassObject, Function, Property

METHODS = ("forward", "__call__", "call", "loss", "predict")  # of a class, by what is asked first
NOT_ASKED = ("backward", "update", "parameters", "zero_grad", "gradient", "numerical_gradient", "accuracy")


def arguments_of(code: Code, method: bool = False) -> tuple[list[str], str]:
    """The parameters that a call has to give, and how it gives them."""
    names = [name for name in code.parameters[method:] if name not in code.defaults]
    by_name = [name for name in code.keyword_only if name not in code.defaults]
    return [*names, *by_name], ", ".join([*names, *[f"{name}={name}" for name in by_name]])


def calls_of(function: Function | ClassObject) -> tuple[list[str], list[str]] | None:
    """The names that must have a value, and the lines that call a function, or make and use an object of a class.

    None for a class of which nothing can be asked.
    """
    if isinstance(function, Function):
        names, given = arguments_of(function.code)
        return names, [f"{function.name}({given})"]
    if any(one.name == "Function" for one in function.lineage()) and isinstance(
        forward := function.find("forward"), Property
    ):
        names, given = arguments_of(forward.function.code, method=True)
        return names, [f"{function.name}.apply({given})"]
    made = function.find("__init__")
    names, given = arguments_of(made.code, method=True) if isinstance(made, Function) else ([], "")
    method = asked_method(function)
    if method is None:
        if isinstance(function.find("__add__"), Function) and isinstance(function.find("__mul__"), Function):
            return [], [f"a = {function.name}(2.0)", f"b = {function.name}(3.0)", "a * b"]
        return None
    name = method.code.name
    more, arguments = arguments_of(method.code, method=True)
    is_layers = any(one.name == "Module" for one in function.lineage())
    held = "model" if is_layers or name in ("loss", "predict") else "layer"
    fit = function.find("fit")
    first: list[str] = []
    if name == "predict" and isinstance(fit, Function):
        fitted, taken = arguments_of(fit.code, method=True)
        names, first = [*names, *fitted], [f"{held}.fit({taken})"]
    called = held if name == "__call__" or (is_layers and name == "forward") else f"{held}.{name}"
    lines = [f"{held} = {function.name}({given})", *first, f"{called}({arguments})"]
    return list(dict.fromkeys([*names, *more])), lines


def chained(names: list[str], calls: list[str], body: ast.AST) -> tuple[list[str], list[str]]:
    """The same for a function that gives a function of its own: that is called, too."""
    if not isinstance(body, ast.FunctionDef) or not isinstance(last := body.body[-1], ast.Return):
        return names, calls
    inner = {node.name: node for node in body.body if isinstance(node, ast.FunctionDef)}
    given = last.value if isinstance(last.value, ast.Lambda) else None
    if isinstance(last.value, ast.Name):
        given = inner.get(last.value.id)
    if given is None:
        return names, calls
    wanted = given.args.args[: len(given.args.args) - len(given.args.defaults)]
    more = [argument.arg for argument in wanted]
    return list(dict.fromkeys([*names, *more])), [*calls[:-1], f"{calls[-1]}({', '.join(more)})"]


def asked_method(owner: ClassObject) -> Function | None:
    """The method of a class that computes what one wants to see."""
    own = [name for name in owner.names if not name.startswith("_") and name not in NOT_ASKED]
    for name in (*METHODS, *own):
        found = owner.find(name)
        if isinstance(found, Function) and not found.code.ours:
            return found
    return None
