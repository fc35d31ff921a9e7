"""Sets of manifests for the tests of applying, and what asks an agent to apply them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: web}}
data:
  mode: "0644"
  text: |
    a
      b
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: registry.example/app:1
        ports: [{containerPort: 80, name: http}]
        env: [{name: LEVEL, value: info}]
"""

SHOP = (
    CONFIG_MAP
    + "---\n"
    + DEPLOYMENT
    + """\
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
automountServiceAccountToken: no
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 0
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example/db:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: logs}
spec:
  selector: {matchLabels: {app: logs}}
  template:
    metadata: {labels: {app: logs}}
    spec:
      nodeSelector: {disk: none}
      volumes: [{name: settings, configMap: {name: settings, defaultMode: 0644}}]
      containers: [{name: logs, image: "registry.example/logs:1"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  suspend: true
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "registry.example/a:1"}]}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: data}
  spec: {accessModes: [ReadWriteOnce], storageClassName: none-such, resources: {requests: {storage: 1Gi}}}
- apiVersion: v1
  kind: LimitRange
  metadata: {name: limits}
  spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 10Gi}}]}
"""
)

PATHS = {
    "ConfigMap": ("/api/v1", "configmaps"),
    "Service": ("/api/v1", "services"),
    "ServiceAccount": ("/api/v1", "serviceaccounts"),
    "Secret": ("/api/v1", "secrets"),
    "Pod": ("/api/v1", "pods"),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims"),
    "LimitRange": ("/api/v1", "limitranges"),
    "Deployment": ("/apis/apps/v1", "deployments"),
    "StatefulSet": ("/apis/apps/v1", "statefulsets"),
    "DaemonSet": ("/apis/apps/v1", "daemonsets"),
    "Job": ("/apis/batch/v1", "jobs"),
    "CronJob": ("/apis/batch/v1", "cronjobs"),
    "Ingress": ("/apis/networking.k8s.io/v1", "ingresses"),
    "NetworkPolicy": ("/apis/networking.k8s.io/v1", "networkpolicies"),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets"),
    "Role": ("/apis/rbac.authorization.k8s.io/v1", "roles"),
}


def crd(plural: str, *, scope: str = "Namespaced") -> str:
    """A definition of a kind of its own, in JSON, which is YAML as well."""
    kind = plural.removesuffix("s").capitalize()
    group = "applied.example.com"
    spec = {
        "group": group,
        "scope": scope,
        "names": {"plural": plural, "singular": kind.lower(), "kind": kind},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
                    }
                },
            }
        ],
    }
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": spec,
    }
    return json.dumps(body)


@dataclass(frozen=True, slots=True)
class Applied:
    """An answer of the agent."""

    result: ResultPost

    @property
    def output(self) -> Json:
        found: Json = json.loads(self.result.output)
        return found

    @property
    def objects(self) -> dict[str, Json]:
        """By kind and name."""
        return {f"{one['kind']} {one['name']}": one for one in self.output["objects"]}

    @property
    def outcomes(self) -> dict[str, str]:
        return {name: one["outcome"] for name, one in self.objects.items()}


@dataclass(frozen=True, slots=True)
class Applying:
    """An agent that is asked to apply things, and the cluster that it applies them to."""

    cluster: Cluster
    agent: Agent

    def apply(self, manifests: Any, **params: Any) -> Applied:
        topic = params.pop("topic", Topic.OPS)
        asked: Mapping[str, Any] = {"manifests": manifests, **params}
        request = CommandRequest(
            action=Action.APPLY_MANIFESTS, cluster_id=self.agent.cluster_id, params=dict(asked), topic=topic
        )
        record = self.agent.order(request)
        assert record.result is not None
        return Applied(record.result)

    def get(self, kind: str, namespace: str, name: str) -> Json:
        root, plural = PATHS[kind]
        return self.cluster.api.get(f"{root}/namespaces/{namespace}/{plural}/{name}")


def comparable(found: Json, namespace: str) -> Json:
    """What must be the same whoever has applied an object, with the fields that its applier manages."""
    metadata = found["metadata"]
    text = json.dumps(found).replace(metadata["uid"], "UID").replace(namespace, "NAMESPACE")
    found = json.loads(re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text))
    metadata = found["metadata"]
    managers = [one for one in metadata.pop("managedFields", ()) if one["operation"] == "Apply"]
    for name in ("uid", "resourceVersion", "creationTimestamp"):
        metadata.pop(name, None)
    for name in ("clusterIP", "clusterIPs"):
        found.get("spec", {}).pop(name, None)
    found.pop("status", None)
    # Its controller counts revisions, sooner or later.
    metadata.get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
    if not metadata.get("annotations", True):
        metadata.pop("annotations")
    return {**found, "applied": sorted(json.dumps(one["fieldsV1"], sort_keys=True) for one in managers)}
