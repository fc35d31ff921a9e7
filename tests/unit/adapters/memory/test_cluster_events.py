"""The Events of the in-memory cluster: old and new writers, repetitions, and an end to all of them."""

from datetime import timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.life import Life
from adapters.memory.world.scenario import SMALL_CLUSTER
from adapters.memory.world.views import Views
from domain.cluster.events import EVENT_LIFETIME, MOST_EVENTS, Event
from tests.unit.adapters.memory.living import living
from tests.unit.adapters.memory.world.builders import NOW

THREE_HOURS_SECONDS = 3 * 3600


def test_over_three_hours_events_come_and_go_and_never_grow_without_end() -> None:
    life = Life(SMALL_CLUSTER, 1, NOW)
    views = Views(life.world)
    sizes: list[int] = []
    for second in range(1, THREE_HOURS_SECONDS + 1):
        life.step(NOW + timedelta(seconds=second))
        if second % 600 == 0:
            events = views.of(Event)
            sizes.append(len(events))
            seen_at = [event.last_timestamp for event in events if event.last_timestamp is not None]
            assert life.world.now - min(seen_at) <= EVENT_LIFETIME
            assert max(seen_at) <= life.world.now
    assert max(sizes) < MOST_EVENTS / 2
    # From the second hour on as many go as come.
    assert max(sizes[7:]) < 1.5 * min(sizes[7:])
    assert len(life.world.events._by_words) == len(life.world.events._words) == sizes[-1]


async def test_old_writers_stamp_seconds_and_new_ones_fractions() -> None:
    async with living() as (cluster, clock):
        await clock.advance(600)
        events = cluster.read(Event).objects
        assert {event.source for event in events} >= {
            "kubelet",
            "default-scheduler",
            "deployment-controller",
            "replicaset-controller",
            "job-controller",
            "cronjob-controller",
            "persistentvolume-controller",
        }
        for event in events:
            assert event.last_timestamp is not None
            assert (event.last_timestamp.microsecond != 0) is (event.source == "default-scheduler")
            assert bool(event.node_name) is (event.source == "kubelet")
            assert event.namespace == (event.involved_object.namespace or "default")
        assert len({event.uid for event in events}) == len(events)


async def test_everything_that_happens_in_ten_minutes_is_told() -> None:
    async with living() as (cluster, clock):
        await clock.advance(600)
        reasons = {event.reason for event in cluster.read(Event).objects}
        assert reasons >= {
            "BackOff",
            "BackoffLimitExceeded",
            "Completed",
            "Created",
            "Failed",
            "FailedScheduling",
            "Killing",
            "ProvisioningFailed",
            "Pulled",
            "Pulling",
            "SawCompletedJob",
            "ScalingReplicaSet",
            "Scheduled",
            "Started",
            "SuccessfulCreate",
            "SuccessfulDelete",
            "Unhealthy",
        }
        assert any(reason.startswith("Node") for reason in reasons)


async def test_what_repeats_is_one_event_that_counts() -> None:
    async with living() as (cluster, clock):

        def backing_off() -> dict[str, Event]:
            found = [event for event in cluster.read(Event).objects if event.reason == "BackOff"]
            return {event.message: event for event in found}

        before = backing_off()
        await clock.advance(900)
        after = backing_off()
        for message, event in before.items():
            assert after[message].count > event.count
            assert after[message].first_timestamp == event.first_timestamp
            assert (after[message].name, after[message].uid) == (event.name, event.uid)


@pytest.mark.parametrize(
    ("reason", "about"),
    [
        ("BackOff", "notifications"),
        ("Failed", "promotions"),
        ("FailedScheduling", "recommendations"),
        ("ProvisioningFailed", "order-exports"),
    ],
)
def test_what_does_not_work_when_the_world_begins_has_been_told_for_long(reason: str, about: str) -> None:
    events = InMemoryCluster(ManualClock()).read(Event).objects
    found = [one for one in events if one.reason == reason and one.involved_object.name.startswith(about)]
    assert found
    for event in found:
        assert event.is_warning
        assert event.count > 10
        assert event.first_timestamp is not None
        assert event.last_timestamp is not None
        assert event.last_timestamp - event.first_timestamp > timedelta(hours=1)
