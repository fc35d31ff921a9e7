"""What every test shares: the event loop's backend."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio only (docs/adr/0003)."""
    return "asyncio"
