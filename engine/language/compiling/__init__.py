"""Syntax to code."""
