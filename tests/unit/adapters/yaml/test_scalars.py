"""Scalars as kubectl reads them; `tests/kube/test_yaml_reading.py` asks kubectl itself."""

import math
from typing import Any

import pytest

from adapters.yaml.scalars import ScalarError, as_json_number, key_of, shown_tag, value_of

TAG = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("y", True),
        ("On", True),
        ("NO", False),
        ("off", False),
        ("tRue", "tRue"),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("Null", None),
        ("0644", 420),
        ("0o644", 420),
        ("-0644", -420),
        ("089", 89),
        ("0x1F", 31),
        ("0b11", 3),
        ("0b12", "0b12"),
        ("0o9", "0o9"),
        ("1_000", 1000),
        ("_1", "_1"),
        ("0", 0),
        ("+12", 12),
        ("1:30", "1:30"),
        ("1e3", 1000),
        ("1.5", 1.5),
        (".5", 0.5),
        (".5_5", 0.55),
        ("._5", "._5"),
        ("5.", 5),
        ("1e400", "1e400"),
        ("1e21", 1e21),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 18446744073709551616.0),
        ("2001-12-14", "2001-12-14"),
        ("v1.2", "v1.2"),
        ("=", "="),
        ("٣", "٣"),
        ("1" * 500, "1" * 500),
    ],
)
def test_a_plain_scalar_means_what_it_means_to_kubectl(text: str, value: object) -> None:
    read = value_of(text, None, is_plain=True)
    assert read == value
    assert isinstance(read, bool) == isinstance(value, bool)


@pytest.mark.parametrize("text", ["yes", "1", "null", "0x10", ".inf", ""])
def test_what_is_quoted_or_tagged_as_text_is_text(text: str) -> None:
    assert value_of(text, None, is_plain=False) == text
    assert value_of(text, TAG + "str", is_plain=False) == text
    assert value_of(text, "!", is_plain=False) == text


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [("12", "int", 12), ("1", "float", 1), ("1.5", "float", 1.5), ("yes", "bool", True), ("~", "null", None)],
)
def test_a_tag_that_fits_is_taken(text: str, tag: str, value: object) -> None:
    assert value_of(text, TAG + tag, is_plain=False) == value


@pytest.mark.parametrize(
    ("text", "tag"), [("secret", "int"), ("secret", "float"), ("yes", "float"), ("1", "bool"), ("1", "null")]
)
def test_a_tag_that_does_not_fit_is_an_error_that_does_not_repeat_the_value(text: str, tag: str) -> None:
    with pytest.raises(ScalarError, match=f"no !!{tag}") as raised:
        value_of(text, TAG + tag, is_plain=False)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("tag", [TAG + "binary", TAG + "python/object/apply:os.system", "!ref", TAG + "timestamp"])
def test_any_other_tag_is_an_error(tag: str) -> None:
    with pytest.raises(ScalarError, match="is not supported"):
        value_of("x", tag, is_plain=False)


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.inf", ".NaN"])
def test_numbers_that_json_does_not_have_are_errors(text: str) -> None:
    with pytest.raises(ScalarError, match="JSON has neither"):
        value_of(text, None, is_plain=True)


@pytest.mark.parametrize(
    ("number", "written"),
    [(1.0, 1), (1.5, 1.5), (-0.0, 0), (1e20, 10**20), (1e21, 1e21), (2**63, 2**63), (2**64, 2**64), (7, 7)],
)
def test_a_number_without_a_fraction_is_a_whole_number(number: float, written: float) -> None:
    result: Any = as_json_number(number)
    assert result == written
    assert type(result) is type(written)


@pytest.mark.parametrize("number", [math.inf, math.nan, 10**400])
def test_what_is_no_number_for_json_is_refused(number: float) -> None:
    with pytest.raises(ScalarError):
        as_json_number(number)


@pytest.mark.parametrize("text", ["name", "a.b/c", "80", "-1", "true", "0", "1.2.3"])
def test_a_key_that_everybody_reads_alike_is_taken(text: str) -> None:
    assert key_of(text, None, is_plain=True) == text


@pytest.mark.parametrize("text", ["y", "on", "No", "010", "0x10", "1.10", "1e3", "~", "", "null", "1_0"])
def test_a_key_that_kubectl_would_write_differently_must_be_quoted(text: str) -> None:
    with pytest.raises(ScalarError, match="quotes"):
        key_of(text, None, is_plain=True)
    assert key_of(text, None, is_plain=False) == text


def test_a_tag_is_shown_short() -> None:
    assert shown_tag(TAG + "int") == "!!int"
    assert len(shown_tag("!" + "x" * 999)) == 64
