"""The questions the use cases ask the outside world, one small module per outside thing.

Protocols only. An adapter answers a port by subclassing it; no vendor word (a status code, SQL, a library's type) passes one.
"""
