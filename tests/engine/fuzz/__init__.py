"""Random programs, run in the engine and in CPython and NumPy, and compared."""
