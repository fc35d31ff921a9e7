"""One pod, node and namespace that set every field which the agent reads, each to something that is no default."""

from tests.support.objects import (
    CREATED,
    Json,
    a_condition,
    a_container,
    a_namespace,
    a_node,
    a_pod,
    a_status,
    running,
    terminated,
    waiting,
)


def a_probe(**action: object) -> Json:
    """A probe with all its numbers."""
    return {
        **action,
        "initialDelaySeconds": 1,
        "periodSeconds": 2,
        "timeoutSeconds": 3,
        "successThreshold": 4,
        "failureThreshold": 5,
    }


def full_container(name: str = "app") -> Json:
    """A container with everything."""
    return a_container(
        name,
        imagePullPolicy="Always",
        command=["/bin/app"],
        args=["serve"],
        workingDir="/srv",
        ports=[{"name": "http", "containerPort": 8080, "protocol": "TCP", "hostPort": 80}],
        env=[
            {"name": "LEVEL", "value": "debug"},
            {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}},
        ],
        volumeMounts=[{"name": "conf", "mountPath": "/etc/app", "subPath": "app.yaml", "readOnly": True}],
        resources={"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}},
        livenessProbe=a_probe(httpGet={"path": "/livez", "port": "http"}),
        readinessProbe=a_probe(exec={"command": ["cat", "/ready"]}),
        startupProbe=a_probe(tcpSocket={"port": 8080}),
    )


def full_pod() -> Json:
    """A pod with everything: one container is waiting after a crash."""
    crashed = a_status(
        "app",
        waiting("CrashLoopBackOff", "back-off 10s"),
        restarts=3,
        image="registry.example/app@sha256:1",
        lastState=terminated(1, "Error", message="exit", finishedAt=CREATED),
    )
    proxy = a_status("proxy", running(), restarts=1)
    return a_pod(
        meta={
            "labels": {"app": "web"},
            "annotations": {"example.com/note": "hello"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "web-5d", "controller": True}],
        },
        spec={
            "serviceAccountName": "web",
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [
                {"key": "gpu", "operator": "Equal", "value": "a100", "effect": "NoExecute", "tolerationSeconds": 300}
            ],
            "affinity": {"nodeAffinity": {}, "podAffinity": {}, "podAntiAffinity": {}},
            "dnsPolicy": "ClusterFirst",
            "hostNetwork": True,
            "runtimeClassName": "kata",
            "priorityClassName": "high",
            "terminationGracePeriodSeconds": 30,
            "imagePullSecrets": [{"name": "registry"}],
            "containers": [full_container()],
            "initContainers": [{**full_container("proxy"), "restartPolicy": "Always"}],
            "volumes": [{"name": "conf", "configMap": {"name": "web-conf"}}],
        },
        status={
            "qosClass": "Burstable",
            "podIP": "10.0.0.1",
            "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
            "hostIP": "172.16.0.1",
            "conditions": [
                a_condition("Ready", "False", "ContainersNotReady", "containers with unready status: [app]")
            ],
            "initContainerStatuses": [proxy],
            "containerStatuses": [crashed],
        },
    )


def full_node() -> Json:
    """A node with everything: not ready, cordoned, short of everything."""
    resources = {"cpu": "4", "memory": "16Gi", "pods": "110", "ephemeral-storage": "100Gi", "nvidia.com/gpu": "2"}
    return a_node(
        meta={"labels": {"node-role.kubernetes.io/worker": "", "zone": "a"}},
        spec={
            "podCIDRs": ["10.1.0.0/24"],
            "providerID": "cloud:///node-1",
            "unschedulable": True,
            "taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule", "timeAdded": CREATED}],
        },
        status={
            "capacity": resources,
            "allocatable": resources,
            "conditions": [
                {**a_condition("Ready", "False", "KubeletNotReady", "no network"), "lastHeartbeatTime": CREATED},
                *(
                    a_condition(kind)
                    for kind in ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
                ),
            ],
            "addresses": [
                {"type": "Hostname", "address": "node-1"},
                {"type": "InternalIP", "address": "172.16.0.1"},
                {"type": "ExternalIP", "address": "203.0.113.1"},
            ],
            "nodeInfo": {
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "operatingSystem": "linux",
                "architecture": "amd64",
                "kernelVersion": "6.1.0",
                "containerRuntimeVersion": "containerd://2.1.4",
                "kubeletVersion": "v1.36.2",
                "kubeProxyVersion": "v1.36.2",
            },
        },
    )


def full_namespace() -> Json:
    """A namespace with everything."""
    return a_namespace(labels={"team": "a"}, annotations={"example.com/note": "hello"})
