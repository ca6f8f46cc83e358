"""Traces that were written down, by gradlens or a framework: read, checked by their sums, laid over each other."""
