"""Planned failures happen when they were planned for, and only there."""

import pytest

from adapters.memory.failures import PlannedFailures
from ports.errors import NotFound, Unavailable

DOWN = Unavailable("push", "down")
GONE = NotFound("push", "gone")


def test_nothing_fails_unless_it_was_planned() -> None:
    PlannedFailures(["push"]).meet("push")


def test_the_next_calls_fail_in_the_order_of_the_plans_and_then_no_more() -> None:
    failures = PlannedFailures(["push", "poll"])
    failures.fail_next("push", DOWN, times=2)
    failures.fail_next("push", GONE)
    for error in (DOWN, DOWN, GONE):
        failures.meet("poll")
        with pytest.raises(type(error)) as caught:
            failures.meet("push")
        assert caught.value is error
    failures.meet("push")


def test_a_lasting_failure_ends_when_told() -> None:
    failures = PlannedFailures(["push"])
    failures.fail_until_told("push", DOWN)
    for _ in range(3):
        with pytest.raises(Unavailable):
            failures.meet("push")
    failures.fail_until_told("push", None)
    failures.meet("push")


def test_a_plan_for_what_does_not_exist_is_a_mistake() -> None:
    failures = PlannedFailures(["push", "poll"])
    with pytest.raises(ValueError, match="no operation 'pusch'; there are poll, push"):
        failures.fail_next("pusch", DOWN)
    with pytest.raises(ValueError, match="no operation"):
        failures.fail_until_told("pusch", None)
