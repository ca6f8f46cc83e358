"""What the `gradlens` command computes by itself, without a service: this package loads the engine."""
