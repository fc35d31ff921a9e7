"""The OTel store: telemetry that other programs wrote there.

`OTelParts` reads what the summary of a snapshot is made of. One method is one shared scan: what can be answered in
one pass over the store is one question, so that a round costs the same however many services and nodes there are.
"""

from abc import abstractmethod
from typing import Protocol

from domain.otel.apm import Topology, TraceSummary
from domain.otel.parts import ApmContent, LogsContent, NodesContent, Scan, SeriesContent, SloContent, SloWindow
from domain.otel.slo import SloWindowData


class OTelParts(Protocol):
    """The parts of the OTel summary.

    What all methods have in common: `window_seconds` is the length of the window to look at, which ends at the store's
    now or a few seconds before it; the answer says which window it was. Rates are increases divided by the length of
    that window (those of node counters: by the time between first and last sample). An empty store gives empty lists
    and zero counts, never NaN. Times are UTC-aware. A call may be cancelled at any time and then leaves nothing behind.

    Every method may raise:
        NotFound: the store has no place for such data, for example because its table was never created. That is
            knowledge, not trouble: the part is empty.
        Unavailable: the store cannot be reached, is overloaded or took too long.
        AccessDenied: it refuses the credentials or the right to read.
        UnexpectedAnswer: version skew or a bug.
    """

    @abstractmethod
    async def apm(self, window_seconds: int) -> Scan[ApmContent]:
        """Services and operations by entry spans, and the services again over the last `OVERVIEW_SECONDS`.

        Services are sorted by namespace and name, operations by service and name. A name that lives in two namespaces
        is two services.
        """

    @abstractmethod
    async def topology(self, window_seconds: int) -> Scan[Topology]:
        """Services, databases and external peers, and the calls between them.

        Nodes are sorted by id, edges by source and target; every end of an edge is a node.
        """

    @abstractmethod
    async def slo(self, window_seconds: int) -> Scan[SloContent]:
        """Service levels of ingress and mesh.

        Ingress is sorted by service key, the mesh by namespace and name, edges by source and destination. Idle
        services stay, with rate 0 and success 100.
        """

    @abstractmethod
    async def nodes(self, window_seconds: int) -> Scan[NodesContent]:
        """Hardware of every node with a sample in the window.

        Nodes go by the address they report from, in `node_ip` and `node_name` alike, sorted by it;
        `cluster_nodes` is None: the store does not know the cluster.
        """

    @abstractmethod
    async def logs(self, window_seconds: int) -> Scan[LogsContent]:
        """Log entries, counted by severity and by service (at most ten, most entries first)."""

    @abstractmethod
    async def recent_traces(self, window_seconds: int, limit: int) -> Scan[tuple[TraceSummary, ...]]:
        """The newest traces, newest first, at most `limit`; every one as a whole, also where it began earlier."""

    @abstractmethod
    async def series(self, window_seconds: int) -> Scan[SeriesContent]:
        """Nodes, service levels and services minute by minute.

        Points ascend; a minute without samples has no point; nothing is without points. Nodes go by address, sorted
        by it; the others are sorted by name.
        """

    @abstractmethod
    async def slo_window(self, window: SloWindow) -> Scan[SloWindowData]:
        """A long window, the one before it, and its history in steps of the window's bucket, ascending by time."""
