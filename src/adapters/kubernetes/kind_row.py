"""What makes a kind: a row of the table in `adapters.kubernetes.kinds`.

Everything about a kind that is not its content follows from its row: where it is listed and watched, how it is decoded
and mapped, which role grants it, whether it goes into the snapshot, how much of it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from adapters.kubernetes.depth import decoded
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.store import Retention
from domain.cluster.metadata import Resource

StructT = TypeVar("StructT", bound=msgspec.Struct)
R = TypeVar("R", bound=Resource)


class RbacRole(StrEnum):
    """The roles that the agent's rights are split into; an administrator binds them one by one."""

    READ = "read"
    SECRETS = "secrets"
    """Listing Secrets amounts to reading them, so it is a role of its own."""
    SECRET_DATA = "secret-data"  # noqa: S105 - the name of a role
    """One Secret by its name, with its values, for `get_secret`."""
    WORKLOADS = "workloads"
    NODES = "nodes"
    DELETE = "delete"
    EXEC = "exec"
    APPLY = "apply"
    EVENTS = "events"
    """Leaving an Event on what was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow(Generic[StructT, R]):
    """One kind; the type checker refuses a struct of one kind beside the mapper of another."""

    resource: type[R]
    """The domain's type; it names the kind."""
    group: str = ""
    """API group, empty for the core."""
    version: str = "v1"
    plural: str
    """As in paths and rules of roles."""
    namespaced: bool = True
    decoder: msgspec.json.Decoder[StructT]
    to_domain: Callable[[StructT, MappingOptions], R]
    role: RbacRole = RbacRole.READ
    in_snapshot: bool = True
    """False for what is watched for joins only."""
    retention: Retention[R] | None = None
    """Which objects are not kept although they exist; None: every one is kept."""

    def list_path(self, namespace: str | None = None) -> str:
        """Path of the list, of one namespace or (None, and for kinds without namespaces) of all."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        if namespace is None or not self.namespaced:
            return f"{root}/{self.plural}"
        return f"{root}/namespaces/{namespace}/{self.plural}"

    def where(self, namespace: str | None) -> str:
        """For messages: `pods`, `pods in shop`."""
        return f"{self.plural} in {namespace}" if namespace else self.plural

    def right(self, namespace: str | None) -> str:
        """What grants the kind, as roles name it: `get, list, watch on deployments.apps in shop`."""
        resource = f"{self.plural}.{self.group}" if self.group else self.plural
        return f"get, list, watch on {resource} in {namespace}" if namespace else f"get, list, watch on {resource}"

    def read(self, raw: bytes | msgspec.Raw, options: MappingOptions) -> R:
        """An object from its bytes.

        Raises:
            msgspec.DecodeError: the bytes are no such object; nothing else is raised, whatever they are.
        """
        try:
            return self.to_domain(decoded(self.decoder, raw), options)
        except (UnicodeDecodeError, RecursionError) as error:
            raise msgspec.DecodeError(f"{type(error).__name__}: {error}") from error
