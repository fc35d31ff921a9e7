"""adapters.kubernetes.reflector: lists, watches, and going on where it was, against an API server on loopback."""

from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from anyio.lowlevel import checkpoint

from adapters.kubernetes.reflector_status import ReflectorState
from tests.support.api_answers import (
    Answer,
    error_line,
    with_status,
    with_stream,
)
from tests.support.api_client import QUICK, eventually
from tests.support.api_objects import a_pod
from tests.unit.adapters.kubernetes.following import a_server, following

LIVE = ReflectorState.LIVE
AFTER_AN_OUTAGE = replace(QUICK, backoff_longest_seconds=600.0, healthy_seconds=600.0)


async def test_it_lists_once_then_follows(tmp_path: Path) -> None:
    server = a_server("b", "a")
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
    server = a_server(*(f"web-{number:02}" for number in range(23)))
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=10, yield_every=3)) as following_:
        await following_.until(LIVE)
        assert len(following_.names) == 23
        assert [one.query.get("limit") for one in server.requests if one.verb == "list"] == ["10"] * 3
        assert sum(following_.pages) == 3


async def test_what_a_watch_is_asked_for(tmp_path: Path) -> None:
    server = a_server("a")
    timings = replace(QUICK, watch_shortest_seconds=300, watch_longest_seconds=600)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        query = next(one.query for one in server.requests if one.verb == "watch")
    assert query["allowWatchBookmarks"] == "true"
    assert query["resourceVersion"] == "101"
    assert 300 <= int(query["timeoutSeconds"]) <= 600


async def test_one_namespace_is_followed_alone(tmp_path: Path) -> None:
    server = a_server("a")
    server.put("pods", a_pod("other", "elsewhere"))
    async with following(server, tmp_path, namespace="shop") as following_:
        await following_.until(LIVE)
        server.put("pods", a_pod("more", "elsewhere"))
        server.put("pods", a_pod("b"))
        await following_.until_names("a", "b")
    assert {one.namespace for one in server.requests} == {"shop"}


async def test_a_bookmark_advances_the_version_and_nothing_else(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        before = following_.reflector.store.ordered()
        server.bookmark("pods")
        await eventually(lambda: following_.reflector.status().resource_version == str(server.version))
        assert following_.reflector.store.ordered() is before


async def test_an_event_that_changes_nothing_that_is_kept_changes_nothing(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        before = following_.reflector.store.ordered()
        server.put("pods", a_pod("a"))
        await eventually(lambda: following_.reflector.status().resource_version == str(server.version))
        assert following_.reflector.store.ordered() is before


async def test_a_watch_that_ends_as_asked_goes_on_where_it_was_without_a_pause(tmp_path: Path) -> None:
    server = a_server("a")
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
    server = a_server("a", "gone")
    server.fail(answer, verb="watch")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a", "gone"]
        assert following_.hooks.relists == ["start", "expired"]
        assert server.count("list") == 2


async def test_after_an_outage_a_version_that_is_too_old_is_no_second_outage(tmp_path: Path) -> None:
    """Pauses have grown long by then; that the version is too old says that the server is well again."""
    server = a_server("a")
    server.fail(with_status(410), verb="watch")
    async with following(server, tmp_path, timings=AFTER_AN_OUTAGE) as following_:
        following_.reflector._backoff.failures = 32
        following_.reflector._backoff.jitter = max
        await following_.until(LIVE)
        assert following_.hooks.relists == ["start", "expired"]


async def test_a_version_that_is_too_old_twice_in_a_row_is_waited_for_like_any_trouble(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_status(410), verb="watch", times=2)
    async with following(server, tmp_path, timings=AFTER_AN_OUTAGE) as following_:
        following_.reflector._backoff.failures = 32
        following_.reflector._backoff.jitter = max
        await eventually(lambda: server.count("watch") == 2)
        await following_.until(ReflectorState.BACKOFF)
        await anyio.sleep(10 * AFTER_AN_OUTAGE.backoff_first_seconds)
        assert (server.count("list"), server.count("watch")) == (2, 2)


async def test_a_relist_takes_away_what_vanished_while_nobody_watched(tmp_path: Path) -> None:
    server = a_server("a", "gone")
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
    server = a_server("a", "b", "c")
    server.fail(with_status(410), verb="watch")
    server.fail(with_status(500), verb="list", where=lambda one: "continue" in one.query and server.count("list") > 2)
    seen: set[tuple[str, ...]] = set()
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=2, yield_every=1)) as following_:
        while following_.hooks.relists.count("expired") < 2 or following_.reflector.state is not LIVE:
            seen.add(tuple(following_.names))
            await checkpoint()
    assert seen <= {(), ("a", "b", "c")}


async def test_a_relist_reads_only_what_it_does_not_know(tmp_path: Path) -> None:
    server = a_server("a", "b")
    server.fail(with_status(410), verb="watch")
    async with following(server, tmp_path) as following_:
        await eventually(lambda: len(following_.names) == 2)
        first = following_.reflector.store.ordered()
        await following_.until(LIVE)
        assert following_.hooks.relists == ["start", "expired"]
        assert following_.reflector.store.ordered() is first


async def test_pages_that_are_too_old_are_read_in_one_answer(tmp_path: Path) -> None:
    server = a_server("a", "b", "c")
    server.fail(with_status(410, "continue token too old"), where=lambda one: "continue" in one.query)
    async with following(server, tmp_path, timings=replace(QUICK, page_limit=2)) as following_:
        await following_.until(LIVE)
        assert following_.names == ["a", "b", "c"]
        lists = [one.query for one in server.requests if one.verb == "list"]
    assert [("limit" in query, "continue" in query) for query in lists] == [(True, False), (True, True), (False, False)]


async def test_a_reflector_that_is_run_again_lists_anew(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path) as following_:
        await following_.until(LIVE)
        server.compact()
        async with anyio.create_task_group() as group:
            await group.start(following_.reflector.run)
            await eventually(lambda: server.count("list") == 2)
            await following_.until(LIVE)
            assert following_.names == ["a"]
            group.cancel_scope.cancel()
