"""Latencies from histograms: adding up, and reading quantiles.

Histograms with different bounds are never added; of several sets the one with most observations is shown. A quantile
is found by linear interpolation inside its bucket; what lies above the last bound is reported as that bound, since
more is not known. Source: wire contract 3.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isinf
from typing import TypeAlias

from domain.otel.slo import LatencyBucket

Bounds: TypeAlias = tuple[float, ...]
"""Upper bounds of the buckets, ascending, without the unbounded one; in milliseconds."""


@dataclass(slots=True)
class Observations:
    """What fell into the buckets between one set of bounds."""

    bounds_ms: Bounds
    counts: list[float] = field(default_factory=list)
    """Per bucket, the unbounded one last; not cumulative."""
    sum_ms: float = 0.0
    """Sum of what was observed; 0 where the source does not tell."""

    @property
    def total(self) -> float:
        """Number of observations."""
        return sum(self.counts)

    @property
    def mean_ms(self) -> float:
        """Mean; 0 without observations."""
        return round(self.sum_ms / self.total, 2) if self.total > 0 else 0.0

    @property
    def estimated_mean_ms(self) -> float:
        """Mean of what lies evenly in its bucket, and at the last bound when above; for a source without a sum."""
        edges = (0.0, *self.bounds_ms, self.bounds_ms[-1]) if self.bounds_ms else ()
        middles = ((lower + upper) / 2 for lower, upper in pairwise(edges))
        weighed = sum(count * middle for count, middle in zip(self.counts, middles, strict=False))
        return round(weighed / self.total, 2) if self.total > 0 else 0.0

    def add(self, counts: Sequence[float], sum_ms: float) -> None:
        """Add the counts of another histogram with the same bounds."""
        self.counts = [*map(sum, zip(self.counts, counts, strict=True))] if self.counts else list(counts)
        self.sum_ms += sum_ms

    def quantile_ms(self, quantile: float) -> float:
        """The value below which this share of the observations lies; 0 without observations."""
        wanted = self.total * quantile
        if self.total <= 0 or not self.bounds_ms:
            return 0.0
        seen, lower = 0.0, 0.0
        for bound, count in zip(self.bounds_ms, self.counts, strict=False):
            if count > 0 and seen + count >= wanted:
                return round(lower + (bound - lower) * (wanted - seen) / count, 2)
            seen, lower = seen + count, bound
        return round(self.bounds_ms[-1], 2)

    def buckets(self) -> tuple[LatencyBucket, ...]:
        """The buckets with a bound."""
        pairs = zip(self.bounds_ms, self.counts, strict=False)
        return tuple(LatencyBucket(le_ms=bound, count=round(count)) for bound, count in pairs)


@dataclass(slots=True)
class Histograms:
    """Observations of one thing, apart by bounds."""

    by_bounds: dict[Bounds, Observations] = field(default_factory=dict)

    def add(self, bounds_ms: Bounds, counts: Sequence[float], sum_ms: float = 0.0) -> None:
        """Add a histogram."""
        self.by_bounds.setdefault(bounds_ms, Observations(bounds_ms)).add(counts, sum_ms)

    def shown(self) -> Observations:
        """The set with most observations; an empty one where there is none."""
        return max(self.by_bounds.values(), key=lambda one: one.total, default=Observations(()))


def from_cumulative(cumulative: Sequence[tuple[float, float]]) -> tuple[Bounds, list[float]]:
    """Bounds and counts of a histogram that counts everything up to each bound.

    Args:
        cumulative: bound and number of observations up to it, ascending. Counts that fall from one bound to the next
            cannot be: bounds are separate series, read at slightly different times. They are raised.
    """
    bounds = tuple(bound for bound, _ in cumulative if not isinf(bound))
    levels: list[float] = [0.0]
    for _, level in cumulative:
        levels.append(max(levels[-1], level))
    counts = [upper - lower for lower, upper in pairwise(levels)]
    return bounds, counts if len(counts) > len(bounds) else [*counts, 0.0]
