"""adapters.kubernetes.reflector: every state and every rule, against an API server on loopback."""

import logging
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from anyio.lowlevel import checkpoint

from adapters.kubernetes.reflector import ReflectorState
from tests.support.api_answers import (
    Answer,
    error_line,
    line,
    with_break,
    with_status,
    with_stream,
    with_text,
)
from tests.support.api_client import QUICK, eventually, write_kubeconfig
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.unit.adapters.kubernetes.following import following

LIVE, BACKOFF = ReflectorState.LIVE, ReflectorState.BACKOFF
FORBIDDEN, ABSENT = ReflectorState.FORBIDDEN, ReflectorState.ABSENT


def _server(*names: str) -> ApiServer:
    server = ApiServer()
    for name in names:
        server.put("pods", a_pod(name))
    return server


async def test_it_lists_once_then_follows(tmp_path: Path) -> None:
    server = _server("b", "a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a", "b"]
        server.put("pods", a_pod("c"))
        await following_.until_names("a", "b", "c")
        server.put("pods", a_pod("a", phase="Failed"))
        await eventually(lambda: following_.reflector.store.ordered()[0].status.phase == "Failed")
        server.delete("pods", "b", "shop")
        await following_.until_names("a", "c")
        assert (server.count("list", "pods"), server.count("watch", "pods")) == (1, 1)
        assert following_.hooks.events == ["ADDED", "MODIFIED", "DELETED"]
        status = following_.reflector.status()
    assert status.state is LIVE
    assert status.resource_version == str(server.version)
    assert status.objects == 2
    assert status.relists == status.watch_closes == status.skipped == 0
    assert status.synced_at is not None
    assert status.seen_at is not None
    assert status.seen_at >= status.synced_at
    assert status.last_error == ""


async def test_a_list_comes_in_pages(tmp_path: Path) -> None:
    server = _server(*(f"web-{number:02}" for number in range(23)))
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=10, yield_every=3)) as following_:
        await following_.until(LIVE)
        assert len(following_.names) == 23
        assert [one.query.get("limit") for one in server.requests if one.verb == "list"] == ["10"] * 3
        assert sum(following_.pages) == 3


async def test_what_a_watch_is_asked_for(tmp_path: Path) -> None:
    server = _server("a")
    timings = replace(QUICK, watch_shortest_seconds=300, watch_longest_seconds=600)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        query = next(one.query for one in server.requests if one.verb == "watch")
    assert query["allowWatchBookmarks"] == "true"
    assert query["resourceVersion"] == "101"
    assert 300 <= int(query["timeoutSeconds"]) <= 600


async def test_one_namespace_is_followed_alone(tmp_path: Path) -> None:
    server = _server("a")
    server.put("pods", a_pod("other", "elsewhere"))
    async with following(server, tmp_path, namespace="shop") as following_:
        await following_.until(LIVE)
        server.put("pods", a_pod("more", "elsewhere"))
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
    assert {one.namespace for one in server.requests} == {"shop"}


async def test_a_bookmark_advances_the_version_and_nothing_else(tmp_path: Path) -> None:
    server = _server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        before = following_.reflector.store.ordered()
        server.bookmark("pods")
        await eventually(lambda: following_.reflector.status().resource_version == str(server.version))
        assert following_.reflector.store.ordered() is before


async def test_an_event_that_changes_nothing_that_is_kept_changes_nothing(tmp_path: Path) -> None:
    server = _server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        before = following_.reflector.store.ordered()
        server.put("pods", a_pod("a"))
        await eventually(lambda: following_.reflector.status().resource_version == str(server.version))
        assert following_.reflector.store.ordered() is before


async def test_a_watch_that_ends_as_asked_goes_on_where_it_was_without_a_pause(tmp_path: Path) -> None:
    server = _server("a")
    timings = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        server.put("pods", a_pod("b"))
        await eventually(lambda: server.count("watch") >= 2)
        await following_.until(LIVE)
        assert following_.names == ["a", "b"]
        assert following_.hooks.closes == ["ended"]
        assert [one.query["resourceVersion"] for one in server.requests if one.verb == "watch"] == ["101", "102"]
    assert server.count("list") == 1


@pytest.mark.parametrize(
    "answer", [with_status(410, "too old"), with_stream(error_line(410, "too old resource version"))]
)
async def test_410_lists_this_kind_again_whichever_way_it_comes(tmp_path: Path, answer: Answer) -> None:
    server = _server("a", "gone")
    server.fail(answer, verb="watch")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a", "gone"]
        assert following_.hooks.relists == ["start", "expired"]
        assert server.count("list") == 2


