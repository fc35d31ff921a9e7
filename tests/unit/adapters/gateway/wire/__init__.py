"""Unit tests of adapters.gateway.wire."""
