"""The judge accepts the golden snapshot and refuses every mutation of it, at the right path."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embedded.demo_master.judge import RefusedBodyError, judge_result, judge_snapshot
from tests.unit.adapters.embedded.demo_master.mutations import Place, places

INTEGERS = {"int", "int32", "int64"}
TEXTS = {"string", "model_v3.HealthStatus"}
Mutation = Callable[[Any], object]


def is_list(go_type: str) -> bool:
    return go_type.startswith("[]")


def is_object(place: Place, document: Mapping[str, Any]) -> bool:
    return isinstance(place.get(document), dict)


MUTATIONS: Mapping[str, tuple[Callable[[str], bool], Mutation]] = {
    "integer as 1.0": (INTEGERS.__contains__, float),
    "integer as a string": (INTEGERS.__contains__, str),
    "integer beyond 64 bits": (INTEGERS.__contains__, lambda _: 2**63),
    "integer below 64 bits": (INTEGERS.__contains__, lambda _: -(2**63) - 1),
    "integer as true": (INTEGERS.__contains__, lambda _: True),
    "int32 beyond 32 bits": ("int32".__eq__, lambda _: 2**31),
    "int32 below 32 bits": ("int32".__eq__, lambda _: -(2**31) - 1),
    "number as a string": ("float64".__eq__, str),
    "string as a number": (TEXTS.__contains__, lambda _: 1),
    "string as an object": (TEXTS.__contains__, lambda _: {}),
    "bool as a string": ("bool".__eq__, lambda _: "true"),
    "bool as 1": ("bool".__eq__, lambda _: 1),
    "timestamp without zone": ("time.Time".__eq__, lambda text: text.removesuffix("Z")),
    "timestamp as a number": ("time.Time".__eq__, lambda _: 1_790_000_000),
    "list as an object": (is_list, lambda _: {}),
    "list with an element of another type": (is_list, lambda _: [[]]),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_path_of_the_golden_refuses(mutation: str, golden: bytes) -> None:
    applies, change = MUTATIONS[mutation]
    document = json.loads(golden)
    concerned = [place for place in places(document) if applies(place.go_type)]
    assert len(concerned) >= 15
    for place in concerned:
        with pytest.raises(RefusedBodyError) as refused:
            judge_snapshot(place.put(document, change(place.get(document))))
        assert refused.value.path.startswith(place.path), place
        assert refused.value.path in (place.path, f"{place.path}[0]")


@pytest.mark.parametrize("wrong", [0, "text", [], True])
def test_every_object_and_map_refuses_another_type(wrong: object, golden: bytes) -> None:
    document = json.loads(golden)
    objects = [place for place in places(document) if is_object(place, document)]
    assert len(objects) > 150
    for place in objects:
        with pytest.raises(RefusedBodyError) as refused:
            judge_snapshot(place.put(document, wrong))
        assert refused.value.path == place.path


def test_null_is_accepted_at_every_path(golden: bytes) -> None:
    document = json.loads(golden)
    for place in places(document):
        judge_snapshot(place.put(document, None))


def test_the_golden_visits_every_path_of_the_schema(golden: bytes) -> None:
    assert len(list(places(json.loads(golden)))) > 1_000


def test_the_golden_is_accepted_and_its_identity_read(golden: bytes) -> None:
    judged = judge_snapshot(golden)

    assert judged.document == golden.strip()
    assert judged.cluster_id == json.loads(golden)["clusterId"]
    assert judged.fetched_at == json.loads(golden)["fetchedAt"]


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b" \r\n\t{ } trailing bytes",
        b"nullx",
        b'{"pods":[]} {"pods":1}',
        b'{"unknown":{"any":[1.5,1e999,"x",null]}}',
        b'{"NODES":[{"SUMMARY":{"name":"n"}}],"cluSTERid":"c"}',
        b'{"pods":null,"clusterId":null,"fetchedAt":null,"summary":null,"otel":null}',
        b'{"pods":[null,{}],"nodes":[null]}',
        b'{"pods":[{"labels":{"a":null}}]}',
        b'{"clusterId":"\xff\xfe"}',
        b'{"clusterId":"\\ud800"}',
        b'{"summary":{"totalPods":-0}}',
        b'{"otel":{"totalRps":3}}',
        b'{"otel":{"totalRps":-12345678901234567890123}}',
        b'{"otel":{"totalRps":1e-999}}',
        b'{"unknown":' + b"9" * 5000 + b"}",
        b'{"otel":{"metricsNodes":[{"system":{"filefdMax":9223372036854775807}}]}}',
    ],
)
def test_the_decoder_is_as_lenient_as_the_real_one(body: bytes) -> None:
    judge_snapshot(body)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"[]", "$"),
        (b"1", "$"),
        (b'"text"', "$"),
        (b"{", "$"),
        (b'{"pods":[', "$"),
        (b'{"pods":[{}', "$"),
        (b'{"pods":[{},]}', "$"),
        (b'{"pods":[]', "$"),
        (b'{"pods":[],}', "$"),
        (b'{"pods" []}', "$"),
        (b"{pods:[]}", "$"),
        (b'\xef\xbb\xbf{"pods":[]}', "$"),
        (b'{"clusterId":"line\nbreak"}', "$"),
        (b'{"unknown":NaN}', "$"),
        (b'{"unknown":-Infinity}', "$"),
        (b'{"unknown":' + b"[" * 20_000 + b"]" * 20_000 + b"}", "$"),
        (b'{"otel":{"totalRps":1e999}}', "$.otel.totalRps"),
        (b'{"otel":{"totalRps":' + b"9" * 400 + b"}}", "$.otel.totalRps"),
        (b'{"otel":{"totalRps":' + b"9" * 5000 + b"}}", "$.otel.totalRps"),
        (b'{"otel":{"totalServices":1e0}}', "$.otel.totalServices"),
        (b'{"otel":{"totalServices":9.223372036854776e+18}}', "$.otel.totalServices"),
        (b'{"OTEL":{"TotalServices":1.0}}', "$.OTEL.TotalServices"),
        (b'{"pods":[{},{"labels":{"a/b":1}}]}', '$.pods[1].labels["a/b"]'),
        (b'{"pods":[{"summary":{"name":1,"name":"n"}}]}', "$.pods[0].summary.name"),
        (b'{"pods":1,"pods":[]}', "$.pods"),
        (b'{"events":[{"name":1}]}', "$.events[0].name"),
    ],
)
def test_the_decoder_is_as_strict_as_the_real_one(body: bytes, path: str) -> None:
    with pytest.raises(RefusedBodyError) as refused:
        judge_snapshot(body)

    assert refused.value.path == path
    assert refused.value.reason


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T07:00:02Z",
        "2026-11-22T07:00:02+00:00",
        "2026-11-22T07:00:02+09:00",
        "2026-11-22T07:00:02-23:59",
        "2026-11-22T07:00:02.123Z",
        "2026-11-22T07:00:02.123456Z",
        "2026-11-22T07:00:02.123456789Z",
        "2026-11-22T07:00:02.123456789012+00:00",
        "0001-01-01T00:00:00Z",
        "2024-02-29T00:00:00Z",
        "2000-02-29T23:59:59Z",
    ],
)
def test_a_timestamp_in_rfc_3339_is_accepted(text: str) -> None:
    assert judge_snapshot(json.dumps({"fetchedAt": text}).encode()).fetched_at == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22T07:00:02",
        "2026-11-22 07:00:02Z",
        "2026-11-22T07:00:02+0000",
        "2026-11-22t07:00:02Z",
        "2026-11-22T07:00:02z",
        "2026-11-22T07:00:02.Z",
        "2026-11-22T07:00:02,5Z",
        "2026-11-22T7:00:02Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T07:60:00Z",
        "2026-11-22T07:00:60Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-11-22T07:00:02+24:00",
        "2026-11-22T07:00:02+09:60",
        "2026-11-22T07:00:02Z ",
        "2026-11-22T07:00:02Z\n",
        "٢٠٢٦-11-22T07:00:02Z",
    ],
)
def test_any_other_timestamp_is_refused(text: str) -> None:
    with pytest.raises(RefusedBodyError) as refused:
        judge_snapshot(json.dumps({"fetchedAt": text}).encode())

    assert refused.value.path == "$.fetchedAt"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["pods", "summary", "name", "x"]), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_no_body_breaks_the_judge(value: object) -> None:
    try:
        judge_snapshot(json.dumps(value).encode())
    except RefusedBodyError as refused:
        assert refused.path.startswith("$")  # noqa: PT017 - accepting is fine too


def test_a_long_hostile_path_is_capped() -> None:
    with pytest.raises(RefusedBodyError) as refused:
        judge_snapshot(json.dumps({"pods": [{"labels": {"k" * 10_000: 1}}]}).encode())

    assert len(refused.value.path) == 256


def test_a_repeated_member_is_kept_as_its_last_value() -> None:
    judged = judge_snapshot(b'{"clusterId":"a","ClusterID":"b","clusterid":null}')

    assert judged.cluster_id == "b"


def test_a_result_is_read() -> None:
    judged = judge_result(
        b'{"commandId":"c","success":true,"output":"o","error":"","execTime":12,"executedAt":{"any":1},"clusterId":"x"}'
    )

    assert (judged.command_id, judged.success, judged.output) == ("c", True, "o")
    assert (judged.exec_time_ns, judged.cluster_id) == (12, "x")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"commandId":"c","output":{}}', "$.output"),
        (b'{"commandId":"c","execTime":1.0}', "$.execTime"),
        (b'{"commandId":"c","execTime":"1"}', "$.execTime"),
        (b'{"commandId":"c","execTime":9223372036854775808}', "$.execTime"),
        (b'{"commandId":1}', "$.commandId"),
        (b'{"commandId":"c","success":"true"}', "$.success"),
        (b'{"commandId":"c","clusterId":1}', "$.clusterId"),
        (b"[]", "$"),
        (b"", "$"),
    ],
)
def test_a_wrong_result_is_refused(body: bytes, path: str) -> None:
    with pytest.raises(RefusedBodyError) as refused:
        judge_result(body)

    assert refused.value.path == path


def test_a_snake_case_command_id_is_not_recognised() -> None:
    assert judge_result(b'{"command_id":"c"}').command_id == ""
    assert judge_result(b"null").command_id == ""
