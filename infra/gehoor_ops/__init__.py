"""The `gehoor` command: what operators do with a deployed stack, on AWS or on the embedded AWS."""
