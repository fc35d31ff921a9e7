"""What every test shares: the event loop's backend."""

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--clickhouse-image",
        metavar="IMAGE",
        help="run the ClickHouse tests against this image, not the embedded server",
    )


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio only (docs/adr/0003)."""
    return "asyncio"


# No test depends on how fast the machine is.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
