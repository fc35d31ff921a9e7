"""Short ways to declare containers, probes and volumes of the scenario.

Environment values and arguments pass the same redaction as those of a real cluster, so that the demo shows what an
operator will see.
"""

from collections.abc import Iterable, Mapping

from adapters.memory.world.blueprints import ContainerPlan, Fault
from domain.cluster.containers import Container, ContainerPort, EnvVar, Probe, VolumeMount
from domain.cluster.pod_parts import Toleration, Volume
from domain.redaction import arguments, env_value

EVERY_POD_TOLERATES = tuple(
    Toleration(key=f"node.kubernetes.io/{trouble}", operator="Exists", effect="NoExecute", toleration_seconds=300)
    for trouble in ("not-ready", "unreachable")
)
EVERYWHERE = (Toleration(operator="Exists"),)
"""What agents of the cluster itself tolerate."""
API_ACCESS = Volume(name="kube-api-access", type="Projected")
API_ACCESS_MOUNT = VolumeMount(
    name="kube-api-access", mount_path="/var/run/secrets/kubernetes.io/serviceaccount", read_only=True
)


def http_probe(path: str, port: int, *, delay_seconds: int = 0, period_seconds: int = 10) -> Probe:
    """An httpGet probe with the defaults that the API server fills in."""
    return Probe(
        type="httpGet",
        path=path,
        port=port,
        initial_delay_seconds=delay_seconds,
        period_seconds=period_seconds,
        timeout_seconds=1,
        success_threshold=1,
        failure_threshold=3,
    )


def exec_probe(command: str, *, period_seconds: int = 10) -> Probe:
    """An exec probe with the defaults that the API server fills in."""
    return Probe(
        type="exec",
        command=command,
        initial_delay_seconds=5,
        period_seconds=period_seconds,
        timeout_seconds=3,
        success_threshold=1,
        failure_threshold=6,
    )


def environment(values: Mapping[str, str]) -> tuple[EnvVar, ...]:
    """Variables; a value that begins with `from ` says where it comes from (`from secret:orders-db`)."""
    return tuple(
        EnvVar(name=name, value_from=value.removeprefix("from "))
        if value.startswith("from ")
        else EnvVar(name=name, value=env_value(name, value))
        for name, value in values.items()
    )


def container(
    name: str,
    image: str,
    *,
    port: int = 0,
    ports: Iterable[ContainerPort] = (),
    requests: str = "100m 128Mi",
    limits: str = "",
    probe: Probe | None = None,
    envs: Mapping[str, str] | None = None,
    mounts: Iterable[VolumeMount] = (),
    command: Iterable[str] = (),
    args: Iterable[str] = (),
) -> Container:
    """A container; `port` is its port for HTTP, `ports` all others; `requests` and `limits` are `<cpu> <memory>`."""
    return Container(
        name=name,
        image=image,
        image_pull_policy="IfNotPresent",
        ports=(*((listens("http", port),) if port else ()), *ports),
        envs=environment(envs or {}),
        volume_mounts=(*mounts, API_ACCESS_MOUNT),
        requests=_resources(requests),
        limits=_resources(limits),
        liveness_probe=probe,
        readiness_probe=probe,
        command=tuple(command),
        args=arguments(args),
    )


def listens(name: str, number: int, protocol: str = "TCP") -> ContainerPort:
    """A port that a container declares."""
    return ContainerPort(name=name, container_port=number, protocol=protocol)


def _resources(text: str) -> dict[str, str]:
    return dict(zip(("cpu", "memory", "nvidia.com/gpu"), text.split(), strict=False))


def mesh() -> tuple[ContainerPlan, ContainerPlan]:
    """The service mesh of a pod: an init container that redirects its traffic, and a native sidecar that takes it."""
    redirect = container(
        "linkerd-init",
        "cr.l5d.io/linkerd/proxy-init:v2.4.3",
        requests="10m 10Mi",
        limits="100m 50Mi",
        args=("--incoming-proxy-port", "4143", "--outgoing-proxy-port", "4140", "--proxy-uid", "2102"),
    )
    proxy = container(
        "linkerd-proxy",
        "cr.l5d.io/linkerd/proxy:edge-25.10.3",
        ports=(listens("linkerd-proxy", 4143),),
        requests="20m 32Mi",
        limits="200m 128Mi",
        probe=http_probe("/ready", 4191, delay_seconds=2),
        envs={"LINKERD2_PROXY_LOG": "warn,linkerd=info", "_pod_ns": "from field:metadata.namespace"},
    )
    return (
        ContainerPlan(container=redirect, millicores=5, mebibytes=4, runs_seconds=1.0),
        ContainerPlan(container=proxy, millicores=9, mebibytes=21, ready_after_seconds=1.0, is_sidecar=True),
    )


def plan(
    what: Container,
    millicores: float,
    mebibytes: float,
    *,
    ready_after_seconds: float = 4.0,
    runs_seconds: float | None = None,
    fault: Fault = Fault.NONE,
    last_words: str = "",
) -> ContainerPlan:
    """A container with what it uses and how it behaves."""
    return ContainerPlan(
        container=what,
        millicores=millicores,
        mebibytes=mebibytes,
        ready_after_seconds=ready_after_seconds,
        runs_seconds=runs_seconds,
        fault=fault,
        last_words=last_words,
    )


def config(name: str, source: str, mount_path: str) -> tuple[Volume, VolumeMount]:
    """A ConfigMap and where a container sees it."""
    return Volume(name=name, type="ConfigMap", source=source), VolumeMount(
        name=name, mount_path=mount_path, read_only=True
    )


def scratch(name: str, mount_path: str) -> tuple[Volume, VolumeMount]:
    """An emptyDir and where a container sees it."""
    return Volume(name=name, type="EmptyDir"), VolumeMount(name=name, mount_path=mount_path)


def claim(name: str, source: str, mount_path: str) -> tuple[Volume, VolumeMount]:
    """A volume claim and where a container sees it."""
    return Volume(name=name, type="PVC", source=source), VolumeMount(name=name, mount_path=mount_path)
