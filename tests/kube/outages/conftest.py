"""A control plane of its own: outages would be outages for every test that shares it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kube.outages.accounts import install_roles
from tests.kube.outages.play import Records
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.loopback import wait_for
from tests.kube.testbed.options import Options

_READY_SECONDS = 120


@pytest.fixture(scope="package")
def troubled(binaries: Path) -> Iterator[Cluster]:
    """A small cluster with objects of twenty kinds; every test leaves it running."""
    with Cluster(nodes=3, bin_dir=binaries, options=Options(audit=True)) as running:
        install_roles(running)
        running.apply("rich.yaml")
        wait_for("deployments ready", lambda: _are_ready(running), _READY_SECONDS, running.check)
        running.wait_metrics()
        yield running


@pytest.fixture(scope="package")
def records(troubled: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Records:
    """What came of each outage."""
    return Records(troubled, tmp_path_factory.mktemp("outages"))


def _are_ready(cluster: Cluster) -> bool:
    deployments = cluster.api.items("/apis/apps/v1/deployments")
    return all(item["status"].get("readyReplicas", 0) == item["spec"]["replicas"] for item in deployments)
