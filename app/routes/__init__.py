"""What a request meets: the API, made from the table of endpoints, and the page."""
