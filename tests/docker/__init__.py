"""Docker tests."""
