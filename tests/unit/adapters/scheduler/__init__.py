"""Unit tests of adapters.scheduler."""
