"""What is read of an API object: allow-list structs, one per kind.

A field that is not named here is never decoded, so most of an object, and with it most secrets, never enters the
process. Everything may be missing or null; quantities may be numbers. A value of another type raises
`msgspec.ValidationError`, which costs that one object (`adapters.kubernetes.kinds.KindRow.read`).
"""
