"""Persistent volumes and claims as the Master expects them: wire contract 2.4.14."""

from tests.kube.oracles.matching import Expected, Shape
from tests.kube.oracles.metadata import common, copied
from tests.kube.oracles.quantities import Quantity
from tests.kube.testbed.errors import Json

_SOURCES = {
    "hostPath": "HostPath",
    "nfs": "NFS",
    "csi": "CSI",
    "local": "Local",
    "awsElasticBlockStore": "AWSElasticBlockStore",
    "gcePersistentDisk": "GCEPersistentDisk",
    "azureDisk": "AzureDisk",
    "azureFile": "AzureFile",
    "cephfs": "CephFS",
    "fc": "FC",
    "iscsi": "iSCSI",
    "rbd": "RBD",
}


def persistent_volume(raw: Json) -> Shape:
    """What the wire must say about a PersistentVolume."""
    spec, claim = raw["spec"], raw["spec"].get("claimRef") or {}
    required, optional = common(raw, "PersistentVolume")
    return Shape(
        required=required
        | {"capacity": _storage(spec.get("capacity")) or "", "phase": (raw.get("status") or {}).get("phase", "")},
        optional=optional
        | copied(spec, "accessModes")
        | {
            "storageClass": spec.get("storageClassName"),
            "reclaimPolicy": spec.get("persistentVolumeReclaimPolicy"),
            "volumeSourceType": next((kind for key, kind in _SOURCES.items() if key in spec), "Unknown"),
            "claimRefName": claim.get("name"),
            "claimRefNamespace": claim.get("namespace"),
        },
    )


def persistent_volume_claim(raw: Json) -> Shape:
    """What the wire must say about a PersistentVolumeClaim."""
    spec, status = raw["spec"], raw.get("status") or {}
    required, optional = common(raw, "PersistentVolumeClaim")
    return Shape(
        required=required | {"phase": status.get("phase", ""), "volumeName": spec.get("volumeName", "")},
        optional=optional
        | copied(spec, "accessModes", "volumeMode")
        | {
            "storageClass": spec.get("storageClassName"),
            "requestedCapacity": _storage((spec.get("resources") or {}).get("requests")),
            "actualCapacity": _storage(status.get("capacity")),
        },
    )


def _storage(resources: Json | None) -> Expected:
    text = (resources or {}).get("storage")
    return None if text is None else Quantity(text, "storage")
