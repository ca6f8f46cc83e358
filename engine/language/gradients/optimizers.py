"""Optimizers of PyTorch as classes in the language: a step writes new values into the parameters.

Formulas and defaults are those of PyTorch's documentation of torch.optim.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import (
    Builtin,
    DictCell,
    ListCell,
    Tensor,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TEXT = """
class Optimizer:
    def __init__(self, params, defaults):
        given = list(params)
        if len(given) == 0:
            refuse_empty(self)
        groups = given if is_group(given[0]) else [{"params": given}]
        self.defaults = defaults
        self.param_groups = [{**defaults, **group, "params": tensors(group["params"])} for group in groups]
        self.states = [[{} for p in group["params"]] for group in self.param_groups]
    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None
    def step(self, closure=None):
        loss = None if closure is None else closure()
        for group, states in zip(self.param_groups, self.states):
            for p, state in zip(group["params"], states):
                g = p.grad
                if g is not None:
                    change(p, self.moved(p, -g if group.get("maximize") else g, state, group))
        return loss
    def add_param_group(self, group):
        self.param_groups.append({**self.defaults, **group, "params": tensors(group["params"])})
        self.states.append([{} for p in self.param_groups[-1]["params"]])

class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, maximize=False,
                 foreach=None, differentiable=False, fused=None):
        super().__init__(params, dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                                      nesterov=nesterov, maximize=maximize))
    def moved(self, p, g, state, group):
        if group["weight_decay"] != 0:
            g = g + group["weight_decay"] * p
        if group["momentum"] != 0:
            if "buffer" in state:
                state["buffer"] = group["momentum"] * state["buffer"] + (1 - group["dampening"]) * g
            else:
                state["buffer"] = g
            g = g + group["momentum"] * state["buffer"] if group["nesterov"] else state["buffer"]
        return p - group["lr"] * g

class Adam(Optimizer):
    decoupled = False
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, foreach=None,
                 maximize=False, capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                                      maximize=maximize, decoupled=self.decoupled or decoupled_weight_decay))
    def moved(self, p, g, state, group):
        b1, b2 = group["betas"]
        t = state.get("t", 0) + 1
        if group["weight_decay"] != 0:
            if group["decoupled"]:
                p = p * (1 - group["lr"] * group["weight_decay"])
            else:
                g = g + group["weight_decay"] * p
        mean = b1 * state["mean"] + (1 - b1) * g if t > 1 else (1 - b1) * g
        square = b2 * state["square"] + (1 - b2) * g * g if t > 1 else (1 - b2) * g * g
        state["t"], state["mean"], state["square"] = t, mean, square
        if group["amsgrad"]:
            state["most"] = square = maximum(state["most"], square) if t > 1 else square
        return p - group["lr"] / (1 - b1 ** t) * mean / (sqrt(square) / (1 - b2 ** t) ** 0.5 + group["eps"])

class AdamW(Adam):
    decoupled = True
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, maximize=False,
                 foreach=None, capturable=False, differentiable=False, fused=None):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, foreach, maximize)

class RMSprop(Optimizer):
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False,
                 capturable=False, foreach=None, maximize=False, differentiable=False):
        super().__init__(params, dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
                                      centered=centered, maximize=maximize))
    def moved(self, p, g, state, group):
        if group["weight_decay"] != 0:
            g = g + group["weight_decay"] * p
        a = group["alpha"]
        square = a * state["square"] + (1 - a) * g * g if "square" in state else (1 - a) * g * g
        state["square"] = square
        if group["centered"]:
            state["mean"] = a * state["mean"] + (1 - a) * g if "mean" in state else (1 - a) * g
            square = square - state["mean"] ** 2
        step = g / (sqrt(square) + group["eps"])
        if group["momentum"] != 0:
            state["buffer"] = group["momentum"] * state["buffer"] + step if "buffer" in state else step
            step = state["buffer"]
        return p - group["lr"] * step

class Adagrad(Optimizer):
    def __init__(self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10,
                 foreach=None, maximize=False, differentiable=False, fused=None):
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps,
                                      start=initial_accumulator_value, maximize=maximize))
    def moved(self, p, g, state, group):
        t = state.get("t", 0) + 1
        if group["weight_decay"] != 0:
            g = g + group["weight_decay"] * p
        state["t"], state["square"] = t, (state["square"] if t > 1 else group["start"]) + g * g
        return p - group["lr"] / (1 + (t - 1) * group["lr_decay"]) * g / (sqrt(state["square"]) + group["eps"])

class LRScheduler:
    def __init__(self, optimizer, last_epoch=-1, verbose=False):
        self.optimizer = optimizer
        self.last_epoch = 0
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self.set()
    def set(self):
        for group, base in zip(self.optimizer.param_groups, self.base_lrs):
            group["lr"] = base * self.factor(self.last_epoch)
    def step(self, epoch=None):
        self.last_epoch += 1
        self.set()
    def get_last_lr(self):
        return [group["lr"] for group in self.optimizer.param_groups]

class StepLR(LRScheduler):
    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1, verbose=False):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)
    def factor(self, t):
        return self.gamma ** (t // self.step_size)

class MultiStepLR(LRScheduler):
    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1, verbose=False):
        self.milestones, self.gamma = milestones, gamma
        super().__init__(optimizer)
    def factor(self, t):
        return self.gamma ** sum([1 for m in self.milestones if m <= t])

class ExponentialLR(LRScheduler):
    def __init__(self, optimizer, gamma, last_epoch=-1, verbose=False):
        self.gamma = gamma
        super().__init__(optimizer)
    def factor(self, t):
        return self.gamma ** t

class LambdaLR(LRScheduler):
    def __init__(self, optimizer, lr_lambda, last_epoch=-1, verbose=False):
        self.factor = lr_lambda
        super().__init__(optimizer)

def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    held = [p for p in tensors(parameters) if p.grad is not None]
    total = norm(stack([norm(p.grad, norm_type) for p in held]), norm_type)
    factor = minimum(max_norm / (total + 1e-6), 1.0)
    for p in held:
        p.grad = p.grad * factor
    return total

def clip_grad_value_(parameters, clip_value, foreach=None):
    for p in tensors(parameters):
        if p.grad is not None:
            p.grad = clip(p.grad, -clip_value, clip_value)
"""
NAMES = frozenset(s.name for s in ast.parse(TEXT).body if isinstance(s, (ast.ClassDef, ast.FunctionDef)))


def optimizer_named(m: Machine, name: str) -> Any:
    """A class or function of the text above, made with all others where the first is asked for."""
    if m.optimizers is None:
        helpers: dict[str, Any] = {name: Builtin(name, run) for name, run in HELPERS.items()}
        m.optimizers = nodes.defined(m, TEXT, helpers, ours=True)
    return m.optimizers.names[name]


def change(m: Machine, call: Call) -> None:
    held, value = call.args
    memory.renew(m, held, value, call.node)


def tensors(m: Machine, call: Call) -> Any:
    """Parameters as a list: one alone, or several, each an array."""
    given = call.args[0]
    several = m.listed(given, call.node) if type(given) is not Tensor else [given]
    return ListCell([nodes.tensor_of(m, one, call.node) for one in several])


def is_group(m: Machine, call: Call) -> bool:
    return kind_of(call.args[0]) is DictCell


def refuse_empty(m: Machine, call: Call) -> None:
    raise Misplaced("optimizer-empty", call.node)


HELPERS = {"change": change, "tensors": tensors, "is_group": is_group, "refuse_empty": refuse_empty}
