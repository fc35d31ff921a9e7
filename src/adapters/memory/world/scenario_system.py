"""The cluster's own components: the control plane, and what every node runs."""

from adapters.memory.world.blueprints import WorkloadKind, WorkloadPlan
from adapters.memory.world.parts import config, container, http_probe, listens, plan
from adapters.memory.world.templates import NODE_CRITICAL, app, daemon_set, deployment, spec
from domain.cluster.pod_parts import Toleration, Volume

_CRITICAL = "system-cluster-critical"
_VERSION = "v1.34.2"


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
        spec=spec(
            "",
            tolerations=(Toleration(operator="Exists", effect="NoExecute"),),
            selector={"node-role.kubernetes.io/control-plane": ""},
            host_network=True,
            priority=NODE_CRITICAL,
        ),
        age_days=71.0,
    )


_PROXY = config("kube-proxy", "kube-proxy", "/var/lib/kube-proxy")
_CILIUM = config("cilium-config-path", "cilium-config", "/etc/cilium")
_COREDNS = config("config-volume", "coredns", "/etc/coredns")

CONTROL_PLANE: tuple[WorkloadPlan, ...] = (
    _static("etcd", "registry.k8s.io/etcd:3.6.5-0", 2381, 60, 140),
    _static("kube-apiserver", f"registry.k8s.io/kube-apiserver:{_VERSION}", 6443, 190, 620),
    _static("kube-controller-manager", f"registry.k8s.io/kube-controller-manager:{_VERSION}", 10257, 40, 110),
    _static("kube-scheduler", f"registry.k8s.io/kube-scheduler:{_VERSION}", 10259, 12, 48),
    daemon_set(
        "kube-system",
        "kube-proxy",
        plan(
            container(
                "kube-proxy",
                f"registry.k8s.io/kube-proxy:{_VERSION}",
                requests="",
                args=("--config=/var/lib/kube-proxy/config.conf",),
                mounts=(_PROXY[1],),
            ),
            6,
            38,
        ),
        host_network=True,
        volumes=(_PROXY[0],),
    ),
    daemon_set(
        "kube-system",
        "cilium",
        app("cilium-agent", "quay.io/cilium/cilium:v1.18.2", 9879, (35, 210), mounts=(_CILIUM[1],)),
        host_network=True,
        volumes=(_CILIUM[0],),
    ),
    daemon_set(
        "kube-system",
        "nvidia-device-plugin",
        plan(container("nvidia-device-plugin", "nvcr.io/nvidia/k8s-device-plugin:v0.17.4", requests=""), 2, 24),
        selector={"nvidia.com/gpu.present": "true"},
    ),
    deployment(
        "kube-system",
        "coredns",
        2,
        app(
            "coredns",
            "registry.k8s.io/coredns/coredns:v1.12.4",
            8080,
            (14, 32),
            path="/health",
            port_name="health",
            more_ports=(listens("dns", 53, "UDP"), listens("dns-tcp", 53), listens("metrics", 9153)),
            mounts=(_COREDNS[1],),
        ),
        priority=_CRITICAL,
        volumes=(_COREDNS[0],),
    ),
    deployment(
        "kube-system",
        "metrics-server",
        1,
        app(
            "metrics-server",
            "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
            10250,
            (9, 44),
            path="/livez",
            port_name="https",
        ),
        priority=_CRITICAL,
    ),
    deployment(
        "kube-system",
        "traefik",
        2,
        app(
            "traefik",
            "docker.io/library/traefik:v3.5",
            8080,
            (70, 95),
            path="/ping",
            port_name="traefik",
            more_ports=(listens("web", 8000), listens("websecure", 8443)),
        ),
    ),
)
