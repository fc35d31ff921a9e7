"""The comparison itself: it must see what the Master would refuse, and not see what it accepts."""

from fractions import Fraction

import pytest

from tests.kube.oracles.matching import Expected, Shape, Unordered, mismatches
from tests.kube.oracles.quantities import Quantity, Ratio, value_of
from tests.kube.oracles.texts import Annotations, Instant, Redactable, age, parse_time

SHAPE = Shape(required={"name": "a", "count": 0}, optional={"labels": {}, "reason": None, "port": 80})


@pytest.mark.parametrize(
    "wire",
    [
        {"name": "a", "count": 0, "port": 80},
        {"name": "a", "count": 0, "port": 80, "labels": {}, "reason": "", "other": None},
    ],
)
def test_zero_values_may_be_said_or_left_out(wire: Expected) -> None:
    assert list(mismatches(SHAPE, wire)) == []


@pytest.mark.parametrize(
    ("wire", "complaint"),
    [
        ({"name": "a", "port": 80}, "$.count is missing"),
        ({"name": "a", "count": 0}, "$.port is None"),
        ({"name": "a", "count": 0, "port": 80.0}, "$.port is 80.0"),
        ({"name": "a", "count": False, "port": 80}, "$.count is False"),
        ({"name": "a", "count": 0, "port": 80, "extra": "x"}, "$.extra is 'x', and should not be there"),
        ({"name": "a", "count": 0, "port": 80, "labels": {"k": "v"}}, "$.labels has keys ['k']"),
    ],
)
def test_a_difference_is_named_with_its_path(wire: Expected, complaint: str) -> None:
    assert [text for text in mismatches(SHAPE, wire) if text.startswith(complaint)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500m", Fraction(3, 2)),
        ("100e-3", Fraction(1, 10)),
        ("2E0", Fraction(2)),
        ("1E", Fraction(10**18)),
        ("1Ei", Fraction(2**60)),
        ("250u", Fraction(1, 4000)),
        ("3n", Fraction(3, 10**9)),
        ("5k", Fraction(5000)),
        ("1.5Gi", Fraction(3 * 2**29)),
    ],
)
def test_quantities_have_exact_values(text: str, value: Fraction) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("raw", "resource", "wire", "right"),
    [
        ("129M", "memory", "129M", True),
        ("129M", "memory", "129000000", False),
        ("1Pi", "memory", "1024Ti", True),
        ("1Pi", "memory", "1Pi", False),
        ("1500m", "memory", "2", True),
        ("1500m", "memory", "1500m", False),
        ("1k", "cpu", "1000", True),
        ("1k", "cpu", "1k", False),
        ("250u", "cpu", "250000n", True),
        ("250u", "cpu", "1m", False),
        ("5k", "example.com/widget", "5000", True),
        ("2k", "standard.storageclass.storage.k8s.io/persistentvolumeclaims", "2k", True),
        ("1k", "count/deployments.apps", "1000", True),
        ("1P", "requests.memory", "1P", False),
    ],
)
def test_quantities_stay_or_become_readable_for_the_master(raw: str, resource: str, wire: str, *, right: bool) -> None:
    assert (Quantity(raw, resource).problem(wire) is None) is right


@pytest.mark.parametrize(
    ("wire", "right"),
    [
        ("postgres://app:hunter2@db/shop", True),
        ("postgres://app:[redacted]@db/shop", True),
        ("[redacted]", True),
        ("postgres://root:[redacted]@db/shop", False),
        ("", False),
        (None, False),
    ],
)
def test_what_redaction_leaves_must_be_the_originals(wire: str | None, *, right: bool) -> None:
    assert (Redactable("postgres://app:hunter2@db/shop").problem(wire) is None) is right


@pytest.mark.parametrize(("wire", "right"), [("1500m", True), ("1.5", True), ("2", False), (None, False)])
def test_a_ratio_is_not_rounded(wire: str | None, *, right: bool) -> None:
    assert (Ratio("1500m").problem(wire) is None) is right


@pytest.mark.parametrize(
    ("wire", "right"),
    [
        ([{"name": "b"}, {"name": "a"}, {"name": "a"}], True),
        ([{"name": "a"}, {"name": "b"}], False),
        ([{"name": "a"}, {"name": "b"}, {"name": "b"}], False),
        ([{"name": "a"}, {"name": "b"}, {"name": "a"}, {"name": "a"}], False),
        (None, False),
    ],
)
def test_a_list_without_an_order_holds_the_same_in_any(wire: Expected, *, right: bool) -> None:
    shapes = [Shape(required={"name": name}) for name in ("a", "a", "b")]
    assert (Unordered(shapes).problem(wire) is None) is right


def test_an_empty_list_without_an_order_may_be_left_out() -> None:
    assert list(mismatches(Shape(optional={"ports": Unordered([])}), {})) == []


def test_annotations_keep_their_names_but_for_the_noisy_ones() -> None:
    raw = {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a": "x" * 5000, "token": "t"}
    matcher = Annotations(raw)
    assert matcher.problem({"a": "x" * 4096 + "...", "token": "[redacted]"}) is None
    assert matcher.problem(raw) is not None
    assert matcher.problem({"a": "x" * 5000}) is not None
    assert matcher.problem({"a": "y" * 4096, "token": "t"}) is not None


def test_times_are_utc_with_z_and_a_missing_one_may_be_zero() -> None:
    assert Instant("2026-01-01T00:00:00Z").problem("2026-01-01T00:00:00.000000Z") is None
    assert Instant("2026-01-01T00:00:00Z").problem("2026-01-01T00:00:00+00:00") is not None
    assert Instant(None).problem("0001-01-01T00:00:00Z") is None
    assert Instant(None).problem("2026-01-01T00:00:00Z") is not None


@pytest.mark.parametrize(
    ("created", "text"),
    [
        ("2026-01-03T00:00:01Z", "0m"),
        ("2026-01-03T00:00:00Z", "0m"),
        ("2026-01-02T23:59:01Z", "0m"),
        ("2026-01-02T23:59:00Z", "1m"),
        ("2026-01-02T23:00:00Z", "1h"),
        ("2026-01-02T00:00:01Z", "23h"),
        ("2026-01-01T00:00:00Z", "2d"),
    ],
)
def test_ages_are_one_truncated_unit(created: str, text: str) -> None:
    assert age(created, parse_time("2026-01-03T00:00:00Z")) == text
