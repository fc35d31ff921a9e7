"""Pods: every derivation that the wire contract names, as tables."""

from typing import Any

import pytest

from adapters.kubernetes.kinds import PODS
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.pod_parts import Affinity, Toleration, Volume
from domain.cluster.pods import Pod, PodContainer
from tests.support.objects import (
    CREATED,
    Json,
    a_condition,
    a_container,
    a_pod,
    a_status,
    raw,
    running,
    terminated,
    waiting,
)


def _read(pod: Json, options: MappingOptions | None = None) -> Pod:
    return PODS.read(raw(pod), options or MappingOptions())


def _only_container(**fields: Any) -> PodContainer:
    (container,) = _read(a_pod(spec={"containers": [a_container(**fields)]})).containers
    return container


def test_the_head_names_node_owner_and_birth() -> None:
    owners = [{"kind": "ReplicaSet", "name": "web-5d"}, {"kind": "Other", "name": "x", "controller": True}]
    summary = _read(a_pod(meta={"ownerReferences": owners})).summary
    assert (summary.name, summary.namespace, summary.node_name) == ("web-1", "shop", "node-1")
    assert (summary.owner_kind, summary.owner_name) == ("ReplicaSet", "web-5d")
    assert summary.created_at is not None
    assert summary.created_at.isoformat() == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (running(), ("running", "", "", True)),
        (waiting("CrashLoopBackOff", "back-off"), ("waiting", "CrashLoopBackOff", "back-off", False)),
        (terminated(1, "Error", message="boom"), ("terminated", "Error", "boom", False)),
        ({}, ("", "", "", False)),
        ({**waiting("x"), **terminated(0, "Completed")}, ("terminated", "Completed", "", False)),
    ],
)
def test_a_container_has_the_state_of_its_status(state: Json, expected: tuple[object, ...]) -> None:
    (container,) = _read(a_pod(status={"containerStatuses": [a_status(state=state)]})).containers
    assert (container.state, container.state_reason, container.state_message, container.ready) == expected


def test_a_container_without_status_has_no_state_and_its_own_image() -> None:
    pod = _read(a_pod(status={"containerStatuses": [a_status("other")]}))
    (container,) = pod.containers
    assert (container.state, container.ready, container.restart_count) == ("", False, 0)
    assert container.image == "registry.example/app:1"


def test_the_image_is_the_one_that_runs() -> None:
    pod = _read(a_pod(status={"containerStatuses": [a_status(image="docker.io/library/app:1")]}))
    assert pod.containers[0].image == "docker.io/library/app:1"


def test_of_two_statuses_of_one_name_the_first_counts() -> None:
    pod = _read(a_pod(status={"containerStatuses": [a_status(restarts=1), a_status(restarts=2)]}))
    assert pod.containers[0].restart_count == 1


def test_the_last_termination_is_kept() -> None:
    ended = terminated(137, "OOMKilled", message="killed", finishedAt="2026-01-01T02:00:00+02:00")
    (container,) = _read(a_pod(status={"containerStatuses": [a_status(lastState=ended)]})).containers
    assert container.last_termination_reason == "OOMKilled"
    assert container.last_termination_message == "killed"
    assert container.last_termination_time == CREATED


def test_conditions_keep_their_order_and_text_times() -> None:
    conditions = [a_condition("Ready", "False", "Why", "because"), {"type": "Odd", "status": "Unknown"}]
    first, second = _read(a_pod(status={"conditions": conditions})).status.conditions
    assert (first.type, first.status, first.reason, first.message) == ("Ready", "False", "Why", "because")
    assert (first.last_transition_time, second.last_transition_time) == (CREATED, "")


def test_of_two_conditions_of_one_type_the_first_counts() -> None:
    conditions = [a_condition("Ready", "False", "First"), a_condition("Ready", "False", "Second")]
    assert _read(a_pod(status={"conditions": conditions})).status.reason == "First"


