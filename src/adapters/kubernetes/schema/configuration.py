"""ConfigMaps, Secrets, ServiceAccounts.

Values are never decoded: of `data` only the keys are looked at, what stands behind them stays raw bytes and is thrown
away with the page. Annotations of Secrets and ConfigMaps may hold whole values and are not named at all.
Source: k8s.io/api `core/v1`.
"""

import msgspec

from adapters.kubernetes.schema.metadata import LeanMeta, Named, ObjectMeta, Partial, Text


class ConfigMapStruct(Partial, frozen=True):
    """A ConfigMap."""

    metadata: LeanMeta | None = None
    data: dict[str, msgspec.Raw] | None = None


class SecretStruct(Partial, frozen=True):
    """A Secret."""

    metadata: LeanMeta | None = None
    type: Text = None
    data: dict[str, msgspec.Raw] | None = None


class ServiceAccountStruct(Partial, frozen=True):
    """A ServiceAccount."""

    metadata: ObjectMeta | None = None
    secrets: list[Named | None] | None = None
    image_pull_secrets: list[Named | None] | None = None
    automount_service_account_token: bool | None = None
