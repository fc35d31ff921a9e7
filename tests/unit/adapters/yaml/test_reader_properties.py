"""Whatever is sent is read or refused; what was written is what is read; what is there twice is found."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adapters.yaml.limits import ReadingLimits
from adapters.yaml.reader import read_manifests
from domain.errors import InvalidCommandError

LIMITS = ReadingLimits(weight=20_000)
# `y` is a boolean, which PyYAML's dumper does not know: it would have to be quoted.
NAMES = st.from_regex(r"[a-z]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda name: name not in {"y", "n"})
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.builds(
    lambda name, spec: {"apiVersion": "e.com/v1", "kind": "Widget", "metadata": {"name": name}, "spec": spec},
    NAMES,
    VALUES,
)
SHUFFLED = (
    st.lists(OBJECTS, max_size=2)
    .map(yaml.safe_dump_all)
    .flatmap(lambda text: st.permutations(text.splitlines()))
    .map("\n".join)
)
SYNTAX = st.text("abc:-[]{}&*!<|>'\"#%@ \n\t0~,?", max_size=80)


@given(st.lists(OBJECTS, min_size=1, max_size=3))
def test_what_was_written_is_what_is_read(objects: list[Any]) -> None:
    quoted = yaml.safe_dump_all(objects, allow_unicode=True, default_style='"')
    for text in ("\n".join(map(json.dumps, objects)), quoted):
        assert [one.content for one in read_manifests(text, LIMITS)] == objects


@given(st.text(max_size=200) | SYNTAX | SHUFFLED)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_manifests(text, LIMITS)
    except InvalidCommandError:
        return
    assert found


@given(VALUES, st.lists(st.booleans(), max_size=8), WORDS)
def test_a_key_that_is_there_twice_is_found_however_deep(value: Any, levels: list[bool], key: str) -> None:
    name = json.dumps(key)
    twice = f"{{{name}: {json.dumps(value)}, {name}: 1}}"
    for in_list in levels:
        twice = f'{{"k": [1, {twice}]}}' if in_list else f'{{"k": {twice}}}'
    text = f'{{"apiVersion": "e.com/v1", "kind": "Widget", "metadata": {{"name": "a"}}, "spec": {twice}}}'
    with pytest.raises(InvalidCommandError, match="is there twice"):
        read_manifests(text, LIMITS)


@given(OBJECTS, st.data())
def test_a_line_that_is_there_twice_is_found(found: dict[str, Any], data: st.DataObject) -> None:
    spec = data.draw(st.dictionaries(NAMES, st.integers(), min_size=1, max_size=5))
    lines = yaml.safe_dump({**found, "spec": spec}).splitlines()
    members = [line for line in lines if line.startswith("  ") and not line.startswith("  name:")]
    again = data.draw(st.sampled_from(members))
    with pytest.raises(InvalidCommandError, match="is there twice"):
        read_manifests("\n".join([*lines, again]), LIMITS)
