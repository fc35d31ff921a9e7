"""Equal strings and equal parts of objects become one instance.

Ten thousand pods come from a few hundred templates: sharing what they repeat saves a third of the memory, makes
comparing two versions of a pod cheap, and saves redacting the same value again. Only values from a bounded set are
interned (never names of pods, uids, messages or times), and every cache is bounded.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from sys import intern
from typing import Final, Generic, TypeVar

from domain.cluster.metadata import EMPTY

S = TypeVar("S")
D = TypeVar("D")

CACHED: Final = 16384
"""Entries of a cache of parts: more than a large cluster has templates, less than it has pods."""

_PER_POD_VOLUME: Final = "kube-api-access-"
"""The API server adds a volume with a random name to every pod."""

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


def name(text: str | None) -> str:
    """A string from a bounded set, such as a namespace, an image or a reason; empty for none."""
    return intern(text) if text else ""


def is_one_pods_alone(volume: str | None) -> bool:
    """Whether a volume of this name is in one pod only, so that sharing it would be in vain."""
    return volume is not None and volume.startswith(_PER_POD_VOLUME)


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


def _always(_item: object, _mapped: object) -> bool:
    return True


class Templates(Generic[S, D]):
    """Lists of parts that were mapped before, recognised as they were read.

    A list comes out as the same tuple for every pod of a template. What must not be remembered, because it is one
    object's alone or holds a secret, is mapped anew each time.
    """

    def __init__(self, to_domain: Callable[[S], D], may_be_kept: Callable[[S, D], bool] = _always) -> None:
        self._to_domain = to_domain
        self._may_be_kept = may_be_kept
        self._known: dict[tuple[S | None, ...], tuple[D, ...]] = {}
        self._parts: dict[S, D] = {}
        """Of lists that may not be kept: one secret among thirty variables must not cost looking at all of them."""

    def map(self, items: Sequence[S | None] | None) -> tuple[D, ...]:
        """The parts that are there, in their order."""
        if not items:
            return ()
        key = tuple(items)
        known = self._known.get(key)
        if known is not None:
            return known
        there = [item for item in key if item is not None]
        mapped = tuple(map(self._part, there))
        kept = list(map(self._may_be_kept, there, mapped))
        if all(kept):
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[key] = mapped
        else:
            if len(self._parts) >= CACHED:
                self._parts.clear()
            self._parts.update(compress(zip(there, mapped, strict=True), kept))
        return mapped

    def _part(self, item: S) -> D:
        known = self._parts.get(item)
        return self._to_domain(item) if known is None else known
