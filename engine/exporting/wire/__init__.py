"""A trace as the JSON of the contract."""
