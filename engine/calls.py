"""Calls: which function is meant, and which argument is which."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from engine.language import Misplaced, source, suggestion
from engine.ops import OPS, SPELLINGS, Op


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program: `def name(parameters): body; return result`."""

    name: str
    parameters: tuple[str, ...]
    defaults: dict[str, ast.expr]
    body: tuple[ast.stmt, ...]
    result: ast.expr

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(p if p not in self.defaults else f'{p}={source(self.defaults[p])}' for p in self.parameters)})"


# PyTorch's names, where they mean the same here. Not std and var (n - 1 there), and not kl_div (of logarithms there).
TORCH = {name: name for name in (
    "abs acos acosh add asin asinh atan atan2 atanh ceil clip concat cos cosh det diag div dot elu erf erfc exp exp2 expm1 flip floor "
    "gelu hardsigmoid hardswish hardtanh hypot leaky_relu log log10 log1p log2 log_softmax logaddexp logsumexp matmul max maximum mean "
    "min minimum mish mul neg norm outer pow prod ravel reciprocal relu relu6 reshape round selu sigmoid sign silu sin sinh softmax "
    "softplus softsign sqrt square squeeze stack sub sum tan tanh trace tril triu trunc where xlogy binary_cross_entropy"
).split()} | {
    "clamp": "clip", "cat": "concat", "arccos": "acos", "arcsin": "asin", "arctan": "atan", "logsigmoid": "log_sigmoid", "multiply": "mul",
    "subtract": "sub", "divide": "div", "mm": "matmul", "mse_loss": "mse", "l1_loss": "mae", "huber_loss": "huber",
    "cross_entropy": "softmax_cross_entropy", "binary_cross_entropy_with_logits": "sigmoid_cross_entropy",
}
KEYWORDS = {"dim": "axis", "keepdim": "keepdims", "negative_slope": "slope"}  # PyTorch's, by ours


def prefixed(node: ast.Attribute, prefix: str, name: str) -> Op:
    """The op that np.name or math.name means.  Errors: prefix-needless, prefix-function."""
    op = SPELLINGS.get(f"{prefix}.{name}")
    if op is None and prefix == "torch":
        if name not in TORCH:
            raise Misplaced("prefix-function", node, prefix=prefix, name=name, **suggestion(name, TORCH))
        return OPS[TORCH[name]]
    if op is None:
        if name in OPS:
            raise Misplaced("prefix-needless", node, prefix=prefix, name=name)
        known = [spelling.rpartition(".")[2] for spelling in SPELLINGS if spelling.startswith(prefix + ".")]
        raise Misplaced("prefix-function", node, prefix=prefix, name=name, **suggestion(name, known))
    return op


def bind_arguments(function: str, signature: str, names: list[str], required: list[str], arguments: list[ast.expr], node: ast.Call) -> dict[str, ast.expr]:
    """A call's arguments by name.  Errors: too-many-arguments, unknown-keyword, repeated-argument, missing-argument."""
    bound: dict[str, ast.expr] = {}
    if len(arguments) > len(names):
        raise Misplaced("too-many-arguments", node, function=function, limit=len(names), count=len(arguments), signature=signature)
    for name, argument in zip(names, arguments):
        if isinstance(argument, ast.Starred):
            raise Misplaced("not-in-language", argument, construct="*")
        bound[name] = argument
    for keyword in node.keywords:
        if keyword.arg is None:
            raise Misplaced("not-in-language", keyword, construct="**")
        if keyword.arg not in names and KEYWORDS.get(keyword.arg) in names:
            keyword = ast.copy_location(ast.keyword(KEYWORDS[keyword.arg], keyword.value), keyword)
        if keyword.arg not in names:
            raise Misplaced("unknown-keyword", keyword, function=function, keyword=keyword.arg, signature=signature, **suggestion(keyword.arg, names))
        if keyword.arg in bound:
            raise Misplaced("repeated-argument", keyword, function=function, argument=keyword.arg, signature=signature)
        bound[keyword.arg] = keyword.value
    for name in required:
        if name not in bound:
            raise Misplaced("missing-argument", node, function=function, argument=name, signature=signature)
    return bound
