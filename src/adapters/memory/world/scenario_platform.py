"""What carries the shop: databases, monitoring, and the cluster's own components."""

from adapters.memory.world.blueprints import ContainerPlan, WorkloadKind, WorkloadPlan
from adapters.memory.world.parts import (
    API_ACCESS,
    EVERY_POD_TOLERATES,
    EVERYWHERE,
    claim,
    config,
    container,
    exec_probe,
    http_probe,
    plan,
)
from domain.cluster.containers import VolumeMount
from domain.cluster.pod_parts import Affinity, Toleration, Volume
from domain.cluster.pods import PodSpec

_CRITICAL = "system-cluster-critical"
_NODE_CRITICAL = "system-node-critical"


def _spec(
    account: str,
    *,
    tolerations: tuple[Toleration, ...] = EVERY_POD_TOLERATES,
    selector: dict[str, str] | None = None,
    host_network: bool = False,
    priority: str = "",
    restart_policy: str = "Always",
) -> PodSpec:
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


def _deployment(namespace: str, name: str, replicas: int, what: ContainerPlan, *, priority: str = "") -> WorkloadPlan:
    return WorkloadPlan(
        kind=WorkloadKind.DEPLOYMENT,
        namespace=namespace,
        name=name,
        replicas=replicas,
        containers=(what,),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": name},
        spec=_spec(name, priority=priority),
        age_days=70.0,
    )


def _daemon_set(
    namespace: str,
    name: str,
    what: ContainerPlan,
    *,
    host_network: bool = False,
    selector: dict[str, str] | None = None,
) -> WorkloadPlan:
    return WorkloadPlan(
        kind=WorkloadKind.DAEMON_SET,
        namespace=namespace,
        name=name,
        containers=(what,),
        volumes=(Volume(name="host-root", type="HostPath", source="/"), API_ACCESS),
        labels={"app.kubernetes.io/name": name},
        spec=_spec(name, tolerations=EVERYWHERE, selector=selector, host_network=host_network, priority=_NODE_CRITICAL),
        age_days=70.0,
    )


def _static(name: str, image: str, port: int, millicores: float, mebibytes: float) -> WorkloadPlan:
    """A component that the control plane's kubelet runs from a file."""
    what = container(name, image, port=port, requests="100m 256Mi", probe=http_probe("/livez", port, delay_seconds=10))
    return WorkloadPlan(
        kind=WorkloadKind.NODE,
        namespace="kube-system",
        name=name,
        containers=(plan(what, millicores, mebibytes),),
        volumes=(Volume(name="k8s-certs", type="HostPath", source="/etc/kubernetes/pki"),),
        labels={"component": name, "tier": "control-plane"},
        annotations={"kubernetes.io/config.source": "file"},
        spec=_spec(
            "",
            tolerations=(Toleration(operator="Exists", effect="NoExecute"),),
            selector={"node-role.kubernetes.io/control-plane": ""},
            host_network=True,
            priority=_NODE_CRITICAL,
        ),
        age_days=71.0,
    )


def _stateful_set(
    namespace: str, name: str, replicas: int, what: ContainerPlan, data: tuple[Volume, ...]
) -> WorkloadPlan:
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
    )


def _postgres() -> WorkloadPlan:
    volume, mount = claim("data", "data-postgres", "/var/lib/postgresql/data")
    what = container(
        "postgres",
        "docker.io/library/postgres:17.6",
        port=5432,
        requests="500m 1Gi",
        limits="500m 1Gi",
        probe=exec_probe("pg_isready -U postgres"),
        envs={"POSTGRES_PASSWORD": "from secret:postgres", "PGDATA": "/var/lib/postgresql/data/pgdata"},
        mounts=(mount,),
    )
    return _stateful_set("data", "postgres", 2, plan(what, 260, 720, ready_after_seconds=5.0), (volume,))


def _redis() -> WorkloadPlan:
    volume, mount = claim("data", "data-redis", "/data")
    what = container(
        "redis",
        "docker.io/library/redis:8.2",
        port=6379,
        requests="100m 256Mi",
        limits="500m 512Mi",
        probe=exec_probe("redis-cli ping"),
        args=("--appendonly", "yes", "--requirepass", "swordfish"),
        mounts=(mount,),
    )
    return _stateful_set("data", "redis", 1, plan(what, 45, 190, ready_after_seconds=2.0), (volume,))


def _clickhouse() -> WorkloadPlan:
    volume, mount = claim("data", "data-clickhouse", "/var/lib/clickhouse")
    settings, settings_mount = config("config", "clickhouse-config", "/etc/clickhouse-server/config.d")
    what = container(
        "clickhouse",
        "docker.io/clickhouse/clickhouse-server:25.8",
        port=8123,
        requests="1 4Gi",
        limits="4 8Gi",
        probe=http_probe("/ping", 8123, delay_seconds=5),
        mounts=(mount, settings_mount),
    )
    return _stateful_set(
        "monitoring", "clickhouse", 1, plan(what, 620, 3100, ready_after_seconds=6.0), (volume, settings)
    )


