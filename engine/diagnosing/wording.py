"""A diagnosis in words, with the reader's own numbers."""

from __future__ import annotations

import math

# kind, or the sentence of one: the sentence. {node} is a gradient or a value as it is written, at the place that is
# furthest off: ∂L/∂W[0, 1].
KINDS = {
    "missing-path": (
        "{source} is used {count} {count?time:times}, and its gradient is the sum over all uses. The use in {target} is"
        " missing from your numbers: {node} is {right}, not {claimed}."
    ),
    "missing-upstream": (
        "At the use of {source} in {target} the local derivative stands alone. The chain rule multiplies it by the"
        " upstream gradient: then {node} is {right}, not {claimed}."
    ),
    "sum-not-mean": (
        "Between {source} and {target} a mean over {count} is taken, but your numbers are those of a sum, without the"
        " factor 1/{count}: {node} is {right}, not {claimed}."
    ),
    "mean-not-sum": (
        "Between {source} and {target} your numbers are divided by {count} once too often, as if a mean were taken"
        " there: {node} is {right}, not {claimed}."
    ),
    "sign": "Between {source} and {target} the sign is turned round: {node} is {right}, not {claimed}.",
    "transposed": (
        "Between {source} and {target} a matrix is transposed that should not be, or one is not that should be: {node}"
        " is {right}, not {claimed}."
    ),
    "extra-activation-derivative": (
        "Between {source} and {target} the derivative of {function} is multiplied in once too often: {node} is {right},"
        " not {claimed}."
    ),
    "missing-activation-derivative": (
        "Between {source} and {target} the upstream gradient passes unchanged. Times the derivative of {function},"
        " {node} is {right}, not {claimed}."
    ),
    "derivative-at-output": (
        "The derivative of {function} is taken at its output {target}, but belongs at its input {source}: {node} is"
        " {right}, not {claimed}."
    ),
    "bias-not-summed": (
        "{source} is repeated to fit {target}, once for each row, so its gradient is the sum over the rows. Your"
        " numbers are not summed: {node} is {right}, not {claimed}."
    ),
    "wrong-axis": (
        "Between {source} and {target}, {function} runs along the wrong axis: {node} is {right}, not {claimed}."
    ),
    "squared-error-not-cross-entropy": (
        "At {source} the loss is differentiated as a squared error, but it is a cross-entropy: {node} is {right}, not"
        " {claimed}."
    ),
    "updated-weights": (
        "Your numbers belong to weights that were updated already, with a learning rate of {rate}. All gradients of a"
        " step belong to the weights before it: {node} is {right}, not {claimed}."
    ),
    "shifted-labels": (
        "Your numbers come from {labels} shifted by one place, which compares each sample with another's label: {node}"
        " is {right}, not {claimed}."
    ),
    "rounding": "Within the digits that you wrote, all of your numbers are right.",
    "rounded-figures": (
        "All of your numbers are right, some of them only as far as the rounded figures are that they come from."
    ),
    "scale": "Your numbers are {factor} times the right ones from {source} on: {node} is {right}, not {claimed}.",
    "scale-path": (
        "Your numbers are those in which what {source} gets back from {target} counts {factor} times: {node} is"
        " {right}, not {claimed}."
    ),
    "missing-paths": (
        "{source} is used {count} {count?time:times}, and its gradient is the sum over all uses. The use in"
        " {target} and others are missing from your numbers, {missing} in all: {node} is {right}, not {claimed}."
    ),
    "missing-paths-of-two": (
        "Two paths are missing from your numbers: from {source} through {target}, and from {other_source} through"
        " {other_target}. A gradient is the sum over all uses: {node} is {right}, not {claimed}."
    ),
    "missing-paths-of-several": (
        "{missing} {missing?path is:paths are} missing from your numbers: {paths}. A gradient is the sum over all uses:"
        " {node} is {right}, not {claimed}."
    ),
    "missing-path-of-turns": (
        "Each of the {count} {count?time:times} that its line runs, what comes back from {target} to {source} is"
        " missing from your numbers: {node} is {right}, not {claimed}."
    ),
    "labels-not-subtracted": (
        "The gradient at {source} is {function} minus labels, p − t, times a constant. In your numbers one of both is"
        " missing, or 1 is subtracted from every element: {node} is {right}, not {claimed}."
    ),
    "softmax-elementwise": (
        "At {source} your numbers take the softmax element by element, as p(1 − p). Each of its results depends on the"
        " whole row: p(g − Σ g p). Then {node} is {right}, not {claimed}."
    ),
    "statistics-as-constants": (
        "{statistics}: held constant in your numbers, but made from {source} as well. The gradient through it has to be"
        " added: {node} is {right}, not {claimed}."
    ),
    "power-rule": (
        "Between {source} and {target} stands the power {exponent}: it comes down as a factor, and the exponent goes"
        " down by 1. In your numbers one of both is missing: {node} is {right}, not {claimed}."
    ),
    "wrong-slope": (
        "At {target} the derivative is that of {other}, {slope}, but the function is {function}: {node} is {right}, not"
        " {claimed}."
    ),
    "output-derivative-at-input": (
        "The derivative of {function} is written in terms of its output {target}, but your numbers put its input"
        " {source} in: {node} is {right}, not {claimed}."
    ),
    "logits-not-probabilities": (
        "Your numbers subtract the labels from {source} itself. The gradient there is {function} of it, minus the"
        " labels: {node} is {right}, not {claimed}."
    ),
    "wrong-mask": (
        "Between {source} and {target} the gradient passes where {source} is what {function} lets through. Your numbers"
        " choose other elements, by the sign of the upstream gradient or the wrong way round: {node} is {right}, not"
        " {claimed}."
    ),
    "not-only-largest": (
        "Of {source}, {function} gives the gradient of {target} to the element that it chose. Your numbers give it to"
        " every element: {node} is {right}, not {claimed}."
    ),
    "missing-factor": (
        "Between {source} and {target} the factor {factor} of a product or quotient is missing: {node} is {right}, not"
        " {claimed}."
    ),
    "line-wrong": (
        "Line {line} is the first that is wrong: `{written}`. {node} is {right} at the place that is furthest off, not"
        " {claimed}. With `{meant}` it comes out right."
    ),
    "line-too-many": (
        "Line {line} is one too many: `{written}`. Without it {node} comes out right: {right} at the place that is"
        " furthest off, not {claimed}."
    ),
    "line-named": (
        "Line {line} is the first that is wrong: `{written}`. {node} is {right} at the place that is furthest off, not"
        " {claimed}. A mistake of this kind gives exactly these numbers."
    ),
    "line-suspected": (
        "Line {line} is likely to be the first that is wrong: `{written}`. What goes into it is right, what comes out"
        " is the gradient of nothing. Further on {node} is {right} at the place that is furthest off, not {claimed}."
    ),
    "line-unknown": (
        "Line {line} is the first that is wrong: `{written}`. {node} is {right} at the place that is furthest off, not"
        " {claimed}. None of the mistakes that were tried explains it."
    ),
    "lines-right": "Every line of your backward half whose gradient is known is right.",
    "line-fragile": (
        "All lines are right. But nothing is divided by the number of samples from line {line} on, `{written}`: that is"
        " right only because there is one sample."
    ),
    "line-fragile-sum": (
        "All lines are right. But line {line} is not summed over the samples, `{written}`: that is right only because"
        " there is one sample."
    ),
    "line-fragile-mask": (
        "All lines are right. But the mask in line {line}, `{written}`, also lets through what is exactly 0: that is"
        " right only because nothing is 0 here."
    ),
    "unknown": (
        "{node} is the first that is wrong: it is {right}, not {claimed}. None of the mistakes that were tried gives"
        " your numbers."
    ),
}


def figure(value: float, digits: int = 6) -> str:
    """A number in a sentence: six digits tell a reader which one is meant."""
    if math.isfinite(value):
        return f"{value + 0.0:.{digits}g}"  # no sign at 0
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def figures(one: float, other: float) -> tuple[str, str]:
    """Two numbers in so many digits that they read as two, where they are."""
    digits = next((d for d in range(6, 17) if figure(one, d) != figure(other, d)), 17)
    return figure(one, digits), figure(other, digits)
