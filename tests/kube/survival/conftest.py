"""Everything that the cases of this package share: rights, nothing more."""

import pytest

from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import cluster_role
from tests.kube.survival.play import ROLES
from tests.kube.testbed.cluster import Cluster


@pytest.fixture(scope="package")
def roles(cluster: Cluster) -> None:
    """The roles that the actions take, as they are generated."""
    for role in ROLES:
        cluster.api.ensure("/apis/rbac.authorization.k8s.io/v1/clusterroles", cluster_role(KINDS, role))
