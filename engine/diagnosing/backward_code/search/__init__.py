"""From the first wrong line to the one that was meant."""
