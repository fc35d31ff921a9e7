"""adapters.gateway.wire.fitting."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.fitting import fitted, size_of

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=12), inner, max_size=8),
    max_leaves=40,
)


def test_what_fits_stays_as_it_is() -> None:
    value = {"a": [1, 2, {"b": "c"}]}
    assert fitted(value, 1000) is value


def test_elements_are_left_out_from_the_end_and_counted() -> None:
    shown = fitted([f"{number:099}" for number in range(100)], 1024)
    assert shown[0] == "0" * 99
    assert shown[-1] == f"[{100 - len(shown) + 1} elements left out]"
    assert size_of(shown) <= 1100


def test_small_members_stay_and_large_ones_go_in_part() -> None:
    value = {"large": ["x" * 50] * 100, "name": "web", "huge": "y" * 9000, "status": {"ready": True}}
    shown = fitted(value, 1024)
    assert (shown["name"], shown["status"]) == ("web", {"ready": True})
    assert shown["huge"] == "[9002 bytes left out]"
    assert shown["large"][0] == "x" * 50
    assert "elements left out" in shown["large"][-1]
    assert list(shown) == ["large", "name", "huge", "status"]


def test_members_beyond_every_room_are_counted() -> None:
    shown = fitted({f"key-{number:04}": "z" * 100 for number in range(1000)}, 1024)
    assert shown["..."] == f"{1000 - len(shown) + 1} members left out"
    assert size_of(shown) <= 1100


@pytest.mark.parametrize("most_bytes", [0, 10, 64])
def test_where_there_is_no_room_there_is_a_note(most_bytes: int) -> None:
    assert fitted(["x" * 100], most_bytes) == "[104 bytes left out]"


@given(_JSON, st.integers(200, 2000))
def test_what_is_fitted_is_json_and_not_much_larger(value: Any, most_bytes: int) -> None:
    shown = fitted(value, most_bytes)
    json.dumps(shown)
    assert size_of(shown) <= most_bytes * 2 + 512
    if size_of(value) <= most_bytes:
        assert shown == value


@pytest.mark.parametrize("levels", [1, 60])
def test_what_an_object_takes_to_fit_does_not_grow_with_its_depth(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    value: Any = ["y" * 100] * 2000
    for _ in range(levels):
        value = {"a": value}
    measured_chars = 0
    dumps = json.dumps

    def counting(part: Any, **options: Any) -> str:
        nonlocal measured_chars
        text = dumps(part, **options)
        measured_chars += len(text)
        return text

    monkeypatch.setattr("adapters.gateway.wire.fitting.json.dumps", counting)
    fitted(value, 4096)
    assert measured_chars < 3 * 220_000
