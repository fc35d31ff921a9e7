"""adapters.kubernetes.operations.deletion: what is sent, and how the answers are read."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from domain.cluster.resource_types import ResourceType
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, Propagation
from domain.commands.workload_results import DeleteResult, DeletionState
from domain.errors import CommandRefusedError
from ports.errors import Conflict, InvalidRequest, NotFound, Unavailable, UnexpectedAnswer
from tests.support.api_answers import Answer, Request, with_break, with_status, with_text
from tests.support.api_objects import a_pod, a_templated_workload
from tests.support.api_server import ApiServer
from tests.support.workloads import served
from tests.unit.adapters.kubernetes.operations.operating import keep_bodies, operating, writes

POD = Target(kind="Pod", namespace="shop", name="web-1")
UID = "uid-pods-shop-web-1"


@pytest.fixture
def server() -> ApiServer:
    server = ApiServer()
    server.put("pods", a_pod())
    return server


@pytest.fixture
async def operator(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesWorkloadOperator]:
    async with operating(server, tmp_path) as operator:
        yield operator


async def delete(operator: KubernetesWorkloadOperator, target: Target = POD, **options: Any) -> DeleteResult:
    return await operator.delete(served(target.kind), target, DeletionOptions(**options))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"grace_period_seconds": 5}, {"gracePeriodSeconds": 5}),
        ({"grace_period_seconds": 0, "force": True}, {"gracePeriodSeconds": 0}),
        ({"force": True}, {"gracePeriodSeconds": 0}),
        ({"propagation": Propagation.ORPHAN}, {"propagationPolicy": "Orphan"}),
        ({"propagation": Propagation.FOREGROUND}, {"propagationPolicy": "Foreground"}),
        ({"dry_run": True}, {"dryRun": ["All"]}),
        ({"uid": UID}, {}),
        ({"resource_version": "101"}, {"preconditions": {"uid": UID, "resourceVersion": "101"}}),
    ],
)
async def test_the_uid_that_was_read_always_goes_with_the_request(
    server: ApiServer, operator: KubernetesWorkloadOperator, options: dict[str, Any], expected: dict[str, Any]
) -> None:
    bodies = keep_bodies(server, "delete")
    with pytest.raises(InvalidRequest, match="delete Pod shop/web-1: kept"):
        await delete(operator, **options)
    usual = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": {"uid": UID},
    }
    assert bodies == [usual | expected]


async def test_an_object_that_came_back_under_the_name_is_not_hit(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    async def meanwhile(request: Request) -> web.StreamResponse:
        await request.http.read()
        reborn = a_pod()
        reborn["metadata"]["uid"] = "reborn"
        server.put("pods", reborn)
        server.faults.clear()
        return await server._answer(request)

    server.fail(meanwhile, verb="delete")
    with pytest.raises(Conflict, match="Precondition failed"):
        await delete(operator)
    assert server.get("pods", "web-1", "shop")["metadata"]["uid"] == "reborn"
    assert len(writes(server)) == 1


async def test_only_metadata_is_asked_for(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    server.put("secrets", {"kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}, "data": {"k": "dg=="}})
    result = await delete(operator, Target(kind="Secret", namespace="shop", name="s"))
    assert result.state is DeletionState.DELETED
    (read,) = (one for one in server.requests if one.plural == "secrets" and one.verb == "get")
    assert read.http.headers["Accept"].startswith("application/json;as=PartialObjectMetadata;")


async def test_what_is_in_no_namespace_has_none_in_its_path(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    widget = ResourceType(group="example.org", version="v1", kind="Widget", plural="widgets", namespaced=False)
    server.put("widgets", {"kind": "Widget", "metadata": {"name": "w"}})
    target = Target(kind="Widget", name="w")
    assert (await operator.delete(widget, target, DeletionOptions())).state is DeletionState.DELETED
    assert writes(server)[0].http.path == "/apis/example.org/v1/widgets/w"
    with pytest.raises(NotFound, match="delete Widget w"):
        await operator.delete(widget, target, DeletionOptions())


@pytest.mark.parametrize("name", ["../secrets/key", "a/log", "%2e%2e", ".."])
async def test_no_name_reaches_another_path(server: ApiServer, operator: KubernetesWorkloadOperator, name: str) -> None:
    with pytest.raises(InvalidRequest, match="no segment of a path"):
        await delete(operator, Target(kind="Pod", namespace="shop", name=name))
    assert server.requests == []


async def test_finalizers_that_hold_an_object_are_reported(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    held = a_templated_workload()
    held["metadata"]["finalizers"] = ["example.org/first", None, "example.org/second"]
    server.put("deployments", held)
    target = Target(kind="Deployment", namespace="shop", name="web")
    result = await delete(operator, target)
    assert (result.state, result.finalizers) == (
        DeletionState.TERMINATING,
        ("example.org/first", "example.org/second"),
    )
    (warning,) = (await delete(operator, target)).warnings
    assert warning.startswith("it was terminating already, since 2026-01-01")


OWN: Answer = with_text(
    201,
    json.dumps(
        {
            "status": {
                "userInfo": {
                    "username": "system:serviceaccount:shop:agent",
                    "extra": {
                        "authentication.kubernetes.io/pod-name": ["web-1"],
                        "authentication.kubernetes.io/pod-uid": [UID],
                    },
                }
            }
        }
    ),
    content_type="application/json",
)


async def test_the_agents_own_pod_is_never_deleted(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    server.fail(OWN, plural="selfsubjectreviews")
    with pytest.raises(CommandRefusedError, match="delete Pod shop/web-1: this is the agent's own pod"):
        await delete(operator, force=True)
    assert writes(server) == []
    # What is known once is not asked again.
    with pytest.raises(CommandRefusedError):
        await delete(operator)
    assert sum(one.plural == "selfsubjectreviews" for one in server.requests) == 1
    server.put("pods", a_pod("web-2"))
    assert (await delete(operator, Target(kind="Pod", namespace="shop", name="web-2"))).uid


def own_workload(server: ApiServer) -> None:
    """The agent's pod belongs to a ReplicaSet, and that to a Deployment."""
    for plural, kind, name, owner in (
        ("deployments", "Deployment", "web", None),
        (
            "replicasets",
            "ReplicaSet",
            "web-5",
            {"kind": "Deployment", "name": "web", "uid": "uid-deployments-shop-web"},
        ),
        ("pods", "Pod", "web-1", {"kind": "ReplicaSet", "name": "web-5", "uid": "uid-replicasets-shop-web-5"}),
    ):
        made = a_templated_workload(kind, name)
        if owner is not None:
            made["metadata"]["ownerReferences"] = [None, {**owner, "controller": True}]
        server.put(plural, made)


