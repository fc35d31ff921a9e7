"""What becomes one instance, and that no cache grows or keeps secrets."""

import pytest

from adapters.kubernetes.mappers import clean_texts, environment, probes, sharing
from adapters.kubernetes.mappers.clean_texts import command_line
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.sharing import Templates, labels, name
from adapters.kubernetes.schema.containers import EnvVarStruct, HttpGetAction, ProbeStruct
from domain.cluster.metadata import EMPTY


def test_a_name_is_one_instance() -> None:
    assert name(b"shop".decode()) is name(b"shop".decode())
    assert name(None) == name("") == ""


def test_labels_are_sorted_one_instance_and_never_null() -> None:
    one = labels({"b": "2", "a": None})
    assert list(one.items()) == [("a", ""), ("b", "2")]
    assert labels(dict([("b", "2"), ("a", None)])) is one  # noqa: C406 - an equal mapping that is another
    assert labels(None) is labels({}) is EMPTY


def test_labels_that_are_one_objects_alone_are_kept_as_they_came() -> None:
    assert labels({"controller-uid": "u-1"}) == {"controller-uid": "u-1"}


def test_a_list_mapped_before_is_recognised() -> None:
    mapped: list[int] = []

    def double(number: int) -> int:
        mapped.append(number)
        return number * 2

    templates = Templates(double)
    assert templates.map(None) == templates.map([]) == ()
    assert templates.map([1, None, 2]) is templates.map([1, None, 2])
    assert templates.map([1, None, 2]) == (2, 4)
    assert mapped == [1, 2]


def test_what_may_not_be_kept_is_mapped_anew() -> None:
    templates = Templates(str, lambda number, text: number != 13 and text != "14")
    assert templates.map([1, 13]) is not templates.map([1, 13])
    assert templates.map([1, 14]) is not templates.map([1, 14])
    assert templates.map([1, 15]) is templates.map([1, 15])


def test_one_part_that_may_not_be_kept_does_not_cost_mapping_the_others_again() -> None:
    mapped: list[int] = []

    def text_of(number: int) -> str:
        mapped.append(number)
        return str(number)

    templates = Templates(text_of, lambda number, _: number != 13)
    assert templates.map([1, 13, 2]) == templates.map([1, 13, 2]) == ("1", "13", "2")
    assert mapped == [1, 13, 2, 13]
    assert templates.map([1, 13])[0] is templates.map([1, 13, 5])[0]


def test_caches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sharing, clean_texts, probes):
        monkeypatch.setattr(module, "CACHED", 3)
    templates = Templates(str, lambda _, text: text != "-1")
    for number in range(10):
        assert templates.map([number]) == (str(number),)
        assert templates.map([number, -1]) == (str(number), "-1")
        assert command_line([f"run-{number}"]) == (f"run-{number}",)
        probe = probes.probe(ProbeStruct(http_get=HttpGetAction(path=f"/{number}", port=number)), ())
        assert probe is not None
        assert probe.path == f"/{number}"
    assert len(templates._known) <= 3
    assert len(templates._parts) <= 3
    assert len(clean_texts._lines) <= 3
    assert len(probes._known) <= 3


def test_no_cache_keeps_a_secret() -> None:
    secret = "canary-" + "0123456789"
    variables = [EnvVarStruct(name="DB_PASSWORD", value=secret), EnvVarStruct(name="LEVEL", value="debug")]
    url = [EnvVarStruct(name="URL", value=f"postgres://app:{secret}@db/shop")]
    for options in (MappingOptions(), MappingOptions(env_values="none")):
        for items in (variables, url):
            assert secret not in repr(environment.envs(list(items), options))
    assert secret not in repr(command_line(["--password", secret]))
    assert secret not in repr(probes.probe(ProbeStruct(http_get=HttpGetAction(path=f"/?token={secret}")), ()))
    variables_kept = environment._REDACTED, environment._WITHOUT_VALUES
    caches = [*((one._known, one._parts) for one in variables_kept), clean_texts._lines, probes._known]
    assert EnvVarStruct(name="LEVEL", value="debug") in environment._REDACTED._parts
    assert secret not in repr(caches)


def test_long_values_are_not_kept() -> None:
    word = "x" * 2000
    assert command_line([word]) == (word,)
    assert (word,) not in clean_texts._lines
    items = [EnvVarStruct(name="LONG", value=word)]
    assert environment.envs(list(items), MappingOptions()) is not environment.envs(list(items), MappingOptions())
