"""What a careful teacher remarks on a run, and what to write instead."""
