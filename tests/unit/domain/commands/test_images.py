"""domain.commands.images: what container runtimes read as an image, and which container is meant."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.images import MAX_IMAGE_CHARS, ContainerImage, container_to_change, require_image
from domain.errors import InvalidCommandError

DIGEST = "sha256:" + "0123456789abcdef" * 4
GOOD = [
    "web",
    "web:1.2",
    "library/web",
    "registry.example/team/web:1.2",
    "localhost:5000/web",
    "127.0.0.1:5000/web:v1",
    "[2001:db8::1]:5000/web",
    "Registry.Example/web",
    f"web@{DIGEST}",
    f"registry.example:443/a/b/c-d__e.f_g:1.2.3-rc.1@{DIGEST}",
    "web:" + "x" * 128,
    "a" * 255,
]
BAD = [
    "Web",
    "web:",
    "web:-1",
    "web: 1",
    " web",
    "web\n",
    "web:1\n",
    "web:" + "x" * 129,
    "web@sha256:12",
    "web@sha256",
    "-web",
    "web-",
    "a//b",
    "/web",
    "web/",
    "a..b",
    "https://registry.example/web",
    'web","command":["sh"],"x":"',
    "wéb",
    "web:ü",
    "x" * 256,
    "a/" * 2000 + "a",
    "0123456789abcdef" * 4,
]


@pytest.mark.parametrize("image", GOOD)
def test_what_a_runtime_reads_is_an_image(image: str) -> None:
    require_image("image", image)


@pytest.mark.parametrize("image", BAD)
def test_what_no_runtime_reads_is_refused_by_the_name_of_the_field(image: str) -> None:
    with pytest.raises(InvalidCommandError, match="is no image") as caught:
        require_image("image", image)
    assert caught.value.field == "image"
    assert len(caught.value.why) < 160


def test_an_image_is_required() -> None:
    with pytest.raises(InvalidCommandError, match="image: is required"):
        require_image("image", "")


WORDS = st.text("abz019", min_size=1, max_size=6)
SEPARATORS = st.sampled_from([".", "_", "__", "-", "---"])
PARTS = st.builds(lambda first, separator, last: first + separator + last, WORDS, SEPARATORS, WORDS) | WORDS
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
TAGS = st.just("") | st.builds(lambda first, rest: f":{first}{rest}", WORDS, st.text("aZ0_.-", max_size=60))
HOSTS = st.sampled_from(["", "registry.example/", "registry.example:5000/", "localhost/", "[::1]:80/"])


@given(HOSTS, NAMES, TAGS, st.sampled_from(["", f"@{DIGEST}"]))
def test_whatever_the_grammar_makes_is_an_image(host: str, name: str, tag: str, digest: str) -> None:
    require_image("image", host + name + tag + digest)


@given(st.text(max_size=2 * MAX_IMAGE_CHARS))
def test_no_text_is_an_image_that_could_be_anything_but_a_reference(text: str) -> None:
    with suppress(InvalidCommandError):
        require_image("image", text)
        assert text.isascii()
        assert not set(text) & set("\"'\\{}<>&?*|;$`\n\t ")
        assert len(text) <= MAX_IMAGE_CHARS


def test_a_hostile_text_is_judged_at_once() -> None:
    for piece in ("a", "a-", "a_", "a.", "a/", "a:", "A", "0", "-"):
        with pytest.raises(InvalidCommandError):
            require_image("image", piece * (MAX_IMAGE_CHARS // len(piece)) + "!")


WEB = ContainerImage(name="web", image="web:1")
SIDE = ContainerImage(name="side", image="side:1")
INIT = ContainerImage(name="prepare", image="prepare:1", is_init=True)


@pytest.mark.parametrize("wanted", [WEB, SIDE, INIT])
def test_a_container_is_found_by_its_name(wanted: ContainerImage) -> None:
    assert container_to_change([WEB, SIDE, INIT], wanted.name) is wanted


def test_the_only_container_needs_no_name() -> None:
    assert container_to_change([WEB], "") is WEB


@pytest.mark.parametrize(
    ("containers", "names"), [([WEB, SIDE], "web, side"), ([WEB, INIT], "web, prepare"), ([], "none")]
)
def test_which_of_several_is_never_guessed(containers: list[ContainerImage], names: str) -> None:
    with pytest.raises(InvalidCommandError, match=f"container: is required.*there are: {names}"):
        container_to_change(containers, "")


def test_a_name_that_no_container_has_is_told_with_those_there_are() -> None:
    with pytest.raises(InvalidCommandError, match=r"container: there is no 'wbe'; there are: web, prepare"):
        container_to_change([WEB, INIT], "wbe")