@pytest.mark.parametrize(
    ("status", "meta", "spec", "expected"),
    [
        ({}, {}, {}, ("1/1", 0, "", "")),
        ({"phase": "Failed", "reason": "Evicted", "message": "low"}, {}, {}, ("1/1", 0, "Evicted", "low")),
        ({}, {"deletionTimestamp": CREATED}, {}, ("1/1", 0, "Terminating", "")),
        (
            {"initContainerStatuses": [a_status("proxy", restarts=2)]},
            {},
            {"initContainers": [a_container("proxy", restartPolicy="Always")]},
            ("2/2", 2, "", ""),
        ),
        (
            {"initContainerStatuses": [a_status("setup", restarts=2)], "conditions": []},
            {},
            {"initContainers": [a_container("setup"), a_container("next")]},
            ("0/1", 2, "Init:0/2", ""),
        ),
    ],
)
def test_the_status_column_is_derived(status: Json, meta: Json, spec: Json, expected: tuple[object, ...]) -> None:
    derived = _read(a_pod(status=status, meta=meta, spec=spec)).status
    assert (derived.ready, derived.restarts, derived.reason, derived.message) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"configMapKeyRef": {"name": "conf", "key": "k"}}, "configmap:conf"),
        ({"secretKeyRef": {"name": "db", "key": "k"}}, "secret:db"),
        ({"fieldRef": {"fieldPath": "metadata.name"}}, "field:metadata.name"),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "resource:limits.cpu"),
        ({"configMapKeyRef": {}}, "configmap:"),
        ({"secretKeyRef": {}}, "secret:"),
        ({"fieldRef": {}}, "field:"),
        ({"resourceFieldRef": {}}, "resource:"),
        ({"fileKeyRef": {"path": "x"}}, ""),
    ],
)
def test_the_origin_of_a_variable_is_told_without_its_key(origin: Json, expected: str) -> None:
    (env,) = _only_container(env=[{"name": "X", "valueFrom": origin}]).envs
    assert (env.value, env.value_from) == ("", expected)


def test_values_of_variables_can_be_left_out_altogether() -> None:
    env = [{"name": "LEVEL", "value": "debug"}, {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]
    pod = a_pod(spec={"containers": [a_container(env=env)]})
    kept = _read(pod).containers[0].envs
    dropped = _read(pod, MappingOptions(env_values="none")).containers[0].envs
    assert [item.value for item in kept] == ["debug", ""]
    assert [(item.name, item.value, item.value_from) for item in dropped] == [
        ("LEVEL", "", ""),
        ("HOST", "", "field:x"),
    ]


@pytest.mark.parametrize(
    ("source", "kind", "name"),
    [
        ({"configMap": {"name": "conf"}}, "ConfigMap", "conf"),
        ({"secret": {"secretName": "db"}}, "Secret", "db"),
        ({"emptyDir": {}}, "EmptyDir", ""),
        ({"persistentVolumeClaim": {"claimName": "data"}}, "PVC", "data"),
        ({"hostPath": {"path": "/var"}}, "HostPath", "/var"),
        ({"projected": {"sources": []}}, "Projected", ""),
        ({"downwardAPI": {}}, "DownwardAPI", ""),
        ({"csi": {"driver": "x"}}, "Other", ""),
        ({"configMap": {}}, "ConfigMap", ""),
        ({"secret": {}}, "Secret", ""),
        ({"persistentVolumeClaim": {}}, "PVC", ""),
        ({"hostPath": {}}, "HostPath", ""),
        ({"projected": {}, "emptyDir": {}, "secret": {"secretName": "db"}}, "Secret", "db"),
    ],
)
def test_a_volume_has_the_first_type_that_it_names(source: Json, kind: str, name: str) -> None:
    pod = _read(a_pod(spec={"volumes": [{"name": "v", **source}]}))
    assert pod.volumes == (Volume(name="v", type=kind, source=name),)


_RULES = "DuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({}, None),
        ({"nodeAffinity": {}}, Affinity(node_affinity="no rules")),
        (
            {"nodeAffinity": {f"required{_RULES}": {"nodeSelectorTerms": []}}},
            Affinity(node_affinity="required"),
        ),
        ({"podAffinity": {f"required{_RULES}": [{"topologyKey": "x"}]}}, Affinity(pod_affinity="required")),
        ({"podAffinity": {f"required{_RULES}": []}}, Affinity(pod_affinity="no rules")),
        ({"podAntiAffinity": {f"preferred{_RULES}": [{"weight": 1}]}}, Affinity(pod_anti_affinity="preferred")),
        (
            {"podAntiAffinity": {f"required{_RULES}": [{}], f"preferred{_RULES}": [{}]}},
            Affinity(pod_anti_affinity="required and preferred"),
        ),
    ],
)
def test_affinity_is_told_in_words(block: Json, expected: Affinity | None) -> None:
    assert _read(a_pod(spec={"affinity": block})).spec.affinity == expected


