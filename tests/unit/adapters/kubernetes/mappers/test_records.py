"""Configuration, policy, storage and Events: what the wire contract derives."""

from datetime import datetime
from typing import Any

import pytest

from adapters.kubernetes.kinds import (
    CONFIG_MAPS,
    EVENTS,
    LIMIT_RANGES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    RESOURCE_QUOTAS,
    SECRETS,
    SERVICE_ACCOUNTS,
)
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.events import Event
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim
from tests.support.full_kinds import full_config_map, full_persistent_volume_claim, full_secret, full_service_account
from tests.support.objects import CREATED, Json, metadata, raw
from tests.support.secrets import CANARY

OPTIONS = MappingOptions()
META = metadata("x", "shop")
EARLY, LATE, LATEST = "2026-01-01T00:10:00Z", "2026-01-01T00:20:00.123456Z", "2026-01-01T00:30:00Z"


def test_keys_are_sorted_and_values_are_nowhere() -> None:
    config_map = full_config_map() | {"data": {"b": CANARY, "a": CANARY}}
    assert CONFIG_MAPS.read(raw(config_map), OPTIONS).data_keys == ("a", "b")
    secret = SECRETS.read(raw(full_secret() | {"data": {"b": CANARY, "a": None}, "stringData": {"c": CANARY}}), OPTIONS)
    assert (secret.type, secret.data_keys) == ("Opaque", ("a", "b"))
    assert CANARY not in repr(secret)


def test_annotations_of_secrets_and_config_maps_are_not_read_at_all() -> None:
    for row, full in ((SECRETS, full_secret()), (CONFIG_MAPS, full_config_map())):
        full["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": CANARY, "a": CANARY}
        assert CANARY not in repr(row.read(raw(full), OPTIONS))


def test_a_service_account_counts_what_it_names() -> None:
    account = SERVICE_ACCOUNTS.read(raw(full_service_account()), OPTIONS)
    assert (account.secrets_count, account.secret_names) == (1, ("web-token",))
    assert (account.image_pull_secrets_count, account.image_pull_secret_names) == (1, ("registry",))
    assert SERVICE_ACCOUNTS.read(raw({"metadata": META}), OPTIONS).automount_service_account_token is None


@pytest.mark.parametrize(
    ("resource", "text", "expected"),
    [
        ("requests.cpu", "1500m", "1500m"),
        ("limits.cpu", "100u", "100000n"),
        ("cpu", "2", "2"),
        ("requests.memory", "1Pi", "1125899906842624"),
        ("limits.memory", "128Mi", "128Mi"),
        ("requests.storage", "1k", "1000"),
        ("gold.storageclass.storage.k8s.io/requests.storage", "5Gi", "5Gi"),
        ("requests.nvidia.com/gpu", "4", "4"),
        ("requests.hugepages-2Mi", "4Mi", "4Mi"),
        ("count/pods", "1k", "1000"),
        ("pods", "10", "10"),
    ],
)
def test_quantities_of_a_quota_are_what_the_master_reads(resource: str, text: str, expected: str) -> None:
    body = {"metadata": META, "spec": {"hard": {resource: text}}, "status": {"used": {resource: text}}}
    quota = RESOURCE_QUOTAS.read(raw(body), OPTIONS)
    assert (quota.hard, quota.used) == ({resource: expected}, {resource: expected})


def test_a_ratio_is_no_number_of_bytes() -> None:
    limits = [{"type": "Container", "maxLimitRequestRatio": {"memory": "1500m", "cpu": "4"}}]
    (item,) = LIMIT_RANGES.read(raw({"metadata": META, "spec": {"limits": limits}}), OPTIONS).items
    assert item.max_limit_request_ratio == {"cpu": "4", "memory": "1500m"}


def volume(**spec: Any) -> PersistentVolume:
    return PERSISTENT_VOLUMES.read(raw({"metadata": metadata("pv"), "spec": spec}), OPTIONS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hostPath", "HostPath"),
        ("nfs", "NFS"),
        ("csi", "CSI"),
        ("local", "Local"),
        ("awsElasticBlockStore", "AWSElasticBlockStore"),
        ("gcePersistentDisk", "GCEPersistentDisk"),
        ("azureDisk", "AzureDisk"),
        ("azureFile", "AzureFile"),
        ("cephfs", "CephFS"),
        ("fc", "FC"),
        ("iscsi", "iSCSI"),
        ("rbd", "RBD"),
        ("quobyte", "Unknown"),
    ],
)
def test_the_source_of_a_volume_has_the_wires_name(source: str, expected: str) -> None:
    assert volume(**{source: {"secretRef": {"name": CANARY}}}).volume_source_type == expected


def test_the_first_source_in_the_wires_order_counts() -> None:
    assert volume(csi={}, hostPath={}).volume_source_type == "HostPath"
    assert volume().volume_source_type == "Unknown"


def test_a_claim_tells_what_it_asked_for_and_what_it_got() -> None:
    claim: PersistentVolumeClaim = PERSISTENT_VOLUME_CLAIMS.read(raw(full_persistent_volume_claim()), OPTIONS)
    assert (claim.requested_capacity, claim.actual_capacity) == ("8Gi", "10Gi")


def event(**fields: Any) -> Event:
    return EVENTS.read(raw({"metadata": META, "involvedObject": {"kind": "Pod", "name": "web-1"}, **fields}), OPTIONS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("fields", "first", "last", "count"),
    [
        ({"firstTimestamp": EARLY, "lastTimestamp": LATE, "count": 7}, EARLY, LATE, 7),
        ({"eventTime": LATE, "firstTimestamp": None, "lastTimestamp": None, "count": 0}, LATE, LATE, 1),
        ({"eventTime": EARLY, "series": {"count": 9, "lastObservedTime": LATEST}}, EARLY, LATEST, 9),
        ({"eventTime": EARLY, "lastTimestamp": LATEST, "count": 4}, EARLY, EARLY, 4),
        ({}, CREATED, CREATED, 1),
        ({"firstTimestamp": "0001-01-01T00:00:00Z", "lastTimestamp": "0001-01-01T00:00:00Z"}, CREATED, CREATED, 1),
        ({"eventTime": "nonsense", "lastTimestamp": LATE}, CREATED, LATE, 1),
        ({"series": {"count": 2**40}}, CREATED, CREATED, 2**31 - 1),
    ],
)
def test_times_and_counts_of_old_and_new_writers(fields: Json, first: str, last: str, count: int) -> None:
    mapped = event(**fields)
    assert (mapped.first_timestamp, mapped.last_timestamp, mapped.count) == (at(first), at(last), count)


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"reportingComponent": "scheduler", "source": {"component": "old"}}, "scheduler"),
        ({"reportingComponent": "", "source": {"component": "kubelet"}}, "kubelet"),
        ({"source": None}, ""),
    ],
)
def test_who_wrote_it(fields: Json, source: str) -> None:
    assert event(**fields).source == source


def test_an_event_names_the_node_that_reported_it() -> None:
    assert event(source={"host": "node-1"}).node_name == "node-1"


def test_a_message_loses_what_has_the_shape_of_a_secret() -> None:
    mapped = event(message=f"pull https://user:{CANARY}@registry.example failed")
    assert CANARY not in mapped.message
    assert "registry.example" in mapped.message
