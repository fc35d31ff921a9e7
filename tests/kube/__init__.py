"""Kube tests."""
