"""Random numbers of NumPy, of Python and of PyTorch: their seeds, their streams, and what is drawn from these."""
