"""Whether a change that got no good answer may have happened all the same.

What never left, or was refused by whoever reads requests, did not happen. A connection that broke, silence, and a
server that gave up in the middle say nothing: the change may be stored, or be stored in a moment. Whoever asked must
hear that, and not that it failed.

Source: kube-apiserver answers 504 when its own time is over and 500 when etcd does not answer; a proxy answers 502 and
504 for what it has passed on. 429 and 503 are said before anything is done.
"""

from typing import Final

import aiohttp

from adapters.kubernetes.errors import RefusedUpgradeError, ServerAnswer, status_behind
from ports.errors import Unanswered, Unavailable

_IN_DOUBT: Final = frozenset({500, 502, 504})
_DEFINITE: Final = ("failed to create typed ", "Internal error occurred: failed calling webhook ")
"""Answered with status 500 before anything is stored."""
_NOTHING_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


def told_apart(error: Unavailable) -> Unavailable:
    """The error that a change has met, as `Unanswered` where nobody knows what came of it."""
    if not _may_have_happened(error):
        return error
    unanswered = Unanswered(error.operation, error.why, retry_after_seconds=error.retry_after_seconds)
    unanswered.__cause__ = error.__cause__
    return unanswered


def is_definite(error: Unavailable) -> bool:
    """Whether the API server has looked at an object and said no, with a status that else means "try again"."""
    status = status_behind(error)
    return status is not None and status.kind == "Status" and (status.message or "").startswith(_DEFINITE)


def _may_have_happened(error: Unavailable) -> bool:
    cause = error.__cause__
    if isinstance(cause, ServerAnswer):
        return cause.status in _IN_DOUBT and not is_definite(error)
    if isinstance(cause, RefusedUpgradeError):
        # The API server and the kubelet refuse an upgrade before they begin anything.
        return cause.status in _IN_DOUBT - {500}
    return isinstance(cause, aiohttp.ClientError | OSError) and not isinstance(cause, _NOTHING_SENT)
