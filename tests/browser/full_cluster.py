"""A cluster with all 20 kinds whose objects belong together: a shop behind an Ingress, a database, a nightly job.

Every relation that the console knows occurs, each with a target that exists, a few also with one that does not.
"""

from typing import Any

from tests.browser import limits_and_storage, objects
from tests.browser import network_objects as network
from tests.browser.snapshots import JsonObject, a_node, a_pod, a_snapshot, ago, an_event

WEB = f"web-{objects.REVISION}"


def the_pods() -> list[JsonObject]:
    """Pods of every owner that the cluster has."""
    web: dict[str, Any] = {
        "account": "web",
        "envs": [("SETTINGS", "configmap:web-settings"), ("DB_PASSWORD", "secret:db-login")],
        "volumes": [("ConfigMap", "web-pages"), ("Secret", "web-certificate"), ("EmptyDir", "")],
        "pull_secrets": ["registry-login"],
    }
    return [
        a_pod(f"{WEB}-aaaaa", **web),
        a_pod(f"{WEB}-bbbbb", node="node-2", restarts=3, **web),
        a_pod(f"{WEB}-ccccc", node="node-2", reason="CrashLoopBackOff", restarts=12, **web),
        a_pod("db-0", "data", owner=("StatefulSet", "db"), labels={"app": "db"}, volumes=[("PVC", "store-db-0")]),
        a_pod(
            "db-1",
            "data",
            owner=("StatefulSet", "db"),
            labels={"app": "db"},
            volumes=[("PVC", "store-db-1")],
            reason="Unschedulable",
            phase="Pending",
            node="",
        ),
        a_pod("shipper-x1x1x", owner=("DaemonSet", "shipper"), labels={"app": "shipper"}),
        a_pod(
            "nightly-28931-zzzzz",
            owner=("Job", "nightly-28931"),
            labels={"job-name": "nightly-28931"},
            reason="Completed",
            phase="Succeeded",
            node="node-2",
        ),
        a_pod("by-hand", owner=("", ""), labels={"run": "by-hand"}),
    ]


def the_events() -> list[JsonObject]:
    """Warnings about a pod, a Node and a claim, and something normal about a Deployment."""
    unbound = an_event("store-db-1", "ProvisioningFailed", "no volume of class fast is free", "data")
    unbound["involvedObject"]["kind"] = "PersistentVolumeClaim"
    scaled = an_event("web", "ScalingReplicaSet", f"Scaled up replica set {WEB} to 3")
    scaled |= {"type": "Normal", "source": "deployment-controller"}
    scaled["involvedObject"]["kind"] = "Deployment"
    lost = an_event("node-10", "NodeNotReady", "Node node-10 status is now: NodeNotReady", "default")
    lost["involvedObject"] = {"kind": "Node", "name": "node-10"}
    return [
        an_event(f"{WEB}-ccccc", "BackOff", "Back-off restarting failed container main in pod"),
        unbound,
        scaled,
        lost,
        an_event("gone-0", "FailedMount", "Unable to attach or mount volumes"),
    ]


def a_full_cluster() -> JsonObject:
    """The snapshot."""
    snapshot = a_snapshot(
        the_pods(),
        [a_node("node-1"), a_node("node-2"), a_node("node-10", ready="False")],
        the_events(),
        deployments=[objects.a_deployment("web")],
        replicaSets=[
            objects.a_replica_set(WEB),
            objects.a_replica_set("web-5d6f7g8h9j", replicas=0),
        ],
        statefulSets=[objects.a_stateful_set("db")],
        daemonSets=[objects.a_daemon_set("shipper")],
        jobs=[
            objects.a_job("nightly-28931", owner="nightly"),
            objects.a_job(
                "migrate",
                complete=False,
                succeeded=0,
                failed=3,
                conditions=[
                    {
                        "type": "Failed",
                        "status": "True",
                        "reason": "BackoffLimitExceeded",
                        "message": "Job has reached the specified backoff limit",
                        "lastTransitionTime": ago(400),
                    }
                ],
            ),
        ],
        cronJobs=[objects.a_cron_job("nightly")],
        services=[
            network.a_service(
                "web",
                endpoints=[
                    (f"{WEB}-aaaaa", "node-1", True),
                    (f"{WEB}-bbbbb", "node-2", True),
                    (f"{WEB}-ccccc", "node-2", False),
                ],
            ),
            network.a_service("db", "data", endpoints=[("db-0", "node-1", True)]),
            network.a_service("orders"),
            network.a_service("partner", selector={}, summary={"type": "ExternalName", "externalName": "api.example"}),
        ],
        ingresses=[network.an_ingress("shop")],
        networkPolicies=[
            network.a_rich_network_policy("web-only-from-edge"),
            network.a_network_policy("deny-all", types=["Ingress", "Egress"]),
        ],
        configMaps=[objects.a_config_map("web-settings"), objects.a_config_map("web-pages", keys=["index.html"])],
        secrets=[
            objects.a_secret("db-login"),
            objects.a_secret("web-certificate", kind="kubernetes.io/tls", keys=["tls.crt", "tls.key"]),
            objects.a_secret("shop-certificate", kind="kubernetes.io/tls", keys=["tls.crt", "tls.key"]),
            objects.a_secret("registry-login", kind="kubernetes.io/dockerconfigjson", keys=[".dockerconfigjson"]),
        ],
        serviceAccounts=[
            objects.a_service_account("default", "data"),
            objects.a_service_account("web", secrets=["web-token"], pull_secrets=["registry-login"]),
        ],
        resourceQuotas=[limits_and_storage.a_resource_quota("shop-quota")],
        limitRanges=[limits_and_storage.a_limit_range("defaults")],
        pvs=[
            limits_and_storage.a_volume("pv-0001", claim="store-db-0"),
            limits_and_storage.a_volume("pv-0002", phase="Available"),
        ],
        pvcs=[
            limits_and_storage.a_claim("store-db-0", volume="pv-0001"),
            limits_and_storage.a_claim("store-db-1", phase="Pending"),
        ],
    )
    for namespace in snapshot["namespaces"]:
        count_namespace(snapshot, namespace)
    return snapshot


COUNTED = (
    "pods",
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
    "jobs",
    "cronJobs",
    "services",
    "ingresses",
    "networkPolicies",
    "configMaps",
    "secrets",
    "serviceAccounts",
    "pvcs",
)
"""The lists that an agent counts by namespace."""


def count_namespace(snapshot: JsonObject, namespace: JsonObject) -> None:
    """Fill a namespace's counts, quotas and limit ranges from the lists, as an agent does."""
    name = namespace["summary"]["name"]

    def inside(kind: str) -> list[JsonObject]:
        return [entry for entry in snapshot[kind] if entry.get("summary", entry).get("namespace") == name]

    phases = [pod["status"]["phase"] for pod in inside("pods")]
    namespace["resources"] = {kind: len(inside(kind)) for kind in COUNTED} | {
        f"pods{phase}": phases.count(phase) for phase in ("Running", "Pending", "Failed", "Succeeded")
    }
    namespace["quotas"] = inside("resourceQuotas")
    namespace["limitRanges"] = inside("limitRanges")
