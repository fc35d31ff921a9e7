"""adapters.kubernetes.reflector: kinds that may not be read, or are not served, and what becomes of them."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.kinds import PODS
from adapters.kubernetes.reflector_status import ReflectorState
from tests.support.api_answers import with_status, with_text
from tests.support.api_client import QUICK, eventually, write_kubeconfig
from tests.support.api_objects import a_pod
from tests.unit.adapters.kubernetes.following import a_server, following

REFLECTOR = "adapters.kubernetes.reflector"
LIVE = ReflectorState.LIVE
BACKOFF = ReflectorState.BACKOFF
FORBIDDEN = ReflectorState.FORBIDDEN


async def test_a_token_that_rotates_is_not_noticed(tmp_path: Path) -> None:
    server = a_server("a")
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
    server = a_server("a")
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
    server = a_server("a")
    server.denied = {("list", "pods")}
    server.absent = {"selfsubjectaccessreviews"}
    async with following(server, tmp_path) as following_:
        await following_.until(FORBIDDEN)
        await eventually(lambda: server.count("list", "pods") >= 3)
        server.denied = set()
        await following_.until(LIVE)
        assert following_.names == ["a"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"evaluationError": "webhook: connection refused"}, BACKOFF),
        ({"denied": True, "evaluationError": "webhook: connection refused"}, FORBIDDEN),
        ({"evaluationError": 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'}, FORBIDDEN),
        ({}, FORBIDDEN),
    ],
)
async def test_an_authoriser_that_cannot_decide_empties_no_kind_however_long_it_lasts(
    tmp_path: Path, status: dict[str, object], state: ReflectorState
) -> None:
    server = a_server("a")
    timings = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until_names("a")
        await following_.until(LIVE)
        review = with_text(201, json.dumps({"kind": "SelfSubjectAccessReview", "status": {"allowed": False, **status}}))
        server.fail(review, verb="create", plural="selfsubjectaccessreviews", times=1_000_000)
        server.denied = {("list", "pods"), ("watch", "pods")}
        await eventually(lambda: server.count("create") >= 4)
        await following_.until(state)
        assert following_.names == (["a"] if state is BACKOFF else [])


async def test_where_a_right_is_likely_to_be_missing_it_asks_before_it_tries(tmp_path: Path) -> None:
    server = a_server("a")
    server.denied = {("list", "pods")}
    async with following(server, tmp_path, ask_first=True) as following_:
        await following_.until(FORBIDDEN)
        assert server.count("list", "pods") == 0
        server.denied = set()
        await following_.until(LIVE)


@pytest.mark.parametrize(("role", "level"), [(RbacRole.READ, "WARNING"), (RbacRole.SECRETS, "INFO")])
@pytest.mark.parametrize("is_anything_read", [True, False])
async def test_a_role_that_nobody_bound_is_no_warning_not_even_before_it_is_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, role: RbacRole, level: str, *, is_anything_read: bool
) -> None:
    caplog.set_level(logging.INFO)
    server = a_server("a")
    server.denied = {("list", "pods")}
    row = replace(PODS, role=role)
    async with following(server, tmp_path, ask_first=True, is_anything_read=is_anything_read, row=row) as following_:
        await following_.until(FORBIDDEN)
    told = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == REFLECTOR]
    assert told == [(level, "kind is not followed")]


async def test_a_right_that_is_taken_away_empties_the_kind_after_a_moment_of_doubt(tmp_path: Path) -> None:
    server = a_server("a")
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
    server = a_server("a")
    server.fail(with_status(403, "the server is starting"), verb="watch", times=2)
    timings = replace(QUICK, refusal_grace_seconds=60)
    async with following(server, tmp_path, timings=timings) as following_:
        await eventually(lambda: following_.reflector.is_synced)
        await following_.until(LIVE)
        assert following_.names == ["a"]
    assert server.count("list") == 1


@pytest.mark.parametrize("code", [403, 404])
async def test_a_page_of_something_before_the_server_never_empties_a_kind(tmp_path: Path, code: int) -> None:
    server = a_server("a")
    timings = replace(QUICK, watch_shortest_seconds=1, watch_longest_seconds=1, short_watch_seconds=0.01)
    async with following(server, tmp_path, timings=timings) as following_:
        await following_.until(LIVE)
        for verb in ("list", "watch"):
            server.fail(with_text(code, "<html>blocked</html>", content_type="text/html"), verb=verb, times=1_000_000)
        await following_.until(BACKOFF)
        asked = server.count("list")
        await eventually(lambda: server.count("list") >= asked + 3)
        assert following_.reflector.state in {BACKOFF, ReflectorState.LISTING}
        assert following_.names == ["a"]
