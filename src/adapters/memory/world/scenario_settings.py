"""Settings, secrets and shared storage of the simulated cluster: names and keys, made up, without any value."""

from adapters.memory.world.declarations import config_map, secret
from domain.cluster.metadata import Resource
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim

_SHOP = ("web", "api", "catalog", "cart", "checkout", "payments", "orders")
_SHARED = "product-images"
_PULL, _TLS, _HELM = "kubernetes.io/dockerconfigjson", "kubernetes.io/tls", "helm.sh/release.v1"
_TLS_KEYS = ("tls.crt", "tls.key")

_CONFIG_MAPS: tuple[Resource, ...] = (
    *(config_map("shop", f"{name}-settings", "application.yaml", "logging.yaml", "features.json") for name in _SHOP),
    config_map("shop", "api-keys", "jwt-public-key"),
    config_map("data", "postgres-config", "postgresql.conf", "pg_hba.conf"),
    config_map("monitoring", "clickhouse-config", "network.xml", "storage.xml", "users.xml"),
    config_map("monitoring", "otel-collector", "relay.yaml"),
    config_map("monitoring", "grafana", "grafana.ini", "datasources.yaml"),
    config_map("monitoring", "grafana-dashboards", "cluster.json", "shop.json", "slo.json"),
    config_map("kube-public", "cluster-info", "kubeconfig"),
    config_map("kube-system", "cilium-config", "cluster-name", "enable-ipv4", "ipam", "tunnel-protocol"),
    config_map("kube-system", "coredns", "Corefile"),
    config_map(
        "kube-system",
        "extension-apiserver-authentication",
        "client-ca-file",
        "requestheader-allowed-names",
        "requestheader-client-ca-file",
    ),
    config_map("kube-system", "kube-proxy", "config.conf", "kubeconfig.conf"),
    config_map("kube-system", "kubeadm-config", "ClusterConfiguration"),
    config_map("kube-system", "kubelet-config", "kubelet"),
)

_SECRETS: tuple[Resource, ...] = (
    secret("shop", "orders-db", "username", "password"),
    secret("shop", "psp", "api-key", "webhook-secret"),
    secret("shop", "registry-example", ".dockerconfigjson", type_=_PULL),
    secret("shop", "shop-tls", *_TLS_KEYS, type_=_TLS),
    secret("shop", "sh.helm.release.v1.shop.v43", "release", type_=_HELM),
    secret("data", "postgres", "postgres-password", "replication-password"),
    secret("data", "redis", "redis-password"),
    secret("monitoring", "grafana", "admin-user", "admin-password"),
    secret("monitoring", "grafana-tls", *_TLS_KEYS, type_=_TLS),
    secret("kube-system", "cilium-ca", "ca.crt", "ca.key"),
    secret("kube-system", "traefik-default-cert", *_TLS_KEYS, type_=_TLS),
)

_STORAGE: tuple[Resource, ...] = (
    PersistentVolume(
        uid="",
        name=f"nfs-{_SHARED}",
        capacity="200Gi",
        phase="Bound",
        access_modes=("ReadWriteMany",),
        reclaim_policy="Retain",
        volume_source_type="NFS",
        claim_ref_name=_SHARED,
        claim_ref_namespace="shop",
    ),
    PersistentVolume(
        uid="",
        name="nfs-archive",
        capacity="500Gi",
        phase="Available",
        access_modes=("ReadWriteMany",),
        reclaim_policy="Retain",
        volume_source_type="NFS",
    ),
    PersistentVolume(
        uid="",
        name="pvc-0c9be1f4-62f5-4f0e-9a06-6d7c0f3f1b7e",
        capacity="50Gi",
        phase="Released",
        storage_class="fast-ssd",
        access_modes=("ReadWriteOnce",),
        reclaim_policy="Retain",
        volume_source_type="CSI",
        claim_ref_name="data-mysql-0",
        claim_ref_namespace="data",
    ),
    PersistentVolumeClaim(
        uid="",
        namespace="shop",
        name=_SHARED,
        phase="Bound",
        volume_name=f"nfs-{_SHARED}",
        access_modes=("ReadWriteMany",),
        requested_capacity="200Gi",
        actual_capacity="200Gi",
        volume_mode="Filesystem",
    ),
    PersistentVolumeClaim(
        uid="",
        namespace="shop",
        name="order-exports",
        phase="Pending",
        volume_name="",
        storage_class="archive-hdd",
        access_modes=("ReadWriteOnce",),
        requested_capacity="100Gi",
        volume_mode="Filesystem",
    ),
)

SETTINGS: tuple[Resource, ...] = (*_CONFIG_MAPS, *_SECRETS, *_STORAGE)
