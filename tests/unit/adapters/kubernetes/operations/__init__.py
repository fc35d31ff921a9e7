"""Unit tests of adapters.kubernetes.mappers."""
