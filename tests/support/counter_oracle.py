"""What counters and histograms must come to, computed from the inserted rows one point at a time, without SQL."""

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.support.telemetry_rows import Histogram, Sample

Key = Callable[[dict[str, str]], Any]


def is_counted(sample: Sample | Histogram) -> bool:
    """No staleness marker, and a number."""
    value = sample.value if isinstance(sample, Sample) else sample.sum
    return sample.flags & 1 == 0 and math.isfinite(value)


def by_series(samples: Iterable[Sample], start_at: datetime, end_at: datetime) -> Iterator[list[Sample]]:
    """Series by target and all labels, in order of time."""
    series: dict[Any, list[Sample]] = {}
    for sample in samples:
        if is_counted(sample) and start_at <= sample.at < end_at:
            series.setdefault((sample.target, tuple(sorted(sample.labels.items()))), []).append(sample)
    for points in series.values():
        yield sorted(points, key=lambda one: (one.at, one.value))


def increases(
    samples: Iterable[Sample], key: Key, *, start_at: datetime, end_at: datetime, lookback: timedelta
) -> Counter[tuple[Any, datetime]]:
    """Increase by what `key` makes of the labels, at each point's time; a fall means that it began again at 0."""
    found: Counter[tuple[Any, datetime]] = Counter()
    for points in by_series(samples, start_at - lookback, end_at):
        before = points[0].value
        for point in points:
            step = point.value - before if point.value >= before else point.value
            before = point.value
            if point.at >= start_at:
                found[key(dict(point.labels)), point.at] += step  # type: ignore[assignment] # counts may be fractions
    return found


def bucket_increases(
    states: Iterable[Histogram], *, start_at: datetime, end_at: datetime, lookback: timedelta
) -> dict[tuple[str, tuple[float, ...]], tuple[list[int], float]]:
    """Observations by service and bounds, and their sum."""
    series: dict[Any, list[Histogram]] = {}
    for state in states:
        if is_counted(state) and start_at - lookback <= state.at < end_at:
            labels = tuple(sorted(state.labels.items()))
            series.setdefault((state.target, labels, state.bounds), []).append(state)
    found: dict[tuple[str, tuple[float, ...]], tuple[list[int], float]] = {}
    for (_, labels, bounds), points in series.items():
        points.sort(key=lambda one: one.at)
        counts, total = found.get((dict(labels)["service"], bounds), ([0] * (len(bounds) + 1), 0.0))
        for before, now in itertools.pairwise(points):
            if now.at < start_at:
                continue
            fell = any(new < old for new, old in zip(now.counts, before.counts, strict=True))
            counts = [
                have + (new if fell else new - old)
                for have, new, old in zip(counts, now.counts, before.counts, strict=True)
            ]
            total += now.sum if fell else now.sum - before.sum
        found[dict(labels)["service"], bounds] = (counts, total)
    return found


def quantile(bounds: Sequence[float], counts: Sequence[float], share: float) -> float:
    """As Prometheus reads it: linear inside the bucket, the last bound for what lies above."""
    total = sum(counts)
    rank, below = share * total, 0.0
    for number, bound in enumerate(bounds):
        if below + counts[number] >= rank and counts[number]:
            lower = bounds[number - 1] if number else 0.0
            return lower + (bound - lower) * (rank - below) / counts[number]
        below += counts[number]
    return bounds[-1]


def a_counter(
    chance: random.Random,
    *,
    metric: str,
    labels: dict[str, str],
    target: str,
    job: str,
    times: Sequence[datetime],
    resets: int,
    moves_start: bool,
) -> Iterator[Sample]:
    """A counter that grows in odd steps, restarts so many times at places of its own, and misses scrapes."""
    falls = set(chance.sample(range(2, len(times) - 1), resets))
    value, started = float(chance.randrange(10_000)), times[0] - timedelta(hours=1)
    for number, at in enumerate(times):
        if number in falls:
            value = float(chance.randrange(3))
            started = at if moves_start else started
        else:
            value += chance.randrange(9)
        if chance.random() > 0.05 or number in {0, len(times) - 1}:
            yield Sample(at=at, metric=metric, value=value, labels=labels, target=target, job=job, started=started)
