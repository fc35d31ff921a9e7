"""Nothing to share yet beyond what the levels themselves define."""
