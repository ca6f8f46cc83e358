"""Layers of PyTorch: their classes, what a layer holds, and how weights begin."""
