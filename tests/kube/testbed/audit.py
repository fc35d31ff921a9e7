"""The API server's audit log: who asked for what, and what was refused.

An entry is written when an answer is complete; a watch's only when it ends.
"""

import json
from collections.abc import Iterator
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
        f"{_status(entry)} {entry['verb']} {entry['requestURI']}"
        for entry in entries(log, user)
        if _status(entry) in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    ]


def _status(entry: Json) -> int:
    return int((entry.get("responseStatus") or {}).get("code", 0))
