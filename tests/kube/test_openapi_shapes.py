"""The shapes from which odd objects are made are those of the API server that everything else is tested against."""

from tests.kube.take_openapi_shapes import documents
from tests.kube.testbed.cluster import Cluster
from tests.support.openapi_shapes import SHAPES_FILE, as_text, reduced


def test_the_checked_in_shapes_are_the_servers(cluster: Cluster) -> None:
    taken = as_text(reduced(documents(cluster.api)))
    assert SHAPES_FILE.read_text(encoding="utf-8") == taken, "run python -m tests.kube.take_openapi_shapes"
