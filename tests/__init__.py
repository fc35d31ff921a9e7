"""All tests; the levels are the folders."""
