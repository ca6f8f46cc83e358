"""What other libraries write for a network, read into layers."""
