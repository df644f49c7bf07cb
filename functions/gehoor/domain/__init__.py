"""What gehoor knows about mentions, cases and tickets: frozen values and pure functions."""