async def test_a_relist_takes_away_what_vanished_while_nobody_watched(tmp_path: Path) -> None:
    server = _server("a", "gone")
    release = anyio.Event()
    server.fail(with_stream(error_line(410), then=release.wait), verb="watch")

    async def answered_late() -> None:
        await release.wait()

    server.fail(with_stream(b"", then=answered_late), verb="list", where=lambda _: server.count("list") == 2)
    async with following(server, tmp_path) as following_:
        await eventually(lambda: server.count("list") == 2)
        server.forget("pods", "gone", "shop")
        # The second list hangs and then breaks: until a list is whole, what is known stays.
        assert following_.names == ["a", "gone"]
        release.set()
        await following_.until_names("a")


async def test_half_a_list_is_never_seen(tmp_path: Path) -> None:
    server = _server("a", "b", "c")
    server.fail(with_status(410), verb="watch")
    server.fail(with_status(500), verb="list", where=lambda one: "continue" in one.query and server.count("list") > 2)
    seen: set[tuple[str, ...]] = set()
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=2, yield_every=1)) as following_:
        while following_.hooks.relists.count("expired") < 2 or following_.reflector.state is not LIVE:
            seen.add(tuple(following_.names))
            await checkpoint()
    assert seen <= {(), ("a", "b", "c")}


async def test_a_relist_reads_only_what_it_does_not_know(tmp_path: Path) -> None:
    server = _server("a", "b")
    server.fail(with_status(410), verb="watch")
    async with following(server, tmp_path) as following_:
        await eventually(lambda: len(following_.names) == 2)
        first = following_.reflector.store.ordered()
        await following_.until(LIVE)
        assert following_.hooks.relists == ["start", "expired"]
        assert following_.reflector.store.ordered() is first


async def test_pages_that_are_too_old_are_read_in_one_answer(tmp_path: Path) -> None:
    server = _server("a", "b", "c")
    server.fail(with_status(410, "continue token too old"), where=lambda one: "continue" in one.query)
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=2)) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a", "b", "c"]
        lists = [one.query for one in server.requests if one.verb == "list"]
    assert [("limit" in query, "continue" in query) for query in lists] == [(True, False), (True, True), (False, False)]


async def test_watches_that_end_at_once_without_a_word_are_no_storm_of_requests(tmp_path: Path) -> None:
    server = _server("a")
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
    server = _server("a")
    server.fail(with_stream(), verb="watch", times=3)
    async with following(server, tmp_path, timings=replace(QUICK, short_watch_seconds=0.0)) as following_:
        await eventually(lambda: server.open_watches == 1)
        assert following_.hooks.closes == ["silent"] * 3
        assert following_.names == ["a"]
    assert server.count("list") == 1


async def test_a_watch_that_repeats_itself_and_ends_is_no_storm_either(tmp_path: Path) -> None:
    server = _server("a")
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
    server = _server("a")
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
    server = _server("a")
    server.fail(with_text(429, "slow down"), verb="list", times=2)
    server.fail(with_text(200, "<html>login</html>", content_type="text/html"), verb="list")
    server.fail(with_text(200, '{"kind":"PodList","items":[]}', content_type="application/json"), verb="list")
    server.fail(with_text(200, '{"metadata":{"resourceVersion":"1"},"items":[{"a', content_type="text/x"), verb="list")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
    assert server.count("list") == 6


async def test_an_overloaded_server_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    server = _server("a")
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
    server = _server("a")
    server.fail(with_stream(piece), verb="watch")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a"]
        assert following_.hooks.skipped == []
        assert len(following_.hooks.closes) == 1


async def test_a_line_that_was_cut_comes_again(tmp_path: Path) -> None:
    server = _server("a")
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
    server = _server("a")
    server.fail(with_stream(then=anyio.sleep_forever), verb="watch")
    timings = replace(QUICK, watch_shortest_seconds=0.02, watch_longest_seconds=0.02, watch_slack_seconds=0.05)
    async with following(server, tmp_path, timings=timings) as following_:
        await eventually(lambda: "unavailable" in following_.hooks.closes)
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")


async def test_a_token_that_rotates_is_not_noticed(tmp_path: Path) -> None:
    server = _server("a")
    timings = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        server.token = "token-2"
        write_kubeconfig(tmp_path / "kubeconfig", server.url, "token-2")
        await eventually(lambda: server.headers[-1]["Authorization"] == "Bearer token-2")
        await following_.until(LIVE)
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
        assert following_.reflector.status().last_error == ""
    assert server.count("list") == 1


