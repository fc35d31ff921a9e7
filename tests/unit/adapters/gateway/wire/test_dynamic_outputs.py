"""adapters.gateway.wire.dynamic_outputs."""

import json
from typing import Any

import pytest

from adapters.gateway.wire.dynamic_outputs import MAX_DYNAMIC_BYTES, NOTICE, dynamic_output
from domain.objects.listing import Description, FoundObject, Listing, Table

ROWS = (("web-1", "shop", "Running"), ("coredns-long-name", "dns", "Ok"))
TABLE = Table(columns=("NAME", "NAMESPACE", "STATUS"), rows=ROWS)


def _object(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": name}, **more}


def test_a_table_is_a_title_a_header_and_a_line_for_each_object() -> None:
    text = dynamic_output(Listing(kind="Pod", table=TABLE))
    assert text.split("\n") == [
        f"Pod (2): {NOTICE}",
        "NAME               NAMESPACE  STATUS",
        "web-1              shop       Running",
        "coredns-long-name  dns        Ok",
    ]


def test_a_table_without_rows_says_so() -> None:
    assert dynamic_output(Listing(kind="Pod", table=Table(columns=("NAME",)))) == "Pod: 0 items"


def test_what_is_not_in_a_table_is_said_below_it() -> None:
    listing = Listing(kind="Pod", table=TABLE, hidden=2, withheld=1, continue_token="abc", remaining=40)
    assert dynamic_output(listing).split("\n")[4:] == [
        "",
        "hidden: 2 that belong to protected namespaces (AGENT_PROTECTED_NAMESPACES)",
        "withheld: 1 that hold secrets, or tell of what does",
        "continue: abc",
        "remaining: 40",
    ]


@pytest.mark.parametrize("table", [None, Table(columns=())])
def test_a_token_that_is_too_old_asks_to_begin_again(table: Table | None) -> None:
    assert "too old; list from the beginning" in dynamic_output(Listing(kind="Pod", table=table, must_restart=True))


def test_an_object_is_wrapped_as_data() -> None:
    answer = json.loads(dynamic_output(FoundObject(kind="Pod", object=_object())))
    assert answer == {"notice": NOTICE, "kind": "Pod", "object": _object()}


def test_a_list_in_full_is_json() -> None:
    listing = Listing(kind="Pod", objects=(_object("a"), _object("b")), continue_token="t", hidden=1)
    answer = json.loads(dynamic_output(listing))
    assert (answer["kind"], answer["count"], answer["continue"]) == ("Pod", 2, "t")
    assert [one["metadata"]["name"] for one in answer["items"]] == ["a", "b"]
    assert answer["hidden"].startswith("1 that belong")


def test_a_description_holds_all_that_is_told() -> None:
    description = Description(
        found=FoundObject(kind="Pod", object=_object()),
        owners=(FoundObject(kind="ReplicaSet", object={"kind": "ReplicaSet"}),),
        events=Listing(kind="Event", objects=({"reason": "Failed"},)),
        related=(Listing(kind="Pod", table=TABLE), Listing(kind="Pod")),
        gaps=("owners: nobody knows",),
    )
    answer = json.loads(dynamic_output(description))
    assert answer["object"] == _object()
    assert answer["owners"] == [{"kind": "ReplicaSet"}]
    assert answer["events"] == {"kind": "Event", "count": 1, "items": [{"reason": "Failed"}]}
    assert answer["related"][0]["rows"][1] == "web-1              shop       Running"
    assert answer["related"][1]["count"] == 0
    assert answer["gaps"] == ["owners: nobody knows"]


BIG = {f"key-{number}": "x" * 2000 for number in range(1000)}


@pytest.mark.parametrize(
    "answer",
    [
        FoundObject(kind="ConfigMap", object=_object(data=BIG)),
        Listing(kind="ConfigMap", objects=tuple(_object(str(number), data=BIG) for number in range(3))),
        Listing(kind="ConfigMap", objects=tuple(_object(str(number), note="x" * 9000) for number in range(100))),
        Listing(kind="Pod", table=Table(columns=("A", "B"), rows=(("x" * 256, "é" * 9000),) * 100)),
        Description(
            found=FoundObject(kind="ConfigMap", object=_object(data=BIG)),
            owners=(FoundObject(kind="X", object=_object(data=BIG)),) * 4,
            events=Listing(kind="Event", objects=({"message": "m" * 8000},) * 50),
            related=(Listing(kind="Pod", table=Table(columns=("A",), rows=(("y" * 8000,),) * 30)),),
        ),
    ],
    ids=["object", "large objects", "many objects", "table", "description"],
)
def test_what_does_not_fit_is_left_out_and_nothing_is_cut(answer: FoundObject | Listing | Description) -> None:
    text = dynamic_output(answer)
    assert MAX_DYNAMIC_BYTES * 0.5 < len(text.encode()) <= MAX_DYNAMIC_BYTES
    assert "left out" in text or "leftOut" in text
    if not isinstance(answer, Listing) or answer.table is None:
        json.loads(text)


def test_where_objects_are_left_out_no_token_goes_on_behind_them() -> None:
    objects = tuple(_object(str(number), note="x" * 9000) for number in range(100))
    answer = json.loads(dynamic_output(Listing(kind="Pod", objects=objects, continue_token="behind")))
    assert "continue" not in answer
    assert answer["count"] < 100
    assert (
        answer["leftOut"] == f"{100 - answer['count']} that do not fit; ask with limit={answer['count']}, then continue"
    )


def test_half_a_surrogate_pair_costs_nobody_the_answer() -> None:
    dynamic_output(FoundObject(kind="Pod", object=_object(note="\ud800"))).encode()
    dynamic_output(Listing(kind="Pod", table=Table(columns=("A",), rows=(("\ud800",),)))).encode()
