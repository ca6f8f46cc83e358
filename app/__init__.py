"""The service around the engine: HTTP in, engine call, HTTP out."""

__version__ = "0.1.0"
