"""The web shop of the simulated cluster, and what does not work in it.

Its seven services are those whose traces and service levels the in-memory OTel store tells of.
"""

from collections.abc import Mapping

from adapters.memory.world.blueprints import ContainerPlan, Fault, WorkloadKind, WorkloadPlan
from adapters.memory.world.parts import (
    API_ACCESS,
    EVERY_POD_TOLERATES,
    claim,
    config,
    container,
    http_probe,
    mesh,
    plan,
    scratch,
)
from domain.cluster.pod_parts import Affinity, Toleration
from domain.cluster.pods import PodSpec

_NAMESPACE = "shop"
_TRACING = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel-collector.monitoring:4317",
    "POD_IP": "from field:status.podIP",
}


def _service(
    name: str,
    version: str,
    replicas: int,
    *,
    millicores: float,
    mebibytes: float,
    envs: Mapping[str, str],
    memory: str = "128Mi",
    autoscaled: tuple[int, int] | None = None,
    waits_for: str = "",
    shares: str = "",
) -> WorkloadPlan:
    settings, settings_mount = config("settings", f"{name}-settings", "/etc/shop")
    cache, cache_mount = scratch("tmp", "/tmp")  # noqa: S108 - a path inside a simulated container
    shared = (claim("shared", shares, "/srv/shared"),) if shares else ()
    app = container(
        name,
        f"registry.example/shop/{name}:{version}",
        port=8080,
        requests=f"100m {memory}",
        limits="1 512Mi",
        probe=http_probe("/healthz", 8080, delay_seconds=3),
        envs={**_TRACING, "OTEL_SERVICE_NAME": name, **envs},
        mounts=(settings_mount, cache_mount, *(mount for _, mount in shared)),
    )
    init: tuple[ContainerPlan, ...] = mesh()
    if waits_for:
        wait = container("wait", "docker.io/library/busybox:1.37", requests="10m 16Mi", command=("nc", "-z", waits_for))
        init = (*init, plan(wait, 1, 1, runs_seconds=2.0))
    return WorkloadPlan(
        kind=WorkloadKind.DEPLOYMENT,
        namespace=_NAMESPACE,
        name=name,
        replicas=replicas,
        containers=(plan(app, millicores, mebibytes),),
        init_containers=init,
        volumes=(settings, cache, *(volume for volume, _ in shared), API_ACCESS),
        labels={"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop", "tier": "backend"},
        annotations={"linkerd.io/inject": "enabled", "prometheus.io/scrape": "true", "prometheus.io/port": "8080"},
        spec=PodSpec(
            restart_policy="Always",
            service_account_name=name,
            tolerations=EVERY_POD_TOLERATES,
            affinity=Affinity(pod_anti_affinity="preferred"),
            dns_policy="ClusterFirst",
            termination_grace_period_seconds=30,
            image_pull_secrets=("registry-example",),
        ),
        autoscaled=autoscaled,
        is_rolled=True,
    )


def _troubled(name: str, image: str, *, fault: Fault, last_words: str = "", age_days: float) -> WorkloadPlan:
    """A deployment that somebody should look at."""
    app = container(
        name,
        image,
        port=8080,
        requests="50m 96Mi",
        limits="500m 192Mi",
        probe=http_probe("/healthz", 8080),
        envs={"SMTP_URL": "smtp://mailer:s3cr3t-of-the-demo@mail.example:587", "LOG_LEVEL": "info"},
    )
    return WorkloadPlan(
        kind=WorkloadKind.DEPLOYMENT,
        namespace=_NAMESPACE,
        name=name,
        containers=(plan(app, 30, 60, ready_after_seconds=6.0, fault=fault, last_words=last_words),),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop"},
        spec=PodSpec(
            restart_policy="Always",
            service_account_name="default",
            tolerations=EVERY_POD_TOLERATES,
            dns_policy="ClusterFirst",
            termination_grace_period_seconds=30,
        ),
        age_days=age_days,
    )


