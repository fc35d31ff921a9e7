"""Telemetry as the agent understands it: what is read from the OTel store, in parts, and what follows from it."""
