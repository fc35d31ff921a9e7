"""Unit tests of adapters.telemetry."""
