"""Functions of Python as programs: what they say is read from their source, and nothing of theirs is called."""
