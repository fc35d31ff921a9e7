"""Unit tests of adapters.yaml."""
