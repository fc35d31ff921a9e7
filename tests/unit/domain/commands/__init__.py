"""Unit tests of domain.commands."""
