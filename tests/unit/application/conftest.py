"""The worlds that the tests of the OTel refresh start from."""

import pytest

from adapters.memory.otel_traffic import Shop
from tests.support.otel_world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def quiet_world() -> World:
    """A store without data, where hours pass quickly."""
    return World(shop=Shop(services=()))
