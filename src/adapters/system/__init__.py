"""The machine the agent runs on."""
