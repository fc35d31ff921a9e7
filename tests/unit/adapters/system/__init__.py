"""Unit tests of adapters.system."""
