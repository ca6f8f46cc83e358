"""Items: the keys by which they are taken, writing to them, going through them."""
