"""From what was read of an API object to the domain's object.

Mappers are pure and total: whatever may be missing becomes an explicit default, and nothing raises. Here secrets are
taken out, numbers are brought into the ranges that the Master accepts, and equal parts become one instance.
"""
