"""A trace as a program of another framework: its forward, its backward pass written out, and the numbers to compare."""
