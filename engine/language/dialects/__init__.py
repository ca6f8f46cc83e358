"""What the functions and methods of other libraries mean here."""
