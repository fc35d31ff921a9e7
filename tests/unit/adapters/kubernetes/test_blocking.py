"""Nothing of the adapter blocks the event loop, whatever it does."""

from pathlib import Path

import anyio
from blockbuster import blockbuster_ctx

from adapters.kubernetes.credentials import InClusterCredentials
from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from adapters.kubernetes.usage import UsagePoller
from adapters.system.clock import SystemClock
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from tests.support.api_client import QUICK, connected, eventually
from tests.support.api_objects import a_pod, a_workload, node_metrics, pod_metrics
from tests.support.api_server import ApiServer
from tests.support.commands import a_scale_request
from tests.support.workloads import served


async def test_lists_watches_usage_and_changes_do_not_block(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("pods", a_pod())
    server.put("deployments", a_workload())
    server.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
    clock = SystemClock()
    async with server.serving(), connected(server, tmp_path) as connection:
        inventory = KubernetesInventory(connection, clock, usage=UsagePoller(connection, clock), timings=QUICK)
        with blockbuster_ctx():
            async with anyio.create_task_group() as group:
                await group.start(inventory.run)
                await eventually(lambda: inventory.read(Pod).state is ReadingState.LIVE)
                await eventually(lambda: inventory.read_usage().pods)
                await KubernetesWorkloadOperator(connection, clock).scale(served("Deployment"), a_scale_request(5))
                server.put("pods", a_pod("web-2"))
                await eventually(lambda: len(inventory.read(Pod).objects) == 2)
                group.cancel_scope.cancel()


async def test_reading_a_token_again_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc")
    (tmp_path / "ca.crt").write_text("certificate")
    with blockbuster_ctx():
        configuration = await InClusterCredentials("10.96.0.1", "443", tmp_path).load()
    assert configuration.api_key["BearerToken"] == "bearer abc"
