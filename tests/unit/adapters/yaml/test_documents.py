"""Documents from events: what is twice, what is too large, what refers to itself."""

import time
import tracemalloc

import pytest

from adapters.yaml.documents import UnreadableDocumentError, documents_of
from adapters.yaml.limits import ReadingLimits
from domain.commands.manifests.objects import JsonValue

LIMITS = ReadingLimits(weight=100_000, depth=20, documents=5)


def _values(text: str) -> list[JsonValue]:
    return [document.value for document in documents_of(text, LIMITS)]


def _error(text: str) -> str:
    with pytest.raises(UnreadableDocumentError) as raised:
        _values(text)
    return str(raised.value)


def test_documents_come_in_order_with_their_places() -> None:
    found = list(documents_of("# a comment\n---\na: 1\n---\n---\n# nothing\n---\n\n- x\n", LIMITS))
    assert [one.value for one in found] == [{"a": 1}, None, None, ["x"]]
    assert [str(one.place) for one in found] == [
        "document 1, line 3",
        "document 2, line 5",
        "document 3, line 7",
        "document 4, line 9",
    ]


def test_items_of_a_list_know_their_lines() -> None:
    (document,) = documents_of("kind: List\nitems:\n- a: 1\n  b: [x]\n- - y\nother:\n- {c: 1}\n", LIMITS)
    assert document.item_lines == (3, 5)


def test_an_anchor_stands_for_the_same_value_again() -> None:
    assert _values("a: &x {b: [1, &y two]}\nc: *x\nd: [*y]\n") == [
        {"a": {"b": [1, "two"]}, "c": {"b": [1, "two"]}, "d": ["two"]}
    ]


def test_anchors_end_with_their_document() -> None:
    assert _error("a: &x 1\n---\nb: *x\n") == "document 2, line 3: there is no anchor 'x'"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{<<: {a: 1, b: 2}, b: 3}", {"a": 1, "b": 3}),
        ("{<<: [{a: 1}, {a: 2, c: 3}], d: 4}", {"a": 1, "c": 3, "d": 4}),
        ("base: &b {a: 1}\nx:\n  <<: *b\n  a: 2\n", {"base": {"a": 1}, "x": {"a": 2}}),
        ("'<<': 1", {"<<": 1}),
        ("a: <<", {"a": "<<"}),
    ],
)
def test_members_are_merged_and_what_is_written_counts(text: str, value: JsonValue) -> None:
    assert _values(text) == [value]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}", "line 3: the key 'c' is there twice"),
        ("1: a\n'1': b", "line 2: the key '1' is there twice"),
        ("{<<: {a: 1}, a: 2, a: 3}", "the key 'a' is there twice"),
        ("{a: 1, <<: {a: 2}}", "<< comes after 'a'"),
        ("{<<: {a: 1}, <<: {b: 1}}", "<< is there twice"),
        ("{<<: 3}", "<< takes a mapping"),
        ("{<<: [3]}", "<< takes a mapping"),
        ("on: push", "'on' is a key that reads as a number, a boolean or null; put it in quotes"),
        ("[a]: b", "a key that is no text"),
        ("{a: b}: c", "a key that is no text"),
        ("&k a: b", "an anchor on a key"),
        ("x: &k a\n*k : b", "an alias as a key"),
        ("a: &x [*x]", "the alias 'x' stands for what it is in"),
        ("a: &x {b: {c: *x}}", "the alias 'x' stands for what it is in"),
        ("a: !ref b", "the tag !ref is not supported"),
        ("a: !ref [b]", "the tag !ref is not supported"),
        ("a: !!set {b}", "the tag !!set is not supported"),
        ("a: !!python/object/apply:os.system [ls]", "!!python/object/apply:os.system is not supported"),
        ("a: .inf", "JSON has neither"),
        ("a: [1", "did not find expected"),
        ("a:\n\tb: 1", "line 2: found character that cannot start any token"),
        ("a: b: c", "mapping values are not allowed"),
        ("%YAML 3.0\n---\na: 1", "found incompatible YAML document"),
        ("a: \x01", "a character that YAML does not allow"),
        ("---\n" * 6, "more than 5 documents"),
        ("[" * 21 + "]" * 21, "nested deeper than 20 levels"),
        ("[" * 5000, "maximum nesting depth"),
        ("- " * 5000, "nested deeper than 20 levels"),
        ("a: " + "x" * 100_001, "larger than 100000 characters"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(text: str, why: str) -> None:
    error = _error(text)
    assert why in error
    assert error.startswith("document ")


def test_tags_that_say_what_is_there_anyway_are_taken() -> None:
    assert _values("a: !!map {b: !!seq [!!str 1]}") == [{"a": {"b": ["1"]}}]


def test_values_are_not_repeated_in_errors() -> None:
    for text in ("a: !!int canary", "a: !ref canary", "a: [canary", "a: canary: b", "- canary\nb: c"):
        assert "canary" not in _error(text)


@pytest.mark.parametrize("shape", ["[{}]", "{{k1: {}, k2: {}}}"])
def test_a_few_lines_that_stand_for_gigabytes_cost_nothing(shape: str) -> None:
    lines = ["a0: &a0 [" + ", ".join(["lol"] * 9) + "]"]
    for level in range(1, 15):
        again = f"*a{level - 1}"
        inner = shape.format(", ".join([again] * 9)) if shape.startswith("[") else shape.format(again, again)
        lines.append(f"a{level}: &a{level} {inner}")
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(UnreadableDocumentError, match="larger than"):
        list(documents_of("\n".join(lines * 1), ReadingLimits(weight=200_000)))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - began < 2
    assert peak_bytes < 4 * 2**20


def test_nesting_by_aliases_counts_as_nesting() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 30)]
    assert "nested deeper than 20 levels" in _error("\n".join(lines))


def test_merging_again_and_again_counts() -> None:
    base = ", ".join(f"k{number}: 1" for number in range(1000))
    text = f"b: &b {{{base}}}\n" + "\n".join(f"x{number}: {{<<: *b}}" for number in range(100))
    assert "larger than" in _error(text)
