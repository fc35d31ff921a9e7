"""Takes the shapes of the followed kinds from a real API server: `python -m tests.kube.take_openapi_shapes`."""

from adapters.kubernetes.kinds import KINDS
from tests.kube.testbed.api import Api
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.support.openapi_shapes import SHAPES_FILE, as_text, document_path, reduced


def documents(api: Api) -> dict[str, Json]:
    """What the API server says of the groups of the followed kinds."""
    return {path: api.get(path) for path in sorted({document_path(row) for row in KINDS})}


def main() -> None:
    """Write the checked-in copy anew."""
    with Cluster(nodes=0) as cluster:
        SHAPES_FILE.write_text(as_text(reduced(documents(cluster.api))), encoding="utf-8")


if __name__ == "__main__":
    main()
