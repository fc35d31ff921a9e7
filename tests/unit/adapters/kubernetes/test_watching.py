"""adapters.kubernetes.watching: versions along a watch."""

import pytest

from adapters.kubernetes.watching import _is_older


@pytest.mark.parametrize(
    ("version", "reached", "older"),
    [
        ("9", "10", True),
        ("10", "9", False),
        ("10", "10", False),
        ("101", "102", True),
        ("18446744073709551615", "18446744073709551616", True),
        ("", "10", False),
        ("10", "", False),
        ("abc", "abd", False),
        ("1e3", "2000", False),
        ("-1", "5", False),
    ],
)
def test_only_numbers_are_compared_and_by_their_size(version: str, reached: str, older: bool) -> None:
    assert _is_older(version, reached) is older
