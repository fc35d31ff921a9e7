"""What only a real API server can answer, or refuse to."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.access import is_allowed
from adapters.kubernetes.granting import DEPLOYED_ACCOUNT
from adapters.kubernetes.preflight import QUESTIONS_AT_ONCE, KubernetesPreflight
from domain.preflight.rights import Need, Purpose, Right
from ports.errors import AccessDenied, NotFound, Unavailable, UnexpectedAnswer
from tests.support.api_answers import ACCOUNT, Request, status_answer, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import pod_metrics
from tests.support.api_server import ApiServer

FOR_EVER = 1_000_000


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    async with ApiServer().serving() as server:
        yield server


@pytest.fixture
async def preflight(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesPreflight]:
    async with connected(server, tmp_path) as connection:
        yield KubernetesPreflight(connection)


async def test_the_server_is_seen_with_its_address_and_the_account(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    sight = await preflight.see()
    assert (sight.address, sight.version, sight.account) == (server.url, "v1.37.0-loopback", ACCOUNT)


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_server_that_does_not_tell_who_asks_is_granted_to_the_deployed_account(
    server: ApiServer, preflight: KubernetesPreflight, status: int
) -> None:
    server.fail(with_status(status), plural="selfsubjectreviews")
    assert (await preflight.see()).account == ""
    server.denied.add(("list", "pods"))
    access = await preflight.access(preflight.needs()[0])
    assert access.grant.endswith(f"--serviceaccount={DEPLOYED_ACCOUNT.removeprefix('system:serviceaccount:')}")


async def test_a_server_that_keeps_its_version_to_itself_is_seen_all_the_same(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    server.fail(with_status(403), plural="version")
    assert (await preflight.see()).version == "unknown version"


async def test_credentials_that_are_refused_are_not_taken_for_a_hidden_version(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    server.token = "another"
    with pytest.raises(AccessDenied, match="401"):
        await preflight.see()


@pytest.mark.parametrize("text", ["<html>welcome</html>", "[]", "\xff"])
async def test_what_is_no_api_server_is_said(server: ApiServer, preflight: KubernetesPreflight, text: str) -> None:
    server.fail(with_text(200, text), plural="version")
    with pytest.raises(UnexpectedAnswer, match="is this an API server"):
        await preflight.see()


async def test_an_answer_that_is_no_review_is_not_a_missing_right(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    server.fail(with_text(201, "welcome"), plural="selfsubjectaccessreviews")
    with pytest.raises(UnexpectedAnswer, match="no review"):
        await preflight.access(preflight.needs()[0])


async def test_a_part_of_a_resource_is_asked_for_as_such(server: ApiServer, tmp_path: Path) -> None:
    asked = []

    async def answer(request: Request) -> object:
        asked.append((await request.http.json())["spec"]["resourceAttributes"])
        return status_answer(503, "enough")

    server.fail(answer, plural="selfsubjectaccessreviews")  # type: ignore[arg-type] # an answer all the same
    async with connected(server, tmp_path) as connection:
        with pytest.raises(Unavailable):
            await is_allowed(connection, "patch", "apps", "deployments/scale", "shop")
    assert asked == [
        {"verb": "patch", "group": "apps", "resource": "deployments", "subresource": "scale", "namespace": "shop"}
    ]


async def test_few_questions_are_open_at_once_and_a_server_that_fails_is_spared_the_rest(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    most = now = 0

    async def answer(request: Request) -> object:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await anyio.sleep(0.01)
        now -= 1
        return status_answer(503, "overloaded")

    server.fail(answer, plural="selfsubjectaccessreviews", times=FOR_EVER)  # type: ignore[arg-type] # as above
    rights = tuple(Right("get", f"things{number}") for number in range(100))
    with pytest.raises(Unavailable):
        await preflight.access(Need(subject="many", purpose=Purpose.COMMAND, rights=rights))
    assert most == QUESTIONS_AT_ONCE
    assert server.count("create", "selfsubjectaccessreviews") == QUESTIONS_AT_ONCE


async def test_nothing_but_questions_is_sent(server: ApiServer, preflight: KubernetesPreflight) -> None:
    server.metrics = {"nodes": [], "pods": [pod_metrics()]}
    await preflight.see()
    for need in preflight.needs():
        await preflight.access(need)
    await preflight.try_usage()
    reviews = {"selfsubjectaccessreviews", "selfsubjectreviews"}
    assert {one.plural for one in server.requests if one.verb not in {"get", "list"}} == reviews
    assert [one.plural for one in server.requests if one.verb == "list"] == ["nodes"]


async def test_usage_of_pods_is_tried_where_that_of_nodes_may_not_be_read(server: ApiServer, tmp_path: Path) -> None:
    server.metrics = {"pods": [pod_metrics()]}
    server.denied_reviews = {("list", "metrics.k8s.io", "nodes", ""), ("list", "metrics.k8s.io", "pods", "shop")}
    async with connected(server, tmp_path) as connection:
        assert await KubernetesPreflight(connection, namespaces=("shop", "zoo")).try_usage() == "metrics.k8s.io/v1beta1"
    (tried,) = [one for one in server.requests if one.verb == "list"]
    assert (tried.plural, tried.namespace) == ("pods", "zoo")


async def test_a_metrics_server_that_is_registered_and_down_is_not_absent(
    server: ApiServer, preflight: KubernetesPreflight
) -> None:
    server.metrics = {"nodes": [], "pods": [pod_metrics()]}
    server.fail(with_text(503, "error trying to reach service"), verb="list", times=FOR_EVER)
    with pytest.raises(Unavailable, match="error trying to reach service"):
        await preflight.try_usage()
    server.metrics_versions = ("v2",)
    with pytest.raises(NotFound):
        await preflight.try_usage()
