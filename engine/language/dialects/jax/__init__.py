"""JAX: its functions, and what takes functions."""
