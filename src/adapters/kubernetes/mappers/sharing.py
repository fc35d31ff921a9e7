"""Equal strings and equal parts of objects become one instance.

Ten thousand pods come from a few hundred templates: sharing what they repeat saves a third of the memory, makes
comparing two versions of a pod cheap, and saves redacting the same value again. Only values from a bounded set are
interned (never names of pods, uids, messages or times), and every cache is bounded.
"""

from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import Any, Final, TypeVar

from domain.cluster.metadata import EMPTY

T = TypeVar("T")

CACHED: Final = 16384
"""Entries of a cache of parts: more than a large cluster has templates, less than it has pods."""

_PER_OBJECT_LABELS: Final = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "controller-uid",
        "statefulset.kubernetes.io/pod-name",
    }
)
"""Labels whose values are another for every object."""

_tuples: Final[dict[tuple[int, ...], tuple[Any, ...]]] = {}


def name(text: str | None) -> str:
    """A string from a bounded set, such as a namespace, an image or a reason; empty for none."""
    return intern(text) if text else ""


def labels(values: Mapping[str, str | None] | None) -> Mapping[str, str]:
    """Labels, sorted by key; equal ones are one instance, so they must not be changed."""
    return _labels(tuple(values.items())) if values else EMPTY


@lru_cache(maxsize=CACHED)
def _labels(items: tuple[tuple[str, str | None], ...]) -> Mapping[str, str]:
    return {intern(key): _label_value(key, value or "") for key, value in sorted(items, key=_key)}


def _label_value(key: str, value: str) -> str:
    return value if key in _PER_OBJECT_LABELS else intern(value)


def _key(item: tuple[str, str | None]) -> str:
    return item[0]


def same(parts: list[T]) -> tuple[T, ...]:
    """The parts as a tuple: the same tuple for the same instances, which the caller has shared before.

    The cache holds the tuple and with it the parts, so an id in a key cannot belong to another object.
    """
    if not parts:
        return ()
    key = tuple(map(id, parts))
    known = _tuples.get(key)
    if known is None:
        if len(_tuples) >= CACHED:
            _tuples.clear()
        known = _tuples[key] = tuple(parts)
    return known
