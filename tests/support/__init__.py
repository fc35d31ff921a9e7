"""Builders, loopback servers and goldens that several levels of tests use."""
