"""What the machine does, instruction by instruction."""
