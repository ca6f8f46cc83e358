"""The functions of Python that the evaluator computes itself, by what they do."""
