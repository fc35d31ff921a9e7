"""application.handlers.workloads and .deletion: which kinds are meant, what is refused, what is carried out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.kind_resolver import InMemoryKindResolver
from application.command_context import CommandContext
from application.handlers.deletion import DeletionHandlers
from application.handlers.workloads import WorkloadHandlers
from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Topic
from domain.commands.policy import Policy
from domain.commands.target import Target
from domain.commands.workload_requests import (
    DeletePodRequest,
    DeleteRequest,
    DeletionOptions,
    RestartRequest,
    ScaleRequest,
    UpdateImageRequest,
)
from domain.commands.workload_results import DeleteResult, DeletionState, RestartResult, ScaleResult, UpdateImageResult
from domain.errors import CommandRefusedError, InvalidCommandError
from ports.errors import NotFound, Unavailable
from ports.workloads import WorkloadOperator

CREATED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
IMAGE = "registry.example/web:2"
WIDGET = ResourceType(
    group="example.org",
    version="v1",
    kind="Widget",
    plural="widgets",
    namespaced=True,
    verbs=frozenset({"get", "delete"}),
    subresources=frozenset({"scale"}),
)


class RecordingOperator(WorkloadOperator):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    @override
    async def scale(self, resource: ResourceType, request: ScaleRequest) -> ScaleResult:
        self.calls.append((resource, request))
        return ScaleResult(previous_replicas=1, replicas=request.replicas)

    @override
    async def restart(self, resource: ResourceType, target: Target, asked_at: datetime) -> RestartResult:
        self.calls.append((resource, target, asked_at))
        return RestartResult(restarted_at=asked_at.isoformat(), changed=True)

    @override
    async def update_image(self, resource: ResourceType, request: UpdateImageRequest) -> UpdateImageResult:
        self.calls.append((resource, request))
        return UpdateImageResult(container="web", previous_image="web:1", image=request.image)

    @override
    async def delete(self, resource: ResourceType, target: Target, options: DeletionOptions) -> DeleteResult:
        self.calls.append((resource, target, options))
        return DeleteResult(state=DeletionState.DELETED, uid="u")


class Desk:
    """Handlers over a recording operator, in a cluster that serves a scalable custom kind, too."""

    def __init__(self) -> None:
        self.operator, self.kinds, self.clock = RecordingOperator(), InMemoryKindResolver(), ManualClock()
        self.kinds.serve(WIDGET)
        self.workloads = WorkloadHandlers(self.operator, self.kinds, self.clock)
        self.deletion = DeletionHandlers(self.operator, self.kinds)

    @property
    def resource(self) -> ResourceType:
        """What the one call was about."""
        ((resource, *_),) = self.operator.calls
        assert isinstance(resource, ResourceType)
        return resource


def a_context(policy: Policy | None = None, created_at: datetime | None = CREATED_AT) -> CommandContext:
    return CommandContext(
        command_id="c-1", topic=Topic.OPS, created_at=created_at, policy=policy or Policy(), tell=lambda _: None
    )


def a_target(kind: str, namespace: str = "shop", name: str = "web") -> Target:
    return Target(kind=kind, namespace=namespace, name=name)


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("named", "qualified"),
    [
        ("Deployment", "deployments.apps"),
        ("deploy", "deployments.apps"),
        ("sts", "statefulsets.apps"),
        ("replicasets", "replicasets.apps"),
        ("Widget", "widgets.example.org"),
        ("widgets.example.org", "widgets.example.org"),
    ],
)
async def test_whatever_has_a_scale_subresource_is_scaled(desk: Desk, named: str, qualified: str) -> None:
    request = ScaleRequest(target=a_target(named), replicas=3)
    assert (await desk.workloads.scale(request, a_context())).replicas == 3
    assert desk.resource.qualified == qualified


@pytest.mark.parametrize("kind", ["DaemonSet", "Pod", "ConfigMap", "Job"])
async def test_what_has_none_is_not(desk: Desk, kind: str) -> None:
    with pytest.raises(InvalidCommandError, match=f"kind: {kind} cannot be scaled: it has no scale subresource"):
        await desk.workloads.scale(ScaleRequest(target=a_target(kind), replicas=3), a_context())
    assert desk.operator.calls == []


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ds"])
async def test_a_restart_bears_the_time_of_its_command(desk: Desk, kind: str) -> None:
    await desk.workloads.restart(RestartRequest(target=a_target(kind)), a_context())
    assert desk.operator.calls[0][2] == CREATED_AT


async def test_a_restart_of_an_unknown_time_bears_that_of_its_execution(desk: Desk) -> None:
    await desk.workloads.restart(RestartRequest(target=a_target("Deployment")), a_context(created_at=None))
    assert desk.operator.calls[0][2] == desk.clock.now()


@pytest.mark.parametrize("kind", ["ReplicaSet", "Job", "CronJob", "Pod", "Widget", "Secret"])
async def test_other_kinds_are_not_restarted(desk: Desk, kind: str) -> None:
    with pytest.raises(InvalidCommandError, match=r"kind: .* cannot be restarted; these can: Deployment, "):
        await desk.workloads.restart(RestartRequest(target=a_target(kind)), a_context())
    assert desk.operator.calls == []


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"])
async def test_what_has_containers_gets_an_image(desk: Desk, kind: str) -> None:
    request = UpdateImageRequest(target=a_target(kind), image=IMAGE)
    assert (await desk.workloads.update_image(request, a_context())).image == IMAGE
    assert desk.resource.kind == kind


@pytest.mark.parametrize("kind", ["ReplicaSet", "Job", "Widget"])
async def test_other_kinds_get_none(desk: Desk, kind: str) -> None:
    with pytest.raises(InvalidCommandError, match=r"cannot get another image; these can: Deployment.*CronJob, Pod"):
        await desk.workloads.update_image(UpdateImageRequest(target=a_target(kind), image=IMAGE), a_context())


async def test_a_deployment_of_another_group_is_not_taken_for_one(desk: Desk) -> None:
    desk.kinds.serve(
        ResourceType(group="example.org", version="v1", kind="Deployment", plural="deployments", namespaced=True)
    )
    request = RestartRequest(target=a_target("deployments.example.org"))
    with pytest.raises(InvalidCommandError, match=r"deployments\.example\.org cannot be restarted"):
        await desk.workloads.restart(request, a_context())


@pytest.mark.parametrize(
    ("named", "namespace", "qualified"),
    [
        ("Pod", "shop", "pods"),
        ("svc", "shop", "services"),
        ("Widget", "shop", "widgets.example.org"),
        ("persistentvolumeclaims", "data", "persistentvolumeclaims"),
    ],
)
async def test_any_kind_is_deleted_by_any_of_its_names(desk: Desk, named: str, namespace: str, qualified: str) -> None:
    options = DeletionOptions(grace_period_seconds=3)
    request = DeleteRequest(target=a_target(named, namespace), options=options)
    assert (await desk.deletion.delete(request, a_context())).state is DeletionState.DELETED
    assert desk.resource.qualified == qualified
    assert desk.operator.calls[0][1:] == (request.target, options)


@pytest.mark.parametrize("kind", ["", "Pod", "pods"])
async def test_a_pod_is_deleted_whether_its_kind_is_said_or_not(desk: Desk, kind: str) -> None:
    request = DeletePodRequest(target=a_target(kind, name="web-1"))
    assert (await desk.deletion.delete_pod(request, a_context())).uid == "u"
    assert desk.resource.qualified == "pods"


@pytest.mark.parametrize(
    ("kind", "name"), [("no", "node-1"), ("ns", "shop"), ("PersistentVolume", "pv-1"), ("Namespace", "shop")]
)
async def test_what_takes_others_with_it_is_deleted_only_where_the_operator_allows(
    desk: Desk, kind: str, name: str
) -> None:
    request = DeleteRequest(target=Target(kind=kind, name=name))
    with pytest.raises(CommandRefusedError, match="AGENT_DELETE_KINDS"):
        await desk.deletion.delete(request, a_context())
    assert desk.operator.calls == []
    allowed = Policy(deletable_kinds=frozenset({"Node", "Namespace", "PersistentVolume"}))
    await desk.deletion.delete(request, a_context(allowed))
    assert desk.resource.namespaced is False


async def test_a_protected_namespace_cannot_be_reached_by_any_name(desk: Desk) -> None:
    target = a_target("deploy", "kube-system")
    for change in (
        desk.workloads.scale(ScaleRequest(target=target, replicas=0), a_context()),
        desk.workloads.restart(RestartRequest(target=target), a_context()),
        desk.workloads.update_image(UpdateImageRequest(target=target, image=IMAGE), a_context()),
        desk.deletion.delete(DeleteRequest(target=target), a_context()),
        desk.deletion.delete_pod(DeletePodRequest(target=a_target("Pod", "kube-system")), a_context()),
        desk.deletion.delete(
            DeleteRequest(target=Target(kind="ns", name="kube-system")),
            a_context(Policy(deletable_kinds=frozenset({"Namespace"}))),
        ),
    ):
        with pytest.raises(CommandRefusedError, match="namespace kube-system is protected"):
            await change
    assert desk.operator.calls == []


async def test_a_namespace_is_required_exactly_where_the_kind_has_one(desk: Desk) -> None:
    with pytest.raises(InvalidCommandError, match="namespace: is required: ConfigMap is namespaced"):
        await desk.deletion.delete(DeleteRequest(target=Target(kind="cm", name="web")), a_context())
    allowed = a_context(Policy(deletable_kinds=frozenset({"Node"})))
    with pytest.raises(InvalidCommandError, match="namespace: must be left out: Node is in none"):
        await desk.deletion.delete(DeleteRequest(target=a_target("Node")), allowed)


async def test_what_nobody_can_delete_is_said_so(desk: Desk) -> None:
    desk.kinds.serve(
        ResourceType(group="example.org", version="v1", kind="Reading", plural="readings", namespaced=True)
    )
    with pytest.raises(InvalidCommandError, match=r"kind: readings\.example\.org cannot be deleted"):
        await desk.deletion.delete(DeleteRequest(target=a_target("Reading")), a_context())


async def test_a_kind_that_nobody_serves_or_that_cannot_be_looked_up_now_changes_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.workloads.scale(ScaleRequest(target=a_target("Gadget"), replicas=1), a_context())
    desk.kinds.fail_next(Unavailable("discover", "down"))
    with pytest.raises(Unavailable):
        await desk.deletion.delete(DeleteRequest(target=a_target("Pod")), a_context())
    assert desk.operator.calls == []
