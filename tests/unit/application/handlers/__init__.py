"""Unit tests of application.handlers."""
