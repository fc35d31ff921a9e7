"""ResourceQuotas and LimitRanges.

Source: k8s.io/api `core/v1`.
"""

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Quantities, Text, Texts


class QuotaSpecStruct(Partial, frozen=True):
    """What is allowed."""

    hard: Quantities = None
    scopes: Texts = None


class QuotaStatusStruct(Partial, frozen=True):
    """What is used of it."""

    used: Quantities = None


class ResourceQuotaStruct(Partial, frozen=True):
    """A ResourceQuota."""

    metadata: ObjectMeta | None = None
    spec: QuotaSpecStruct | None = None
    status: QuotaStatusStruct | None = None


class LimitStruct(Partial, frozen=True):
    """Limits for one type of object."""

    type: Text = None
    default: Quantities = None
    default_request: Quantities = None
    max: Quantities = None
    min: Quantities = None
    max_limit_request_ratio: Quantities = None


class LimitRangeSpecStruct(Partial, frozen=True):
    """The limits."""

    limits: list[LimitStruct | None] | None = None


class LimitRangeStruct(Partial, frozen=True):
    """A LimitRange."""

    metadata: ObjectMeta | None = None
    spec: LimitRangeSpecStruct | None = None
