"""Oracles: what the Master must be told about an object, read from the API server's answer without the product's code.

Everything here is written from the wire contract a second time, on purpose: two independent readings that agree on
every field of a living cluster are worth more than one that was tested by its author.
"""
