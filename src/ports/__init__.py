"""The questions the use cases ask the outside world, one small module per outside thing.

Protocols only. An adapter answers a port by subclassing it. No vendor word passes one: no status code, no SQL, no
library's type.
"""
