"""From the bytes of one object to what is kept of it.

An object that cannot be decoded or mapped costs itself, never the list it came in: it is left out, counted, and logged
by its key. What was known of it stays.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from adapters.kubernetes.depth import decoded
from adapters.kubernetes.errors import capped
from adapters.kubernetes.hooks import KubernetesHooks
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Text
from adapters.kubernetes.store import Entry, Key
from domain.cluster.metadata import Resource
from domain.errors import AgentError

R = TypeVar("R", bound=Resource)

_UNREADABLE: Final = (
    msgspec.MsgspecError,
    AgentError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What odd content makes code raise; anything else is not about the object."""

logger = logging.getLogger(__name__)


class _HeadMeta(Partial, frozen=True):
    name: Text = None
    namespace: Text = None
    uid: Text = None
    resource_version: Text = None


class _Head(Partial, frozen=True):
    metadata: _HeadMeta | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """As much of an object as tells which version of which object it is; empty texts where it does not say."""

    key: Key
    uid: str
    resource_version: str


_HEAD: Final = msgspec.json.Decoder(_Head)
_NOBODY: Final = Head(("", ""), "", "")


def head_of(raw: bytes | msgspec.Raw) -> Head:
    """The head of an object; an empty one where even that cannot be read."""
    try:
        return _head(decoded(_HEAD, raw).metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _NOBODY


def _head(metadata: _HeadMeta | ObjectMeta | None) -> Head:
    if metadata is None:
        return _NOBODY
    key = metadata.namespace or "", metadata.name or ""
    return Head(key, metadata.uid or "", metadata.resource_version or "")


class ObjectDecoder(Generic[R]):
    """Reads objects of one kind and counts those it cannot read."""

    def __init__(self, row: KindRow[Any, R], options: MappingOptions, hooks: KubernetesHooks) -> None:
        self._row = row
        self._options = options
        self._hooks = hooks
        self.skipped = 0
        """Objects and lines left out since the start."""

    def decode(self, raw: msgspec.Raw) -> tuple[Head, Entry[R] | None]:
        """Which object it is, and what is kept of it; None when it cannot be read."""
        try:
            struct = decoded(self._row.decoder, raw)
            head = _head(struct.metadata)
            if not head.key[1]:
                raise ValueError("an object without a name")
            resource = self._row.to_domain(struct, self._options)
            own_key = resource.namespace, resource.name
            if own_key == head.key:
                # The same texts once instead of twice, for every object there is.
                head = Head(own_key, head.uid, head.resource_version)
            return head, Entry(head.uid, head.resource_version, resource)
        except _UNREADABLE as error:
            head = head_of(raw)
            self.skip(head.key, f"{type(error).__name__}: {error}")
            return head, None

    def decode_unless_known(
        self, raw: msgspec.Raw, known: Mapping[Key, Entry[R]], *, reads_again: bool = False
    ) -> tuple[Key, Entry[R] | None]:
        """The key of an item of a list, and what is kept of it: what is known already when its version is.

        `reads_again`: only where it cannot be read.
        """
        if not known:
            head, entry = self.decode(raw)
            return head.key, entry
        head = head_of(raw)
        same = known.get(head.key)
        if same is not None and not reads_again and same.is_version(head.uid, head.resource_version):
            return head.key, same
        return head.key, self.decode(raw)[1] or same

    def skip(self, key: Key, why: str) -> None:
        """Count something that cannot be read."""
        self.skipped += 1
        self._hooks.on_skipped(self._row.resource.kind.value)
        logger.warning(
            "object cannot be read and is left out",
            extra={"kind": self._row.resource.kind.value, "object": "/".join(key), "error": capped(why)},
        )
