"""Classes of services by their success."""

import pytest

from domain.otel.apm import Health, health_of


@pytest.mark.parametrize(
    ("success_ratio", "health"),
    [
        (1.0, Health.HEALTHY),
        (0.99, Health.HEALTHY),
        (0.9899, Health.WARNING),
        (0.95, Health.WARNING),
        (0.9499, Health.CRITICAL),
        (0.0, Health.CRITICAL),
    ],
)
def test_the_bounds_of_a_class_belong_to_the_better_one(success_ratio: float, health: Health) -> None:
    assert health_of(success_ratio) is health
