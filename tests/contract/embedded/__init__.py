"""Tests; the folder mirrors the source tree."""
