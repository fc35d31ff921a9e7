"""A workload with all that belongs to it, for the tests of what happens to many objects at once."""

from datetime import datetime

from tests.kube.oracles.judge import by_key
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.ticks import now

SETTLE_SECONDS = 60


class Web:
    """A Deployment of one pod behind a Service of its own name."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._api = cluster.api
        self._cluster = cluster
        self.namespace = namespace
        self.path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        template = {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
        }
        spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
        self._api.request("POST", self.path, {"metadata": {"name": "web"}, "spec": spec})
        service = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
        services = f"/api/v1/namespaces/{namespace}/services"
        self._api.request("POST", services, {"metadata": {"name": "web"}, "spec": service})
        self.settle(1)

    def patch(self, spec: Json) -> datetime:
        """Changes the Deployment; gives the moment."""
        self._api.patch(f"{self.path}/web", {"spec": spec})
        return now()

    def settle(self, replicas: int) -> datetime:
        """Waits until its pods, and no others, are ready and known as endpoints; gives the moment."""

        def ready() -> bool:
            found = self._api.get(f"{self.path}/web")
            names = ("replicas", "updatedReplicas", "availableReplicas")
            counts = {found["status"].get(name, 0) for name in names}
            done = found["status"].get("observedGeneration") == found["metadata"]["generation"]
            return done and counts == {replicas} and self.endpoints() == replicas

        wait_for(f"{replicas} replicas", ready, SETTLE_SECONDS, self._cluster.check)
        return now()

    def endpoints(self) -> int:
        """How many are ready, by its slices."""
        path = f"/apis/discovery.k8s.io/v1/namespaces/{self.namespace}/endpointslices"
        endpoints = [item for one in self._api.items(path) for item in one.get("endpoints") or []]
        return sum(item["conditions"]["ready"] for item in endpoints) if endpoints else 0

    def shown(self, snapshot: Json) -> Json:
        """What a snapshot says of it in all places."""
        key = self.namespace, "web"
        deployment = by_key(snapshot["deployments"]).get(key)
        service = by_key(snapshot["services"]).get(key)
        if deployment is None or service is None:
            return {}
        owned = [item for item in snapshot["replicaSets"] if item["namespace"] == self.namespace]
        pods = [item for item in snapshot["pods"] if item["summary"]["namespace"] == self.namespace]
        return {
            "wanted": deployment["summary"]["replicas"],
            "available": deployment["summary"]["available"],
            "phase": deployment["rollout"]["phase"],
            "briefs": {item["name"]: item["replicas"] for item in deployment.get("replicaSets") or ()},
            "replicaSets": {item["name"]: item["replicas"] for item in owned},
            "running": sum(item["status"]["phase"] == "Running" for item in pods),
            "backends": service["backends"]["summary"]["ready"],
        }
