"""The memory of one part of the OTel summary: what was read last, when to ask again, when to stop showing it.

No port is called here; time comes in as an argument. `RefreshOTelSummary` asks the store and tells the part what
came of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from domain.backoff import Backoff
from domain.otel.parts import Part, PartName, Scan
from domain.otel.status import PartState, PartStatus
from domain.time_range import TimeRange

ContentT = TypeVar("ContentT")

_FIRST_RETRY_SECONDS = 5.0
_LONGEST_RETRY_SECONDS = 60.0
_SHORTEST_RETRY_SECONDS = 1.0
_RETRY_SHARE = 1 / 6
_MARGIN_SHARE = 0.1
_LONGEST_MARGIN_SECONDS = 5.0
_MAX_ERROR_CHARS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class OTelTimings:
    """How old things may become; every default is the setting's."""

    cache_ttl_seconds: float = 300.0
    """Lifetime of a part; no part but the long windows lives longer."""
    fast_ttl_seconds: float = 60.0
    """Lifetime of the parts that pages draw minute by minute."""
    max_staleness_seconds: float = 900.0
    """How old a part may be that cannot be renewed, until it is left out."""
    deadline_seconds: float = 30.0
    """For one whole round."""

    def oldest_shown_seconds(self, ttl_seconds: float) -> float:
        """Age from which a part is left out.

        A part that is meant to live longer than the limit (a window of a week) gets the limit on top of its lifetime:
        measured by its age alone it would vanish while nothing is wrong.
        """
        limit_seconds = self.max_staleness_seconds
        return limit_seconds if ttl_seconds < limit_seconds else ttl_seconds + limit_seconds


@dataclass(frozen=True, slots=True)
class PartPlan(Generic[ContentT]):
    """What one part is."""

    name: PartName
    window_seconds: int
    """Length of the window that is asked for."""
    ttl_seconds: float
    """Age at which it is asked for again."""
    scan: Callable[[int], Awaitable[Scan[ContentT]]]
    """The question to the store; takes the length of the window."""
    empty: Callable[[TimeRange], ContentT]
    """What the part is when the store has no such data."""


class OTelPart(Generic[ContentT]):
    """One part over time."""

    def __init__(self, plan: PartPlan[ContentT], timings: OTelTimings) -> None:
        self.plan = plan
        self._timings = timings
        self._oldest_shown_seconds = timings.oldest_shown_seconds(plan.ttl_seconds)
        self._backoff = Backoff(
            first_seconds=min(_FIRST_RETRY_SECONDS, plan.ttl_seconds),
            longest_seconds=_longest_retry_seconds(plan.ttl_seconds, timings),
        )
        self._scan: Scan[ContentT] | None = None
        self._read_at: datetime | None = None
        self._read_on_seconds = 0.0
        self._error = ""
        self._absent = ""
        self._failing_since: datetime | None = None
        self._due_on_seconds = 0.0
        self._margin_seconds = 0.0
        self._was_asked = False
        self.may_recover = False
        """Whether the last try failed for a reason that may have passed by now."""

    def is_due(self, monotonic_seconds: float) -> bool:
        """Whether it is time to ask.

        With a margin: a loop whose period equals the lifetime would otherwise find it a moment too young every other
        time, and halve the rate.
        """
        return not self._was_asked or monotonic_seconds >= self._due_on_seconds - self._margin_seconds

    def seconds_until_due(self, monotonic_seconds: float) -> float:
        """0 when it is due now."""
        return 0.0 if self.is_due(monotonic_seconds) else self._due_on_seconds - monotonic_seconds

    def succeeded(self, scan: Scan[ContentT], read_at: datetime, monotonic_seconds: float) -> None:
        """The store answered."""
        self._keep(scan, "", read_at, monotonic_seconds)
        self._ask_again_in(self.plan.ttl_seconds, monotonic_seconds)

    def absent(self, why: str, read_at: datetime, monotonic_seconds: float) -> None:
        """The store has no such data: that is known now, and looked at again soon, as it may be created any time."""
        window = TimeRange.last(self.plan.window_seconds, read_at)
        scan = Scan(content=self.plan.empty(window), window=window)
        self._keep(scan, why[:_MAX_ERROR_CHARS], read_at, monotonic_seconds)
        self._ask_again_in(min(self.plan.ttl_seconds, self._timings.cache_ttl_seconds), monotonic_seconds)

    def failed(
        self, why: str, at: datetime, monotonic_seconds: float, *, may_pass: bool, retry_after_seconds: float = 0.0
    ) -> None:
        """The store did not answer; what was known stays.

        Args:
            why: what happened, for an operator.
            at: wall-clock time of the failure.
            monotonic_seconds: the same on the monotonic clock.
            may_pass: whether trying again soon has a chance; otherwise it is tried once per cache lifetime.
            retry_after_seconds: what the store asked for.
        """
        self.may_recover = may_pass
        self._error = why[:_MAX_ERROR_CHARS]
        self._failing_since = self._failing_since or at
        pause_seconds = (
            self._backoff.next_seconds(max(_SHORTEST_RETRY_SECONDS, retry_after_seconds))
            if may_pass
            else self._timings.cache_ttl_seconds
        )
        self._ask_again_in(pause_seconds, monotonic_seconds)

    def at(self, monotonic_seconds: float) -> Part[ContentT] | None:
        """The part as it stands; None while it was never read."""
        if self._scan is None or self._read_at is None:
            return None
        return Part(
            content=self._scan.content,
            window=self._scan.window,
            read_at=self._read_at,
            error=self._error,
            absent=self._absent,
            expired=self._age_seconds(monotonic_seconds) > self._oldest_shown_seconds,
        )

    def status(self, monotonic_seconds: float) -> PartStatus:
        """How it is doing."""
        part = self.at(monotonic_seconds)
        return PartStatus(
            name=self.plan.name,
            state=_state(part),
            window_seconds=self.plan.window_seconds,
            read_at=part.read_at if part else None,
            age_seconds=self._age_seconds(monotonic_seconds) if part else None,
            failing_since=self._failing_since,
            error=self._error or self._absent,
            seconds_until_due=self.seconds_until_due(monotonic_seconds),
        )

    def _age_seconds(self, monotonic_seconds: float) -> float:
        return monotonic_seconds - self._read_on_seconds

    def _keep(self, scan: Scan[ContentT], absent: str, read_at: datetime, monotonic_seconds: float) -> None:
        self._scan = scan
        self._absent = absent
        self._read_at = read_at
        self._read_on_seconds = monotonic_seconds
        self._error = ""
        self._failing_since = None
        self.may_recover = False
        self._backoff.reset()

    def _ask_again_in(self, pause_seconds: float, monotonic_seconds: float) -> None:
        self._was_asked = True
        self._due_on_seconds = monotonic_seconds + pause_seconds
        self._margin_seconds = min(_LONGEST_MARGIN_SECONDS, pause_seconds * _MARGIN_SHARE)


def _longest_retry_seconds(ttl_seconds: float, timings: OTelTimings) -> float:
    """A minute; more for what lives for hours: the scan of a month that fails must not be all that the store does."""
    patient_seconds = max(_LONGEST_RETRY_SECONDS, ttl_seconds * _RETRY_SHARE)
    return min(patient_seconds, ttl_seconds, timings.cache_ttl_seconds)


def _state(part: Part[ContentT] | None) -> PartState:
    if part is None:
        return PartState.UNKNOWN
    if part.expired:
        return PartState.EXPIRED
    if part.error:
        return PartState.STALE
    return PartState.ABSENT if part.absent else PartState.FRESH
