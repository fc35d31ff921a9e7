"""Events: the same words are the same Event, kept for an hour after it was last seen, and never too many."""

from dataclasses import replace
from datetime import timedelta

from adapters.memory.world.event_log import KUBELET, SCHEDULER, EventLog, Words
from domain.cluster.events import MOST_EVENTS, ResourceRef
from tests.unit.adapters.memory.world.builders import NOW

WORDS = Words(
    about=ResourceRef(kind="Pod", namespace="shop", name="web-1", uid="u1"),
    writer=KUBELET,
    reason="Started",
    message="Started container web",
    node="n1",
)
MINUTE = timedelta(minutes=1)


def a_log() -> tuple[EventLog, set[tuple[str, str]]]:
    changed: set[tuple[str, str]] = set()
    return EventLog(1, changed), changed


def test_the_same_words_are_one_event_that_counts() -> None:
    log, changed = a_log()
    log.write(WORDS, NOW)
    (key,) = changed
    changed.clear()
    log.write(WORDS, NOW + MINUTE, times=3)
    assert changed == {key} == log.kept.keys()
    event = log.kept[key]
    assert (event.count, event.first_timestamp, event.last_timestamp) == (4, NOW, NOW + MINUTE)
    assert (event.namespace, event.node_name, event.source, event.is_warning) == ("shop", "n1", "kubelet", False)
    assert event.name.startswith("web-1.")


def test_other_words_are_another_event() -> None:
    log, _ = a_log()
    for words in (WORDS, replace(WORDS, message="else"), replace(WORDS, is_warning=True), replace(WORDS, node="n2")):
        log.write(words, NOW)
    assert len(log.kept) == 4
    assert len({event.uid for event in log.kept.values()}) == 4


def test_what_has_happened_for_long_says_since_when() -> None:
    log, _ = a_log()
    log.write(WORDS, NOW, times=200, since=NOW - 90 * MINUTE)
    (event,) = log.kept.values()
    assert (event.count, event.first_timestamp, event.created_at) == (200, NOW - 90 * MINUTE, NOW - 90 * MINUTE)


def test_an_event_is_forgotten_an_hour_after_it_was_last_seen_and_then_is_a_new_one() -> None:
    log, changed = a_log()
    log.write(WORDS, NOW)
    log.write(WORDS, NOW + 30 * MINUTE)
    ((key, event),) = log.kept.items()
    log.sweep(NOW + 89 * MINUTE, 10.0)
    assert log.kept
    changed.clear()
    log.sweep(NOW + 90 * MINUTE, 20.0)
    assert log.kept == {}
    assert changed == {key}
    log.write(WORDS, NOW + 91 * MINUTE)
    (again,) = log.kept.values()
    assert again.count == 1
    assert again.uid != event.uid


def test_between_two_sweeps_nothing_is_looked_at() -> None:
    log, _ = a_log()
    log.write(WORDS, NOW)
    log.sweep(NOW + 120 * MINUTE, 11.0)
    assert log.kept


def test_too_many_are_cut_at_once_and_warnings_stay() -> None:
    log, _ = a_log()
    for number in range(MOST_EVENTS + 5):
        log.write(replace(WORDS, message=str(number), is_warning=number < 7), NOW)
    log.sweep(NOW, 11.0)
    assert len(log.kept) == MOST_EVENTS
    assert sum(event.is_warning for event in log.kept.values()) == 7


def test_new_writers_know_the_microsecond_and_what_is_in_no_namespace_is_told_in_default() -> None:
    log, _ = a_log()
    log.write(replace(WORDS, writer=SCHEDULER, about=ResourceRef(kind="Node", name="n1")), NOW)
    (event,) = log.kept.values()
    assert event.last_timestamp is not None
    assert event.last_timestamp.microsecond != 0
    assert NOW - event.last_timestamp < timedelta(seconds=1)
    assert event.namespace == "default"
    log.write(WORDS, NOW + timedelta(milliseconds=1500))
    assert [one.last_timestamp for one in log.kept.values()][-1] == NOW + timedelta(seconds=1)


def test_what_nobody_would_have_kept_is_not_remembered() -> None:
    log, _ = a_log()
    assert log.is_remembered(NOW - 30 * MINUTE, NOW)
    assert not log.is_remembered(NOW - 60 * MINUTE, NOW)
