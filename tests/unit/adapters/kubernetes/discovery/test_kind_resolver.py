"""adapters.kubernetes.discovery: how often the API server is asked, and what is kept when it does not answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from adapters.kubernetes.discovery.kind_resolver import KEPT_SECONDS, PAUSE_SECONDS, KubernetesKindResolver
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.memory.clock import ManualClock
from ports.errors import AccessDenied, NotFound, Unavailable, UnexpectedAnswer
from tests.support.api_answers import Request, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_server import ApiServer


class Scene:
    """A resolver, the server that it asks, and the clock that it goes by."""

    def __init__(self, server: ApiServer, resolver: KubernetesKindResolver, clock: ManualClock) -> None:
        self.server = server
        self.resolver = resolver
        self.clock = clock

    @property
    def readings(self) -> int:
        """How often the server was asked what it serves."""
        return sum(one.http.path == "/apis" for one in self.server.requests)

    def answers(self, path: str, text: str, times: int = 1) -> None:
        """Let a path be answered with this."""

        def is_it(request: Request) -> bool:
            return request.http.path == path

        self.server.fail(with_text(200, text, content_type="application/json"), where=is_it, times=times)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    server, clock = ApiServer(), ManualClock()
    async with server.serving(), connected(server, tmp_path) as connection:
        yield Scene(server, KubernetesKindResolver(ReadOnlyConnection(connection), clock), clock)


async def test_what_is_served_is_two_requests_for_ten_minutes(scene: Scene) -> None:
    for name in ("pods", "deploy", "PVC", "hpa"):
        await scene.resolver.resolve(name)
    await scene.clock.advance(KEPT_SECONDS - 1)
    await scene.resolver.resolve("pods")
    assert [one.http.path for one in scene.server.requests] == ["/api", "/apis"]
    await scene.clock.advance(2)
    await scene.resolver.resolve("pods")
    assert scene.readings == 2


async def test_a_miss_asks_once_more_but_not_again_at_once(scene: Scene) -> None:
    await scene.resolver.resolve("pods")
    await scene.clock.advance(PAUSE_SECONDS)
    for _ in range(20):
        with pytest.raises(NotFound):
            await scene.resolver.resolve("widgets")
    assert scene.readings == 2
    scene.server.discovery.served["example.com/v1"] = {"widgets"}
    with pytest.raises(NotFound):
        await scene.resolver.resolve("widgets")
    await scene.clock.advance(PAUSE_SECONDS)
    assert (await scene.resolver.resolve("widgets")).group == "example.com"
    assert scene.readings == 3


async def test_whoever_made_a_kind_can_have_it_found_at_once(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await scene.resolver.resolve("widgets")
    scene.server.discovery.served["example.com/v1"] = {"widgets"}
    scene.resolver.forget()
    assert (await scene.resolver.resolve("widgets")).group == "example.com"


async def test_of_many_who_ask_at_once_one_reads(scene: Scene) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(scene.resolver.resolve, "pods")
    assert scene.readings == 1


async def test_what_was_known_is_used_while_the_server_is_down(scene: Scene) -> None:
    await scene.resolver.resolve("pods")
    await scene.clock.advance(KEPT_SECONDS + 1)
    scene.server.fail(with_status(503, "down"), times=1000)
    assert (await scene.resolver.resolve("pods")).plural == "pods"
    for _ in range(5):
        with pytest.raises(Unavailable, match="find the kind widgets: down"):
            await scene.resolver.resolve("widgets")
    assert len(scene.server.requests) == 3
    scene.server.faults.clear()
    await scene.clock.advance(PAUSE_SECONDS)
    with pytest.raises(NotFound):
        await scene.resolver.resolve("widgets")


@pytest.mark.parametrize("is_aggregated", [True, False])
async def test_a_group_that_does_not_answer_costs_only_itself(scene: Scene, is_aggregated: bool) -> None:
    scene.server.discovery.is_aggregated = is_aggregated
    scene.server.discovery.stale = {"batch"}
    assert (await scene.resolver.resolve("deployments")).group == "apps"
    with pytest.raises(Unavailable, match="group batch"):
        await scene.resolver.resolve("jobs.batch")
    with pytest.raises(NotFound, match=r"not answering now: batch"):
        await scene.resolver.resolve("jobs")


async def test_an_older_server_is_asked_document_by_document(scene: Scene) -> None:
    scene.server.discovery.is_aggregated = False
    await scene.resolver.resolve("pods")
    paths = [one.http.path for one in scene.server.requests]
    assert paths[:3] == ["/api", "/api/v1", "/apis"]
    assert sorted(paths[3:]) == sorted(f"/apis/{one}" for one in scene.server.discovery.served)


async def test_a_server_that_aggregates_only_the_core_is_asked_document_by_document(scene: Scene) -> None:
    scene.answers("/apis", '{"kind": "APIGroupList", "groups": []}', times=2)
    assert (await scene.resolver.resolve("pods")).plural == "pods"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (with_status(403, "no"), AccessDenied),
        (with_text(200, "<html>"), UnexpectedAnswer),
        (with_text(200, '{"kind": 7}', content_type="application/json"), UnexpectedAnswer),
    ],
)
async def test_what_is_no_discovery_is_said_so(scene: Scene, answer: Any, error: type[Exception]) -> None:
    scene.server.fail(answer)
    with pytest.raises(error):
        await scene.resolver.resolve("pods")


ODD_DISCOVERY = """{"kind": "APIGroupDiscoveryList", "items": [null, {}, {"metadata": null, "versions": [null,
  {"version": null, "resources": [{"resource": "nameless", "responseKind": {"kind": "Nameless"}}]},
  {"version": "v1", "resources": [null, {}, {"resource": "kindless"}, {"resource": "a", "responseKind": {}},
    {"resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced", "verbs": [null, "get"],
     "shortNames": null, "subresources": [null, {}, {"subresource": "status"}]}]}]}]}"""


async def test_odd_entries_cost_only_themselves(scene: Scene) -> None:
    scene.server.fail(with_text(200, ODD_DISCOVERY, content_type="application/json"))
    pods = await scene.resolver.resolve("pods")
    assert pods.verbs == {"get"}
    assert pods.subresources == {"status"}
    assert not pods.short_names
    assert (await scene.resolver.resolve("deploy")).kind == "Deployment"
    for name in ("nameless", "kindless", "a"):
        with pytest.raises(NotFound):
            await scene.resolver.resolve(name)


ODD_GROUPS = """{"kind": "APIGroupList", "groups": [null, {}, {"versions": [null, {}, {"groupVersion": "apps/v1"},
  {"groupVersion": "apps/../../secrets"}]}]}"""
ODD_RESOURCES = """{"kind": "APIResourceList", "resources": [null, {}, {"name": "kindless"}, {"kind": "Nameless"},
  {"name": "deployments", "kind": "Deployment", "namespaced": true}, {"name": "deployments/scale", "kind": "Scale"}]}"""


async def test_odd_entries_of_the_older_form_cost_only_themselves(scene: Scene) -> None:
    scene.server.discovery.is_aggregated = False
    for path, text in (("/apis", ODD_GROUPS), ("/apis/apps/v1", ODD_RESOURCES)):
        scene.answers(path, text)
    found = await scene.resolver.resolve("Deployment")
    assert (found.namespaced, found.singular) == (True, "deployment")
    assert found.subresources == {"scale"}
    assert not any("secrets" in one.http.raw_path for one in scene.server.requests)
