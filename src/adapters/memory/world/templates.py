"""Ways in which the workloads of the scenario that carry the shop are alike."""

from collections.abc import Iterable, Mapping

from adapters.memory.world.blueprints import ClaimPlan, ContainerPlan, WorkloadKind, WorkloadPlan
from adapters.memory.world.parts import (
    API_ACCESS,
    EVERY_POD_TOLERATES,
    EVERYWHERE,
    container,
    http_probe,
    listens,
    plan,
)
from domain.cluster.containers import ContainerPort, VolumeMount
from domain.cluster.pod_parts import Affinity, Toleration, Volume
from domain.cluster.pods import PodSpec

NODE_CRITICAL = "system-node-critical"


def spec(
    account: str,
    *,
    tolerations: tuple[Toleration, ...] = EVERY_POD_TOLERATES,
    selector: dict[str, str] | None = None,
    host_network: bool = False,
    priority: str = "",
    restart_policy: str = "Always",
) -> PodSpec:
    """A pod template's spec as this cluster's manifests write it."""
    return PodSpec(
        restart_policy=restart_policy,
        service_account_name=account,
        node_selector={"kubernetes.io/os": "linux", **(selector or {})},
        tolerations=tolerations,
        dns_policy="ClusterFirstWithHostNet" if host_network else "ClusterFirst",
        host_network=host_network,
        priority_class_name=priority,
        termination_grace_period_seconds=30,
    )


def deployment(
    namespace: str,
    name: str,
    replicas: int,
    what: ContainerPlan,
    *,
    priority: str = "",
    volumes: tuple[Volume, ...] = (),
) -> WorkloadPlan:
    """A deployment of one container."""
    return WorkloadPlan(
        kind=WorkloadKind.DEPLOYMENT,
        namespace=namespace,
        name=name,
        replicas=replicas,
        containers=(what,),
        volumes=(*volumes, API_ACCESS),
        labels={"app.kubernetes.io/name": name},
        spec=spec(name, priority=priority),
        age_days=70.0,
    )


def daemon_set(
    namespace: str,
    name: str,
    what: ContainerPlan,
    *,
    host_network: bool = False,
    selector: dict[str, str] | None = None,
    volumes: tuple[Volume, ...] = (),
) -> WorkloadPlan:
    """An agent on every node that the selector names; it tolerates everything."""
    return WorkloadPlan(
        kind=WorkloadKind.DAEMON_SET,
        namespace=namespace,
        name=name,
        containers=(what,),
        volumes=(Volume(name="host-root", type="HostPath", source="/"), *volumes, API_ACCESS),
        labels={"app.kubernetes.io/name": name},
        spec=spec(name, tolerations=EVERYWHERE, selector=selector, host_network=host_network, priority=NODE_CRITICAL),
        age_days=70.0,
    )


def stateful_set(
    namespace: str, name: str, replicas: int, what: ContainerPlan, data: tuple[Volume, ...], *, storage: str
) -> WorkloadPlan:
    """A stateful set of one container; every pod has a claim of its own, for its first volume."""
    return WorkloadPlan(
        kind=WorkloadKind.STATEFUL_SET,
        namespace=namespace,
        name=name,
        replicas=replicas,
        containers=(what,),
        volumes=(*data, API_ACCESS),
        labels={"app.kubernetes.io/name": name},
        spec=PodSpec(
            restart_policy="Always",
            service_account_name=name,
            tolerations=EVERY_POD_TOLERATES,
            affinity=Affinity(pod_anti_affinity="required"),
            dns_policy="ClusterFirst",
            termination_grace_period_seconds=60,
        ),
        age_days=64.0,
        claims=(ClaimPlan(name=data[0].name, storage=storage),),
        serves=f"{name}-headless",
    )


def app(
    name: str,
    image: str,
    port: int,
    use: tuple[float, float],
    *,
    path: str = "/healthz",
    port_name: str = "http",
    more_ports: Iterable[ContainerPort] = (),
    envs: Mapping[str, str] | None = None,
    mounts: Iterable[VolumeMount] = (),
) -> ContainerPlan:
    """A container that answers a health check; `use` is its millicores and mebibytes."""
    what = container(
        name,
        image,
        ports=(listens(port_name, port), *more_ports),
        requests="50m 64Mi",
        limits="1 1Gi",
        probe=http_probe(path, port),
        envs=envs,
        mounts=mounts,
    )
    return plan(what, *use)
