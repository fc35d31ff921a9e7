"""The Kubernetes adapter against `tests.support.api_server`: connections, times in milliseconds, waiting."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import anyio

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.hooks import SILENT, KubernetesHooks
from adapters.kubernetes.timings import ReflectorTimings, RequestTimings
from tests.support.api_server import FIRST_TOKEN, ApiServer

QUICK: Final = ReflectorTimings(
    gather_seconds=0.0,
    watch_shortest_seconds=20.0,
    watch_longest_seconds=20.0,
    watch_slack_seconds=10.0,
    short_watch_seconds=0.05,
    backoff_first_seconds=0.01,
    backoff_longest_seconds=0.05,
    healthy_seconds=0.2,
    probe_first_seconds=0.02,
    probe_seconds=0.04,
    refusal_grace_seconds=0.1,
)
"""Everything that waits for minutes, in milliseconds; watches last as long as a test."""

QUICK_REQUESTS: Final = RequestTimings(reload_pause_seconds=0.0)


async def eventually(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Return when a condition holds; the limit is only there so that a failure has a name."""
    with anyio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await anyio.sleep(0.002)


def write_kubeconfig(path: Path, url: str, token: str = FIRST_TOKEN) -> Path:
    """A kubeconfig as short as it gets."""
    path.write_text(
        "apiVersion: v1\n"
        "kind: Config\n"
        "current-context: test\n"
        "contexts: [{name: test, context: {cluster: test, user: test}}]\n"
        f"clusters: [{{name: test, cluster: {{server: {url}}}}}]\n"
        f"users: [{{name: test, user: {{token: {token}}}}}]\n"
    )
    return path


@asynccontextmanager
async def connected(
    server: ApiServer,
    folder: Path,
    *,
    timings: RequestTimings = QUICK_REQUESTS,
    hooks: KubernetesHooks = SILENT,
) -> AsyncIterator[KubernetesConnection]:
    """A connection to a server that is being served."""
    path = write_kubeconfig(folder / "kubeconfig", server.url)
    connection = KubernetesConnection(KubeconfigCredentials(path), version="1.2.3", timings=timings, hooks=hooks)
    async with connection:
        yield connection
