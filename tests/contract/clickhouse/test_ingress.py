"""Service levels behind the ingress: counters and histograms are exact whatever happens to the process that counts."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.otel.parts import SloWindow
from domain.otel.slo import IngressSlo
from tests.support.clickhouse_stores import real_store
from tests.support.counter_oracle import a_counter, bucket_increases, increases, quantile
from tests.support.telemetry_layouts import Database
from tests.support.telemetry_rows import Histogram, Rows, Sample
from tests.support.telemetry_shop import NOW

END = NOW - timedelta(seconds=10)
REQUESTS, DURATIONS = "traefik_service_requests_total", "traefik_service_request_duration_seconds"
REPLICAS = ("10.42.0.1:9100", "10.42.0.2:9100")


def every(step: timedelta, since: timedelta) -> list[datetime]:
    return [NOW - since + number * step for number in range(int(since / step))]


def ingress_rows(times: Sequence[datetime], *, seed: int) -> Rows:
    """Two replicas with equal labels; each series restarts up to twice, with and without a new start time."""
    chance, rows = random.Random(seed), Rows()
    for service in ("shop-web-80@kubernetes", "shop-api-80@kubernetes", "shop-idle-80@kubernetes"):
        for code, method in (("200", "GET"), ("200", "POST"), ("404", "GET"), ("502", "GET")):
            labels = {"service": service, "code": code, "method": method, "protocol": "http", "a": "z"}
            for number, target in enumerate(REPLICAS):
                if service.startswith("shop-idle"):
                    rows.sums += [
                        Sample(at=at, metric=REQUESTS, value=7.0, labels=labels, target=target, job="traefik")
                        for at in times
                    ]
                    continue
                rows.sums += a_counter(
                    chance,
                    metric=REQUESTS,
                    labels=labels,
                    target=target,
                    job="traefik",
                    times=times,
                    resets=chance.choice((0, 1, 2)),
                    moves_start=number == 0,
                )
    odd = {"service": "shop-web-80@kubernetes", "code": "200", "method": "GET", "protocol": "http", "a": "z"}
    for value, flags, back in ((0.0, 1, 100), (float("nan"), 0, 110), (float("inf"), 0, 120), (1e9, 0, -3600)):
        at = NOW - timedelta(seconds=back)
        rows.sums.append(
            Sample(at=at, metric=REQUESTS, value=value, labels=odd, target=REPLICAS[0], job="traefik", flags=flags)
        )
    return rows


def expected(rows: Rows, start_at: datetime, end_at: datetime, lookback: timedelta) -> Counter[Any]:
    found = increases(
        rows.sums,
        lambda labels: (labels["service"], labels["code"], labels["method"]),
        start_at=start_at,
        end_at=end_at,
        lookback=lookback,
    )
    totals: Counter[Any] = Counter()
    for (key, _), value in found.items():
        totals[key] += round(value)
    return totals


def assert_counts(levels: Sequence[IngressSlo], totals: Counter[Any], seconds: float) -> None:
    services = sorted({service for service, _, _ in totals})
    assert [level.service_key for level in levels] == services
    for level in levels:
        mine = {key: count for key, count in totals.items() if key[0] == level.service_key}
        codes, methods = Counter[str](), Counter[str]()
        for (_, code, method), count in mine.items():
            codes[code] += count
            methods[method] += count
        assert {one.code: one.count for one in level.status_codes} == {k: v for k, v in codes.items() if v}
        assert {one.method: one.count for one in level.methods} == {k: v for k, v in methods.items() if v}
        assert level.total_requests == codes.total()
        assert level.total_errors == codes["502"]
        assert level.rps == pytest.approx(codes.total() / seconds, rel=0.01)
        if not codes.total():
            assert (level.success_percent, level.error_percent) == (100.0, 0.0)


async def test_requests_of_a_short_window_are_exact(database: Database) -> None:
    rows = ingress_rows(every(timedelta(seconds=15), timedelta(minutes=10)), seed=1)
    rows.insert(database)
    async with real_store(database, NOW) as real:
        scan = await real.parts.slo(300)
    totals = expected(rows, END - timedelta(seconds=300), END, timedelta(seconds=120))
    assert sum(totals.values()) > 500
    assert_counts(scan.content.ingress, totals, 300)


async def test_requests_of_a_long_window_its_predecessor_and_its_history_are_exact(database: Database) -> None:
    rows = ingress_rows(every(timedelta(minutes=10), timedelta(hours=50)), seed=2)
    rows.insert(database)
    async with real_store(database, NOW) as real:
        data = (await real.parts.slo_window(SloWindow.DAY)).content
        assert real.log.names.count("list_ingress_requests_long") == 1
        assert real.log.names.count("list_ingress_requests") == 1, "series that fell without a new start"
    day, lookback = timedelta(days=1), timedelta(seconds=600)
    assert_counts(data.current, _between(rows, END - day, END, 2 * day + lookback), day.total_seconds())
    assert_counts(data.previous, _between(rows, END - 2 * day, END - day, lookback), day.total_seconds())
    by_hour: Counter[Any] = Counter()
    found = increases(
        rows.sums, lambda labels: labels["service"], start_at=END - day, end_at=END, lookback=2 * day + lookback
    )
    for (service, at), value in found.items():
        by_hour[END - day + (at - (END - day)) // timedelta(hours=1) * timedelta(hours=1), service] += round(value)
    assert {(point.timestamp, point.service_key): point.total_requests for point in data.history} == by_hour


def _between(rows: Rows, start_at: datetime, end_at: datetime, lookback: timedelta) -> Counter[Any]:
    """Both halves are one scan, so the first increase of the second half is counted from the last sample before."""
    return expected(rows, start_at, end_at, min(lookback, timedelta(days=1, seconds=600)))


async def test_delta_counters_are_added_up_as_they_are(database: Database) -> None:
    labels = {"service": "shop-web-80@kubernetes", "code": "200", "method": "GET"}
    rows = Rows()
    for back in range(10, 300, 10):
        at = NOW - timedelta(seconds=back)
        rows.sums.append(
            Sample(at=at, metric=REQUESTS, value=3.0, labels=labels, job="traefik", target=REPLICAS[0], is_delta=True)
        )
    rows.insert(database)
    async with real_store(database, NOW) as real:
        (level,) = (await real.parts.slo(300)).content.ingress
    assert level.total_requests == 3 * sum(sample.at < END for sample in rows.sums)


def histogram_rows(times: Sequence[datetime], restarts: int, *, moves_start: bool) -> Rows:
    """Both replicas restart; the second one with other bounds, and with the first ones again at the next restart."""
    chance, rows = random.Random(5), Rows()
    falls = {len(times) * number // (restarts + 1) + len(times) // 9 for number in range(1, restarts + 1)}
    for target in REPLICAS:
        for service in ("shop-web-80@kubernetes", "shop-api-80@kubernetes"):
            bounds, started = (0.1, 0.3, 1.2), times[0]
            counts, total = [100, 50, 7, 1], 40.0
            for number, at in enumerate(times):
                if number in falls:
                    counts, total = [0, 0, 0, 0], 0.0
                    started = at if moves_start else started
                    if target == REPLICAS[1]:
                        bounds = (0.1, 0.5, 2.0) if bounds[1] == 0.3 else (0.1, 0.3, 1.2)
                grown = [chance.randrange(9), chance.randrange(5), chance.randrange(2), 0]
                counts = [*map(sum, zip(counts, grown, strict=True))]
                total += sum(grown) * 0.07
                labels = {"service": service, "code": "200", "method": "GET"}
                rows.histograms.append(
                    Histogram(
                        at=at,
                        metric=DURATIONS,
                        bounds=bounds,
                        counts=tuple(counts),
                        sum=total,
                        labels=labels,
                        target=target,
                        started=started,
                    )
                )
                rows.sums.append(
                    Sample(at=at, metric=REQUESTS, value=float(number), labels=labels, target=target, job="traefik")
                )
    return rows


@pytest.mark.parametrize("moves_start", [True, False], ids=["told", "silent"])
@pytest.mark.parametrize("restarts", [1, 2], ids=["one restart", "two restarts"])
@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
async def test_latencies_add_equal_bounds_only_and_survive_restarts(
    database: Database, *, is_long: bool, restarts: int, moves_start: bool
) -> None:
    step, since = (
        (timedelta(minutes=10), timedelta(hours=20)) if is_long else (timedelta(seconds=15), timedelta(minutes=8))
    )
    rows = histogram_rows(every(step, since), restarts, moves_start=moves_start)
    rows.insert(database)
    async with real_store(database, NOW) as real:
        if is_long:
            levels: Sequence[IngressSlo] = (await real.parts.slo_window(SloWindow.DAY)).content.current
        else:
            levels = (await real.parts.slo(300)).content.ingress
    start_at = END - (timedelta(days=1) if is_long else timedelta(seconds=300))
    found = bucket_increases(rows.histograms, start_at=start_at, end_at=END, lookback=timedelta(seconds=120))
    assert len({bounds for _, bounds in found}) == 2
    for level in levels:
        sets = {bounds: one for (service, bounds), one in found.items() if service == level.service_key}
        bounds, (counts, total) = max(sets.items(), key=lambda one: sum(one[1][0]))
        bounds_ms = [bound * 1000 for bound in bounds]
        assert [bucket.le_ms for bucket in level.latency_buckets] == pytest.approx(bounds_ms)
        assert [bucket.count for bucket in level.latency_buckets] == counts[:-1]
        assert level.avg_ms == pytest.approx(1000 * total / sum(counts), abs=0.01)
        for share, value in ((0.5, level.p50_ms), (0.9, level.p90_ms), (0.95, level.p95_ms), (0.99, level.p99_ms)):
            assert value == pytest.approx(quantile(bounds_ms, counts, share), abs=0.01)
