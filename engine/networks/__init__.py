"""Networks as programs of the language: layers, losses, data, optimizers, training."""
