"""What the agent reads in YAML is what kubectl reads; kubectl needs no cluster for that."""

import json
import math
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.yaml.limits import ReadingLimits
from adapters.yaml.reader import read_manifests
from domain.errors import InvalidCommandError
from tests.kube.testbed.errors import Json

HEAD = "apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: a}\nspec:\n"
WORDS = ("yes", "no", "on", "off", "y", "n", "true", "false", "null")
ALPHABETS = ("0123456789xXbBoO_+-.eEfF:", "012789xbo_+-.eE_..", "0123456789xXbBoO_+-.eEfF:,#~= ")
SCALARS = 3000


def _by_kubectl(binaries: Path, folder: Path, text: str) -> list[Json] | None:
    """The objects as kubectl reads them; None where it refuses."""
    file = folder / "objects.yaml"
    file.write_text(text)
    command = [str(binaries / "kubectl"), "annotate", "--local", "-f", str(file), "--overwrite", "a=b", "-o", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": str(folder)})
    if run.returncode:
        return None
    decoder, rest, found = json.JSONDecoder(), run.stdout.strip(), []
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


def _by_agent(text: str) -> Any:
    """The `spec` of the only object; None where it is refused."""
    try:
        (found,) = read_manifests(text, ReadingLimits())
    except InvalidCommandError:
        return None
    return found.content["spec"]


def _scalars(seed: int) -> Iterator[str]:
    """Texts that look like numbers, booleans and the like, each a single scalar for the agent."""
    dice = random.Random(seed)
    count = 0
    while count < SCALARS:
        word = dice.choice(WORDS)
        candidate = dice.choice(
            (
                "".join(dice.choice(ALPHABETS[seed]) for _ in range(dice.randint(1, 8))),
                "".join(dice.choice((letter, letter.upper())) for letter in word),
                word + dice.choice("_0x"),
            )
        )
        read = _by_agent(f"{HEAD}- {candidate}\n")
        if read is not None and len(read) == 1 and not isinstance(read[0], dict | list):
            count += 1
            yield candidate


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, int | float):
        return type(one) is type(other) and bool(one == other)
    # Go writes the shortest digits that name the same number.
    return isinstance(other, int | float) and math.isclose(one, other, rel_tol=1e-15, abs_tol=0.0)


@pytest.mark.parametrize("seed", range(len(ALPHABETS)))
def test_scalars_mean_what_they_mean_to_kubectl(binaries: Path, tmp_path: Path, seed: int) -> None:
    scalars = list(_scalars(seed))
    text = HEAD + "".join(f"- {scalar}\n" for scalar in scalars)
    (found,) = _by_kubectl(binaries, tmp_path, text) or [{}]
    ours = _by_agent(text)
    differing = [
        (scalar, mine, theirs)
        for scalar, mine, theirs in zip(scalars, ours, found["spec"], strict=True)
        if not _alike(mine, theirs)
    ]
    assert differing == []


@pytest.mark.parametrize(
    "spec",
    [
        "  a: &x {b: [1, two]}\n  c: *x\n",
        "  {<<: {a: 1, b: 2}, b: 3}\n",
        "  {<<: [{a: 1}, {a: 2, c: 3}], d: 4}\n",
        "  text: |\n    a\n      b\n\n    c\n  folded: >-\n    a\n    b\n",
        "  80: port\n  -1: less\n  true: very\n  'on': quoted\n",
        "  a: !!str 123\n  b: !!int '7'\n  c: !!float 1\n  d: !!bool yes\n",
        "  a: \"\\u00e9\\n\\t\"\n  b: 'it''s'\n",
        "  mode: 0644\n  hex: 0x1f\n  time: 12:30\n  date: 2001-12-14\n",
    ],
)
def test_documents_mean_what_they_mean_to_kubectl(binaries: Path, tmp_path: Path, spec: str) -> None:
    (found,) = _by_kubectl(binaries, tmp_path, HEAD + spec) or [{}]
    assert _by_agent(HEAD + spec) == found["spec"]


def test_lists_and_empty_documents_are_taken_apart_alike(binaries: Path, tmp_path: Path) -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
    items = "".join("- " + (one % name).replace("\n", "\n  ").rstrip() + "\n" for name in ("b", "c"))
    text = (
        f"# first\n---\n---\n{one % 'a'}---\n# empty\n---\napiVersion: v1\nkind: List\nitems:\n{items}---\n{one % 'd'}"
    )
    theirs = [found["metadata"]["name"] for found in _by_kubectl(binaries, tmp_path, text) or []]
    assert [found.name for found in read_manifests(text, ReadingLimits())] == theirs == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "spec", ["  a: .inf\n", "  a: !!int abc\n", "  {[a]: b}\n", "  a: [1\n", "  ~: a\n", "\ta: 1\n"]
)
def test_what_kubectl_refuses_is_refused(binaries: Path, tmp_path: Path, spec: str) -> None:
    assert _by_kubectl(binaries, tmp_path, HEAD + spec) is None
    assert _by_agent(HEAD + spec) is None


@pytest.mark.parametrize(
    "spec", ["  {a: 1, a: 2}\n", "  {y: 1}\n", "  {1.10: a}\n", "  {a: 1, <<: {a: 2}}\n", "  a: !x b\n"]
)
def test_what_kubectl_guesses_is_refused(binaries: Path, tmp_path: Path, spec: str) -> None:
    assert _by_kubectl(binaries, tmp_path, HEAD + spec) is not None
    assert _by_agent(HEAD + spec) is None
