"""The demo's own ClickHouse: a supervised child filled with sample telemetry under the simulated cluster's names.

Not part of the image, hence the imports within functions. Without the wheel, or when the server ends again and again,
the demo goes on with the in-memory store.
"""

import logging
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from adapters.memory.otel_traffic import CALL_SHARE, SHOP
from adapters.memory.world.scenario import NODES
from adapters.scheduler.supervisor import Run
from bootstrap.clickhouse_settings import TelemetryStoreSettings

if TYPE_CHECKING:
    from adapters.embedded.clickhouse.server import EmbeddedClickHouse, Patience
    from adapters.embedded.sample_telemetry.plan import SamplePlan
    from adapters.embedded.sample_telemetry.writer import SampleTelemetryWriter

DATABASE: Final = "atlhyper"
_WRITER, _READER = "writer", "agent"
_PASSWORD_FILE: Final = "password"  # noqa: S105 - the name of a file
_KIB: Final = 1024
_INGRESS_TARGETS: Final = ("10.244.1.7:9100", "10.244.2.7:9100")
_MESH_TARGET: Final = "10.244.3.9:9995"
_QUEUE: Final = "kafka:orders-placed"
_PUBLISHER, _CONSUMER = "checkout", "notifications"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class DemoTelemetry:
    """A server and what fills it, not started yet."""

    server: "EmbeddedClickHouse"
    writer: "SampleTelemetryWriter"
    store: TelemetryStoreSettings
    """How the agent reads it: as a user who can do nothing else."""
    lost: anyio.CancelScope
    """Cancelled when the server is given up. What needs it runs inside."""

    @property
    def is_lost(self) -> bool:
        """Whether the server was given up."""
        return self.lost.cancel_called

    def tasks(self) -> tuple[tuple[str, Run], ...]:
        """What has to live, in this order: the second starts when the first serves."""
        return ("embedded ClickHouse", self._serve), ("sample telemetry", self.writer.run)

    async def _serve(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        from adapters.embedded.clickhouse.server import ServerGivenUpError  # noqa: PLC0415 - not part of the image

        try:
            await anyio.to_thread.run_sync(self._make_folder)
            await self.server.run(task_status=task_status)
        except ServerGivenUpError as error:
            logger.warning("no embedded ClickHouse: the demo uses its in-memory store", extra={"reason": str(error)})
            self.lost.cancel()
            await anyio.sleep_forever()
        finally:
            await self.remove()

    def _make_folder(self) -> None:
        folder = self.server.folder
        folder.path.mkdir(mode=0o700)
        password_file = folder.path / _PASSWORD_FILE
        password_file.touch(mode=0o600)
        password_file.write_text(folder.users[_READER].password)

    async def remove(self) -> None:
        """Leave nothing behind, also of a server that was never started; nothing happens the second time."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(self.server.folder.path, ignore_errors=True))


def demo_telemetry(store: TelemetryStoreSettings, patience: "Patience | None" = None) -> DemoTelemetry | None:
    """A server of its own for the demo; None, and one line that says why, where there cannot be one."""
    from adapters.embedded.clickhouse.folder import (  # noqa: PLC0415 - not part of the image
        READ_ONLY_GRANTS,
        ServerFolder,
        User,
        is_available,
    )
    from adapters.embedded.clickhouse.server import EmbeddedClickHouse  # noqa: PLC0415 - as above
    from adapters.embedded.sample_telemetry.writer import SampleTelemetryWriter  # noqa: PLC0415 - as above

    if not is_available():
        reason = "the package chdb-core is not installed"
        logger.warning("no embedded ClickHouse: the demo uses its in-memory store", extra={"reason": reason})
        return None
    # Made when the server is started, and not here, where a signal would leave it behind.
    path = Path(tempfile.gettempdir()).resolve() / f"atlhyper-demo-{secrets.token_hex(8)}"
    passwords = {name: secrets.token_urlsafe(24) for name in (_WRITER, _READER)}
    users = {_WRITER: User(passwords[_WRITER]), _READER: User(passwords[_READER], "reader", READ_ONLY_GRANTS)}
    folder = ServerFolder(path, users, is_removed_at_end=True)
    now = datetime.now(UTC).timestamp()
    return DemoTelemetry(
        server=EmbeddedClickHouse(folder, patience),
        writer=SampleTelemetryWriter(
            folder.url, _WRITER, passwords[_WRITER], DATABASE, sample_plan(now), lambda: datetime.now(UTC).timestamp()
        ),
        store=store.model_copy(
            update={
                "endpoint": folder.url,
                "database": DATABASE,
                "username": _READER,
                "password_file": path / _PASSWORD_FILE,
                "ca_file": None,
            }
        ),
        lost=anyio.CancelScope(),
    )


def sample_plan(began_seconds: float) -> "SamplePlan":
    """The shop and the machines of the simulated cluster, as the writer is told of them."""
    from adapters.embedded.sample_telemetry.plan import MachinePlan, SamplePlan, ServicePlan  # noqa: PLC0415 - as above

    services = [
        ServicePlan(
            name=service.name,
            namespace=service.namespace,
            operations=service.operations,
            calls=service.calls,
            database=service.database,
            external=service.external,
            publishes=_QUEUE if service.name == _PUBLISHER else "",
            ingress_rps=service.ingress_rps,
            median_ms=service.median_ms,
            error_ratio=service.error_ratio,
        )
        for service in SHOP
    ]
    # In the simulated cluster it crashes again and again, because it does not find the mail server.
    consumer = ServicePlan(
        name=_CONSUMER,
        namespace=services[0].namespace,
        operations=(),
        consumes=_QUEUE,
        external="mail.example",
        median_ms=90.0,
        error_ratio=0.6,
    )
    return SamplePlan(
        services=(*services, consumer),
        machines=tuple(
            MachinePlan(address=node.address, cores=node.cores, memory_bytes=node.memory_kib * _KIB) for node in NODES
        ),
        ingress_targets=_INGRESS_TARGETS,
        mesh_target=_MESH_TARGET,
        call_share=CALL_SHARE,
        began_seconds=began_seconds,
    )
