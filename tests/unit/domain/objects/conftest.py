"""No fixtures of its own."""
