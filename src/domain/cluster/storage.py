"""PersistentVolumes and their claims.

Source: wire contract 2.4.14.
"""

from dataclasses import dataclass
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentVolume(CommonMeta):
    """A PersistentVolume."""

    kind: ClassVar[Kind] = Kind.PERSISTENT_VOLUME

    capacity: str
    phase: str
    """Available, Bound, Released, Failed or Pending."""
    storage_class: str = ""
    access_modes: tuple[str, ...] = ()
    reclaim_policy: str = ""
    volume_source_type: str = ""
    """HostPath, NFS, CSI ...; Unknown for a source that the wire has no name for."""
    claim_ref_name: str = ""
    claim_ref_namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentVolumeClaim(CommonMeta):
    """A PersistentVolumeClaim."""

    kind: ClassVar[Kind] = Kind.PERSISTENT_VOLUME_CLAIM

    phase: str
    """Pending, Bound or Lost."""
    volume_name: str
    storage_class: str = ""
    access_modes: tuple[str, ...] = ()
    """As asked for."""
    requested_capacity: str = ""
    actual_capacity: str = ""
    volume_mode: str = ""
