"""PersistentVolumes and their claims.

Of a volume's source only its presence is decoded: some hold references to Secrets, or paths of other tenants.
Source: k8s.io/api `core/v1`.
"""

from adapters.kubernetes.schema.metadata import LeanMeta, Marker, Partial, Quantities, Text, Texts
from adapters.kubernetes.schema.workloads import ClaimResources


class ClaimRef(Partial, frozen=True):
    """The claim that a volume is bound to."""

    name: Text = None
    namespace: Text = None


class PersistentVolumeSpecStruct(Partial, frozen=True):
    """What a volume is."""

    capacity: Quantities = None
    access_modes: Texts = None
    persistent_volume_reclaim_policy: Text = None
    storage_class_name: Text = None
    claim_ref: ClaimRef | None = None
    host_path: Marker | None = None
    nfs: Marker | None = None
    csi: Marker | None = None
    local: Marker | None = None
    aws_elastic_block_store: Marker | None = None
    gce_persistent_disk: Marker | None = None
    azure_disk: Marker | None = None
    azure_file: Marker | None = None
    cephfs: Marker | None = None
    fc: Marker | None = None
    iscsi: Marker | None = None
    rbd: Marker | None = None


class PhaseStatus(Partial, frozen=True):
    """Where a volume stands."""

    phase: Text = None


class PersistentVolumeStruct(Partial, frozen=True):
    """A PersistentVolume."""

    metadata: LeanMeta | None = None
    spec: PersistentVolumeSpecStruct | None = None
    status: PhaseStatus | None = None


class ClaimSpecStruct(Partial, frozen=True):
    """What a claim asks for."""

    access_modes: Texts = None
    storage_class_name: Text = None
    volume_name: Text = None
    volume_mode: Text = None
    resources: ClaimResources | None = None


class ClaimStatusStruct(Partial, frozen=True):
    """What a claim got."""

    phase: Text = None
    capacity: Quantities = None


class PersistentVolumeClaimStruct(Partial, frozen=True):
    """A PersistentVolumeClaim."""

    metadata: LeanMeta | None = None
    spec: ClaimSpecStruct | None = None
    status: ClaimStatusStruct | None = None


VOLUME_SOURCE_TYPES = {
    "host_path": "HostPath",
    "nfs": "NFS",
    "csi": "CSI",
    "local": "Local",
    "aws_elastic_block_store": "AWSElasticBlockStore",
    "gce_persistent_disk": "GCEPersistentDisk",
    "azure_disk": "AzureDisk",
    "azure_file": "AzureFile",
    "cephfs": "CephFS",
    "fc": "FC",
    "iscsi": "iSCSI",
    "rbd": "RBD",
}
"""Field of the spec to its name on the wire, in the order in which they are looked for."""