def _backup() -> WorkloadPlan:
    """A job every ten minutes; the last three stay."""
    what = container(
        "backup",
        "registry.example/platform/pg-backup:1.3.2",
        requests="100m 128Mi",
        envs={"PGPASSWORD": "from secret:postgres", "BUCKET": "s3://backups-example/postgres"},
        command=("/bin/backup", "--all"),
    )
    return WorkloadPlan(
        kind=WorkloadKind.CRON_JOB,
        namespace="data",
        name="backup-postgres",
        replicas=3,
        containers=(plan(what, 210, 80, ready_after_seconds=0.0, runs_seconds=35.0),),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": "backup-postgres"},
        spec=_spec("backup", restart_policy="Never"),
        every_seconds=600,
    )


def _toolbox() -> WorkloadPlan:
    """A pod that somebody made by hand and forgot: no controller, no requests."""
    what = container("shell", "docker.io/library/alpine:3.22", requests="", command=("sleep", "infinity"))
    return WorkloadPlan(
        kind=WorkloadKind.NONE,
        namespace="default",
        name="toolbox",
        containers=(plan(what, 0.2, 2),),
        volumes=(API_ACCESS,),
        labels={"run": "toolbox"},
        spec=_spec("default"),
        age_days=19.0,
    )


def _app(name: str, image: str, port: int, use: tuple[float, float], *, path: str = "/healthz") -> ContainerPlan:
    return plan(
        container(name, image, port=port, requests="50m 64Mi", limits="1 1Gi", probe=http_probe(path, port)), *use
    )


_PROC = VolumeMount(name="host-root", mount_path="/host", read_only=True)
_VERSION = "v1.34.2"

CONTROL_PLANE: tuple[WorkloadPlan, ...] = (
    _static("etcd", "registry.k8s.io/etcd:3.6.5-0", 2381, 60, 140),
    _static("kube-apiserver", f"registry.k8s.io/kube-apiserver:{_VERSION}", 6443, 190, 620),
    _static("kube-controller-manager", f"registry.k8s.io/kube-controller-manager:{_VERSION}", 10257, 40, 110),
    _static("kube-scheduler", f"registry.k8s.io/kube-scheduler:{_VERSION}", 10259, 12, 48),
    _daemon_set(
        "kube-system",
        "kube-proxy",
        plan(
            container(
                "kube-proxy",
                f"registry.k8s.io/kube-proxy:{_VERSION}",
                requests="",
                args=("--config=/var/lib/kube-proxy/config.conf",),
            ),
            6,
            38,
        ),
        host_network=True,
    ),
    _daemon_set(
        "kube-system",
        "cilium",
        _app("cilium-agent", "quay.io/cilium/cilium:v1.18.2", 9879, (35, 210)),
        host_network=True,
    ),
    _daemon_set(
        "kube-system",
        "nvidia-device-plugin",
        plan(container("nvidia-device-plugin", "nvcr.io/nvidia/k8s-device-plugin:v0.17.4", requests=""), 2, 24),
        selector={"nvidia.com/gpu.present": "true"},
    ),
    _deployment(
        "kube-system",
        "coredns",
        2,
        _app("coredns", "registry.k8s.io/coredns/coredns:v1.12.4", 8080, (14, 32), path="/health"),
        priority=_CRITICAL,
    ),
    _deployment(
        "kube-system",
        "metrics-server",
        1,
        _app("metrics-server", "registry.k8s.io/metrics-server/metrics-server:v0.8.0", 10250, (9, 44), path="/livez"),
        priority=_CRITICAL,
    ),
    _deployment(
        "kube-system", "traefik", 2, _app("traefik", "docker.io/library/traefik:v3.5", 8080, (70, 95), path="/ping")
    ),
)

PLATFORM: tuple[WorkloadPlan, ...] = (
    _postgres(),
    _redis(),
    _backup(),
    _clickhouse(),
    _daemon_set(
        "monitoring",
        "node-exporter",
        plan(
            container(
                "node-exporter",
                "quay.io/prometheus/node-exporter:v1.9.1",
                port=9100,
                requests="20m 32Mi",
                limits="200m 96Mi",
                args=("--path.rootfs=/host",),
                mounts=(_PROC,),
            ),
            5,
            22,
        ),
        host_network=True,
    ),
    _deployment(
        "monitoring",
        "otel-collector",
        2,
        _app(
            "otel-collector",
            "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.139.0",
            13133,
            (110, 230),
            path="/",
        ),
    ),
    _deployment(
        "monitoring",
        "grafana",
        1,
        _app("grafana", "docker.io/grafana/grafana:12.2.1", 3000, (18, 170), path="/api/health"),
    ),
    _toolbox(),
)
