"""Unit tests of adapters.gateway."""
