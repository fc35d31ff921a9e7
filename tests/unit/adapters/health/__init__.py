"""Unit tests of adapters.health."""
