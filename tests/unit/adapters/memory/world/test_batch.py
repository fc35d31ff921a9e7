"""When jobs run."""

from datetime import UTC, datetime

import pytest

from adapters.memory.world.batch import schedule_of, seconds_to_next_run
from adapters.memory.world.blueprints import WorkloadKind
from tests.unit.adapters.memory.world.builders import a_workload


@pytest.mark.parametrize(
    ("every_seconds", "schedule"),
    [(0, "0 6 * * 1"), (60, "*/1 * * * *"), (300, "*/5 * * * *"), (3600, "0 * * * *")],
)
def test_a_schedule_is_written_as_cron_does(every_seconds: int, schedule: str) -> None:
    assert schedule_of(a_workload("job", WorkloadKind.CRON_JOB, every_seconds=every_seconds)) == schedule


@pytest.mark.parametrize(("minute", "second", "expected"), [(0, 0, 300), (4, 59, 1), (7, 30, 150), (59, 0, 60)])
def test_the_next_run_is_at_the_next_time_of_the_schedule(minute: int, second: int, expected: int) -> None:
    plan = a_workload("job", WorkloadKind.CRON_JOB, every_seconds=300)
    assert seconds_to_next_run(plan, datetime(2026, 11, 24, 12, minute, second, tzinfo=UTC)) == expected
