"""Ops of probability: distribution functions and their inverses."""
