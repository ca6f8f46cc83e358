"""Statements as others that mean the same and are easier to evaluate."""
