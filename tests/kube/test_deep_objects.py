"""An object that somebody with rights in one namespace nests thousands of levels deep costs nobody else anything."""

from pathlib import Path

from tests.kube.agent import running_agent
from tests.kube.testbed.cluster import Cluster

LEVELS = 3000


def a_deep_config_map(name: str) -> str:
    """As text: the standard library's encoder goes no deeper than Python does."""
    fields = '{"f:a":' * LEVELS + "{}" + "}" * LEVELS
    managed = (
        '{"manager":"somebody","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",'
        f'"fieldsType":"FieldsV1","fieldsV1":{{"f:data":{fields}}}}}'
    )
    return f'{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","managedFields":[{managed}]}}}}'


def test_lists_and_watches_go_on_around_it(cluster: Cluster, cluster_uid: str, namespace: str, tmp_path: Path) -> None:
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    try:
        _look(cluster, cluster_uid, namespace, path, tmp_path)
    finally:
        # At once, and not when the namespace goes: who reads the shared cluster next has no deeper stack.
        for name in ("listed", "watched"):
            cluster.api.text("DELETE", f"{path}/{name}")


def _look(cluster: Cluster, cluster_uid: str, namespace: str, path: str, tmp_path: Path) -> None:
    cluster.kubectl("create", "--raw", path, "--filename=-", stdin=a_deep_config_map("listed"))
    with running_agent(tmp_path, cluster_uid, {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}) as agent:

        def names() -> set[str]:
            found = agent.next_snapshot()["configMaps"]
            return {one["name"] for one in found if one["namespace"] == namespace}

        agent.wait_for("the listed one", lambda: "listed" in names())
        cluster.kubectl("create", "--raw", path, "--filename=-", stdin=a_deep_config_map("watched"))
        agent.wait_for("the watched one", lambda: "watched" in names())
        assert agent.status()["kinds"]["ConfigMap"]["state"] == "live"
        assert '"level": "error"' not in agent.output
        assert agent.stop() == 0
    text = cluster.api.text("GET", path)
    assert text.count('"f:a"') > 2 * LEVELS - 1
