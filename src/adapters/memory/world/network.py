"""EndpointSlices: the addresses behind each Service follow its pods, and whether they are ready."""

from typing import Final

from adapters.memory.world.owned import SimService
from adapters.memory.world.state import SimPod, SimWorkload, Stage, World
from domain.cluster.kinds import Kind
from domain.cluster.services import BackendEndpoint, EndpointPort, EndpointSlice, K8sRef, Service, ServicePort

_SUFFIX_LETTERS: Final = 5


def new_service(world: World, service: Service) -> SimService:
    """A Service begins to follow the pods that it selects."""
    found = SimService(
        service=service,
        slice_name=f"{service.name}-{world.letters(_SUFFIX_LETTERS)}",
        changed_at=service.created_at,
    )
    world.services[found.key] = found
    for workload in world.workloads.values():
        if selects(service, workload):
            workload.services.append(found)
    return found


def selects(service: Service, workload: SimWorkload) -> bool:
    """Whether the pods of a workload are behind a Service."""
    plan = workload.plan
    return (
        bool(service.selector)
        and service.namespace == plan.namespace
        and all(plan.labels.get(key) == value for key, value in service.selector.items())
    )


def follow_pods(world: World, found: SimService) -> None:
    """Bring the endpoints up to date, if a pod behind the Service has changed."""
    if not found.needs_look or not found.service.selector:
        return
    found.needs_look = False
    pods = [
        pod
        for workload in world.workloads.values()
        if found in workload.services
        for pod in workload.pods.values()
        if pod.address and pod.stage is not Stage.ENDED
    ]
    endpoints = tuple(_endpoint(pod) for pod in sorted(pods, key=lambda pod: pod.name))
    if endpoints != found.endpoints:
        found.endpoints, found.changed_at = endpoints, world.now
        found.ports = tuple(_port(port, pods) for port in found.service.ports) if pods else ()
        world.mark(Kind.ENDPOINT_SLICE, (found.service.namespace, found.slice_name))


def view_slice(found: SimService) -> EndpointSlice:
    """The slice as a reader sees it."""
    return EndpointSlice(
        name=found.slice_name,
        namespace=found.service.namespace,
        created_at=found.service.created_at,
        service=found.service.name,
        ports=found.ports,
        endpoints=found.endpoints,
        changed_at=found.changed_at,
    )


def _endpoint(pod: SimPod) -> BackendEndpoint:
    return BackendEndpoint(
        address=pod.address,
        ready=pod.is_ready and pod.stage is not Stage.TERMINATING,
        node_name=pod.node.plan.name if pod.node else "",
        zone=pod.node.plan.zone if pod.node else "",
        target_ref=K8sRef(kind=Kind.POD.value, namespace=pod.workload.plan.namespace, name=pod.name, uid=pod.uid),
    )


def _port(port: ServicePort, pods: list[SimPod]) -> EndpointPort:
    """The pods' port; one that goes by its name is looked up in their containers."""
    number = int(port.target_port) if port.target_port.isdecimal() else _named(port.target_port, pods)
    return EndpointPort(name=port.name, port=number, protocol=port.protocol, app_protocol=port.app_protocol)


def _named(name: str, pods: list[SimPod]) -> int:
    declared = (
        port
        for pod in pods
        for container in (*pod.containers, *pod.init_containers)
        for port in container.plan.container.ports
    )
    return next((port.container_port for port in declared if port.name == name), 0)
