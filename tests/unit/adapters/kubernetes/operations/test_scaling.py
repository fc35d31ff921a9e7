"""adapters.kubernetes.operations.scaling: how it asks; its promises are in tests/contract/test_workload_operator.py."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.kubernetes.operations.conflicts import PAUSES_SECONDS
from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from domain.cluster.resource_types import ResourceType
from domain.commands.requests import Target
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from domain.errors import CommandRefusedError
from ports.errors import AccessDenied, Conflict, Unavailable, UnexpectedAnswer
from tests.support.api_answers import Request, status_answer, with_break, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_workload, an_autoscaler
from tests.support.api_server import ApiServer
from tests.support.commands import a_scale_request
from tests.support.quick_clock import QuickClock
from tests.support.workloads import served


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("deployments", a_workload())
    server.put("statefulsets", a_workload("StatefulSet", "db"))
    async with server.serving():
        yield server


@pytest.fixture
async def operator(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesWorkloadOperator]:
    async with connected(server, tmp_path) as connection:
        yield KubernetesWorkloadOperator(connection, QuickClock(100.0))


async def scaled(operator: KubernetesWorkloadOperator, request: ScaleRequest) -> ScaleResult:
    return await operator.scale(served(request.target.kind), request)


def _writes(server: ApiServer) -> list[Request]:
    return [one for one in server.requests if one.verb in {"patch", "update"}]


async def test_a_write_carries_the_version_that_was_read(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    version = server.get("deployments", "web", "shop")["metadata"]["resourceVersion"]
    bodies = []

    async def keep(request: Request) -> object:
        bodies.append(await request.http.json())
        return status_answer(500, "enough")

    server.fail(keep, verb="patch")  # type: ignore[arg-type] # the answer's class does not matter here
    with pytest.raises(Unavailable):
        await scaled(operator, a_scale_request(5))
    assert bodies == [{"metadata": {"resourceVersion": version}, "spec": {"replicas": 5}}]
    (write,) = _writes(server)
    assert write.http.headers["Content-Type"] == "application/merge-patch+json"
    assert write.http.path == "/apis/apps/v1/namespaces/shop/deployments/web/scale"


async def test_a_number_that_it_has_already_is_not_written(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    assert not (await scaled(operator, a_scale_request(2))).changed
    assert _writes(server) == []


async def test_a_zero_that_the_api_leaves_out_is_read_as_zero(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.put("deployments", a_workload(replicas=0))
    result = await scaled(operator, a_scale_request(2))
    assert (result.previous_replicas, result.replicas) == (0, 2)


@pytest.mark.parametrize("conflicts", range(1, len(PAUSES_SECONDS) + 1))
async def test_a_conflict_is_answered_by_reading_again(
    server: ApiServer, operator: KubernetesWorkloadOperator, conflicts: int
) -> None:
    server.fail(with_status(409, "the object has been modified"), verb="patch", times=conflicts)
    result = await scaled(operator, a_scale_request(5))
    assert (result.previous_replicas, result.replicas) == (2, 5)
    assert len(_writes(server)) == conflicts + 1
    assert sum(one.subresource == "scale" and one.verb == "get" for one in server.requests) == conflicts + 1
    assert server.get("deployments", "web", "shop")["spec"]["replicas"] == 5


async def test_a_conflict_that_comes_every_time_is_the_callers_to_decide(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.fail(with_status(409, "the object has been modified"), verb="patch", times=99)
    with pytest.raises(Conflict, match="modified"):
        await scaled(operator, a_scale_request(5))
    assert len(_writes(server)) == len(PAUSES_SECONDS) + 1


async def test_the_number_before_is_that_of_the_moment_before_the_write(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    async def meanwhile(request: Request) -> object:
        server.put("deployments", a_workload(replicas=9))
        return status_answer(409, "the object has been modified")

    server.fail(meanwhile, verb="patch")  # type: ignore[arg-type] # the answer's class does not matter here
    assert (await scaled(operator, a_scale_request(5))).previous_replicas == 9


async def test_after_a_conflict_what_is_already_so_is_not_written_again(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    async def meanwhile(request: Request) -> object:
        server.put("deployments", a_workload(replicas=5))
        return status_answer(409, "the object has been modified")

    server.fail(meanwhile, verb="patch")  # type: ignore[arg-type] # the answer's class does not matter here
    assert (await scaled(operator, a_scale_request(5))).replicas == 5
    assert len(_writes(server)) == 1


@pytest.mark.parametrize("named", [{"current_replicas": 2}, {"resource_version": "101"}])
async def test_a_conflict_is_not_tried_again_where_the_caller_named_what_must_hold(
    server: ApiServer, operator: KubernetesWorkloadOperator, named: dict[str, object]
) -> None:
    server.fail(with_status(409, "the object has been modified"), verb="patch", times=9)
    target = Target(kind="Deployment", namespace="shop", name="web")
    with pytest.raises(Conflict, match="modified"):
        await scaled(operator, ScaleRequest(target=target, replicas=5, **named))  # type: ignore[arg-type] # one of two
    assert len(_writes(server)) == 1


async def test_an_autoscaler_of_this_workload_is_a_warning(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.put("horizontalpodautoscalers", an_autoscaler())
    server.put("horizontalpodautoscalers", an_autoscaler(target="other"))
    server.put("horizontalpodautoscalers", an_autoscaler(kind="StatefulSet", target="third"))
    result = await scaled(operator, a_scale_request(5))
    assert result.warnings == (
        "HorizontalPodAutoscaler shop/web-hpa keeps 2 to 10 replicas and may override this number",
    )


async def test_an_autoscaler_of_another_group_with_the_same_kind_is_none(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    other = an_autoscaler()
    other["spec"]["scaleTargetRef"]["apiVersion"] = "example.org/v1"
    server.put("horizontalpodautoscalers", other)
    server.put("horizontalpodautoscalers", {"metadata": {"name": "odd", "namespace": "shop"}, "spec": None})
    assert (await scaled(operator, a_scale_request(5))).warnings == ()


async def test_a_controller_that_owns_the_object_is_a_warning(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    owned = a_workload("ReplicaSet", "web-1")
    owned["metadata"]["ownerReferences"] = [
        {"kind": "Sidecar", "name": "side"},
        None,
        {"kind": "Deployment", "name": "web", "controller": True},
    ]
    server.put("replicasets", owned)
    result = await scaled(operator, a_scale_request(5, kind="ReplicaSet", name="web-1"))
    assert result.replicas == 5
    assert result.warnings == ("ReplicaSet shop/web-1 is controlled by Deployment web, which may override this number",)


async def test_a_custom_resource_is_scaled_under_its_own_path(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    widget = ResourceType(group="example.org", version="v1alpha1", kind="Widget", plural="widgets", namespaced=True)
    server.put("widgets", a_workload("Widget", "w"))
    assert (await operator.scale(widget, a_scale_request(3, kind="Widget", name="w"))).changed
    assert _writes(server)[0].http.path == "/apis/example.org/v1alpha1/namespaces/shop/widgets/w/scale"


@pytest.mark.parametrize("answer", [with_status(403), with_status(500), with_text(200, "<html>"), with_break()])
async def test_autoscalers_that_cannot_be_read_cost_only_the_warning(
    server: ApiServer, operator: KubernetesWorkloadOperator, answer: object
) -> None:
    server.fail(answer, plural="horizontalpodautoscalers", times=9)  # type: ignore[arg-type] # parametrize knows no types
    result = await scaled(operator, a_scale_request(5))
    assert (result.replicas, result.warnings) == (5, ())


async def test_autoscalers_that_may_not_be_read_are_not_tried(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.denied = {("list", "horizontalpodautoscalers")}
    assert (await scaled(operator, a_scale_request(5))).warnings == ()
    assert server.count("list") == 0


async def test_a_right_that_is_missing_is_named(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    server.denied = {("patch", "deployments")}
    with pytest.raises(AccessDenied, match=r"scale Deployment shop/web.*deployments is forbidden"):
        await scaled(operator, a_scale_request(5))


async def test_an_answer_that_is_no_scale_is_unexpected(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.fail(with_text(200, json.dumps({"spec": {"replicas": "many"}})), verb="get")
    with pytest.raises(UnexpectedAnswer, match="no Scale"):
        await scaled(operator, a_scale_request(5))


async def test_what_the_agent_runs_in_is_not_scaled_to_nothing(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    own = server.put("deployments", a_workload())["metadata"]["uid"]
    extra = {"authentication.kubernetes.io/pod-uid": [own], "authentication.kubernetes.io/pod-name": ["web-1"]}
    review = {"status": {"userInfo": {"username": "system:serviceaccount:shop:agent", "extra": extra}}}
    server.fail(with_text(201, json.dumps(review), content_type="application/json"), plural="selfsubjectreviews")
    with pytest.raises(CommandRefusedError, match="the agent itself runs in it"):
        await scaled(operator, a_scale_request(0))
    assert _writes(server) == []
    assert (await scaled(operator, a_scale_request(1))).changed
