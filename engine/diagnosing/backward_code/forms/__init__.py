"""Other forms of a line, each with the name of the mistake that it mends."""