async def test_a_kind_that_may_not_be_read_is_forbidden_until_it_may(tmp_path: Path) -> None:
    server = _server("a")
    server.denied = {("list", "pods"), ("watch", "pods")}
    async with following(server, tmp_path) as following_:
        await following_.until(FORBIDDEN)
        await eventually(lambda: server.count("create", "selfsubjectaccessreviews") >= 3)
        # It asks instead of trying: a denied try stands in the cluster's audit log.
        assert server.count("list", "pods") == 1
        assert following_.reflector.status().right == "get, list, watch on pods"
        assert following_.names == []
        server.denied = {("watch", "pods")}
        asked = server.count("create")
        await eventually(lambda: server.count("create") >= asked + 2)
        assert server.count("list", "pods") == 1
        server.denied = set()
        await following_.until(LIVE)
        assert following_.names == ["a"]
        assert following_.hooks.relists == ["start", "granted"]


async def test_a_server_that_answers_no_questions_is_tried(tmp_path: Path) -> None:
    server = _server("a")
    server.denied = {("list", "pods")}
    server.absent = {"selfsubjectaccessreviews"}
    async with following(server, tmp_path) as following_:
        await following_.until(FORBIDDEN)
        await eventually(lambda: server.count("list", "pods") >= 3)
        server.denied = set()
        await following_.until(LIVE)
        assert following_.names == ["a"]


async def test_where_a_right_is_likely_to_be_missing_it_asks_before_it_tries(tmp_path: Path) -> None:
    server = _server("a")
    server.denied = {("list", "pods")}
    async with following(server, tmp_path, ask_first=True) as following_:
        await following_.until(FORBIDDEN)
        assert server.count("list", "pods") == 0
        server.denied = set()
        await following_.until(LIVE)


async def test_a_right_that_is_taken_away_empties_the_kind_after_a_moment_of_doubt(tmp_path: Path) -> None:
    server = _server("a")
    timings = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        server.denied = {("list", "pods"), ("watch", "pods")}
        server.put("pods", a_pod("b"))
        # The open watch goes on: that is how the API works.
        await following_.until_names("a", "b")
        await following_.until(BACKOFF)
        assert following_.names == ["a", "b"]
        await following_.until(FORBIDDEN)
        assert following_.names == []


async def test_a_refusal_that_passes_costs_nothing(tmp_path: Path) -> None:
    server = _server("a")
    server.fail(with_status(403, "the server is starting"), verb="watch", times=2)
    timings = replace(QUICK, refusal_grace_seconds=60)
    async with following(server, tmp_path, timings=timings) as following_:
        await eventually(lambda: following_.reflector.is_synced)
        await following_.until(LIVE)
        assert following_.names == ["a"]
    assert server.count("list") == 1


async def test_a_kind_that_is_not_served_is_absent_until_it_is(tmp_path: Path) -> None:
    server = _server("a")
    server.absent = {"pods"}
    async with following(server, tmp_path) as following_:
        await following_.until(ABSENT)
        server.absent = set()
        await following_.until(LIVE)
        assert following_.names == ["a"]
        assert following_.hooks.relists[-1] == "served"


async def test_an_odd_object_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = _server("a")
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


async def test_a_line_that_is_too_long_is_skipped_and_the_watch_goes_on(tmp_path: Path) -> None:
    server = _server("a")
    huge = a_pod("huge")
    huge["metadata"]["annotations"] = {"note": "x" * (17 * 1024 * 1024)}
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        server.put("pods", huge)
        server.put("pods", a_pod("z"))
        await following_.until_names("a", "z")
        assert following_.reflector.status().skipped == 1
        assert following_.hooks.closes == []


async def test_separators_of_lines_in_a_text_are_no_separators_of_events(tmp_path: Path) -> None:
    server = _server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        pod = a_pod("b")
        pod["metadata"]["annotations"] = {"note": "one\u0085two\u2028three"}
        server.put("pods", pod)
        await following_.until_names("a", "b")
        assert following_.reflector.store.ordered()[1].annotations["note"] == "one\u0085two\u2028three"


async def test_events_without_meaning_are_counted_and_ignored(tmp_path: Path) -> None:
    server = _server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        server.say("pods", "EXPLODED", {"metadata": {"resourceVersion": "500"}})
        server.say("pods", "BOOKMARK", {})
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
        assert following_.hooks.events == ["unknown", "BOOKMARK", "ADDED"]


async def test_trouble_is_told_once_and_so_is_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = _server("a")
    server.fail(with_status(503), verb="list", times=5)
    server.fail(with_stream(), verb="watch", times=5)
    async with following(server, tmp_path) as following_:
        await eventually(lambda: server.open_watches == 1)
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
    told = [record.getMessage() for record in caplog.records if record.name == "adapters.kubernetes.reflector"]
    assert told == ["kind is not followed", "kind is followed again"]


async def test_a_reflector_that_is_run_again_lists_anew(tmp_path: Path) -> None:
    server = _server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        server.compact()
        async with anyio.create_task_group() as group:
            await group.start(following_.reflector.run)
            await eventually(lambda: server.count("list") == 2)
            await following_.until(LIVE)
            assert following_.names == ["a"]
            group.cancel_scope.cancel()
