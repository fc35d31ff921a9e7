"""adapters.kubernetes.reflector: an API server that is overloaded, breaks off, or talks nonsense."""

import logging
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.reflector_status import ReflectorState
from tests.support.api_answers import (
    Answer,
    error_line,
    line,
    with_break,
    with_status,
    with_stream,
    with_text,
)
from tests.support.api_client import QUICK, eventually
from tests.support.api_objects import a_pod
from tests.unit.adapters.kubernetes.following import a_server, following

LIVE = ReflectorState.LIVE


async def test_watches_that_end_at_once_without_a_word_are_no_storm_of_requests(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_stream(), verb="watch", times=1_000_000)
    timings = replace(QUICK, backoff_first_seconds=0.05, backoff_longest_seconds=100)
    async with following(server, tmp_path, timings=timings) as following_:
        began = anyio.current_time()
        await eventually(lambda: server.count("watch") >= 5)
        # Full jitter: with a doubling bound, few fit into any time; a spinning client has thousands within it.
        took_seconds = anyio.current_time() - began
        assert len(server.requests) < 20 + 40 * took_seconds
        assert server.count("list") == pytest.approx(server.count("watch"), abs=1)
        assert set(following_.hooks.relists) == {"start", "short"}
        assert following_.names == ["a"]


async def test_a_watch_that_is_cut_off_early_without_a_word_goes_on_where_it_was_after_a_pause(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_stream(), verb="watch", times=3)
    async with following(server, tmp_path, timings=replace(QUICK, short_watch_seconds=0.0)) as following_:
        await eventually(lambda: server.open_watches == 1)
        assert following_.hooks.closes == ["silent"] * 3
        assert following_.names == ["a"]
    assert server.count("list") == 1


async def test_a_watch_that_repeats_itself_and_ends_is_no_storm_either(tmp_path: Path) -> None:
    server = a_server("a")
    bookmark = line("BOOKMARK", {"metadata": {"resourceVersion": "101"}})
    server.fail(with_stream(bookmark), verb="watch", times=1_000_000)
    timings = replace(QUICK, backoff_first_seconds=0.05, backoff_longest_seconds=100)
    async with following(server, tmp_path, timings=timings) as following_:
        began = anyio.current_time()
        await eventually(lambda: server.count("watch") >= 5)
        assert len(server.requests) < 20 + 40 * (anyio.current_time() - began)
        assert set(following_.hooks.closes) == {"short"}
    assert server.count("list") == 1


@pytest.mark.parametrize(
    "answer",
    [
        with_text(429, "Too many requests, please try again later.\n"),
        with_text(502, "<html>Bad Gateway</html>", content_type="text/html"),
        with_status(503),
        with_break(),
        with_stream(error_line(429)),
        with_stream(error_line(500, "etcd has no leader")),
    ],
)
async def test_trouble_that_passes_keeps_the_version_and_what_is_known(tmp_path: Path, answer: Answer) -> None:
    server = a_server("a")
    server.fail(answer, verb="watch", times=3)
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
        watches = [one.query["resourceVersion"] for one in server.requests if one.verb == "watch"]
        assert set(watches) == {"101"}
        assert len(watches) >= 3
    assert server.count("list") == 1


async def test_a_list_that_fails_is_tried_again(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_text(429, "slow down"), verb="list", times=2)
    server.fail(with_text(200, "<html>login</html>", content_type="text/html"), verb="list")
    server.fail(with_text(200, '{"kind":"PodList","items":[]}', content_type="application/json"), verb="list")
    server.fail(with_text(200, '{"metadata":{"resourceVersion":"1"},"items":[{"a', content_type="text/x"), verb="list")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
    assert server.count("list") == 6


async def test_an_overloaded_server_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_text(429, "slow down", retry_after="1"), verb="list")
    async with following(server, tmp_path) as following_:
        began = anyio.current_time()
        await following_.until(LIVE)
        assert anyio.current_time() - began >= 0.95


@pytest.mark.parametrize(
    "piece",
    [
        b"Too many requests, please try again later.\n",
        b"<html>Bad Gateway</html>\n",
        b"[]\n",
        error_line(0),
        error_line(410)[:-10],
    ],
)
async def test_a_stream_of_something_else_is_an_error_and_no_object(tmp_path: Path, piece: bytes) -> None:
    server = a_server("a")
    server.fail(with_stream(piece), verb="watch")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
        assert following_.hooks.skipped == []
        assert len(following_.hooks.closes) == 1


async def test_a_line_that_was_cut_comes_again(tmp_path: Path) -> None:
    server = a_server("a")
    pod = a_pod("b")
    pod["metadata"]["resourceVersion"] = "102"
    whole = line("ADDED", pod)
    timings = replace(QUICK, short_watch_seconds=0.0)
    server.fail(with_stream(whole[: len(whole) // 2]), verb="watch")
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        await eventually(lambda: following_.hooks.closes == ["cut"])
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
    assert server.count("list") == 1


async def test_a_silent_watch_is_ended_by_the_watchdog(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_stream(then=anyio.sleep_forever), verb="watch")
    timings = replace(QUICK, watch_shortest_seconds=0.02, watch_longest_seconds=0.02, watch_slack_seconds=0.05)
    async with following(server, tmp_path, timings=timings) as following_:
        await eventually(lambda: "unavailable" in following_.hooks.closes)
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")


async def test_an_odd_object_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = a_server("a")
    server.put("pods", {**a_pod("odd"), "spec": 7})
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
        server.put("pods", {**a_pod("a"), "spec": "nonsense"})
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
        assert following_.reflector.status().skipped == 2
        assert following_.hooks.skipped == ["Pod", "Pod"]
    left_out = [record.__dict__ for record in caplog.records if "left out" in record.getMessage()]
    assert [one["object"] for one in left_out] == ["shop/odd", "shop/a"]


async def test_events_without_meaning_are_counted_and_ignored(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        server.say("pods", "EXPLODED", {"metadata": {"resourceVersion": "102"}})
        server.say("pods", "BOOKMARK", {})
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
        assert following_.hooks.events == ["unknown", "BOOKMARK", "ADDED"]


async def test_trouble_is_told_once_and_so_is_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = a_server("a")
    server.fail(with_status(503), verb="list", times=5)
    server.fail(with_stream(), verb="watch", times=5)
    async with following(server, tmp_path) as following_:
        await eventually(lambda: server.open_watches == 1)
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
    told = [record.getMessage() for record in caplog.records if record.name == "adapters.kubernetes.reflector"]
    assert told == ["kind is not followed", "kind is followed again"]


async def test_where_versions_went_backwards_a_known_version_is_read_again(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        # From a backup: the same version of the same object, and not what it was.
        server.get("pods", "a", "shop")["metadata"]["labels"] = {"from": "backup"}
        late = a_pod("b")
        late["metadata"]["resourceVersion"] = "1"
        server.say("pods", "ADDED", late)
        await eventually(lambda: server.count("list") == 2 and following_.reflector.state is LIVE)
        (pod,) = following_.reflector.store.ordered()
        assert pod.labels == {"from": "backup"}
        assert following_.hooks.relists == ["start", "reversed"]
