"""Unit tests of adapters.memory.world."""
