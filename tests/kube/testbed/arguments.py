"""How each component is called: arguments, configuration files, and the URL that tells when it is ready.

Source: the components' own `--help` at the versions that tools/*/go.mod pin.
"""

from collections.abc import Callable
from pathlib import Path

from tests.kube.testbed.components import Component
from tests.kube.testbed.layout import HERE, Site, write_json
from tests.kube.testbed.loopback import HOST
from tests.kube.testbed.options import Options
from tests.kube.testbed.tokens import ISSUER

_SERVICE_CIDR = "10.96.0.0/16,fd00:10:96::/108"  # both families: a Service may ask for either or both
_POD_CIDR = "10.128.0.0/9"  # 32768 nodes of a /24 each
_ADDRESS_TYPES = "--kubelet-preferred-address-types=ExternalDNS,InternalIP"


def build_components(site: Site, options: Options) -> dict[str, Component]:
    """The components of a cluster, not started; writes the files they read."""
    _write_files(site)
    builders: dict[str, Callable[[Site, Options], tuple[list[str], str]]] = {
        "etcd": _etcd,
        "kube-apiserver": _apiserver,
        "kube-controller-manager": _controller_manager,
        "kube-scheduler": _scheduler,
        "kwok": _kwok,
        "metrics-server": _metrics_server,
    }
    components: dict[str, Component] = {}
    for name in options.servers:
        argv, health = builders[name](site, options)
        components[name] = Component(name, [str(site.bin / name), *argv], health, site.state, site.logs / f"{name}.log")
    return components


def _write_files(site: Site) -> None:
    write_json(
        site.state / "scheduler.json",
        {
            "apiVersion": "kubescheduler.config.k8s.io/v1",
            "kind": "KubeSchedulerConfiguration",
            "clientConnection": {
                "kubeconfig": str(site.user_kubeconfig("kube-scheduler")),
                "qps": 500,
                "burst": 1000,
            },
            "leaderElection": {"leaderElect": False},
        },
    )
    write_json(
        site.state / "audit-policy.json",
        {
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata"}],
        },
    )


def _etcd(site: Site, _: Options) -> tuple[list[str], str]:
    client, peer = (f"http://{HOST}:{site.ports[name]}" for name in ("etcd", "etcd-peer"))
    return [
        f"--data-dir={site.state / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--log-level=warn",
        "--quota-backend-bytes=4294967296",
        # Test data need not survive a power cut, and a sync of every write costs more than all else.
        "--unsafe-no-fsync",
    ], f"{client}/health"


def _apiserver(site: Site, options: Options) -> tuple[list[str], str]:
    pki = site.pki
    args = [
        f"--etcd-servers=http://{HOST}:{site.ports['etcd']}",
        f"--etcd-compaction-interval={options.etcd_compaction}",
        f"--bind-address={HOST}",
        f"--secure-port={site.ports['kube-apiserver']}",
        # A loopback address is not valid in Endpoints, so nothing is published for the service "kubernetes".
        f"--advertise-address={HOST}",
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={pki.crt('kube-apiserver')}",
        f"--tls-private-key-file={pki.key('kube-apiserver')}",
        f"--client-ca-file={pki.crt('ca')}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--service-cluster-ip-range={_SERVICE_CIDR}",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={pki.key('service-account')}",
        f"--service-account-signing-key-file={pki.key('service-account')}",
        "--service-account-extend-token-expiration=false",
        f"--kubelet-certificate-authority={pki.crt('ca')}",
        f"--kubelet-client-certificate={pki.crt('kubelet-client')}",
        f"--kubelet-client-key={pki.key('kubelet-client')}",
        _ADDRESS_TYPES,
        f"--requestheader-client-ca-file={pki.crt('front-proxy-ca')}",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki.crt('front-proxy-client')}",
        f"--proxy-client-key-file={pki.key('front-proxy-client')}",
    ]
    if options.audit:
        args += [f"--audit-policy-file={site.state / 'audit-policy.json'}", f"--audit-log-path={site.audit_log}"]
    return [*args, *options.apiserver_args], f"{site.url}/readyz"


def _controller_manager(site: Site, options: Options) -> tuple[list[str], str]:
    name, pki = "kube-controller-manager", site.pki
    return [
        *_client(site.user_kubeconfig(name)),
        *_serving(site, name),
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={pki.key('service-account')}",
        f"--root-ca-file={pki.crt('ca')}",
        f"--cluster-signing-cert-file={pki.crt('ca')}",
        f"--cluster-signing-key-file={pki.key('ca')}",
        "--allocate-node-cidrs=true",
        f"--cluster-cidr={_POD_CIDR}",
        f"--service-cluster-ip-range={_SERVICE_CIDR}",
        f"--node-monitor-grace-period={max(50, options.lease_seconds + 10)}s",
        f"--horizontal-pod-autoscaler-sync-period={options.hpa_sync}",
        # The defaults (20 and 30) would take minutes over a few thousand pods.
        "--kube-api-qps=300",
        "--kube-api-burst=600",
    ], f"https://{HOST}:{site.ports[name]}/healthz"


def _scheduler(site: Site, _: Options) -> tuple[list[str], str]:
    name = "kube-scheduler"
    kubeconfig = site.user_kubeconfig(name)
    return [
        f"--config={site.state / 'scheduler.json'}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        *_serving(site, name),
    ], f"https://{HOST}:{site.ports[name]}/healthz"


def _kwok(site: Site, _: Options) -> tuple[list[str], str]:
    return [
        f"--kubeconfig={site.user_kubeconfig('kwok')}",
        f"--config={site.state / 'kwok.yaml'}",
        f"--config={HERE / 'kwok.yaml'}",
        # INFO is a line for every step of every pod, WARN one a scrape for every node without pods.
        "--v=ERROR",
    ], f"https://{HOST}:{site.ports['kwok']}/healthz"


def _metrics_server(site: Site, _: Options) -> tuple[list[str], str]:
    name = "metrics-server"
    return [
        *_client(site.user_kubeconfig(name)),
        *_serving(site, name),
        f"--kubelet-certificate-authority={site.pki.crt('ca')}",
        _ADDRESS_TYPES,
        "--kubelet-use-node-status-port",
        # The shortest it takes; a request must be given less time than that.
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
        # Its /livez and /readyz are for a kubelet, and this machine has none.
        "--authorization-always-allow-paths=/livez,/readyz,/healthz",
    ], f"https://{HOST}:{site.ports[name]}/livez"


def _client(kubeconfig: Path) -> list[str]:
    return [f"--{prefix}kubeconfig={kubeconfig}" for prefix in ("", "authentication-", "authorization-")]


def _serving(site: Site, name: str) -> list[str]:
    return [
        f"--bind-address={HOST}",
        f"--secure-port={site.ports[name]}",
        f"--tls-cert-file={site.pki.crt(name)}",
        f"--tls-private-key-file={site.pki.key(name)}",
    ]
