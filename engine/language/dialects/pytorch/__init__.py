"""PyTorch: its functions, losses and layers."""
