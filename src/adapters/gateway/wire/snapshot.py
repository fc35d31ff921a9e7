"""The snapshot on the wire: the envelope with its twenty lists, built from pieces that are kept.

Every list is always there: the Master reads a missing one like an empty one, but pages that iterate it do not. `otel`
is there only when there is a summary: its absence means "not known". Source: wire contract 2.4.1.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import anyio
import anyio.lowlevel

from adapters.gateway.wire.cleaning import clean_time
from adapters.gateway.wire.forms import FORMS, json_text
from adapters.gateway.wire.fragments import KindEncoder
from adapters.gateway.wire.names import LIST_NAMES
from adapters.gateway.wire.objects import ObjectEncoder
from adapters.gateway.wire.otel import OTelEncoder
from domain.cluster.kinds import Kind
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.summary import ClusterSummary
from domain.otel.summary import OTelSummary

_SUMMARY: Final = ObjectEncoder(ClusterSummary)
_FORM_OF: Final = {form.of.kind: form for form in FORMS}


class SnapshotEncoder:
    """Encodes snapshots one after the other and remembers what did not change."""

    def __init__(self) -> None:
        self.kinds: Final[dict[Kind, KindEncoder[Any, Any]]] = {form.of.kind: KindEncoder(form) for form in FORMS}
        self._otel = OTelEncoder()
        self._kept_otel: tuple[OTelSummary | None, list[bytes]] = (None, [])
        self._lock = anyio.Lock()

    @property
    def left_out(self) -> int:
        """How many objects the last snapshot lacks because they cannot be encoded."""
        return sum(kind.left_out for kind in self.kinds.values())

    async def encode(self, snapshot: ClusterSnapshot) -> Iterator[bytes]:
        """The whole snapshot as one JSON object in small pieces, in steps that let other tasks run."""
        async with self._lock:
            readings = snapshot.readings.by_kind()
            now = clean_time(snapshot.collected_at)
            time_text = now.replace(tzinfo=None).isoformat() + "Z"
            parts: list[Sequence[bytes]] = [
                [b'{"clusterId":%b,"fetchedAt":"%b"' % (json_text(snapshot.cluster_id), time_text.encode())]
            ]
            for kind, name in LIST_NAMES.items():
                parts.append([b',"%b":[' % name.encode()])
                if kind in readings:
                    joined = _FORM_OF[kind].joined(snapshot)
                    parts.append(await self.kinds[kind].encode(readings[kind].objects, joined, now))
                parts.append([b"]"])
            if snapshot.otel is not None:
                parts += [[b',"otel":'], await self._encode_otel(snapshot.otel)]
            parts.append([b',"summary":', _SUMMARY.encode(snapshot.summary), b"}"])
            return chain.from_iterable(parts)

    async def _encode_otel(self, summary: OTelSummary) -> list[bytes]:
        kept, pieces = self._kept_otel
        if kept is not summary:
            pieces = []
            for piece in self._otel.encode_in_steps(summary):
                pieces.append(piece)
                await anyio.lowlevel.checkpoint()
            self._kept_otel = (summary, pieces)
        return pieces
