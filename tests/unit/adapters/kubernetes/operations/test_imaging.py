"""adapters.kubernetes.operations.imaging: what is sent for each kind, and who may set it back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from domain.commands.target import Target
from domain.commands.workload_requests import UpdateImageRequest
from domain.commands.workload_results import UpdateImageResult
from domain.errors import InvalidCommandError
from ports.errors import Conflict, InvalidRequest
from tests.support.api_answers import with_status
from tests.support.api_objects import a_templated_workload
from tests.support.api_server import ApiServer
from tests.support.workloads import served
from tests.unit.adapters.kubernetes.operations.operating import keep_bodies, operating, writes

KINDS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"]
IMAGE = "registry.example/web:2"


@pytest.fixture
def server() -> ApiServer:
    server = ApiServer()
    for kind in KINDS:
        workload = a_templated_workload(
            kind, containers=(("web", "web:1"), ("side", "side:1")), init_containers=(("prepare", "prepare:1"),)
        )
        server.put(served(kind).plural, workload)
    return server


@pytest.fixture
async def operator(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesWorkloadOperator]:
    async with operating(server, tmp_path) as operator:
        yield operator


async def update_image(
    operator: KubernetesWorkloadOperator, kind: str = "Deployment", container: str = "web", image: str = IMAGE
) -> UpdateImageResult:
    target = Target(kind=kind, namespace="shop", name="web")
    request = UpdateImageRequest(target=target, image=image, container=container)
    return await operator.update_image(served(kind), request)


@pytest.mark.parametrize(("container", "group"), [("side", "containers"), ("prepare", "initContainers")])
@pytest.mark.parametrize("kind", KINDS)
async def test_the_patch_names_one_container_where_the_kind_has_its_pods(
    server: ApiServer, operator: KubernetesWorkloadOperator, kind: str, container: str, group: str
) -> None:
    version = server.get(served(kind).plural, "web", "shop")["metadata"]["resourceVersion"]
    bodies = keep_bodies(server, "patch")
    with pytest.raises(InvalidRequest, match=f"set the image of {kind} shop/web"):
        await update_image(operator, kind, container)
    inner: Any = {"spec": {group: [{"name": container, "image": IMAGE}]}}
    whole = {
        "Pod": inner,
        "CronJob": {"spec": {"jobTemplate": {"spec": {"template": inner}}}},
    }.get(kind, {"spec": {"template": inner}})
    assert bodies == [{"metadata": {"resourceVersion": version}, **whole}]


async def test_an_equal_image_is_not_written(server: ApiServer, operator: KubernetesWorkloadOperator) -> None:
    assert not (await update_image(operator, image="web:1")).changed
    assert writes(server) == []


async def test_what_somebody_else_wrote_in_between_is_not_overwritten_unseen(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.fail(with_status(409, "the object has been modified"), verb="patch", times=99)
    with pytest.raises(Conflict):
        await update_image(operator)
    assert server.get("deployments", "web", "shop")["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1"


async def test_a_workload_without_containers_has_none_to_change(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.put("deployments", {**a_templated_workload(), "spec": {"template": None}})
    with pytest.raises(InvalidCommandError, match="container: there is no 'web'; there are: none"):
        await update_image(operator)
    server.put("cronjobs", {**a_templated_workload("CronJob"), "spec": {"jobTemplate": {"spec": {}}}})
    with pytest.raises(InvalidCommandError, match="there are: none"):
        await update_image(operator, "CronJob")
    server.put("cronjobs", {**a_templated_workload("CronJob"), "spec": {}})
    with pytest.raises(InvalidCommandError, match="there are: none"):
        await update_image(operator, "CronJob")


def owned_by(manager: str, operation: str, path: list[str], subresource: str = "") -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for segment in reversed(path):
        fields = {segment: fields}
    return {
        "manager": manager,
        "operation": operation,
        "subresource": subresource,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


IMAGE_OF_WEB = ["f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"web"}', "f:image"]
IMAGE_OF_SIDE = [*IMAGE_OF_WEB[:4], 'k:{"name":"side"}', "f:image"]


@pytest.mark.parametrize(
    ("entry", "is_warned"),
    [
        (owned_by("argocd-controller", "Apply", IMAGE_OF_WEB), True),
        (owned_by("kustomize-controller", "Apply", IMAGE_OF_WEB), True),
        (owned_by("anybody", "Apply", IMAGE_OF_WEB), True),
        (owned_by("argocd-controller", "Update", IMAGE_OF_WEB), True),
        (owned_by("helm-controller", "Update", IMAGE_OF_WEB), True),
        (owned_by("kubectl-client-side-apply", "Update", IMAGE_OF_WEB), False),
        (owned_by("kubectl-set", "Update", IMAGE_OF_WEB), False),
        (owned_by("argocd-controller", "Apply", IMAGE_OF_SIDE), False),
        (owned_by("argocd-controller", "Apply", ["f:metadata", "f:labels"]), False),
        (owned_by("argocd-controller", "Apply", IMAGE_OF_WEB, "status"), False),
        ({"manager": "argocd-controller", "operation": "Apply", "fieldsV1": [1]}, False),
        ({"manager": "argocd-controller", "operation": "Apply"}, False),
        (None, False),
    ],
)
async def test_a_manager_that_will_set_the_image_back_is_warned_of(
    server: ApiServer, operator: KubernetesWorkloadOperator, entry: Any, *, is_warned: bool
) -> None:
    workload = a_templated_workload()
    workload["metadata"]["managedFields"] = [entry]
    server.put("deployments", workload)
    result = await update_image(operator)
    assert result.changed
    manager = entry["manager"] if is_warned else ""
    warning = f"{manager} manages the image of container web and may set it back"
    assert result.warnings == ((warning,) if is_warned else ())


async def test_what_keeps_pods_from_following_is_warned_of(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    server.put("deployments", a_templated_workload(paused=True))
    assert (await update_image(operator)).warnings == (
        "its rollout is paused: pods stay as they are until it is resumed",
    )
    server.put("daemonsets", a_templated_workload("DaemonSet", updateStrategy={"type": "OnDelete"}))
    (warning,) = (await update_image(operator, "DaemonSet")).warnings
    assert "OnDelete" in warning


async def test_a_pod_that_somebody_makes_again_has_the_old_image_then(
    server: ApiServer, operator: KubernetesWorkloadOperator
) -> None:
    pod = a_templated_workload("Pod")
    pod["metadata"]["ownerReferences"] = [None, {"kind": "ReplicaSet", "name": "web-1", "controller": True}]
    server.put("pods", pod)
    assert (await update_image(operator, "Pod")).warnings == (
        "the pod belongs to ReplicaSet web-1: the next one has the old image again",
    )
