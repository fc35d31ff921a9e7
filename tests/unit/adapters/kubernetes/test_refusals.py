"""adapters.kubernetes.refusals: which refusals are believed, and when; what is not believed never empties a kind."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from aiohttp import web
from anyio.lowlevel import checkpoint

from adapters.kubernetes.kinds import PODS
from adapters.kubernetes.reflector_status import ReflectorState
from tests.support.api_answers import Answer, Request, with_status, with_text
from tests.support.api_client import QUICK, eventually
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.unit.adapters.kubernetes.following import Following, a_server, following

LIVE = ReflectorState.LIVE
BACKOFF = ReflectorState.BACKOFF
FORBIDDEN = ReflectorState.FORBIDDEN
ABSENT = ReflectorState.ABSENT
FOR_EVER = 1_000_000
PATIENT = replace(QUICK, refusal_grace_seconds=60.0)
RESTLESS = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
"""Watches end after a second, so that what has changed in rights and routes is noticed."""
GADGETS = replace(PODS, group="example.io")
"""A kind of a group that a cluster may lack."""
PLAIN_404 = with_text(404, "404 page not found\n")


def refuse(server: ApiServer, answer: Answer) -> None:
    for verb in ("list", "watch"):
        server.fail(answer, verb=verb, plural="pods", times=FOR_EVER)


def reviews(server: ApiServer) -> int:
    return server.count("create", "selfsubjectaccessreviews")


async def stays(following_: Following, condition: Callable[[], bool], tries: int = 5) -> None:
    """The condition holds at every moment while so many requests more are made."""
    begun = len(following_.server.requests)
    with anyio.fail_after(10):
        while len(following_.server.requests) < begun + tries:
            assert condition()
            await anyio.sleep(0.001)


async def test_a_first_refusal_is_believed_at_once_when_a_review_agrees_and_something_can_be_read(
    tmp_path: Path,
) -> None:
    server = a_server("a")
    server.denied = {("list", "pods"), ("watch", "pods")}
    async with following(server, tmp_path, timings=PATIENT) as following_:
        await following_.until(FORBIDDEN)
        assert (server.count("list", "pods"), reviews(server)) == (1, 2)


async def test_a_kind_that_may_be_listed_and_not_watched_does_not_appear_and_vanish_again(tmp_path: Path) -> None:
    server = a_server("a")
    server.denied = {("watch", "pods")}
    async with following(server, tmp_path, timings=PATIENT) as following_:
        await following_.until(FORBIDDEN)
        assert (server.count("list", "pods"), server.count("watch", "pods")) == (1, 1)
        assert following_.names == []


async def test_a_refusal_that_comes_in_pieces_is_read_as_a_whole(tmp_path: Path) -> None:
    server = a_server("a")
    server.denied = {("list", "pods"), ("watch", "pods")}

    async def in_pieces(request: Request) -> web.StreamResponse:
        response = web.StreamResponse(status=403)
        await response.prepare(request.http)
        for piece in (b'{"kind":"Sta', b'tus","code":403,', b'"message":"pods is forbidden"}'):
            await response.write(piece)
            await anyio.sleep(0.005)
        return response

    refuse(server, in_pieces)
    async with following(server, tmp_path, timings=PATIENT) as following_:
        await following_.until(FORBIDDEN)
        assert "pods is forbidden" in following_.reflector.status().last_error


async def test_while_nothing_at_all_can_be_read_a_first_refusal_is_doubted_until_it_has_lasted(tmp_path: Path) -> None:
    server = a_server("a")
    server.denied = {("list", "pods"), ("watch", "pods")}
    timings = replace(QUICK, refusal_grace_seconds=0.4)
    async with following(server, tmp_path, timings=timings, is_anything_read=False) as following_:
        await following_.until(BACKOFF)
        began = anyio.current_time()
        await following_.until(FORBIDDEN)
        assert anyio.current_time() - began >= 0.3
        # Meanwhile it asks instead of trying: a denied try stands in the cluster's audit log.
        assert server.count("list", "pods") == 1


async def test_a_server_that_does_not_know_its_roles_yet_empties_no_kind(tmp_path: Path) -> None:
    server = a_server("a")
    server.fail(with_status(403, "not yet"), times=12)
    async with following(server, tmp_path, timings=PATIENT) as following_:
        await following_.until(BACKOFF)
        while following_.reflector.state is not LIVE:
            assert following_.reflector.state is not FORBIDDEN
            await checkpoint()
        assert following_.names == ["a"]


async def test_two_refusals_that_are_far_apart_are_not_one_that_lasts(tmp_path: Path) -> None:
    server = a_server("a")
    timings = replace(RESTLESS, refusal_grace_seconds=0.2)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        for _ in range(8):
            server.fail(with_status(403, "starting"), plural="pods", times=1)
            server.fail(with_status(503, "starting"), plural="pods", times=1)
        await eventually(lambda: server.count("watch") + server.count("list") >= 15)
        assert following_.reflector.state is not FORBIDDEN
        assert following_.names == ["a"]
        await following_.until(LIVE)


@pytest.mark.parametrize(
    "answer",
    [
        with_text(403, "RBAC: access denied"),
        with_text(403, '{"error":"denied by policy"}', content_type="application/json"),
        PLAIN_404,
        with_text(404, "default backend - 404"),
        with_text(404, '{"message":"no route"}', content_type="application/json"),
    ],
    ids=["plain 403", "JSON 403", "plain 404", "backend 404", "JSON 404"],
)
@pytest.mark.parametrize("was_read", [True, False])
async def test_what_something_on_the_way_says_about_a_core_kind_is_never_believed(
    tmp_path: Path, answer: Answer, was_read: bool
) -> None:
    server = a_server("a")
    timings = replace(RESTLESS, refusal_grace_seconds=0.01)
    if not was_read:
        refuse(server, answer)
    async with following(server, tmp_path, timings=timings) as following_:
        if was_read:
            await following_.until(LIVE)
            refuse(server, answer)
        await following_.until(BACKOFF)
        unreadable = {FORBIDDEN, ABSENT}
        expected = ["a"] if was_read else []
        await stays(
            following_, lambda: following_.reflector.state not in unreadable and following_.names == expected, tries=10
        )
        assert following_.reflector.is_synced is was_read
        server.faults.clear()
        await following_.until(LIVE)
        assert following_.names == ["a"]


async def test_a_core_kind_that_the_server_itself_calls_missing_is_absent(tmp_path: Path) -> None:
    server = a_server("a")
    refuse(server, with_status(404, "the server could not find the requested resource"))
    async with following(server, tmp_path) as following_:
        await following_.until(ABSENT)
        server.faults.clear()
        await following_.until(LIVE)
        assert following_.names == ["a"]
        assert following_.hooks.relists[-1] == "served"


@pytest.mark.parametrize("lists_group", [True, False])
async def test_a_kind_of_a_group_that_is_not_served_is_absent_until_it_is(tmp_path: Path, lists_group: bool) -> None:
    server = a_server("a")
    server.absent = {"pods"}
    if lists_group:
        server.discovery.served["example.io/v1"] = {"pods", "widgets"}
    async with following(server, tmp_path, row=GADGETS) as following_:
        await following_.until(ABSENT)
        server.absent = set()
        await following_.until(LIVE)
        assert following_.names == ["a"]


@pytest.mark.parametrize(
    "discovery",
    [None, with_text(200, "<html>login</html>", content_type="text/html"), PLAIN_404, with_status(503)],
    ids=["lists the kind", "is a page", "is not there", "does not answer"],
)
async def test_a_404_that_discovery_does_not_confirm_is_trouble_that_passes(
    tmp_path: Path, discovery: Answer | None
) -> None:
    server = a_server("a")
    server.discovery.served["example.io/v1"] = {"pods"}
    refuse(server, PLAIN_404)
    if discovery is not None:
        server.fail(discovery, where=lambda one: not one.plural, times=FOR_EVER)
    async with following(server, tmp_path, row=GADGETS) as following_:
        await following_.until(BACKOFF)
        await stays(following_, lambda: following_.reflector.state is not ABSENT, tries=12)
        server.faults.clear()
        await following_.until(LIVE)
        assert following_.names == ["a"]


async def test_a_version_that_is_listed_and_cannot_be_read_is_no_proof_of_absence(tmp_path: Path) -> None:
    server = a_server("a")
    server.discovery.served["example.io/v1"] = {"widgets"}
    refuse(server, PLAIN_404)
    where = "example.io"
    server.fail(PLAIN_404, where=lambda one: not one.plural and one.group == where, times=FOR_EVER)
    async with following(server, tmp_path, row=GADGETS) as following_:
        await following_.until(BACKOFF)
        await stays(following_, lambda: following_.reflector.state is not ABSENT, tries=12)


async def test_a_kind_that_was_read_and_is_not_served_any_more_is_kept_for_a_moment(tmp_path: Path) -> None:
    server = a_server("a")
    async with following(server, tmp_path, row=GADGETS, timings=RESTLESS) as following_:
        await following_.until(LIVE)
        server.absent = {"pods"}
        await following_.until(BACKOFF)
        assert following_.names == ["a"]
        await following_.until(ABSENT)
        assert following_.names == []


async def test_an_event_for_the_absent_is_not_needed_to_see_them_again(tmp_path: Path) -> None:
    server = a_server("a")
    server.absent = {"pods"}
    async with following(server, tmp_path, row=GADGETS) as following_:
        await following_.until(ABSENT)
        server.put("pods", a_pod("b"))
        server.absent = set()
        await following_.until_names("a", "b")
