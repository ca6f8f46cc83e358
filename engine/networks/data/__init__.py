"""Data to train on: sets that come with the package, toys that are drawn, and a reader's own."""
