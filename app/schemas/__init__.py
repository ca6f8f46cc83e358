"""The JSON contract, a module a resource: what requests may hold, and what answers hold."""
