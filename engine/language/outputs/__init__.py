"""What of a program is differentiated, and what is offered where nothing can be yet."""
