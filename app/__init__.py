"""The service around the engine: HTTP in, engine call, HTTP out."""
