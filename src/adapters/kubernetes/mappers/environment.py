"""Environment variables.

Source: wire contract 2.4.2, EnvVar. Values are redacted, or left out as the operator chose.
"""

from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.clean_texts import MAX_REMEMBERED_CHARS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.sharing import CACHED, Templates, name
from adapters.kubernetes.schema.containers import EnvSource, EnvVarStruct
from domain import redaction
from domain.cluster.containers import EnvVar


def envs(items: list[EnvVarStruct | None] | None, options: MappingOptions) -> tuple[EnvVar, ...]:
    """Variables in the API's order."""
    return (_REDACTED if options.env_values == "redacted" else _WITHOUT_VALUES).map(items)


def _redacted(item: EnvVarStruct) -> EnvVar:
    own_name = item.name or ""
    if item.value and item.value_from is None:
        return _variable(own_name, redaction.env_value(own_name, item.value), "")
    return _without_value(item)


def _without_value(item: EnvVarStruct) -> EnvVar:
    return _variable(item.name or "", "", "" if item.value_from is None else _origin(item.value_from))


@lru_cache(maxsize=CACHED)
def _variable(own_name: str, value: str, value_from: str) -> EnvVar:
    return EnvVar(name=name(own_name), value=value, value_from=name(value_from))


def _origin(source: EnvSource) -> str:
    """Where a value comes from; the name of the object only."""
    if source.config_map_key_ref is not None:
        return f"configmap:{source.config_map_key_ref.name or ''}"
    if source.secret_key_ref is not None:
        return f"secret:{source.secret_key_ref.name or ''}"
    if source.field_ref is not None:
        return f"field:{source.field_ref.field_path or ''}"
    if source.resource_field_ref is not None:
        return f"resource:{source.resource_field_ref.resource or ''}"
    return ""


def _may_be_kept(item: EnvVarStruct, mapped: EnvVar) -> bool:
    """What was redacted or left out is not kept: it would stay in the cache as it was read."""
    return not item.value or (item.value == mapped.value and len(item.value) <= MAX_REMEMBERED_CHARS)


_REDACTED: Final = Templates(_redacted, _may_be_kept)
_WITHOUT_VALUES: Final = Templates(_without_value, _may_be_kept)
