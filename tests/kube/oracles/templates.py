"""A pod template as the Master expects it: wire contract 2.4.2 (PodTemplate)."""

from tests.kube.oracles.containers import affinity, template_container, toleration, volume
from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import copied
from tests.kube.oracles.texts import Annotations
from tests.kube.testbed.errors import Json


def template(raw: Json) -> Shape:
    """The template of a workload; init containers have no place on the wire."""
    metadata, spec = raw.get("metadata") or {}, raw["spec"]
    return Shape(
        required={"containers": [template_container(item) for item in spec["containers"]]},
        optional=copied(spec, "serviceAccountName", "nodeSelector", "runtimeClassName", "hostNetwork", "dnsPolicy")
        | {
            "labels": metadata.get("labels") or {},
            "annotations": Annotations(metadata.get("annotations") or {}),
            "volumes": [volume(item) for item in spec.get("volumes") or []],
            "tolerations": [toleration(item) for item in spec.get("tolerations") or []],
            "affinity": affinity(spec.get("affinity")),
            "imagePullSecrets": [item.get("name", "") for item in spec.get("imagePullSecrets") or []],
        },
    )
