"""Whose gradient is wrong, and which mistake gives it."""
