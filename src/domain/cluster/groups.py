"""What is computed from objects that belong together: the ReplicaSets of a Deployment, the EndpointSlices of a Service.

Of thousands of groups a few change within ten seconds. Only those are computed anew, and a result that is equal to the
one before stays the same instance, so that nobody encodes it again. Which objects came and went is seen by identity:
one that did not change is the instance it was.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Final, Generic, TypeVar

from domain.cluster.metadata import Resource

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

Key = tuple[str, str]
"""(namespace, name) of what the objects belong to."""

_BY_NAME: Final = attrgetter("name")


class Groups(Generic[R, T]):
    """A result per group, from objects to objects.

    Args:
        key_of: what an object belongs to; None: to nothing. Within the object's own namespace.
        combine: the result of a group from its objects, one at least, by name.
    """

    def __init__(self, key_of: Callable[[R], Key | None], combine: Callable[[Sequence[R]], T]) -> None:
        self._key_of = key_of
        self._combine = combine
        self._objects: tuple[R, ...] = ()
        self._known: dict[int, R] = {}
        self._members: defaultdict[Key, dict[int, R]] = defaultdict(dict)
        self._results: Mapping[Key, T] = {}

    def of(self, objects: tuple[R, ...]) -> Mapping[Key, T]:
        """The result of every group that has an object; the same instance while none has changed."""
        if objects is self._objects:
            return self._results
        there = dict(zip(map(id, objects), objects, strict=True))
        touched: set[Key] = set()
        for number in self._known.keys() - there.keys():
            if key := self._key_of(self._known[number]):
                del self._members[key][number]
                touched.add(key)
        for number in there.keys() - self._known.keys():
            if key := self._key_of(there[number]):
                self._members[key][number] = there[number]
                touched.add(key)
        self._objects, self._known = objects, there
        self._combine_anew(touched)
        return self._results

    def _combine_anew(self, touched: set[Key]) -> None:
        news: dict[Key, T] = {}
        ended = [key for key in touched if not self._members[key]]
        for key in ended:
            del self._members[key]
        for key in touched.difference(ended):
            result = self._combine(sorted(self._members[key].values(), key=_BY_NAME))
            if self._results.get(key) != result:
                news[key] = result
        if news or ended:
            # A new mapping: whoever was given the last one may still use it.
            results = {**self._results, **news}
            for key in ended:
                del results[key]
            self._results = results
