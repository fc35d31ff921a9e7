"""What simulated programs write: the same every time it is read, newest first."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from adapters.memory.world.log_lines import lines_back

START = datetime(2026, 1, 1, tzinfo=UTC)
CONTAINERS = ["web", "payments", "notifications", "postgres", "redis", "clickhouse", "coredns", "traefik"]
CONTAINERS += ["linkerd-proxy", "backup", "etcd", "kube-proxy", "something-else"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_lines_go_back_to_the_start_and_are_the_same_when_they_are_read_again(container: str) -> None:
    end = START + timedelta(minutes=5)
    lines = list(lines_back(container, "shop/web-1", START, end))
    assert lines == list(lines_back(container, "shop/web-1", START, end))
    assert all(newer.moment >= older.moment for newer, older in pairwise(lines))
    assert lines[-1].moment == START
    assert len(lines) > 5
    assert all(line.text and "\n" not in line.text and "{n}" not in line.text for line in lines)


def test_what_is_written_later_does_not_change_what_was_written_before() -> None:
    before = list(lines_back("web", "shop/web-1", START, START + timedelta(minutes=1)))
    after = list(lines_back("web", "shop/web-1", START, START + timedelta(minutes=2)))
    assert after[-len(before) :] == before


def test_two_replicas_do_not_write_the_same() -> None:
    end = START + timedelta(minutes=1)
    assert list(lines_back("web", "shop/web-1", START, end)) != list(lines_back("web", "shop/web-2", START, end))


def test_the_last_words_of_a_crash_come_last() -> None:
    end = START + timedelta(seconds=9)
    (last,) = islice(lines_back("notifications", "shop/n-1", START, end, "panic: no such host"), 1)
    assert (last.moment, last.text) == (end, "panic: no such host")
