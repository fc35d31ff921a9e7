"""The API server's audit log: who asked for what, and what was refused.

An entry is written when an answer is complete; a watch's only when it ends.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from tests.kube.testbed.errors import Json


def entries(log: Path, user: str) -> Iterator[Json]:
    """What one user asked, in the order of the answers; `user` as in `system:serviceaccount:default:agent`."""
    with log.open() as lines:
        for line in lines:
            # The last line may be half written.
            if line.endswith("\n"):
                entry: Json = json.loads(line)
                if entry["user"].get("username") == user:
                    yield entry


def denials(log: Path, user: str) -> list[str]:
    """Requests of a user that were refused for want of rights or a good token, as `403 list /api/v1/secrets`."""
    return [
        f"{status_of(entry)} {entry['verb']} {entry['requestURI']}"
        for entry in entries(log, user)
        if status_of(entry) in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    ]


def requests(log: Path, user: str) -> list[Json]:
    """What one user asked, each request once, in the order of arrival."""
    # A watch has an entry when it begins and one when it ends.
    found = {entry["auditID"]: entry for entry in entries(log, user)}
    return sorted(found.values(), key=arrived_at)


def arrived_at(entry: Json) -> datetime:
    """When a request arrived, UTC-aware."""
    return datetime.fromisoformat(entry["requestReceivedTimestamp"])


def status_of(entry: Json) -> int:
    """HTTP status of the answer; 0 while there is none."""
    return int((entry.get("responseStatus") or {}).get("code", 0))