def _recommendations() -> WorkloadPlan:
    """Two pods that each want a GPU, in a cluster that has one."""
    model = container(
        "recommendations",
        "registry.example/shop/recommendations:0.8.1",
        port=8080,
        requests="2 8Gi 1",
        limits="4 12Gi 1",
        probe=http_probe("/v1/health", 8080, delay_seconds=10),
        envs={"MODEL": "als-2026-10", "CUDA_VISIBLE_DEVICES": "0"},
    )
    return WorkloadPlan(
        kind=WorkloadKind.DEPLOYMENT,
        namespace=_NAMESPACE,
        name="recommendations",
        replicas=2,
        containers=(plan(model, 1400, 6200, ready_after_seconds=10.0),),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": "recommendations", "app.kubernetes.io/part-of": "shop"},
        spec=PodSpec(
            restart_policy="Always",
            service_account_name="recommendations",
            tolerations=(
                Toleration(key="nvidia.com/gpu", operator="Exists", effect="NoSchedule"),
                *EVERY_POD_TOLERATES,
            ),
            dns_policy="ClusterFirst",
            priority_class_name="batch-low",
            termination_grace_period_seconds=60,
        ),
        age_days=6.0,
    )


def _sitemap() -> WorkloadPlan:
    """A job every quarter of an hour that never succeeds."""
    what = container(
        "sitemap",
        "registry.example/shop/sitemap:0.4.0",
        requests="50m 64Mi",
        limits="200m 128Mi",
        envs={"CATALOG_URL": "http://catalog", "TARGET": "s3://static-example/sitemap.xml"},
        command=("/bin/sitemap", "--publish"),
    )
    words = "error: put s3://static-example/sitemap.xml: access denied"
    return WorkloadPlan(
        kind=WorkloadKind.CRON_JOB,
        namespace=_NAMESPACE,
        name="sitemap",
        containers=(
            plan(what, 40, 30, ready_after_seconds=0.0, runs_seconds=9.0, fault=Fault.CRASH, last_words=words),
        ),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": "sitemap", "app.kubernetes.io/part-of": "shop"},
        spec=PodSpec(
            restart_policy="Never",
            service_account_name="default",
            tolerations=EVERY_POD_TOLERATES,
            dns_policy="ClusterFirst",
            termination_grace_period_seconds=30,
        ),
        every_seconds=900,
        age_days=21.0,
    )


SERVICES: tuple[WorkloadPlan, ...] = (
    _service(
        "web",
        "3.14.2",
        3,
        millicores=140,
        mebibytes=96,
        envs={"API_URL": "http://api", "SESSION_COOKIE_KEY": "not-a-real-key"},
    ),
    _service(
        "api",
        "5.2.0",
        3,
        millicores=180,
        mebibytes=120,
        envs={"UPSTREAMS": "catalog,cart,checkout", "JWT_PUBLIC_KEY": "from configmap:api-keys"},
        autoscaled=(3, 8),
    ),
    _service(
        "catalog",
        "2.9.7",
        2,
        millicores=120,
        mebibytes=150,
        envs={"DATABASE_URL": "postgres://catalog:hunter2@postgres.data:5432/catalog"},
        shares="product-images",
    ),
    _service("cart", "1.31.0", 2, millicores=60, mebibytes=64, envs={"REDIS_ADDR": "redis.data:6379"}),
    _service(
        "checkout",
        "4.0.3",
        2,
        millicores=90,
        mebibytes=110,
        envs={"PAYMENTS_URL": "http://payments", "ORDERS_URL": "http://orders"},
    ),
    _service(
        "payments",
        "7.1.12",
        2,
        millicores=75,
        mebibytes=140,
        envs={"PSP_URL": "https://api.psp.example", "PSP_API_KEY": "from secret:psp"},
        memory="192Mi",
    ),
    _service(
        "orders",
        "2.4.1",
        2,
        millicores=85,
        mebibytes=130,
        envs={"DB_HOST": "postgres.data", "DB_USER": "orders", "DB_PASSWORD": "from secret:orders-db"},
        waits_for="postgres.data:5432",
    ),
)

TROUBLE: tuple[WorkloadPlan, ...] = (
    _troubled(
        "notifications",
        "registry.example/shop/notifications:1.7.0",
        fault=Fault.CRASH,
        last_words="panic: dial tcp: lookup mail.example: no such host",
        age_days=2.3,
    ),
    _troubled("promotions", "registry.example/shop/promotions:2.1.O", fault=Fault.IMAGE, age_days=0.2),
    _recommendations(),
    _sitemap(),
)
