"""Gradients against derivatives that share nothing with backpropagation."""
