"""Reads objects of any kind, and can do nothing else: it holds a connection that has no other method."""
