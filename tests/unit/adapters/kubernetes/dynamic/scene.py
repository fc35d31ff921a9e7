"""A reader of any kind on an API server on loopback that also answers with what it should not."""

from typing import Any

from adapters.kubernetes.dynamic.reader import KubernetesDynamicReader
from adapters.memory.kind_resolver import SERVED
from domain.cluster.resource_types import ResourceType
from domain.objects.visibility import Visibility
from ports.dynamic import ListQuery
from tests.support.api_answers import Json, with_text
from tests.support.api_reading import ReadingApiServer

KINDS = {one.kind: one for one in SERVED}
WIDGETS = ResourceType(group="example.com", version="v1", kind="Widget", plural="widgets", namespaced=True)
PROTECTED = Visibility(frozenset({"kube-system"}))
CANARY = "canary-7f3a9c"


class Scene:
    """A reader and the server that it asks."""

    def __init__(self, server: ReadingApiServer, reader: KubernetesDynamicReader) -> None:
        self.server = server
        self.reader = reader

    def answers(self, plural: str, text: str) -> None:
        self.server.fail(with_text(200, text, content_type="application/json"), plural=plural)

    @property
    def queries(self) -> list[dict[str, str]]:
        return [one.query for one in self.server.requests if one.plural]


def a_widget(name: str = "w", namespace: str = "shop", **spec: Any) -> Json:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def a_list(resource: ResourceType, **more: Any) -> ListQuery:
    return ListQuery(resource=resource, **{"limit": 100, "as_table": True, **more})
