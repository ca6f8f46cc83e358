"""What makes text a graph: syntax, names and what is known beforehand, other libraries' calls, and the builder."""
