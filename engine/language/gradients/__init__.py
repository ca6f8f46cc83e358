"""Gradients as values of a program: what .grad, grad(f) and the steps of optimizers compute with."""
