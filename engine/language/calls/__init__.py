"""Calls: their arguments, the ops they name, what they go through."""
