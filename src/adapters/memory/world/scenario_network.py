"""How the workloads of the simulated cluster are reached: Services, and Ingresses for the world outside.

Telemetry calls the Services at the edge of the shop by their namespace, name and port 80 (`shop-web-80`).
"""

from adapters.memory.world.declarations import (
    HEADLESS,
    external_service,
    ingress,
    port,
    service,
    service_without_pods,
)
from domain.cluster.metadata import Resource

_LOAD_BALANCER = "10.20.0.100"
_SHOP = ("web", "api", "catalog", "cart", "checkout", "payments", "orders", "notifications", "promotions")
_STICKY_SECONDS = 10_800

NETWORK: tuple[Resource, ...] = (
    service_without_pods("default", "kubernetes", "10.96.0.1", port("https", 443, "6443")),
    service(
        "kube-system",
        "kube-dns",
        "10.96.0.10",
        port("dns", 53, protocol="UDP"),
        port("dns-tcp", 53),
        port("metrics", 9153),
        of="coredns",
    ),
    service("kube-system", "metrics-server", "10.96.31.7", port("https", 443, "https")),
    service(
        "kube-system",
        "traefik",
        "10.96.118.40",
        port("web", 80, "web", node_port=30080),
        port("websecure", 443, "websecure", node_port=30443),
        type_="LoadBalancer",
        load_balancer=_LOAD_BALANCER,
    ),
    service("data", "postgres", "10.96.54.2", port("postgres", 5432, "postgres")),
    service("data", "postgres-headless", HEADLESS, port("postgres", 5432, "postgres"), of="postgres"),
    service("data", "redis", "10.96.54.9", port("redis", 6379, "redis")),
    service("data", "redis-headless", HEADLESS, port("redis", 6379, "redis"), of="redis"),
    service("monitoring", "clickhouse", "10.96.77.3", port("http", 8123, "http"), port("native", 9000, "native")),
    service("monitoring", "clickhouse-headless", HEADLESS, port("native", 9000, "native"), of="clickhouse"),
    service("monitoring", "grafana", "10.96.77.12", port("http", 80, "http")),
    service("monitoring", "node-exporter", HEADLESS, port("metrics", 9100, "metrics")),
    service(
        "monitoring",
        "otel-collector",
        "10.96.77.30",
        port("otlp-grpc", 4317, "otlp-grpc"),
        port("otlp-http", 4318, "otlp-http"),
    ),
    *(
        service(
            "shop",
            name,
            f"10.96.200.{10 + number}",
            port("http", 80, "http"),
            sticky_seconds=_STICKY_SECONDS if name == "web" else None,
        )
        for number, name in enumerate(_SHOP)
    ),
    service("shop", "recommendations", "10.96.200.40", port("http", 80, "http")),
    service(
        "shop",
        "web-preview",
        "10.96.200.41",
        port("http", 80, "http", node_port=31080),
        of="web",
        type_="NodePort",
    ),
    external_service("shop", "psp", "api.psp.example"),
    ingress(
        "shop",
        "web",
        "shop.example",
        {"/": ("web", "http"), "/recommendations": ("recommendations", "http")},
        secret_name="shop-tls",  # noqa: S106 - the name of a Secret
        address=_LOAD_BALANCER,
    ),
    ingress(
        "shop",
        "api",
        "api.shop.example",
        {"/": ("api", "http")},
        secret_name="shop-tls",  # noqa: S106 - the name of a Secret
        address=_LOAD_BALANCER,
    ),
    ingress(
        "monitoring",
        "grafana",
        "grafana.shop.example",
        {"/": ("grafana", "http")},
        secret_name="grafana-tls",  # noqa: S106 - the name of a Secret
        address=_LOAD_BALANCER,
    ),
)
