"""Unit tests of domain.cluster."""
