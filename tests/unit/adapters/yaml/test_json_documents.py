"""A stream of JSON objects is read as JSON."""

import json

import pytest

from adapters.yaml.documents import UnreadableDocumentError
from adapters.yaml.json_documents import json_documents_of, looks_like_json
from adapters.yaml.limits import ReadingLimits

LIMITS = ReadingLimits(depth=20, documents=3)


def test_documents_follow_one_another_with_their_places() -> None:
    found = list(json_documents_of('\ufeff\n{"a": 1}\n\n{"b": [true, null, "\\ud83d\\ude00"]} ', LIMITS))
    assert [one.value for one in found] == [{"a": 1}, {"b": [True, None, "\U0001f600"]}]
    assert [str(one.place) for one in found] == ["document 1, line 2", "document 2, line 4"]


def test_whole_numbers_are_whole_however_they_are_written() -> None:
    (document,) = json_documents_of('{"a": 1.0, "b": 1e2, "c": 1.5}', LIMITS)
    assert json.dumps(document.value) == '{"a": 1, "b": 100, "c": 1.5}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1}\n{"b": {"c": 1, "d": 2, "c": 3}}', "document 2, line 2: the key 'c' is there twice"),
        ('{"a": NaN}', "JSON has neither"),
        ('{"a": -Infinity}', "JSON has neither"),
        ('{"a": 1e999}', "JSON has neither"),
        ('{"a": ' + "1" * 401 + "}", "too large"),
        ('{"a": ' + "1" * 399 + "}", "too large"),
        ("{}" * 4, "more than 3 documents"),
        ('{"a":' * 25 + "1" + "}" * 25, "nested deeper than 20 levels"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper than 20 levels"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_place(text: str, why: str) -> None:
    with pytest.raises(UnreadableDocumentError) as raised:
        list(json_documents_of(text, LIMITS))
    assert why in str(raised.value)
    assert str(raised.value).startswith("document ")


def test_what_is_no_json_may_be_something_else() -> None:
    assert looks_like_json(" \n{a: 1}")
    assert not looks_like_json("a: {}")
    with pytest.raises(json.JSONDecodeError):
        list(json_documents_of("{a: 1}", LIMITS))
