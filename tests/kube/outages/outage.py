"""The outages that the agent is put through; one without a case in `courses` fails the tests."""

from enum import StrEnum


class Outage(StrEnum):
    """Something that happens to a cluster, or to the agent's place in it."""

    API_SERVER_DOWN_2_SECONDS = "API server down for 2 seconds"
    API_SERVER_DOWN_60_SECONDS = "API server down for 60 seconds"
    API_SERVER_STOPPED = "API server stopped by a signal and continued"
    """It accepts connections, keeps those that are open, and answers nothing."""
    HISTORY_COMPACTED = "cut off while etcd is compacted and the API server restarts"
    """What a watch asks for is gone: 410 inside the stream."""
    PAGES_COMPACTED = "etcd compacted and the API server restarted between two pages of a list"
    """What a list asks for is gone: 410 as a status."""
    TOKEN_EXPIRED = "token expired and replaced later"
    TOKEN_RENEWED = "token expired after it was renewed in its file"
    PERMISSION_REMOVED = "permission removed and given back"
    METRICS_SERVER_STOPPED = "metrics-server stopped and started"
    AGGREGATED_API_GONE = "aggregated API without a backend"
