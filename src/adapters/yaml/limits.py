"""How much of what somebody sends is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """Bounds of one set of manifests; an API server takes about 1.5 MiB an object and 3 MiB a request."""

    text_bytes: int = 4 * 2**20
    weight: int = 8 * 2**20
    """Characters and nodes once aliases are written out: a few lines can stand for gigabytes."""
    depth: int = 128
    """Levels of nesting; the schema in a CustomResourceDefinition that repeats a pod's has about 50."""
    documents: int = 2_000
    objects: int = 1_000
    problems: int = 10
    """Listed in an error; the rest is counted."""
