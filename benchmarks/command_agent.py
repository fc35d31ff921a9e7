"""The agent whose handling of commands is measured: simulated cluster, Master over HTTP, ledger in a file.

Everything else as in production; settings come from the environment.
"""

import os

import anyio

from adapters.telemetry.logging import configure_logging
from bootstrap.container import Choices, Source
from bootstrap.lifespan import run_agent
from bootstrap.programs import build_agent, build_container
from bootstrap.settings import load_settings


async def main() -> None:
    """Run until SIGTERM."""
    environ = dict(os.environ)  # noqa: TID251 - a program of its own
    settings = load_settings(environ)
    configure_logging(settings.process.log_level.value, as_json=True)
    choices = Choices(cluster=Source.MEMORY, ledger=Source.REAL)
    await run_agent(build_agent(build_container(settings, environ, choices), choices))


if __name__ == "__main__":
    anyio.run(main)
