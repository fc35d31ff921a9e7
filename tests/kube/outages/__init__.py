"""What becomes of the agent while the API server, its history, its rights or what it aggregates are in trouble."""