@pytest.mark.parametrize(("kind", "name"), [("Deployment", "web"), ("ReplicaSet", "web-5"), ("Pod", "web-1")])
async def test_what_the_agent_runs_in_is_never_deleted(
    server: ApiServer, operator: KubernetesWorkloadOperator, kind: str, name: str
) -> None:
    own_workload(server)
    server.fail(OWN, plural="selfsubjectreviews")
    for _ in range(2):
        with pytest.raises(CommandRefusedError, match=f"delete {kind} shop/{name}: .*agent"):
            await delete(operator, Target(kind=kind, namespace="shop", name=name))
    assert writes(server) == []


async def test_what_keeps_the_agent_can_be_unreadable_and_others_go_all_the_same(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    own_workload(server)
    server.fail(OWN, plural="selfsubjectreviews")
    server.denied = {("get", "replicasets")}
    server.put("statefulsets", a_templated_workload("StatefulSet", "db"))
    assert (await delete(operator, Target(kind="StatefulSet", namespace="shop", name="db"))).uid
    with pytest.raises(CommandRefusedError):
        await delete(operator)
    # Once it can be read, it is known.
    server.denied = set()
    with pytest.raises(CommandRefusedError):
        await delete(operator, Target(kind="Deployment", namespace="shop", name="web"))


async def test_an_answer_that_was_refused_is_asked_for_again(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.put("pods", a_pod("web-2"))
    server.fail(with_status(403, "the roles are not there yet"), plural="selfsubjectreviews")
    server.fail(OWN, plural="selfsubjectreviews")
    await delete(operator, Target(kind="Pod", namespace="shop", name="web-2"))
    with pytest.raises(CommandRefusedError):
        await delete(operator)


@pytest.mark.parametrize(
    "answer",
    [
        with_status(403, "no"),
        with_text(200, "<html>"),
        with_text(404, "404 page not found"),
        with_text(201, "{}", content_type="application/json"),
        with_text(201, '{"status":{}}', content_type="application/json"),
        with_text(201, '{"status":{"userInfo":{"extra":{"other":["x"]}}}}', content_type="application/json"),
        with_text(201, '{"status":{"userInfo":{"extra":{"authentication.kubernetes.io/pod-uid":[]}}}}'),
        with_text(201, '{"status":{"userInfo":{"extra":{"authentication.kubernetes.io/pod-uid":["another"]}}}}'),
    ],
)
async def test_an_api_server_that_does_not_say_which_pod_the_agent_is_stops_nothing(
    server: ApiServer, operator: KubernetesWorkloadOperator, answer: Answer
) -> None:
    server.fail(answer, plural="selfsubjectreviews")
    assert (await delete(operator)).state is DeletionState.TERMINATING


async def test_while_it_cannot_be_asked_no_pod_is_deleted(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.fail(with_break(), plural="selfsubjectreviews", times=99)
    with pytest.raises(Unavailable):
        await delete(operator)
    assert writes(server) == []


@pytest.mark.parametrize(
    ("metadata", "options", "warnings"),
    [
        ({}, {}, ("no controller makes it again",)),
        ({"ownerReferences": [None, {"kind": "ReplicaSet", "name": "web", "controller": True}]}, {}, ()),
        ({"ownerReferences": [{"kind": "Node", "name": "n"}]}, {}, ("no controller makes it again",)),
        (
            {"annotations": {"kubernetes.io/config.mirror": "x"}},
            {},
            ("it is the mirror of a static pod: its node makes it again, and the containers go on running",),
        ),
        (
            {"ownerReferences": [{"kind": "ReplicaSet", "name": "web", "controller": True}]},
            {"force": True},
            ("nobody waits for its containers to end: they may run on its node for a while",),
        ),
    ],
)
async def test_what_becomes_of_a_pod_is_told(
    server: ApiServer,
    operator: KubernetesWorkloadOperator,
    metadata: dict[str, Any],
    options: dict[str, Any],
    warnings: tuple[str, ...],
) -> None:
    pod = a_pod()
    server.put("pods", {**pod, "metadata": pod["metadata"] | metadata})
    assert (await delete(operator, **options)).warnings == warnings


@pytest.mark.parametrize("body", ["[]", "{", '{"metadata":{"uid":3}}'])
@pytest.mark.parametrize("verb", ["get", "delete"])
async def test_an_answer_that_is_no_object_is_unexpected(
    server: ApiServer, operator: KubernetesWorkloadOperator, verb: str, body: str
) -> None:
    server.fail(with_text(200, body), verb=verb)
    with pytest.raises(UnexpectedAnswer, match="the answer is no object"):
        await delete(operator)


async def test_an_object_without_a_uid_is_not_deleted(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    server.fail(with_text(200, '{"kind":"Pod","metadata":{"name":"web-1"}}'), verb="get")
    with pytest.raises(UnexpectedAnswer, match="no UID"):
        await delete(operator)
    assert writes(server) == []
