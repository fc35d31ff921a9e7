"""Unit tests of domain.otel."""
