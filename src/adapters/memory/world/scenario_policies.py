"""What is allowed in the simulated cluster: quotas, limits, who may talk to whom."""

from adapters.memory.world.declarations import network_policy, peer, peers
from domain.cluster.metadata import Resource
from domain.cluster.network_policies import NetworkPolicyPeer
from domain.cluster.policy import LimitRange, LimitRangeItem, ResourceQuota

_EDGE = peer("traefik", "kube-system")
_MESH_PORT, _APP_PORT, _HTTPS_PORT = 4143, 8080, 443
_OUTSIDE = NetworkPolicyPeer(
    type="ipBlock", cidr="0.0.0.0/0", except_=("10.0.0.0/8", "169.254.169.254/32", "192.168.0.0/16")
)

POLICIES: tuple[Resource, ...] = (
    ResourceQuota(
        namespace="shop",
        name="shop",
        hard={
            "configmaps": "40",
            "pods": "150",
            "requests.cpu": "36",
            "requests.memory": "72Gi",
            "requests.nvidia.com/gpu": "2",
            "secrets": "20",
            "services": "30",
        },
    ),
    ResourceQuota(
        namespace="data",
        name="data",
        hard={"persistentvolumeclaims": "20", "pods": "40", "requests.cpu": "12", "requests.storage": "1Ti"},
    ),
    ResourceQuota(namespace="monitoring", name="monitoring", hard={"pods": "60", "requests.memory": "40Gi"}),
    LimitRange(
        namespace="data",
        name="containers",
        items=(
            LimitRangeItem(
                type="Container",
                default={"cpu": "500m", "memory": "256Mi"},
                default_request={"cpu": "100m", "memory": "128Mi"},
                max={"cpu": "2", "memory": "4Gi"},
                min={"cpu": "50m", "memory": "64Mi"},
                max_limit_request_ratio={"cpu": "10"},
            ),
            LimitRangeItem(type="PersistentVolumeClaim", max={"storage": "200Gi"}, min={"storage": "1Gi"}),
        ),
    ),
    LimitRange(
        namespace="shop",
        name="pods",
        items=(LimitRangeItem(type="Pod", max={"cpu": "8", "memory": "16Gi"}),),
    ),
    network_policy("shop", "default-deny", ingress=()),
    network_policy("shop", "allow-within-shop", ingress=(peers(peer(namespace="shop")),)),
    *(
        network_policy(
            "shop", f"allow-edge-to-{name}", pods=name, ingress=(peers(_EDGE, ports=(_APP_PORT, _MESH_PORT)),)
        )
        for name in ("web", "api", "recommendations")
    ),
    network_policy(
        "shop",
        "payments-egress",
        pods="payments",
        egress=(
            peers(_OUTSIDE, ports=(_HTTPS_PORT,)),
            peers(peer(namespace="shop")),
            peers(peer("coredns", "kube-system"), ports=(53,), protocol="UDP"),
        ),
    ),
    network_policy(
        "data",
        "postgres",
        pods="postgres",
        ingress=(
            peers(peer("orders", "shop"), peer("catalog", "shop"), ports=(5432,)),
            peers(peer("backup-postgres"), peer("postgres"), ports=(5432,)),
        ),
    ),
    network_policy("data", "redis", pods="redis", ingress=(peers(peer("cart", "shop"), ports=(6379,)),)),
    network_policy(
        "monitoring",
        "clickhouse",
        pods="clickhouse",
        ingress=(peers(peer("otel-collector"), peer("grafana"), ports=(8123, 9000)),),
    ),
)
