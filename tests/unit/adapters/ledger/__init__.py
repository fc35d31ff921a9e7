"""Unit tests of adapters.memory."""
