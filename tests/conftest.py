"""What every test shares: the event loop's backend."""

import pytest
from hypothesis import settings


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio only (docs/adr/0003)."""
    return "asyncio"


# No test depends on how fast the machine is.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
