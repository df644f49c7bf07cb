"""What gehoor does. Use cases take ports as arguments; they know no clock and no environment."""
