"""The methods of lists, dictionaries, sets, texts and arrays."""
