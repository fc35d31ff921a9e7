"""ConfigMaps, Secrets and ServiceAccounts: names and keys, never values.

Source: wire contract 2.4.12, 2.4.13.
"""

from collections.abc import Iterable

from adapters.kubernetes.mappers.metadata import NO_LEAN_META, NO_META, common_meta, policy_meta
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import present
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.schema.configuration import ConfigMapStruct, SecretStruct, ServiceAccountStruct
from adapters.kubernetes.schema.metadata import Named
from domain.cluster.configuration import ConfigMap, Secret, ServiceAccount


def to_config_map(config_map: ConfigMapStruct, _options: MappingOptions) -> ConfigMap:
    """The ConfigMap as the domain knows it."""
    return ConfigMap(**common_meta(config_map.metadata or NO_LEAN_META), data_keys=_keys(config_map.data))


def to_secret(secret: SecretStruct, _options: MappingOptions) -> Secret:
    """The Secret as the domain knows it."""
    return Secret(**common_meta(secret.metadata or NO_LEAN_META), type=name(secret.type), data_keys=_keys(secret.data))


def _keys(data: Iterable[str] | None) -> tuple[str, ...]:
    """Sorted; the same few names in most objects."""
    return tuple([name(key) for key in sorted(data or ())])


def to_service_account(account: ServiceAccountStruct, _options: MappingOptions) -> ServiceAccount:
    """The ServiceAccount as the domain knows it."""
    secrets = _names(account.secrets)
    image_pull_secrets = _names(account.image_pull_secrets)
    return ServiceAccount(
        **policy_meta(account.metadata or NO_META),
        secrets_count=len(secrets),
        image_pull_secrets_count=len(image_pull_secrets),
        automount_service_account_token=account.automount_service_account_token,
        secret_names=secrets,
        image_pull_secret_names=image_pull_secrets,
    )


def _names(references: list[Named | None] | None) -> tuple[str, ...]:
    return tuple([name(one.name) for one in present(references)])
