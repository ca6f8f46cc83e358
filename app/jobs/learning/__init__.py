"""The book: its chapters as files, what their figures compute, their prose, and their exercises."""
