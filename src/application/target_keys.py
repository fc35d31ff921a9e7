"""Under which key changes of one object wait for each other, however the object is spelt.

`deploy`, `deployments.apps` and `Deployment` are one kind, and a node has no namespace whatever the command says. What
a name means only discovery knows; where it cannot be asked, the letters decide, and the handler will say what is wrong.
"""

from typing import Final

from domain.commands.actions import Action
from domain.commands.requests import Command
from domain.commands.target import Target
from ports.errors import PortError
from ports.resource_types import KindResolver

_NODES: Final = frozenset({Action.CORDON, Action.UNCORDON, Action.DRAIN})
_PODS: Final = frozenset({Action.DELETE_POD, Action.EXEC})


class TargetKeys:
    """Finds the one spelling."""

    def __init__(self, resolver: KindResolver) -> None:
        self._resolver = resolver

    async def key_of(self, command: Command) -> Target:
        """The target of a change, its kind as `deployments.apps`; manifests, which name many objects, share one key."""
        target = command.target
        if command.action in _NODES:
            return Target(kind="nodes", name=target.name)
        if command.action in _PODS:
            return Target(kind="pods", namespace=target.namespace, name=target.name)
        if command.action is Action.APPLY_MANIFESTS:
            return Target()
        try:
            resource = await self._resolver.resolve(target.kind)
        except PortError:
            return Target(kind=target.kind.lower(), namespace=target.namespace, name=target.name)
        namespace = target.namespace if resource.namespaced else ""
        return Target(kind=resource.qualified, namespace=namespace, name=target.name)
