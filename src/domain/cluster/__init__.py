"""The cluster as the Master sees it: one module per family of kinds, and what is computed from several objects.

An object holds only what its own API object says. Age, usage and joins change without the object changing and live
outside it (`ages`, `usage`, `joins`). Field order, defaults and nesting also serve the wire: a field has a default
exactly when the wire may leave it out (docs/adr/0004).
"""
