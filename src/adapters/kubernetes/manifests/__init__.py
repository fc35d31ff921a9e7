"""Applies objects server-side, and reads what the API server has to say against it."""
