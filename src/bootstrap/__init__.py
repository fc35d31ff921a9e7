"""Reads the environment, wires the objects, owns their lifetimes, and runs: the composition root."""
