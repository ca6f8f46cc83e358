"""Ops of whole matrices."""
