"""What carries the shop: databases, monitoring, and a pod that nobody owns."""

from adapters.memory.world.blueprints import WorkloadKind, WorkloadPlan
from adapters.memory.world.parts import (
    API_ACCESS,
    claim,
    config,
    container,
    exec_probe,
    http_probe,
    listens,
    plan,
)
from adapters.memory.world.templates import app, daemon_set, deployment, spec, stateful_set
from domain.cluster.containers import VolumeMount


def _postgres() -> WorkloadPlan:
    volume, mount = claim("data", "data-postgres", "/var/lib/postgresql/data")
    settings, settings_mount = config("config", "postgres-config", "/etc/postgresql")
    what = container(
        "postgres",
        "docker.io/library/postgres:17.6",
        ports=(listens("postgres", 5432),),
        requests="500m 1Gi",
        limits="500m 1Gi",
        probe=exec_probe("pg_isready -U postgres"),
        envs={"POSTGRES_PASSWORD": "from secret:postgres", "PGDATA": "/var/lib/postgresql/data/pgdata"},
        mounts=(mount, settings_mount),
    )
    what_it_does = plan(what, 260, 720, ready_after_seconds=5.0)
    return stateful_set("data", "postgres", 2, what_it_does, (volume, settings), storage="50Gi")


def _redis() -> WorkloadPlan:
    volume, mount = claim("data", "data-redis", "/data")
    what = container(
        "redis",
        "docker.io/library/redis:8.2",
        ports=(listens("redis", 6379),),
        requests="100m 256Mi",
        limits="500m 512Mi",
        probe=exec_probe("redis-cli ping"),
        args=("--appendonly", "yes", "--requirepass", "swordfish"),
        mounts=(mount,),
    )
    return stateful_set("data", "redis", 1, plan(what, 45, 190, ready_after_seconds=2.0), (volume,), storage="8Gi")


def _clickhouse() -> WorkloadPlan:
    volume, mount = claim("data", "data-clickhouse", "/var/lib/clickhouse")
    settings, settings_mount = config("config", "clickhouse-config", "/etc/clickhouse-server/config.d")
    what = container(
        "clickhouse",
        "docker.io/clickhouse/clickhouse-server:25.8",
        port=8123,
        ports=(listens("native", 9000),),
        requests="1 4Gi",
        limits="4 8Gi",
        probe=http_probe("/ping", 8123, delay_seconds=5),
        mounts=(mount, settings_mount),
    )
    what_it_does = plan(what, 620, 3100, ready_after_seconds=6.0)
    return stateful_set("monitoring", "clickhouse", 1, what_it_does, (volume, settings), storage="200Gi")


def _backup() -> WorkloadPlan:
    """A job every five minutes; the last three stay."""
    what = container(
        "backup",
        "registry.example/platform/pg-backup:1.3.2",
        requests="100m 128Mi",
        limits="500m 256Mi",
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
        spec=spec("backup", restart_policy="Never"),
        every_seconds=300,
    )


def _vacuum() -> WorkloadPlan:
    """A job that somebody has suspended."""
    what = container(
        "vacuum",
        "docker.io/library/postgres:17.6",
        requests="100m 128Mi",
        limits="500m 256Mi",
        envs={"PGPASSWORD": "from secret:postgres"},
        command=("vacuumdb", "--all", "--analyze"),
    )
    return WorkloadPlan(
        kind=WorkloadKind.CRON_JOB,
        namespace="data",
        name="vacuum-postgres",
        replicas=3,
        containers=(plan(what, 300, 90, ready_after_seconds=0.0, runs_seconds=120.0),),
        volumes=(API_ACCESS,),
        labels={"app.kubernetes.io/name": "vacuum-postgres"},
        spec=spec("backup", restart_policy="Never"),
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
        spec=spec("default"),
        age_days=19.0,
    )


_PROC = VolumeMount(name="host-root", mount_path="/host", read_only=True)
_RELAY = config("config", "otel-collector", "/conf")
_GRAFANA = config("config", "grafana", "/etc/grafana")
_DASHBOARDS = config("dashboards", "grafana-dashboards", "/var/lib/grafana/dashboards")


PLATFORM: tuple[WorkloadPlan, ...] = (
    _postgres(),
    _redis(),
    _backup(),
    _vacuum(),
    _clickhouse(),
    daemon_set(
        "monitoring",
        "node-exporter",
        plan(
            container(
                "node-exporter",
                "quay.io/prometheus/node-exporter:v1.9.1",
                ports=(listens("metrics", 9100),),
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
    deployment(
        "monitoring",
        "otel-collector",
        2,
        app(
            "otel-collector",
            "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.139.0",
            13133,
            (110, 230),
            path="/",
            port_name="health",
            more_ports=(listens("otlp-grpc", 4317), listens("otlp-http", 4318)),
            mounts=(_RELAY[1],),
        ),
        volumes=(_RELAY[0],),
    ),
    deployment(
        "monitoring",
        "grafana",
        1,
        app(
            "grafana",
            "docker.io/grafana/grafana:12.2.1",
            3000,
            (18, 170),
            path="/api/health",
            envs={"GF_SECURITY_ADMIN_PASSWORD": "from secret:grafana", "GF_SERVER_DOMAIN": "grafana.shop.example"},
            mounts=(_GRAFANA[1], _DASHBOARDS[1]),
        ),
        volumes=(_GRAFANA[0], _DASHBOARDS[0]),
    ),
    _toolbox(),
)
