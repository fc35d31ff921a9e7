"""A snapshot of the size that the page must stay fast with: 34,700 objects of all kinds, 10,000 of them pods.

Counts and sizes as in large clusters: a pod of two containers with fifteen variables each is about 4 KB on the wire.
"""

from typing import Any

from tests.browser import limits_and_storage, objects
from tests.browser import network_objects as network
from tests.browser.snapshots import JsonObject, a_namespace, a_node, a_pod, a_snapshot, an_event

NAMESPACES = 50
NODES = 1_000
DEPLOYMENTS = 1_500
PODS = 10_000
COUNTS = {"configMaps": 3_000, "secrets": 3_000, "services": 2_000, "serviceAccounts": 1_000, "pvcs": 1_000}


def space(number: int) -> str:
    """The namespace of the object with that number."""
    return f"team-{number % NAMESPACES:03}"


def the_pod(number: int) -> JsonObject:
    """A pod of a Deployment; every hundredth crashes."""
    owner = number % DEPLOYMENTS
    pod = a_pod(
        f"app-{owner:04}-7c9d8f6b5c-{number:05}",
        space(owner),
        owner=("ReplicaSet", f"app-{owner:04}-7c9d8f6b5c"),
        node=f"node-{number % NODES:04}",
        labels={"app": f"app-{owner:04}", "pod-template-hash": "7c9d8f6b5c", "team": space(owner)},
        account=f"account-{owner % 1000:04}",
        volumes=[("ConfigMap", f"config-{owner * 2:04}"), ("Secret", f"secret-{owner * 2:04}")],
        reason="CrashLoopBackOff" if number % 100 == 0 else "",
        restarts=number % 100 and 1,
    )
    variables = [{"name": f"SETTING_{index:02}", "value": f"value-{index}-of-{number}"} for index in range(14)]
    variables.append({"name": "LOGIN", "valueFrom": f"secret:secret-{owner * 2:04}"})
    main = pod["containers"][0] | {"envs": variables, "command": ["/bin/app", "--serve"]}
    pod["containers"] = [main, main | {"name": "proxy"}]
    return pod


def a_large_cluster() -> JsonObject:
    """The snapshot, about 50 MiB as JSON."""
    events = [
        an_event(
            f"app-{number % DEPLOYMENTS:04}-7c9d8f6b5c-{number:05}", "BackOff", "Back-off restarting", space(number)
        )
        for number in range(5_000)
    ]
    for number, event in enumerate(events):
        event["name"] += f".{number}"
    lists: dict[str, Any] = {
        "deployments": [
            objects.a_deployment(f"app-{number:04}", space(number), replicas=7, ready=7)
            for number in range(DEPLOYMENTS)
        ],
        "replicaSets": [
            objects.a_replica_set(
                f"app-{number:04}-{hash_}", space(number), owner=f"app-{number:04}", replicas=replicas
            )
            for number in range(DEPLOYMENTS)
            for hash_, replicas in (("7c9d8f6b5c", 7), ("5d6f7g8h9j", 0), ("4b4b4b4b4b", 0))
        ],
        "configMaps": [objects.a_config_map(f"config-{number:04}", space(number // 2)) for number in range(3_000)],
        "secrets": [objects.a_secret(f"secret-{number:04}", space(number // 2)) for number in range(3_000)],
        "services": [
            network.a_service(
                f"app-{number:04}",
                space(number),
                endpoints=[
                    (f"app-{number:04}-7c9d8f6b5c-{number + DEPLOYMENTS * copy:05}", "node-0001", True)
                    for copy in range(6)
                ],
            )
            for number in range(2_000)
        ],
        "serviceAccounts": [
            objects.a_service_account(f"account-{number:04}", space(number)) for number in range(1_000)
        ],
        "pvs": [
            limits_and_storage.a_volume(f"pv-{number:04}", claim=f"claim-{number:04}", namespace=space(number))
            for number in range(1_000)
        ],
        "pvcs": [
            limits_and_storage.a_claim(f"claim-{number:04}", space(number), volume=f"pv-{number:04}")
            for number in range(1_000)
        ],
        "ingresses": [network.an_ingress(f"app-{number:04}", space(number)) for number in range(500)],
        "networkPolicies": [network.a_rich_network_policy(f"policy-{number}", space(number)) for number in range(200)],
        "jobs": [objects.a_job(f"job-{number}", space(number)) for number in range(700)],
        "cronJobs": [objects.a_cron_job(f"cron-{number}", space(number)) for number in range(100)],
        "statefulSets": [objects.a_stateful_set(f"set-{number}", space(number)) for number in range(50)],
        "daemonSets": [objects.a_daemon_set(f"daemon-{number}", space(number)) for number in range(50)],
        "resourceQuotas": [limits_and_storage.a_resource_quota("quota", space(number)) for number in range(NAMESPACES)],
        "limitRanges": [limits_and_storage.a_limit_range("limits", space(number)) for number in range(NAMESPACES)],
    }
    snapshot = a_snapshot(
        [the_pod(number) for number in range(PODS)],
        [a_node(f"node-{number:04}") for number in range(NODES)],
        events,
        **lists,
    )
    return {**snapshot, "namespaces": [a_namespace(space(number)) for number in range(NAMESPACES)]}
