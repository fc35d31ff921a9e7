"""The catalogue of statements: every file is used, says what it binds, and holds nothing but constants."""

import re
from pathlib import Path

import pytest

from adapters.clickhouse.statements import Fragment, statement, statement_names

ADAPTER = Path(__file__).parents[4] / "src" / "adapters" / "clickhouse"
SOURCE = "\n".join(path.read_text() for path in ADAPTER.glob("*.py"))


def header_of(name: str) -> str:
    text = (ADAPTER / "sql" / f"{name}.sql").read_text()
    return "\n".join(line for line in text.splitlines() if line.startswith("--"))


@pytest.mark.parametrize("name", statement_names())
def test_a_statement_is_used_and_says_what_it_asks_binds_and_returns(name: str) -> None:
    assert f'"{name.removesuffix("_long")}"' in SOURCE
    header = header_of(name)
    assert re.search(r"-- Params: ", header)
    assert re.search(r"-- Returns: ", header)
    for parameter in statement(name).parameters:
        assert re.search(rf"\b{parameter}\b", header), parameter


@pytest.mark.parametrize("name", statement_names())
def test_a_statement_names_no_database_and_changes_nothing(name: str) -> None:
    text = statement(name).text
    assert text.startswith("SELECT")
    assert "%" not in text
    assert not re.search(r"FROM \w+\.otel_", text)


def test_every_fragment_has_a_place_and_leaves_no_marker_there() -> None:
    texts = {name: statement(name).text for name in statement_names()}
    for fragment in Fragment:
        places = [name for name, text in texts.items() if fragment.replaces in text]
        assert places, fragment
        for name in places:
            assert fragment.replaces not in statement(name, frozenset({fragment})).text


def test_every_statement_about_samples_leaves_out_what_marks_a_series_as_ended() -> None:
    for name in statement_names():
        text = statement(name).text
        if "FROM otel_metrics" in text and name != "find_metrics":
            assert "bitAnd(Flags, 1) = 0" in text, name
        if "FROM otel_" in text and "trace_bounds" not in name:
            assert re.search(r"(Timestamp|TimeUnix) <=? \{", text), f"{name} has no upper bound"
