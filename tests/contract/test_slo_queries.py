"""The contract of SloQueries: levels over any time, and each of them over time."""

import pytest

from adapters.clickhouse.slo_queries import ClickHouseSloQueries
from adapters.memory.telemetry_metrics import InMemorySloQueries
from domain.otel.queries import Period
from ports.errors import NotFound
from ports.telemetry_queries import SloQueries
from tests.support.query_stores import Asked

PORT = SloQueries
ADAPTERS = (InMemorySloQueries, ClickHouseSloQueries)


@pytest.mark.parametrize("seconds", [300, 3600, 86_400], ids=["5m", "1h", "1d"])
async def test_levels_agree_with_their_counts(who: Asked, seconds: int) -> None:
    levels = await who.stores.slo.get_levels(Period(seconds=seconds))
    assert levels.ingress
    assert levels.services
    assert levels.edges
    for level in levels.ingress:
        assert sum(code.count for code in level.status_codes) == level.total_requests > 0
        assert level.rps == pytest.approx(level.total_requests / seconds, rel=0.02)
        assert level.success_percent + level.error_percent == pytest.approx(100)


async def test_a_level_over_time_is_found_by_any_of_its_names(who: Asked) -> None:
    slo = who.stores.slo
    key = (await slo.get_levels(Period(seconds=300))).ingress[0].service_key
    for name in ("web", "shop/web", key):
        points = await slo.get_series(name, Period(seconds=3600))
        times = [point.timestamp for point in points]
        assert times == sorted(times)
        assert 11 <= len(points) <= 13
        assert all(point.rps > 0 and 0 <= point.success_percent <= 100 for point in points)
        assert {time.minute % 5 for time in times} == {0}


async def test_an_unknown_name_is_not_found(who: Asked) -> None:
    for name in ("nobody", "shop/nobody", "' OR 1=1 --"):
        with pytest.raises(NotFound, match="has one"):
            await who.stores.slo.get_series(name, Period(seconds=3600))
