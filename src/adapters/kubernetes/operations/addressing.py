"""Where an object of any kind is, as discovery tells it, and how it is spoken of."""

from dataclasses import dataclass

from adapters.kubernetes.paths import PathSegmentError, api_path
from domain.cluster.resource_types import ResourceType
from domain.commands.target import Target
from ports.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One object of the API."""

    resource: ResourceType
    namespace: str
    """Empty for what is in none."""
    name: str
    path: str
    operation: str
    """What is done to it, for messages: `scale Deployment shop/web`."""

    @property
    def is_pod(self) -> bool:
        """Whether it is a pod of Kubernetes itself."""
        return (self.resource.group, self.resource.kind) == ("", "Pod")

    @property
    def label(self) -> str:
        """`Deployment shop/web`."""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.resource.kind} {place}"


def address_of(action: str, resource: ResourceType, target: Target) -> Address:
    """The address of a command's target.

    Raises:
        InvalidRequest: namespace or name can be no segment of a path.
    """
    namespace = target.namespace if resource.namespaced else ""
    label = f"{resource.kind} {namespace}/{target.name}" if namespace else f"{resource.kind} {target.name}"
    operation = f"{action} {label}"
    head = ("apis", resource.group, resource.version) if resource.group else ("api", resource.version)
    middle = ("namespaces", namespace) if resource.namespaced else ()
    try:
        path = api_path(*head, *middle, resource.plural, target.name)
    except PathSegmentError as error:
        raise InvalidRequest(operation, str(error)) from error
    return Address(resource=resource, namespace=namespace, name=target.name, path=path, operation=operation)
