"""The finished model."""
