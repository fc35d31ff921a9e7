"""ResourceQuotas and LimitRanges.

Source: wire contract 2.4.13.
"""

from collections.abc import Mapping
from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, policy_meta, quantities, quantity
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import present, texts
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.schema.policy import (
    LimitRangeSpecStruct,
    LimitRangeStruct,
    LimitStruct,
    QuotaSpecStruct,
    QuotaStatusStruct,
    ResourceQuotaStruct,
)
from domain.cluster.metadata import EMPTY
from domain.cluster.policy import LimitRange, LimitRangeItem, ResourceQuota

_NO_QUOTA: Final = QuotaSpecStruct()
_NO_STATUS: Final = QuotaStatusStruct()
_NO_LIMITS: Final = LimitRangeSpecStruct()


def to_resource_quota(quota: ResourceQuotaStruct, _options: MappingOptions) -> ResourceQuota:
    """The ResourceQuota as the domain knows it."""
    spec = quota.spec or _NO_QUOTA
    return ResourceQuota(
        **policy_meta(quota.metadata or NO_META),
        scopes=tuple(map(name, texts(spec.scopes))),
        hard=quantities(spec.hard),
        used=quantities((quota.status or _NO_STATUS).used),
    )


def to_limit_range(limit_range: LimitRangeStruct, _options: MappingOptions) -> LimitRange:
    """The LimitRange as the domain knows it."""
    spec = limit_range.spec or _NO_LIMITS
    return LimitRange(
        **policy_meta(limit_range.metadata or NO_META), items=tuple([_item(item) for item in present(spec.limits)])
    )


def _item(item: LimitStruct) -> LimitRangeItem:
    return LimitRangeItem(
        type=name(item.type),
        default=quantities(item.default),
        default_request=quantities(item.default_request),
        max=quantities(item.max),
        min=quantities(item.min),
        max_limit_request_ratio=_ratios(item.max_limit_request_ratio),
    )


def _ratios(values: Mapping[str, str | int | float | None] | None) -> Mapping[str, str]:
    """Ratios are written as quantities and have no unit, so a fraction of one must not be rounded up as bytes are."""
    if not values:
        return EMPTY
    return {name(key): quantity("cpu", value) for key, value in sorted(values.items())}
