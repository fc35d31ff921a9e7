"""ConfigMaps, Secrets and ServiceAccounts: names and keys, never values.

Source: wire contract 2.4.12, 2.4.13.
"""

from dataclasses import dataclass
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta, PolicyMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigMap(CommonMeta):
    """A ConfigMap."""

    kind: ClassVar[Kind] = Kind.CONFIG_MAP

    data_keys: tuple[str, ...] = ()
    """Keys of `data`, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(CommonMeta):
    """A Secret."""

    kind: ClassVar[Kind] = Kind.SECRET

    type: str
    data_keys: tuple[str, ...] = ()
    """Keys of `data`, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount(PolicyMeta):
    """A ServiceAccount."""

    kind: ClassVar[Kind] = Kind.SERVICE_ACCOUNT

    secrets_count: int
    image_pull_secrets_count: int
    automount_service_account_token: bool | None = None
    secret_names: tuple[str, ...] = ()
    image_pull_secret_names: tuple[str, ...] = ()
