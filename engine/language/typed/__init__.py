"""Mathematics as people type it: what is read, what is told, and the commas of numbers."""
