"""ConfigMaps and Secrets as an object of texts."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.configuration_outputs import config_map_output, secret_output
from adapters.gateway.wire.results import MAX_OUTPUT_BYTES, WireOutputRenderer
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.results import CommandResult, Outcome


@pytest.mark.parametrize("content", [ConfigMapResult(data={}), SecretResult(values={})])
def test_nothing_is_an_empty_object_and_never_null(content: ConfigMapResult | SecretResult) -> None:
    rendered = WireOutputRenderer().render("c", CommandResult(outcome=Outcome.SUCCEEDED, content=content), 0.1)
    assert rendered.output == "{}"


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_texts_are_what_they_were(data: dict[str, str]) -> None:
    assert json.loads(config_map_output(ConfigMapResult(data=data), MAX_OUTPUT_BYTES)) == data


def test_a_binary_value_is_named_with_its_size() -> None:
    text = config_map_output(ConfigMapResult(data={"a": "1"}, binary_sizes={"logo": 700}), MAX_OUTPUT_BYTES)
    assert json.loads(text) == {"a": "1", "logo": "[binary: 700 bytes, not shown]"}


@given(st.binary(max_size=60))
def test_a_secret_is_its_text_or_says_that_it_is_base64(value: bytes) -> None:
    (text,) = json.loads(secret_output(SecretResult(values={"key": value}), MAX_OUTPUT_BYTES)).values()
    mark, separator, encoded = text.partition("[binary, as base64] ")
    if separator and not mark:
        assert base64.b64decode(encoded) == value
    else:
        assert text.encode() == value


@pytest.mark.parametrize("letter", ["a", "\x01", "ü", "\U0001f600"])
def test_what_is_too_large_loses_the_ends_of_its_longest_texts_and_says_so(letter: str) -> None:
    data = {"long": letter * 2**20, "longer": letter * 2**20, "short": "as it is"}
    text = config_map_output(ConfigMapResult(data=data), MAX_OUTPUT_BYTES)
    assert len(text.encode()) <= MAX_OUTPUT_BYTES
    members = json.loads(text)
    assert members["short"] == "as it is"
    if len(letter.encode()) > 1 or letter < " ":
        assert "cut by the agent: the first " in members["long"]
        assert members["long"].endswith(f"of {2**20} characters]")


def test_a_cap_that_nothing_fits_into_still_gives_json() -> None:
    assert set(json.loads(config_map_output(ConfigMapResult(data={"a": "b" * 900}), 5))) == {"a"}
