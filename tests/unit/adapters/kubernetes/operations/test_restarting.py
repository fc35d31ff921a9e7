"""adapters.kubernetes.operations.restarting: what is sent, what is refused, what is warned of."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from adapters.kubernetes.operations.conflicts import PAUSES_SECONDS
from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from domain.commands.target import Target
from domain.commands.workload_results import RestartResult
from ports.errors import Conflict, InvalidRequest, UnexpectedAnswer
from tests.support.api_answers import with_status, with_text
from tests.support.api_objects import a_templated_workload
from tests.support.api_server import ApiServer
from tests.support.workloads import served
from tests.unit.adapters.kubernetes.operations.operating import keep_bodies, operating, writes

ASKED_AT = datetime(2026, 3, 4, 5, 6, 7, 999999, tzinfo=UTC)


@pytest.fixture
def server() -> ApiServer:
    server = ApiServer()
    server.put("deployments", a_templated_workload())
    return server


@pytest.fixture
async def operator(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesWorkloadOperator]:
    async with operating(server, tmp_path) as operator:
        yield operator


async def restart(
    operator: KubernetesWorkloadOperator, kind: str = "Deployment", asked_at: datetime = ASKED_AT
) -> RestartResult:
    return await operator.restart(served(kind), Target(kind=kind, namespace="shop", name="web"), asked_at)


async def test_the_patch_is_kubectls_and_bound_to_the_version_that_was_read(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    version = server.get("deployments", "web", "shop")["metadata"]["resourceVersion"]
    bodies = keep_bodies(server, "patch")
    with pytest.raises(InvalidRequest, match="restart Deployment shop/web: kept"):
        await restart(operator)
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-03-04T05:06:07Z"}
    assert bodies == [
        {"metadata": {"resourceVersion": version}, "spec": {"template": {"metadata": {"annotations": annotations}}}}
    ]
    (write,) = writes(server)
    assert write.http.content_type == "application/strategic-merge-patch+json"
    assert write.http.path == "/apis/apps/v1/namespaces/shop/deployments/web"


async def test_a_time_in_another_zone_is_the_same_time(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    await restart(operator)
    assert not (await restart(operator, asked_at=ASKED_AT.astimezone(timezone(timedelta(hours=8))))).changed
    assert len(writes(server)) == 1


async def test_a_paused_rollout_is_refused_at_once(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    server.put("deployments", a_templated_workload(paused=True))
    with pytest.raises(Conflict, match="restart Deployment shop/web: its rollout is paused; resume it first"):
        await restart(operator)
    assert writes(server) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("strategy", "warnings"),
    [
        (None, ()),
        ({"type": "RollingUpdate", "rollingUpdate": None}, ()),
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, ()),
        (
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
            ("its update has partition 2: pods with a lower ordinal stay as they are",),
        ),
        (
            {"type": "OnDelete"},
            ("its update strategy is OnDelete: pods stay as they are until somebody deletes them",),
        ),
    ],
)
async def test_a_strategy_that_leaves_pods_as_they_are_is_warned_of(
    server: ApiServer, operator: KubernetesWorkloadOperator, strategy: Any, warnings: tuple[str, ...]
) -> None:
    server.put("statefulsets", a_templated_workload("StatefulSet", updateStrategy=strategy))
    result = await restart(operator, "StatefulSet")
    assert (result.changed, result.warnings) == (True, warnings)


async def test_a_conflict_is_tried_again_and_other_annotations_stay(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    workload = a_templated_workload()
    workload["spec"]["template"]["metadata"]["annotations"] = {"other": "kept"}
    server.put("deployments", workload)
    server.fail(with_status(409, "the object has been modified"), verb="patch", times=len(PAUSES_SECONDS))
    assert (await restart(operator)).changed
    assert server.get("deployments", "web", "shop")["spec"]["template"]["metadata"]["annotations"] == {
        "other": "kept",
        "kubectl.kubernetes.io/restartedAt": "2026-03-04T05:06:07Z",
    }


@pytest.mark.parametrize("body", ["[]", "{", '{"spec":{"template":3}}', '{"spec":null}'])
async def test_an_answer_that_is_no_workload_is_unexpected(
    server: ApiServer, operator: KubernetesWorkloadOperator, body: str
) -> None:
    server.fail(with_text(200, body), verb="get")
    with pytest.raises(UnexpectedAnswer, match="the answer is no Deployment"):
        await restart(operator)
