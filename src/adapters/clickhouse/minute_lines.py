"""Lines of the last hour, minute by minute, put together from what several readings have seen.

A page draws an hour, but only its last minutes are new. Whoever reads these for another reason tells them here, so that
nobody has to read the hour again; only what nobody has told is read for the lines alone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

import anyio

from adapters.clickhouse.grid import MINUTE_SECONDS

_KEPT_MINUTES: Final = 70
_AHEAD_MINUTES: Final = 5
"""By how much windows of different readers may end apart."""


class Point(Protocol):
    """Something that was so in one minute."""

    @property
    def timestamp(self) -> datetime:
        """When the minute began."""


KeyT = TypeVar("KeyT")
PointT = TypeVar("PointT", bound=Point)


class MinuteLines(Generic[KeyT, PointT]):
    """Points by line. Minutes go by their number since the epoch."""

    def __init__(self) -> None:
        self.reading = anyio.Lock()
        """Held by who is about to `learn`: who wants the lines meanwhile waits for that."""
        self._points: dict[int, dict[KeyT, PointT]] = {}

    def learn(self, lines: Mapping[KeyT, Iterable[PointT]], minutes: range) -> None:
        """Take over what these minutes were like; they replace what was known of them, and old ones are forgotten."""
        self._points.update((minute, {}) for minute in minutes)
        for key, points in lines.items():
            for point in points:
                minute = int(point.timestamp.timestamp() // MINUTE_SECONDS)
                if minute in minutes:
                    self._points[minute][key] = point
        # Also what lies far ahead: a clock was set back.
        kept = range(minutes.stop - _KEPT_MINUTES, minutes.stop + _AHEAD_MINUTES)
        for minute in [one for one in self._points if one not in kept]:
            del self._points[minute]

    async def read(
        self, minutes: range, read: Callable[[range], Awaitable[Mapping[KeyT, Iterable[PointT]]]]
    ) -> dict[KeyT, tuple[PointT, ...]]:
        """The lines over these minutes, ascending; no line is without points.

        Args:
            minutes: what is wanted.
            read: asks for the lines over minutes that nobody has told.
        """
        async with self.reading:
            missing = self._missing(minutes)
            if missing:
                self.learn(await read(missing), missing)
        lines: dict[KeyT, list[PointT]] = {}
        for minute in minutes:
            for key, point in self._points.get(minute, {}).items():
                lines.setdefault(key, []).append(point)
        return {key: tuple(points) for key, points in lines.items()}

    def _missing(self, minutes: range) -> range:
        """What has to be read; a minute that has just ended can wait for whoever tells it with the next round."""
        first = next((minute for minute in minutes if minute not in self._points), minutes.stop)
        return range(first, minutes.stop) if first < minutes.stop - bool(self._points) else range(0)
