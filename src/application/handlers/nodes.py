"""Nodes out of service, back in service, and rid of their pods."""

from application.command_context import CommandContext
from application.drain_node import DrainNode
from domain.commands.node_requests import CordonRequest, DrainRequest, UncordonRequest
from domain.commands.node_results import CordonResult, DrainResult
from ports.clock import Clock
from ports.nodes import NodeOperator


class NodeHandlers:
    """Carries out what is asked of nodes; errors of the port pass through."""

    def __init__(self, operator: NodeOperator, clock: Clock) -> None:
        self._operator = operator
        self._drain = DrainNode(operator, clock)

    async def cordon(self, request: CordonRequest, _context: CommandContext) -> CordonResult:
        """Let no new pods onto a node."""
        return await self._operator.cordon(request.target.name)

    async def uncordon(self, request: UncordonRequest, _context: CommandContext) -> CordonResult:
        """Let new pods onto a node again."""
        return await self._operator.uncordon(request.target.name)

    async def drain(self, request: DrainRequest, context: CommandContext) -> DrainResult:
        """End the pods of a node; protected namespaces are no exception, as for kubectl."""
        return await self._drain.drain(
            request.target.name, request.options, context.tell, ends_at_seconds=context.ends_at_seconds
        )
