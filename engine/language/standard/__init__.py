"""Python's exceptions and its standard library, of values that are known."""
