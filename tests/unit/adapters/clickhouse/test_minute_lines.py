"""Minutes are told or read, each once, and forgotten when nobody draws them any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import pytest

from adapters.clickhouse.minute_lines import MinuteLines


@dataclass(frozen=True)
class Dot:
    timestamp: datetime
    value: int = 0


def dots(minutes: range, value: int = 0) -> list[Dot]:
    return [Dot(datetime.fromtimestamp(minute * 60, UTC), value) for minute in minutes]


class Reading:
    """What is read where nobody told."""

    def __init__(self) -> None:
        self.asked: list[range] = []

    async def __call__(self, minutes: range) -> Mapping[str, Sequence[Dot]]:
        self.asked.append(minutes)
        return {"web": dots(minutes, 7)}


async def test_what_nobody_told_is_read_once() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    assert await lines.read(range(100, 160), reading) == {"web": tuple(dots(range(100, 160), 7))}
    lines.learn({"web": dots(range(158, 161), 9)}, range(158, 161))
    told = (await lines.read(range(101, 161), reading))["web"]
    assert reading.asked == [range(100, 160)]
    assert [dot.value for dot in told[-4:]] == [7, 9, 9, 9], "the newest telling of a minute counts"


async def test_a_minute_that_has_just_ended_waits_for_who_tells_it_and_two_do_not() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    lines.learn({"web": dots(range(100, 160))}, range(100, 160))
    assert len((await lines.read(range(101, 161), reading))["web"]) == 59
    assert reading.asked == []
    assert len((await lines.read(range(102, 162), reading))["web"]) == 60
    assert reading.asked == [range(160, 162)]


async def test_a_told_minute_without_points_is_known_to_be_empty() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    lines.learn({}, range(100, 160))
    assert await lines.read(range(100, 160), reading) == {}
    assert reading.asked == []


async def test_points_outside_of_what_was_told_are_left_out() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    lines.learn({"web": dots(range(90, 170))}, range(100, 160))
    assert (await lines.read(range(100, 160), reading))["web"] == tuple(dots(range(100, 160)))


async def test_old_minutes_are_forgotten_and_a_clock_that_is_set_back_does_no_harm() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    for first in range(0, 10_000, 5):
        lines.learn({"web": dots(range(first, first + 5))}, range(first, first + 5))
    assert await lines.read(range(100, 160), reading) == {"web": tuple(dots(range(100, 160), 7))}
    assert reading.asked == [range(100, 160)]


async def test_who_wants_the_lines_waits_for_who_is_about_to_tell() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()
    lines.learn({}, range(100, 150))

    async def tell() -> None:
        async with lines.reading:
            await anyio.sleep(0.05)
            lines.learn({"web": dots(range(150, 160), 3)}, range(150, 160))

    async with anyio.create_task_group() as group:
        group.start_soon(tell)
        await anyio.wait_all_tasks_blocked()
        told = await lines.read(range(100, 160), reading)
    assert reading.asked == []
    assert [dot.value for dot in told["web"]] == [3] * 10


async def test_a_reading_that_fails_leaves_its_minutes_to_be_read() -> None:
    lines, reading = MinuteLines[str, Dot](), Reading()

    async def fail(minutes: range) -> Mapping[str, Sequence[Dot]]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await lines.read(range(100, 160), fail)
    assert len((await lines.read(range(100, 160), reading))["web"]) == 60