def test_zero_seconds_are_not_the_same_as_none() -> None:
    tolerations = [{"key": "a", "tolerationSeconds": 0}, {"operator": "Exists"}]
    spec = _read(a_pod(spec={"tolerations": tolerations, "terminationGracePeriodSeconds": 0})).spec
    assert spec.tolerations == (Toleration(key="a", toleration_seconds=0), Toleration(operator="Exists"))
    assert spec.termination_grace_period_seconds == 0
    assert _read(a_pod()).spec.termination_grace_period_seconds is None


def test_numbers_stay_in_the_range_of_the_wire() -> None:
    huge = 2**80
    pod = _read(
        a_pod(
            spec={
                "tolerations": [{"tolerationSeconds": -huge}],
                "terminationGracePeriodSeconds": huge,
                "containers": [a_container(ports=[{"containerPort": huge, "hostPort": -huge}])],
            },
            status={"containerStatuses": [a_status(restarts=huge)]},
        )
    )
    (port,) = pod.containers[0].ports
    assert (port.container_port, port.host_port) == (2**31 - 1, -(2**31))
    assert (pod.containers[0].restart_count, pod.status.restarts) == (2**31 - 1, 2**31 - 1)
    assert pod.spec.tolerations[0].toleration_seconds == -(2**63)
    assert pod.spec.termination_grace_period_seconds == 2**63 - 1


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        ("cpu", "100m", "100m"),
        ("cpu", 2, "2"),
        ("cpu", 0.5, "0.5"),
        ("cpu", "2500u", "2500000n"),
        ("memory", "1Pi", str(2**50)),
        ("memory", 1e21, str(2**63 - 1)),
        ("example.com/widget", "5k", "5000"),
        ("memory", None, ""),
        ("memory", "lots", "lots"),
    ],
)
def test_quantities_are_text_that_the_master_reads(resource: str, value: object, expected: str) -> None:
    container = _only_container(resources={"requests": {resource: value}, "limits": {resource: value}})
    assert container.requests == container.limits == {resource: expected}


def test_addresses_are_kept_in_order_and_empty_ones_are_not() -> None:
    status = _read(a_pod(status={"podIPs": [{"ip": "10.0.0.1"}, {}, {"ip": "fd00::1"}]})).status
    assert status.pod_ips == ("10.0.0.1", "fd00::1")


def test_equal_parts_of_two_pods_are_one_instance() -> None:
    container = a_container(
        env=[{"name": "LEVEL", "value": "debug"}],
        ports=[{"containerPort": 80}],
        volumeMounts=[{"name": "conf", "mountPath": "/etc"}],
        livenessProbe={"httpGet": {"path": "/", "port": 80}},
        resources={"limits": {"cpu": "1"}},
        command=["run"],
    )
    spec = {"containers": [container], "volumes": [{"name": "conf", "configMap": {"name": "conf"}}]}
    one, two = (_read(a_pod(name, spec=spec, meta={"labels": {"app": "web"}})) for name in ("web-1", "web-2"))
    assert one.labels is two.labels
    assert one.volumes is two.volumes
    first, second = one.containers[0], two.containers[0]
    for part in ("envs", "ports", "volume_mounts", "liveness_probe", "limits", "command", "image"):
        assert getattr(first, part) is getattr(second, part)


def test_parts_that_are_one_pods_alone_are_not_remembered() -> None:
    mounts = [{"name": "kube-api-access-x7", "mountPath": "/var/run/secrets", "readOnly": True}]
    volumes = [{"name": "kube-api-access-x7", "projected": {}}, {"name": "tmp", "emptyDir": {}}]
    pod = a_pod(spec={"containers": [a_container(volumeMounts=mounts)], "volumes": volumes})
    one, two = _read(pod), _read(pod)
    assert one == two
    assert one.volumes is not two.volumes
    assert one.volumes[1] is two.volumes[1]
    assert one.containers[0].volume_mounts is not two.containers[0].volume_mounts
    assert one.containers[0].volume_mounts[0].name == "kube-api-access-x7"
