"""Everything that the cases of this package share: rights, nothing more."""

from collections.abc import Iterator

import pytest

from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import cluster_role
from tests.kube.survival.play import ROLES
from tests.kube.testbed.cluster import Cluster

_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


@pytest.fixture(scope="package")
def roles(cluster: Cluster) -> Iterator[None]:
    """The roles that the actions take, as they are generated; gone afterwards if they were not there before."""
    there = {one["metadata"]["name"] for one in cluster.api.items(_ROLES)}
    wanted = [cluster_role(KINDS, role) for role in ROLES]
    for role in wanted:
        cluster.api.ensure(_ROLES, role)
    yield
    for name in {role["metadata"]["name"] for role in wanted} - there:
        cluster.api.request("DELETE", f"{_ROLES}/{name}")
