"""SendHeartbeat: say that the agent lives.

The Master's view of liveness comes from heartbeats only and expires after 45 s, so a try that hangs is given up early
and made again soon.
"""

from ports.clock import Clock
from ports.errors import Unavailable
from ports.gateway import MasterGateway


class SendHeartbeat:
    """One heartbeat a call."""

    def __init__(self, gateway: MasterGateway, clock: Clock, *, timeout_seconds: float) -> None:
        self._gateway = gateway
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def send(self) -> None:
        """Send one heartbeat.

        Raises:
            Unavailable: no answer in time.
            PortError: the Master answered something else than yes.
        """
        try:
            async with self._clock.deadline(self._timeout_seconds):
                await self._gateway.send_heartbeat()
        except TimeoutError as error:
            raise Unavailable("heartbeat", f"no answer within {self._timeout_seconds:g} s") from error
