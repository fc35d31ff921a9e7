"""PersistentVolumes and their claims.

Source: wire contract 2.4.14.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_LEAN_META, common_meta, quantity
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import texts
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.schema.metadata import Quantities, Texts
from adapters.kubernetes.schema.storage import (
    VOLUME_SOURCE_TYPES,
    ClaimRef,
    ClaimSpecStruct,
    ClaimStatusStruct,
    PersistentVolumeClaimStruct,
    PersistentVolumeSpecStruct,
    PersistentVolumeStruct,
    PhaseStatus,
)
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim

_NO_SPEC: Final = PersistentVolumeSpecStruct()
_NO_STATUS: Final = PhaseStatus()
_NO_CLAIM: Final = ClaimRef()
_NO_CLAIM_SPEC: Final = ClaimSpecStruct()
_NO_CLAIM_STATUS: Final = ClaimStatusStruct()


def to_persistent_volume(volume: PersistentVolumeStruct, _options: MappingOptions) -> PersistentVolume:
    """The PersistentVolume as the domain knows it."""
    spec = volume.spec or _NO_SPEC
    claim = spec.claim_ref or _NO_CLAIM
    return PersistentVolume(
        **common_meta(volume.metadata or NO_LEAN_META),
        capacity=_storage(spec.capacity),
        phase=name((volume.status or _NO_STATUS).phase),
        storage_class=name(spec.storage_class_name),
        access_modes=_modes(spec.access_modes),
        reclaim_policy=name(spec.persistent_volume_reclaim_policy),
        volume_source_type=_source_type(spec),
        claim_ref_name=claim.name or "",
        claim_ref_namespace=name(claim.namespace),
    )


def _source_type(spec: PersistentVolumeSpecStruct) -> str:
    """The first source that is there, in the order of the wire."""
    return next((text for field, text in VOLUME_SOURCE_TYPES.items() if getattr(spec, field) is not None), "Unknown")


def to_persistent_volume_claim(claim: PersistentVolumeClaimStruct, _options: MappingOptions) -> PersistentVolumeClaim:
    """The PersistentVolumeClaim as the domain knows it."""
    spec = claim.spec or _NO_CLAIM_SPEC
    status = claim.status or _NO_CLAIM_STATUS
    return PersistentVolumeClaim(
        **common_meta(claim.metadata or NO_LEAN_META),
        phase=name(status.phase),
        volume_name=spec.volume_name or "",
        storage_class=name(spec.storage_class_name),
        access_modes=_modes(spec.access_modes),
        requested_capacity=_storage(spec.resources.requests if spec.resources else None),
        actual_capacity=_storage(status.capacity),
        volume_mode=name(spec.volume_mode),
    )


def _storage(quantities: Quantities) -> str:
    return quantity("storage", (quantities or {}).get("storage"))


def _modes(modes: Texts) -> tuple[str, ...]:
    return tuple(map(name, texts(modes)))
